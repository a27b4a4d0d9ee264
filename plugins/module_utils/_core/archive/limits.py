# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How much an archive may ask for. An archive is untrusted data: every amount that it names has a limit here.

The limits are far above what real archives hold and low enough that reading one ends, in bounded memory. Between them,
time and memory grow with the unpacked bytes and the number of files, and no faster.
"""

from __future__ import annotations

KIB = 1024
MIB = 1024 * KIB
GIB = 1024 * MIB
TIB = 1024 * GIB

DOCUMENT = 8 * MIB
"""Bytes of one JSON document. Registries refuse manifests above 4 MiB; a manifest.json of 1,000 images has 1 MiB."""

DOCUMENTS = 64 * MIB
"""Bytes of all JSON documents of one archive, each as often as it is read: 1,000 images have about 20 MiB."""

VALUES = 1_000_000
"""Values in all JSON documents of one archive: 1,000 images have about 300,000. Those of an index of 8 MiB that is all
empty objects, 2,800,000, would take 200 MiB in memory."""

FILES = 100_000
"""Files in an archive. Docker before 25 writes three for each layer: 1,000 images of 30 layers have 91,000."""

NAMES = 32 * MIB
"""Bytes of all names and targets of links in an archive: 100,000 files with a SHA-256 in their name have 10 MiB."""

MANIFESTS = 50_000
"""Entries of indexes passed on the way to all images: 1,000 images for 30 platforms have 30,000."""

INDEX_DEPTH = 4
"""Index in index in index: one more than any known tool writes."""

LAYER_FILES = 1_000_000
"""Files and directories in a layer. The largest layers of public images have about 300,000."""

LAYER_NAMES = 64 * MIB
"""Bytes of all names and targets of links in a layer, which are kept: 600,000 files with paths of 100 bytes."""

STEPS = 1_000_000
"""Directories and parts of links passed on the way to the files of a layer, whatever its size ..."""

STEPS_PER_FILE = 64
"""... and for each file or directory: paths of real layers have 5 to 20 parts. Long chains of links have thousands."""

PATH = 4095
"""Bytes of one path: what Linux takes (PATH_MAX without the closing zero byte)."""

EXTENDED_HEADER = MIB
"""Bytes of one pax or GNU long-name header: the limit of Go's archive/tar, and so of every engine."""

RECORDS = 100_000
"""Records in the pax headers of a tar, whatever its size ..."""

RECORDS_PER_FILE = 64
"""... and for each of its files: real files have up to 10, one for each time, long name or extended attribute."""

UNPACKED = TIB
"""Bytes that the compressed parts of one archive may unpack to, and bytes of the files in one layer."""

RATIO = 1100
"""Unpacked bytes for each byte of the archive. gzip reaches 1032, so only nested or crafted compression gets there."""

RATIO_APPLIES_FROM = GIB
"""Unpacked bytes below which no ratio is too high: zstd packs zeros far better, and small things are cheap."""
