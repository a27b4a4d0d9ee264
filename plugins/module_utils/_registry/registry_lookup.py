# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ask registries for names, each thing once, and make the rows of the result."""

from __future__ import annotations

import hashlib
import typing as t
from concurrent.futures import ThreadPoolExecutor

from .._core.errors import InputError
from .._core.image.image_ids import is_digest
from .._core.oci.documents import text
from .._core.registry.answers import (
    Answered,
    Failure,
    NewerTags,
    Tags,
    Wanted,
    chosen_images,
    reference_of,
    row_of,
)
from .._core.registry.newer_tags import tag_version
from .._core.registry.registry_document import (
    ACCEPTED,
    MAX_DOCUMENT,
    PlatformImage,
    check_media_type,
    document_of,
    platform_row,
)
from .._core.registry.registry_error import RegistryError
from .._core.registry.registry_headers import next_page
from .._core.registry.registry_row import RegistryReference, tags_of
from .._core.registry.web_address import redirected
from .registry_session import RegistrySession
from .web import AT_ONCE

if t.TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from .._core.registry.registry_headers import RateLimit
    from .credentials import CredentialStore
    from .registry_options import Hosts
    from .web import Web, WebReply

T = t.TypeVar("T")
K = t.TypeVar("K", bound=t.Hashable)

# As many as a registry gives at most; those that give fewer ignore it.
_TAGS_PER_PAGE = 1000
_MAX_TAG_PAGE = 4 * 2**20


