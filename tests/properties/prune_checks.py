# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The properties of a plan, one function each; every one takes a scenario and fails by an assertion."""

from __future__ import annotations

import json
import random
import typing as t

from ansible_collections.container_ops.images.plugins.module_utils._core.prune.bytes.figures import Figures
from ansible_collections.container_ops.images.plugins.module_utils._core.prune.image_facts import read_images
from ansible_collections.container_ops.images.plugins.module_utils._core.prune.plan import make_plan
from ansible_collections.container_ops.images.plugins.module_utils._core.prune.policy import Policy
from ansible_collections.container_ops.images.plugins.module_utils._core.prune.removal_outcome import (
    PLANNED,
    planned_outcomes,
)
from ansible_collections.container_ops.images.tests.properties.prune_hosts import DAY, NOW, Dice, Host, Image
from ansible_collections.container_ops.images.tests.properties.prune_policies import (
    KEEPS,
    Scenario,
    gone,
    names,
    repository_of,
)

KEEP = (
    *("in_use", "in_use_stopped", "usage_unknown", "pinned", "read_only", "keep_rule", "has_kept_children"),
    *("partial_match", "age_unknown", "last_use_unknown", "no_reclaimable_bytes", "budget_met", "intermediate"),
    "no_rule_matched",
)
REMOVE = ("remove_rule", "budget", "cascade")


def p01_partition(scenario: Scenario) -> None:
    """Every image has exactly one decision; the actions are the images that go, each once."""
    plan = scenario.plan()
    assert sorted(decision["id"] for decision in plan["decisions"]) == sorted(
        image["id"] for image in scenario.host.images
    )
    going = [action["id"] for action in plan["would"] or plan["actions"]]
    assert sorted(going) == sorted(d["id"] for d in plan["decisions"] if d["decision"] == "remove")


def p02_never_in_use(scenario: Scenario) -> None:
    """No action on an image that is used, may be used, is pinned or read-only."""
    going = gone(scenario.plan())
    for image in scenario.host.images:
        if image["containers"] != 0 or image["in_use_by"] or image["pinned"] or image["read_only"]:
            assert image["id"] not in going


def p03_explained(scenario: Scenario) -> None:
    """Every decision has reasons from the list, in the order of the list, and names a rule that exists."""
    rules = {
        rule.name for rule in Policy.parse(scenario.policy, None if "disk" not in scenario.arguments else _DISK).rules
    }
    for decision in scenario.plan()["decisions"]:
        codes = KEEP if decision["decision"] == "keep" else REMOVE
        assert decision["reason"] == decision["reasons"][0]
        assert decision["reasons"] == [code for code in codes if code in decision["reasons"]]
        assert decision["rule"] in {None, *rules, "budget", "cascade"}
        assert decision["detail"].startswith("kept: " if decision["decision"] == "keep" else "removed: ")


def p04_order_free(scenario: Scenario) -> None:
    """Any order of images, names and labels gives a byte-equal plan."""
    shuffled = [
        {
            **image,
            "repo_tags": image["repo_tags"][::-1],
            "repo_digests": image["repo_digests"][::-1],
            "labels": dict(reversed(list(image["labels"].items()))),
        }
        for image in scenario.host.images
    ]
    random.Random(len(shuffled)).shuffle(shuffled)
    assert json.dumps(scenario.plan(shuffled)) == json.dumps(scenario.plan())


def p05_closure(scenario: Scenario) -> None:
    """A parent goes only after all its children."""
    going = gone(scenario.plan())
    for image in scenario.host.images:
        if image["parent_id"] in going:
            assert image["id"] in going
            assert going.index(image["id"]) < going.index(image["parent_id"])


def p06_keep_wins(scenario: Scenario) -> None:
    """Nothing that goes matches any keep pattern or selector."""
    going = gone(scenario.plan())
    for key, (_value, protects) in KEEPS.items():
        if key in scenario.policy:
            assert not any(protects(image) for image in scenario.host.images if image["id"] in going)


