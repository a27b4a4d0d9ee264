# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""JUnit XML, for the test tabs of GitLab, Jenkins, Azure, CircleCI and Buildkite.

The XSDs in circulation disagree. What satisfies Jenkins' xunit ``junit-10.xsd`` and ``jenkins-junit.xsd``: the text of
``skipped`` as content (which is all that GitLab reads, too), properties that are not empty, a numeric time, a timestamp
without zone. ``dialect: ant`` satisfies Ant's schema as well, which knows no ``skipped``.
A case is red if the report's ``fail_on`` names what it is about: a CI that counts failures is red when the gate is.
"""

from __future__ import annotations

import typing as t
from xml.etree import ElementTree

from ..safe_text import visible, xml_without_commands
from .format_options import Format, choice, integer, text
from .junit_cases import Case, Suite, suites

if t.TYPE_CHECKING:
    from .document import Report


def render(report: Report, *, name: str, dialect: str, granularity: str, max_cases: int) -> str:
    """One suite for each host and one for what concerns the whole fleet.

    Consumers stop at 250,000 XML objects (GitLab) or some 30 MB, so ``granularity: auto`` takes the finest of finding,
    image, host and rule that stays within ``max_cases``, and names it in system-out.
    """
    level, groups = suites(report, name, granularity, max_cases)
    ant = dialect == "ant"
    root = ElementTree.Element("testsuites")
    if not ant:
        cases = [case for suite in groups for case in suite.cases]
        root.attrib.update(name=visible(name), time="0", **_totals(cases))
    start, end = ElementTree.tostring(root, encoding="unicode", short_empty_elements=False).rsplit("<", 1)
    # XML without a declaration is UTF-8; with this one it can be kept as text and written by any tool.
    parts = [f'<?xml version="1.0" encoding="UTF-8"?>\n{xml_without_commands(start)}\n']
    # One after the other: the elements of ten thousand hosts at once take more memory than all of their text.
    parts += (_suite(report, suite, number, level, ant) for number, suite in enumerate(groups))
    return "".join([*parts, f"<{end}\n"])


def _totals(cases: t.Sequence[Case]) -> dict[str, t.Any]:
    return {
        "tests": str(len(cases)),
        "failures": str(sum(case.outcome == "failure" for case in cases)),
        "errors": str(sum(case.outcome == "error" for case in cases)),
    }


def _suite(report: Report, suite: Suite, number: int, level: str, ant: bool) -> str:
    skipped: dict[str, t.Any] = {} if ant else {"skipped": str(sum(case.outcome == "skipped" for case in suite.cases))}
    element = ElementTree.Element(
        "testsuite",
        name=visible(suite.name),
        **_totals(suite.cases),
        **skipped,
        time="0",
        timestamp=report.generated_at.rstrip("Z"),
        hostname=visible(suite.name),
        id=str(number),
        package=visible(suite.package),
    )
    properties = ElementTree.SubElement(element, "properties")
    for key, value in (("report.version", report.version), *suite.properties):
        ElementTree.SubElement(properties, "property", name=key, value=visible(value))
    remarks = [f"One case for each {level}.", *(visible(remark) for remark in suite.remarks)]
    for case in suite.cases:
        child = ElementTree.SubElement(element, "testcase", classname=case.classname, name=case.name, time="0")
        lines = "\n".join(visible(line) for line in case.lines)
        if case.outcome in ("failure", "error"):
            outcome = ElementTree.SubElement(
                child, case.outcome, type=visible(case.kind), message=visible(case.lines[0])
            )
            outcome.text = lines
        elif case.outcome == "skipped" and not ant:
            ElementTree.SubElement(child, "skipped").text = lines
        elif case.lines:
            remarks.append(f"{case.name}: {lines}")
    ElementTree.SubElement(element, "system-out").text = "\n".join(remarks)
    ElementTree.SubElement(element, "system-err")
    ElementTree.indent(element, level=1)
    return f"  {xml_without_commands(ElementTree.tostring(element, encoding='unicode'))}\n"


FORMAT = Format(
    {
        "name": text("image-report"),
        "dialect": choice("jenkins", "ant"),
        "granularity": choice("auto", "finding", "image", "host", "rule"),
        "max_cases": integer(20000, minimum=1),
    },
    render,
)
