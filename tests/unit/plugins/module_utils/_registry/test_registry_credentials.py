# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where credentials come from: files of Docker and Podman, and helpers. Which entry counts is tested in _core."""

from __future__ import annotations

import base64
import json
import os
import stat
import time
import typing as t
from pathlib import Path

import pytest

from ansible_collections.container_ops.images.plugins.module_utils._core.registry.auth_file import Credentials
from ansible_collections.container_ops.images.plugins.module_utils._core.registry.registry_error import RegistryError
from ansible_collections.container_ops.images.plugins.module_utils._registry.credentials import (
    CredentialStore,
    default_files,
)
from ansible_collections.container_ops.images.plugins.module_utils._registry.registry_options import Hosts
from ansible_collections.container_ops.images.tests.unit.plugins.module_utils._registry.small_registry import host

HUB = "https://index.docker.io/v1/"


def encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def find(path: Path, registry: str = "registry.example.com", repository: str = "shop/app", timeout: int = 20) -> t.Any:
    return CredentialStore(Hosts([]), [str(path)], timeout).find(registry, repository)


def written(folder: Path, document: t.Any) -> Path:
    path = folder / "config.json"
    path.write_text(document if isinstance(document, str) else json.dumps(document), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "entry, found",
    [
        ({}, None),
        ({"auth": ""}, None),
        ({"username": "u", "password": "p"}, Credentials("u", "p")),
        (
            {"identitytoken": "i", "auth": encoded("00000000-0000-0000-0000-000000000000:")},
            Credentials(identity_token="i"),
        ),
        ({"registrytoken": "r"}, Credentials(registry_token="r")),
        ({"auth": encoded("u:p\0\0")}, Credentials("u", "p")),
    ],
)
def test_what_an_entry_holds(tmp_path: Path, entry: dict[str, str], found: Credentials | None) -> None:
    assert find(written(tmp_path, {"auths": {"registry.example.com": entry}})) == found


@pytest.mark.parametrize(
    "document, says",
    [
        ("{", "is not JSON"),
        ("[]", "must be a dictionary"),
        ({"auths": {"registry.example.com": {"auth": "hunter2"}}}, "user:password in base64"),
        ({"auths": {"registry.example.com": {"auth": encoded("hunter2")}}}, "user:password in base64"),
        ({"auths": {"registry.example.com": {"auth": base64.b64encode(b"\xff:hunter2").decode()}}}, "in base64"),
        ({"auths": {"registry.example.com": {"auth": ["hunter2"]}}}, "must hold texts"),
        ({"auths": {"registry.example.com": "hunter2"}}, ""),
        ({"auths": ["hunter2"]}, ""),
        ({"credsStore": "../../bin/sh"}, "name of a credential helper"),
        ({"credsStore": "a b; rm -rf /"}, "name of a credential helper"),
        ({"credsStore": ["pass"]}, "name of a credential helper"),
        ({"credHelpers": {"registry.example.com": "x/../../y"}}, "name of a credential helper"),
        ({"credsStore": "nosuch-helper"}, "docker-credential-nosuch-helper is not in PATH"),
        ("x" * (2**20 + 1), "more than 1048576 bytes"),
    ],
)
def test_files_that_cannot_be_used(tmp_path: Path, document: t.Any, says: str) -> None:
    with pytest.raises(RegistryError) as caught:
        find(written(tmp_path, document))
    assert says in caught.value.message and caught.value.outcome == "denied"
    if says:
        assert "hunter2" not in caught.value.message


def test_paths_and_programs_that_are_none(tmp_path: Path, helper: t.Any) -> None:
    for path in (tmp_path, Path("/nonexistent\0")):
        with pytest.raises(RegistryError, match="cannot be read"):
            find(path)
    helper("")
    (tmp_path / "bin" / "docker-credential-test").write_bytes(b"\x7fELF")
    with pytest.raises(RegistryError, match="cannot be run"):
        find(written(tmp_path, {"credsStore": "test"}))


def test_files_that_are_not_there(tmp_path: Path) -> None:
    with pytest.raises(RegistryError, match="No such file"):
        find(tmp_path / "nosuch.json")
    environ = {"HOME": str(tmp_path), "XDG_RUNTIME_DIR": str(tmp_path / "run")}
    assert CredentialStore(Hosts([]), None, 20, environ).find("registry.example.com", "app") is None
    written(tmp_path, "")
    assert find(tmp_path / "config.json") is None


def test_a_fifo_in_place_of_a_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "config.json")
    assert find(tmp_path / "config.json") is None
    with pytest.raises(RegistryError, match="more than 1048576 bytes"):
        find(Path("/dev/zero"))


