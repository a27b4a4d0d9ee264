# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The ways to a host: TLS, proxies, and what is not used without being asked for."""

from __future__ import annotations

import datetime
import ipaddress
import socket
import ssl
import threading
import typing as t
from pathlib import Path

import pytest

# ansible-core brings it along.
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from ansible_collections.container_ops.images.plugins.module_utils._core.errors import InputError
from ansible_collections.container_ops.images.tests.unit.plugins.module_utils._registry.small_registry import (
    Answer,
    SmallRegistry,
    host,
    look_up,
)

VARIABLES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


class Authority:
    """A CA, and what it signs."""

    def __init__(self, folder: Path, name: str) -> None:
        self._folder, self._name = folder, name
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
        self.ca = self._write(f"{name}.pem", self._sign(self._subject, self._key, None))

    def pair(self, name: str, host_name: str = "127.0.0.1") -> tuple[str, str]:
        """A certificate and its key."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
        certificate = self._write(f"{self._name}-{name}.pem", self._sign(subject, key, host_name))
        path = self._folder / f"{self._name}-{name}-key.pem"
        form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        path.write_bytes(key.private_bytes(*form))
        return certificate, str(path)

    def context(self, host_name: str = "127.0.0.1", client_ca: str = "") -> ssl.SSLContext:
        """What a server speaks TLS with."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*self.pair("server", host_name))
        if client_ca:
            context.load_verify_locations(client_ca)
            context.verify_mode = ssl.CERT_REQUIRED
        return context

    def _sign(self, subject: x509.Name, key: t.Any, host_name: str | None) -> x509.Certificate:
        now = datetime.datetime.now(datetime.timezone.utc)
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(days=1))
            .not_valid_after(now + datetime.timedelta(days=1))
            .add_extension(x509.BasicConstraints(ca=host_name is None, path_length=None), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()), critical=False)
        )
        if host_name is None:
            usage = dict.fromkeys(
                "digital_signature content_commitment key_encipherment data_encipherment key_agreement crl_sign "
                "encipher_only decipher_only".split(),
                False,
            )
            builder = builder.add_extension(x509.KeyUsage(key_cert_sign=True, **usage), critical=True)
        else:
            name = (
                x509.IPAddress(ipaddress.ip_address(host_name)) if host_name[0].isdigit() else x509.DNSName(host_name)
            )
            builder = builder.add_extension(x509.SubjectAlternativeName([name]), critical=False)
        return builder.sign(self._key, hashes.SHA256())

    def _write(self, name: str, certificate: x509.Certificate) -> str:
        path = self._folder / name
        path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        return str(path)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("tls"), "ca")


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("other"), "other")


def secure(registry: SmallRegistry | str, **options: t.Any) -> dict[str, t.Any]:
    return host(registry, **{"plain_http": False, **options})


def test_tls_with_its_own_ca(authority: Authority, other: Authority) -> None:
    with SmallRegistry(authority.context()) as registry:
        digest = registry.image("app", "1")
        name = f"{registry.name}/app:1"
        assert look_up([name], [secure(registry, ca_path=authority.ca)], details=True).row["digest"] == digest
        for options, says in (
            ({}, "cannot be verified"),
            ({"ca_path": other.ca}, "cannot be verified"),
            ({"plain_http": True}, "wants TLS"),
        ):
            row = look_up([name], [secure(registry, **options)]).row
            assert says in row["error"] and row["digest"] == ""
        assert look_up([name], [secure(registry, validate_certs=False)]).row["digest"] == digest


def test_tls_that_a_registry_does_not_speak() -> None:
    with SmallRegistry() as registry:
        registry.image("app", "1")
        row = look_up([f"{registry.name}/app:1"], [host(registry, plain_http=False, username="u", password="p")]).row
        assert "does not speak TLS" in row["error"] and "plain_http" in row["error"]
        assert registry.requests == []


def test_a_certificate_for_another_name(authority: Authority) -> None:
    with SmallRegistry(authority.context("registry.example.com")) as registry:
        row = look_up([f"{registry.name}/app:1"], [secure(registry, ca_path=authority.ca)]).row
        assert "for another name" in row["error"]


