# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two images, layer by layer."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.container_ops.images.plugins.module_utils._core.errors import InputError
from ansible_collections.container_ops.images.plugins.module_utils._core.layers.layer_diff import image_diff

OLD, NEW = "sha256:" + "a" * 64, "sha256:" + "b" * 64


def image(identity: str, steps: str, **further: t.Any) -> dict[str, t.Any]:
    """A step is `maker:layer:bytes`; without a layer, it is empty."""
    details = []
    for step in steps.split():
        maker, layer, size = step.split(":")
        details.append({"created_by": maker, "diff_id": layer, "size": int(size), "empty": not layer})
    size = sum(step["size"] for step in details)
    return {"id": identity, "size": size, "layer_details": details, "own_size": size, **further}


def layers(steps: list[dict[str, t.Any]]) -> str:
    return " ".join(step["diff_id"] for step in steps)


def test_a_larger_base_and_a_new_step() -> None:
    old = image(OLD, "ADD:a:5 ENV::0 RUN:b:6 COPY:c:1", base={"size": 5}, own_size=7)
    new = image(NEW, "ADD:A:50 ENV::0 RUN:b:6 COPY:d:2 COPY:e:3", base={"size": 50}, own_size=11)
    found = image_diff(new, old)
    assert (layers(found["same_layers"]), layers(found["added_layers"]), layers(found["removed_layers"])) == (
        "b",
        "A d e",
        "a c",
    )
    assert (found["added_bytes"], found["removed_bytes"], found["size_change"]) == (55, 6, 49)
    assert (found["base_size_change"], found["own_size_change"], found["changed"]) == (45, 4, True)
    assert (found["id"], found["old_id"], found["size"], found["old_size"]) == (NEW, OLD, 61, 12)
    first = found["first_difference"]
    assert (first["step"], first["new"]["diff_id"], first["old"]["diff_id"]) == (1, "A", "a")


@pytest.mark.parametrize(
    "new, old, step",
    [
        ("ADD:a:5", "ADD:a:5", None),
        ("ADD:a:5 RUN:b:6", "ADD:a:5", 2),
        ("ADD:a:5", "ADD:a:5 RUN:b:6", 2),
        ("ADD:a:5 ENV::0", "ADD:a:5 LABEL::0", 2),
        ("ADD:a:5 RUN:x:0", "ADD:a:5 RUN:y:0", 2),
    ],
)
def test_the_first_step_that_differs(new: str, old: str, step: int | None) -> None:
    found = image_diff(image(NEW, new), image(OLD, old))["first_difference"]
    assert (found and found["step"]) == step
    if found:
        assert [found[side] is None for side in ("new", "old")] == [len(one.split()) < step for one in (new, old)]


def test_an_image_and_itself() -> None:
    one = image(OLD, "ADD:a:5 RUN:b:6")
    # A step that may have a layer: its digest is not known.
    one["layer_details"].append({"created_by": "COPY", "diff_id": "", "size": 3, "empty": None})
    found = image_diff(one, one)
    assert (found["changed"], found["added_layers"], found["removed_layers"]) == (False, [], [])
    assert len(found["same_layers"]) == 3
    # In another image it may be the same or not.
    other = image_diff({**one, "id": NEW}, one)
    assert [len(other[key]) for key in ("same_layers", "added_layers", "removed_layers")] == [2, 1, 1]


def test_labels_and_configuration() -> None:
    old = image(OLD, "", labels={"a": "1", "b": "1"}, configuration={"user": "", "env": ["A=1"]})
    new = image(NEW, "", labels={"b": "2", "c": "3"}, configuration={"user": "", "env": ["A=2"]})
    found = image_diff(new, old)
    assert found["labels"] == {"added": {"c": "3"}, "removed": {"a": "1"}, "changed": {"b": {"new": "2", "old": "1"}}}
    assert found["configuration"]["changed"] == {"env": {"new": ["A=2"], "old": ["A=1"]}}


def test_what_is_not_known_is_not_zero() -> None:
    unknown = image(NEW, "ADD:b:5", size=-1, own_size=-1, base=None)
    unknown["layer_details"][0]["size"] = -1
    found = image_diff(unknown, image(OLD, "ADD:a:5", base={"size": 3}))
    assert (found["size_change"], found["base_size_change"], found["own_size_change"]) == (None, None, None)
    assert (found["added_bytes"], found["removed_bytes"]) == (-1, 5)


def test_compressed_and_unpacked_bytes_are_not_compared() -> None:
    row = image(NEW, "ADD:a:5 RUN:b:9", labels={"l": "1"})
    platform = {**row, "config_digest": row.pop("id"), "compressed_size": row.pop("size")}
    del platform["id"], platform["size"]
    found = image_diff(platform, image(OLD, "ADD:a:50"))
    assert (found["id"], found["size"], found["size_change"], found["own_size_change"]) == (NEW, 14, None, None)
    assert (layers(found["added_layers"]), found["labels"]["added"]) == ("b", {"l": "1"})
    assert image_diff(platform, {**platform, "compressed_size": 4})["size_change"] == 10


def test_text_that_ansible_made_of_numbers() -> None:
    old = image(OLD, "ADD:a:5")
    old["layer_details"] = [{"created_by": "ADD", "diff_id": "a", "size": "5", "empty": "False"}]
    found = image_diff(
        image(NEW, "ADD:a:5", own_size="7", base={"size": "3"}), {**old, "own_size": "5", "base": {"size": "1"}}
    )
    assert (found["own_size_change"], found["base_size_change"], found["first_difference"]) == (2, 2, None)


@pytest.mark.parametrize(
    "value, says",
    [
        ({"id": OLD}, "old has no layer_details: list it with image_summary_info and layers: true"),
        ({"id": OLD, "layer_details": None}, "old has no layer_details"),
        ({"layer_details": []}, "old lacks id"),
        ("x", 'old must be an image (a dictionary), got "x"'),
        ({"id": OLD, "layer_details": "x"}, 'old.layer_details must be a list of steps, got "x"'),
        ({"id": OLD, "layer_details": [1]}, "old.layer_details[0] must be a step (a dictionary), got 1"),
        ({"id": OLD, "layer_details": [{"size": "x"}]}, 'old.layer_details[0].size must be an integer, got "x"'),
        ({"id": OLD, "layer_details": [], "own_size": []}, "old.own_size must be an integer, got []"),
        ({"id": OLD, "layer_details": [], "base": 1}, "old.base must be a dictionary, got 1"),
        ({"id": OLD, "layer_details": [], "configuration": 1}, "old.configuration must be a dictionary, got 1"),
        ({"config_digest": OLD, "compressed_size": "x", "layer_details": []}, "old.compressed_size must be an integer"),
    ],
)
def test_other_values(value: t.Any, says: str) -> None:
    with pytest.raises(InputError) as caught:
        image_diff(image(NEW, "ADD:a:5"), value)
    assert says in str(caught.value)
