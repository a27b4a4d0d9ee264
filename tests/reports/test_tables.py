# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""CSV and JSON Lines in the hands of the programs that read them by default."""

from __future__ import annotations

import csv
import json
import pathlib
import typing as t

import pytest

if t.TYPE_CHECKING:
    from conftest import Sample

TABLES = ("images", "findings")


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_csv(sample: Sample, tmp_path: pathlib.Path, table: str, delimiter: str) -> None:
    path = sample.write(tmp_path, "images.csv", "csv", table=table, delimiter=delimiter)
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file, delimiter=delimiter, strict=True))
    assert len(rows) == 1 + len(sample.document[table])
    assert {len(row) for row in rows} == {{"images": 16, "findings": 15}[table]}
    for row in rows:
        for text in row:
            assert not text.startswith(("=", "+", "-", "@", "\t", "\r")) or text.lstrip("-").replace(".", "").isdigit()


@pytest.mark.parametrize("table", TABLES)
def test_jsonl(sample: Sample, tmp_path: pathlib.Path, table: str) -> None:
    path = sample.write(tmp_path, "images.jsonl", "jsonl", table=table)
    with path.open(encoding="ascii", newline="\n") as file:
        records = [json.loads(line) for line in file]
    assert len(records) == len(sample.document[table])
    assert {record["schema"] for record in records} <= {f"image_report_{table.removesuffix('s')}/1"}
