# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A registry on loopback that holds what a test puts into it, notes every request, and may lie in any way."""

from __future__ import annotations

import contextlib
import hashlib
import http.server
import json
import threading
import typing as t

from ansible_collections.container_ops.images.plugins.module_utils._core.registry.answers import wanted_from
from ansible_collections.container_ops.images.plugins.module_utils._registry.credentials import CredentialStore
from ansible_collections.container_ops.images.plugins.module_utils._registry.registry_lookup import RegistryLookup
from ansible_collections.container_ops.images.plugins.module_utils._registry.registry_options import (
    REGISTRY_OPTIONS,
    Hosts,
)
from ansible_collections.container_ops.images.plugins.module_utils._registry.web import Web

MANIFEST = "application/vnd.oci.image.manifest.v1+json"
INDEX = "application/vnd.oci.image.index.v1+json"
CONFIG = "application/vnd.oci.image.config.v1+json"
LAYER = "application/vnd.oci.image.layer.v1.tar+gzip"


class Request(t.NamedTuple):
    """What came."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


class Answer(t.NamedTuple):
    """What goes back. ``raw`` is written instead of everything else, piece by piece."""

    status: int = 200
    body: bytes = b""
    headers: t.Mapping[str, str] = {}
    raw: t.Iterable[bytes] | None = None


def digest_of(body: bytes) -> str:
    return f"sha256:{hashlib.sha256(body).hexdigest()}"


class SmallRegistry:
    """Use it as a context manager. ``answers`` has an answer for each path, or a function of the request."""

    def __init__(self, context: t.Any = None) -> None:
        self.answers: dict[str, Answer | t.Callable[[Request], Answer]] = {}
        self.requests: list[Request] = []
        self.connections = 0
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self.tls = context is not None
        if context is not None:
            self._server.socket = context.wrap_socket(
                self._server.socket, server_side=True, do_handshake_on_connect=False
            )
        self.name = f"127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)

    def __enter__(self) -> SmallRegistry:
        self._thread.start()
        return self

    def __exit__(self, *_exc: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def asked(self) -> list[str]:
        """Methods and paths, in the order in which they came."""
        return [f"{request.method} {request.path}" for request in self.requests]

    def sent(self, header: str) -> list[str | None]:
        """What each request had in a header."""
        return [request.headers.get(header.lower()) for request in self.requests]

    def manifest(self, repository: str, tag: str, body: bytes, media_type: str = MANIFEST) -> str:
        """Keep a manifest or an index under a tag and its digest."""
        digest = digest_of(body)
        answer = Answer(200, body, {"Content-Type": media_type, "Docker-Content-Digest": digest})
        for version in (tag, digest):
            self.answers[f"/v2/{repository}/manifests/{version}"] = answer
        return digest

    def blob(self, repository: str, body: bytes) -> str:
        """Keep a blob."""
        digest = digest_of(body)
        self.answers[f"/v2/{repository}/blobs/{digest}"] = Answer(200, body, {"Content-Type": "application/json"})
        return digest

    def image(self, repository: str, tag: str, architecture: str = "amd64", layers: int = 2) -> str:
        """Keep an image and return the digest of its manifest."""
        config = json.dumps(
            {
                "architecture": architecture,
                "os": "linux",
                "created": "2026-01-02T03:04:05Z",
                "config": {"Labels": {"architecture": architecture}},
                "rootfs": {"type": "layers", "diff_ids": [digest_of(b"%d" % one) for one in range(layers)]},
            }
        ).encode()
        manifest = {
            "schemaVersion": 2,
            "mediaType": MANIFEST,
            "config": {"mediaType": CONFIG, "digest": self.blob(repository, config), "size": len(config)},
            "layers": [{"mediaType": LAYER, "digest": digest_of(b"z%d" % one), "size": 10} for one in range(layers)],
            "annotations": {"of": architecture},
        }
        return self.manifest(repository, tag, json.dumps(manifest).encode())

    def index(self, repository: str, tag: str, architectures: t.Sequence[str]) -> str:
        """Keep an image of several platforms."""
        manifests = [
            {
                "mediaType": MANIFEST,
                "digest": self.image(repository, f"only-{one}", one),
                "size": 1,
                "platform": {"os": "linux", "architecture": one},
            }
            for one in architectures
        ]
        document = {"schemaVersion": 2, "mediaType": INDEX, "manifests": manifests}
        return self.manifest(repository, tag, json.dumps(document).encode(), INDEX)

    def _handler(self) -> type[http.server.BaseHTTPRequestHandler]:
        registry = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def setup(self) -> None:
                registry.connections += 1
                super().setup()

            def handle_any(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                headers = {key.lower(): value for key, value in self.headers.items()}
                request = Request(self.command, self.path, headers, self.rfile.read(length))
                registry.requests.append(request)
                answer = registry.answers.get(self.path) or registry.answers.get(self.path.partition("?")[0])
                if answer is None:
                    refusal = {"errors": [{"code": "MANIFEST_UNKNOWN", "message": "manifest unknown"}]}
                    answer = Answer(404, json.dumps(refusal).encode(), {"Content-Type": "application/json"})
                self.answer(answer if isinstance(answer, Answer) else answer(request))

            def answer(self, answer: Answer) -> None:
                if answer.raw is not None:
                    self.close_connection = True
                    with contextlib.suppress(OSError):
                        for piece in answer.raw:
                            self.wfile.write(piece)
                    return
                self.send_response(answer.status)
                for key, value in {"Content-Length": str(len(answer.body)), **answer.headers}.items():
                    self.send_header(key, value)
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(answer.body)

            do_GET = do_HEAD = do_POST = do_CONNECT = handle_any

            def log_message(self, *_arguments: object) -> None:
                pass

        return Handler


class Clock:
    """Time that passes only in ``sleep``, and how long each sleep was."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.waits: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.waits.append(round(seconds, 3))
        self.now += seconds

    def __call__(self) -> float:
        return self.now


class Looked(t.NamedTuple):
    """Rows, and how many requests the client says it has sent."""

    rows: list[dict[str, t.Any]]
    requests: int
    rate_limits: list[dict[str, t.Any]]

    @property
    def row(self) -> dict[str, t.Any]:
        (row,) = self.rows
        return row


def host(registry: SmallRegistry | str, **options: t.Any) -> dict[str, t.Any]:
    """An entry of the option ``registries``; without more, plain HTTP."""
    name = registry if isinstance(registry, str) else registry.name
    spec = REGISTRY_OPTIONS["registries"]["options"]
    return {**{key: one.get("default") for key, one in spec.items()}, "plain_http": True, "name": name, **options}


def look_up(
    names: t.Sequence[str],
    hosts: t.Sequence[dict[str, t.Any]],
    clock: Clock | None = None,
    files: t.Sequence[str] = (),
    timeout: int = 20,
    max_wait: int = 60,
    **options: t.Any,
) -> Looked:
    """What the module does, without Ansible."""
    known = Hosts(hosts)
    time = {"sleep": clock.sleep, "clock": clock} if clock else {}
    web = Web(known, timeout, max_wait, **time)
    given = {key: one.get("default") for key, one in REGISTRY_OPTIONS.items()}
    wanted = wanted_from({**given, **options})
    try:
        lookup = RegistryLookup(known, web, CredentialStore(known, files, timeout))
        rows = lookup.rows(names, wanted)
        return Looked(rows, web.requests, lookup.rate_limits())
    finally:
        web.close()
