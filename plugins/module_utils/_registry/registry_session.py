# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One registry: what it wants to see before it answers, and its answers.

Protocol: https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pull
"""

from __future__ import annotations

import threading
import time
import typing as t
from base64 import b64encode
from urllib.parse import urlencode

from .._core.registry.challenges import (
    Challenge,
    Token,
    is_web_page,
    refusal_of,
    token_of,
    token_query,
    usable_challenge,
)
from .._core.registry.registry_error import RegistryError, one_line
from .._core.registry.web_address import check_scheme, registry_address, web_address

if t.TYPE_CHECKING:
    from .._core.registry.auth_file import Credentials
    from .._core.registry.web_address import WebAddress
    from .credentials import CredentialStore
    from .registry_options import Hosts
    from .web import Web, WebReply

_MAX_TOKEN_ANSWER = 2**18
# A token is renewed so many seconds before its end, as other clients do.
_RESERVE = 5
_CLIENT = "ansible-container_ops.images"


class RegistrySession:
    """Every method may be called from several threads: the first request learns, the others use what it learnt."""

    def __init__(self, registry: str, hosts: Hosts, web: Web, store: CredentialStore) -> None:
        """Raises RegistryError for a name that cannot be a registry."""
        self.registry = registry
        self.address = registry_address(registry, hosts.named(registry).plain_http)
        self._plain_http = hosts.plain_http
        self._web = web
        self._store = store
        self._learning = threading.Lock()
        self._asked = False
        self._challenge: Challenge | None = None
        self._locks: dict[str, threading.Lock] = {}
        self._tokens: dict[str, tuple[Token, float]] = {}
        self._refusals: dict[str, RegistryError] = {}
        self._secrets: set[str] = set()

    def ask(self, method: str, repository: str, target: str, accept: str, limit: int, what: str) -> WebReply:
        """The answer with status 200, through redirects; ``what`` says what is asked for. Raises RegistryError."""
        reply, answered = self._answer(method, repository, target, accept, limit)
        if reply.status == 200:
            return reply
        raise self._refused(reply, answered, what)

    def _answer(
        self, method: str, repository: str, target: str, accept: str, limit: int
    ) -> tuple[WebReply, WebAddress]:
        def send(authorization: str) -> tuple[WebReply, WebAddress]:
            headers = {"Accept": accept, **({"Authorization": authorization} if authorization else {})}
            return self._web.follow(method, self.address.to(target), headers, limit)

        first: tuple[WebReply, WebAddress] | None = None
        if not self._asked:
            with self._learning:
                if not self._asked:
                    first = send("")
                    self._asked = True
                    if not self._learn(*first):
                        return first
        used, is_new = self._authorization(repository, "")
        if first and not used:
            return first
        reply, answered = send(used)
        if self._learn(reply, answered) and not is_new:
            other, _is_new = self._authorization(repository, used)
            if other and other != used:
                reply, answered = send(other)
        return reply, answered

    def _learn(self, reply: WebReply, answered: WebAddress) -> bool:
        """Whether the registry itself, and not where it redirects to, asks for credentials that it can be given."""
        if reply.status != 401 or answered.origin != self.address.origin:
            return False
        challenge = usable_challenge(reply.headers.get_all("WWW-Authenticate") or [])
        self._challenge = challenge or self._challenge
        return challenge is not None

    def _authorization(self, repository: str, refused: str) -> tuple[str, bool]:
        """The header for a repository, or "", and whether it was made just now.

        Another one than what was refused, if there can be one.
        """
        challenge = self._challenge
        if challenge is None:
            return "", False
        with self._learning:
            lock = self._locks.setdefault(repository, threading.Lock())
        with lock:
            if repository in self._refusals:
                raise self._refusals[repository].again()
            try:
                credentials = self._credentials(repository)
                if challenge.scheme == "basic":
                    return self._basic(credentials) if credentials and credentials.password else "", False
                if credentials and credentials.registry_token:
                    return f"Bearer {credentials.registry_token}", False
                known, end = self._tokens.get(repository, (None, 0.0))
                if known and refused != f"Bearer {known.text}" and time.monotonic() < end:
                    return f"Bearer {known.text}", False
                return f"Bearer {self._token(repository, challenge, credentials)}", True
            except RegistryError as exc:
                self._refusals[repository] = exc
                raise

    def _credentials(self, repository: str) -> Credentials | None:
        credentials = self._store.find(self.registry, repository)
        if credentials:
            self._secrets.update(credentials.secrets)
        return credentials

    def _basic(self, credentials: Credentials) -> str:
        encoded = b64encode(f"{credentials.username}:{credentials.password}".encode()).decode()
        self._secrets.add(encoded)
        return f"Basic {encoded}"

    def _token(self, repository: str, challenge: Challenge, credentials: Credentials | None) -> str:
        token = self._fetch_token(repository, challenge, credentials)
        self._secrets.add(token.text)
        self._tokens[repository] = (token, time.monotonic() + max(1, token.life - _RESERVE))
        return token.text

    def _fetch_token(self, repository: str, challenge: Challenge, credentials: Credentials | None) -> Token:
        """From the server that the registry names. User and password go there, since it decides for the registry."""
        server = web_address(challenge.parameters["realm"], f"The token server of {self.registry}")
        check_scheme(server, self._plain_http, f"The token server of {self.registry}")
        query = token_query(challenge, repository)
        headers = {"Accept": "application/json"}
        if credentials and credentials.identity_token:
            form = {"grant_type": "refresh_token", "client_id": _CLIENT, "refresh_token": credentials.identity_token}
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            body = f"{query}&{urlencode(form)}".encode("ascii")
            reply = self._web.send("POST", server, headers, _MAX_TOKEN_ANSWER, body)
        else:
            if credentials and credentials.password:
                headers["Authorization"] = self._basic(credentials)
            target = f"{server.target}{'&' if '?' in server.target else '?'}{query}"
            reply = self._web.send("GET", server.to(target), headers, _MAX_TOKEN_ANSWER)
        if reply.status == 200:
            return token_of(reply.body, server.registry)
        who = "the credentials" if credentials else "a request without credentials"
        raise RegistryError(
            f"The token server {server.registry} of {self.registry} refused {who} for {repository} with status"
            f" {reply.status}{self._said(reply)}.",
            "denied" if reply.status in (401, 403) else "failed",
        )

    def _refused(self, reply: WebReply, answered: WebAddress, what: str) -> RegistryError:
        who = self.registry if answered.origin == self.address.origin else f"{answered.registry} for {self.registry}"
        if is_web_page(reply.body):
            return RegistryError(
                f"{who} answered the request for {what} with status {reply.status} and a web page, not as a registry"
                " does: check the name and any proxy in between."
            )
        said = self._said(reply)
        if reply.status == 404:
            return RegistryError(f"{who} does not have {what}{said}.", "not_found")
        if reply.status in (401, 403):
            return RegistryError(
                f"{who} refuses access to {what} with status {reply.status}{said}: the repository does not exist, or"
                " needs other credentials.",
                "denied",
            )
        return RegistryError(f"{who} answered the request for {what} with status {reply.status}{said}.")

    def _said(self, reply: WebReply) -> str:
        """What the answer says in words. It may repeat what it was sent."""
        text = refusal_of(reply.body)
        for secret in sorted(self._secrets, key=len, reverse=True):
            text = text.replace(secret, "***")
        return f" ({one_line(text)})" if text else ""
