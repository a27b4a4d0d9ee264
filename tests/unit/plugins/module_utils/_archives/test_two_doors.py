# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter reads index.json and manifest.json alone, the module reads whole archives: both say the same of them."""

from __future__ import annotations

import json
import pathlib
import typing as t

import pytest

from ansible_collections.container_ops.images.plugins.module_utils._archives.read import read_archive
from ansible_collections.container_ops.images.plugins.module_utils._core.errors import InputError
from ansible_collections.container_ops.images.plugins.module_utils._core.listing.summarize import summarize
from ansible_collections.container_ops.images.tests.unit.plugins.module_utils._archives.archive_parts import ZEROS
from ansible_collections.container_ops.images.tests.unit.plugins.module_utils._archives.archive_samples import (
    files_of,
    written,
)
from ansible_collections.container_ops.images.tests.utils.archives import (
    Layout,
    docker_archive,
    image,
    oci_image,
    tar_of,
)

FIXTURES = pathlib.Path(__file__).parent / "fixtures"
NAME, REF = "io.containerd.image.name", "org.opencontainers.image.ref.name"
PLATFORM = {"os": "linux", "architecture": "amd64"}


def named(*annotations: t.Any, **more: t.Any) -> dict[str, t.Any]:
    """An index with one image for each of these annotations."""
    return {
        "schemaVersion": 2,
        "manifests": [{"annotations": one, "platform": PLATFORM, **more} for one in annotations],
    }


INDEXES: dict[str, dict[str, t.Any]] = {
    # Facts of real tools: cosign save, and oras with an SBOM, a Helm chart and an image.
    "cosign": json.loads((FIXTURES / "cosign-index.json").read_text(encoding="utf-8")),
    "oras": json.loads((FIXTURES / "oras-index.json").read_text(encoding="utf-8")),
    "nothing": named(),
    "whole names": named({NAME: "docker.io/library/a:1", REF: "1"}, {NAME: "quay.io/b/c:2"}, {REF: "localhost/d:3"}),
    "no names": named(None, {}, {NAME: ""}),
    "no tag": named({NAME: "ghcr.io/acme/app"}, {REF: "host:5000/a"}),
    "a tag alone": named({REF: "latest"}, {REF: "1.0"}),
    "a digest": named({NAME: f"registry.k8s.io/pause@{ZEROS}", REF: f"@{ZEROS}"}, {NAME: f"a:1@{ZEROS}"}),
    "half a surrogate pair": named({NAME: "a:\ud800"}),
    "a signature": named({"kind": "dev.cosignproject.cosign/sigs", REF: "sig"}, {"kind": "something"}),
    "an attestation": named({"vnd.docker.reference.type": "attestation-manifest"}, {NAME: "a:1"}),
    "a chart": named({REF: "1.0"}, artifactType="application/vnd.cncf.helm.config.v1+json"),
    "an image by its type": named({NAME: "a:1"}, artifactType="application/vnd.oci.image.config.v1+json"),
    "XML": named({REF: "x"}, mediaType="application/xml"),
    "one name for two": named({NAME: "a:1"}, {NAME: "a:1"}),
    "annotations that are a list": named([]),
    "a number for a name": named({NAME: 1}),
    "a list of texts": {"manifests": ["x"]},
    "an index that is a manifest too": {**named({}), "layers": []},
}


def with_content(index: dict[str, t.Any]) -> tuple[dict[str, t.Any], bytes]:
    """The index with digests of images that are there, and the archive of them."""
    blobs: dict[str, bytes] = {}
    rows = []
    for number, row in enumerate(index["manifests"]):
        if isinstance(row, dict):
            layout = oci_image(image(None, [tar_of({"n": str(number).encode()})]))
            blobs.update(layout.blobs)
            row = {**layout.descriptor, **row, **{key: layout.descriptor[key] for key in ("digest", "size")}}
        rows.append(row)
    whole = {**index, "manifests": rows}
    files = files_of(Layout(blobs, {}).tar("a:1"))
    return whole, tar_of({**files, "index.json": json.dumps(whole).encode()})


def of_filter(document: t.Any, source: str) -> t.Any:
    """What both can know of the images, and the warnings; or the error."""
    try:
        found = summarize(document, source)
    except InputError as error:
        return str(error)
    images = sorted((one.repo_tags, one.repo_digests) for one in found.images)
    return images, [warning for warning in found.warnings if warning.code != "W_LOSSY"]


