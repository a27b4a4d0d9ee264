# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every worked case of the normalization rules, with its source named and recognised, as data and as text."""

from __future__ import annotations

import json
import typing as t

import pytest

from ansible_collections.container_ops.images.tests.unit.plugins.module_utils._core.listing.replies import (
    outcome,
    worked_cases,
)

CASES = worked_cases()


@pytest.mark.parametrize("case", CASES, ids=[case["case"] for case in CASES])
@pytest.mark.parametrize("form", ["data", "text"])
@pytest.mark.parametrize("source", ["named", "auto"])
@pytest.mark.parametrize("engine", ["named", "auto"])
def test_worked_case(case: dict[str, t.Any], form: str, source: str, engine: str) -> None:
    payload = json.dumps(case["payload"]) if form == "text" else case["payload"]
    found = outcome(
        payload, case["source"] if source == "named" else "auto", case["engine"] if engine == "named" else "auto"
    )
    assert found == (case["expect"], case["warnings"]), case["title"]


def test_all_cases_are_here() -> None:
    assert len(CASES) == 33
