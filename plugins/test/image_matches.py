# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The image_matches test: one image summary against a selector, for select() and reject()."""

from __future__ import annotations

import typing as t

from ansible_collections.container_ops.images.plugins.plugin_utils._filters import current_time, from_template


def image_matches(
    image: t.Any,
    states: t.Any = None,
    repositories: t.Any = None,
    tags: t.Any = None,
    references: t.Any = None,
    label_selectors: t.Any = None,
    match_expressions: t.Any = None,
    larger_than: t.Any = None,
    smaller_than: t.Any = None,
    older_than: t.Any = None,
    unused_for: t.Any = None,
    now: t.Any = None,
) -> bool:
    """Whether the image fulfils every condition."""
    options = dict(locals())  # the arguments are the selector's keys, but for two
    del options["image"], options["now"]
    # Imported here: ansible-core imports every test file of a collection to find one name.
    from ansible_collections.container_ops.images.plugins.module_utils._core.image.select_dicts import dict_matches

    with from_template() as plain:
        return dict_matches(plain(image), plain(options), current_time() if now is None else plain(now))


class TestModule:
    """The image_matches test."""

    def tests(self) -> dict[str, t.Any]:
        """Names and functions."""
        return {"image_matches": image_matches}
