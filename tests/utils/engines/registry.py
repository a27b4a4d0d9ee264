# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Put images into a registry without an engine: blobs first, then the manifests that name them.

https://github.com/opencontainers/distribution-spec/blob/main/spec.md#push
"""

from __future__ import annotations

import http.client
import json
import typing as t
import urllib.request

from archives import Layout


def publish(registry: str, repository: str, tag: str, layout: Layout) -> str:
    """Publish an image or an index under a tag and return its digest."""
    base = f"http://{registry}/v2/{repository}"
    named = layout.descriptor["digest"].partition(":")[2]
    manifests = [digest for digest, blob in layout.blobs.items() if blob.startswith(b'{"schemaVersion"')]
    for digest, blob in layout.blobs.items():
        if digest not in manifests:
            upload = _send("POST", f"{base}/blobs/uploads/", b"")["Location"]
            _send("PUT", f"{upload}{'&' if '?' in upload else '?'}digest=sha256:{digest}", blob)
    for digest in sorted(manifests, key=lambda digest: digest == named):
        name = tag if digest == named else f"sha256:{digest}"
        _send("PUT", f"{base}/manifests/{name}", layout.blobs[digest], json.loads(layout.blobs[digest])["mediaType"])
    return str(layout.descriptor["digest"])


def _send(method: str, url: str, body: bytes, media_type: str = "application/octet-stream") -> http.client.HTTPMessage:
    request = urllib.request.Request(url, data=body, method=method, headers={"Content-Type": media_type})
    with urllib.request.urlopen(request, timeout=30) as reply:
        return t.cast("http.client.HTTPMessage", reply.headers)
