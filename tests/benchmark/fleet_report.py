# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the module image_report takes for a fleet: CPU seconds and peak memory of the whole `ansible` command.

    ansible-playbook must be able to find the collection, so run it from a checkout as CONTRIBUTING.md says:
    python tests/benchmark/fleet_report.py --hosts 10000 --images 200

The goals are 60 CPU seconds and 200 MiB for 10,000 hosts of 200 images. With --outdated 10, the registry is known for
every tag, and a tenth of them mean another image there: at most 10 % more CPU than without.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from fleet_spool import NOW, digest, image, write_fleet

RULES = [
    {"id": "max-size", "max": "900MB"},
    {"id": "max-age", "max": "480d", "level": "warning"},
    {"id": "label", "name": "org.opencontainers.image.version", "type": "semver"},
    {"id": "forbidden-tag", "tags": ["latest"]},
    {"id": "no-dangling", "level": "note"},
    {"id": "tag-drift"},
    {"id": "min-hosts", "min": 3, "when": {"repositories": ["registry.example.com/team00/*"]}},
]


def registry(distinct: int, outdated: int) -> list[dict[str, object]]:
    """What image_registry_info says of the tags, ``outdated`` of a hundred of which mean another image by now."""
    rows: list[dict[str, object]] = []
    for number in range(distinct):
        facts = image(number)
        moved = number % 100 < outdated
        current = digest(f"newer {number}") if moved else facts["repo_digests"][0].partition("@")[2]
        rows.append({"reference": facts["repo_tags"][0], "status": "ok", "digest": current, "error": ""})
    return rows


def arguments(folder: Path, all_images: bool, rows: list[dict[str, object]] | None = None) -> dict[str, object]:
    """The module's arguments: every rule that needs no baseline, and the usual outputs; with ``rows`` outdated, too."""
    outputs = [
        {"format": name, "path": str(folder / f"report.{name}")}
        for name in ("html", "markdown", "junit", "openmetrics", "sarif", "text", "json")
    ]
    if all_images:
        outputs.append({"format": "jsonl", "path": str(folder / "images.jsonl")})
    values: dict[str, object] = {"src": [str(folder / "spool")], "rules": RULES, "outputs": outputs, "now": str(NOW)}
    if rows is None:
        return values
    # They are too long for a command line.
    (folder / "registry.json").write_text(json.dumps({"registry": rows}), encoding="ascii")
    return {**values, "rules": [*RULES, {"id": "outdated"}], "registry": "{{ registry }}"}


def main() -> None:
    """Make the fleet, run the module, print one line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hosts", type=int, default=1000)
    parser.add_argument("--images", type=int, default=200)
    parser.add_argument("--distinct", type=int, default=3000, help="0: no two hosts have an image in common")
    parser.add_argument("--all-images", action="store_true", help="also write every row of the fleet as JSON Lines")
    parser.add_argument("--outdated", type=int, help="of a hundred tags; the rule outdated is not asked unless given")
    options = parser.parse_args()
    rows = None if options.outdated is None else registry(options.distinct, options.outdated)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "spool").mkdir()
        size = write_fleet(folder / "spool", options.hosts, options.images, options.distinct)
        command = [
            str(Path(sys.executable).with_name("ansible")), "localhost", "-c", "local",
            "-e", f"ansible_python_interpreter={sys.executable}",
            "-m", "container_ops.images.image_report", "-a", json.dumps(arguments(folder, options.all_images, rows)),
            *(["-e", f"@{folder}/registry.json"] if rows else []),
        ]  # fmt: skip
        started = time.monotonic()
        done = subprocess.run(command, check=False, capture_output=True, text=True)
        wall = time.monotonic() - started
        if done.returncode:
            sys.exit(done.stdout + done.stderr)
        result = json.loads(done.stdout[done.stdout.index("{") :])
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        written = sum(item["size"] for item in result["files"])
        print(
            f"{options.hosts} hosts, {result['summary']['totals']['images']} images ({size / 1e6:.0f} MB of spool): "
            f"{used.ru_utime + used.ru_stime:.1f} CPU s, {wall:.1f} s, peak memory {used.ru_maxrss / 1024:.0f} MiB, "
            f"{written / 1e6:.1f} MB of reports; findings: {result['gate']['counts']}"
        )


if __name__ == "__main__":
    main()
