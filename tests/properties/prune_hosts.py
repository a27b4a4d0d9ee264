# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Random hosts: images over a random forest of layers, consistent the way a graph driver is."""

from __future__ import annotations

import random
import typing as t

NOW = 1_800_000_000
DAY = 86_400
REPOSITORIES = ("acme/web", "acme/job", "mirror/web", "debian")

Image = dict[str, t.Any]


class Host(t.NamedTuple):
    """``images`` are summaries with facts; the sizes of layers, by chain, are what nobody tells the plan."""

    images: list[Image]
    weights: dict[tuple[str, ...], int]

    @property
    def layers_size(self) -> int:
        """What the engine reports: every layer once."""
        return sum(self.weights[chain] for chain in {chain for image in self.images for chain in chains(image)})

    def without(self, gone: t.Collection[str]) -> Host:
        """The host after these images went, with shared sizes as the engine would count them anew."""
        return Host(shared([image for image in self.images if image["id"] not in gone], self.weights), self.weights)

    def freed(self, gone: t.Collection[str]) -> int:
        """The truth: by how much LayersSize drops."""
        return self.layers_size - self.without(gone).layers_size

    def plain(self) -> list[Image]:
        """The images as a list gives them, without layers."""
        return [{key: value for key, value in image.items() if key != "layers"} for image in self.images]


def chains(image: Image) -> list[tuple[str, ...]]:
    """The chain of each layer of an image."""
    return [tuple(image["layers"][: depth + 1]) for depth in range(len(image["layers"]))]


def shared(images: list[Image], weights: t.Mapping[tuple[str, ...], int]) -> list[Image]:
    """Set shared_size: layers that any other image has too, intermediate ones included."""
    users: dict[tuple[str, ...], int] = {}
    for image in images:
        for chain in chains(image):
            users[chain] = users.get(chain, 0) + 1
    return [
        {**image, "shared_size": sum(weights[chain] for chain in chains(image) if users[chain] > 1)} for image in images
    ]


class Dice(random.Random):
    """Random choices from a seed.

    Drawing each of them from Hypothesis would shrink better, and take twenty times as long for as many examples.
    """

    def one_in(self, count: int) -> bool:
        """True once in so many times."""
        return self.randrange(count) == 0

    def moment(self, unknown_one_in: int) -> int:
        """A time some days ago, or 0; few different ones, so that there are ties."""
        return 0 if self.one_in(unknown_one_in) else NOW - self.randint(-1, 6) * DAY


def random_host(dice: Dice, count: int) -> Host:
    """A host with so many images."""
    paths: list[list[str]] = [[]]
    weights: dict[tuple[str, ...], int] = {}
    images: list[Image] = []
    for number in range(count):
        ancestor = dice.randint(-1, number - 1)
        path = list(images[ancestor]["layers"]) if ancestor >= 0 else list(dice.choice(paths))
        if ancestor < 0:
            path = path[: dice.randint(0, len(path))]
        for _new in range(dice.randint(0, 2)):
            path = [*path, f"layer{len(weights)}"]
            weights[tuple(path)] = dice.choice((0, 1, 5, 20, 100))
        paths.append(path)
        names = dice.sample(REPOSITORIES, dice.randint(0, 2))
        child = ancestor >= 0 and dice.one_in(2)
        # Few are protected, or there would be nothing to plan.
        odd = dice.randrange(20)
        images.append(
            {
                "id": f"sha256:{dice.randrange(8)}{number:063x}",
                "repo_tags": [f"{name}:{number if dice.one_in(2) else f'v{number}'}" for name in names],
                "repo_digests": [f"{dice.choice(REPOSITORIES)}@sha256:{number:064x}"] if dice.one_in(4) else [],
                "parent_id": images[ancestor]["id"] if child else "",
                "created": dice.moment(6),
                "last_tagged": dice.moment(1 if dice.one_in(2) else 2),
                "last_used": dice.moment(1 if dice.one_in(2) else 2),
                "size": sum(weights[tuple(path[: depth + 1])] for depth in range(len(path))),
                "shared_size": 0,
                "virtual_size": None,
                "labels": dict(dice.choice(({}, {}, {"keep": "true"}, {"app": "web"}, {"app": "job", "b": ""}))),
                "containers": {0: 1, 1: -1}.get(odd, 0),
                "in_use_by": ["someone"] if odd == 2 else [],
                "stopped_containers": [{"name": "old", "exited": NOW - dice.choice((9, 90)) * DAY}]
                if odd in (0, 2) and number % 2
                else None,
                "pinned": odd == 3,
                "read_only": odd == 4,
                "layers": path,
            }
        )
    return Host(shared(images, weights), weights)
