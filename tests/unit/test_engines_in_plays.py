# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Integration targets may name engines that do not run, since `make test` starts a few of them: each must exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

TESTS = Path(__file__).parents[1]
TOLERANT = sorted(
    path.parent
    for path in TESTS.glob("integration/targets/*/runme.sh")
    if "ANSIBLE_HOST_PATTERN_MISMATCH=warning" in path.read_text(encoding="utf-8") and "engines" in path.read_text()
)
CATALOGUE = (TESTS / "utils/engines/catalogue.py").read_text(encoding="utf-8")
KNOWN = {*re.findall(r'^    Engine\("([^"]+)"', CATALOGUE, re.M), "testhost", "engines"}
KNOWN |= {"docker_engines", "podman_engines"}


@pytest.mark.parametrize("target", TOLERANT, ids=lambda path: path.name)
def test_every_pattern_of_hosts_names_what_can_run(target: Path) -> None:
    plays = yaml.safe_load((target / "playbook.yml").read_text(encoding="utf-8"))
    patterns = [play["hosts"] for play in plays if "hosts" in play]
    named = {name.lstrip("!&") for pattern in patterns for name in pattern.split(":")}
    assert named
    assert not named - KNOWN
