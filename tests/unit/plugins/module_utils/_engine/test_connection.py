# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Options to connection: precedence, TLS files, and what is refused before anything is connected."""

from __future__ import annotations

import os
import typing as t
from pathlib import Path

import pytest

from ansible_collections.container_ops.images.plugins.module_utils._core.errors import InputError
from ansible_collections.container_ops.images.plugins.module_utils._engine.connection import (
    DEFAULT_DOCKER_HOST,
    connection_from,
)
from ansible_collections.container_ops.images.tests.unit.plugins.module_utils._engine.contexts import make_context


@pytest.fixture
def certificates(tmp_path: Path) -> Path:
    """A folder as DOCKER_CERT_PATH names it."""
    for name in ("ca.pem", "cert.pem", "key.pem"):
        (tmp_path / name).write_text("")
    return tmp_path


def test_nothing_given_means_the_default_socket() -> None:
    connection = connection_from({}, {})
    assert connection.docker_host == DEFAULT_DOCKER_HOST
    assert (connection.api_version, connection.timeout, connection.tls) == (None, 60, False)


@pytest.mark.parametrize(
    ("options", "host"),
    [
        ({"docker_host": ""}, DEFAULT_DOCKER_HOST),
        ({"docker_host": "unix:///run/podman/podman.sock"}, "unix:///run/podman/podman.sock"),
        ({"docker_host": " tcp://192.0.2.1:2375 "}, "tcp://192.0.2.1:2375"),
        ({"docker_host": "ssh://root@192.0.2.1", "tls": True}, "ssh://root@192.0.2.1"),
        ({"docker_host": "ssh://192.0.2.1/run/x.sock", "use_ssh_client": True}, "ssh://192.0.2.1/run/x.sock"),
        ({"docker_host": "tcp://[::1]:2375"}, "tcp://[::1]:2375"),
        ({"docker_host": "/run/podman/podman.sock"}, "unix:///run/podman/podman.sock"),
        ({"docker_context": "default"}, DEFAULT_DOCKER_HOST),
    ],
)
def test_hosts(options: dict[str, t.Any], host: str) -> None:
    assert connection_from(options, {}).docker_host == host


@pytest.mark.parametrize(
    ("host", "options", "tls", "validate_certs"),
    [
        ("tcp://192.0.2.1:2376", {}, False, False),
        ("tcp://192.0.2.1:2376", {"tls": True}, True, False),
        ("tcp://192.0.2.1:2376", {"validate_certs": True}, True, True),
        ("https://192.0.2.1:2376", {"tls": True, "validate_certs": True}, True, True),
        ("https://192.0.2.1:2376", {"tls": True}, True, False),
        ("https://192.0.2.1:2376", {}, True, True),
        ("unix:///run/x.sock", {"validate_certs": True}, False, True),
        ("ssh://192.0.2.1", {"tls": True}, False, False),
    ],
)
def test_tls(host: str, options: dict[str, t.Any], tls: bool, validate_certs: bool) -> None:
    connection = connection_from({"docker_host": host, **options}, {})
    assert (connection.docker_host, connection.tls, connection.validate_certs) == (host, tls, validate_certs)


