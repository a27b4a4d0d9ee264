# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Events as engines sent them (shortened), and what is known after them."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.container_ops.images.plugins.module_utils._core.usage.events import EventReader

OLD, NEW = "sha256:" + "a" * 64, "sha256:" + "b" * 64
T = 1_700_000_000
NOW = T + 1000


def image(second: float, action: str, identity: str, name: str = "") -> dict[str, t.Any]:
    return _event(second, "image", action, identity, {"name": name or identity})


def container(second: float, action: str, identity: str, name: str) -> dict[str, t.Any]:
    return _event(second, "container", action, identity, {"image": name, "name": "odd"})


def _event(second: float, kind: str, action: str, identity: str, attributes: dict[str, str]) -> dict[str, t.Any]:
    nano = int((T + second) * 10**9)
    actor = {"ID": identity, "Attributes": attributes}
    return {"Type": kind, "Action": action, "Actor": actor, "time": nano // 10**9, "timeNano": nano}


def read(
    *events: t.Any,
    engine: str = "docker",
    containers: dict[str, str] | None = None,
    names: dict[str, set[str]] | None = None,
    ever: t.Any = None,
    moves_silently: bool = False,
) -> t.Any:
    """The trace, with moments counted from T."""
    reader = EventReader(engine, containers or {})
    for event in events:
        reader.take(event)
    means = names or {}
    moves_silently = moves_silently or ever is not None
    trace = reader.trace("x", lambda name: means.get(name, set()), ever, NOW, moves_silently)
    return (
        {key: moment - T for key, moment in trace.arrived.items()},
        {key: moment - T for key, moment in trace.used.items()},
        None if trace.since is None else trace.since - T,
    )


RUN = [
    container(10, "create", "c1", "web:1"),
    container(11, "start", "c1", "web:1"),
    container(12, "die", "c1", "web:1"),
]


class TestDocker:
    def test_nothing_happened(self) -> None:
        assert read() == ({}, {}, 1000)

    def test_events_with_the_id_of_the_image(self) -> None:
        events = [image(1, "tag", OLD, "web:1"), image(2, "load", NEW), image(3, "untag", OLD), image(4, "save", NEW)]
        assert read(*events) == ({OLD: 1, NEW: 2}, {}, 2)

    def test_a_pull_has_the_name_alone(self) -> None:
        assert read(image(5, "pull", "web:1", "web"), names={"web:1": {OLD}})[0] == {OLD: 5}

    def test_a_pull_whose_tag_moved_says_nothing_of_the_other_image(self) -> None:
        """Which image arrived is not known: the watching begins behind it."""
        events = [image(1, "save", OLD), image(5, "pull", "web:1", "web"), image(6, "tag", NEW, "web:1")]
        assert read(*events, names={"web:1": {NEW}}) == ({NEW: 6}, {}, 6)

    def test_two_pulls_of_a_tag(self) -> None:
        events = [image(1, "save", OLD), image(5, "pull", "web:1", "web"), image(60, "pull", "web:1", "web")]
        assert read(*events, names={"web:1": {NEW}}) == ({NEW: 60}, {}, 6)

    def test_a_pull_of_all_tags_has_no_tag(self) -> None:
        """Which images arrived is not known."""
        events = [image(1, "save", OLD), image(5, "pull", "quay.io/web", "quay.io/web")]
        assert read(*events, names={"quay.io/web": {OLD}})[2] == 6

    def test_what_has_the_name_of_a_pull_in_front_of_a_load_is_younger(self) -> None:
        events = [image(1, "save", OLD), image(5, "pull", "web:1", "web"), image(9, "load", NEW, NEW)]
        assert read(*events, names={"web:1": {OLD}}) == ({OLD: 5, NEW: 9}, {}, 6)

    @pytest.mark.parametrize("means", [set(), {OLD, NEW}], ids=["nothing", "several images"])
    def test_a_pull_whose_name_does_not_mean_one_image(self, means: set[str]) -> None:
        events = [image(1, "tag", OLD, "n:1"), image(5, "pull", "web:1", "web")]
        assert read(*events, names={"web:1": means})[2] == 6

    def test_a_container_that_exists_is_certain(self) -> None:
        assert read(*RUN, containers={"c1": OLD}, names={"web:1": {NEW}})[1:] == ({OLD: 12}, 11)

    def test_a_removed_container_whose_name_did_not_move(self) -> None:
        assert read(*RUN, names={"web:1": {OLD}})[1:] == ({OLD: 12}, 11)

    def test_spellings_of_one_name(self) -> None:
        events = [image(1, "tag", OLD, "docker.io/library/web:latest"), container(2, "create", "c1", "web")]
        assert read(*events)[1] == {OLD: 2}

    def test_a_name_that_moved_after_the_use(self) -> None:
        """The image that has the name now was not used. Which one was is not known: the watching begins behind it."""
        assert read(*RUN, image(20, "tag", NEW, "web:1"), names={"web:1": {NEW}}) == ({NEW: 20}, {}, 13)

    def test_a_name_that_was_given_before_the_use_and_moved_after_it(self) -> None:
        events = [image(1, "tag", OLD, "web:1"), *RUN, image(20, "tag", NEW, "web:1")]
        assert read(*events, names={"web:1": {NEW}})[1:] == ({OLD: 12}, 2)

    def test_a_name_that_may_have_moved_without_an_event(self) -> None:
        """A build by BuildKit: the image that has the name now may not have been used. The watching begins behind."""
        assert read(*RUN, names={"web:1": {NEW}}, moves_silently=True)[1:] == ({NEW: 12}, 13)
        pulled = [image(1, "save", OLD), image(5, "pull", "web:1", "web")]
        assert read(*pulled, names={"web:1": {NEW}}, moves_silently=True)[2] == 6

    def test_a_name_that_has_moved_without_an_event(self) -> None:
        events = [image(1, "tag", OLD, "web:1"), *RUN]
        assert read(*events, names={"web:1": {NEW}}, moves_silently=True)[1:] == ({OLD: 12}, 13)
        assert read(*events, names={"web:1": {OLD}}, moves_silently=True)[1:] == ({OLD: 12}, 2)

    def test_a_container_keeps_its_image_when_the_name_moves(self) -> None:
        events = [
            image(1, "tag", OLD, "web:1"),
            RUN[0],
            image(11, "tag", NEW, "web:1"),
            container(30, "die", "c1", "web:1"),
        ]
        assert read(*events, names={"web:1": {NEW}})[1] == {OLD: 30}

    def test_a_load_may_move_any_name(self) -> None:
        assert read(*RUN, image(20, "load", NEW), names={"web:1": {OLD}})[1:] == ({}, 13)

    def test_a_container_from_before_the_first_event(self) -> None:
        assert read(container(9, "die", "c0", "web:1"), names={"web:1": {OLD}})[1:] == ({}, 10)

    def test_by_id(self) -> None:
        assert read(container(9, "create", "c1", OLD))[1] == {OLD: 9}

    def test_a_name_that_means_nothing_or_several_images(self) -> None:
        assert read(*RUN)[2] == read(*RUN, names={"web:1": {OLD, NEW}})[2] == 13

    def test_health_checks_are_not_uses(self) -> None:
        assert read(container(9, "health_status: healthy", "c1", "web:1"))[1:] == ({}, 10)

    @pytest.mark.parametrize("odd", [None, [], {}, {"time": "x"}, {"time": T, "Type": "image"}, {"timeNano": -5}])
    def test_what_is_not_an_event_ends_the_watching(self, odd: t.Any) -> None:
        assert read(*RUN, odd, names={"web:1": {OLD}})[1:] == ({OLD: 12}, None)

    def test_more_events_than_are_put_in_order(self) -> None:
        events = [image(1, "tag", OLD, "web:1"), *(image(2 + n, "tag", NEW, f"n:{n}") for n in range(800))]
        assert read(*events)[0] == {OLD: 1, NEW: 801}


class TestPodman:
    def test_a_pull_comes_before_each_container_in_any_order(self) -> None:
        events = [
            container(1.2, "create", "c1", "localhost/web:1"),
            image(1.1, "pull", "a" * 64, "web:1"),
            container(90, "died", "c1", "localhost/web:1"),
            container(91, "remove", "c1", "localhost/web:1"),
        ]
        assert read(*events, engine="podman") == ({OLD: 1}, {OLD: 91}, 2)

    def test_the_pull_names_the_image_also_if_the_name_moves(self) -> None:
        events = [
            image(1.1, "pull", "a" * 64, "web:1"),
            container(1.2, "create", "c1", "docker.io/library/web:1"),
            image(20, "tag", "b" * 64, "web:1"),
            container(90, "remove", "c1", "docker.io/library/web:1"),
        ]
        assert read(*events, engine="podman", names={"web:1": {NEW}})[1] == {OLD: 90}

    def test_what_had_the_name_at_any_time_may_have_been_used(self) -> None:
        """The watching goes on then: the engine remembers all names of every image."""
        event = container(9, "remove", "c0", "localhost/web:1")
        assert read(event, engine="podman", ever=lambda name: [OLD, NEW])[1:] == ({OLD: 9, NEW: 9}, 10)

    @pytest.mark.parametrize("action", ["mount", "unmount"])
    def test_a_mount_of_an_image_is_a_use_from_its_beginning_to_its_end(self, action: str) -> None:
        assert read(image(3, action, "a" * 64, "web"), engine="podman")[:2] == ({}, {OLD: 3})

    def test_a_pull_that_failed_brought_nothing(self) -> None:
        assert read(image(3, "pull-error", "", "web:1"), engine="podman", names={"web:1": {OLD}})[0] == {}

    def test_a_container_of_a_pod_has_no_image(self) -> None:
        events = [container(3, "create", "p1", ""), container(9, "died", "p1", ""), container(9, "remove", "p1", "")]
        assert read(*events, engine="podman", ever=lambda _name: []) == ({}, {}, 4)

    def test_one_path_in_two_registries(self) -> None:
        """A container made through the API has no pull in front."""
        events = [
            image(1, "tag", "a" * 64, "docker.io/library/web:1"),
            container(5, "create", "c1", "quay.io/web:1"),
            container(6, "remove", "c1", "quay.io/web:1"),
        ]
        names = {"quay.io/web:1": {NEW}}
        ever = {"quay.io/web:1": [NEW]}
        assert read(*events, engine="podman", names=names, ever=lambda name: ever.get(name, []))[1][NEW] == 6

    def test_one_path_in_two_registries_without_ids(self) -> None:
        events = [
            image(1, "pull", "", "docker.io/library/web:1"),
            container(5, "create", "c1", "quay.io/web:1"),
            container(6, "remove", "c1", "quay.io/web:1"),
        ]
        names = {"docker.io/library/web:1": {OLD}, "quay.io/web:1": {NEW}}
        used = read(*events, engine="podman", names=names, ever=lambda name: [*names[name]])[1]
        assert used[NEW] == 6

    def test_a_name_that_moved_without_an_event(self) -> None:
        """Other programs do that, and so does a pull from an archive."""
        events = [image(1, "tag", "a" * 64, "localhost/web:1"), container(5, "create", "c1", "localhost/web:1")]
        names = {"localhost/web:1": {NEW}}
        used = read(*events, engine="podman", names=names, ever=lambda _name: [OLD, NEW])[1]
        assert used == {OLD: 5, NEW: 5}

    def test_a_name_that_did_not_move_is_of_its_image_alone(self) -> None:
        events = [image(1, "tag", "a" * 64, "localhost/web:1"), container(5, "create", "c1", "localhost/web:1")]
        used = read(*events, engine="podman", names={"localhost/web:1": {OLD}}, ever=lambda _name: [OLD, NEW])[1]
        assert used == {OLD: 5}

    def test_a_pull_from_an_archive_may_move_any_name(self) -> None:
        events = [
            image(1, "tag", "a" * 64, "localhost/web:1"),
            image(2, "pull", "b" * 64, "docker-archive:/a.tar"),
            container(5, "create", "c1", "localhost/web:1"),
        ]
        used = read(*events, engine="podman", names={"localhost/web:1": {NEW}}, ever=lambda _name: [NEW])[1]
        assert used == {NEW: 5}

    def test_a_build_has_the_id_for_a_name(self) -> None:
        """As all of Podman 4.3 to 6.1 note it."""
        assert read(image(3, "build", "", "a" * 64), engine="podman") == ({OLD: 3}, {}, 4)

    @pytest.mark.parametrize(
        ("moves", "watched"),
        [
            (image(20, "build", "", "b" * 64), 11),
            (image(20, "loadfromarchive", "b" * 64, "/tmp/web.tar"), 11),
            (image(20, "loadfromarchive", "", "/tmp/web.tar"), 21),  # which image arrived is not known
            (container(20, "commit", "c9", "localhost/base:1"), 11),
        ],
        ids=["build", "load", "load without an ID", "commit"],
    )
    def test_what_may_have_moved_any_name(self, moves: t.Any, watched: int) -> None:
        """The containers before it may have had another image than the name means now."""
        asked: list[str] = []

        def ever(name: str) -> list[str]:
            asked.append(name)
            return [OLD, NEW]

        events = [*RUN[:2], moves, container(30, "died", "c1", "web:1")]
        _arrived, used, since = read(*events, engine="podman", names={"web:1": {NEW}}, ever=ever)
        assert used == {OLD: 30, NEW: 30} and since == watched and asked == ["web:1"]

    def test_a_pull_without_an_id(self) -> None:
        """As Podman 4.3 notes it. What ever had the name may be what arrived and was used."""
        events = [image(1, "pull", "", "web:1"), *RUN]
        arrived, used, since = read(
            *events, engine="podman", names={"web:1": {NEW}}, ever=lambda name: [OLD, NEW] if name == "web:1" else []
        )
        assert arrived == {OLD: 1, NEW: 1} and used == {OLD: 12, NEW: 12} and since == 2

    def test_a_pull_without_an_id_does_not_lose_other_names(self) -> None:
        events = [image(1, "pull", "", "web:1"), image(2, "pull", "", "job:1")]
        names = {"web:1": {OLD}, "job:1": {NEW}}
        assert read(*events, engine="podman", names=names, ever=lambda _name: [])[0] == {OLD: 1, NEW: 2}
