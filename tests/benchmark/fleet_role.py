# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Peak memory of the main process while the playbook container_ops.images.report runs over a fleet.

All hosts are this machine, and one scripted engine answers for all of them: the module runs once for each host, as on a
real fleet, and only ssh is left out.

    python tests/benchmark/fleet_role.py --hosts 1000 --images 200

The goal is 150 MiB for 1,000 hosts of 200 images.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from fleet_spool import image

from ansible_collections.container_ops.images.tests.unit.plugins.module_utils._engine.scripted_engine import (
    ScriptedEngine,
    version_reply,
)


def listing(images: int) -> list[dict[str, object]]:
    """What an engine answers to GET /images/json."""
    return [
        {
            "Containers": row["containers"],
            "Created": row["created"],
            "Id": row["id"],
            "Labels": row["labels"],
            "ParentId": "",
            "RepoDigests": row["repo_digests"],
            "RepoTags": row["repo_tags"],
            "SharedSize": -1,
            "Size": row["size"],
        }
        for row in map(image, range(images))
    ]


def inventory(hosts: int, docker_host: str) -> dict[str, object]:
    """Names that all mean this machine."""
    variables = {
        "ansible_connection": "local",
        "ansible_python_interpreter": sys.executable,
        "report_docker_host": docker_host,
        "report_rules": [{"id": "max-size", "max": "900MB"}, {"id": "tag-drift"}],
    }
    return {"all": {"vars": variables, "hosts": {f"host{number:05}": None for number in range(hosts)}}}


def peak_memory(process: subprocess.Popen[str]) -> int:
    """KiB that the process itself held at most, without its workers. Waits for its end."""
    peak = 0
    while process.poll() is None:
        try:
            found = re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{process.pid}/status").read_text(encoding="ascii"))
        except OSError:
            break
        peak = max(peak, int(found.group(1)) if found else 0)
        time.sleep(0.1)
    return peak


def main() -> None:
    """Run the playbook and print one line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hosts", type=int, default=100)
    parser.add_argument("--images", type=int, default=200)
    parser.add_argument("--forks", type=int, default=10)
    options = parser.parse_args()
    script = {"GET /version": version_reply(), "GET /v1.51/images/json": listing(options.images)}
    with tempfile.TemporaryDirectory() as folder, ScriptedEngine(script) as engine:
        hosts = Path(folder, "inventory.json")
        hosts.write_text(json.dumps(inventory(options.hosts, engine.docker_host)), encoding="ascii")
        command = [
            str(Path(sys.executable).with_name("ansible-playbook")), "container_ops.images.report",
            "-i", str(hosts), "-f", str(options.forks),
        ]  # fmt: skip
        started = time.monotonic()
        with open(Path(folder, "log"), "w+", encoding="utf-8") as log:
            process = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log, text=True, env={**os.environ})
            peak = peak_memory(process)
            if process.wait():
                log.seek(0)
                sys.exit(log.read()[-3000:])
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        report = json.loads(Path(folder, "image-report", "report.json").read_text(encoding="utf-8"))
    print(
        f"{report['scope']['reported']} of {options.hosts} hosts, {report['totals']['images']} images: "
        f"peak memory of the main process {peak / 1024:.0f} MiB, "
        f"{used.ru_utime + used.ru_stime:.0f} CPU s and {time.monotonic() - started:.0f} s with all modules"
    )


if __name__ == "__main__":
    main()
