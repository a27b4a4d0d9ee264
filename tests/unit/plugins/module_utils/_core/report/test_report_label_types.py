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
