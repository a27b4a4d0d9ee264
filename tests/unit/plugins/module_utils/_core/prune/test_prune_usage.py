# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who uses which image: containers without an image, image mounts, and which image a mount may mean."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.container_ops.images.plugins.module_utils._core.errors import InputError
from ansible_collections.container_ops.images.plugins.module_utils._core.image.summary import ImageSummary
from ansible_collections.container_ops.images.plugins.module_utils._core.prune.mounts import (
    Mount,
    kept_its_name,
    may_be_mounted,
    tagged_before,
)
from ansible_collections.container_ops.images.plugins.module_utils._core.prune.usage import (
    EndedContainer,
    Usage,
    read_usage,
)
from ansible_collections.container_ops.images.tests.unit.plugins.module_utils._core.prune.hosts import (
    NOW,
    image,
    long_id,
    word,
)

DAY = 86_400
HOST = "registry.example.com"
DIGEST = "sha256:" + "d" * 64
IMAGES = [
    ImageSummary.from_dict(one)
    for one in (
        image("web", f"{HOST}/web:1"),
        image("data", f"{HOST}/data:1 {HOST}/data:latest"),
        {**image("pulled"), "repo_digests": [f"{HOST}/pulled@{DIGEST}"]},
        image("local", "localhost/local:latest"),
    )
]


def usage(engine: str = "docker", **row: t.Any) -> Usage:
    """Of one container of the image `web`."""
    return read_usage([{"Id": "c", "Names": ["/box"], "ImageID": long_id("web"), **row}], IMAGES, engine)


def mounted(engine: str, **mount: t.Any) -> tuple[list[str], bool]:
    """The words of the images that the mount means, and whether that is all there is to say."""
    found = usage(engine, Mounts=[{"Type": "image", **mount}])
    users = {word(one): names for one, names in found.users.items() if "box (image mount)" in names}
    return sorted(users), not found.uncertain


DOCKER = {"Source": "/run/data/overlay2/0/merged"}


@pytest.mark.parametrize(
    "engine, mount, expected",
    [
        pytest.param("docker", {"Name": f"{HOST}/data:1", **DOCKER}, (["data"], False), id="Docker names the image"),
        pytest.param("podman", {"Source": f"{HOST}/data:1"}, (["data"], False), id="Podman has it in Source"),
        pytest.param("podman", {"Name": "", "Source": f"{HOST}/data:1"}, (["data"], False), id="an empty name"),
        pytest.param("podman", {"Source": f"{HOST}/data"}, (["data"], False), id="no tag is latest"),
        pytest.param("podman", {"Source": "data:1"}, (["data"], False), id="Podman tries several registries"),
        pytest.param("podman", {"Source": "local"}, (["local"], False), id="localhost is one of them"),
        pytest.param("docker", {"Name": "data:1"}, ([], False), id="Docker does not"),
        pytest.param("docker", {"Name": f"{HOST}/moved:1"}, ([], False), id="a name that is gone"),
        pytest.param("docker", {"Name": long_id("data")}, (["data"], True), id="by ID"),
        pytest.param("docker", {"Name": long_id("data")[7:]}, (["data"], True), id="by bare ID"),
        pytest.param("docker", {"Name": long_id("data")[7:19]}, (["data"], False), id="by short ID"),
        pytest.param("podman", {"Source": long_id("data")[7:10]}, (["data"], False), id="by a very short ID"),
        pytest.param("docker", {"Name": long_id("gone")}, ([], True), id="an image that is gone"),
        pytest.param("docker", {"Name": f"{HOST}/pulled:1@{DIGEST}"}, (["pulled"], False), id="by digest"),
        pytest.param("docker", {"Name": f"x@{long_id('data')}"}, (["data"], False), id="a digest that is an ID"),
        pytest.param("docker", DOCKER, ([], False), id="a directory is no name"),
        pytest.param("docker", {}, ([], False), id="nothing is said"),
        pytest.param("docker", {"Name": None, "Source": 7}, ([], False), id="nothing that can be read"),
    ],
)
def test_what_a_mount_means(engine: str, mount: dict[str, t.Any], expected: tuple[list[str], bool]) -> None:
    assert mounted(engine, **mount) == expected


def test_a_directory_is_not_taken_for_a_name() -> None:
    """Or Podman, which remembers names, would say that nobody ever had it."""
    assert usage("podman", Mounts=[{"Type": "image", **DOCKER}]).uncertain == [Mount("c", "box", 0, "")]


@pytest.mark.parametrize("mounts", [None, "x", [{"Type": "volume", "Name": f"{HOST}/data:1"}], ["x"]])
def test_other_mounts_are_none_of_an_image(mounts: t.Any) -> None:
    found = usage(Mounts=mounts)
    assert found.users == {long_id("web"): ["box"]} and not found.uncertain


@pytest.mark.parametrize("identity", ["", "sha256:"])
def test_containers_of_a_directory_use_no_image(identity: str) -> None:
    """Podman's `--rootfs`, and the infra containers of some of its pods."""
    assert usage("podman", ImageID=identity) == Usage({}, [], 1, [], {})


@pytest.mark.parametrize("identity", [None, "sha256:12", 7])
def test_a_container_whose_image_cannot_be_read_ends_everything(identity: t.Any) -> None:
    with pytest.raises(InputError, match=r"containers\[0\]\.ImageID"):
        usage(ImageID=identity)


def test_a_row_that_is_no_container_has_the_code_of_this_reply() -> None:
    with pytest.raises(InputError, match=r"containers\[1\]") as found:
        read_usage([{"Id": "c", "ImageID": long_id("web")}, "x"], IMAGES, "docker")
    assert found.value.code == "E_TYPE_containers"


