# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which texts are image names, and their parts.

The facts are those that reference_test.go, normalize_test.go and regexp_test.go of distribution/reference check.
"""

from __future__ import annotations

import typing as t
from urllib.parse import unquote

import pytest

from ansible_collections.container_ops.images.plugins.module_utils._core.errors import InputError
from ansible_collections.container_ops.images.plugins.module_utils._core.image.name_grammar import (
    check_name,
    problem_of_name,
    problem_of_repository,
    problem_of_tag,
)
from ansible_collections.container_ops.images.plugins.module_utils._core.image.patterns import (
    ReferencePattern,
    RepositoryPattern,
    TagPattern,
)
from ansible_collections.container_ops.images.plugins.module_utils._core.image.reference import Reference
from ansible_collections.container_ops.images.tests.unit.plugins.module_utils._engine.address_spellings import (
    SECRET,
    SPELLINGS,
)

F = "sha256:" + "f" * 64
DBCC = "dbcc1c35ac38df41fd2f5e4130b32ffdb93ebae8b3dbe638c23575912276fc9c"
HEX = "1a3f5e7d9c1b3a5f7e9d1c3b5a7f9e1d3c5b7a9f1e3d5d7c9b1a3f5e7d9c1b3a"

REPOSITORIES = [
    "docker/docker",
    "library/debian",
    "debian",
    "localhost/library/debian",
    "localhost/debian",
    "LOCALDOMAIN/library/debian",
    "LOCALDOMAIN/debian",
    "Docker/docker",
    "DOCKER/docker",
    "docker.io/docker/docker",
    "docker.io/library/debian",
    "docker.io/debian",
    "index.docker.io/docker/docker",
    "index.docker.io/library/debian",
    "index.docker.io/debian",
    "127.0.0.1:5000/docker/docker",
    "127.0.0.1:5000/library/debian",
    "127.0.0.1:5000/debian",
    "192.168.0.1",
    "192.168.0.1:8/debian",
    "192.168.0.2:25000/debian",
    "192.168.1.1/repo",
    "thisisthesongthatneverendsitgoesonandonandthisisthesongthatnever",
    "[fc00::1]:5000/docker",
    "[fc00::1]:5000/docker/docker",
    "[fc00:1:2:3:4:5:6:7]:5000/library/debian",
    "[2001:db8::1]/repo",
    "[2001:db8::]:5000/repo",
    "[::1]:5000/repo",
    "[fd00123123123]:5000/repo",
    f"docker.io/{HEX}",
    "docker-rules/docker",
    "docker---rules/docker",
    "doc/docker",
    "d/docker",
    "jess/t",
    "dock__er/docker",
    "test_com",
    "test.com",
    "test_com/foo",
    "test:5000/repo",
    "test.com:8080/foo",
    "test-com:8080/foo",
    "sub-dom1.foo.com/bar/baz/quux",
    "blog.foo.com/bar/baz",
    "b.gcr.io/test.example.com/my-app",
    "xn--n3h.com/myimage",
    "example.com/xn--7o8h.com/myimage",
    "example.com/some_separator__underscore/myimage",
    "foo/foo_bar.com",
    "foo.com/foo_bar",
    "0101.com/a",
    "ab.c-om/a",
    "a-b.com:443/a",
    "aa/aa/aa/aa/aa/aa/aa/aa/aa/bb/bb/bb/bb/bb/bb",
    "aa-a/a",
    "a/a/a/a",
    "a/" * 127 + "a",
    "example.com/" + "a" * 255,
]

NO_REPOSITORIES = [
    "",
    "https://github.com/docker/docker",
    "docker/Docker",
    "docker.io/docker/Docker",
    "test:5000/Uppercase/lowercase",
    "-docker",
    "-docker/docker",
    "-docker.io/docker/docker",
    "docker-/docker",
    "-docker-/docker",
    "docker///docker",
    "docker.io/docker///docker",
    "docker/",
    "foo.com/",
    "a//a/a",
    "a/a/a/a/",
    "____/____",
    "_docker/_docker",
    "docker_/docker_",
    "dock..er/docker",
    "dock_.er/docker",
    "dock-.er/docker",
    "foo/bar-",
    "foo-/bar",
    "foo/-bar",
    "foo.com/a-/a/a",
    "example.com/__underscore/myimage",
    "example.com/..dots/myimage",
    "example.com/.dots/myimage",
    "example.com/nodouble..dots/myimage",
    "a^a",
    "aa/asdf$$^/aa",
    "asdf$$^/aa",
    "foo.com:http/bar",
    "foo_bar.com:8080/app",
    "-ab.com/a",
    "ab-.com/a",
    "ab.-com/a",
    "[fc00::1]",
    "[2001:db8::1]",
    "fc00::1:5000/debian",
    "[fe80::1%eth0]:5000/debian",
    "[2001:db8:3:4::192.0.2.33]:5000/debian",
    "[fd00:1:2::3]75050/a",
    "[fd00:1:2::3]::75050/a",
    "a" * 256,
    "domain/" + "a" * 256,
    "a b",
    "a\n",
    "ünïcode",
    HEX,
]


@pytest.mark.parametrize("text", REPOSITORIES)
def test_repositories(text: str) -> None:
    assert problem_of_repository(text) == ""
    for version in ("", ":tag", f"@{F}", f":tag@{F}"):
        assert problem_of_name(text + version) == ""


@pytest.mark.parametrize("text", NO_REPOSITORIES)
def test_what_is_not_a_repository(text: str) -> None:
    assert problem_of_repository(text)


@pytest.mark.parametrize("text", [text for text in NO_REPOSITORIES if text != HEX])
def test_neither_are_these_with_a_tag_or_digest(text: str) -> None:
    assert problem_of_name(f"{text}:tag")
    assert problem_of_name(f"{text}@{F}")


@pytest.mark.parametrize(
    "text, repository, tag, digest",
    [
        ("alpine", "alpine", "", ""),
        ("localhost:5000/a/b", "localhost:5000/a/b", "", ""),
        ("localhost:5000/a/b:1", "localhost:5000/a/b", "1", ""),
        (f"a/b@{F}", "a/b", "", F),
        ("test.com:tag", "test.com", "tag", ""),
        ("test.com:5000", "test.com", "5000", ""),
        ("192.168.0.1:80", "192.168.0.1", "80", ""),
        ("foo_bar.com:8080", "foo_bar.com", "8080", ""),
        ("test:5000/repo:tag", "test:5000/repo", "tag", ""),
        (f"test:5000/repo@{F}", "test:5000/repo", "", F),
        (f"test:5000/repo:tag@{F}", "test:5000/repo", "tag", F),
        ("lowercase:Uppercase", "lowercase", "Uppercase", ""),
        ("192.168.1.1:5000/repo:5050", "192.168.1.1:5000/repo", "5050", ""),
        (
            "b.gcr.io/test.example.com/my-app:test.example.com",
            "b.gcr.io/test.example.com/my-app",
            "test.example.com",
            "",
        ),
        (f"xn--7o8h.com/myimage:xn--7o8h.com@{F}", "xn--7o8h.com/myimage", "xn--7o8h.com", F),
        ("[2001:db8:1:2:3:4:5:6]/repo:tag", "[2001:db8:1:2:3:4:5:6]/repo", "tag", ""),
        (f"[2001:db8::1]:5000/repo:tag@{F}", "[2001:db8::1]:5000/repo", "tag", F),
        ("a/" * 127 + "a:tag-puts-this-over-max", "a/" * 127 + "a", "tag-puts-this-over-max", ""),
        (f"{HEX}:latest", HEX, "latest", ""),
        ("repo@sha384:" + "a" * 96, "repo", "", "sha384:" + "a" * 96),
        ("repo@sha512:" + "a" * 128, "repo", "", "sha512:" + "a" * 128),
        ("repo:" + "t" * 128, "repo", "t" * 128, ""),
        ("repo:_.-", "repo", "_.-", ""),
    ],
)
def test_names_and_their_parts(text: str, repository: str, tag: str, digest: str) -> None:
    assert problem_of_name(text) == ""
    assert Reference.parse(text) == (repository, tag, digest)


@pytest.mark.parametrize(
    "text, problem",
    [
        (":justtag", "a repository has"),
        (f"@{F}", "a repository has"),
        ("repo@sha256:" + "f" * 34, "a digest is"),
        ("validname@invaliddigest:" + "f" * 64, "a digest is"),
        ("repo@md5:" + "f" * 32, "a digest is"),
        ("repo@sha256:" + "F" * 64, "a digest is"),
        ("repo@", "a digest is"),
        ("repo:", "a tag has"),
        ("repo:-foo", "a tag has"),
        ("repo:.foo", "a tag has"),
        ("repo:" + "t" * 129, "a tag has"),
        (f"repo:@{F}", "a tag has"),
        ("repo:a b", "a tag has"),
        ("repo:1:2", "a repository has"),
        ("[2001:db8::1]:5000", "a repository has"),
        ("[2001:db8::1]:tag", "a repository has"),
        ("Uppercase:tag", "a repository is in lower case"),
        ("http://hub:1", "a name has no scheme"),
    ],
)
def test_what_is_not_a_name_and_why(text: str, problem: str) -> None:
    assert problem_of_name(text).startswith(problem)


@pytest.mark.parametrize("text", [DBCC, f"sha256:{DBCC}", DBCC[:-1], DBCC[:5], "redis"])
def test_names_and_ids(text: str) -> None:
    check_name(text, "names[0]")


@pytest.mark.parametrize("text", ["1", "latest", "v1.2-rc_3", "A", "_", "t" * 128])
def test_tags(text: str) -> None:
    assert problem_of_tag(text) == ""


@pytest.mark.parametrize("text", ["", "-1", ".1", "a:b", "a/b", "a b", "é", "t" * 129])
def test_what_is_not_a_tag(text: str) -> None:
    assert problem_of_tag(text)


@pytest.mark.parametrize(
    "path, familiar, canonical, ambiguous",
    [
        ("fooo", "localhost/fooo", "localhost/fooo", "localhost/fooo"),
        ("fooo/bar", "localhost/fooo/bar", "localhost/fooo/bar", "localhost/fooo/bar"),
        ("fooo", "LOCALDOMAIN/fooo", "LOCALDOMAIN/fooo", "LOCALDOMAIN/fooo"),
        ("fooo/bar", "LOCALDOMAIN/fooo/bar", "LOCALDOMAIN/fooo/bar", "LOCALDOMAIN/fooo/bar"),
        ("fooo/bar", "fooo/bar", "docker.io/fooo/bar", "index.docker.io/fooo/bar"),
        ("library/ubuntu", "ubuntu", "docker.io/library/ubuntu", "library/ubuntu"),
        ("nonlibrary/ubuntu", "nonlibrary/ubuntu", "docker.io/nonlibrary/ubuntu", ""),
        ("other/library", "other/library", "docker.io/other/library", ""),
        ("private/moonbase", "127.0.0.1:8000/private/moonbase", "127.0.0.1:8000/private/moonbase", ""),
        ("privatebase", "example.com:8000/privatebase", "example.com:8000/privatebase", ""),
        ("library/ubuntu-12.04-base", "ubuntu-12.04-base", "docker.io/library/ubuntu-12.04-base", ""),
        ("library/ubuntu-12.04-base", "ubuntu-12.04-base", "index.docker.io/library/ubuntu-12.04-base", ""),
        ("library/foo", "foo", "docker.io/library/foo", "docker.io/foo"),
        ("library/foo/bar", "library/foo/bar", "docker.io/library/foo/bar", ""),
        ("store/foo/bar", "store/foo/bar", "docker.io/store/foo/bar", ""),
        ("bar", "Foo/bar", "Foo/bar", ""),
        ("bar", "FOO/bar", "FOO/bar", ""),
    ],
)
def test_the_two_spellings(path: str, familiar: str, canonical: str, ambiguous: str) -> None:
    for text in filter(None, (familiar, canonical, ambiguous)):
        name = Reference.parse(text)
        assert name.familiar == familiar
        assert name.canonical == canonical.replace("index.docker.io", "docker.io")
        assert name.canonical_repository.partition("/")[2] == path


@pytest.mark.parametrize(
    "text, meant",
    [
        ("busybox", "docker.io/library/busybox:latest"),
        ("busybox:latest", "docker.io/library/busybox:latest"),
        ("library/busybox", "docker.io/library/busybox:latest"),
        ("docker.io/busybox", "docker.io/library/busybox:latest"),
        ("gcr.io/library/busybox", "gcr.io/library/busybox:latest"),
        (f"busybox@{F}", f"docker.io/library/busybox@{F}"),
        (f"busybox:latest@{F}", f"docker.io/library/busybox@{F}"),
        (f"gcr.io/library/busybox:latest@{F}", f"gcr.io/library/busybox@{F}"),
    ],
)
def test_what_an_engine_looks_up(text: str, meant: str) -> None:
    assert Reference.parse(text).with_default_tag.canonical == meant


@pytest.mark.parametrize("read", [check_name, ReferencePattern.parse, RepositoryPattern.parse, TagPattern.parse])
def test_no_message_repeats_a_secret_of_an_address(read: t.Callable[[str, str], object]) -> None:
    refused = 0
    for address in [*SPELLINGS, f"h/x:1#{SECRET}", f"h/x?token={SECRET}", f"h/x@{SECRET}"]:
        try:
            read(address, "here")
        except InputError as error:
            refused += 1
            assert SECRET not in unquote(unquote(str(error))), address
    assert refused > 10_000


@pytest.mark.parametrize("text", ["env=dev", "Web:1", "docker://web:1", "a//b", "web:1 ", "acme/web@sha256:12"])
def test_a_message_shows_what_was_written_instead_of_a_name(text: str) -> None:
    with pytest.raises(InputError) as refused:
        check_name(text, "here")
    assert f'got "{text}": ' in str(refused.value)
