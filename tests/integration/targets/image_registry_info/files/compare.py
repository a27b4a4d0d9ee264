# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compare rows with what crane, oras and skopeo say of the same names. Exits with a sentence where they differ.

compare.py WORDS_THAT_RUN_A_CLIENT_AS_JSON KIND USER:PASSWORD < ROWS_AS_JSON
"""

from __future__ import annotations

import json
import subprocess
import sys
import typing as t

WORDS: list[str] = json.loads(sys.argv[1])
KIND, LOGIN = sys.argv[2:]
WITH_LOGIN, PLAIN = KIND in ("basic", "token"), KIND in ("open", "basic")
USER, PASSWORD = LOGIN.split(":", 1)

CRANE = ["crane", *(["--insecure"] if PLAIN else [])]
SKOPEO = ["skopeo", "inspect", *(["--tls-verify=false"] if PLAIN else []), *(["--creds", LOGIN] if WITH_LOGIN else [])]
ORAS_OPTIONS = [*(["--plain-http"] if PLAIN else []), *(["-u", USER, "-p", PASSWORD] if WITH_LOGIN else [])]


def run(command: t.Sequence[str]) -> bytes:
    """What a client prints."""
    done = subprocess.run([*WORDS, *command], capture_output=True, check=False)
    if done.returncode:
        raise SystemExit(f"{command} failed: {done.stderr.decode(errors='replace')}")
    return done.stdout


def same(what: str, ours: t.Any, theirs: t.Any) -> None:
    """Complain unless both say the same."""
    if ours != theirs:
        raise SystemExit(f"{what}: the row says {ours!r}, the client {theirs!r}")


def compare(row: dict[str, t.Any]) -> int:
    """How many images were compared."""
    name, repository = row["name"], row["name"].rpartition(":")[0]
    if row["error"]:
        raise SystemExit(f"{name}: {row['error']}")
    same(f"{name}: digest, crane", row["digest"], run([*CRANE, "digest", name]).decode().strip())
    described = json.loads(run(["oras", "manifest", "fetch", "--descriptor", *ORAS_OPTIONS, name]))
    same(f"{name}: digest, oras", row["digest"], described["digest"])
    same(f"{name}: media type, oras", row["media_type"], described["mediaType"])
    document = json.loads(run([*SKOPEO, "--raw", f"docker://{name}"]))
    same(f"{name}: annotations", row["annotations"], document.get("annotations", {}))
    same(f"{name}: kind", row["kind"] == "index", "manifests" in document)
    images = document.get("manifests", [{"digest": row["digest"]}])
    attached = [one["digest"] for one in images if "annotations" in one]
    same(f"{name}: attachments", [one["digest"] for one in row["attachments"]], attached)
    images = [one for one in images if one["digest"] not in attached]
    same(f"{name}: platforms", [one["digest"] for one in row["platforms"]], [one["digest"] for one in images])
    for ours, listed in zip(row["platforms"], images):
        compare_image(f"{repository}@{ours['digest']}", ours, listed, row["kind"])
    return len(images)


def compare_image(name: str, ours: dict[str, t.Any], listed: dict[str, t.Any], kind: str) -> None:
    manifest = json.loads(run([*CRANE, "manifest", name]))
    same(f"{name}: config", ours["config_digest"], manifest["config"]["digest"])
    sizes = [(layer["digest"], layer["mediaType"], layer["size"]) for layer in manifest["layers"]]
    same(f"{name}: layers", [(one["digest"], one["media_type"], one["size"]) for one in ours["layers"]], sizes)
    same(f"{name}: size", ours["compressed_size"], sum(size for _digest, _type, size in sizes))
    if kind not in ("image", "index"):
        return
    config = json.loads(run([*SKOPEO, "--config", f"docker://{name}"]))
    same(f"{name}: labels", ours["labels"], config["config"].get("Labels") or {})
    platform = listed.get("platform", config)
    parts = (platform.get(key) for key in ("os", "architecture", "variant"))
    same(f"{name}: platform", ours["platform"], "/".join(part for part in parts if part))
    same(f"{name}: created", ours["created"], 1577836800)
    same(f"{name}: created", config["created"], "2020-01-01T00:00:00Z")


def main() -> None:
    """All rows."""
    if WITH_LOGIN:
        for registry in {row["registry"] for row in ROWS}:
            run([*CRANE, "auth", "login", registry, "-u", USER, "-p", PASSWORD])
    images = sum(compare(row) for row in ROWS)
    print(f"{KIND}: {len(ROWS)} names, {images} images and artifacts, the same for crane, oras and skopeo")


ROWS: list[dict[str, t.Any]] = json.load(sys.stdin)
main()
