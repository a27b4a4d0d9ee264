# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The outputs of a report: a format, a path and options each. They are checked first, before any host is read."""

from __future__ import annotations

import json
import os
import re
import typing as t

from .._core.errors import InputError, shown
from .._core.json_text import hashes_apart
from .._core.render.csv_table import columns_of, csv_lines
from .._core.render.format_options import read_options
from .._core.render.formats import FORMATS, format_named, render_report
from .._core.render.records import image_record, json_line
from .._core.report.spool import SUFFIX
from .input_files import checked_path
from .output_files import NewFile, WrittenFile, append_text, not_appended, refuse_odd_place, size_of

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from .._core.render.document import Report
    from .._core.report.hosts import ImageView
    from .output_files import FileAccess

OUTPUT_FORMATS = (*FORMATS, "json")
"""The formats of the filter, and the document itself."""

_STREAMED = ("csv", "jsonl")

# GitHub drops a step summary of more than 1 MiB entirely, including the parts that other steps wrote.
_SUMMARY_LIMIT = 1024 * 1024


class Output(t.NamedTuple):
    """One file to write."""

    format: str
    path: str
    options: Mapping[str, t.Any]
    """All options of the format, read."""
    append: bool
    mode: int | None

    @property
    def is_streamed(self) -> bool:
        """Whether it lists every image of the fleet, and has to be written while the hosts are read."""
        return self.format in _STREAMED and self.options["table"] == "images"


def parse_outputs(
    outputs: Sequence[Mapping[str, t.Any]], sources: Sequence[str] = (), others: Mapping[str, str | None] | None = None
) -> list[Output]:
    """Read the option. No output may take the place of another, of a spool file, or of a file of ``others``, by name.

    Nor may these take the place of one another.

    Raises InputError that names the output.
    """
    spools = {name for source in sources for name in _names(source)}
    taken: dict[str, str] = {}
    for name, path in (others or {}).items():
        if path:
            _refuse_taken(path, _names(path), name, spools, taken)
            taken.update(dict.fromkeys(_names(path), name))
    appended: set[str] = set()
    parsed: list[Output] = []
    for index, item in enumerate(outputs):
        where = f"outputs[{index}]"
        output = _parse_output(item, where)
        names = _names(output.path)
        free = appended if output.append else set()
        _refuse_taken(output.path, names, f"{where}.path", spools, {k: v for k, v in taken.items() if k not in free})
        taken.update(dict.fromkeys(names, where))
        appended |= names if output.append else set()
        parsed.append(output)
    return parsed


def _refuse_taken(path: str, names: set[str], where: str, spools: set[str], taken: Mapping[str, str]) -> None:
    if names & spools or (path.endswith(SUFFIX) and {os.path.dirname(name) for name in names} & spools):
        raise InputError(f"{where} is also the path of a spool file of src")
    for name in sorted(names & taken.keys()):
        raise InputError(f"{where} is also the path of {taken[name]}")


def _parse_output(item: Mapping[str, t.Any], where: str) -> Output:
    name, options = item["format"], item["options"] or {}
    try:
        if name == "json":
            values = read_options(options, {}, name)
        else:
            values = read_options(options, format_named(name).options, name)
            if name == "csv":
                columns_of(values["table"], values["columns"])
    except InputError as exc:
        raise InputError(f"{where}.options: {exc}", exc.code) from None
    path = checked_path(item["path"], f"{where}.path")
    refuse_odd_place(path, f"{where}.path")
    output = Output(name, path, values, bool(item["append"]), _mode(item["mode"], f"{where}.mode"))
    if output.append and name not in ("markdown", "text"):
        raise InputError(f"{where}.append is for markdown and text, not for {name}")
    return output


def _names(path: str) -> set[str]:
    """The canonical spellings of a path: that of the place itself, and that of the file that a link there points to."""
    return {os.path.join(os.path.realpath(os.path.dirname(path)), os.path.basename(path)), os.path.realpath(path)}


def _mode(value: t.Any, where: str) -> int | None:
    """Permissions as Ansible's modules take them: octal text, or the number that YAML reads from a bare 0640."""
    if value is None:
        return None
    text = str(value)
    number = value if isinstance(value, int) else int(text, 8) if re.fullmatch("[0-7]{3,4}", text) else -1
    if isinstance(value, bool) or not 0 <= number <= 0o777:
        raise InputError(f'{where} must be permissions in octal such as "0640", in quotes, got {shown(value)}')
    return number


class ImageStream:
    """A CSV or JSON Lines file of all images, written host by host."""

    def __init__(self, output: Output, file: NewFile) -> None:
        self._output, self._file = output, file
        if output.format == "csv":
            self._columns = columns_of("images", output.options["columns"])
            file.write("\ufeff" if output.options["bom"] else "")
            self._write_csv([], with_header=True)

    def add_host(self, host: str, views: Sequence[ImageView]) -> None:
        """Write the rows of one host."""
        rows = (image_record(view.row(host)) for view in views)
        if self._output.format == "csv":
            self._write_csv(rows, with_header=False)
        else:
            self._file.write("".join(json_line(row, "images") for row in rows))

    def _write_csv(self, rows: Iterable[dict[str, t.Any]], with_header: bool) -> None:
        lines = csv_lines(rows, self._columns, self._output.options["delimiter"])
        header = next(lines)
        self._file.write(header if with_header else "".join(lines))

    def close(self) -> WrittenFile:
        """Move the file into its place."""
        return self._file.close()


def write_output(output: Output, document: Mapping[str, t.Any], report: Report, access: FileAccess) -> WrittenFile:
    """Render the report and write it."""
    options = dict(output.options)
    if output.append and "budget" in options:
        options["budget"] = max(0, min(options["budget"], _SUMMARY_LIMIT - size_of(output.path)))
    if output.format == "json":
        text = hashes_apart(json.dumps(document, sort_keys=True)) + "\n"
    else:
        text = render_report(report, format_named(output.format), options)
    if not output.append:
        return access.write(output.path, text, output.mode)
    # A renderer's shortest text may still be too long. The parts of other steps matter more than this one.
    if size_of(output.path) + len(text.encode("utf-8", "backslashreplace")) > _SUMMARY_LIMIT:
        return not_appended(output.path, "it would be larger than 1 MiB, and GitHub would drop it")
    return append_text(output.path, text, access.check_mode, output.mode)