@pytest.mark.parametrize(
    "row, expected",
    [
        ({"Id": "c" * 64}, ("c" * 64, "box")),
        ({"Id": "c" * 64, "Names": []}, ("c" * 64, "c" * 12)),
        ({"Id": "c" * 64, "Names": [7]}, ("c" * 64, "c" * 12)),
        ({"Names": ["//X/box"]}, ("c", "X/box")),
    ],
)
def test_a_container_whose_image_is_not_listed(row: dict[str, t.Any], expected: tuple[str, str]) -> None:
    assert usage(ImageID=long_id("gone"), **row).without_image == [expected]


def test_a_container_without_an_id() -> None:
    row = {"ImageID": long_id("gone"), "State": "running"}
    assert read_usage([row], IMAGES, "docker").without_image == [("", "")]


@pytest.mark.parametrize(
    "state, has_ended", [("exited", True), ("stopped", True), ("running", False), ("created", False), (None, False)]
)
def test_which_containers_have_ended(state: str | None, has_ended: bool) -> None:
    ended = usage(State=state, Created=NOW).ended
    assert ended == ({long_id("web"): [EndedContainer("c", "box", NOW)]} if has_ended else {})


MOUNT = Mount("c", "box", NOW - 10 * DAY, f"{HOST}/data:1")


@pytest.mark.parametrize(
    "age, mount, had, expected",
    [
        pytest.param("30d", MOUNT, None, True, id="older than the container"),
        pytest.param("5d", MOUNT, None, False, id="built after the container"),
        pytest.param("219h", MOUNT, None, True, id="by a clock that is some hours ahead"),
        pytest.param(None, MOUNT, None, True, id="nobody knows when it was built"),
        pytest.param("5d", MOUNT._replace(created=0), None, True, id="nobody knows when the container was made"),
        pytest.param("30d", MOUNT, [], False, id="it never had a name"),
        pytest.param("30d", MOUNT, [f"{HOST}/data:2", f"{HOST}/data:1"], True, id="it once had the name"),
        pytest.param("30d", MOUNT, [f"{HOST}/data:2"], False, id="it never had this name"),
        pytest.param("5d", MOUNT, [f"{HOST}/data:1"], False, id="it got the name later"),
        pytest.param("30d", MOUNT._replace(source=""), [], True, id="the mount may be of anything"),
        pytest.param(
            "30d", MOUNT._replace(source=f"{HOST}/data@{DIGEST}"), [f"{HOST}/data:7"], True, id="a tag may have had it"
        ),
        pytest.param(
            "30d", MOUNT._replace(source=f"{HOST}/data@{DIGEST}"), [f"{HOST}/web:7"], False, id="another repository"
        ),
    ],
)
def test_which_image_may_be_mounted(age: str | None, mount: Mount, had: list[str] | None, expected: bool) -> None:
    one = ImageSummary.from_dict(image("x", "", age))
    assert may_be_mounted(one, mount, NOW, had, "podman") is expected


def test_a_build_date_in_the_future_says_nothing() -> None:
    one = ImageSummary.from_dict({**image("x"), "created": NOW + 1})
    assert may_be_mounted(one, MOUNT, NOW, None, "docker")


@pytest.mark.parametrize(
    "last_tagged, expected",
    [
        ("2026-11-24T12:53:31.968184237Z", True),
        ("2026-11-24T12:53:32.022534784Z", True),
        ("2026-11-24T12:53:32.022534785Z", False),
        ("2026-11-24T12:53:32.1Z", False),
        ("0001-01-01T00:00:00Z", False),
        (None, False),
    ],
)
def test_a_tag_that_is_older_than_the_container(last_tagged: str | None, expected: bool) -> None:
    assert tagged_before(last_tagged, "2026-11-24T12:53:32.022534785Z") is expected


def event(kind: str, action: str, identity: str = "", name: str | None = None) -> dict[str, t.Any]:
    return {"Type": kind, "Action": action, "Actor": {"ID": identity, "Attributes": {"name": name} if name else {}}}


MADE = event("container", "create", "c")


@pytest.mark.parametrize(
    "events, expected",
    [
        pytest.param([MADE], True, id="nothing happened"),
        pytest.param([], False, id="the engine has forgotten"),
        pytest.param([event("container", "create", "other")], False, id="another container"),
        pytest.param([MADE, event("container", "start", "c")], True, id="events of containers"),
        pytest.param([MADE, event("image", "tag", "sha256:0", f"{HOST}/data:1")], False, id="the tag moved"),
        pytest.param([MADE, event("image", "tag", "sha256:0", f"{HOST}/web:1")], True, id="another tag moved"),
        pytest.param([MADE, event("image", "tag", "sha256:0")], False, id="a tag without a name"),
        pytest.param([MADE, event("image", "pull", f"{HOST}/data:1", f"{HOST}/data")], False, id="it was pulled"),
        pytest.param([MADE, event("image", "pull", f"{HOST}/web:1", f"{HOST}/web")], True, id="another was pulled"),
        pytest.param([MADE, event("image", "load", "sha256:0", "sha256:0")], False, id="a load names no names"),
        pytest.param([MADE, event("image", "some day new")], False, id="an event that nobody knows"),
        pytest.param([MADE, event("image", "untag"), event("image", "delete")], True, id="names only went"),
        pytest.param([{}, {"Type": "image", "Actor": None}, MADE], False, id="odd events"),
    ],
)
def test_events(events: list[t.Any], expected: bool) -> None:
    assert kept_its_name(events, MOUNT) is expected