def p07_bytes(scenario: Scenario) -> None:
    """Exact is the truth; bounds hold it; the actions add up."""
    plan = scenario.plan()
    truth, accounting = scenario.host.freed(gone(plan)), plan["accounting"]
    if accounting["method"] == "exact":
        assert accounting["lower_bytes"] == accounting["upper_bytes"] == truth
    assert accounting["lower_bytes"] <= truth
    assert truth <= accounting["upper_bytes"]
    assert sum(action["reclaim_bytes"] for action in plan["actions"]) == accounting["lower_bytes"]


def p08_fixed_point(scenario: Scenario) -> None:
    """A second run right after the first does nothing."""
    plan = scenario.plan()
    if plan["blocked"]:
        return
    after = scenario.host.without(gone(plan))
    changes: dict[str, t.Any] = {"layers_size": after.layers_size}
    if "disk" in scenario.arguments:
        disk = scenario.arguments["disk"]
        changes["disk"] = {**disk, "free": min(disk["capacity"], disk["free"] + scenario.host.freed(gone(plan)))}
    assert gone(scenario.plan(after.images, **changes)) == []


def p09_monotone(scenario: Scenario) -> None:
    """Without a budget, a keep rule more, a higher keep_last or older_than never remove more."""
    plan = set(gone(scenario.plan()))
    stricter: list[dict[str, t.Any]] = [{key: value} for key, (value, _oracle) in KEEPS.items()]
    stricter.append({"keep_last": scenario.policy.get("keep_last", 0) + 1})
    stricter.append({"older_than": "4d"})
    for change in stricter:
        policy = {"states": ["dangling"], **scenario.policy, **change}
        policy.pop("max_removals", None)
        policy.pop("max_removal_percent", None)
        if not scenario.plan()["blocked"]:
            assert set(gone(scenario.plan(policy=policy))) <= plan


def p10_budget(scenario: Scenario) -> None:
    """Met: no more than allowed is used. No need, no evictions. Exact: each eviction changes the total."""
    plan = scenario.plan()
    budget = plan["budget"]
    if budget is None or plan["blocked"]:
        return
    evicted = [action["id"] for action in plan["actions"] if action["reason"] == "budget"]
    if budget["need"] == 0:
        assert not evicted
    after = scenario.host.layers_size - scenario.host.freed(gone(plan))
    assert not budget["met"] or after <= scenario.policy["max_used_space"]
    if plan["accounting"]["method"] == "exact":
        for one in evicted:
            # Nobody goes for nothing: what followed it comes back with it.
            rest = set(gone(plan)) - {one} - _ancestors(scenario.host.images, one)
            assert scenario.host.freed(rest) < scenario.host.freed(gone(plan))


def p10_unmet(scenario: Scenario) -> None:
    """Not met: whatever may free a byte goes, though none may be sure. What is said to free nothing frees nothing."""
    plan = scenario.plan()
    if plan["budget"] is None or plan["blocked"]:
        return
    for decision in plan["decisions"]:
        assert plan["budget"]["met"] or decision["reason"] != "budget_met"
        if decision["reason"] == "no_reclaimable_bytes":
            assert scenario.host.freed([*gone(plan), decision["id"]]) == scenario.host.freed(gone(plan))


def p11_keep_last(scenario: Scenario) -> None:
    """At least the N newest tagged images of each repository remain, or as many as there are."""
    policy = {**scenario.policy, "group_by": "repository", "order_by": "created"}
    going, count = gone(scenario.plan(policy=policy)), scenario.policy.get("keep_last", 0)
    groups: dict[str, list[Image]] = {}
    for image in scenario.host.images:
        for repository in {repository_of(name) for name in image["repo_tags"]}:
            if max(image["created"], image["last_tagged"]) > 0:
                groups.setdefault(repository, []).append(image)
    for images in groups.values():
        newest = sorted(images, key=lambda image: (-(image["created"] or image["last_tagged"]), image["id"]))[:count]
        assert not any(image["id"] in going for image in newest)


