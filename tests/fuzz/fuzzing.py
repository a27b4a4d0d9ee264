# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What every suite of this folder shares: how many inputs, from which seed, and how much each may cost.

  pytest tests/fuzz                       some thousand inputs, the same in every run
  FUZZ=100000 pytest tests/fuzz           that many; no input may take more than two seconds then
  FUZZ=1 FUZZ_FROM=4711 pytest tests/fuzz one of them again

Each input is made from its number alone. An error says the number.
"""

from __future__ import annotations

import json
import os
import random
import sys
import time
import typing as t
from pathlib import Path

import yaml

COLLECTION = Path(__file__).parents[2]
FIRST = int(os.environ.get("FUZZ_FROM", "0"))
LONG = "FUZZ" in os.environ
SECONDS = 2.0


def inputs(name: str, usual: int) -> t.Iterator[tuple[str, random.Random]]:
    """The name of each input and its own chance."""
    for number in range(FIRST, FIRST + int(os.environ.get("FUZZ", usual))):
        yield f"input {number} of {name}", random.Random(f"{name} {number}")


class Cost(t.NamedTuple):
    """What a call took: Python and C functions that were called, and seconds of the processor."""

    calls: int
    seconds: float


def counted(run: t.Callable[[], t.Any]) -> tuple[t.Any, Cost]:
    """Run a function. Calls are the same on every machine, seconds are not."""
    calls = 0

    def count(_frame: object, event: str, _argument: object) -> None:
        nonlocal calls
        if event in ("call", "c_call"):
            calls += 1

    started = time.process_time()
    sys.setprofile(count)
    try:
        result = run()
    finally:
        sys.setprofile(None)
    return result, Cost(calls, time.process_time() - started)


# Documented fields that may be null.
_NULLABLE = ("newer_tags", "virtual_size")
_TYPES: dict[str, tuple[type, ...]] = {"bool": (bool,), "dict": (dict,), "int": (int,), "list": (list,), "str": (str,)}


def returned_images() -> dict[str, dict[str, t.Any]]:
    """The fields of an image summary as image_summary_info documents them."""
    source = (COLLECTION / "plugins/modules/image_summary_info.py").read_text(encoding="utf-8")
    documented = yaml.safe_load(source.partition('RETURN = r"""')[2].partition('"""')[0])
    return t.cast("dict[str, dict[str, t.Any]]", documented["images"]["contains"])


def returned_rows(name: str) -> dict[str, dict[str, t.Any]]:
    """The fields of the rows that a filter returns, as it documents them."""
    documented = yaml.safe_load((COLLECTION / f"plugins/filter/{name}.yml").read_text(encoding="utf-8"))
    return t.cast("dict[str, dict[str, t.Any]]", documented["RETURN"]["_value"]["contains"])


def misfits(row: t.Any, documented: t.Mapping[str, t.Mapping[str, t.Any]]) -> list[str]:
    """How a value differs from its documentation: keys, types, and whether a user could print it as JSON."""
    if not isinstance(row, dict):
        return [f"{row!r} is not a dictionary"]
    found = [f"{key} is not documented" for key in row if key not in documented]
    for key, rules in documented.items():
        if key not in row:
            found += [f"{key} is missing"] if rules["returned"] == "always" else []
        elif row[key] is None:
            found += [] if key in _NULLABLE else [f"{key} is null"]
        elif type(row[key]) not in _TYPES[rules["type"]]:
            found.append(f"{key} is {row[key]!r}, not of the type {rules['type']}")
        elif rules["type"] == "list" and not all(isinstance(item, str) for item in row[key]):
            found.append(f"{key} holds {row[key]!r}")
    try:
        json.dumps(row, ensure_ascii=False).encode("utf-8")
    except (TypeError, ValueError) as error:
        found.append(f"it is not JSON in UTF-8: {error}")
    return found


def sentence_faults(message: str) -> list[str]:
    """Why an error is not one sentence for a user."""
    found = []
    if "\n" in message or not message.isprintable():
        found.append("it has line breaks or control characters")
    if not 10 < len(message) < 1000:
        found.append(f"it has {len(message)} characters")
    if "Traceback" in message or "object at 0x" in message:
        found.append("it shows the inside of the program")
    return [f"{fault}: {message!r}" for fault in found]
