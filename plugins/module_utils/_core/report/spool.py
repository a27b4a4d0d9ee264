# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Spool files: the images of one host as JSON Lines, so that a fleet's rows never meet in one process's variables.

The first line is the header, which says how many image summaries follow, one a line:

    {"schema": "image_spool/1", "host": "web01", "status": "reported", "images": 2, "finished": "2026-01-01T00:00:00Z"}
    {"containers": 0, "created": 1700000000, "id": "sha256:...", ...}

A host that failed or could not be reached has a file too, with a header that says so and no images.
"""

from __future__ import annotations

import json
import typing as t
from urllib.parse import quote, unquote

from ..errors import InputError, shown
from ..image.layer_sizes import OWN_SIZE, read_layer_sizes
from ..image.summary import ImageSummary
from ..quantities import parse_integer
from ..timestamps import format_epoch, to_epoch
from .findings import fingerprint
from .hosts import AbsentHost, EngineFacts, HostFacts

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from .schema import AbsentStatus

SCHEMA = "image_spool/1"
SUFFIX = ".jsonl"
_LAYER_FACTS = ("base", "configuration", "layer_details")
REPORTED = "reported"

# Most file systems allow 255 bytes; the suffix and a temporary name need some.
_LONGEST_NAME = 200

CLOCK_TOLERANCE = 300
"""Seconds that the clocks of two machines may differ."""


class Recency(t.NamedTuple):
    """When facts must be from to be used. All times in seconds since the epoch."""

    now: int
    """The time to count ages from, which may be another than that of the clock."""
    clock: int = 0
    stale_after: int | None = None
    """Seconds."""
    collected_since: int | None = None

    @property
    def latest(self) -> int:
        """What is later than this was written by a machine whose clock is ahead, so its age is not known."""
        return max(self.now, self.clock) + CLOCK_TOLERANCE


class SpoolHeader(t.NamedTuple):
    """The first line of a spool file."""

    host: str
    status: str
    """reported, or unreachable or failed."""
    message: str
    finished: int
    """Seconds since the epoch."""
    engine: EngineFacts | None
    layers_size: int | None
    images: int


def spool_name(host: str) -> str:
    """A file name for any name an inventory may have: no path, not hidden, not too long, another for each host.

    Only the header says which host a file is about.
    """
    name = quote(host, safe="", errors="surrogatepass")
    if name.startswith("."):
        name = "%2E" + name[1:]
    if len(name) > _LONGEST_NAME:
        name = f"{name[:_LONGEST_NAME]}-{fingerprint(host)}"
    return name + SUFFIX


def spool_lines(host: str, result: Mapping[str, t.Any], now: int) -> Iterator[str]:
    """The lines for a result of image_summary_info, also of a failure, or for ``{"unreachable": True, "msg": ...}``."""
    status = next((word for word in ("unreachable", "failed") if result.get(word)), REPORTED)
    images = result.get("images") or []
    yield _line(
        {
            "schema": SCHEMA,
            "host": host,
            "status": status,
            "message": "" if status == REPORTED else str(result.get("msg") or ""),
            "finished": format_epoch(now),
            "engine": result.get("engine"),
            "totals": result.get("totals"),
            "images": len(images),
        }
    )
    for image in images:
        yield _line(_without_layers(image) if OWN_SIZE in image else image)


def _without_layers(image: Mapping[str, t.Any]) -> dict[str, t.Any]:
    """The sizes of base and own layers stand for all that was found out about layers: a report needs no more."""
    sizes = read_layer_sizes(image, "an image")._asdict()
    return {**{key: value for key, value in image.items() if key not in _LAYER_FACTS}, **sizes}


def _line(record: Mapping[str, t.Any]) -> str:
    """ASCII: JSON spells every text that way, lone surrogates included, and nothing in it moves a cursor."""
    return json.dumps(record, sort_keys=True, separators=(",", ":")) + "\n"


def host_of_name(name: str) -> str:
    """The host of a file whose header is lost; only a part of a name that spool_name() shortened comes back."""
    return unquote(name[: -len(SUFFIX)] if name.endswith(SUFFIX) else name, errors="surrogatepass")


def parse_header(line: bytes) -> SpoolHeader:
    """Read the first line. Raises InputError, a sentence about "it", when the file is not a spool file."""
    if not line:
        raise InputError("it is empty", "E_SPOOL")
    where = "its first line"
    try:
        data = json.loads(line)
    except (ValueError, RecursionError):
        data = None
    if not isinstance(data, dict) or data.get("schema") != SCHEMA:
        raise InputError(f"{where} has no schema {SCHEMA}", "E_SPOOL")
    host, status = data.get("host"), data.get("status")
    if not isinstance(host, str) or not host:
        raise InputError(f"{where}: host must be text, got {shown(host)}", "E_SPOOL")
    if status not in (REPORTED, "unreachable", "failed"):
        raise InputError(f"{where}: status must be {REPORTED}, unreachable or failed, got {shown(status)}", "E_SPOOL")
    totals = data.get("totals")
    layers = totals.get("layers_size") if isinstance(totals, dict) else None
    return SpoolHeader(
        host=host,
        status=status,
        message=str(data.get("message") or ""),
        finished=to_epoch(data.get("finished"), f"{where}: finished"),
        engine=EngineFacts.from_dict(data.get("engine"), f"{where}: engine"),
        layers_size=None if layers is None else parse_integer(layers, f"{where}: totals.layers_size"),
        images=parse_integer(data.get("images"), f"{where}: images", minimum=0),
    )


def newest(headers: Iterable[tuple[str, SpoolHeader]], latest: int) -> dict[str, tuple[str, SpoolHeader]]:
    """host -> (path, header) of its newest file, sorted by host; a file later than ``latest`` only if it has no other.

    Of equally new ones the one that reported counts, then the last by path. This merges slices of a fleet: it does not
    matter which file is read first, nor in which directory it lies.
    """
    best: dict[str, tuple[str, SpoolHeader]] = {}
    for path, header in headers:
        other = best.get(header.host)
        if other is None or _rank(path, header, latest) > _rank(*other, latest):
            best[header.host] = (path, header)
    return dict(sorted(best.items()))


def _rank(path: str, header: SpoolHeader, latest: int) -> tuple[bool, int, bool, str]:
    return header.finished <= latest, header.finished, header.status == REPORTED, path


def absent_host(header: SpoolHeader, recency: Recency) -> AbsentHost | None:
    """What is wrong with the host before its images are read, if anything is."""
    finished = format_epoch(header.finished)
    since = recency.collected_since
    if since is not None and header.finished < since:
        # Whatever the file says: it does not know what happened to the host since.
        message = f"nothing came from it since {format_epoch(since)}; its spool file is of {finished}"
        return AbsentHost(header.host, "missing", message)
    if header.status != REPORTED:
        return AbsentHost(header.host, t.cast("AbsentStatus", header.status), header.message)
    if header.finished > recency.latest:
        return AbsentHost(header.host, "failed", f"its facts are of {finished}, in the future: a clock is wrong")
    if recency.stale_after is not None and recency.now - header.finished > recency.stale_after:
        return AbsentHost(header.host, "stale", f"its facts are of {finished}")
    return None


def host_facts(
    header: SpoolHeader, lines: Iterable[bytes], where: str, parse: t.Callable[[bytes], ImageSummary] | None = None
) -> HostFacts | AbsentHost:
    """The facts of a host; a damaged file makes it a host that failed, for one bad file must not hide all others.

    ``parse`` is parse_row() or one that remembers.
    """
    parse = parse or parse_row
    try:
        images = [parse(line) for line in lines]
    except InputError as exc:
        return AbsentHost(header.host, "failed", f"its spool file {where} is damaged: {exc}")
    if len(images) != header.images:
        found = f"it holds {len(images)} of {header.images} images"
        return AbsentHost(header.host, "failed", f"its spool file {where} is incomplete: {found}")
    return HostFacts(header.host, images, header.engine, header.layers_size, header.finished)


def parse_row(line: bytes) -> ImageSummary:
    """One image summary. Raises InputError."""
    try:
        return ImageSummary.from_dict(json.loads(line), "an image")
    except InputError:
        raise
    except (ValueError, RecursionError):
        raise InputError("a line is not JSON", "E_SPOOL") from None