def of_archive(content: bytes, folder: pathlib.Path) -> t.Any:
    """The same of a whole archive."""
    path = written(folder, content)
    try:
        found = read_archive(path)
    except InputError as error:
        return str(error).replace(f'archive "{path}": ', "")
    images = sorted((one.repo_tags, one.repo_digests) for one in found.images)
    warnings = [warning for warning in found.warnings if warning.code != "W_EMPTY"]
    return images, [one._replace(message=one.message.replace(f'archive "{path}": ', "")) for one in warnings]


@pytest.mark.parametrize("case", INDEXES)
def test_an_index(case: str, tmp_path: pathlib.Path) -> None:
    index, archive = with_content(INDEXES[case])
    assert of_filter(index, "oci-layout") == of_archive(archive, tmp_path)


WARNINGS = {
    "cosign": 'Entries that are not images were left out (1: "dev.cosignproject.cosign/sigs").',
    "oras": 'Entries that are not images were left out (2: "application/spdx+json",'
    ' "application/vnd.cncf.helm.config.v1+json").',
    "no tag": "Names that are not a repository with a tag were left out"
    ' (2, first index.json.manifests[0] "ghcr.io/acme/app").',
}


@pytest.mark.parametrize("case", WARNINGS)
def test_what_is_left_out_is_named(case: str) -> None:
    index, _archive = with_content(INDEXES[case])
    _images, warnings = of_filter(index, "auto")
    assert warnings[0].message == WARNINGS[case]
    assert len(_images) == (2 if case == "no tag" else 1)


ONE, TWO = image(["a:1"], [tar_of({"n": b"1"})]), image(["a:1", "b:1"], [tar_of({"n": b"2"})])


def saved(*changes: dict[str, t.Any]) -> t.Any:
    """The archive of two images, and its manifest.json with these changes of each entry."""
    files = files_of(docker_archive([ONE, TWO]))
    manifest = json.loads(files["manifest.json"])
    for entry, change in zip(manifest, changes):
        entry.update(change)
    return manifest, files


FIRST_ID = saved()[0][0]["Config"][:64]
MANIFESTS: dict[str, tuple[t.Any, ...]] = {
    "as it is": (),
    "a name that moves": ({"RepoTags": ["a:1", "c:1"]}, {"RepoTags": ["a:1"]}),
    "a digest": ({"RepoTags": [f"registry.k8s.io/pause@{ZEROS}", "registry.k8s.io/pause:3.9"]},),
    "a tag with a digest": ({"RepoTags": [f"acme/app:1@{ZEROS}"]},),
    "no tag": ({"RepoTags": ["ghcr.io/acme/app"]},),
    "null": ({"RepoTags": None},),
    "long names": ({"RepoTags": ["docker.io/library/a:1"]},),
    "a parent": ({}, {"Parent": f"sha256:{FIRST_ID}"}),
    "a parent that is not there": ({}, {"Parent": ZEROS}),
    "a parent that it is itself": ({"Parent": FIRST_ID},),
    "a text for names": ({"RepoTags": "a:1"},),
    "a number for Config": ({"Config": 5},),
    "a short parent": ({"Parent": "abc"},),
}


@pytest.mark.parametrize("case", MANIFESTS)
def test_a_manifest(case: str, tmp_path: pathlib.Path) -> None:
    manifest, files = saved(*MANIFESTS[case])
    archive = tar_of({**files, "manifest.json": json.dumps(manifest).encode()})
    assert of_filter(manifest, "docker-archive") == of_archive(archive, tmp_path)
    if isinstance(of_filter(manifest, "auto"), tuple):
        by_filter, by_archive = summarize(manifest).images, read_archive(written(tmp_path, archive)).images
        assert {one.id: one.parent_id for one in by_filter} == {one.id: one.parent_id for one in by_archive}


def test_the_manifest_of_one_image() -> None:
    """What lies in a folder that skopeo wrote with dir:."""
    layout = oci_image(ONE)
    manifest = json.loads(layout.blobs[layout.descriptor["digest"][7:]])
    assert "one manifest" in of_filter(manifest, "auto")
