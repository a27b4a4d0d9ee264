# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The transport on top of the Docker SDK, with whatever release of it is installed. `make sdk` runs this with four."""

from __future__ import annotations

import gzip
import json
import socket
import sys
import types
import typing as t
from pathlib import Path
from urllib.parse import unquote

import pytest

from ansible_collections.container_ops.images.plugins.module_utils._engine import replies
from ansible_collections.container_ops.images.plugins.module_utils._engine.connection import connection_from
from ansible_collections.container_ops.images.plugins.module_utils._engine.docker_sdk import import_sdk
from ansible_collections.container_ops.images.plugins.module_utils._engine.engine_error import EngineError
from ansible_collections.container_ops.images.plugins.module_utils._engine.port import connect
from ansible_collections.container_ops.images.tests.unit.plugins.module_utils._engine.contexts import make_context
from ansible_collections.container_ops.images.tests.unit.plugins.module_utils._engine.scripted_engine import (
    SILENCE,
    Reply,
    ScriptedEngine,
    version_reply,
)

if t.TYPE_CHECKING:
    from conftest import Certificates

PAGE = Reply(403, b"<html><body><h1>403 Forbidden</h1></body></html>", "text/html")


@pytest.fixture(autouse=True)
def no_proxy_and_no_configuration(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The SDK reads the user's files, requests the user's proxies."""
    monkeypatch.setenv("NO_PROXY", "*")
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))


def ask(docker_host: str, **options: t.Any) -> t.Any:
    with connect(connection_from({"docker_host": docker_host, **options}, {})) as engine:
        return engine.get("/images/json", all="1")


def complaint(docker_host: str, **options: t.Any) -> str:
    with pytest.raises(EngineError) as caught:
        ask(docker_host, **options)
    assert "\n" not in caught.value.message
    assert caught.value.message.endswith(".")
    return caught.value.message


def test_tcp(tcp_engine: ScriptedEngine) -> None:
    assert ask(tcp_engine.docker_host) == [{"Id": "x"}]
    assert tcp_engine.requests == ["GET /version", "GET /v1.51/images/json?all=1"]


def test_lines_that_are_taken_as_they_come(tcp_engine: ScriptedEngine) -> None:
    lines = b"".join(b'{"n": %d}\n' % number for number in range(20_000))
    tcp_engine.script = {**tcp_engine.script, "GET /v1.51/events": Reply(body=lines), "GET /v1.51/no": PAGE}
    taken: list[t.Any] = []
    with connect(connection_from({"docker_host": tcp_engine.docker_host}, {})) as engine:
        engine.each_line("/events", taken.append)
        assert [line["n"] for line in taken] == list(range(20_000))
        with pytest.raises(EngineError) as caught:
            engine.each_line("/no", taken.append)
    assert caught.value.status == 403


def test_post_and_delete(tcp_engine: ScriptedEngine) -> None:
    tcp_engine.script = {
        **tcp_engine.script,
        "POST /v1.51/images/a%2Fb/tag?repo=x": Reply(201),
        "DELETE /v1.51/images/a%2Fb?noprune=1": [{"Untagged": "x"}],
    }
    with connect(connection_from({"docker_host": tcp_engine.docker_host}, {})) as engine:
        assert engine.post("/images/a%2Fb/tag", repo="x") is None
        assert engine.delete("/images/a%2Fb", noprune="1") == [{"Untagged": "x"}]


def test_less_time_for_one_answer(tcp_engine: ScriptedEngine) -> None:
    tcp_engine.script = {**tcp_engine.script, "GET /v1.51/system/df": SILENCE}
    with connect(connection_from({"docker_host": tcp_engine.docker_host, "timeout": 2}, {})) as engine:
        with pytest.raises(EngineError, match="did not reply within 1 s"), engine.waiting(1):
            engine.get("/system/df")
        with pytest.raises(EngineError, match="did not reply within 2 s"):
            engine.get("/system/df")


def test_headers_of_the_docker_configuration_stay_out_of_messages(tcp_engine: ScriptedEngine, tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text(json.dumps({"HttpHeaders": {"X-Token": "hunter2"}}))
    tcp_engine.script = {"GET /version": PAGE}
    assert "hunter2" not in complaint(tcp_engine.docker_host)


ANSWERS = [
    ({"GET /version": PAGE}, "answered GET /version with status 403 and a web page", False),
    ({"GET /version": Reply(200, b"<html>")}, "answered GET /version with a web page", False),
    ({"GET /version": Reply(200, b"")}, "answered GET /version with an empty body", False),
    ({"GET /v1.51/images/json?all=1": PAGE}, "answered GET /images/json with status 403 and a web page", True),
    ({"GET /v1.51/images/json?all=1": Reply(200, b"")}, "answered GET /images/json with an empty body", True),
    ({"GET /v1.51/images/json?all=1": Reply(200, b'[{"Id"')}, "a body that is not whole JSON (6 bytes)", True),
    ({"GET /v1.51/images/json?all=1": Reply(500, {"message": "boom"})}, "with status 500: boom", True),
    ({"GET /v1.51/images/json?all=1": Reply(500, {"cause": "x"})}, "with status 500: x", True),
    ({"GET /v1.51/images/json?all=1": Reply(500, [1])}, "with status 500: [1]", True),
    ({"GET /v1.51/images/json?all=1": SILENCE}, "did not reply within 1 s: raise timeout", True),
    ({"GET /version": SILENCE}, "did not reply within 1 s: raise timeout", False),
]


def test_an_answer_that_breaks_off(tcp_engine: ScriptedEngine) -> None:
    """docker 5.0.3 with urllib3 1.26 does not notice, but the JSON is not whole."""
    tcp_engine.script = {**tcp_engine.script, "GET /v1.51/images/json?all=1": Reply(200, b"[1, 2]", cut_off=3)}
    message = complaint(tcp_engine.docker_host)
    assert "broke before a complete reply arrived" in message or "a body that is not whole JSON (3 bytes)" in message


@pytest.mark.parametrize(("script", "message", "can_talk"), ANSWERS)
def test_bad_answers(tcp_engine: ScriptedEngine, script: dict[str, t.Any], message: str, can_talk: bool) -> None:
    tcp_engine.script = {**tcp_engine.script, **script}
    with pytest.raises(EngineError) as caught:
        ask(tcp_engine.docker_host, timeout=1)
    assert tcp_engine.docker_host in caught.value.message and message in caught.value.message
    assert caught.value.can_talk is can_talk


OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
NOT_HTTP = [
    b"",
    b"SSH-2.0-OpenSSH_9.2\r\n",
    b"HTTP/1.1 abc OK\r\n\r\n[]",
    OK + b"X: 1\r\n" * 200 + b"\r\n[]",
    OK + b"Content-Length: 10\r\n\r\n[]",
    OK,
    CHUNKED + b"x\r\n[]\r\n0\r\n\r\n",
    CHUNKED + b"5\r\n[]\r\n0\r\n\r\n",
    CHUNKED + b"9" * 40 + b"\r\n[]",
    OK + b"Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\n[]",
]


@pytest.mark.parametrize("raw", NOT_HTTP, ids=[str(number) for number in range(len(NOT_HTTP))])
@pytest.mark.parametrize("method", ["get", "post", "delete"])
def test_whatever_comes_is_an_answer_or_one_sentence(tcp_engine: ScriptedEngine, raw: bytes, method: str) -> None:
    tcp_engine.script = {**tcp_engine.script, f"{method.upper()} /v1.51/images/x": Reply(raw=raw)}
    with (
        pytest.raises(EngineError) as caught,
        connect(connection_from({"docker_host": tcp_engine.docker_host}, {})) as e,
    ):
        getattr(e, method)("/images/x")
    assert tcp_engine.docker_host in caught.value.message and "\n" not in caught.value.message
    assert caught.value.transport


ENDLESS = {
    "announced": Reply(raw=OK + b"Content-Length: " + b"9" * 30 + b"\r\n\r\n", endless=b"x" * 65536),
    "to the end of the connection": Reply(raw=OK + b"\r\n", endless=b" " * 65536),
    "chunks": Reply(raw=CHUNKED, endless=b"1000\r\n" + b"[" * 4096 + b"\r\n"),
    "one chunk": Reply(raw=CHUNKED + b"f" * 15 + b"\r\n", endless=b"x" * 65536),
    "compressed": Reply(raw=OK + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(b"[" * 2**26)),
}


@pytest.mark.parametrize("reply", ENDLESS.values(), ids=ENDLESS.keys())
def test_a_reply_without_an_end(tcp_engine: ScriptedEngine, reply: Reply, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replies, "MAX_REPLY_SIZE", 2**20)
    tcp_engine.script = {**tcp_engine.script, "GET /v1.51/images/json?all=1": reply}
    message = complaint(tcp_engine.docker_host)
    assert "answered GET /images/json with more than 256 MiB, which was not read to the end" in message


@pytest.mark.parametrize("method", ["get", "post", "delete"])
def test_a_redirect_is_not_followed(tcp_engine: ScriptedEngine, method: str) -> None:
    """307 keeps the method: following it would remove images of whoever is named there."""
    with ScriptedEngine({"GET /v1.51/x": [], "POST /v1.51/x": [], "DELETE /v1.51/x": []}, listen="tcp") as other:
        location = other.docker_host.replace("tcp://", "http://").encode() + b"/v1.51/x?token=hunter2"
        reply = Reply(raw=b"HTTP/1.1 307 T\r\nLocation: " + location + b"\r\nContent-Length: 0\r\n\r\n")
        tcp_engine.script = {**tcp_engine.script, f"{method.upper()} /v1.51/images/x": reply}
        connection = connection_from({"docker_host": tcp_engine.docker_host}, {})
        with pytest.raises(EngineError) as caught, connect(connection) as engine:
            getattr(engine, method)("/images/x")
    assert "with status 307, a redirect, which is not followed" in caught.value.message
    assert "hunter2" not in caught.value.message
    assert other.requests == []


class TestProxies:
    """Of the environment: they are used as by the docker command, and named where they may be what fails."""

    ENGINE = "tcp://192.0.2.1:2375"

    @pytest.fixture(autouse=True)
    def no_exceptions(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("NO_PROXY", raising=False)
        monkeypatch.delenv("no_proxy", raising=False)

    def test_are_used(self, tcp_engine: ScriptedEngine, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("HTTP_PROXY", tcp_engine.docker_host.replace("tcp://", "http://"))
        paths = ["/version", "/v1.51/images/json?all=1"]
        asked = [f"GET http://192.0.2.1:2375{path}" for path in paths]
        tcp_engine.script = {new: tcp_engine.script[f"GET {path}"] for new, path in zip(asked, paths)}
        assert ask(self.ENGINE) == [{"Id": "x"}]
        assert tcp_engine.requests == asked

    def test_are_not_used_for_hosts_in_no_proxy(
        self, tcp_engine: ScriptedEngine, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        assert ask(tcp_engine.docker_host) == [{"Id": "x"}]
        tcp_engine.script = {"GET /version": PAGE}
        assert "socket proxy must allow" in complaint(tcp_engine.docker_host)

    @pytest.mark.parametrize(
        ("variable", "options"),
        [("HTTP_PROXY", {}), ("http_proxy", {}), ("ALL_PROXY", {}), ("HTTPS_PROXY", {"tls": True})],
    )
    def test_that_do_not_listen_are_named(
        self, monkeypatch: pytest.MonkeyPatch, variable: str, options: dict[str, t.Any]
    ) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            proxy = f"127.0.0.1:{free.getsockname()[1]}"
            monkeypatch.setenv(variable, f"http://user:hunter2@{proxy}")
            message = complaint(self.ENGINE, **options)
        through = (
            f"through the proxy http://***@{proxy} (environment: {variable}) (Connection refused): check the proxy"
        )
        assert message.startswith(
            f"{self.ENGINE} did not send a complete reply {through}, or add the engine's host to NO_PROXY"
        )

    @pytest.mark.parametrize(
        ("reply", "says"),
        [
            (
                Reply(502, b"<html>Bad Gateway"),
                "with status 502 and a web page, which is not the reply of an engine: check the proxy",
            ),
            (Reply(407, b"no"), "with status 407 (no), which is not the reply of an engine: check the proxy, or add"),
            (Reply(200, b"<html>Welcome"), "with a web page"),
            (Reply(307, b""), "with status 307, a redirect, which is not followed"),
            (
                SILENCE,
                "raise timeout (environment: DOCKER_TIMEOUT) if the engine is only slow, else check the proxy and",
            ),
            (Reply(raw=b""), "did not send a complete reply through the proxy"),
        ],
    )
    def test_that_answer_themselves_are_named(
        self, tcp_engine: ScriptedEngine, monkeypatch: pytest.MonkeyPatch, reply: Reply, says: str
    ) -> None:
        monkeypatch.setenv("HTTP_PROXY", tcp_engine.docker_host.replace("tcp://", "http://u:hunter2@"))
        tcp_engine.script = {f"GET http://{self.ENGINE[6:]}/version": reply}
        message = complaint(self.ENGINE, timeout=1)
        assert (
            f" through the proxy {tcp_engine.docker_host.replace('tcp://', 'http://***@')} (environment: HTTP_PROXY)"
            in message
        )
        assert says in message

    def test_that_refuse_a_tunnel_are_named(self, tcp_engine: ScriptedEngine, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("HTTPS_PROXY", tcp_engine.docker_host.replace("tcp://", "http://u:hunter2@"))
        message = complaint(self.ENGINE, tls=True)
        assert "(environment: HTTPS_PROXY) (Tunnel connection failed: 501" in message

    @pytest.mark.parametrize(
        "proxy",
        [
            "u:hunter2@127.0.0.1:1",
            "http://u%3Ahunter2@127.0.0.1:1",
            "http://u:hunter2%40127.0.0.1:1",
            "http://127.0.0.1:1?token=hunter2",
            "http://127.0.0.1:1/#hunter2",
            "http://u:hunter2 x@127.0.0.1:1",
            "http://u:hunter2/x@127.0.0.1:1",
            "http:/u:hunter2@127.0.0.1:1",
            "http://u:hunter2@",
            "socks5://u:hunter2@127.0.0.1:1",
            "ftp://u:hunter2@127.0.0.1:1",
            "://u:hunter2@[::1",
        ],
    )
    def test_with_a_password_do_not_show_it(self, monkeypatch: pytest.MonkeyPatch, proxy: str) -> None:
        monkeypatch.setenv("HTTP_PROXY", proxy)
        assert "hunter2" not in unquote(complaint(self.ENGINE, timeout=1))


@pytest.mark.parametrize("value", ["hunter2\n", " hunter2", "hunter2\r\nX: 1", 5, ["hunter2"]])
def test_a_header_of_the_docker_configuration_that_cannot_be_sent(
    tcp_engine: ScriptedEngine, tmp_path: Path, value: object
) -> None:
    (tmp_path / "config.json").write_text(json.dumps({"HttpHeaders": {"X-Token": value}}))
    message = complaint(tcp_engine.docker_host)
    assert "HttpHeaders of the Docker configuration file" in message and "hunter2" not in message


def test_nothing_listens() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        host = f"tcp://127.0.0.1:{free.getsockname()[1]}"
        assert complaint(host).startswith(f"Nothing listens at {host} (connection refused): start the engine")


def test_a_name_that_does_not_exist() -> None:
    assert "The name in tcp://engine.invalid:2375 cannot be resolved" in complaint("tcp://engine.invalid:2375")


class TestTls:
    def test_verified(self, tls_engine: ScriptedEngine, certificates: Certificates) -> None:
        assert ask(tls_engine.docker_host, validate_certs=True, **certificates.options) == [{"Id": "x"}]

    def test_the_ca_given_goes_before_that_of_the_environment(
        self, tls_engine: ScriptedEngine, certificates: Certificates, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", certificates.other_ca)
        assert ask(tls_engine.docker_host, validate_certs=True, **certificates.options) == [{"Id": "x"}]

    def test_not_verified(self, tls_engine: ScriptedEngine, certificates: Certificates) -> None:
        options = {**certificates.options, "ca_path": None}
        assert ask(tls_engine.docker_host, tls=True, **options) == [{"Id": "x"}]

    def test_https_uses_the_files_that_are_given(self, tls_engine: ScriptedEngine, certificates: Certificates) -> None:
        host = tls_engine.docker_host.replace("tcp://", "https://")
        assert ask(host, **certificates.options) == [{"Id": "x"}]
        assert ask(host, tls=True, **certificates.options) == [{"Id": "x"}]
        message = complaint(host, **{**certificates.options, "ca_path": certificates.other_ca})
        assert f"is not signed by {certificates.other_ca}" in message

    def test_https_without_a_ca_is_verified_with_those_of_the_system(self, tls_engine: ScriptedEngine) -> None:
        message = complaint(tls_engine.docker_host.replace("tcp://", "https://"))
        assert "is not signed by one of the system's CA certificates" in message

    @pytest.mark.parametrize("scheme", ["tcp", "https"])
    @pytest.mark.parametrize("skip", [False, True])
    def test_as_a_context_says(
        self, tls_engine: ScriptedEngine, certificates: Certificates, tmp_path: Path, scheme: str, skip: bool
    ) -> None:
        host = tls_engine.docker_host.replace("tcp://", f"{scheme}://")
        files = [] if skip else [Path(path) for path in certificates.options.values()]
        make_context(tmp_path, "build", host, [file.name for file in files], skip)
        for file in files:
            next(tmp_path.glob(f"contexts/tls/*/docker/{file.name}")).write_text(file.read_text())
        connection = connection_from({"docker_context": "build"}, {"DOCKER_CONFIG": str(tmp_path)})
        try:
            with connect(connection) as engine:
                assert not skip and engine.version_info["ApiVersion"] == "1.51"
        except EngineError as exc:
            # Without a client certificate this engine refuses: TLS was spoken, and its certificate was not verified.
            assert skip and "refused the client certificate, or got none" in exc.message

    def test_wrong_ca(self, tls_engine: ScriptedEngine, certificates: Certificates) -> None:
        options = {**certificates.options, "ca_path": certificates.other_ca}
        message = complaint(tls_engine.docker_host, validate_certs=True, **options)
        assert f"is not signed by {certificates.other_ca}" in message and "set ca_path" in message

    def test_a_ca_that_is_none(self, tls_engine: ScriptedEngine, certificates: Certificates, tmp_path: Path) -> None:
        broken = tmp_path / "ca.pem"
        broken.write_text("no certificate")
        message = complaint(tls_engine.docker_host, validate_certs=True, **{**certificates.options, "ca_path": broken})
        assert "TLS with tcp://" in message and "check ca_path, client_cert and client_key" in message

    def test_no_client_certificate(self, tls_engine: ScriptedEngine, certificates: Certificates) -> None:
        ca_path = certificates.options["ca_path"]
        message = complaint(tls_engine.docker_host, validate_certs=True, ca_path=ca_path)
        assert "refused the client certificate, or got none: set client_cert and client_key" in message

    def test_a_certificate_for_another_name(self, certificates: Certificates) -> None:
        with ScriptedEngine({}, listen="tcp", tls=certificates.engine) as engine:
            host = engine.docker_host.replace("127.0.0.1", "localhost")
            message = complaint(host, validate_certs=True, **certificates.options)
        assert "is for another name" in message and "put a name from the certificate into docker_host" in message

    @pytest.mark.parametrize(("name", "problem"), [("127.0.0.1", None), ("localhost", "is for another name")])
    def test_a_name_to_expect(
        self, tls_engine: ScriptedEngine, certificates: Certificates, name: str, problem: str | None
    ) -> None:
        """The certificate is for 127.0.0.1. What a release of the SDK cannot check, it must not seem to check."""
        host = tls_engine.docker_host.replace("127.0.0.1", "localhost" if problem is None else "127.0.0.1")
        options = {"validate_certs": True, "tls_hostname": name, **certificates.options}
        version = import_sdk().__version__
        if int(version.split(".")[0]) >= 7:
            assert complaint(host, **options) == (
                f"The Docker SDK for Python {version} cannot expect another name in a certificate than that in"
                f' docker_host: unset tls_hostname, which is "{name}" (environment: DOCKER_TLS_HOSTNAME), or use a'
                " version below 7.0.0."
            )
            assert tls_engine.requests == []
        elif problem is None:
            assert ask(host, **options) == [{"Id": "x"}]
        else:
            assert problem in complaint(host, **options)

    def test_no_name_is_expected_where_none_is_verified(
        self, tls_engine: ScriptedEngine, certificates: Certificates
    ) -> None:
        options = {**certificates.options, "ca_path": None, "tls_hostname": "elsewhere.example.com"}
        assert ask(tls_engine.docker_host, tls=True, **options) == [{"Id": "x"}]

    def test_an_engine_without_tls(self, tcp_engine: ScriptedEngine, certificates: Certificates) -> None:
        message = complaint(tcp_engine.docker_host, validate_certs=True, **certificates.options)
        assert "does not speak TLS: leave tls and validate_certs out" in message

    def test_an_engine_with_tls_that_the_task_does_not_know_of(self, tcp_engine: ScriptedEngine) -> None:
        answer = Reply(400, b"Client sent an HTTP request to an HTTPS server.\n", "text/plain")
        tcp_engine.script = {"GET /version": answer}
        assert "requires TLS: set validate_certs=true with ca_path" in complaint(tcp_engine.docker_host)


def test_ssh_without_paramiko(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SSHHTTPAdapter", "SSHAdapter"):
        monkeypatch.delattr(f"docker.api.client.{name}", raising=False)
    message = complaint("ssh://root@engine.example.com")
    assert "needs the Python package paramiko" in message and "use_ssh_client=true" in message


class TestTheSdkItself:
    def test_is_missing(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "docker", None)
        message = complaint("tcp://127.0.0.1:1")
        assert f"cannot be imported by {sys.executable} on {socket.gethostname()}" in message
        assert "ansible.builtin.pip: name=docker" in message

    @pytest.mark.parametrize("version", ["4.4.4", "1.10.6"])
    def test_is_too_old(self, monkeypatch: pytest.MonkeyPatch, version: str) -> None:
        old = types.ModuleType("docker")
        old.__dict__.update(__version__=version, APIClient=object, __path__=[])
        monkeypatch.setitem(sys.modules, "docker", old)
        monkeypatch.setitem(sys.modules, "docker.tls", types.ModuleType("docker.tls"))
        assert f"is too old (version {version}; 5.0.3 or newer is needed)" in complaint("tcp://127.0.0.1:1")

    def test_is_something_else(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A folder named docker beside the module is a package, too."""
        other = types.ModuleType("docker")
        other.__dict__.update(__path__=[])
        monkeypatch.setitem(sys.modules, "docker", other)
        monkeypatch.setitem(sys.modules, "docker.tls", types.ModuleType("docker.tls"))
        assert "is too old (version unknown" in complaint("tcp://127.0.0.1:1")

    @pytest.mark.parametrize(
        "text",
        [
            "Not supported URL scheme http+docker",  # docker below 7.1 with requests 2.32
            "request() got an unexpected keyword argument 'chunked'",  # docker below 6.1 with urllib3 2
        ],
    )
    def test_does_not_fit_its_libraries(self, tcp_engine: ScriptedEngine, monkeypatch: t.Any, text: str) -> None:
        def broken(*_args: t.Any, **_options: t.Any) -> None:
            raise ValueError(text)

        monkeypatch.setattr(import_sdk().APIClient, "_get", broken)
        message = complaint(tcp_engine.docker_host)
        assert (
            f"The Docker SDK for Python {import_sdk().__version__} does not work with the package requests" in message
        )

    def test_leaves_no_socket_open(self, tcp_engine: ScriptedEngine, recwarn: pytest.WarningsRecorder) -> None:
        ask(tcp_engine.docker_host)
        with pytest.raises(EngineError):
            ask(tcp_engine.docker_host, api_version="1.99")
        assert not [warning for warning in recwarn if issubclass(warning.category, ResourceWarning)]


def test_version_that_the_engine_does_not_take(tcp_engine: ScriptedEngine) -> None:
    tcp_engine.script = {"GET /version": version_reply("20.10.24", "1.41", "1.12")}
    assert "api_version 1.51 is too new for the engine at tcp://" in complaint(
        tcp_engine.docker_host, api_version="1.51"
    )