def p32_held(scenario: Scenario) -> None:
    """What stopped containers hold is kept, and frees together with the plan what is said, or more in bounds."""
    plan = scenario.plan()
    going, held = gone(plan), [one["id"] for one in plan["held_by_stopped"]]
    assert not set(held).intersection(going)
    truth = scenario.host.freed([*going, *held]) - scenario.host.freed(going)
    said = sum(one["reclaim_bytes"] for one in plan["held_by_stopped"])
    if not plan["blocked"]:
        assert said == truth if plan["accounting"]["method"] == "exact" else said <= truth


def p31_deferred(scenario: Scenario) -> None:
    """What one run defers, the next one removes, in the same order and nothing else."""
    plan = scenario.plan()
    for at_most in range(1, len(plan["actions"])):
        outcomes = planned_outcomes(plan["actions"], at_most)
        done = [one.id for one in outcomes if one.outcome == PLANNED]
        deferred = [one.id for one in outcomes if one.outcome != PLANNED]
        assert done + deferred == gone(plan)
        after = scenario.host.without(done)
        assert gone(scenario.plan(after.images, layers_size=after.layers_size)) == deferred


def p30_tag_orders(scenario: Scenario) -> None:
    """By tag, at least the N highest of each repository remain, and whatever has a tag without a place in the order."""
    dice = Dice(scenario.host.layers_size + len(scenario.host.images))
    order, count = dice.choice(sorted(_ASCENDING)), dice.randint(0, 2)
    ascending = _ASCENDING[order]
    images = [
        {**image, "repo_tags": [f"{repository_of(name)}:{dice.choice(ascending)}" for name in image["repo_tags"]]}
        for image in scenario.host.images
    ]
    going = gone(scenario.plan(images, policy={"states": ["tagged"], "keep_last": count, "order_by": order}))
    places: dict[str, dict[str, int]] = {}
    for image in images:
        for name in image["repo_tags"]:
            repository, place = repository_of(name), ascending.index(name.rpartition(":")[2])
            if ascending[place] in _WITHOUT_ORDER:
                assert not count or image["id"] not in going
            else:
                group = places.setdefault(repository, {})
                group[image["id"]] = max(place, group.get(image["id"], -1))
    for group in places.values():
        highest = sorted(group, key=lambda identity: (-group[identity], identity))[:count]
        assert not set(highest).intersection(going)


def p15_unknown_keeps(scenario: Scenario) -> None:
    """Not to know an age, a use or the usage of an image never removes it newly."""
    going = gone(scenario.plan())
    if scenario.plan()["blocked"]:
        return
    for index, image in enumerate(scenario.host.images):
        ways: list[Image] = [{"created": 0, "last_tagged": 0, "last_used": 0}, {"containers": -1}]
        # The age is that of the latest activity: without it, it would be another age, not an unknown one.
        if image["last_used"] <= max(image["created"], image["last_tagged"]):
            ways.append({"last_used": 0})
        for forget in ways:
            images = list(scenario.host.images)
            images[index] = {**image, **forget}
            if image["id"] in gone(scenario.plan(images)):
                assert image["id"] in going


def p16_default_keeps(scenario: Scenario) -> None:
    """Without remove rule and budget nothing goes; with an empty policy only unused dangling images."""
    assert gone(scenario.plan(policy={"rules": []})) == []
    parents = {image["parent_id"] for image in scenario.host.images}
    going = gone(scenario.plan(policy={}))
    for image in scenario.host.images:
        leaf = not names(image) and image["id"] not in parents
        used = image["containers"] or image["in_use_by"] or image["pinned"] or image["read_only"]
        if leaf:
            assert (image["id"] in going) == (not used)
        elif names(image):
            assert image["id"] not in going


def p17_sugar(scenario: Scenario) -> None:
    """Flat options and the rules they compile to give equal plans."""
    disk = _DISK if "disk" in scenario.arguments else None
    assert scenario.plan(policy=Policy.parse(scenario.policy, disk).canonical()) == scenario.plan()


def p19_blocked(scenario: Scenario) -> None:
    """A plan that is too large does nothing at all."""
    plan = scenario.plan()
    count = len(plan["would"] or plan["actions"])
    too_many = count > scenario.policy.get("max_removals", count)
    too_large = count * 100 > scenario.policy.get("max_removal_percent", 100) * len(scenario.host.images)
    assert bool(plan["blocked"]) == (too_many or too_large)
    assert not (plan["blocked"] and plan["actions"])


