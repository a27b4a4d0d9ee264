# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How long a plan takes: 1,000 images with 6,000 layers, and up to 100,000 summaries without layers.

  PYTHONPATH=... python3 tests/benchmark/prune_plan.py

PYTHONPATH holds the folder above ansible_collections. Prints seconds, and the peak of memory beside.
"""

from __future__ import annotations

import gc
import random
import resource
import time
import typing as t

from ansible_collections.container_ops.images.plugins.module_utils._core.prune.plan import plan_from_options

NOW = 1_800_000_000
DEPTH = 6


def host(count: int, with_layers: bool) -> tuple[list[dict[str, t.Any]], int]:
    """Images of six layers, of which each shares some with an earlier one; and the bytes of all layers."""
    pick = random.Random(count)
    sizes: dict[tuple[str, ...], int] = {}
    users: dict[tuple[str, ...], int] = {}
    paths: list[tuple[str, ...]] = []
    for number in range(count):
        # One in five ends inside of an earlier path, which leaves no point unknown but what the total tells.
        stem = pick.choice(paths[-50:])[: pick.randrange(DEPTH)] if paths and number % 5 else ()
        path = stem + tuple(f"{number}.{depth}" for depth in range(len(stem), DEPTH))
        paths.append(path)
        for depth in range(1, DEPTH + 1):
            sizes.setdefault(path[:depth], pick.randrange(1, 10**7))
            users[path[:depth]] = users.get(path[:depth], 0) + 1
    images = []
    for number, path in enumerate(paths):
        chains = [path[:depth] for depth in range(1, DEPTH + 1)]
        image = {
            "id": f"sha256:{pick.getrandbits(256):064x}",
            "repo_tags": [f"acme/app{number % 50}:{number}"],
            "repo_digests": [],
            "parent_id": "",
            "created": NOW - pick.randrange(1, 10**7),
            "size": sum(sizes[chain] for chain in chains),
            "shared_size": sum(sizes[chain] for chain in chains if users[chain] > 1),
            "labels": {"team": str(number % 7)},
            "containers": int(number % 10 == 0),
            "virtual_size": None,
        }
        if with_layers:
            image["layers"] = list(path)
            # What one inspection of the history would tell.
            image["history_sizes"] = [sizes[chain] for chain in chains]
        images.append(image)
    return images, sum(sizes.values())


def main() -> None:
    """Measure and print, with the collector of garbage paused, as the module and the filter do."""
    gc.disable()
    print(f"{'images':>7}  {'layers':>6}  {'policy':12} {'method':7} {'removed':>7}  {'seconds':>7}  {'peak MB':>7}")
    for count, with_layers in ((1_000, True), (10_000, False), (50_000, False), (100_000, False)):
        images, total = host(count, with_layers)
        for name, policy in (
            ("rules", {"states": ["tagged"], "older_than": "30d", "keep_last": 2, "keep_references": ["**:latest"]}),
            ("budget", {"max_used_space": total // 2, "keep_last": 1}),
            ("largest", {"max_used_space": total // 2, "evict_order": "largest_reclaim"}),
        ):
            start = time.perf_counter()
            plan = plan_from_options(images, policy, NOW, layers_size=total)
            seconds = time.perf_counter() - start
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
            layers = count * DEPTH if with_layers else 0
            print(
                f"{count:7}  {layers:6}  {name:12} {plan.accounting['method']:7} {len(plan.actions):7}  {seconds:7.2f}"
                f"  {peak:7}",
                flush=True,
            )


if __name__ == "__main__":
    main()