REFUSED = [
    ({"docker_host": "docker.sock"}, "docker_host must start with unix://"),
    ({"docker_host": "TCP://192.0.2.1:2376", "validate_certs": True}, "docker_host must start with unix://"),
    ({"docker_host": "npipe:////./pipe/docker"}, "docker_host must start with unix://"),
    ({"docker_host": "unix://"}, "docker_host needs the path of a socket"),
    ({"docker_host": "tcp://192.0.2.1"}, "docker_host needs a port"),
    ({"docker_host": "tcp://:2375"}, "docker_host needs a host name"),
    ({"docker_host": "tcp:///x"}, "docker_host needs a port"),
    ({"docker_host": "tcp://192.0.2.1:high"}, "docker_host is not a valid address"),
    ({"docker_host": "tcp://192.0.2.1:2375?x=1"}, "docker_host must not have a query"),
    ({"docker_host": "ssh://192.0.2.1/run/x.sock"}, "may name a socket of the ssh host only with use_ssh_client=true"),
    ({"docker_host": "unix:///run/a\x00b"}, "docker_host must not contain control characters"),
    ({"docker_host": "tcp://user:hunter2@192.0.2.1:2375"}, "docker_host must not contain a password"),
    ({"docker_host": "tcp://admin@corp.com:hunter2@192.0.2.1:2376"}, "docker_host must not contain a password"),
    ({"docker_host": "tcp://user:hunter2/x@host:2375"}, "docker_host is not a valid address"),
    ({"docker_host": "tcp://user:12/hunter2@host:2375"}, "docker_host must not contain a password"),
    ({"docker_host": "tcp://user:12?hunter2@host:2375"}, "docker_host must not contain a password"),
    ({"docker_host": "user:hunter2@host:2375"}, "docker_host must start with unix://"),
    ({"docker_host": "ssh://user:hunter2/x@host"}, "docker_host is not a valid address"),
    ({"timeout": 0}, "timeout must be a positive number of seconds, at most 1000000, got 0"),
    ({"timeout": -5}, "timeout must be a positive number of seconds, at most 1000000, got -5"),
    ({"timeout": 10**11}, "at most 1000000, got 100000000000 (environment: DOCKER_TIMEOUT)"),
    ({"api_version": "latest"}, 'api_version must be auto or a version such as 1.43, got "latest"'),
    ({"api_version": "1.43.0"}, "api_version must be auto or a version such as 1.43"),
    ({"api_version": "1.12"}, "api_version must be at least 1.24, got 1.12"),
]


@pytest.mark.parametrize(("options", "message"), REFUSED)
def test_what_cannot_work_is_refused(options: dict[str, t.Any], message: str) -> None:
    with pytest.raises(InputError) as caught:
        connection_from(options, {})
    assert message in str(caught.value)
    assert "hunter2" not in str(caught.value)


