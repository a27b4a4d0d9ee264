# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Types of labels against tables of others: semver.org, and the license expressions of packaging.

RFC 3339 is in test_timestamps.py.
"""

from __future__ import annotations

import packaging.licenses
import packaging.licenses._spdx as their_list
import pytest

from ansible_collections.container_ops.images.plugins.module_utils._core.report import spdx_identifiers
from ansible_collections.container_ops.images.plugins.module_utils._core.report.label_types import LABEL_TYPES

is_semver, is_spdx = LABEL_TYPES["semver"][1], LABEL_TYPES["spdx"][1]

# https://regex101.com/r/vkijKf/1/, to which https://semver.org/ links.
SEMVER = """
0.0.4 1.2.3 10.20.30 1.1.2-prerelease+meta 1.1.2+meta 1.1.2+meta-valid 1.0.0-alpha 1.0.0-beta 1.0.0-alpha.beta
1.0.0-alpha.beta.1 1.0.0-alpha.1 1.0.0-alpha0.valid 1.0.0-alpha.0valid
1.0.0-alpha-a.b-c-somethinglong+build.1-aef.1-its-okay 1.0.0-rc.1+build.1 2.0.0-rc.1+build.123 1.2.3-beta
10.2.3-DEV-SNAPSHOT 1.2.3-SNAPSHOT-123 1.0.0 2.0.0 1.1.7 2.0.0+build.1848 2.0.1-alpha.1227 1.0.0-alpha+beta
1.2.3----RC-SNAPSHOT.12.9.1--.12+788 1.2.3----R-S.12.9.1--.12+meta 1.2.3----RC-SNAPSHOT.12.9.1--.12
1.0.0+0.build.1-rc.10000aaa-kk-0.1 99999999999999999999999.999999999999999999.99999999999999999 1.0.0-0A.is.legal
""".split()
NOT_SEMVER = """
1 1.2 1.2.3-0123 1.2.3-0123.0123 1.1.2+.123 +invalid -invalid -invalid+invalid -invalid.01 alpha alpha.beta
alpha.beta.1 alpha.1 alpha+beta alpha_beta alpha. alpha.. beta 1.0.0-alpha_beta -alpha. 1.0.0-alpha..
1.0.0-alpha..1 1.0.0-alpha...1 1.0.0-alpha....1 1.0.0-alpha.....1 1.0.0-alpha......1 1.0.0-alpha.......1 01.1.1
1.01.1 1.1.01 1.2.3.DEV 1.2-SNAPSHOT 1.2.31.2.3----RC-SNAPSHOT.12.09.1--..12+788 1.2-RC-SNAPSHOT
-1.0.3-gamma+b7718 +justmeta 9.8.7+meta+meta 9.8.7-whatever+meta+meta
99999999999999999999999.999999999999999999.99999999999999999----RC-SNAPSHOT.12.09.1--------------------------------..12
""".split()


@pytest.mark.parametrize("text", SEMVER)
def test_versions_of_semver_org(text: str) -> None:
    assert is_semver(text)


@pytest.mark.parametrize("text", NOT_SEMVER)
def test_what_is_no_version_at_semver_org(text: str) -> None:
    assert not is_semver(text)


def in_packaging(text: str) -> bool:
    """Whether Python's packaging takes it for a license expression."""
    try:
        packaging.licenses.canonicalize_license_expression(text)
    except packaging.licenses.InvalidLicenseExpression:
        return False
    return True


def test_the_license_list_is_that_of_packaging() -> None:
    # Identifiers are deprecated, but never removed.
    assert not spdx_identifiers.LICENSES - set(their_list.LICENSES)
    assert not spdx_identifiers.EXCEPTIONS - set(their_list.EXCEPTIONS)
    if f"License List {their_list.VERSION}," in str(spdx_identifiers.__doc__):
        assert set(their_list.LICENSES) == spdx_identifiers.LICENSES
        assert set(their_list.EXCEPTIONS) == spdx_identifiers.EXCEPTIONS


def test_every_identifier_is_an_expression_in_both() -> None:
    for identifier in sorted(spdx_identifiers.LICENSES):
        for text in (identifier, identifier.upper(), f"{identifier}+", f"({identifier} OR MIT) AND 0BSD"):
            assert is_spdx(text) and in_packaging(text), text
    for exception in sorted(spdx_identifiers.EXCEPTIONS):
        text = f"GPL-2.0-or-later WITH {exception}"
        assert is_spdx(text) and in_packaging(text), text
        assert not is_spdx(exception) and not in_packaging(exception), exception


# Texts of tests/test_licenses.py of packaging, and edges of the grammar.
SAME = """
|MIT|mit|MIT+|MIT++|(MIT)|((MIT))|()|(|)|MIT AND|AND MIT|MIT MIT|MIT AND AND 0BSD|MIT OR (0BSD|MIT OR 0BSD)
|mit and (apache-2.0 or bsd-2-clause)|MIT OR (LicenseRef-x AND 0BSD) WITH x|Apache-2.0 WITH|WITH MIT|MIT WITH MIT
|GPL-3.0-only WITH Classpath-exception-2.0|(GPL-3.0-only WITH Classpath-exception-2.0) OR MIT
|(GPL-3.0-only) WITH Classpath-exception-2.0|GPL-3.0-only WITH Classpath-exception-2.0 OR BSD-3-Clause
|GPL-3.0-only WITH Classpath-exception-2.0 WITH Classpath-exception-2.0|GPL-3.0-only WITH Classpath-exception-2.0+
|LicenseRef-Special-License OR CC0-1.0 OR Unlicense|LicenseRef-Public-Domain|LicenseRef-|LicenseRef-a+|LicenseRef-a_b
|Use-it-after-midnight|MIT, 0BSD|MIT; 0BSD|MIT/0BSD|MIT 0BSD|NONE|NOASSERTION|AGPL-3.0|3-Clause|Apache 2.0
| MIT |MIT\n|MIT and(0BSD)|MIT AND Ä|eval(MIT)|MIT or licenseref-ä|mit AND (0bsd OR (isc AND zlib))
""".replace("\n|", "|")


@pytest.mark.parametrize("text", SAME.strip("\n")[1:].split("|"))
def test_expressions_that_packaging_reads_in_the_same_way(text: str) -> None:
    assert is_spdx(text) == in_packaging(text)


@pytest.mark.parametrize(
    ("text", "here"),
    [
        # The annex allows AND and and, and no other spelling. packaging takes any.
        ("MIT Or 0BSD", False),
        ("MIT oR 0BSD", False),
        ("GPL-2.0-only With Classpath-exception-2.0", False),
        ("licenseref-acme", False),
        # The annex has references to other documents and to additions. packaging does not, nor does PEP 639.
        ("DocumentRef-x:LicenseRef-acme", True),
        ("MIT WITH AdditionRef-acme", True),
    ],
)
def test_where_packaging_differs(text: str, here: bool) -> None:
    assert is_spdx(text) is here
    assert in_packaging(text) is not here
