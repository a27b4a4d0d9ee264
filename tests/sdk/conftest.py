# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Certificates, and engines on tcp and TLS that play a script."""

from __future__ import annotations

import ssl
import typing as t

import pytest
import trustme

from ansible_collections.container_ops.images.tests.unit.plugins.module_utils._engine.scripted_engine import (
    ScriptedEngine,
    version_reply,
)

SCRIPT = {"GET /version": version_reply(), "GET /v1.51/images/json?all=1": [{"Id": "x"}]}


class Certificates(t.NamedTuple):
    """A CA, and what engine and client need of it. Paths, and the engine's side as a context."""

    options: dict[str, str]
    engine: ssl.SSLContext
    other_ca: str


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    folder = tmp_path_factory.mktemp("certificates")
    ca = trustme.CA()
    names = {"ca_path": "ca.pem", "client_cert": "cert.pem", "client_key": "key.pem"}
    paths = {option: str(folder / name) for option, name in names.items()}
    ca.cert_pem.write_to_path(paths["ca_path"])
    client = ca.issue_cert("client@example.com")
    client.cert_chain_pems[0].write_to_path(paths["client_cert"])
    client.private_key_pem.write_to_path(paths["client_key"])
    trustme.CA().cert_pem.write_to_path(folder / "other.pem")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ca.issue_cert("127.0.0.1").configure_cert(context)
    ca.configure_trust(context)
    context.verify_mode = ssl.CERT_REQUIRED
    return Certificates(paths, context, str(folder / "other.pem"))


@pytest.fixture
def tls_engine(certificates: Certificates) -> t.Iterator[ScriptedEngine]:
    """An engine that wants TLS and a client certificate, as dockerd --tlsverify does."""
    with ScriptedEngine(SCRIPT, listen="tcp", tls=certificates.engine) as engine:
        yield engine


@pytest.fixture
def tcp_engine() -> t.Iterator[ScriptedEngine]:
    with ScriptedEngine(SCRIPT, listen="tcp") as engine:
        yield engine
