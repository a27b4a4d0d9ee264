# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rendering filter in real templating runs, and its documentation against its formats."""

from __future__ import annotations

import json
import pathlib
import typing as t

import pytest
import yaml
from ansible.errors import AnsibleError

from ansible_collections.container_ops.images.plugins.module_utils._core.render.formats import (
    FORMATS,
    format_named,
    render,
)
from ansible_collections.container_ops.images.tests.unit.plugins.module_utils._core.render import samples
from ansible_collections.container_ops.images.tests.unit.plugins.templating import evaluate

RENDER = "report | container_ops.images.render_image_report"
SIDECAR = pathlib.Path(__file__).parents[4] / "plugins" / "filter" / "render_image_report.yml"


@pytest.mark.parametrize("name", FORMATS)
def test_a_template_gives_what_the_core_gives(name: str) -> None:
    document = samples.fleet()
    # Before ansible-core 2.19, text that looks like JSON becomes data again, unless the expression ends in "string".
    assert evaluate(f"{RENDER}('{name}') | string", report=document) == render(document, name, {})


def test_options_are_keywords() -> None:
    found = evaluate(f"{RENDER}('csv', columns=['name', 'size'], bom=flag)", report=samples.ordinary(3), flag="false")
    assert found.splitlines()[0] == "name,size"


def test_jinja_in_a_label_is_text() -> None:
    document = samples.document([samples.image("app:1", labels={"a": "{{ 7 * 7 }}"})])
    assert "{{ 7 * 7 }}" in evaluate(f"{RENDER}('csv')", report=document)
    assert "{{ 7 * 7 }}" in evaluate(f"{RENDER}('jsonl') | string", report=json.dumps(document))


@pytest.mark.parametrize(
    "expression, message",
    [
        (f"{RENDER}('pdf')", "format must be one of azure, csv"),
        (f"{RENDER}('csv', width=3)", 'the format csv has no option "width"; it has bom, columns, delimiter, table'),
        ("5 | container_ops.images.render_image_report('text')", "report must be a report document (a mapping), got 5"),
        ("{} | container_ops.images.render_image_report('text')", 'report.schema must be "image_report/1", got null'),
    ],
)
def test_errors_are_sentences(expression: str, message: str) -> None:
    with pytest.raises(AnsibleError) as raised:
        evaluate(expression, report=samples.document())
    assert message in str(raised.value)


def test_the_sidecar_has_every_option_with_its_default_and_every_format() -> None:
    options = yaml.safe_load(SIDECAR.read_text(encoding="utf-8"))["DOCUMENTATION"]["options"]
    assert tuple(options["format"]["choices"]) == FORMATS
    known: dict[str, t.Any] = {
        name: option.default for form in FORMATS for name, option in format_named(form).options.items()
    }
    documented = {name: spec["default"] for name, spec in options.items() if name not in ("_input", "format")}
    assert documented == known
