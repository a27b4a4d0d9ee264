# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is wrong with rules, waivers, gate and baseline is said with its path, before anything is looked at."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.container_ops.images.plugins.module_utils._core.errors import InputError
from ansible_collections.container_ops.images.plugins.module_utils._core.report.report_policy import ReportPolicy

SIZE = {"id": "max-size", "max": "1MB"}
WAIVER = {"rule": "max-size", "reason": "x"}


def file_of(images: dict[str, t.Any], schema: str = "image_baseline/2") -> dict[str, t.Any]:
    """A baseline with one host."""
    return {"schema": schema, "key": "reference", "hosts": {"w": {"images": images}}}


@pytest.mark.parametrize(
    "rules, code, message",
    [
        (
            [SIZE, SIZE | {"id": "x", "check": "max-size"}, {"id": "max-age", "max": 1, "maxx": 1}],
            "E_UNKNOWN_KEY",
            "rules[2].maxx is not",
        ),
        ([{"id": "max-size", "max": 1, "a\nb": 1}], "E_UNKNOWN_KEY", r'rules[0]["a\nb"] is not an option of max-size'),
        ([{"id": "max-size"}], "E_REQUIRED", "rules[0].max is required"),
        ([{"max": 1}], "E_CHECK", "rules[0].id must be one of forbidden-tag, label,"),
        ([{"id": "mine", "max": 1}], "E_CHECK", 'or check must say which check a rule of this id is, got "mine"'),
        ([{"id": "mine", "check": "max-siz", "max": 1}], "E_CHECK", "rules[0].check must be one of forbidden-tag, "),
        ([{"check": ["max-size"], "max": 1}], "E_CHECK", "rules[0].check must be one of forbidden-tag, "),
        ([{"check": {"a": 1}, "max": 1}], "E_CHECK", "rules[0].check must be one of forbidden-tag, "),
        ([{"id": ["max-size"], "max": 1}], "E_TYPE", "rules[0].id must be text, got ['max-size']"),
        ([{"id": ["a"], "check": "max-size", "max": 1}], "E_TYPE", "rules[0].id must be text, got ['a']"),
        ([{"id": {}, "check": "max-size", "max": 1}], "E_TYPE", "rules[0].id must be text, got {}"),
        ([SIZE, SIZE], "E_RULE_ID", 'rules[1].id must be unique, "max-size" is also rules[0]: give each its own id'),
        (
            [{"id": "max-age", "check": "max-size", "max": 1}],
            "E_RULE_ID",
            "rules[0].id must not be the name of something else",
        ),
        ([{"id": "expired-waiver", "check": "max-size", "max": 1}], "E_RULE_ID", "rules[0].id must not be"),
        ([SIZE | {"level": "fatal"}], "E_CHOICE", 'rules[0].level must be one of error, warning, note, got "fatal"'),
        ([SIZE | {"max": "500M"}], "E_SIZE", "rules[0].max must say which unit it means"),
        ([SIZE | {"max": -1}], "E_SIZE", "rules[0].max must be at least 0"),
        ([SIZE | {"max": "1.5B"}], "E_SIZE", "rules[0].max must be a whole number of bytes below 2^63"),
        (
            [SIZE | {"when": {"repositoriess": []}}],
            "E_UNKNOWN_KEY",
            "rules[0].when.repositoriess is not an option of a selector",
        ),
        ([SIZE | {"when": {"larger_than": "x"}}], "E_SIZE", "rules[0].when.larger_than must be a size"),
        ([SIZE | {"when": []}], "E_TYPE", "rules[0].when must be a selector (a dictionary), got []"),
        ([SIZE | {"hosts": []}], "E_TYPE", "rules[0].hosts must hold at least one entry"),
        ([{"id": "max-age", "max": "1 month"}], "E_DURATION", "rules[0].max must be a duration"),
        ([{"id": "max-growth"}], "E_REQUIRED", "rules[0] needs max_ratio or max_bytes or both"),
        (
            [{"id": "max-growth", "max_ratio": "x"}],
            "E_RATIO",
            'rules[0].max_ratio must be a ratio such as 0.05 or 5%, got "x"',
        ),
        ([{"id": "max-growth", "max_ratio": -1}], "E_RATIO", "rules[0].max_ratio must be a ratio"),
        (
            [{"id": "max-growth", "max_ratio": True}],
            "E_RATIO",
            "rules[0].max_ratio must be a ratio such as 0.05 or 5%, got true",
        ),
        (
            [{"id": "max-growth", "max_ratio": [1]}],
            "E_RATIO",
            "rules[0].max_ratio must be a ratio such as 0.05 or 5%, got [1]",
        ),
        ([{"id": "max-growth", "max_bytes": "x"}], "E_SIZE", "rules[0].max_bytes must be a size"),
        (
            [{"id": "max-growth", "max_bytes": 1, "on_missing": "x"}],
            "E_CHOICE",
            "rules[0].on_missing must be one of skip, fail",
        ),
        (
            [{"id": "max-growth", "max_bytes": 1, "combine": "xor"}],
            "E_CHOICE",
            "rules[0].combine must be one of and, or",
        ),
        (
            [{"id": "max-total-size", "max": 1, "of": "sum"}],
            "E_CHOICE",
            "rules[0].of must be one of size, unique_size, layers_size",
        ),
        (
            [{"id": "max-total-size", "max": 1, "of": "layers_size", "when": {"tags": ["1"]}}],
            "E_INPUT",
            "rules[0].when cannot narrow of: layers_size",
        ),
        ([{"id": "max-total-size"}], "E_REQUIRED", "rules[0].max is required"),
        ([{"id": "max-total-size", "max": "x"}], "E_SIZE", "rules[0].max must be a size"),
        ([{"id": "max-age"}], "E_REQUIRED", "rules[0].max is required"),
        ([{"id": "label"}], "E_REQUIRED", "rules[0].name is required"),
        ([{"id": "label", "name": ""}], "E_TYPE", "rules[0].name must be text"),
        (
            [{"id": "label", "name": "l", "value": "a", "type": "url"}],
            "E_INPUT",
            "rules[0] can have only one of value, pattern and type, got value and type",
        ),
        (
            [{"id": "label", "name": "l", "type": "version"}],
            "E_CHOICE",
            "rules[0].type must be one of rfc3339, semver, spdx, url",
        ),
        (
            [{"id": "label", "name": "l", "pattern": "("}],
            "E_PATTERN",
            'rules[0].pattern is not a valid regular expression: "(": missing',
        ),
        ([{"id": "label", "name": "l", "value": True}], "E_TYPE", "rules[0].value must be text, got true"),
        ([{"id": "label", "name": "l", "required": 3}], "E_TYPE", "rules[0].required must be true or false"),
        ([{"id": "forbidden-tag", "tags": ["["]}], "E_PATTERN", "rules[0].tags[0] is not a valid pattern"),
        ([{"id": "forbidden-tag"}], "E_REQUIRED", "rules[0].tags is required"),
        ([{"id": "forbidden-tag", "tags": []}], "E_TYPE", "rules[0].tags must hold at least one entry"),
        ([{"id": "required-image"}], "E_REQUIRED", "rules[0].references is required"),
        ([{"id": "required-image", "references": []}], "E_TYPE", "rules[0].references must hold at least one entry"),
        (
            [{"id": "required-image", "references": ["a", "["]}],
            "E_PATTERN",
            "rules[0].references[1] is not a valid pattern",
        ),
        ([{"id": "min-hosts", "min": 1}], "E_REQUIRED", "rules[0].when is required"),
        ([{"id": "min-hosts", "when": {"tags": ["1"]}}], "E_REQUIRED", "rules[0].min is required"),
        ([{"id": "min-hosts", "min": "x", "when": {"tags": ["1"]}}], "E_TYPE", "rules[0].min must be an integer"),
        ([{"id": "min-hosts", "min": -1, "when": {"tags": ["1"]}}], "E_TYPE", "rules[0].min must be at least 0"),
        ([{"id": "tag-drift", "max": 1}], "E_UNKNOWN_KEY", "rules[0].max is not an option of tag-drift"),
        ({"id": "max-size"}, "E_TYPE", "rules must be a list of rules"),
        (["max-size"], "E_TYPE", 'rules[0] must be a rule (a dictionary), got "max-size"'),
    ],
)
def test_rules(rules: t.Any, code: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        ReportPolicy.parse(now=0, rules=rules)
    assert (caught.value.code, message in str(caught.value)) == (code, True), str(caught.value)


@pytest.mark.parametrize(
    "waiver, code, message",
    [
        ({"rule": "max-size"}, "E_REQUIRED", "waivers[0].reason is required"),
        ({"reason": "x"}, "E_REQUIRED", "waivers[0].rule is required"),
        (WAIVER | {"until": "2026-01-01"}, "E_UNKNOWN_KEY", "waivers[0].until is not an option of a waiver"),
        (WAIVER | {"expires": "soon"}, "E_DAY", 'waivers[0].expires must be a day such as 2026-06-30, got "soon"'),
        (WAIVER | {"expires": "2026-02-30"}, "E_DAY", "waivers[0].expires must be a day"),
        (WAIVER | {"expires": 20260630}, "E_DAY", "waivers[0].expires must be a day"),
        (WAIVER | {"image": 5}, "E_TYPE", "waivers[0].image must be a list of texts"),
        (WAIVER | {"reason": ""}, "E_TYPE", "waivers[0].reason must be text"),
    ],
)
def test_waivers(waiver: t.Any, code: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        ReportPolicy.parse(now=0, waivers=[waiver])
    assert (caught.value.code, message in str(caught.value)) == (code, True), str(caught.value)


HOST = {"images": {}, "measure": {}}


@pytest.mark.parametrize(
    "options, code, message",
    [
        ({"fail_on": ["errors"]}, "E_CHOICE", "fail_on[0] must be one of error, warning, note, not_known, "),
        ({"fail_on": ["error", "x"]}, "E_CHOICE", "fail_on[1] must be one of error, warning, note, not_known, "),
        ({"fail_on": {"error": True}}, "E_TYPE", "fail_on must be a list of texts"),
        ({"fail_on": [1]}, "E_TYPE", "fail_on[0] must be text"),
        ({"baseline": "{"}, "E_JSON", "baseline is not JSON"),
        pytest.param({"baseline": "[" * 100_000}, "E_JSON", "baseline is not JSON", id="nested-too-deep"),
        ({"baseline": 5}, "E_TYPE", "baseline must be a baseline (a dictionary), got 5"),
        (
            {"baseline": {"schema": "x"}},
            "E_SCHEMA",
            'baseline.schema must be "image_baseline/3", "image_baseline/2" or "image_baseline/1", got "x"',
        ),
        ({"baseline": {"schema": "image_baseline/1", "key": "tag"}}, "E_TYPE", "baseline.hosts must be"),
        (
            {"baseline": {"schema": "image_baseline/1", "key": "tag", "hosts": {}}},
            "E_CHOICE",
            "baseline.key must be one of reference, repository",
        ),
        (
            {"baseline": {"schema": "image_baseline/1", "key": "reference", "hosts": {"w": HOST | {"x": 1}}}},
            "E_UNKNOWN_KEY",
            'baseline.hosts["w"].x is not an option',
        ),
        (
            {"baseline": {"schema": "image_baseline/1", "key": "reference", "hosts": {"w": {"images": {"a": "x"}}}}},
            "E_TYPE",
            'baseline.hosts["w"].images["a"] must be an integer, got "x"',
        ),
        (
            {
                "baseline": {
                    "schema": "image_baseline/1",
                    "key": "reference",
                    "hosts": {"w": {"images": {"a": {"": 1}}}},
                }
            },
            "E_TYPE",
            """baseline.hosts["w"].images["a"] must be an integer, got {'': 1}""",
        ),
        (
            {
                "baseline": {
                    "schema": "image_baseline/2",
                    "key": "reference",
                    "hosts": {"w": {"images": {"a": {"l": "x"}}}},
                }
            },
            "E_TYPE",
            'baseline.hosts["w"].images["a"]["l"] must be an integer, got "x"',
        ),
        (
            {"baseline": file_of({"a": {"linux/arm64": 1, "linux/arm64/v8": 2}})},
            "E_PLATFORM",
            'baseline.hosts["w"].images["a"]["linux/arm64/v8"] is another spelling of a platform',
        ),
        (
            {
                "baseline": {
                    "schema": "image_baseline/2",
                    "key": "reference",
                    "hosts": {"b": {"images": {}}, "a": {"images": {}}},
                },
                "any_host": True,
            },
            "E_INPUT",
            "any_host needs a baseline with the sizes of one host, this one has a, b",
        ),
        (
            {"baseline": file_of({"alpine:3": 1, "docker.io/library/alpine:3": 2})},
            "E_NAME",
            'baseline.hosts["w"].images["docker.io/library/alpine:3"] is another spelling of a name',
        ),
        ({"any_host": "perhaps"}, "E_TYPE", 'any_host must be true or false, got "perhaps"'),
        ({"baseline": [{"Id": "x"}]}, "E_NO_ID", "baseline[0] lacks id"),
        (
            {"baseline": {"schema": "image_report/1", "images": [], "totals": {"images": 3}}},
            "E_INPUT",
            "lists only 0 of its 3 images",
        ),
    ],
)
def test_gate_and_baseline(options: dict[str, t.Any], code: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        ReportPolicy.parse(now=0, **options)
    assert (caught.value.code, message in str(caught.value)) == (code, True), str(caught.value)
