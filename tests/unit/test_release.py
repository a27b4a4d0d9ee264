# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What `make release` decides. The steps themselves are run by the suite's step `commands`."""

from __future__ import annotations

import typing as t
from pathlib import Path

import pytest

from ansible_collections.container_ops.images.tests.utils.suite import release


@pytest.fixture
def collection(tmp_path: Path) -> t.Callable[..., Path]:
    """Make a collection with these files."""

    def make(released: str = "", **files: str) -> Path:
        texts = {"changelogs/changelog.yaml": f"ancestor: null\nreleases:{released}\n"}
        texts.update({name.replace("__", "/") + ".yml": text for name, text in files.items()})
        for name, text in texts.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return tmp_path

    return make


@pytest.mark.parametrize(
    "released, section, allowed",
    [
        ("", "breaking_changes", ["0.1.0"]),
        ("\n  0.1.0:", "bugfixes", ["0.1.1", "0.2.0", "1.0.0"]),
        ("\n  0.1.0:", "minor_changes", ["0.2.0", "1.0.0"]),
        ("\n  0.1.0:", "breaking_changes", ["0.2.0", "1.0.0"]),
        ("\n  1.10.0:\n  1.9.0:", "bugfixes", ["1.10.1", "1.11.0", "2.0.0"]),
        ("\n  1.9.0:", "deprecated_features", ["1.10.0", "2.0.0"]),
        ("\n  1.9.0:", "removed_features", ["2.0.0"]),
    ],
)
def test_versions_that_may_come(
    collection: t.Callable[..., Path], released: str, section: str, allowed: list[str]
) -> None:
    assert release.choices(collection(released, changelogs__fragments__x=f"{section}:\n  - x\n")) == allowed


def test_what_was_added_later_is_found(collection: t.Callable[..., Path]) -> None:
    folder = collection(
        plugins__filter__a="version_added: 0.1.0\n    version_added: '0.10.0'\n",
        roles__prune__meta__argument_specs="  version_added: 1.0.0\n",
    )
    assert release.added_later(folder, "0.9.9") == [
        "plugins/filter/a.yml: version_added 0.10.0",
        "roles/prune/meta/argument_specs.yml: version_added 1.0.0",
    ]
    assert release.added_later(folder, "1.0.0") == []


def test_every_place_that_has_the_version_gets_it(tmp_path: Path) -> None:
    for name in release.VERSIONED:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text((release.ROOT / name).read_text(encoding="utf-8"), encoding="utf-8")
    release.write_version(tmp_path, "12.3.4")
    assert all((tmp_path / name).read_text(encoding="utf-8").count("12.3.4") == 1 for name in release.VERSIONED)
