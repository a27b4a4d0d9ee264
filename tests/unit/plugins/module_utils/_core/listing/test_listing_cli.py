# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What command line tools print: docker, nerdctl, crictl."""

from __future__ import annotations

import json
import typing as t

import pytest

from ansible_collections.container_ops.images.plugins.module_utils._core.listing.summarize import summarize
from ansible_collections.container_ops.images.tests.unit.plugins.module_utils._core.listing.replies import (
    A,
    B,
    captured,
    complaint,
    outcome,
)

ROW = {
    "Containers": "N/A",
    "CreatedAt": "2024-01-11 19:06:40 +0000 UTC",
    "CreatedSince": "2 years ago",
    "Digest": "<none>",
    "ID": A,
    "Repository": "alpine",
    "SharedSize": "N/A",
    "Size": "7.38MB",
    "Tag": "3.19",
    "UniqueSize": "N/A",
}
NERDCTL = {
    "CreatedAt": "2024-01-11 19:06:40 +0000 UTC",
    "CreatedSince": "2 years ago",
    "Digest": A,
    "ID": A,
    "Repository": "alpine",
    "Tag": "3.19",
    "Name": "docker.io/library/alpine:3.19",
    "Size": "7.8 MiB",
    "BlobSize": "3.3 MiB",
    "Platform": "linux/amd64",
}


def row(source: str = "docker-cli", **keys: t.Any) -> dict[str, t.Any]:
    """The summary of one row with these keys."""
    images, codes = outcome([{**(NERDCTL if source == "nerdctl" else ROW), **keys}], source)
    assert codes == ["W_LOSSY"], images
    return t.cast("dict[str, t.Any]", images[0])


@pytest.mark.parametrize(
    "printed, size",
    [
        ("7.38MB", 7380000),
        ("999.6MB", 999600000),
        ("1e+03MB", 1000000000),
        ("1.381e+06B", 1381000),
        ("0B", 0),
        ("15B", 15),
        ("1.607kB", 1607),
        ("1.5KB", 1500),
        ("2.5GB", 2500000000),
        ("1.1TB", 1100000000000),
        ("1PB", 10**15),
        ("4EB", 4 * 10**18),
        ("7.8 MiB", 8178892),
        ("0.0 B", 0),
        ("1 KiB", 1024),
        ("2.5GiB", 2684354560),
        ("9007199254740993B", 9007199254740993),
        ("9223372036854775807B", 2**63 - 1),
        ("N/A", -1),
        ("", -1),
        (None, -1),
        ("-1.381e+06B", -1),
        ("-1B", -1),
        (5, 5),
        (-5, -1),
    ],
)
def test_printed_size(printed: t.Any, size: int) -> None:
    assert row(Size=printed)["size"] == size
    assert row("nerdctl", Size=printed)["size"] == size
    assert row(SharedSize=printed)["shared_size"] == size


@pytest.mark.parametrize(
    "printed",
    ["abc", "5", "5 M", "5mb", "MB", "1e+999MB", "9e+99EB", "99EB", f"{2**63}B", "١B", "1.MB", True, [], "1MBx"],
)
def test_size_that_is_none(printed: t.Any) -> None:
    assert complaint([{**ROW, "Size": printed}], "docker-cli").startswith("E_TYPE_Size: images[0].Size must be a")


def test_virtual_size_has_one_digit_more() -> None:
    assert row(Size="1e+03MB", VirtualSize="999.6MB")["size"] == 999600000
    assert row(Size="7.38MB", VirtualSize="N/A")["size"] == 7380000
    assert row(Size="N/A", VirtualSize="0B")["size"] == 0
    assert row(Size="7.38MB", VirtualSize="7.377MB")["virtual_size"] is None


