# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Addresses: which host is meant, by which name options know it, and what is not an address."""

from __future__ import annotations

import pytest

from ansible_collections.container_ops.images.plugins.module_utils._core.registry.registry_error import RegistryError
from ansible_collections.container_ops.images.plugins.module_utils._core.registry.web_address import (
    WebAddress,
    check_scheme,
    redirected,
    registry_address,
    registry_name,
    web_address,
)


@pytest.mark.parametrize(
    "registry, plain, address, names",
    [
        ("registry.example.com", False, ("https", "registry.example.com", 443), ("registry.example.com",)),
        ("registry.example.com:5000", False, ("https", "registry.example.com", 5000), ("registry.example.com:5000",)),
        ("registry.example.com:80", False, ("https", "registry.example.com", 80), ("registry.example.com:80",)),
        ("registry", True, ("http", "registry", 80), ("registry", "registry:80")),
        ("registry:80", True, ("http", "registry", 80), ("registry", "registry:80")),
        ("localhost:5000", True, ("http", "localhost", 5000), ("localhost:5000",)),
        ("[fd00::1]:5000", False, ("https", "fd00::1", 5000), ("[fd00::1]:5000",)),
        ("[fd00::1]", False, ("https", "fd00::1", 443), ("[fd00::1]",)),
        ("docker.io", False, ("https", "registry-1.docker.io", 443), ("docker.io",)),
    ],
)
def test_where_a_registry_answers(
    registry: str, plain: bool, address: tuple[str, str, int], names: tuple[str, ...]
) -> None:
    found = registry_address(registry, plain)
    assert (found.origin, found.names) == (address, names)


@pytest.mark.parametrize(
    "host, name",
    [
        ("Registry.Example.COM", "registry.example.com"),
        ("registry.example.com:443", "registry.example.com"),
        ("registry.example.com:4430", "registry.example.com:4430"),
        ("index.docker.io", "docker.io"),
        ("registry-1.docker.io", "docker.io"),
        ("docker.io.example.com", "docker.io.example.com"),
    ],
)
def test_one_spelling(host: str, name: str) -> None:
    assert registry_name(host) == name


@pytest.mark.parametrize(
    "url, target",
    [
        ("https://a/b?c=d%20e&f", "/b?c=d%20e&f"),
        ("https://a", "/"),
        ("https://a/ü b", "/%C3%BC%20b"),
        ("https://a/b\r\nX: y", "/b"),
        ("https://a/b#fragment", "/b"),
    ],
)
def test_what_goes_into_the_request(url: str, target: str) -> None:
    found = web_address(url, "It").target
    assert found.startswith(target) and found.isascii() and found.isprintable() and " " not in found


@pytest.mark.parametrize(
    "url",
    ["", "a", "//a/b", "ftp://a/", "file:///etc", "https://", "https://:443/", "https://a b/", "https://a:x/",
     "https://a:0/", "https://a:70000/", "https://u:hunter2@a/", "https://[::1/", "https://-a/", "https://a\\@b/"],
)  # fmt: skip
def test_what_is_not_followed(url: str) -> None:
    with pytest.raises(RegistryError) as caught:
        web_address(url, "It")
    assert "hunter2" not in caught.value.message and "?" not in caught.value.message


HERE = WebAddress("https", "a.example.com", 443, "/v2/app/manifests/1")


@pytest.mark.parametrize(
    "location, there",
    [
        ("/x?y", ("https", "a.example.com", 443, "/x?y")),
        ("x", ("https", "a.example.com", 443, "/v2/app/manifests/x")),
        ("//b.example.com/x", ("https", "b.example.com", 443, "/x")),
        ("https://a.example.com:444/", ("https", "a.example.com", 444, "/")),
        ("http://a.example.com/", ("http", "a.example.com", 80, "/")),
    ],
)
def test_where_a_redirect_leads(location: str, there: tuple[str, str, int, str]) -> None:
    found = redirected(HERE, location)
    assert found == there
    assert (found.origin == HERE.origin) == (there[:3] == HERE.origin)


def test_plain_http_is_for_named_hosts() -> None:
    plain = web_address("http://a.example.com/", "It")
    check_scheme(HERE, [], "It")
    for known in (["a.example.com"], ["a.example.com:80"]):
        check_scheme(plain, known, "It")
    for known in ([], ["b.example.com"], ["a.example.com:8080"], ["example.com"]):
        with pytest.raises(RegistryError, match="plain_http"):
            check_scheme(plain, known, "It")
