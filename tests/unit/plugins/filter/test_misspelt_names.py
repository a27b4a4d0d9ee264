# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The misspelt_names filter in real templating runs."""

from __future__ import annotations

import re

import pytest
from ansible.errors import AnsibleError

from ansible_collections.container_ops.images.tests.unit.plugins.templating import evaluate

KNOWN = "prune_policy prune_apply prune_hosts report_src report_gate report_rules report_fail_on images_engine".split()


@pytest.mark.parametrize(
    "name, meant",
    [
        ("prune_polcy", "prune_policy"),
        ("prune_ploicy", "prune_policy"),
        ("prune_host", "prune_hosts"),
        ("prune_aply", "prune_apply"),
        ("prune_applly", "prune_apply"),
        ("image_engine", "images_engine"),
        ("report_scr", "report_src"),
        ("report_rule", "report_rules"),
        ("report_fialon", "report_fail_on"),
        ("prune_policy", None),
        ("prune_schedule", None),
        ("prune_policies_by_team", None),
        ("report_data", None),
        ("report_title", None),
        ("", None),
    ],
)
def test_one_name(name: str, meant: str | None) -> None:
    found = evaluate("names | container_ops.images.misspelt_names(known)", names=[name], known=KNOWN)
    assert found == ({} if meant is None else {name: meant})


def test_many_names() -> None:
    names = ["report_rule", "prune_polcy", *KNOWN, "prune_polcy"]
    found = evaluate("names | container_ops.images.misspelt_names(known)", names=names, known=KNOWN)
    assert list(found.items()) == [("prune_polcy", "prune_policy"), ("report_rule", "report_rules")]


@pytest.mark.parametrize(
    "arguments, message",
    [
        ("'prune_polcy' | container_ops.images.misspelt_names(known)", "names must be a list of texts"),
        ("5 | container_ops.images.misspelt_names(known)", "names must be a list of texts, got 5"),
        ("[5] | container_ops.images.misspelt_names(known)", "names[0] must be text, got 5"),
        ("[] | container_ops.images.misspelt_names('prune_policy')", "known must be a list of texts"),
    ],
)
def test_errors_are_sentences(arguments: str, message: str) -> None:
    with pytest.raises(AnsibleError, match=re.escape(message)):
        evaluate(arguments, known=KNOWN)
