# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What OCI documents must have, and what a manifest describes."""

from __future__ import annotations

import json
import typing as t

import pytest

from ansible_collections.container_ops.images.plugins.module_utils._core.errors import InputError
from ansible_collections.container_ops.images.plugins.module_utils._core.oci.image_config import image_config
from ansible_collections.container_ops.images.plugins.module_utils._core.oci.manifest import manifest_of

DIGEST = "sha256:" + "1" * 64
CONFIG = "application/vnd.oci.image.config.v1+json"
LAYER = "application/vnd.oci.image.layer.v1.tar+gzip"


def descriptor(media_type: str, **fields: t.Any) -> dict[str, t.Any]:
    return {"mediaType": media_type, "digest": DIGEST, "size": 5, **fields}


@pytest.mark.parametrize(
    "artifact_type, config, layers, artifact",
    [
        (None, CONFIG, [LAYER], None),
        (CONFIG, CONFIG, [LAYER], None),
        ("application/x", CONFIG, [LAYER], "application/x"),
        (None, CONFIG, [LAYER, "application/y"], "application/y"),
        (None, "application/z", [LAYER], "application/z"),
        ("application/x", "application/z", ["application/y"], "application/x"),
        (None, CONFIG, [], None),
    ],
)
def test_what_a_manifest_describes(
    artifact_type: str | None, config: str, layers: list[str], artifact: str | None
) -> None:
    document = {
        "artifactType": artifact_type,
        "config": descriptor(config),
        "layers": [descriptor(one) for one in layers],
    }
    assert manifest_of(document, "m").artifact == artifact


@pytest.mark.parametrize(
    "document, message",
    [
        ({"config": descriptor(CONFIG, size="5")}, 'm.config.size must be a number of bytes, got "5"'),
        ({"config": descriptor(CONFIG, size=-1)}, "m.config.size must be"),
        ({"config": descriptor(CONFIG, digest=5)}, "m.config.digest must be text, got 5"),
        ({"config": descriptor(CONFIG, digest="sha256:1")}, "m.config.digest must be a digest such as sha256:<64 hex"),
        ({"config": descriptor(CONFIG), "layers": 5}, "m.layers must be a list, got 5"),
        ({"config": descriptor(CONFIG), "artifactType": 5}, "m.artifactType must be text, got 5"),
    ],
)
def test_complaints_name_the_place(document: dict[str, t.Any], message: str) -> None:
    with pytest.raises(InputError) as caught:
        manifest_of(document, "m")
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize(
    "diff_id", ["", "sha256:" + "g" + "1" * 63, "sha256:" + "1" * 63 + "A", "sha256:" + "1" * 63, "sha512:" + "1" * 64]
)
def test_a_layer_is_named_by_a_whole_digest(diff_id: str) -> None:
    with pytest.raises(InputError, match=r"^c.rootfs.diff_ids\[1\] must be sha256: and 64 hex digits"):
        image_config(json.dumps({"rootfs": {"diff_ids": [DIGEST, diff_id]}}).encode(), "c")