def test_a_client_certificate(authority: Authority, other: Authority) -> None:
    with SmallRegistry(authority.context(client_ca=authority.ca)) as registry:
        digest = registry.image("app", "1")
        name, known = f"{registry.name}/app:1", {"ca_path": authority.ca}
        certificate, key = authority.pair("client")
        options = {**known, "client_cert": certificate, "client_key": key}
        assert look_up([name], [secure(registry, **options)]).row["digest"] == digest
        certificate, key = other.pair("client")
        for given in (known, {**known, "client_cert": certificate, "client_key": key}):
            row = look_up([name], [secure(registry, **given)]).row
            assert row["status"] == "failed" and registry.name in row["error"]
        row = look_up([name], [secure(registry, **known, client_cert=certificate, client_key=certificate)]).row
        assert "client_key" in row["error"]


def test_no_verification_is_for_one_host_alone(authority: Authority) -> None:
    with SmallRegistry(authority.context()) as registry, SmallRegistry(authority.context()) as elsewhere:
        registry.image("app", "1")
        blob = next(path for path in registry.answers if "/blobs/" in path)
        elsewhere.answers["/there"] = registry.answers[blob]
        registry.answers[blob] = Answer(307, b"", {"Location": f"https://{elsewhere.name}/there"})
        unverified = secure(registry, validate_certs=False)
        row = look_up([f"{registry.name}/app:1"], [unverified], details=True).row
        assert f"The certificate of {elsewhere.name} cannot be verified" in row["error"]
        assert elsewhere.requests == []
        known = secure(elsewhere, ca_path=authority.ca)
        assert look_up([f"{registry.name}/app:1"], [unverified, known], details=True).row["error"] is None


@pytest.mark.parametrize("where", ["/v2/app/manifests/1", "blob"])
def test_no_redirect_leads_from_tls_to_plain_http(authority: Authority, where: str) -> None:
    with SmallRegistry(authority.context()) as registry, SmallRegistry() as plain:
        registry.image("app", "1")
        path = where if where != "blob" else next(path for path in registry.answers if "/blobs/" in path)
        plain.answers["/there"] = registry.answers[path]
        registry.answers[path] = Answer(307, b"", {"Location": f"http://{plain.name}/there"})
        known = secure(registry, ca_path=authority.ca)
        row = look_up([f"{registry.name}/app:1"], [known], details=True).row
        assert f"The redirect of {registry.name} names {plain.name} over plain HTTP" in row["error"]
        assert plain.requests == []
        # Unless that host is named for it.
        assert look_up([f"{registry.name}/app:1"], [known, host(plain)], details=True).row["error"] is None


class SmallProxy(SmallRegistry):
    """Passes plain requests on to one registry, and tunnels to one port."""

    def __init__(self, behind: SmallRegistry) -> None:
        super().__init__()
        self._behind = behind
        proxy = self

        class Handler(self._server.RequestHandlerClass):  # type: ignore[name-defined,misc]
            def handle_any(self) -> None:
                headers = {key.lower(): value for key, value in self.headers.items()}
                proxy.requests.append(_request(self.command, self.path, headers))
                refusal = proxy.answers.get("all")
                if isinstance(refusal, Answer):
                    self.answer(refusal)
                elif self.command == "CONNECT":
                    self._tunnel()
                else:
                    path = self.path.partition(behind.name)[2]
                    kept = behind.answers[path]
                    assert isinstance(kept, Answer)
                    self.answer(kept)

            do_GET = do_HEAD = do_CONNECT = handle_any

            def _tunnel(self) -> None:
                with socket.create_connection(("127.0.0.1", int(behind.name.partition(":")[2]))) as there:
                    self.wfile.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
                    back = threading.Thread(target=_pump, args=(there, self.connection), daemon=True)
                    back.start()
                    _pump(self.connection, there)
                    back.join(20)
                self.close_connection = True

        self._server.RequestHandlerClass = Handler


def _request(method: str, path: str, headers: dict[str, str]) -> t.Any:
    from ansible_collections.container_ops.images.tests.unit.plugins.module_utils._registry.small_registry import (
        Request,
    )

    return Request(method, path, headers, b"")


