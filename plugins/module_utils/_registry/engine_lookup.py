# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rows for some names, as Docker finds them out: it asks the registries, with its mirrors and certificates."""

from __future__ import annotations

import json
import typing as t
from base64 import urlsafe_b64encode

from .._core.errors import InputError
from .._core.registry.registry_error import Outcome, RegistryError
from .._core.registry.registry_row import empty_row, engine_answer, failed_row, registry_reference
from .._engine.engine_error import EngineError
from .._engine.engine_images import engine_facts, engine_name
from .._engine.port import Engine, connect, quoted

if t.TYPE_CHECKING:
    from .._core.registry.registry_row import RegistryReference
    from .._engine.connection import Connection
    from .credentials import CredentialStore

# Docker's word for Docker Hub in the header X-Registry-Auth.
_HUB = "https://index.docker.io/v1/"
_OUTCOMES: dict[int, Outcome] = {401: "denied", 403: "denied", 404: "not_found", 429: "limited"}


def engine_rows(
    names: t.Sequence[str], connection: Connection, store: CredentialStore
) -> tuple[list[dict[str, t.Any]], dict[str, str]]:
    """One row a name, and which engine was asked. Raises EngineError where none answers, or one that cannot do it."""
    with connect(connection) as engine:
        if engine_name(engine.version_info) == "podman":
            raise EngineError(
                f"{engine.host} is Podman, which does not ask registries for others: leave via out.", can_talk=True
            )
        found: dict[RegistryReference, dict[str, t.Any]] = {}
        rows = [_row(name, engine, connection, store, found) for name in names]
        return rows, engine_facts(engine)


def _row(
    name: str,
    engine: Engine,
    connection: Connection,
    store: CredentialStore,
    found: dict[RegistryReference, dict[str, t.Any]],
) -> dict[str, t.Any]:
    try:
        one = registry_reference(name)
    except InputError as exc:
        return failed_row(empty_row(name, None), f"{exc}.", "failed")
    if one not in found:
        found[one] = _answer(one, engine, connection, store)
    return {**empty_row(name, one), **found[one]}


def _answer(one: RegistryReference, engine: Engine, connection: Connection, store: CredentialStore) -> dict[str, t.Any]:
    """The keys that are known of one reference."""
    path = f"/distribution/{quoted(str(one))}/json"
    try:
        headers = _credentials(one, connection, store)
        return engine_answer(engine.get_with(path, headers) if headers else engine.get(path), "the answer")
    except EngineError as exc:
        if exc.status is None:
            raise
        # Docker before 28 answers 500 where the registry cannot be reached.
        return {"status": _OUTCOMES.get(exc.status, "failed"), "error": exc.message}
    except RegistryError as exc:
        return {"status": exc.outcome, "error": exc.message}
    except InputError as exc:
        return {"status": "failed", "error": f"{engine.host}: {exc}."}


def _credentials(one: RegistryReference, connection: Connection, store: CredentialStore) -> dict[str, str]:
    """The header for the engine, which passes it on to the registry. Nothing where others could read it."""
    over_tcp = connection.docker_host.startswith(("tcp://", "http://", "https://"))
    if over_tcp and not (connection.tls and connection.validate_certs):
        return {}
    found = store.find(one.registry, one.repository)
    if not found:
        return {}
    known = {
        "username": found.username,
        "password": found.password,
        "identitytoken": found.identity_token,
        "registrytoken": found.registry_token,
        "serveraddress": _HUB if one.registry == "docker.io" else one.registry,
    }
    text = json.dumps({key: value for key, value in known.items() if value})
    return {"X-Registry-Auth": urlsafe_b64encode(text.encode()).decode()}
