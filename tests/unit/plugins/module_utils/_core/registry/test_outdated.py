# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether an image is what its tag means, for each store: what the digests and the ID of an image are there."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.container_ops.images.plugins.module_utils._core.errors import InputError
from ansible_collections.container_ops.images.plugins.module_utils._core.registry.outdated import (
    CURRENCIES,
    outdated_rows,
)

INDEX, OLD_INDEX, MANIFEST, OTHER_MANIFEST, CONFIG, OTHER_CONFIG = (f"sha256:{digit * 64}" for digit in "abcdef")
NAME = "registry.example.com/shop/app"


def row(name: str = f"{NAME}:1", **keys: t.Any) -> dict[str, t.Any]:
    """As image_registry_info returns it, without details."""
    return {"name": name, "reference": name, "status": "ok", "error": None, "digest": INDEX, "platforms": [], **keys}


def detailed(**keys: t.Any) -> dict[str, t.Any]:
    platforms = [
        {"digest": MANIFEST, "config_digest": CONFIG, "created": 20},
        {"digest": OTHER_MANIFEST, "config_digest": OTHER_CONFIG, "created": 10},
    ]
    return row(platforms=platforms, **keys)


def image(image_id: str, *digests: str, tags: t.Sequence[str] = (f"{NAME}:1",), repository: str = NAME) -> t.Any:
    names = [f"{repository}@{digest}" for digest in digests]
    return {"id": image_id, "repo_tags": list(tags), "repo_digests": names, "created": 5}


@pytest.mark.parametrize(
    "name, one, reference, status",
    [
        ("graph driver, pulled", image(CONFIG, INDEX), row(), "current"),
        ("graph driver, an older index", image(OTHER_CONFIG, OLD_INDEX), row(), "outdated"),
        ("graph driver, an older index with the same image", image(CONFIG, OLD_INDEX), detailed(), "current"),
        ("the same without details", image(CONFIG, OLD_INDEX), row(), "outdated"),
        ("containerd, pulled", image(INDEX, INDEX), row(), "current"),
        ("containerd, an older index", image(OLD_INDEX, OLD_INDEX), detailed(), "outdated"),
        (
            "containerd, pulled from two, the other is listed",
            image(OLD_INDEX, OLD_INDEX, repository="a/b"),
            row(),
            "outdated",
        ),
        ("Podman, pulled: two digests", image(CONFIG, INDEX, MANIFEST), row(), "current"),
        ("Podman, an older index with the same image", image(CONFIG, OLD_INDEX, MANIFEST), detailed(), "current"),
        ("Podman, an older image", image(OLD_INDEX, OLD_INDEX), detailed(), "outdated"),
        ("pulled by the digest of its platform", image(CONFIG, MANIFEST), detailed(), "current"),
        ("built here", image(OTHER_CONFIG), row(), "local"),
        ("built here, from the registry by its config", image(CONFIG), detailed(), "current"),
        ("pulled from a mirror", image(CONFIG, INDEX, repository="mirror.example.com/app"), row(), "current"),
        ("pulled from elsewhere", image(CONFIG, OLD_INDEX, repository="mirror.example.com/app"), row(), "local"),
        ("not in the registry", image(OLD_INDEX, OLD_INDEX), row(status="not_found", digest=""), "missing"),
        ("refused", image(OLD_INDEX, OLD_INDEX), row(status="denied", digest="", error="No."), "unknown"),
        ("refused, and built here", image(OLD_INDEX), row(status="denied", digest="", error="No."), "local"),
        ("an error in the details alone", image(CONFIG, INDEX), row(status="failed", error="No."), "current"),
        (
            "an error in the details alone, older",
            image(CONFIG, OLD_INDEX),
            row(status="failed", error="No."),
            "outdated",
        ),
        ("not asked", image(CONFIG, INDEX), row(f"{NAME}:2"), "unknown"),
        ("no digest, though it is called good", image(CONFIG, OLD_INDEX), row(digest=""), "unknown"),
    ],
)
def test_what_an_image_is(name: str, one: t.Any, reference: t.Any, status: str) -> None:
    (found,) = outdated_rows([one], [reference])
    assert found["status"] == status, name
    assert found["reason"] and found["status"] in CURRENCIES


