# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A whole run of ansible-playbook, with the ansible-core that runs the tests."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import typing as t
from pathlib import Path

import yaml
from ansible.utils.collection_loader import AnsibleCollectionConfig


class Playbook(t.NamedTuple):
    """What a run has printed, and its exit status."""

    status: int
    output: str

    def failure(self, host: str) -> str:
        """The message that a task of the host failed with; "" if none did."""
        found = re.search(rf'^fatal: \[{re.escape(host)}[] ].*"msg": "(.*?)(?<!\\\\)"', self.output, re.MULTILINE)
        return found[1] if found else ""


def ansible_playbook(folder: Path, playbook: t.Any, hosts: dict[str, t.Any], *arguments: str, **env: str) -> Playbook:
    """Run plays, or a playbook by its name, on hosts that are all this machine. Files go to the folder."""
    inventory = folder / "inventory.yml"
    common = {"ansible_connection": "local", "ansible_python_interpreter": sys.executable}
    inventory.write_text(yaml.safe_dump({"all": {"hosts": hosts, "vars": common}}), encoding="utf-8")
    if not isinstance(playbook, str):
        (folder / "play.yml").write_text(yaml.safe_dump(playbook), encoding="utf-8")
        playbook = "play.yml"
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("ANSIBLE_", "DOCKER_"))}
    paths: t.Any = AnsibleCollectionConfig.collection_paths
    settings = {
        "ANSIBLE_COLLECTIONS_PATH": os.pathsep.join(paths),
        "ANSIBLE_HOME": str(folder / ".ansible"),
        "ANSIBLE_NOCOLOR": "1",
        "ANSIBLE_LOCALHOST_WARNING": "0",
        "ANSIBLE_FORKS": "2",
    }
    done = subprocess.run(
        [sys.executable, "-m", "ansible.cli.playbook", "-i", str(inventory), playbook, *arguments],
        cwd=folder,
        env={**clean, **settings, **env},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=300,
        check=False,
    )
    return Playbook(done.returncode, done.stdout)
