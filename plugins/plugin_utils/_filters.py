# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The door between templates and the pure code: plain data in, template errors and warnings out.

Note that this plugin util is **private** to the collection. It can have breaking changes at any time.
"""

from __future__ import annotations

import contextlib
import datetime
import gc
import time
import typing as t
from collections.abc import Iterator, Mapping, Sequence

from ansible.errors import AnsibleFilterError
from ansible.utils.display import Display


def plain(value: t.Any) -> t.Any:
    """Rebuild data from plain dicts, lists and scalars, once.

    Since ansible-core 2.19 a filter is handed lazy containers that template on each access and strings with tags;
    ``dataclasses.asdict`` fails on them and a second walk costs as much as the first.
    What YAML read as a day or a time becomes text again (RFC 3339); without a zone it is UTC, as in YAML.
    """
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        return float(value)
    if isinstance(value, datetime.date):
        naive = isinstance(value, datetime.datetime) and value.tzinfo is None
        return f"{value.isoformat()}{'Z' if naive else ''}"
    if isinstance(value, Mapping):
        return {plain(key): plain(item) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, (bytes, bytearray)):
        return [plain(item) for item in value]
    if isinstance(value, Iterator):  # map() and select() of Jinja
        return [plain(item) for item in value]
    return value


@contextlib.contextmanager
def filter_errors() -> Iterator[None]:
    """Turn what the pure code raises into what a template may raise."""
    try:
        yield
    except ValueError as exc:
        raise AnsibleFilterError(str(exc)) from exc


@contextlib.contextmanager
def collector_paused() -> Iterator[None]:
    """No search for garbage meanwhile: a hundred thousand records are none, and looking took a third of the time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def warn(warnings: t.Iterable[t.Any]) -> None:
    """Show warnings (records with a ``message``) the way Ansible shows its own."""
    display = Display()
    for warning in warnings:
        display.warning(warning.message)


def current_time() -> int:
    """Seconds since the epoch: the default of every ``now`` argument."""
    return int(time.time())
