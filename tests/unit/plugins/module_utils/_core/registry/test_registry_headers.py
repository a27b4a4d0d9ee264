# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Headers about limits and pages."""

from __future__ import annotations

import time

import pytest

from ansible_collections.container_ops.images.plugins.module_utils._core.registry.registry_headers import (
    next_page,
    rate_limit_of,
    retry_after,
)


@pytest.mark.parametrize(
    "headers, limit",
    [
        ({"RateLimit-Limit": "100;w=21600", "RateLimit-Remaining": "76;w=21600"}, (100, 76, 21600)),
        ({"X-RateLimit-Limit": "60", "X-RateLimit-Remaining": "59"}, (60, 59, None)),
        ({"RateLimit-Remaining": "0;w=60"}, (None, 0, 60)),
        ({"RateLimit-Limit": "many"}, None),
        ({}, None),
    ],
)
def test_limits(headers: dict[str, str], limit: tuple[int | None, ...] | None) -> None:
    assert rate_limit_of(headers) == limit


@pytest.mark.parametrize(
    "value, seconds",
    [
        ("120", 120),
        (" 7 ", 7),
        ("Fri, 31 Dec 1999 23:59:59 GMT", 9),
        ("Fri, 31 Dec 1999 23:59:00 GMT", 0),
        ("Fri, 31 Foo 1999 23:59:59 GMT", None),
        ("Fri, 31 Feb 1999 23:59:59 GMT", None),
        ("-5", None),
        ("1e9", None),
        ("9999999999", None),
        ("", None),
        (None, None),
    ],
)
def test_how_long_to_wait(value: str | None, seconds: float | None) -> None:
    assert retry_after(value, 946684790) == seconds


@pytest.mark.parametrize(
    "headers, address",
    [
        (['</v2/app/tags/list?last=b&n=2>; rel="next"'], "/v2/app/tags/list?last=b&n=2"),
        (["</x>; rel=next"], "/x"),
        (["</x>; title=a; rel=next"], "/x"),
        (['</a>; rel="prev", </b>; rel="next"'], "/b"),
        (["</a>; rel=prev", "</b>; REL=Next"], "/b"),
        (["</x>; rel=nextdoor"], ""),
        (["</x>"], ""),
        (["nonsense"], ""),
        ([], ""),
    ],
)
def test_the_page_that_follows(headers: list[str], address: str) -> None:
    assert next_page(headers) == address


def test_no_header_takes_long() -> None:
    began = time.process_time()
    for header in ("<" * 10000, "<a>;" * 3000, "<a>; rel=" + "x " * 5000, '<a>; rel="' + "next" * 2500):
        assert next_page([header] * 5) == ""
    assert time.process_time() - began < 2
