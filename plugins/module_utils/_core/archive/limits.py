# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How much an archive may ask for. An archive is data from strangers: every amount it names has a limit here.

The limits are far above what real archives hold and low enough that reading one ends, in bounded memory.
"""

from __future__ import annotations

KIB = 1024
MIB = 1024 * KIB
GIB = 1024 * MIB
TIB = 1024 * GIB

DOCUMENT = 8 * MIB
"""Bytes of one JSON document. Registries refuse manifests above 4 MiB; a manifest.json of 1,000 images has 1 MiB."""

DOCUMENTS = 128 * MIB
"""Bytes of all JSON documents of one archive."""

MEMBERS = 1_000_000
"""Files in an archive, and files and directories in a layer."""

NAMES = 256 * MIB
"""Bytes of all file names in a layer: they are kept to find duplicates."""

STEPS = 50_000_000
"""Directories and links passed on the way to all files of a layer: long chains of links would make work without end."""

PATH = 4095
"""Bytes of one path: what Linux takes (PATH_MAX without the closing zero byte)."""

EXTENDED_HEADER = MIB
"""Bytes of one pax or GNU long-name header: the limit of Go's archive/tar, and so of every engine."""

INDEX_DEPTH = 4
"""Index in index in index: one more than any known tool writes."""

UNPACKED = TIB
"""Bytes that the compressed parts of one archive may unpack to, and bytes of the files in one layer."""

RATIO = 1100
"""Unpacked bytes for each byte of the archive. gzip reaches 1032, so only nested or crafted compression gets there."""

RATIO_APPLIES_FROM = GIB
"""Unpacked bytes below which no ratio is too high: zstd packs zeros far better, and small things are cheap."""
