# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Make `ansible_collections.container_ops.images` importable for plain pytest, in a clone at any path.

ansible-test has installed the collection loader before this file is read; then nothing is left to do.
"""

from __future__ import annotations

import tempfile
import typing as t
from pathlib import Path

import pytest
from ansible.utils.collection_loader import AnsibleCollectionConfig
from ansible.utils.collection_loader._collection_finder import _AnsibleCollectionFinder
from hypothesis import HealthCheck, settings

CLONE = Path(__file__).parents[2]
NAME = Path("ansible_collections", "container_ops", "images")

# A busy machine is not a defect: neither an example nor the making of examples has a time limit.
settings.register_profile("busy", parent=settings(), deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("busy")


def collections_path(clone: Path, scratch: Path) -> Path:
    """Return the folder that holds `ansible_collections`; below `scratch`, by a link, where the clone has no such."""
    if clone.parts[-3:] == NAME.parts:
        return clone.parents[2]
    link = scratch / NAME
    link.parent.mkdir(parents=True)
    link.symlink_to(clone, target_is_directory=True)
    return scratch


def pytest_configure(config: pytest.Config) -> None:
    """Install the collection loader, unless ansible-test has, and run all tests of a worker in its process.

    ansible-test forks for each test: 731 seconds of CPU for 8,175 tests instead of 284. No test needs it.
    """
    config.pluginmanager.unregister(name="ansible_forked")
    if AnsibleCollectionConfig.collection_finder is None:
        scratch = tempfile.TemporaryDirectory(prefix="container_ops-")
        config.add_cleanup(scratch.cleanup)
        path: t.Any = collections_path(CLONE, Path(scratch.name))
        _AnsibleCollectionFinder(paths=[str(path)])._install()
