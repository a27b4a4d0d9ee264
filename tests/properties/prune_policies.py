# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Random policies, from parts whose meaning is written down a second time, so that the checks have an oracle."""

from __future__ import annotations

import typing as t

from hypothesis import strategies as st

from ansible_collections.container_ops.images.plugins.module_utils._core.prune.plan import plan_from_options
from ansible_collections.container_ops.images.tests.properties.prune_hosts import NOW, Dice, Host, Image, random_host

Policy = dict[str, t.Any]
Plan = dict[str, t.Any]

# What each keep option protects, in Python.
KEEPS: dict[str, tuple[t.Any, t.Callable[[Image], bool]]] = {
    "keep_references": (["acme/*"], lambda image: any(name.startswith("acme/") for name in names(image))),
    "keep_repositories": (["debian"], lambda image: any(name.startswith("debian") for name in names(image))),
    "keep_tags": (["v*"], lambda image: any(":v" in name for name in image["repo_tags"])),
    "keep_label_selectors": (
        ["keep=true", "app in (web),!b"],
        lambda image: (
            image["labels"].get("keep") == "true"
            or (image["labels"].get("app") == "web" and "b" not in image["labels"])
        ),
    ),
}
SELECTIONS: dict[str, tuple[t.Any, ...]] = {
    "states": (["tagged"], ["dangling", "tagged"], ["digest_only", "tagged", "dangling"]),
    "repositories": (["acme/*"], ["**"], ["*", "mirror/*"]),
    "references": (["regex:.*web.*", "debian"],),
    "label_selectors": (["!keep"], ["app"], ["app!=web", "keep!=true"]),
    "larger_than": (0, 20),
    "smaller_than": (101,),
    "older_than": (0, "1d", "3d"),
    "unused_for": ("2d",),
}


class Scenario(t.NamedTuple):
    """A host, a policy, and what else the plan is told."""

    host: Host
    policy: Policy
    arguments: dict[str, t.Any]
    tells_shared: bool = True
    """Whether shared sizes are known. Podman and the containerd store do not tell them."""

    def plan(self, images: t.Sequence[Image] | None = None, **changes: t.Any) -> Plan:
        """The plan of the scenario, with other images or other arguments."""
        arguments = {"policy": self.policy, "now": NOW, **self.arguments, **changes}
        policy, now = arguments.pop("policy"), arguments.pop("now")
        images = self.host.images if images is None else images
        if not self.tells_shared:
            images = [{**image, "shared_size": -1} for image in images]
        return plan_from_options(list(images), policy, now, **arguments).to_dict()


def repository_of(name: str) -> str:
    """The part before tag or digest."""
    return name.partition("@")[0].partition(":")[0]


def names(image: Image) -> list[str]:
    """All references."""
    return [*image["repo_tags"], *image["repo_digests"]]


def gone(plan: Plan) -> list[str]:
    """The IDs that go, in order."""
    return [action["id"] for action in plan["actions"]]


def random_scenario(
    seed: int, count: int, budget: bool | None, layers: bool | None, keep_last: bool | None
) -> Scenario:
    """The scenario of a seed: ``budget``, ``layers`` and ``keep_last`` always, never, or (None) sometimes."""
    dice = Dice(seed)
    host = random_host(dice, count)
    policy: Policy = {key: dice.choice(values) for key, values in SELECTIONS.items() if dice.one_in(5)}
    if dice.one_in(2):
        policy["states"] = ["digest_only", "tagged", "dangling"]
    policy.update({key: value for key, (value, _oracle) in KEEPS.items() if dice.one_in(8)})
    if _happens(dice, keep_last, 4):
        policy["keep_last"] = dice.randint(0, 3)
        policy["group_by"] = dice.choice(("repository", "repository", "none", "label:app", "tag:(v?)(?P<order>.*)"))
        # An expression with a part to sort needs an order by tags to mean anything.
        policy["order_by"] = dice.choice(("created", "created", "version", "natural", "tag_date"))
    if dice.one_in(6):
        policy["min_age"] = dice.choice(("1d", "2d"))
    arguments: dict[str, t.Any] = {"layers_size": host.layers_size}
    if _happens(dice, budget, 2):
        _add_budget(dice, host.layers_size, policy, arguments)
    if dice.one_in(10):
        policy[dice.choice(("max_removals", "max_removal_percent"))] = dice.randint(0, 3)
    if _happens(dice, layers, 2):
        return Scenario(host, policy, arguments)
    policy["accounting"] = "bounds"
    return Scenario(host, policy, arguments, tells_shared=dice.one_in(2))


def _happens(dice: Dice, wanted: bool | None, one_in: int) -> bool:
    return dice.one_in(one_in) if wanted is None else wanted


def _add_budget(dice: Dice, total: int, policy: Policy, arguments: dict[str, t.Any]) -> None:
    if dice.one_in(2):  # a budget alone, without a remove rule
        for key in SELECTIONS:
            policy.pop(key, None)
    policy["max_used_space"] = dice.randint(0, total)
    if dice.one_in(2):
        policy["target_used_space"] = dice.randint(0, policy["max_used_space"])
    if dice.one_in(4):
        arguments["disk"] = {"capacity": 2 * total, "free": dice.randint(0, 2 * total)}
        policy["min_free_space"] = dice.randint(0, 2 * total)
    policy["evict_order"] = dice.choice(("least_recently_used", "oldest", "largest_reclaim"))
    policy["on_budget_unmet"] = dice.choice(("warn", "ignore", "fail"))


def scenarios(
    budget: bool | None = None, layers: bool | None = None, keep_last: bool | None = None
) -> st.SearchStrategy[Scenario]:
    """Scenarios for Hypothesis, with up to eight images."""
    return st.builds(
        random_scenario,
        seed=st.integers(0, 2**32 - 1),
        count=st.integers(0, 8),
        budget=st.just(budget),
        layers=st.just(layers),
        keep_last=st.just(keep_last),
    )