@pytest.mark.parametrize(
    "tag, repository, reference",
    [
        ("alpine:3", "alpine", "docker.io/library/alpine:3"),
        ("docker.io/library/alpine:3", "docker.io/library/alpine", "docker.io/library/alpine:3"),
        ("index.docker.io/library/alpine:3", "index.docker.io/library/alpine", "docker.io/library/alpine:3"),
        ("Registry.example.com:443/app:1", "Registry.example.com:443/app", "registry.example.com/app:1"),
    ],
)
def test_spellings_of_one_name(tag: str, repository: str, reference: str) -> None:
    one = image(CONFIG, OLD_INDEX, tags=[tag], repository=repository)
    assert outdated_rows([one], [row(reference)])[0]["status"] == "outdated"


def test_what_podman_builds() -> None:
    one = image(CONFIG, OLD_INDEX, tags=["localhost/app:1"], repository="localhost/app")
    assert outdated_rows([one], [])[0]["status"] == "local"
    assert outdated_rows([one], [row("localhost/app:1", status="failed", digest="")])[0]["status"] == "local"


def test_a_row_for_each_tag_with_its_facts() -> None:
    tags = [f"{NAME}:1", f"{NAME}:2"]
    one = {"digest": MANIFEST, "config_digest": CONFIG, "created": 20}
    references = [row(newer_tags=["2"], platforms=[one])]
    found = outdated_rows([image(OTHER_CONFIG, OLD_INDEX, tags=tags), image(CONFIG)], references)
    assert [one["reference"] for one in found] == [f"{NAME}:1", f"{NAME}:2", f"{NAME}:1"]
    assert found[0] == {
        "id": OTHER_CONFIG,
        "reference": f"{NAME}:1",
        "status": "outdated",
        "reason": "the tag means another image now",
        "digests": [OLD_INDEX],
        "registry_digest": INDEX,
        "created": 5,
        "registry_created": 20,
        "newer_tags": ["2"],
    }
    assert [one["status"] for one in found] == ["outdated", "unknown", "current"]


def test_an_engine_answers_less() -> None:
    answer = row(platforms=[{"platform": "linux/amd64", "os_version": ""}])
    assert outdated_rows([image(CONFIG, INDEX)], [answer])[0]["status"] == "current"


@pytest.mark.parametrize(
    "one, other",
    [
        pytest.param(detailed(), row(status="failed", digest="", error="No."), id="an error"),
        pytest.param(detailed(), row(digest=OLD_INDEX, platforms=[{"created": 19}]), id="an older image"),
        pytest.param(row(newer_tags=[]), row(), id="no newer tags, and not asked for them"),
        pytest.param(row(newer_tags=["3"]), row(newer_tags=["2"]), id="other tags"),
    ],
)
def test_of_two_rows_about_one_name_the_same_counts_in_every_order(one: t.Any, other: t.Any) -> None:
    images = [image(OTHER_CONFIG, OLD_INDEX)]
    found = outdated_rows(images, [one])
    assert outdated_rows(images, [one, other]) == outdated_rows(images, [other, one]) == found


@pytest.mark.parametrize(
    "images, references, says",
    [
        ([], {}, "references must be a list"),
        ("x", [], "images must be a list"),
        ([], ["x"], "references[0] must be a row"),
        ([], [{"name": "x"}], "references[0] lacks reference"),
        ([{}], [], "images[0] lacks id"),
        ([], [row(status=7)], "references[0].status must be"),
        ([], [row(platforms="x")], "references[0].platforms must be a list"),
        ([], [row(platforms=[{"created": "soon"}])], "created must be an integer"),
        ([], [row(platforms=[{"config_digest": [1]}])], "references[0].platforms[0].config_digest must be text"),
        ([], [row(newer_tags="2")], "references[0].newer_tags must be a list"),
        ([], [row(newer_tags=["2", 3])], "references[0].newer_tags[1] must be text"),
    ],
)
def test_what_is_not_that(images: t.Any, references: t.Any, says: str) -> None:
    with pytest.raises(InputError) as caught:
        outdated_rows(images, references)
    assert says in str(caught.value)