class RegistryLookup:
    """Asks registries for names, a few at a time."""

    def __init__(self, hosts: Hosts, web: Web, store: CredentialStore) -> None:
        self._hosts = hosts
        self._web = web
        self._store = store
        self._sessions: dict[str, RegistrySession | Failure] = {}

    def rows(self, names: t.Sequence[str], wanted: Wanted) -> list[dict[str, t.Any]]:
        """One row a name, in their order."""
        references = [reference_of(name) for name in names]
        asked = list(dict.fromkeys(one for one in references if isinstance(one, RegistryReference)))
        for one in asked:
            self._open(one.registry)
        with ThreadPoolExecutor(AT_ONCE) as pool:
            found = _each(pool, lambda one: self._found(one, wanted.details), asked)
            images = chosen_images(found, wanted) if wanted.details else {}
            wishes = [(one, image) for one, chosen in images.items() for image in chosen]
            keys = {(one.registry, one.repository, image.digest): (one, image) for one, image in wishes}
            known = {
                (one.registry, one.repository, at.digest): at for one, at in found.items() if isinstance(at, Answered)
            }
            rows = _each(pool, lambda key: self._platform(*keys[key], known.get(key)), keys)
            tags = self._tags_of(pool, asked, wanted.newer_tags)
        return [row_of(name, one, wanted, found, images, rows, tags) for name, one in zip(names, references)]

    def rate_limits(self) -> list[dict[str, t.Any]]:
        """What each registry said last about its limit, if it did."""
        limits: list[dict[str, t.Any]] = []
        for name, session in sorted(self._sessions.items()):
            limit: RateLimit | None = None if isinstance(session, Failure) else self._web.rate_limit(session.address)
            if limit:
                limits.append({"registry": name, **limit.to_dict()})
        return limits

    def _open(self, registry: str) -> None:
        if registry not in self._sessions:
            try:
                self._sessions[registry] = RegistrySession(registry, self._hosts, self._web, self._store)
            except RegistryError as exc:
                self._sessions[registry] = Failure(exc.message, exc.outcome)

    def _session(self, registry: str) -> RegistrySession:
        session = self._sessions[registry]
        if isinstance(session, Failure):
            raise RegistryError(session.sentence, session.outcome)
        return session

    def _found(self, one: RegistryReference, details: bool) -> Answered:
        if not details:
            reply = self._manifest("HEAD", one, one.version)
            digest = _header_digest(reply, one)
            if digest:
                return Answered(digest, reply.media_type, None)
        return self._document(one, one.version)

    def _document(self, one: RegistryReference, version: str) -> Answered:
        """A manifest or an index, with the digest of what came."""
        reply = self._manifest("GET", one, version)
        digest = _header_digest(reply, one) or (version if is_digest(version) else "")
        digest = digest or f"sha256:{hashlib.sha256(reply.body).hexdigest()}"
        document = document_of(reply.body, digest, reply.media_type, f"{one.registry}/{one.repository}@{digest}")
        return Answered(digest, document.media_type, document)

    def _manifest(self, method: str, one: RegistryReference, version: str) -> WebReply:
        target = f"/v2/{one.repository}/manifests/{version}"
        what = str(one)[len(one.registry) + 1 :]
        reply = self._session(one.registry).ask(method, one.repository, target, ACCEPTED, MAX_DOCUMENT, what)
        check_media_type(reply.media_type, f"{one.registry}/{one.repository} {version}")
        return reply

    def _platform(self, one: RegistryReference, image: PlatformImage, known: Answered | None) -> dict[str, t.Any]:
        """The facts of one image, apart from what an index says: its manifest, unless it is known, and its config."""
        where = f"{one.registry}/{one.repository}@{image.digest}"
        at = known or self._document(one._replace(version=image.digest), image.digest)
        document = at.document
        if document is None or document.manifest is None:
            raise InputError(f"{where} is an index within an index, which is not read", "E_TYPE")
        config = None
        if document.kind == "image":
            target = f"/v2/{one.repository}/blobs/{document.manifest.config.digest}"
            what = f"the config of {image.digest}"
            config = self._session(one.registry).ask("GET", one.repository, target, "*/*", MAX_DOCUMENT, what).body
        return platform_row(image._replace(platform="", os_version=""), document, config, where)

    def _tags_of(
        self, pool: ThreadPoolExecutor, asked: t.Sequence[RegistryReference], newer: NewerTags | None
    ) -> dict[tuple[str, str], Tags | Failure]:
        if newer is None:
            return {}
        with_version = [one for one in asked if not one.is_digest and tag_version(one.version)]
        keys = dict.fromkeys((one.registry, one.repository) for one in with_version)
        return _each(pool, lambda key: self._tags(*key, newer.max_pages), keys)

    def _tags(self, registry: str, repository: str, max_pages: int) -> Tags:
        session = self._session(registry)
        where = f"the list of tags of {repository}"
        target, tags = f"/v2/{repository}/tags/list?n={_TAGS_PER_PAGE}", set[str]()
        for _page in range(max_pages):
            reply = session.ask("GET", repository, target, "application/json", _MAX_TAG_PAGE, where)
            tags.update(tags_of(reply.body, where))
            following = next_page(reply.headers.get_all("Link") or [])
            if not following:
                return Tags(frozenset(tags), True)
            address = redirected(session.address.to(target), following)
            if address.origin != session.address.origin or f"/{repository}/tags/list" not in address.target:
                raise RegistryError(f"{where[0].upper()}{where[1:]} continues at another place, which is not followed.")
            target = address.target
        return Tags(frozenset(tags), False)


def _header_digest(reply: WebReply, one: RegistryReference) -> str:
    """The digest that the registry names, or "". Raises RegistryError for one that cannot be."""
    digest = text(reply.headers.get("Docker-Content-Digest"), "the header Docker-Content-Digest").strip()
    if digest and not is_digest(digest):
        raise RegistryError(f"{one.registry} sent a digest for {one.repository} that is not one.")
    if digest and one.is_digest and digest != one.version:
        raise RegistryError(f"{one.registry} was asked for {one}, but sent {digest}.")
    return digest


def _each(pool: ThreadPoolExecutor, ask: Callable[[K], T], keys: Iterable[K]) -> dict[K, T | Failure]:
    """The answer for each key; a complaint stands for one that did not come."""

    def answer(key: K) -> T | Failure:
        try:
            return ask(key)
        except RegistryError as exc:
            return Failure(exc.message, exc.outcome)
        except InputError as exc:
            return Failure(f"{exc}.")

    wanted = list(keys)
    return dict(zip(wanted, pool.map(answer, wanted)))
