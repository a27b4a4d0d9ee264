# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The door of the filters, apart from any one filter."""

from __future__ import annotations

import datetime
import gc

import pytest

from ansible_collections.container_ops.images.plugins.module_utils._core.timestamps import format_epoch, to_epoch
from ansible_collections.container_ops.images.plugins.plugin_utils._filters import collector_paused, plain

UTC_PLUS_2 = datetime.timezone(datetime.timedelta(hours=2))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (datetime.datetime(2027, 1, 15, 8, tzinfo=datetime.timezone.utc), "2027-01-15T08:00:00+00:00"),
        (datetime.datetime(2027, 1, 15, 8, 0, 0, 500, UTC_PLUS_2), "2027-01-15T08:00:00.000500+02:00"),
        (datetime.datetime(2027, 1, 15, 8), "2027-01-15T08:00:00Z"),
        (datetime.date(2027, 1, 15), "2027-01-15"),
    ],
)
def test_a_time_that_yaml_has_read_is_text_again(value: object, text: str) -> None:
    """Without quotes, YAML makes a datetime of 2027-01-15T08:00:00Z; one without a zone is UTC there."""
    assert plain({"now": value}) == {"now": text}


def test_such_a_time_is_understood() -> None:
    for zone, hour in ((None, "08"), (datetime.timezone.utc, "08"), (UTC_PLUS_2, "06")):
        value = plain(datetime.datetime(2027, 1, 15, 8, 0, 0, 500, zone))
        assert format_epoch(to_epoch(value)) == f"2027-01-15T{hour}:00:00Z"


def test_the_collector_goes_on_after_an_error() -> None:
    assert gc.isenabled()
    with pytest.raises(ValueError, match="bad"), collector_paused():
        assert not gc.isenabled()
        raise ValueError("bad")
    assert gc.isenabled()


def test_a_collector_that_was_off_stays_off() -> None:
    gc.disable()
    try:
        with collector_paused():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()
