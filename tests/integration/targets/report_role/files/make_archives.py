# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Image archives for the test, as docker save writes them: small.tar, and large.tar with a larger image of that name.

Format: https://github.com/moby/docker-image-spec/blob/main/v1.2.md
"""

from __future__ import annotations

import hashlib
import io
import json
import sys
import tarfile
from pathlib import Path

# Everything that any of the formats could take for something else.
HOSTILE = (
    "{{ lookup('pipe', 'touch executed') }}\n::error::from a label\n##vso[task.complete result=Failed;]"
    "</script><script>document.title='x'</script>]]>\x1b[2J=HYPERLINK(1)"
)


def tar_of(files: dict[str, bytes]) -> bytes:
    """A tar of these files."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


def archive(size: int) -> bytes:
    """An archive with one image of one layer that holds a file of this size."""
    layer = tar_of({"data": bytes(size)})
    config = json.dumps(
        {
            "architecture": "amd64",
            "os": "linux",
            "created": "2026-01-01T00:00:00Z",
            "config": {"Labels": {"hostile": HOSTILE, "org.opencontainers.image.version": "1.0.0"}},
            "rootfs": {"type": "layers", "diff_ids": ["sha256:" + hashlib.sha256(layer).hexdigest()]},
        }
    ).encode()
    name = hashlib.sha256(config).hexdigest() + ".json"
    manifest = [{"Config": name, "RepoTags": ["example/app:1"], "Layers": ["layer.tar"]}]
    return tar_of({"layer.tar": layer, name: config, "manifest.json": json.dumps(manifest).encode()})


for path, bytes_of_data in (("small.tar", 1_000_000), ("large.tar", 3_000_000)):
    Path(sys.argv[1], path).write_bytes(archive(bytes_of_data))
