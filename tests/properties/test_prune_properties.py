# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The properties of a plan on random hosts and policies."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ansible_collections.container_ops.images.tests.properties import prune_checks as check
from ansible_collections.container_ops.images.tests.properties import usage_checks
from ansible_collections.container_ops.images.tests.properties.prune_policies import Scenario, scenarios

CHECKS = [
    (check.p01_partition, scenarios()),
    (check.p02_never_in_use, scenarios()),
    (check.p03_explained, scenarios()),
    (check.p04_order_free, scenarios()),
    (check.p05_closure, scenarios()),
    (check.p06_keep_wins, scenarios()),
    (check.p07_bytes, scenarios()),
    (check.p08_fixed_point, scenarios()),
    (check.p09_monotone, scenarios(budget=False)),
    (check.p10_budget, scenarios(budget=True)),
    (check.p10_unmet, scenarios(budget=True)),
    (check.p11_keep_last, scenarios(budget=False, keep_last=True)),
    (check.p15_unknown_keeps, scenarios()),
    (check.p16_default_keeps, scenarios()),
    (check.p17_sugar, scenarios()),
    (check.p19_blocked, scenarios()),
    (check.p20_clock, scenarios()),
    (check.p21_name_forms, scenarios()),
    (check.p22_budget_prefix, scenarios(budget=True)),
    (check.p23_bounds_shrink, scenarios(budget=False)),
    (check.p26_forest, scenarios(budget=False, layers=True)),
    (check.p28_containers, scenarios(budget=False)),
    (check.p29_digests, scenarios(budget=False)),
    (check.p30_tag_orders, scenarios(budget=False)),
    (check.p31_deferred, scenarios(budget=False)),
    (check.p32_held, scenarios()),
    (usage_checks.p33_use_unknown_keeps, usage_checks.WATCHED),
    (usage_checks.p34_earlier_clock, usage_checks.WATCHED),
    (usage_checks.p35_usage_protects, usage_checks.WATCHED),
]


@pytest.mark.parametrize("check, strategy", CHECKS, ids=[function.__name__ for function, _strategy in CHECKS])
def test_property(check, strategy: st.SearchStrategy[Scenario]) -> None:  # type: ignore[no-untyped-def]
    @settings(max_examples=200, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(strategy)
    def holds(scenario: Scenario) -> None:
        check(scenario)

    holds()
