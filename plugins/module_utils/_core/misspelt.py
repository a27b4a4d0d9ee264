# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names that are nearly, but not exactly, one of those that are read."""

from __future__ import annotations

import difflib
import typing as t

from .fields import any_texts_of

# About one letter in ten is missing, added or in another place: report_scr is close to report_src, report_data is not.
_CUTOFF = 0.88


def misspelt(names: t.Any, known: t.Any) -> dict[str, str]:
    """For each of ``names`` that is close to a known one without being known itself, which one that is.

    Both are lists of texts. Raises InputError.
    """
    words = sorted(set(any_texts_of(known, "known")))
    found = {}
    for name in sorted(set(any_texts_of(names, "names")).difference(words)):
        for close in difflib.get_close_matches(name, words, n=1, cutoff=_CUTOFF):
            found[name] = close
    return found