def test_where_podman_and_docker_look() -> None:
    own = {"HOME": "/home/u", "XDG_RUNTIME_DIR": "/run/user/7"}
    assert default_files(own) == [
        "/run/user/7/containers/auth.json",
        "/home/u/.config/containers/auth.json",
        "/home/u/.docker/config.json",
    ]
    assert default_files({**own, "REGISTRY_AUTH_FILE": "/a", "DOCKER_CONFIG": "/d"}) == ["/a", "/d/config.json"]
    assert default_files({"HOME": "/h", "XDG_CONFIG_HOME": "/c"})[:2] == [
        f"/run/containers/{os.geteuid()}/auth.json",
        "/c/containers/auth.json",
    ]


def test_the_first_file_with_an_entry_counts(tmp_path: Path) -> None:
    paths = []
    for number, key in enumerate(("other.example.com", "registry.example.com", "registry.example.com")):
        (tmp_path / str(number)).mkdir()
        paths.append(str(written(tmp_path / str(number), {"auths": {key: {"auth": encoded(f"{number}:p")}}})))
    store = CredentialStore(Hosts([]), paths, 20)
    assert [store.find(f"{name}.example.com", "x").username for name in ("registry", "other")] == ["1", "0"]  # type: ignore[union-attr]


def test_the_task_wins_over_files(tmp_path: Path) -> None:
    path = written(tmp_path, {"credsStore": "nosuch-helper"})
    given = host("registry.example.com", plain_http=False, username="u", password="p")
    assert CredentialStore(Hosts([given]), [str(path)], 20).find("registry.example.com", "x") == Credentials("u", "p")


@pytest.fixture
def helper(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> t.Callable[[str], Path]:
    """Writes the program docker-credential-test, and returns where it notes what it was asked."""
    folder, notes = tmp_path / "bin", tmp_path / "notes"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")

    def write(script: str) -> Path:
        program = folder / "docker-credential-test"
        program.write_text(f'#!/bin/sh\necho "$@" "$(cat)" >> {notes}\n{script}\n', encoding="ascii")
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
        return notes

    return write


ANSWER = """echo '{"ServerURL": "x", "Username": "u", "Secret": "p"}'"""


def test_a_helper_is_asked_once_for_each_registry(tmp_path: Path, helper: t.Any) -> None:
    notes = helper(ANSWER)
    path = written(tmp_path, {"credsStore": "test", "auths": {"registry.example.com": {}, HUB: {}}})
    store = CredentialStore(Hosts([]), [str(path)], 20)
    for registry, repository in (("registry.example.com", "a"), ("registry.example.com", "b"), ("docker.io", "c")):
        assert store.find(registry, repository) == Credentials("u", "p")
    assert notes.read_text().splitlines() == ["get registry.example.com", f"get {HUB}"]


def test_a_helper_for_one_registry_wins(tmp_path: Path, helper: t.Any) -> None:
    notes = helper("""echo '{"Username": "<token>", "Secret": "i"}'""")
    document = {
        "credHelpers": {"https://registry.example.com": "test"},
        "credsStore": "nosuch",
        "auths": {"registry.example.com": {"auth": encoded("u:p")}},
    }
    assert find(written(tmp_path, document)) == Credentials(identity_token="i")
    assert notes.read_text() == "get https://registry.example.com\n"


@pytest.mark.parametrize(
    "script, says",
    [
        ("echo credentials not found in native keychain; exit 1", None),
        ("echo hunter2; exit 1", "failed for"),
        ("echo hunter2", "answered without"),
        ("echo '[\"hunter2\"]'", "answered without"),
        ("""echo '{"Username": "hunter2", "Secret": ""}'""", "answered without"),
        ("yes hunter2", "answered without"),
        ("exec 1>&-; exit 0", "answered without"),
        ("kill -9 $$", "with status -9"),
    ],
)
def test_helpers_that_do_not_help(tmp_path: Path, helper: t.Any, script: str, says: str | None) -> None:
    helper(script)
    path = written(tmp_path, {"credsStore": "test"})
    if says is None:
        assert find(path) is None
        return
    with pytest.raises(RegistryError) as caught:
        find(path)
    assert says in caught.value.message and "hunter2" not in caught.value.message


@pytest.mark.parametrize("script", ["sleep 300", "sleep 300 & wait", "sleep 300 & exit 0", "exec 1>&-; sleep 300"])
def test_a_helper_that_hangs_ends_with_all_that_it_started(tmp_path: Path, helper: t.Any, script: str) -> None:
    helper(f"echo $$ > {tmp_path}/group\n{script}")
    began = time.monotonic()
    with pytest.raises(RegistryError, match="gave no answer within 2 s"):
        find(written(tmp_path, {"credsStore": "test"}), timeout=2)
    assert time.monotonic() - began < 200
    group = int((tmp_path / "group").read_text())
    deadline = time.monotonic() + 60
    while _alive(group) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _alive(group)


def _alive(group: int) -> bool:
    """Whether a process of the group still runs; zombies do not."""
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = entry.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[2]) == group and fields[0] != "Z":
            return True
    return False
