# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A real node_exporter with nothing but its textfile collector, and what it serves."""

from __future__ import annotations

import contextlib
import pathlib
import socket
import subprocess
import time
import typing as t
import urllib.error
import urllib.request

from conftest import program

Series = dict[tuple[str, frozenset[tuple[str, str]]], float]


def series(families: t.Iterable[t.Any]) -> Series:
    """Every sample by name and labels; an empty label is as good as none. Fails on a series that occurs twice."""
    result: Series = {}
    for family in families:
        for sample in family.samples:
            key = (sample.name, frozenset((name, value) for name, value in sample.labels.items() if value))
            assert key not in result
            result[key] = sample.value
    return result


@contextlib.contextmanager
def node_exporter(folder: pathlib.Path) -> t.Iterator[str]:
    """Runs it on a folder; yields the address of its metrics."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{probe.getsockname()[1]}"
    command = [
        program("prometheus-node-exporter"),
        "--collector.disable-defaults",
        "--collector.textfile",
        f"--collector.textfile.directory={folder}",
        f"--web.listen-address={address}",
        "--web.disable-exporter-metrics",
    ]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            yield f"http://{address}/metrics"
        finally:
            process.terminate()


def scrape(address: str) -> str:
    """What Prometheus would read; waits for the exporter to start."""
    for _attempt in range(100):
        try:
            with urllib.request.urlopen(address, timeout=10) as reply:
                return t.cast("bytes", reply.read()).decode()
        except urllib.error.HTTPError as exc:
            raise AssertionError(exc.read().decode()) from exc
        except OSError:
            time.sleep(0.1)
    raise AssertionError("node_exporter did not start")
