# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page "What is stable" against the code: each word, format and metric of the code is listed, and no other."""

from __future__ import annotations

import ast
import re
import typing as t
from pathlib import Path

import pytest

from ansible_collections.container_ops.images.plugins.filter.image_report import image_report
from ansible_collections.container_ops.images.plugins.module_utils._core.image.summary import State
from ansible_collections.container_ops.images.plugins.module_utils._core.prune import plan, plan_schema, removal_outcome
from ansible_collections.container_ops.images.plugins.module_utils._core.render.document import read_document
from ansible_collections.container_ops.images.plugins.module_utils._core.render.metrics import families
from ansible_collections.container_ops.images.plugins.module_utils._core.report import schema

ROOT = Path(__file__).parents[2]
GUIDE = ROOT / "docs" / "docsite" / "rst" / "guide_stability.rst"

if not GUIDE.exists():
    pytest.skip("the installed collection has no guides", allow_module_level=True)


def section(title: str) -> str:
    """The text below one heading of the page."""
    _before, _heading, rest = GUIDE.read_text(encoding="utf-8").partition(f"\n{title}\n---")
    return re.split(r"\n[^\n]+\n---+\n", rest.partition("\n")[2])[0]


def rows(title: str) -> dict[str, str]:
    """The rows of the section's table but for its head."""
    found = re.findall(r"^   \* - (.+)\n     - (.+)$", section(title), re.M)
    return dict(found[1:])


def schemas() -> set[str]:
    """Every format version that stands in the code, outside of docstrings."""
    texts = {
        node.value
        for path in (ROOT / "plugins").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    return {text for text in texts if re.fullmatch(r"image_[a-z_]+/[0-9]+", text)}


def test_every_format_version_is_listed() -> None:
    listed = {name.strip("`") for name in rows("Files and documents")}
    assert listed == schemas() | {f"plan_version: {plan.PLAN_VERSION}"}


OUTCOMES = [
    value
    for name, value in vars(removal_outcome).items()
    if name.isupper() and not name.startswith("_") and isinstance(value, str)
]
WORDS: dict[str, t.Iterable[str]] = {
    "``state`` of an image": t.get_args(State),
    "``decision`` in a plan": t.get_args(t.get_type_hints(plan_schema.Decision)["decision"]),
    "``outcome`` of a removal": OUTCOMES,
    "``status`` of a finding": t.get_args(schema.Status),
    "``level`` of a finding": schema.LEVELS,
    "verdict of a finding": schema.VERDICTS,
    "``status`` of a host": t.get_args(schema.HostStatus),
    "kind of a change": schema.CHANGE_KINDS,
    "``fail_on``": schema.FAIL_ON,
}


def test_every_key_is_listed() -> None:
    assert list(rows("Words")) == list(WORDS)


@pytest.mark.parametrize("key", WORDS)
def test_every_word_is_listed(key: str) -> None:
    assert sorted(re.findall(r"``(\w+)``", rows("Words")[key])) == sorted(WORDS[key])


def test_every_metric_is_listed() -> None:
    report = read_document(image_report([]))
    names = {
        f"container_{family.name}" for detail in ("repository", "image") for family in families(report, detail, True)
    }
    assert set(re.findall(r"^\* ``(\w+)``$", section("Metrics"), re.M)) == names
