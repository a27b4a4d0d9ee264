# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which engines the integration tests name. `make test` starts a few of those in the catalogue."""

from __future__ import annotations

import importlib.util
import re
import types
from pathlib import Path

import pytest
import yaml

TESTS = Path(__file__).parents[1]


def loaded(path: str) -> types.ModuleType:
    """A file of tests/utils, which is not on the path of unit tests."""
    spec = importlib.util.spec_from_file_location(Path(path).stem, TESTS / "utils" / path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


NAMES = [one.name for one in loaded("engines/catalogue.py").ENGINES]
TABLES = loaded("suite/tables.py")
GROUPS = {"testhost", "engines", "docker_engines", "podman_engines"}
KNOWN, IN_MAKE_TEST = GROUPS | {*NAMES}, GROUPS | {*TABLES.ENGINES_OF[TABLES.NEWEST.version]}
# Their plays may name engines that do not run. A pattern that names nothing is a warning then.
TOLERANT = sorted(
    path.parent
    for path in TESTS.glob("integration/targets/*/playbook.yml")
    if "MISMATCH=warning\n" in path.with_name("runme.sh").read_text(encoding="utf-8")
)


@pytest.mark.parametrize("target", TOLERANT, ids=lambda path: path.name)
def test_every_pattern_of_hosts_names_what_can_run(target: Path) -> None:
    plays = yaml.safe_load((target / "playbook.yml").read_text(encoding="utf-8"))
    patterns = [play["hosts"].split(":") for play in plays if "hosts" in play]
    assert patterns
    assert not {name.lstrip("!&") for names in patterns for name in names} - KNOWN
    # No play is left to `make test-all` alone.
    assert [names for names in patterns if not IN_MAKE_TEST & {*names}] == []


def test_contributors_read_how_many_engines_run() -> None:
    newest, oldest = (TABLES.ENGINES_OF[core.version] for core in (TABLES.NEWEST, TABLES.OLDEST))
    assert {*newest, *oldest} <= {*NAMES}
    words = ["", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
    text = (TESTS.parent / "CONTRIBUTING.md").read_text(encoding="utf-8")
    assert f"the newest core with {words[len(newest)]} engines, the oldest with {words[len(oldest)]}." in text
    assert re.search(rf"`make test-all` \| Every supported core, and all {words[len(NAMES)]} engines on both", text)
