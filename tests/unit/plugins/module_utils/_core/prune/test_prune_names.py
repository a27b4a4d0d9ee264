# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names in a policy on hosts of several engines: what is kept, what is removed, and when a saved plan is refused.

The table of spellings is in docs/docsite/rst/guide_names.rst and tested beside this folder.
"""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.container_ops.images.plugins.module_utils._core.errors import InputError
from ansible_collections.container_ops.images.plugins.module_utils._core.listing.engine_replies import summaries_of_list
from ansible_collections.container_ops.images.plugins.module_utils._core.prune.bytes.figures import Figures
from ansible_collections.container_ops.images.plugins.module_utils._core.prune.image_facts import facts_of, read_images
from ansible_collections.container_ops.images.plugins.module_utils._core.prune.plan import make_plan
from ansible_collections.container_ops.images.plugins.module_utils._core.prune.policy import Policy
from ansible_collections.container_ops.images.plugins.module_utils._core.prune.saved_plan import check_saved_plan
from ansible_collections.container_ops.images.tests.unit.plugins.module_utils._core.prune.hosts import (
    NOW,
    image,
    long_id,
    word,
)

ALL = {"states": ["tagged", "digest_only", "dangling"]}
DIGEST, OTHER = "sha256:" + "9" * 64, "sha256:" + "8" * 64

Data = dict[str, t.Any]


def planned(images: t.Sequence[Data], policy: Data, engine: str = "") -> Data:
    facts = read_images(list(images))
    return make_plan(facts, Policy.parse(policy), NOW, Figures(None, 0, None, ()), engine).to_dict()


def gone(images: t.Sequence[Data], policy: Data, engine: str = "") -> list[str]:
    return [word(action["id"]) for action in planned(images, policy, engine)["actions"]]


PINNED = [
    image("pinned", "acme/web:1", repo_digests=[f"acme/web@{DIGEST}"]),
    image("moved", "", repo_digests=[f"acme/web@{OTHER}"]),
    image("plain", "acme/web:2"),
]


@pytest.mark.parametrize("engine", ["docker", "podman", ""])
@pytest.mark.parametrize(
    "pattern, kept",
    [
        (f"acme/web:1@{DIGEST}", "pinned"),
        (f"acme/web:7@{DIGEST}", "pinned"),
        (f"docker.io/acme/web:1@{DIGEST}", "pinned"),
        (f"acme/web:1@{OTHER}", "moved"),
        (f"acme/web:2@{DIGEST}", "pinned"),
        (f"acme/*:1@{DIGEST}", "pinned"),
    ],
)
def test_a_name_with_tag_and_digest_protects_the_image_with_that_digest(engine: str, pattern: str, kept: str) -> None:
    left = {"pinned", "moved", "plain"} - set(gone(PINNED, {**ALL, "keep_references": [pattern]}, engine))
    assert left == {kept}


def test_a_pinned_image_of_the_containerd_store_is_kept_when_it_has_lost_its_names() -> None:
    nameless = {**image("x"), "id": DIGEST}
    assert planned([nameless], {**ALL, "keep_references": [f"acme/web:1@{DIGEST}"]}, "docker")["actions"] == []


def test_a_pinned_image_of_podman_is_kept_when_it_has_lost_its_names() -> None:
    row = {"Id": long_id("lost"), "Created": 1, "RepoTags": None, "RepoDigests": [], "Digest": DIGEST}
    (summary,) = summaries_of_list([row], "podman").images
    assert "digest" not in summary.to_dict()
    facts = [facts_of(summary, "dangling", 0, -1)]
    for pattern, kept in ((f"acme/web:1@{DIGEST}", True), (f"acme/web:1@{OTHER}", False), (DIGEST, False)):
        policy = Policy.parse({**ALL, "keep_references": [pattern]})
        plan = make_plan(facts, policy, NOW, Figures(None, 0, None, ()), "podman")
        assert (plan.actions == []) is kept
    policy = Policy.parse({**ALL, "references": [f"acme/web:1@{DIGEST}"]})
    assert make_plan(facts, policy, NOW, Figures(None, 0, None, ()), "podman").actions == []


FLEET = {**ALL, "keep_references": ["myapp:1"], "keep_repositories": ["acme/local"]}


@pytest.mark.parametrize(
    "engine, registry, hub",
    [("docker", "", ""), ("podman", "localhost/", "docker.io/"), ("", "localhost/", "docker.io/")],
)
def test_one_policy_keeps_the_same_images_on_every_engine(engine: str, registry: str, hub: str) -> None:
    host = [
        image("myapp", f"{registry}myapp:1"),
        image("other", f"{registry}myapp:2"),
        image("local", f"{registry}acme/local:5"),
        image("hub", f"{hub}acme/other:1"),
    ]
    assert sorted(gone(host, FLEET, engine)) == ["hub", "other"]


def test_keeping_on_docker_means_no_other_registry() -> None:
    host = [image("short", "alpine:1"), image("mirror", "quay.io/mirror/alpine:1"), image("deep", "mirror/alpine:1")]
    keep = {**ALL, "keep_references": ["alpine"]}
    assert gone(host, keep, "docker") == gone(host, keep) == ["deep", "mirror"]
    # All with a registry: it may be Podman's list.
    assert gone(host[1:2], keep, "docker") == ["mirror"]
    assert gone(host[1:2], keep) == gone(host[1:2], keep, "podman") == []


WEB, LOCAL, QUAY = (
    image("web", "docker.io/library/web:1"),
    image("local", "localhost/web:1"),
    image("quay", "quay.io/team/web:1"),
)


@pytest.mark.parametrize("option", [{"references": ["web:1"]}, {"references": ["web"]}, {"repositories": ["web"]}])
@pytest.mark.parametrize(
    "host, meanings",
    [
        ([WEB, LOCAL], '"localhost/web:1"'),
        ([WEB, QUAY], '"quay.io/team/web:1"'),
        ([WEB, LOCAL, QUAY], '"localhost/web:1" and 1 more'),
        ([LOCAL], '"localhost/web:1"'),
    ],
)
def test_removing_by_a_short_name_that_may_mean_several_images_removes_none(
    option: Data, host: list[Data], meanings: str
) -> None:
    policy = {"states": ["tagged"], **option}
    found = planned(host, policy, "podman")
    written = option.get("references", option.get("repositories"))[0]
    assert found["actions"] == []
    (warning,) = found["warnings"]
    assert warning == (
        f'rule remove ignores the name "{written}", which may also mean {meanings}:'
        " write it with its registry, or the whole ID"
    )
    assert planned(host, policy)["warnings"] == found["warnings"]


def test_removing_by_a_short_name_that_means_one_image() -> None:
    policy = {"states": ["tagged"], "references": ["web:1"]}
    assert gone([WEB], policy, "podman") == ["web"]
    assert gone([WEB, LOCAL], policy, "docker") == ["web"]
    assert gone([WEB, LOCAL, QUAY], {"states": ["tagged"], "references": ["docker.io/web:1"]}, "podman") == ["web"]
    assert gone([WEB, LOCAL, QUAY], {"states": ["tagged"], "references": ["localhost/web:1"]}, "podman") == ["local"]


def test_a_short_id_that_is_also_a_name() -> None:
    digits = long_id("named")[7:19]
    named, nameless = image("other", f"{digits}:latest"), image("named")
    host = [named, nameless]
    for engine in ("docker", "podman"):
        assert gone(host, {**ALL, "keep_references": [digits]}, engine) == []
        found = planned(host, {**ALL, "references": [digits]}, engine)
        assert found["actions"] == []
        (warning,) = found["warnings"]
        assert warning.startswith(
            f'rule remove ignores the name "{digits}", which may also mean the image {nameless["id"]}: '
        )
        assert gone([named], {**ALL, "references": [digits]}, engine) == ["other"]
        assert gone(host, {**ALL, "references": [nameless["id"]]}, engine) == ["named"]


def test_a_whole_id_names_the_image_with_all_its_names() -> None:
    host = [image("a", "web:1 web:2 other/web:3"), image("b", "web:4")]
    assert gone(host, {"states": ["tagged"], "references": [long_id("a")[7:]]}) == ["a"]
    assert gone(host, {"states": ["tagged"], "references": [long_id("a")], "repositories": ["web"]}) == []
    kept = planned(host, {"states": ["tagged"], "keep_references": [long_id("a")]})["decisions"][0]
    assert (kept["decision"], kept["detail"]) == ("keep", "kept: matches its ID (rule keep_references)")


def test_what_a_name_may_mean_takes_no_rank_from_what_it_means() -> None:
    rules = [
        {
            "name": "newest",
            "action": "keep",
            "match": {"repositories": ["web"]},
            "keep_last": 1,
            "group_by": "none",
        },
        {"name": "rest", "action": "remove"},
    ]
    host = [
        image("hub", "docker.io/library/web:1", "9d"),
        image("older", "docker.io/library/web:0", "10d"),
        image("quay", "quay.io/team/web:1", "1d"),
    ]
    assert gone(host, {"rules": rules}, "podman") == ["older"]
    assert sorted(gone(host, {"rules": rules}, "docker")) == ["older", "quay"]


def test_a_saved_plan_is_refused_when_the_corrected_policy_would_keep_something() -> None:
    wrong = {"states": ["tagged"], "keep_references": ["docker.io/myapp:1"]}
    right = {"states": ["tagged"], "keep_references": ["myapp:1"]}
    host = [image("a", "localhost/myapp:1")]
    saved = planned(host, wrong, "podman")
    assert gone(host, wrong, "podman") == ["a"]
    assert gone(host, right, "podman") == []
    check_saved_plan(saved, Policy.parse(wrong), NOW, 3600)
    with pytest.raises(InputError, match="plan was made for another policy"):
        check_saved_plan(saved, Policy.parse(right), NOW, 3600)


@pytest.mark.parametrize("keep", ["docker.io/nginx:1.27", "nginx:1.27", "absent:1", "absent", "index.docker.io/nginx"])
def test_a_valid_name_is_never_a_reason_for_a_warning(keep: str) -> None:
    host = [image("a", "nginx:1.27"), image("b", "web:1")]
    assert planned(host, {**ALL, "keep_references": [keep]})["warnings"] == []
