# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Docker CLI contexts, read from the CLI's own files.

The SDK can read them too, but answers an unknown name with the default socket (7.2.0), which would be another engine.
Layout of the files: https://github.com/docker/cli/blob/v28.2.2/cli/context/store/doc.go
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import typing as t

from .._core.errors import InputError, shown

# https://github.com/docker/cli/blob/v28.2.2/cli/context/store/store.go
_NAME = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9_.+-]+\Z")


class Endpoint(t.NamedTuple):
    """The ``docker`` endpoint of one context."""

    host: str
    skip_tls_verify: bool
    ca_path: str | None
    client_cert: str | None
    client_key: str | None


def read_context(name: str, environ: t.Mapping[str, str]) -> Endpoint:
    """The endpoint of a context. Raises InputError that lists the known names."""
    if not _NAME.match(name):
        # Not shown: what is not a name may be an address with a password.
        raise InputError("docker_context must be the name of a context, as docker context ls lists them")
    store = os.path.join(environ.get("DOCKER_CONFIG") or os.path.expanduser("~/.docker"), "contexts")
    folder = hashlib.sha256(name.encode()).hexdigest()
    meta_file = os.path.join(store, "meta", folder, "meta.json")
    if not os.path.isfile(meta_file):
        known = ", ".join(["default", *_names(store)])
        raise InputError(f"docker_context {shown(name)} does not exist; contexts known to this user are: {known}")
    meta = _read_meta(meta_file)
    endpoint = meta.get("Endpoints", {}).get("docker") if isinstance(meta.get("Endpoints"), dict) else None
    if not isinstance(endpoint, dict) or not isinstance(endpoint.get("Host"), str) or not endpoint["Host"]:
        raise InputError(f"docker_context {shown(name)} has no docker endpoint with a Host (in {meta_file})")
    material = os.path.join(store, "tls", folder, "docker")
    files = [os.path.join(material, file) for file in ("ca.pem", "cert.pem", "key.pem")]
    ca_path, client_cert, client_key = [file if os.path.isfile(file) else None for file in files]
    return Endpoint(endpoint["Host"], bool(endpoint.get("SkipTLSVerify")), ca_path, client_cert, client_key)


def _names(store: str) -> list[str]:
    folder = os.path.join(store, "meta")
    names = []
    try:
        entries = os.listdir(folder) if os.path.isdir(folder) else []
    except OSError as exc:
        raise InputError(f"The Docker contexts in {folder} cannot be listed ({exc.strerror})") from None
    for entry in entries:
        meta_file = os.path.join(folder, entry, "meta.json")
        if os.path.isfile(meta_file):
            names.append(str(_read_meta(meta_file).get("Name")))
    return sorted(filter(_NAME.match, names))


def _read_meta(path: str) -> dict[str, t.Any]:
    try:
        with open(path, encoding="utf-8") as file:
            meta = json.load(file)
    except (OSError, ValueError, RecursionError) as exc:
        raise InputError(f"The Docker context file {path} cannot be read ({exc})") from None
    if not isinstance(meta, dict):
        raise InputError(f"The Docker context file {path} does not hold a JSON object")
    return meta
