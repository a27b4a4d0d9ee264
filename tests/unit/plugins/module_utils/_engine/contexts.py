# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Contexts of the Docker CLI to test with."""

from __future__ import annotations

import hashlib
import json
import typing as t

if t.TYPE_CHECKING:
    from pathlib import Path


def make_context(folder: Path, name: str, host: t.Any, tls: t.Iterable[str] = (), skip: bool = False) -> None:
    """Write a context as `docker context create` does."""
    key = hashlib.sha256(name.encode()).hexdigest()
    meta = folder / "contexts" / "meta" / key / "meta.json"
    meta.parent.mkdir(parents=True)
    meta.write_text(json.dumps({"Name": name, "Endpoints": {"docker": {"Host": host, "SkipTLSVerify": skip}}}))
    for file in tls:
        material = folder / "contexts" / "tls" / key / "docker" / file
        material.parent.mkdir(parents=True, exist_ok=True)
        material.write_text("")