def p20_clock(scenario: Scenario) -> None:
    """Moving all times and the clock by the same offset changes nothing."""
    offset = 1000 * DAY + 1
    moved = [
        {
            **image,
            **{key: image[key] and image[key] + offset for key in ("created", "last_tagged", "last_used")},
            "stopped_containers": image["stopped_containers"]
            and [{**one, "exited": one["exited"] + offset} for one in image["stopped_containers"]],
        }
        for image in scenario.host.images
    ]
    one, two = scenario.plan(), scenario.plan(moved, now=NOW + offset)
    assert {**two, "now": one["now"], "held_by_stopped": one["held_by_stopped"]} == one
    held = [[plan_image["id"] for plan_image in plan["held_by_stopped"]] for plan in (one, two)]
    assert held[0] == held[1]


def p21_name_forms(scenario: Scenario) -> None:
    """Short and long spellings of a name are the same, in facts and in patterns."""
    policy = {**scenario.policy}
    if policy.get("keep_repositories") == ["debian"]:
        policy["keep_repositories"] = ["docker.io/library/debian"]
    long = scenario.plan(_listed_by_podman(scenario.host.images), policy=policy)
    assert {**long, "policy_digest": ""} == {**scenario.plan(), "policy_digest": ""}


def p29_digests(scenario: Scenario) -> None:
    """Policies with equal digests decide the same, whichever engine lists the images."""
    if not scenario.host.images:
        return
    dice = Dice(scenario.host.layers_size + len(scenario.host.images))
    image = dice.choice(scenario.host.images)
    texts = dice.sample(_spellings(image, dice), 8)
    hosts = [scenario.host.images, _listed_by_podman(scenario.host.images), _built_by_podman(scenario.host.images)]
    for option in ("keep_references", "references"):
        plans: dict[str, list[t.Any]] = {}
        for text in texts:
            policy = {"states": ["tagged", "dangling", "digest_only"], option: [text]}
            found = [scenario.plan(host, policy=policy) for host in hosts]
            plans.setdefault(Policy.parse(policy).digest, []).append([plan["decisions"] for plan in found])
        for same in plans.values():
            assert all(decisions == same[0] for decisions in same)


def p22_budget_prefix(scenario: Scenario) -> None:
    """Static orders: an eligible image that stays is not older than an evicted one, or frees nothing."""
    plan = scenario.plan()
    order = scenario.policy.get("evict_order")
    if order not in ("least_recently_used", "oldest") or plan["blocked"]:
        return
    reasons = {decision["id"]: decision["reason"] for decision in plan["decisions"]}
    stays = {decision["id"]: decision for decision in plan["decisions"] if decision["decision"] == "keep"}
    moment = {image["id"]: _moment(image, order) for image in scenario.host.images}
    childless = {image["id"] for image in scenario.host.images} - {i["parent_id"] for i in scenario.host.images}
    for one in (key for key, reason in reasons.items() if reason == "budget" and key in childless):
        for other, decision in stays.items():
            if decision["reasons"] == ["budget_met"] and other in childless:
                assert moment[other] >= moment[one]


def p23_bounds_shrink(scenario: Scenario) -> None:
    """More facts never widen the bounds."""
    policy = {key: value for key, value in scenario.policy.items() if not _is_budget(key)}
    policy.setdefault("states", ["tagged", "dangling"])
    policy["accounting"] = "auto"
    ways = [
        scenario.plan(scenario.host.plain(), policy=policy, layers_size=None),
        scenario.plan(scenario.host.plain(), policy=policy),
        scenario.plan(policy=policy),
    ]
    assert len({tuple(gone(way)) for way in ways}) == 1
    for few, more in zip(ways, ways[1:]):
        assert few["accounting"]["lower_bytes"] <= more["accounting"]["lower_bytes"]
        assert more["accounting"]["upper_bytes"] <= few["accounting"]["upper_bytes"]


