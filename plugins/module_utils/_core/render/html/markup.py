# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""HTML that is escaped by construction: whatever is not already ``Html`` is text, and text is escaped.

Shaped like markupsafe, which managed hosts need not have.
"""

from __future__ import annotations

import html
import typing as t

from ...safe_text import visible, xml_without_commands

_VOID = frozenset({"br", "input", "link", "meta"})
_BLOCK = frozenset(
    "body caption dl footer head header html li main nav p section style script svg table tbody thead tr ul".split()
)


class Html(str):
    """Markup. Only ``tag``, ``join`` and constants of this package make it."""

    __slots__ = ()


Child = t.Union[Html, str, int, None]


def _escaped(text: str) -> str:
    return xml_without_commands(html.escape(visible(text)))


def join(*children: Child) -> Html:
    """The children one after the other; text is escaped, null is nothing."""
    return Html(
        "".join(child if isinstance(child, Html) else _escaped(str(child)) for child in children if child is not None)
    )


def tag(name: str, /, *children: Child, **attributes: Child | bool) -> Html:
    """One element. ``class_`` is the attribute class, ``data_v`` is data-v; True is a bare attribute, None is none."""
    parts = [f"<{name}"]
    for key, value in attributes.items():
        if value is None or value is False:
            continue
        attribute = key.rstrip("_").replace("_", "-")
        parts.append(f" {attribute}" if value is True else f' {attribute}="{_escaped(str(value))}"')
    parts.append(">")
    if name not in _VOID:
        parts.append(join(*children))
        parts.append(f"</{name}>")
    # Line ends after blocks keep diffs of two reports readable.
    return Html("".join(parts) + ("\n" if name in _BLOCK else ""))
