# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Typed labels."""

from __future__ import annotations

import pytest

from ansible_collections.container_ops.images.plugins.module_utils._core.report.label_types import LABEL_TYPES

GOOD = {
    "semver": ["0.0.0", "1.2.3", "1.2.3-rc.1", "1.2.3+build.5", "1.0.0-alpha-a.b-c+x", "10.20.30"],
    "rfc3339": ["2024-01-02T03:04:05Z", "2024-01-02t03:04:05.123456789+02:00", "2024-02-29T00:00:00-00:00"],
    "url": [
        "https://example.com",
        "http://[::1]:8080/a?b=c#d",
        "ssh://git@example.com/a.git",
        "https://example.com/%20",
        "http://[::ffff:10.0.0.1]/",
        "https://example.com:65535?a",
    ],
    "spdx": [
        "MIT",
        "Apache-2.0 OR MIT",
        "apache-2.0",
        "(MIT AND (BSD-3-Clause OR 0BSD))",
        "GPL-2.0-or-later WITH Classpath-exception-2.0",
        "GPL-2.0+",
        "LicenseRef-acme",
        "DocumentRef-x:LicenseRef-acme AND MIT",
        "MIT and BSD-3-Clause",
    ],
}
BAD = {
    "semver": ["", "1", "1.2", "v1.2.3", "01.2.3", "1.2.3-", "1.2.3-01", "1.2.3\n", "1.2.3 "],
    "rfc3339": [
        "",
        "2024-01-02",
        "2024-01-02 03:04:05Z",
        "2024-01-02T03:04:05",
        "2024-02-30T03:04:05Z",
        "2024-01-02T25:04:05Z",
        "1704164645",
        "2024-01-02T03:04:05Z\n",
    ],
    "url": [
        "",
        "example.com",
        "//example.com",
        "https://",
        "mailto:a@example.com",
        "http://[::1",
        "http://a:99999",
        "https://example.com/a b",
        "https://example.com/\n",
        "https://exämple.com",
        "git@example.com:a.git",
        "http://a:65536",
        "http://[::1]x",
        "http://[1:2]",
        "http://[fe80::1%25eth0]/",
        "http://[]/",
        "http://a/[b]",
        "http://a/#b#c",
        "http://a%zz/",
        "https://example.com/%",
        "https://example.com/?%f",
    ],
    "spdx": [
        "",
        "MITT",
        "MIT OR",
        "OR MIT",
        "MIT MIT",
        "(MIT",
        "MIT)",
        "()",
        "MIT WITH",
        "MIT WITH MIT",
        "(MIT) WITH Classpath-exception-2.0",
        "MIT; Apache-2.0",
        "MIT/Apache-2.0",
        "Apache 2.0",
        "MIT Or MIT",
        "LicenseRef-",
    ],
}


@pytest.mark.parametrize("kind, text", [(kind, text) for kind, texts in GOOD.items() for text in texts])
def test_accepted(kind: str, text: str) -> None:
    assert LABEL_TYPES[kind][1](text)


@pytest.mark.parametrize("kind, text", [(kind, text) for kind, texts in BAD.items() for text in texts])
def test_refused(kind: str, text: str) -> None:
    assert not LABEL_TYPES[kind][1](text)


def test_every_type_has_cases() -> None:
    assert set(LABEL_TYPES) == set(GOOD) == set(BAD)


# What the test suite of JSON Schema says about its format "uri", which is RFC 3986 as well:
# https://github.com/json-schema-org/JSON-Schema-Test-Suite, optional/format/uri.json.
URIS = [
    ("http://foo.bar/?baz=qux#quux", True),
    ("http://foo.com/blah_(wikipedia)_blah#cite-1", True),
    ("http://foo.bar/?q=Test%20URL-encoded%20stuff", True),
    ("http://xn--nw2a.xn--j6w193g/", True),
    ("http://-.~_!$&'()*+,;=:%40:80%2f::::::@example.com", True),
    ("http://223.255.255.254", True),
    ("ftp://ftp.is.co.za/rfc/rfc1808.txt", True),
    ("http://www.ietf.org/rfc/rfc2396.txt", True),
    ("ldap://[2001:db8::7]/c=GB?objectClass?one", True),
    ("//foo.bar/?baz=qux#quux", False),
    ("/abc", False),
    ("\\\\WINDOWS\\fileshare", False),
    ("abc", False),
    ("http:// shouldfail.com", False),
    (":// should fail", False),
    ("bar,baz:foo", False),
    ("https://[@example.org/test.txt", False),
    ("https://example.org/foobar\u00ae.txt", False),
    ("https://example.org/foobar\\.txt", False),
    ('https://example.org/foobar".txt', False),
    ("https://example.org/foobar<>.txt", False),
    ("https://example.org/foobar{}.txt", False),
    ("https://example.org/foobar^.txt", False),
    ("https://example.org/foobar`.txt", False),
    ("https://example.org/foo bar.txt", False),
    ("https://example.org/foobar|.txt", False),
    ("http://087.10.0.1/", True),
    ("http://999.999.999.999/", True),
    ("http://example.com/%6G", False),
    ("http://example.com/%A", False),
    ("http://example.com/%", False),
    ("1http://example.com", False),
    ("ht_tp://example.com", False),
    ("http://example.com:abc/path", False),
    ("http://a.com:8:0", False),
    ("http://a.com::", False),
    ("http://a.com:", True),
    ("http://@a.com", True),
    ("http://!$&'()*+,;=.com", True),
    ("http://example.com.", True),
    ("http://exa~mple.com/", True),
    ("http://under_score.com/", True),
]
# Valid URIs that no browser opens: they have no host, or a port that there is not.
WITHOUT_A_PLACE = [
    "mailto:John.Doe@example.com",
    "news:comp.infosystems.www.servers.unix",
    "tel:+1-816-555-1212",
    "urn:oasis:names:specification:docbook:dtd:xml:4.1.2",
    "http://a.com:999999999",
    "http://:80",
    "http://user@",
]


@pytest.mark.parametrize("text, is_valid", [*URIS, *((text, False) for text in WITHOUT_A_PLACE)])
def test_urls_of_another_table(text: str, is_valid: bool) -> None:
    assert LABEL_TYPES["url"][1](text) is is_valid


@pytest.mark.parametrize(
    "text", ["http://" + "a" * 200_000, "http://" + ":" * 200_000, "http://" + "%41" * 50_000 + "%"]
)
def test_a_long_text_takes_no_long_time(text: str) -> None:
    assert LABEL_TYPES["url"][1](text) is (":" * 9 not in text and not text.endswith("%"))
