# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Registries that want to be convinced: open, with user and password, with TLS, and with tokens; all with one content.

The issuer of tokens is a small server here. The registry checks its signatures as those of any issuer.
"""

from __future__ import annotations

import base64
import http.server
import json
import pathlib
import ssl
import subprocess
import time
import typing as t
import urllib.parse

from engines.catalogue import REGISTRY_SUITE
from engines.launch import free_port, start_helper, wait_for_port
from engines.namespace import INSIDE, inside, spawn
from engines.roots import CLIENTS, root_of, unpack
from engines.state import State

REGISTRIES, ISSUER, WITNESSES = "registries", "issuer", "witnesses"
USER, PASSWORD = "deploy", "correct horse"
# bcrypt, which is the only form that the registry reads.
HTPASSWD = f"{USER}:$2y$04$0123456789abcdefghijkuWq4A9.2gtYxpQvmi5NxFlLrO3.rjFHq\n"
KINDS = ("open", "basic", "tls", "token")
SERVICE = "registry of the tests"
# What the issuer wants user and password for.
PRIVATE = "private/"

MAKE_SECRETS = """
cd "$1"
ec="-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -noenc -days 2"
openssl req -x509 $ec -keyout ca-key.pem -out ca.pem -subj "/CN=ca" -addext keyUsage=critical,keyCertSign
openssl req -x509 $ec -CA ca.pem -CAkey ca-key.pem -keyout server-key.pem -out server.pem -subj "/CN=server" \
  -addext basicConstraints=critical,CA:FALSE -addext subjectAltName=IP:127.0.0.1
openssl req -x509 -newkey rsa:2048 -noenc -days 2 -keyout issuer-key.pem -out issuer.pem -subj "/CN=issuer"
"""


def start_registries(state: State, cache: pathlib.Path) -> dict[str, t.Any]:
    """Start all, fill them, and return how to reach them."""
    from registry_set import make_registry_set

    unpack(cache, [f"forky{CLIENTS}"])
    state.stop([REGISTRIES, ISSUER, WITNESSES])
    folder = state.new(REGISTRIES)
    ports = {kind: free_port() for kind in (*KINDS, ISSUER)}
    (folder / "htpasswd").write_text(HTPASSWD, encoding="ascii")
    for kind in KINDS:
        settings = _settings(kind, ports[kind], ports[ISSUER])
        (folder / f"{kind}.yml").write_text(json.dumps(settings), encoding="ascii")  # JSON is YAML
    serving = "".join(f"docker-registry serve {INSIDE}/{kind}.yml > {INSIDE}/{kind}.log 2>&1 & " for kind in KINDS)
    script = f"{MAKE_SECRETS}\n{serving}\nwait"
    process = spawn(root_of(cache, REGISTRY_SUITE), folder, ["sh", "-euc", script, "sh", INSIDE])
    state.write(REGISTRIES, process.pid, namespace=True)
    for kind in KINDS:
        wait_for_port(ports[kind])
    words = inside(process.pid, {})
    state.write(REGISTRIES, process.pid, namespace=True, inside=words)
    start_helper(state, ISSUER, ["serve-issuer", str(ports[ISSUER])], silent=True)
    wait_for_port(ports[ISSUER])
    digests = make_registry_set(f"127.0.0.1:{ports['open']}")
    return {
        "registries": {kind: f"127.0.0.1:{ports[kind]}" for kind in KINDS},
        "issuer": f"127.0.0.1:{ports[ISSUER]}",
        "ca": str(folder / "ca.pem"),
        "logs": {**{kind: str(folder / f"{kind}.log") for kind in KINDS}, ISSUER: str(state.folder / ISSUER / "log")},
        "username": USER,
        "password": PASSWORD,
        "digests": digests,
        "witness": _start_witnesses(state, cache, (folder / "ca.pem").read_bytes()),
    }


def _settings(kind: str, port: int, issuer: int) -> dict[str, t.Any]:
    settings: dict[str, t.Any] = {
        "version": "0.1",
        "log": {"level": "error"},
        "storage": {"filesystem": {"rootdirectory": "/run/registry"}},
        "http": {"addr": f"127.0.0.1:{port}"},
    }
    if kind in ("tls", "token"):
        settings["http"]["tls"] = {"certificate": f"{INSIDE}/server.pem", "key": f"{INSIDE}/server-key.pem"}
    if kind == "basic":
        settings["auth"] = {"htpasswd": {"realm": "tests", "path": f"{INSIDE}/htpasswd"}}
    if kind == "token":
        settings["auth"] = {
            "token": {
                "realm": f"https://127.0.0.1:{issuer}/token",
                "service": SERVICE,
                "issuer": ISSUER,
                "rootcertbundle": f"{INSIDE}/issuer.pem",
            }
        }
    return settings


def _start_witnesses(state: State, cache: pathlib.Path, ca: bytes) -> list[str]:
    """Return the words that run crane, oras or skopeo where the CA is known."""
    folder = state.new(WITNESSES)
    (folder / "ca.pem").write_bytes(ca)
    process = spawn(root_of(cache, f"forky{CLIENTS}"), folder, ["sleep", "1000000"])
    state.write(WITNESSES, process.pid, namespace=True)
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if not subprocess.run(_words(process.pid, ["true"]), check=False, stderr=subprocess.DEVNULL).returncode:
            break
        time.sleep(0.05)
    return _words(process.pid, [])


def _words(pid: int, command: list[str]) -> list[str]:
    return [*inside(pid, {"SSL_CERT_FILE": f"{INSIDE}/ca.pem", "XDG_RUNTIME_DIR": "/run"}), *command]


def serve_issuer(state: State, port: int) -> None:
    """Give tokens to read public repositories, and with user and password private ones. Each request is logged."""
    folder = state.folder / REGISTRIES
    openssl = [*state.services()[REGISTRIES]["inside"], "openssl"]

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            query = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(self.path).query))
            repository = query.get("scope", "::").split(":")[1]
            login = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
            header = self.headers.get("Authorization")
            known = header == f"Basic {login}"
            if (header and not known) or query.get("service") != SERVICE:
                self._send(401, {"details": "incorrect username or password"})
            else:
                actions = ["pull"] if known or not repository.startswith(PRIVATE) else []
                token = _token(folder, openssl, [{"type": "repository", "name": repository, "actions": actions}])
                self._send(200, {"token": token, "expires_in": 300})

        def _send(self, status: int, answer: dict[str, t.Any]) -> None:
            body = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "server.pem", folder / "server-key.pem")
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    server.serve_forever()


def _token(folder: pathlib.Path, openssl: list[str], access: list[dict[str, t.Any]]) -> str:
    """A JSON Web Token, RFC 7519, signed with the key that the registry trusts."""
    certificate = (folder / "issuer.pem").read_text(encoding="ascii")
    chain = ["".join(line for line in certificate.splitlines() if not line.startswith("-"))]
    now = int(time.time())
    claims = {"iss": ISSUER, "aud": SERVICE, "sub": "", "iat": now, "nbf": now - 10, "exp": now + 300, "jti": str(now)}
    parts = [{"typ": "JWT", "alg": "RS256", "x5c": chain}, {**claims, "access": access}]
    signed = ".".join(_encoded(json.dumps(part).encode()) for part in parts)
    command = [*openssl, "dgst", "-sha256", "-sign", f"{INSIDE}/issuer-key.pem"]
    signature = subprocess.run(command, input=signed.encode(), stdout=subprocess.PIPE, check=True).stdout
    return f"{signed}.{_encoded(signature)}"


def _encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
