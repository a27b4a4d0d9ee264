# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names that an archive gives its images: those that an engine would give them too."""

from __future__ import annotations

import typing as t

from ..errors import shown
from ..image.reference import Reference

if t.TYPE_CHECKING:
    from ..remarks import Remarks

_NONE = "<none>"
# 255 bytes of repository and 128 of tag: https://github.com/distribution/reference/blob/v0.6.0/reference.go
_LONGEST = 255 + 1 + 128


def tag_of(name: str, where: str, remarks: Remarks) -> str:
    """The repository with its tag, in Docker's short spelling; "" and a remark if the name is something else.

    An engine with a graph driver does not give an image a name with a digest on loading. A tag alone does not name a
    repository, and a repository alone does not name one image.
    """
    reference = Reference.parse(name)
    if reference.repository and reference.tag and not reference.digest and len(name) <= _LONGEST:
        # Docker's placeholder for "no name".
        return "" if _NONE in name else reference.familiar
    remarks.add("W_NOT_A_TAG", f"{where} {shown(name, 100)}")
    return ""
