# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an engine itself says about its images, gathered the slow way: the answer that the collection must give, too.

Every image is inspected, containers are counted one by one, names with digests come from the engine's CLI. No code of
the collection takes part.
"""

from __future__ import annotations

import calendar
import collections
import subprocess
import time
import typing as t

from engines.api import EngineAPI

Record = dict[str, t.Any]


def facts(engine: Record) -> Record:
    """Return the summaries of the engine's images, newest first, then by id, for each way to ask.

    `images` are those that are listed by default, `all` has the intermediate ones, too, `shared` has shared sizes.
    """
    api = EngineAPI(engine["socket"])
    listed = {entry["Id"] for entry in api.get("/images/json")}
    every = _summaries(engine, api)
    images = [summary for summary in every if summary["id"] in listed]
    shared = _shared_sizes(api, engine)
    return {
        "images": images,
        "all": every,
        "shared": [{**summary, "shared_size": shared.get(summary["id"], -1)} for summary in images],
        "printed_sizes": _printed_sizes(engine),
    }


def _summaries(engine: Record, api: EngineAPI) -> list[Record]:
    containers = collections.Counter(_full(each["ImageID"]) for each in api.get("/containers/json", all="1"))
    digests = _digests_of_cli(engine) if engine["kind"] == "docker" else None
    summaries = []
    for entry in api.get("/images/json", all="1"):
        image = api.get(f"/images/{entry['Id'].partition(':')[2]}/json")
        tags = [name for name in image["RepoTags"] or [] if "@" not in name]
        summaries.append(
            {
                "containers": containers[image["Id"]],
                "created": _seconds(image.get("Created")),
                "id": image["Id"],
                "labels": image["Config"].get("Labels") or {},
                "parent_id": _full(image.get("Parent") or ""),
                "repo_digests": sorted(image["RepoDigests"] or [] if digests is None else digests[image["Id"]]),
                "repo_tags": sorted(tags),
                "shared_size": -1,
                # Docker's containerd store counts unpacked layers in the list only, not in inspect.
                "size": entry["Size"] if engine["store"] == "containerd" else image["Size"],
                "virtual_size": entry.get("VirtualSize"),
            }
        )
    return sorted(summaries, key=lambda summary: (-summary["created"], summary["id"]))


def _printed_sizes(engine: Record) -> dict[str, str]:
    """Return the sizes as the engine's CLI prints them, by full id."""
    rows = _cli(engine, ["images", "-a", "--no-trunc", "--format", "{{.ID}} {{.Size}}"])
    return {_full(image): size for image, _space, size in (row.partition(" ") for row in rows)}


def _digests_of_cli(engine: Record) -> dict[str, set[str]]:
    """Return the names with a digest that `docker image ls` prints, by id; inspect knows more than the list."""
    rows = _cli(engine, ["images", "-a", "--no-trunc", "--digests", "--format", "{{.ID}} {{.Repository}} {{.Digest}}"])
    found = collections.defaultdict(set)
    for image, repository, digest in (row.split(" ") for row in rows):
        found[image].update([f"{repository}@{digest}"] if digest != "<none>" else [])
    return found


def _shared_sizes(api: EngineAPI, engine: Record) -> dict[str, int]:
    """Return shared sizes as disk usage knows them; it leaves intermediate images out. libpod has its own.

    None from Podman before 5.5: what it says are sizes of parents, see https://github.com/containers/common/pull/2355.
    """
    if engine["kind"] == "podman":
        if [int(part) for part in engine["version"].split(".")[:2]] < [5, 5]:
            return {}
        rows = api.get("/v4.0.0/libpod/system/df")["Images"]
        return {_full(row["ImageID"]): row["SharedSize"] for row in rows}
    return {row["Id"]: row["SharedSize"] for row in api.get("/system/df")["Images"]}


def _cli(engine: Record, words: list[str]) -> list[str]:
    done = subprocess.run([*engine["cli"], *words], stdout=subprocess.PIPE, text=True, check=True)
    return done.stdout.splitlines()


def _full(image: str) -> str:
    return f"sha256:{image}" if image and ":" not in image else image


def _seconds(text: str | None) -> int:
    """Return seconds since the epoch of RFC 3339 text; Go's year 1 and no date at all both mean unknown."""
    if not text or text.startswith("0001-"):
        return 0
    seconds = calendar.timegm(time.strptime(text[:19], "%Y-%m-%dT%H:%M:%S"))
    zone = text[19:].lstrip(".0123456789")
    if zone in ("", "Z"):
        return seconds
    offset = int(zone[1:3]) * 3600 + int(zone[4:6]) * 60
    return seconds - offset if zone[0] == "+" else seconds + offset
