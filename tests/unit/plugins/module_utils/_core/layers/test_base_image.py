# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an image was built on: its parent, the longest beginning of its layers, or what it claims."""

from __future__ import annotations

import pytest

from ansible_collections.container_ops.images.plugins.module_utils._core.image.summary import ImageSummary
from ansible_collections.container_ops.images.plugins.module_utils._core.layers.base_image import (
    BASE_DIGEST,
    BASE_NAME,
    LAYER_FACTS,
    BuiltImage,
    layer_facts,
)
from ansible_collections.container_ops.images.plugins.module_utils._core.layers.steps import Step

Row = tuple[str, str, str]


def facts(rows: list[Row], **changes: dict[str, object]) -> dict[str, dict[str, object]]:
    """ID, names and layers of each image; a layer "a5" has 5 bytes. `changes` are keys of summaries by ID."""
    images, built = [], {}
    for identity, names, layers in rows:
        images.append(ImageSummary(identity, repo_tags=names.split(), **changes.get(identity, {})))  # type: ignore[arg-type]
        steps = [Step("x", int(layer[1:]), layer) for layer in layers.split()]
        built[identity] = BuiltImage(tuple(layers.split()), steps, {})
    return layer_facts(images, built, images)


BASES = [
    (
        "the longest beginning",
        [("i", "i:1", "a5 b6 c7"), ("x", "x:1", "a5"), ("y", "y:1", "a5 b6")],
        "shared_layers y:1 2 11 7",
    ),
    ("only a beginning", [("i", "i:1", "a5 b6"), ("x", "x:1", "b6"), ("y", "y:1", "c7")], "None"),
    ("not itself", [("i", "i:1", "a5"), ("x", "x:1", "a5")], "None"),
    ("a name", [("i", "i:1", "a5 b6"), ("x", "", "a5")], "None"),
    ("the first by name", [("i", "i:1", "a5 b6"), ("x", "z:1", "a5"), ("y", "y:1", "a5")], "shared_layers y:1 1 5 6"),
    ("no layers", [("i", "i:1", ""), ("x", "x:1", "")], "None"),
]


@pytest.mark.parametrize("rows, expected", [row[1:] for row in BASES], ids=[row[0] for row in BASES])
def test_by_layers(rows: list[Row], expected: str) -> None:
    for order in (rows, rows[::-1]):
        found = facts(order)["i"]
        base = found["base"]
        assert shown(base, found["own_size"]) == expected


def shown(base: object, own: object) -> str:
    """The base in one line."""
    if not isinstance(base, dict):
        return "None"
    return f"{base['source']} {' '.join(base['names'])} {base['layers']} {base['size']} {own}"


def test_a_parent_stands_before_layers() -> None:
    rows = [("i", "i:1", "a5 b6 c7"), ("m", "", "a5 b6"), ("p", "p:1", "a5"), ("y", "y:1", "a5 b6")]
    parents: dict[str, dict[str, object]] = {"i": {"parent_id": "m"}, "m": {"parent_id": "p"}}
    found = facts(rows, **parents)["i"]
    assert shown(found["base"], found["own_size"]) == "parent p:1 1 5 13"
    # A chain without an end, and one that leads nowhere.
    for parent in ("m", "gone", "i"):
        parents["m"] = {"parent_id": parent}
        assert str(facts(rows, **parents)["i"]["base"]).startswith("{'source': 'shared_layers'")


def test_a_parent_whose_layers_were_not_asked_for() -> None:
    images = [ImageSummary("i", repo_tags=["i:1"], parent_id="p"), ImageSummary("p", repo_tags=["p:1"])]
    built = {"i": BuiltImage(("a", "b"), [Step("x", 1, "a"), Step("y", 2, "b")], {})}
    found = layer_facts(images[:1], built, images)["i"]
    assert shown(found["base"], found["own_size"]) == "parent p:1 -1 -1 -1"


def test_images_of_another_platform_are_no_base() -> None:
    rows = [("i", "i:1", "a5 b6"), ("x", "x:1", "a5")]
    assert facts(rows, i={"platform": "linux/arm64"}, x={"platform": "linux/amd64"})["i"]["base"] is None
    assert facts(rows, i={"platform": "linux/arm64"}, x={"platform": "linux/arm64"})["i"]["base"] is not None


@pytest.mark.parametrize("labels", [{BASE_NAME: "debian:12"}, {BASE_DIGEST: "sha256:1"}, {BASE_NAME: ""}])
def test_a_claim(labels: dict[str, str]) -> None:
    found = facts([("i", "i:1", "a5 b6")], i={"labels": labels})["i"]
    if not any(labels.values()):
        assert (found["base"], found["own_size"]) == (None, 11)
        return
    base = found["base"]
    assert isinstance(base, dict)
    assert (base["source"], base["id"], base["layers"], base["size"], found["own_size"]) == ("claim", "", -1, -1, -1)
    assert [*base["names"], base["digest"]] == ([labels[BASE_NAME], ""] if BASE_NAME in labels else ["sha256:1"])
    # What is found stands before what is claimed.
    both = facts([("i", "i:1", "a5 b6"), ("x", "x:1", "a5")], i={"labels": labels})["i"]
    assert shown(both["base"], both["own_size"]) == "shared_layers x:1 1 5 6"


def test_what_is_not_known() -> None:
    images = [ImageSummary("gone"), ImageSummary("i", repo_tags=["i:1"]), ImageSummary("x", repo_tags=["x:1"])]
    built = {
        "i": BuiltImage(("a", "b"), [Step("", -1, "a"), Step("", -1, "b")], {"user": "me"}),
        "x": BuiltImage(("a",), [], {}),
    }
    found = layer_facts(images, built, images)
    assert found["gone"] == {"base": None, "configuration": None, "layer_details": None, "own_size": -1}
    assert (shown(found["i"]["base"], found["i"]["own_size"]), found["x"]["own_size"]) == (
        "shared_layers x:1 1 -1 -1",
        -1,
    )
    assert found["i"]["configuration"] == {"user": "me"}
    assert all(tuple(one) == LAYER_FACTS for one in found.values())
