# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""OCI image layouts: names, platforms, and what is no image."""

from __future__ import annotations

import hashlib
import json
import typing as t

import pytest

from ansible_collections.container_ops.images.plugins.module_utils._archives.read import read_archive
from ansible_collections.container_ops.images.plugins.module_utils._core.errors import InputError
from ansible_collections.container_ops.images.tests.unit.plugins.module_utils._archives.archive_samples import (
    APP,
    TOP,
    config_digest,
    facts,
    files_of,
    summary,
    unpacked,
    written,
)
from ansible_collections.container_ops.images.tests.utils.archives import Layout, image, oci_image, oci_index, tar_of

if t.TYPE_CHECKING:
    import pathlib

AMD64, ARM64 = {"os": "linux", "architecture": "amd64"}, {"os": "linux", "architecture": "arm64"}


def test_directories(tmp_path: pathlib.Path) -> None:
    assert facts(unpacked(tmp_path, oci_image(APP).tar("docker.io/example/app:1"))) == [summary(APP)]


OTHER = image(["example/app:1"], [tar_of({"other": b"o" * 30})], architecture="arm64")
OTHER_FACTS = summary(OTHER, created=1577836800, labels={}, size=30)


def saved_by_docker(both: Layout, listed: int = 0) -> dict[str, bytes]:
    """What docker save writes from a containerd store: all platforms, and one of them in manifest.json."""
    files = files_of(both.tar("docker.io/example/app:1"))
    manifest = json.loads(both.blobs[_manifests(both)[listed]["digest"][7:]])
    paths = [f"blobs/sha256/{layer['digest'][7:]}" for layer in manifest["layers"]]
    entry = {"Config": f"blobs/sha256/{manifest['config']['digest'][7:]}", "RepoTags": APP.tags, "Layers": paths}
    return {**files, "manifest.json": json.dumps([entry]).encode()}


@pytest.mark.parametrize("listed", [0, 1])
def test_an_archive_with_both_lists_has_the_images_of_both(listed: int, tmp_path: pathlib.Path) -> None:
    both = oci_index([oci_image(APP, AMD64), oci_image(OTHER, ARM64)])
    assert facts(written(tmp_path, tar_of(saved_by_docker(both, listed)))) == [summary(APP), OTHER_FACTS]


def test_platforms_that_docker_never_pulled_are_no_reason_to_warn(tmp_path: pathlib.Path) -> None:
    """Its index lists all of them, whatever the engine has."""
    both = oci_index([oci_image(APP, AMD64), oci_image(OTHER, ARM64)])
    del both.blobs[_manifests(both)[1]["digest"][7:]]
    assert facts(written(tmp_path, tar_of(saved_by_docker(both)))) == [summary(APP)]


def test_a_platform_that_docker_has_in_part_is_named(tmp_path: pathlib.Path) -> None:
    """https://github.com/kubernetes-sigs/kind/issues/3795"""
    both = oci_index([oci_image(APP, AMD64), oci_image(OTHER, ARM64)])
    manifest = json.loads(both.blobs[_manifests(both)[1]["digest"][7:]])
    for part in ("config", "layers"):
        files = saved_by_docker(both)
        missing = manifest["config"] if part == "config" else manifest["layers"][0]
        del files[f"blobs/sha256/{missing['digest'][7:]}"]
        listing = read_archive(written(tmp_path, tar_of(files)))
        assert [found.to_dict() for found in listing.images] == [summary(APP)]
        digest = _manifests(both)[1]["digest"]
        said = f"Platforms whose content is not in the archive were left out (1: linux/arm64 ({digest}))."
        assert [warning.message.partition('": ')[2] for warning in listing.warnings] == [said]


FOREIGN = "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip"
WINDOWS = {"os": "windows", "architecture": "amd64"}


def windows_image() -> Layout:
    """Its base layer may not be passed on, so it was not saved: https://github.com/containers/skopeo/issues/545."""
    layout = oci_image(image(None, [tar_of({"base": b"w"}), TOP], os="windows"), WINDOWS)
    manifest = json.loads(layout.blobs.pop(layout.descriptor["digest"][7:]))
    manifest["layers"][0].update(mediaType=FOREIGN, urls=["https://example.com/base"])
    del layout.blobs[manifest["layers"][0]["digest"][7:]]
    content = json.dumps(manifest).encode()
    digest = hashlib.sha256(content).hexdigest()
    layout.blobs[digest] = content
    return Layout(layout.blobs, {**layout.descriptor, "digest": f"sha256:{digest}", "size": len(content)})


@pytest.mark.parametrize("nested", [True, False])
def test_a_platform_without_its_layers_is_named(nested: bool, tmp_path: pathlib.Path) -> None:
    windows = windows_image()
    if nested:
        path = written(tmp_path, oci_index([oci_image(APP, AMD64), windows]).tar("docker.io/example/app:1"))
    else:
        linux = oci_image(APP)
        name = {"annotations": {"io.containerd.image.name": "example/app:1"}}
        whole = Layout({**linux.blobs, **windows.blobs}, linux.descriptor)
        path = written(tmp_path, layout_tar(whole, [{**linux.descriptor, **name}, windows.descriptor]))
    listing = read_archive(path)
    assert [found.to_dict() for found in listing.images] == [summary(APP)]
    assert [warning.code for warning in listing.warnings] == ["W_PLATFORM"]
    assert f"windows/amd64 ({windows.descriptor['digest']})" in listing.warnings[0].message


def test_an_archive_of_nothing_but_such_platforms_is_an_error(tmp_path: pathlib.Path) -> None:
    path = written(tmp_path, oci_index([windows_image()]).tar("docker.io/example/app:1"))
    with pytest.raises(InputError, match=r"the content of any of its images, first windows/amd64 \(sha256:"):
        read_archive(path)