@pytest.mark.parametrize(
    "printed, created",
    [
        ("2024-01-11 19:06:40 +0000 UTC", 1705000000),
        ("2024-01-12 00:36:40 +0530 IST", 1705000000),
        ("2024-01-11 16:06:40 -0300 -03", 1705000000),
        ("0001-01-01 05:53:28 +0553 LMT", 0),
        ("0001-01-01 00:00:00 +0000 UTC", 0),
        ("0000-12-31 19:03:58 -0456 LMT", 0),
        ("1970-01-01 00:00:00 +0000 UTC", 0),
        ("1969-12-31 23:59:59 +0000 UTC", -1),
        ("", 0),
        (None, 0),
    ],
)
def test_printed_date(printed: t.Any, created: int) -> None:
    assert row(CreatedAt=printed)["created"] == created
    assert row("nerdctl", CreatedAt=printed)["created"] == created


@pytest.mark.parametrize(
    "repository, tag, digest, tags, digests",
    [
        ("alpine", "3.19", "<none>", ["alpine:3.19"], []),
        ("alpine", "3.19", "", ["alpine:3.19"], []),
        ("alpine", "3.19", None, ["alpine:3.19"], []),
        ("alpine", "<none>", B, [], [f"alpine@{B}"]),
        ("alpine", "3.19", B, ["alpine:3.19"], [f"alpine@{B}"]),
        ("host:5000/a", "1", B, ["host:5000/a:1"], [f"host:5000/a@{B}"]),
        ("<none>", "<none>", "<none>", [], []),
        ("<none>", "<none>", B, [], []),
        ("", "", "", [], []),
    ],
)
def test_three_columns_make_names(
    repository: str, tag: str, digest: t.Any, tags: list[str], digests: list[str]
) -> None:
    for source in ("docker-cli", "nerdctl"):
        image = row(source, Repository=repository, Tag=tag, Digest=digest)
        assert (image["repo_tags"], image["repo_digests"]) == (tags, digests)


def test_containers_are_a_number_in_text() -> None:
    assert row(Containers="12")["containers"] == 12
    assert row(Containers="N/A")["containers"] == -1
    assert row("nerdctl")["containers"] == -1
    assert complaint([{**ROW, "Containers": "many"}], "docker-cli").startswith(
        "E_TYPE_Containers: images[0].Containers"
    )


@pytest.mark.parametrize("source", ["docker-cli", "nerdctl", "auto"])
@pytest.mark.parametrize("columns", [ROW, NERDCTL], ids=["docker", "nerdctl"])
def test_a_short_id_says_how_to_get_the_whole_one(source: str, columns: dict[str, t.Any]) -> None:
    said = complaint([{**columns, "ID": "a" * 12}], source)
    assert said == 'E_TRUNCATED_ID: images[0].ID is cut to 12 digits: "aaaaaaaaaaaa"; run the command with --no-trunc'


def test_rounded_sizes_are_not_compared() -> None:
    assert outcome([{**ROW, "SharedSize": "7.384MB"}])[1] == ["W_LOSSY"]


@pytest.mark.parametrize("columns, source", [(ROW, "docker-cli"), (NERDCTL, "nerdctl")])
def test_one_image_is_one_line(columns: dict[str, t.Any], source: str) -> None:
    line = json.dumps(columns)
    other = json.dumps({**columns, "ID": B})
    for named in (source, "auto"):
        for listing, ids in (
            (line, [A]),
            (f"{line}\n", [A]),
            (f"{line}\r\n{other}\r\n", [A, B]),
            ([line, other], [A, B]),  # stdout_lines
        ):
            assert [image["id"] for image in outcome(listing, named)[0]] == ids


def test_rows_of_one_image_are_merged() -> None:
    rows = [NERDCTL, {**NERDCTL, "Platform": "linux/arm64", "Size": "0.0 B", "Tag": "latest"}]
    images, codes = outcome(rows)
    assert codes == ["W_LOSSY"]
    assert (images[0]["repo_tags"], images[0]["size"]) == (["alpine:3.19", "alpine:latest"], 8178892)
    assert images[0]["repo_digests"] == [f"alpine@{A}"]


