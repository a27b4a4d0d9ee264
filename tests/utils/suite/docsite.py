# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The documentation pages: guides, modules, plugins and roles, built offline; every warning is a failure."""

from __future__ import annotations

import os
import re
import shutil
import typing as t
import zlib
from pathlib import Path

from . import tree, venvs
from .paths import CACHE, REQUIREMENTS
from .process import Log
from .result import Result
from .tables import STABLE

SITE = CACHE / "docs"

# Sphinx wants to know every label that a page refers to. Those of Ansible's own pages would be fetched from its site;
# here they come from an inventory made on the spot, so that a wrong label of our own still fails.
ELSEWHERE = re.compile(
    r"\bansible_collections\.(?:ansible\.builtin|community\.docker|containers\.podman)\.[a-z_.]+|"
    r"\b(?:action_plugins|ansible_configuration_settings|common_return_values)\b"
)
# The same in a guide: :ansplugin:`ansible.builtin.find#module`
PLUGIN = re.compile(
    r":ansplugin:`(?:[^`<]*<)?((?:ansible\.builtin|community\.docker|containers\.podman)\.\w+)#(\w+)>?`"
)


def docs(interpreters: t.Mapping[str, Path], log: Log) -> Result:
    """Build the pages into `.cache/docs/build/html`."""
    tools = venvs.venv("docs", interpreters[STABLE.python], ["-r", str(REQUIREMENTS / "docs.txt")], log) / "bin"
    top = tree.copy("docs").parents[2]
    env = dict(
        os.environ,
        HOME=str(venvs.home("docs")),
        PATH=f"{tools}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        ANSIBLE_COLLECTIONS_PATH=str(top),
    )
    shutil.rmtree(SITE, ignore_errors=True)
    SITE.mkdir(parents=True, mode=0o755)
    common = ["--use-current", "--squash-hierarchy", "--fail-on-error"]
    log.check([tools / "antsibull-docs", "sphinx-init", *common, "--dest-dir", SITE, "container_ops.images"], SITE, env)
    (SITE / "rst").chmod(0o755)  # antsibull-docs insists that nobody else may write there
    log.check(
        [tools / "antsibull-docs", "--config-file", SITE / "antsibull-docs.cfg", "collection", *common]
        + ["--cleanup", "everything", "--dest-dir", SITE / "rst", "container_ops.images"],
        SITE,
        env,
    )
    inventory = SITE / "elsewhere.inv"
    inventory.write_bytes(_inventory(sorted((SITE / "rst").rglob("*.rst"))))
    with (SITE / "conf.py").open("a", encoding="utf-8") as out:
        address = "https://docs.ansible.com/projects/ansible/devel/"
        out.write(f"\nintersphinx_mapping = {{'ansible_devel': ({address!r}, {str(inventory)!r})}}\n")
    result = Result()
    build = [tools / "sphinx-build", "-M", "html", "rst", "build", "-c", ".", "-W", "--keep-going"]
    start = len(log.text())
    if log.run(build, SITE, env):
        result.problem("sphinx-build")
        result.problems += [line for line in log.text()[start:].splitlines() if "WARNING" in line]
    pages = sorted((SITE / "build" / "html").rglob("*.html"))
    log.write(f"{len(pages)} pages in {SITE / 'build' / 'html'}")
    result.passed = int(not result.failed)
    return result


def _inventory(pages: t.Iterable[Path]) -> bytes:
    """Return an object inventory (Sphinx, version 2) of the labels elsewhere that these pages refer to."""
    text = "\n".join(page.read_text(encoding="utf-8") for page in pages)
    labels = {*ELSEWHERE.findall(text), *(f"ansible_collections.{name}_{kind}" for name, kind in PLUGIN.findall(text))}
    lines = "".join(f"{label} std:label -1 {label}.html {label}\n" for label in sorted(labels))
    head = (
        "# Sphinx inventory version 2\n# Project: Ansible\n# Version: devel\n"
        "# The remainder of this file is compressed using zlib.\n"
    )
    return head.encode() + zlib.compress(lines.encode())
