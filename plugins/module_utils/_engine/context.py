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
import typing as t

from .._core.errors import InputError, shown


class Endpoint(t.NamedTuple):
    """The ``docker`` endpoint of one context."""

    host: str
    skip_tls_verify: bool
    ca_path: str | None
    client_cert: str | None
    client_key: str | None


def read_context(name: str, environ: t.Mapping[str, str]) -> Endpoint:
    """The endpoint of a context. Raises InputError that lists the known names."""
    store = os.path.join(environ.get("DOCKER_CONFIG") or os.path.expanduser("~/.docker"), "contexts")
    folder = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()
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
            names.append(shown(_read_meta(meta_file).get("Name"))[1:-1])
    return sorted(names)


def _read_meta(path: str) -> dict[str, t.Any]:
    try:
        with open(path, encoding="utf-8") as file:
            meta = json.load(file)
    except (OSError, ValueError, RecursionError) as exc:
        raise InputError(f"The Docker context file {path} cannot be read ({exc})") from None
    if not isinstance(meta, dict):
        raise InputError(f"The Docker context file {path} does not hold a JSON object")
    return meta
