# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What `make pictures` runs: the playbook report on spool files of a fleet, and pictures of what it wrote.

The run is real, from spool files to the page. The images in the files are made up, so that the pictures show all parts.
"""

from __future__ import annotations

import html
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import typing as t

from browser import Visit, launched

from ansible_collections.container_ops.images.plugins.module_utils._core.report.spool import spool_lines, spool_name
from ansible_collections.container_ops.images.tests.unit.plugins.module_utils._core.render import fleets

if t.TYPE_CHECKING:
    from playwright.sync_api import Browser

HOSTS = 24
TERMINAL = (
    "<!DOCTYPE html><title>Terminal</title><body style='margin:0;background:#15181c'><pre id='t' style='margin:0;"
    'display:inline-block;padding:20px 24px;color:#e6e9ec;font:15px/1.45 "DejaVu Sans Mono",monospace\'>{}</pre>'
)


def collect(folder: pathlib.Path, name: str, images: t.Callable[[t.Any], t.Any]) -> pathlib.Path:
    """The spool files of the fleet, as image_summary_info writes them."""
    spool = folder / name
    spool.mkdir()
    hosts, absent = fleets.fleet_facts(HOSTS)
    results: dict[str, dict[str, t.Any]] = {
        host: {"images": images(rows), "engine": fleets.ENGINE} for host, rows in hosts.items()
    }
    for host in absent:
        if host.status != "missing":
            results[host.host] = {host.status: True, "msg": host.message}
    for host, result in results.items():
        text = "".join(spool_lines(host, result, fleets.NOW))
        (spool / spool_name(host)).write_text(text, encoding="ascii")
    return spool


def run_playbook(folder: pathlib.Path, spool: pathlib.Path, expected: int, **variables: t.Any) -> None:
    """The playbook of the collection, as a user starts it."""
    hosts, absent = fleets.fleet_facts(HOSTS)
    given = {
        "report_hosts": "none_of_the_inventory",
        "report_src": [str(spool)],
        "report_expected_hosts": [*hosts, *(host.host for host in absent)],
        "report_now": str(fleets.NOW),
        "report_baseline_path": "image-baseline.json",
        "report_ci": "none",
        "ansible_python_interpreter": sys.executable,
        **variables,
    }
    command = ["ansible-playbook", "container_ops.images.report", "-e", json.dumps(given)]
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False, env={**os.environ, "ANSIBLE_NOCOLOR": "1"}
    )
    if done.returncode != expected:
        sys.exit(done.stdout + done.stderr)


def take(browser: Browser, folder: pathlib.Path, target: pathlib.Path) -> None:
    """The first screens of the page in both schemes, and the table of the terminal."""
    page = (folder / "image-report/index.html").read_text(encoding="utf-8")
    for scheme in ("light", "dark"):
        with Visit(browser, page, viewport={"width": 1280, "height": 1640}, color_scheme=scheme) as visit:
            visit.page.screenshot(path=str(target / f"page-{scheme}.png"))
    lines = (folder / "image-report/report.txt").read_text(encoding="utf-8").splitlines()[:44]
    with Visit(
        browser, TERMINAL.format(html.escape("\n".join(lines))), viewport={"width": 900, "height": 600}
    ) as visit:
        visit.page.locator("#t").screenshot(path=str(target / "terminal.png"))


def main() -> None:
    """Run the report twice, since the first run makes the baseline, and take the pictures."""
    target = pathlib.Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        run_playbook(folder, collect(folder, "before", fleets.sizes_before), 2, report_baseline_update="all")
        run_playbook(folder, collect(folder, "now", list), 2, report_rules=fleets.RULES)
        with launched() as browser:
            take(browser, folder, target)
    print("\n".join(str(path) for path in sorted(target.glob("*.png"))))


if __name__ == "__main__":
    main()