def test_a_missing_layer_of_an_image_of_its_own_is_an_error(tmp_path: pathlib.Path) -> None:
    """Nothing says that it was left out on purpose."""
    one, other = oci_image(APP), oci_image(image(["other:1"], [TOP, b"", TOP]))
    manifest = json.loads(other.blobs[other.descriptor["digest"][7:]])
    files = files_of(layout_tar(Layout({**one.blobs, **other.blobs}, {}), [one.descriptor, other.descriptor]))
    del files[f"blobs/sha256/{manifest['layers'][1]['digest'][7:]}"]
    with pytest.raises(InputError, match="does not hold"):
        read_archive(written(tmp_path, tar_of(files)))


def _manifests(layout: Layout) -> list[dict[str, t.Any]]:
    return t.cast("list[dict[str, t.Any]]", json.loads(layout.blobs[layout.descriptor["digest"][7:]])["manifests"])


def layout_tar(layout: Layout, descriptors: list[dict[str, t.Any]], more: dict[str, bytes] | None = None) -> bytes:
    """A layout whose index.json has these entries."""
    blobs = {f"blobs/sha256/{digest}": blob for digest, blob in layout.blobs.items()}
    index = json.dumps({"schemaVersion": 2, "manifests": descriptors}).encode()
    return tar_of({**blobs, "index.json": index, **(more or {})})


def test_every_platform_is_an_image(tmp_path: pathlib.Path) -> None:
    other = image(["example/app:1"], [TOP], architecture="arm64")
    both = oci_index([oci_image(APP, AMD64), oci_image(other, ARM64)])
    found = facts(written(tmp_path, both.tar("docker.io/example/app:1")))
    assert found == [summary(APP), summary(other, created=1577836800, labels={}, size=20)]


NAMES = {
    "a full name for containerd": ({"io.containerd.image.name": "docker.io/library/a:1"}, ["a:1"], []),
    "a full name for Podman": ({"org.opencontainers.image.ref.name": "localhost/a:1"}, ["localhost/a:1"], []),
    "both": (
        {"io.containerd.image.name": "quay.io/a/b:1", "org.opencontainers.image.ref.name": "1"},
        ["quay.io/a/b:1"],
        [],
    ),
    "no name": ({}, [], []),
    "a tag alone": ({"org.opencontainers.image.ref.name": "latest"}, [], ["W_NOT_A_TAG"]),
    "a digest": ({"io.containerd.image.name": f"a/b@sha256:{'0' * 64}"}, [], ["W_NOT_A_TAG"]),
}


@pytest.mark.parametrize("case", NAMES)
def test_names_in_a_layout(case: str, tmp_path: pathlib.Path) -> None:
    annotations, tags, codes = NAMES[case]
    layout = oci_image(APP)
    listing = read_archive(written(tmp_path, layout_tar(layout, [{**layout.descriptor, "annotations": annotations}])))
    assert [list(found.repo_tags) for found in listing.images] == [tags]
    assert [warning.code for warning in listing.warnings] == codes


def test_an_image_with_several_names_is_one(tmp_path: pathlib.Path) -> None:
    layout = oci_image(APP)
    entries = [{**layout.descriptor, "annotations": {"io.containerd.image.name": f"quay.io/a:{tag}"}} for tag in "12"]
    assert facts(written(tmp_path, layout_tar(layout, entries)))[0]["repo_tags"] == ["quay.io/a:1", "quay.io/a:2"]


def test_attestations_are_no_images(tmp_path: pathlib.Path) -> None:
    attestation = oci_image(image(None, [TOP], os="unknown", architecture="unknown"))
    attestation.descriptor["annotations"] = {"vnd.docker.reference.type": "attestation-manifest"}
    both = oci_index([oci_image(APP, AMD64), attestation])
    assert facts(written(tmp_path, both.tar("docker.io/example/app:1"))) == [summary(APP)]


def test_other_artifacts_are_named_and_left_out(tmp_path: pathlib.Path) -> None:
    layout = oci_image(APP)
    chart = json.dumps(
        {
            "schemaVersion": 2,
            "config": {
                "mediaType": "application/vnd.cncf.helm.config.v1+json",
                "digest": "sha256:" + "0" * 64,
                "size": 2,
            },
            "layers": [],
        }
    ).encode()
    digest = hashlib.sha256(chart).hexdigest()
    media_type = "application/vnd.oci.image.manifest.v1+json"
    entries = [
        layout.descriptor,
        {"mediaType": media_type, "digest": f"sha256:{digest}", "size": len(chart)},
        {"mediaType": "application/xml", "digest": f"sha256:{'1' * 64}", "size": 3},
    ]
    files = {f"blobs/sha256/{digest}": chart, f"blobs/sha256/{'1' * 64}": b"<a>"}
    listing = read_archive(written(tmp_path, layout_tar(layout, entries, files)))
    assert [found.id for found in listing.images] == [config_digest(APP)]
    assert [warning.code for warning in listing.warnings] == ["W_ARTIFACT"]
    assert listing.warnings[0].message.endswith(
        'Entries that are not images were left out (2: "application/vnd.cncf.helm.config.v1+json", "application/xml").'
    )


def test_platforms_that_were_not_saved_are_named(tmp_path: pathlib.Path) -> None:
    both = oci_index([oci_image(APP, AMD64), oci_image(image(None, [TOP]), ARM64)])
    del both.blobs[_manifests(both)[1]["digest"][7:]]
    listing = read_archive(written(tmp_path, both.tar("docker.io/example/app:1")))
    assert [found.id for found in listing.images] == [config_digest(APP)]
    assert [warning.code for warning in listing.warnings] == ["W_PLATFORM"]
