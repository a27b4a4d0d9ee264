# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every property can fail: with its defect planted, an example is found on which it does."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, Phase, find, settings

from ansible_collections.container_ops.images.tests.properties.prune_defects import DEFECTS
from ansible_collections.container_ops.images.tests.properties.prune_policies import Scenario
from ansible_collections.container_ops.images.tests.properties.test_prune_properties import CHECKS

# Without shrinking: the example is only counted, nobody reads it.
SEARCH = settings(
    max_examples=3000,
    phases=[Phase.generate],
    derandomize=True,
    database=None,
    deadline=None,  # a busy machine is no defect
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.parametrize("check, strategy", CHECKS, ids=[function.__name__ for function, _strategy in CHECKS])
def test_the_property_notices_its_defect(check, strategy, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    def fails(scenario: Scenario) -> bool:
        try:
            check(scenario)
        except AssertionError:
            return True
        return False

    owner, name, wrong = DEFECTS[check.__name__]
    monkeypatch.setattr(owner, name, wrong(vars(owner)[name]))
    find(strategy, fails, settings=SEARCH)


def test_every_property_has_a_defect() -> None:
    assert set(DEFECTS) == {check.__name__ for check, _strategy in CHECKS}