class TestCertificates:
    HOST = {"docker_host": "tcp://192.0.2.1:2376", "validate_certs": True}

    def test_come_from_the_environment(self, certificates: Path) -> None:
        connection = connection_from(self.HOST, {"DOCKER_CERT_PATH": str(certificates)})
        assert connection.ca_path == str(certificates / "ca.pem")
        assert connection.client_cert == str(certificates / "cert.pem")
        assert connection.client_key == str(certificates / "key.pem")

    def test_of_the_task_win(self, certificates: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
        other = tmp_path_factory.mktemp("other") / "ca.pem"
        other.write_text("")
        connection = connection_from({**self.HOST, "ca_path": str(other)}, {"DOCKER_CERT_PATH": str(certificates)})
        assert connection.ca_path == str(other)
        assert connection.client_cert == str(certificates / "cert.pem")

    @pytest.mark.parametrize("option", ["ca_path", "client_cert", "client_key"])
    def test_that_are_missing_are_named(self, certificates: Path, option: str) -> None:
        files = {"ca_path": "ca.pem", "client_cert": "cert.pem", "client_key": "key.pem"}
        paths = {name: str(certificates / file) for name, file in files.items()}
        paths[option] = "/nonexistent/file.pem"
        with pytest.raises(InputError, match=f'{option} names "/nonexistent/file.pem", but there is no such file'):
            connection_from({**self.HOST, **paths}, {})

    @pytest.mark.parametrize(
        ("options", "verified"), [({}, True), ({"tls": True}, False), ({"tls": True, "validate_certs": True}, True)]
    )
    def test_given_for_https_verify_it(self, certificates: Path, options: dict[str, bool], verified: bool) -> None:
        """https is TLS whatever the flags say, and nobody gives a CA in order not to use it."""
        files = {"ca_path": str(certificates / "ca.pem"), "client_cert": str(certificates / "cert.pem")}
        for given, environ in ((files, {}), ({}, {"DOCKER_CERT_PATH": str(certificates)})):
            connection = connection_from({"docker_host": "https://192.0.2.1:2376", **options, **given}, environ)
            assert (connection.tls, connection.validate_certs) == (True, verified)
            assert (connection.ca_path, connection.client_cert) == tuple(files.values())

    def test_are_not_looked_for_without_tls(self) -> None:
        connection = connection_from({"docker_host": "tcp://192.0.2.1:2375"}, {"DOCKER_CERT_PATH": "/nonexistent"})
        assert connection.docker_host == "tcp://192.0.2.1:2375"

    def test_no_ca_is_needed_where_nothing_is_verified(self, certificates: Path) -> None:
        (certificates / "ca.pem").unlink()
        options = {"docker_host": "tcp://192.0.2.1:2376", "tls": True}
        assert connection_from(options, {"DOCKER_CERT_PATH": str(certificates)}).tls


class TestContext:
    def test_gives_host_and_certificates(self, tmp_path: Path) -> None:
        make_context(tmp_path, "build", "tcp://192.0.2.7:2376", ["ca.pem", "cert.pem", "key.pem"])
        connection = connection_from({"docker_context": "build"}, {"DOCKER_CONFIG": str(tmp_path)})
        assert connection.docker_host == "tcp://192.0.2.7:2376"
        assert (connection.tls, connection.validate_certs) == (True, True)
        assert connection.ca_path is not None and connection.ca_path.startswith(str(tmp_path))
        assert connection.client_cert is not None and connection.client_key is not None

    def test_may_ask_not_to_verify(self, tmp_path: Path) -> None:
        make_context(tmp_path, "build", "tcp://192.0.2.7:2376", ["cert.pem", "key.pem"], skip=True)
        connection = connection_from({"docker_context": "build"}, {"DOCKER_CONFIG": str(tmp_path)})
        assert (connection.tls, connection.validate_certs) == (True, False)

    @pytest.mark.parametrize(
        ("host", "files", "skip", "tls", "validate_certs"),
        [
            ("tcp://192.0.2.7:2375", [], False, False, False),
            ("tcp://192.0.2.7:2376", [], True, True, False),
            ("tcp://192.0.2.7:2376", ["ca.pem"], True, True, False),
            ("https://192.0.2.7:2376", ["ca.pem", "cert.pem", "key.pem"], False, True, True),
            ("https://192.0.2.7:2376", [], True, True, False),
            ("http://192.0.2.7:2375", [], False, False, False),
            ("unix:///run/build.sock", [], False, False, False),
        ],
    )
    def test_speaks_tls_as_the_docker_cli_would(
        self, tmp_path: Path, host: str, files: list[str], skip: bool, tls: bool, validate_certs: bool
    ) -> None:
        """TLS with any file or with SkipTLSVerify: cli/context/docker/load.go of docker/cli v28.2.2."""
        make_context(tmp_path, "build", host, files, skip)
        connection = connection_from({"docker_context": "build"}, {"DOCKER_CONFIG": str(tmp_path)})
        assert (connection.tls, connection.validate_certs) == (tls, validate_certs)
        assert [bool(connection.ca_path), bool(connection.client_key)] == ["ca.pem" in files, "key.pem" in files]

    def test_may_be_verified_all_the_same(self, tmp_path: Path) -> None:
        make_context(tmp_path, "build", "tcp://192.0.2.7:2376", skip=True)
        options = {"docker_context": "build", "validate_certs": True}
        assert connection_from(options, {"DOCKER_CONFIG": str(tmp_path)}).validate_certs

    @pytest.mark.parametrize("host", ["npipe:////./pipe/docker_engine", "tcp://192.0.2.7", "tcp://192.0.2.7:2375?x"])
    def test_whose_host_cannot_work_is_named(self, tmp_path: Path, host: str) -> None:
        make_context(tmp_path, "win", host)
        with pytest.raises(InputError, match='^The Host of docker_context "win" ') as caught:
            connection_from({"docker_context": "win"}, {"DOCKER_CONFIG": str(tmp_path)})
        assert "docker_host" not in str(caught.value) and "DOCKER_HOST" not in str(caught.value)

    def test_wins_over_the_environment(self, tmp_path: Path) -> None:
        make_context(tmp_path, "build", "unix:///run/build.sock")
        environ = {
            "DOCKER_CONFIG": str(tmp_path),
            "DOCKER_HOST": "tcp://192.0.2.9:2375",
            "DOCKER_CERT_PATH": "/nonexistent",
        }
        # Ansible's fallback already put DOCKER_HOST into the option.
        options = {"docker_context": "build", "docker_host": "tcp://192.0.2.9:2375"}
        assert connection_from(options, environ).docker_host == "unix:///run/build.sock"
        assert connection_from(options, environ).client_cert is None

    def test_and_a_host_of_the_task_exclude_each_other(self, tmp_path: Path) -> None:
        make_context(tmp_path, "build", "unix:///run/build.sock")
        with pytest.raises(InputError, match="docker_host and docker_context are mutually exclusive"):
            connection_from(
                {"docker_context": "build", "docker_host": "unix:///run/other.sock"}, {"DOCKER_CONFIG": str(tmp_path)}
            )

    def test_that_is_unknown_lists_the_known(self, tmp_path: Path) -> None:
        make_context(tmp_path, "build", "unix:///run/build.sock")
        make_context(tmp_path, "ci", "unix:///run/ci.sock")
        with pytest.raises(InputError, match=r'docker_context "bild" does not exist; .*: default, build, ci$'):
            connection_from({"docker_context": "bild"}, {"DOCKER_CONFIG": str(tmp_path)})

    def test_that_is_unknown_where_none_is(self, tmp_path: Path) -> None:
        with pytest.raises(InputError, match='docker_context "build" does not exist; .*: default$'):
            connection_from({"docker_context": "build"}, {"DOCKER_CONFIG": str(tmp_path)})

    def test_never_shows_a_password(self, tmp_path: Path) -> None:
        make_context(tmp_path, "build", "tcp://user:hunter2/x@192.0.2.7:2376")
        with pytest.raises(InputError) as caught:
            connection_from({"docker_context": "build"}, {"DOCKER_CONFIG": str(tmp_path)})
        assert "hunter2" not in str(caught.value)

    @pytest.mark.parametrize("host", ["", None, 5])
    def test_without_a_host(self, tmp_path: Path, host: t.Any) -> None:
        make_context(tmp_path, "build", host)
        with pytest.raises(InputError, match='docker_context "build" has no docker endpoint with a Host'):
            connection_from({"docker_context": "build"}, {"DOCKER_CONFIG": str(tmp_path)})

    def test_in_a_store_that_this_user_may_not_list(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        make_context(tmp_path, "build", "unix:///run/build.sock")

        def refuse(folder: str) -> list[str]:
            raise PermissionError(13, "Permission denied", folder)  # as root nothing is forbidden

        monkeypatch.setattr(os, "listdir", refuse)
        with pytest.raises(InputError, match=r"contexts in .*/contexts/meta cannot be listed \(Permission denied\)$"):
            connection_from({"docker_context": "other"}, {"DOCKER_CONFIG": str(tmp_path)})

    @pytest.mark.parametrize("name", ["\ud800", "x", "tcp://u:hunter2@192.0.2.7:2376", "../hunter2", "a\nb"])
    def test_whose_name_cannot_be_one(self, tmp_path: Path, name: str) -> None:
        make_context(tmp_path, "tcp://u:hunter2@192.0.2.8", "unix:///run/build.sock")
        for wanted, complaint in (
            (name, "must be the name of a context"),
            ("other", "known to this user are: default"),
        ):
            with pytest.raises(InputError, match=f"^docker_context .*{complaint}") as caught:
                connection_from({"docker_context": wanted}, {"DOCKER_CONFIG": str(tmp_path)})
            assert "hunter2" not in str(caught.value)

    @pytest.mark.parametrize(
        "text", ["", "{", "[" * 100000, "[]", "null", '{"Endpoints": []}', '{"Endpoints": {"docker": []}}']
    )
    def test_whose_file_is_broken(self, tmp_path: Path, text: str) -> None:
        make_context(tmp_path, "build", "unix:///run/build.sock")
        next(tmp_path.glob("contexts/meta/*/meta.json")).write_text(text)
        with pytest.raises(InputError, match="[Dd]ocker.context"):
            connection_from({"docker_context": "build"}, {"DOCKER_CONFIG": str(tmp_path)})
