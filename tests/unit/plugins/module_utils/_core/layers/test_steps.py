# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Steps of an engine's history get the layers that can only be theirs; those of a config say it themselves."""

from __future__ import annotations

import pytest

from ansible_collections.container_ops.images.plugins.module_utils._core.errors import InputError
from ansible_collections.container_ops.images.plugins.module_utils._core.layers.steps import (
    Step,
    steps_of_config,
    steps_of_engine,
    steps_of_layers,
)
from ansible_collections.container_ops.images.plugins.module_utils._core.oci.image_history import (
    HistoryEntry,
    history_of,
)

# What made a step and its bytes, bottom up; the layers; the layer of each step: "?" if it may have one, "-" if not.
MATCHED = [
    ("each step with bytes has a layer", "ADD=5 ENV=0 RUN=6", "a b", "a - b"),
    ("one step without bytes has a layer", "ADD=5 ENV=0 WORKDIR=0 COPY=6", "a b c", "a - b c"),
    ("each step has a layer", "ADD=5 #ENV=0 RUN=6", "a b c", "a b c"),
    ("all that are unsure are empty", "ADD=5 #ENV=0 WORKDIR=0", "a", "a - -"),
    # The builder before BuildKit: its ENV can make the directory of an earlier WORKDIR.
    ("one of two has it", "ADD=5 RUN=6 WORKDIR=0 COPY=7 #ENV=0 RUN=8", "a b c d e", "a b ? * ? e"),
    ("from below alone", "ADD=5 ENV=0 WORKDIR=0 #ENV=0", "a b", "a - ? ?"),
    ("from above alone", "WORKDIR=0 #ENV=0 ENV=0 RUN=6", "a b", "? ? - b"),
    ("fewer layers than steps with bytes", "ADD=5 RUN=6", "a", "* *"),
    ("more layers than steps", "ADD=5 WORKDIR=0", "a b c", "* ?"),
    ("a word that begins like an instruction", "ADD=5 ENVIRONMENT=0 USER=0 COPY=1 RUN=0", "a b c", "a ? - * ?"),
    ("nothing", "", "", ""),
]


def history(text: str) -> list[dict[str, object]]:
    """As an engine sends it: newest first."""
    rows = []
    for part in text.split():
        maker, size = part.split("=")
        made_by = f"/bin/sh -c #(nop) {maker[1:]} x" if maker.startswith("#") else f"{maker} x"
        rows.append(
            {"Id": "<missing>", "Created": 1, "CreatedBy": made_by, "Size": int(size), "Comment": "", "Tags": None}
        )
    return rows[::-1]


@pytest.mark.parametrize("steps, layers, expected", [row[1:] for row in MATCHED], ids=[row[0] for row in MATCHED])
def test_layers_of_steps(steps: str, layers: str, expected: str) -> None:
    found = steps_of_engine(layers.split(), history(steps))
    shown = [step.diff_id or {None: "?", True: "-", False: "*"}[step.empty] for step in found]
    assert shown == expected.split()
    assert [step.size for step in found] == [int(part.partition("=")[2]) for part in steps.split()]


def test_a_step_without_a_maker_is_named_by_its_comment() -> None:
    (step,) = steps_of_engine(["a"], [{"CreatedBy": "", "Comment": "Imported from -", "Size": 4}])
    assert step == Step("Imported from -", 4, "a", False)
    assert steps_of_engine([], None) == []


@pytest.mark.parametrize(
    "value, says",
    [
        ({}, "the history of an image must be a list of steps, got {}"),
        ([1], r"the history of an image\[0\] must be a step \(a dictionary\), got 1"),
        ([{"CreatedBy": "x"}], r"the history of an image\[0\].Size must be a number, got null"),
        ([{"CreatedBy": "x", "Size": True}], r"Size must be a number, got true"),
        ([{"CreatedBy": 1, "Size": 1}], r"CreatedBy must be text, got 1"),
    ],
)
def test_other_replies(value: object, says: str) -> None:
    with pytest.raises(InputError, match=says):
        steps_of_engine([], value)


def test_steps_of_a_config() -> None:
    steps = history_of(
        [
            {"created_by": "ADD"},
            {"created_by": "ENV", "empty_layer": True},
            {"comment": "by hand", "empty_layer": False},
        ],
        "h",
    )
    assert steps == (HistoryEntry("ADD", False), HistoryEntry("ENV", True), HistoryEntry("by hand", False))
    assert steps_of_config(steps, ["a", "b"], [5, -1]) == [
        Step("ADD", 5, "a", False),
        Step("ENV", 0, "", True),
        Step("by hand", -1, "b", False),
    ]
    # A history of other layers says nothing of these.
    assert steps_of_config(steps, ["a"], [5]) == [Step("", 5, "a", False)]
    assert steps_of_layers(["a"]) == [Step("", -1, "a", False)]
    with pytest.raises(InputError, match=r"h\[0\] must be a step"):
        history_of(["x"], "h")