@pytest.mark.parametrize("members", [{}, {"Containers": [], "Volumes": [], "BuildCache": []}])
def test_docker_system_df(members: dict[str, t.Any]) -> None:
    whole = {"Images": [{**ROW, "Digest": "", "Containers": "3", "SharedSize": "0B"}], **members}
    for source in ("docker-cli", "auto"):
        images, codes = outcome(whole, source)
        assert (images[0]["containers"], images[0]["shared_size"], codes) == (3, 0, ["W_LOSSY"])
    assert outcome({"Images": None, **members}, "docker-cli") == ([], ["W_LOSSY"])
    assert ": Images[0].Size must" in complaint({"Images": [{**ROW, "Size": "x"}]})


def warning(listing: t.Any) -> str:
    """The one sentence of a listing of the docker command line."""
    [found] = summarize(listing, "docker-cli").warnings
    return found.message


def test_image_ls_says_what_it_leaves_out() -> None:
    for listing in ([ROW], ROW, captured("docker-20.10_cli_image_ls.txt").splitlines()[0]):
        said = warning(listing)
        assert said.startswith("docker image ls prints no labels, parents or shared sizes, rounds sizes, and prints")
        assert "--digests" in said and said.endswith("If you need them, use image_summary_info.")


def test_system_df_says_that_names_are_missing() -> None:
    """It prints one row an image, with the first of its names and no digest: a rule by name would miss the others."""
    printed = json.loads(captured("docker-28.5-ctrd_cli_system_df.json"))
    of_api = {image["id"]: image for image in outcome(captured("docker-28.5-ctrd_images_all.json"))[0]}
    of_df = outcome(printed)[0]
    assert any(len(of_api[image["id"]]["repo_tags"]) > len(image["repo_tags"]) for image in of_df)
    # Its rows alone are known by their unique sizes, which docker image ls never has.
    for listing in (printed, printed["Images"], {"Images": []}, {"Images": None}):
        said = warning(listing)
        assert "prints one name of each image, no digests" in said
        assert "do not select or prune by name what was read from it. Use docker image ls --no-trunc --digests" in said


CRICTL = {
    "id": A,
    "repoTags": ["registry.k8s.io/pause:3.9"],
    "repoDigests": [f"registry.k8s.io/pause@{B}"],
    "size": "7",
}


@pytest.mark.parametrize(
    "keys, expected",
    [
        ({}, {"size": 7, "repo_tags": CRICTL["repoTags"], "repo_digests": CRICTL["repoDigests"]}),
        ({"id": "a" * 64}, {"id": A}),
        ({"size": None}, {"size": -1}),
        ({"size": 8}, {"size": 8}),
        ({"repoTags": None, "repoDigests": None}, {"repo_tags": [], "repo_digests": []}),
        ({"repoTags": ["<none>:<none>"]}, {"repo_tags": []}),
        ({"uid": {"value": "65535"}, "username": "", "spec": None, "pinned": True, "later": {}}, {"size": 7}),
    ],
)
def test_crictl(keys: dict[str, t.Any], expected: dict[str, t.Any]) -> None:
    reply = {"images": [{**CRICTL, **keys}]}
    for payload in (reply, reply["images"]):
        for source in ("crictl", "auto"):
            images, codes = outcome(payload, source)
            assert {key: images[0][key] for key in expected} == expected
            assert codes == ["W_LOSSY"]
            assert (images[0]["created"], images[0]["containers"], images[0]["labels"]) == (0, -1, {})


def test_crictl_leaves_out_what_is_unset() -> None:
    images, codes = outcome({"images": [{"id": A}]})
    assert (images[0]["size"], codes) == (-1, ["W_LOSSY"])
    assert outcome({"images": []}) == ([], ["W_LOSSY"])
    assert outcome({}, "crictl") == ([], ["W_LOSSY"])
    assert complaint({"images": [{"repoTags": []}]}, "crictl").startswith("E_NO_ID: images[0].id")
    assert complaint({"images": [{"id": A, "size": "7 MB"}]}).startswith("E_TYPE_size: images[0].size")
    assert complaint({"images": [{"id": A, "repoTags": "x"}]}).startswith("E_TYPE_repoTags: images[0].repoTags")
    assert complaint({"items": []}, "crictl").startswith("E_TYPE_TOP")
