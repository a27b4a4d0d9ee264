# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""OpenMetrics text that Prometheus' textfile collector reads as well: gauges only, no timestamps, no blank lines.

What each reader insists on, found with promtool, node_exporter and the OpenMetrics parser: the collector refuses a
whole file with a metric of type ``info``; OpenMetrics wants ``# EOF``, contiguous families and units as suffixes.
"""

from __future__ import annotations

import re
import typing as t

from ..errors import InputError, shown
from ..safe_text import visible, without_commands
from .format_options import Format, Option, choice
from .metrics import MetricFamily, families

if t.TYPE_CHECKING:
    from .document import Report

_UNITS = ("bytes", "seconds")
_LOOKS_WRITTEN_OUT = re.compile(r"\\(?:r|x[0-9a-f]{2}|u[0-9a-f]{4}|U[0-9a-f]{8})")
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n"}


def _prefix(value: t.Any, where: str) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"[a-zA-Z][a-zA-Z0-9_]*", value):
        raise InputError(f"{where} must be letters, digits and _, a letter first, got {shown(value)}", "E_OPTION")
    return value.rstrip("_")


# The labels of this format's own series.
_OWN_LABELS = frozenset(
    "api_version host image_store level name platform repository rule status tag verdict version".split()
)


def _labels(value: t.Any, where: str) -> dict[str, str]:
    """Labels that every series gets. Sorted, so that the same labels always give the same text."""
    if not isinstance(value, dict):
        raise InputError(f"{where} must be a mapping of label names to text, got {shown(value)}", "E_OPTION")
    for name, text in value.items():
        if not isinstance(name, str) or not re.fullmatch(r"(?!__)[a-zA-Z_][a-zA-Z0-9_]*", name) or name in _OWN_LABELS:
            what = "is a label of this format" if name in _OWN_LABELS else "is not the name of a label"
            raise InputError(f"{where}: {shown(name)} {what}", "E_OPTION")
        if isinstance(text, bool) or not isinstance(text, (str, int)):
            raise InputError(f"{where}[{shown(name)}] must be text, got {shown(text)}", "E_OPTION")
    return {name: str(value[name]) for name in sorted(value)}


def _escaped(text: str) -> str:
    """Readers get line ends and tabs back. Other control characters, surrogates and runners' commands are written out.

    If anything is written out, or looks as if it were, all backslashes are doubled first. Otherwise two different texts
    could become one, and two series the same.
    """
    safe = _written_out(text)
    if safe != text or _LOOKS_WRITTEN_OUT.search(text):
        safe = _written_out(text.replace("\\", "\\\\"))
    return "".join(_ESCAPES.get(character, character) for character in safe)


def _written_out(text: str) -> str:
    return without_commands(visible(text, keep="\n\t"))


def _number(value: float) -> str:
    """Integers in full: a float's shortest form would round byte counts."""
    return str(int(value)) if value == int(value) else repr(value)


def _lines(family: MetricFamily, prefix: str, constant: t.Mapping[str, str]) -> t.Iterator[str]:
    name = f"{prefix}_{family.name}"
    yield f"# HELP {name} {_escaped(family.help)}\n"
    yield f"# TYPE {name} gauge\n"
    unit = name.rpartition("_")[2]
    if unit in _UNITS:
        yield f"# UNIT {name} {unit}\n"
    for labels, value in sorted(family.samples.items()):
        pairs = ",".join(f'{key}="{_escaped(text)}"' for key, text in (*labels, *constant.items()))
        yield f"{name}{{{pairs}}} {_number(value)}\n" if pairs else f"{name} {_number(value)}\n"


def render(report: Report, *, prefix: str, detail: str, host_label: str, labels: dict[str, str]) -> str:
    """All families of the asked detail. ``host_label`` auto: where the report is about more than one host."""
    with_host = report.is_fleet if host_label == "auto" else host_label == "always"
    lines = (
        line
        for family in families(report, detail, with_host)
        if family.samples
        for line in _lines(family, prefix, labels)
    )
    return "".join(lines) + "# EOF\n"


FORMAT = Format(
    {
        "prefix": Option(_prefix, "container"),
        "detail": choice("totals", "repository", "image"),
        "host_label": choice("auto", "always", "never"),
        "labels": Option(_labels, {}),
    },
    render,
)