def _pump(source: socket.socket, target: socket.socket) -> None:
    try:
        while piece := source.recv(65536):
            target.sendall(piece)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        pass


def test_a_proxy_for_plain_http(monkeypatch: pytest.MonkeyPatch) -> None:
    with SmallRegistry() as registry, SmallProxy(registry) as proxy:
        digest = registry.image("app", "1")
        monkeypatch.setenv("http_proxy", f"http://us%40er:hunter2@{proxy.name}")
        assert look_up([f"{registry.name}/app:1"], [host(registry)]).row["digest"] == digest
        assert proxy.asked == [f"HEAD http://{registry.name}/v2/app/manifests/1"]
        assert proxy.sent("Proxy-Authorization") == ["Basic dXNAZXI6aHVudGVyMg=="] and registry.requests == []
        monkeypatch.setenv("no_proxy", "example.com,127.0.0.1")
        assert look_up([f"{registry.name}/app:1"], [host(registry)]).row["digest"] == digest
        assert len(proxy.requests) == 1 and len(registry.requests) == 1


def test_a_proxy_for_tls(monkeypatch: pytest.MonkeyPatch, authority: Authority) -> None:
    with SmallRegistry(authority.context()) as registry, SmallProxy(registry) as proxy:
        digest = registry.image("app", "1")
        monkeypatch.setenv("HTTPS_PROXY", f"http://user:hunter2@{proxy.name}/")
        known = secure(registry, ca_path=authority.ca)
        assert look_up([f"{registry.name}/app:1"], [known], details=True).row["digest"] == digest
        # What is asked is in the tunnel, and so is what lets in.
        assert proxy.asked == [f"CONNECT {registry.name}"]
        assert proxy.sent("Proxy-Authorization") == ["Basic dXNlcjpodW50ZXIy"]
        assert registry.sent("Proxy-Authorization") == [None, None]
        proxy.answers["all"] = Answer(407, b"hunter2")
        row = look_up([f"{registry.name}/app:1"], [known]).row
        assert "refused to connect" in row["error"] and "407" in row["error"] and "hunter2" not in row["error"]


@pytest.mark.parametrize(
    "address", ["socks5://user:hunter2@127.0.0.1:1", "https://user:hunter2@127.0.0.1:1", "http://user:hunter2@[::1"]
)
def test_proxies_that_are_not_used(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv("ALL_PROXY", address)
    row = look_up(["registry.example.com/app:1"], []).row
    assert "the proxy in the environment must be http://HOST:PORT" in row["error"] and "hunter2" not in row["error"]


def test_a_proxy_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"127.0.0.1:{server.getsockname()[1]}"
    monkeypatch.setenv("HTTPS_PROXY", f"http://user:hunter2@{address}")
    row = look_up(["registry.example.com/app:1"], []).row
    assert f"through the proxy http://{address}" in row["error"] and "hunter2" not in row["error"]


@pytest.mark.parametrize(
    "entry, says",
    [
        ({"name": "https://u:hunter2@registry.example.com"}, "must be a registry"),
        ({"name": "registry.example.com/shop"}, "must be a registry"),
        ({"name": ""}, "must be a registry"),
        ({"name": "a", "username": "u:x", "password": "hunter2"}, "must not contain a colon"),
        ({"name": "a", "username": "u", "password": ""}, "must not be empty"),
        ({"name": "a", "ca_path": "/nonexistent"}, "there is no such file"),
        ({"name": "a", "ca_path": __file__, "plain_http": True}, "is not used with plain_http"),
    ],
)
def test_entries_that_cannot_be(entry: dict[str, t.Any], says: str) -> None:
    with pytest.raises(InputError) as caught:
        look_up([], [_entry(entry)])
    assert says in str(caught.value) and "hunter2" not in str(caught.value)


def _entry(entry: dict[str, t.Any]) -> dict[str, t.Any]:
    return {**host("a", plain_http=False), **entry}


def test_one_entry_for_one_host() -> None:
    with pytest.raises(InputError, match="given twice"):
        look_up([], [_entry({"name": "Registry.example.com"}), _entry({"name": "registry.example.com:443"})])