def p28_containers(scenario: Scenario) -> None:
    """The containerd store counts what containers wrote among the layers: the bounds hold all the same."""
    images = [{**image, "shared_size": -1} for image in scenario.host.plain()]
    for written in (0, 7, 1000):
        figures = Figures(scenario.host.layers_size + written, 0, None, (), comparable=False, counts_containers=True)
        policy = Policy.parse({"states": ["tagged", "dangling"], "accounting": "bounds"}, None)
        plan = make_plan(read_images(images), policy, NOW, figures).to_dict()
        assert plan["accounting"]["lower_bytes"] <= scenario.host.freed(gone(plan))
        assert scenario.host.freed(gone(plan)) <= plan["accounting"]["upper_bytes"]


def p26_forest(scenario: Scenario) -> None:
    """A total that the layers do not add up to is noticed, unless one unknown point could explain it."""
    policy = {"accounting": "auto", "states": ["tagged"]}
    for error in (-1, 1):
        plan = scenario.plan(policy=policy, layers_size=max(0, scenario.host.layers_size + error))
        if scenario.host.layers_size + error >= 0 and _all_known(scenario.host):
            assert plan["accounting"]["method"] == "bounds"
            assert plan["warnings"]


# Tags in ascending order, and in front those that have no place in it.
_WITHOUT_ORDER = ("latest", "stable")
_ASCENDING = {
    "version": (*_WITHOUT_ORDER, "v1.2.0", "1.9", "1.10.0-rc.2", "1.10.0-rc.11", "v1.10", "1.10.1", "2"),
    "natural": (*_WITHOUT_ORDER, "b-9", "b-10", "b-100", "c-1"),
    "tag_date": (*_WITHOUT_ORDER, "n20251231", "2026-01-01", "a-20260101T0930", "20260102.2", "20260102.10"),
}
_DISK: t.Any = type("Disk", (), {"capacity": 10**9, "free": 0})()


def _ancestors(images: t.Sequence[Image], one: str) -> set[str]:
    parent = {image["id"]: image["parent_id"] for image in images}
    found, one = set(), parent[one]
    while one:
        found.add(one)
        one = parent[one]
    return found


def _listed_by_podman(images: t.Sequence[Image], registry: str = "docker.io/") -> list[Image]:
    """The same images with names as Podman lists them."""

    def long(name: str) -> str:
        library = "library/" if registry == "docker.io/" and "/" not in name else ""
        return registry + library + name

    keys = ("repo_tags", "repo_digests")
    return [{**image, **{key: [long(name) for name in image[key]] for key in keys}} for image in images]


def _built_by_podman(images: t.Sequence[Image]) -> list[Image]:
    """Every second image with names below ``localhost/``."""
    return [*_listed_by_podman(images[::2], "localhost/"), *_listed_by_podman(images[1::2])]


def _spellings(image: Image, dice: Dice) -> list[str]:
    """Texts that mean the image, or nearly so."""
    name = dice.choice([*names(image), "debian:1"])
    digest, digits = f"sha256:{9:064x}", image["id"][7:]
    repository = repository_of(name)
    versions = ("", ":1", name[len(repository) :], f"@{digest}", f":1@{digest}", f":2@{digest}")
    registries = ("", "library/", "docker.io/", "docker.io/library/", "index.docker.io/", "localhost/")
    spelled = [registry + repository + version for registry in registries for version in versions]
    return [*spelled, image["id"], digits, digits[:12], digits[:4], f"sha256:{digits[:12]}"]


def _moment(image: Image, order: str) -> float:
    if order == "oldest":
        return image["created"] or image["last_tagged"] or float("inf")
    return max(image["created"], image["last_tagged"], image["last_used"]) or float("inf")


def _is_budget(key: str) -> bool:
    return key.endswith("_space") or key in ("evict_order", "on_budget_unmet", "max_removals", "max_removal_percent")


def _all_known(host: Host) -> bool:
    """Whether the bytes of every point where paths part follow from sizes: an image ends there, or nobody is hidden."""
    return all(not image["parent_id"] for image in host.images) and len(host.images) < 4
