# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which tests see which room of `_core`, how many mutants they must kill, and which no test can kill. Data only."""

from __future__ import annotations

CORE = "plugins/module_utils/_core"
UNITS = "tests/unit/plugins/module_utils"

# The tests beside a room. What only tests of another room would notice counts as not seen.
TESTS = {
    "": ("_core/test_errors.py", "_core/test_fields.py", "_core/test_json_text.py", "_core/test_name_table.py",
         "_core/test_quantities.py", "_core/test_safe_text.py", "_core/test_timestamps.py"),
    "archive": ("_core/archive", "_archives"),
    "image": ("_core/image",),
    "listing": ("_core/listing",),
    "oci": ("_core/oci", "_core/listing", "_archives"),  # it is the common part of the two
    "prune": ("_core/prune", "_prune"),
    "registry": ("_core/registry",),
    "render": ("_core/render",),
    "report": ("_core/report",),
}  # fmt: skip

# What decides what is removed, and whether a pipeline goes on: percent of the mutants that must be killed.
FLOORS = {"prune": 90, "report/checks": 90, "report/gate.py": 90}


_UNIQUE = (
    "self.unique = [size - shared if {} and shared >= 0 and (not shy or image.facts.id not in shy) else 0"
    " for size, shared, image in zip(self._size, self._shared, images)]"
)

# Mutants that differ in nothing that a test can see: by file, what the line was, what it becomes, and why that is so.
EQUIVALENT: dict[str, tuple[tuple[str, str, str], ...]] = {
    "prune/budget.py": (
        ("return cls(key, 0, percent)", "return cls(key, 1, percent)", "the size of a share is not read"),
    ),
    "prune/bytes/bounds.py": (
        *(
            (_UNIQUE.format("size >= 0"), _UNIQUE.format(size), "an image without bytes has none of its own either way")
            for size in ("size > 0", "size >= 1")
        ),
        (
            "if not is_gone and size >= 0:",
            "if not is_gone and size >= 1:",
            "an image without bytes adds none",
        ),
        (
            "ancestor, steps = (identity, 0)",
            "ancestor, steps = (identity, 1)",
            "a way up has one step less than images",
        ),
    ),
    "prune/bytes/layers.py": (
        (
            "below = max((point for point in known if point[0] < depth))",
            "below = max((point for point in known if point[0] <= depth))",
            "the point itself is not known",
        ),
        (
            "above = min((point for point in known if point[0] > depth))",
            "above = min((point for point in known if point[0] >= depth))",
            "the point itself is not known",
        ),
    ),
    "prune/evict.py": (
        ("if need <= 0:", "if need < 0:", "where nothing is needed, nothing is evicted"),
        *(
            (was, becomes, "changes the order of unrelated images of the same second, which is as good")
            for was, becomes in (
                ("height = 0", "height = 1"),
                ("height = max(height, 1)", "height = max(height, 2)"),
                ("height = max(height, 1)", "height = None"),
                (
                    "youngest, height = (max(youngest, below[0]), max(height, below[1] + 1))",
                    "youngest, height = (max(youngest, below[0]), max(height, below[1] + 2))",
                ),
            )
        ),
    ),
    "prune/keep_last.py": (
        *(
            (
                "known.sort(key=lambda image: (-t.cast('int', image.built), image.id))",
                f"known.sort(key=lambda image: (-t.cast({name}, image.built), image.id))",
                "a cast does nothing",
            )
            for name in ("None", "'XXintXX'", "'INT'")
        ),
        (
            "unknown = [(image, Rank(0, len(known), group)) for image in groups[group] if image.built is None]",
            "unknown = [(image, Rank(None, len(known), group)) for image in groups[group] if image.built is None]",
            "is compared with others of its kind only, and reads the same",
        ),
        (
            "if image.id not in kept or rank < kept[image.id]:",
            "if image.id not in kept or rank <= kept[image.id]:",
            "two equal ranks are one",
        ),
    ),
    "prune/removals.py": (
        ("return (2, 0, facts.id, image)", "return (3, 0, facts.id, image)", "any number that is the largest will do"),
    ),
    "report/checks/fleet.py": (
        (
            "elif host < max(self.named):",
            "elif host <= max(self.named):",
            "a name that is named already is cut off again",
        ),
        ("self.names = names", "self.names = None", "spares a comparison of digests, and nothing else"),
        (
            "self.digests |= frozenset((name.rpartition('@')[2] for name in names))",
            "self.digests |= frozenset((name.partition('@')[2] for name in names))",
            "a repository digest has one @",
        ),
        (
            "store = f'{host.engine.name}/{host.engine.image_store}' if host.engine else ''",
            "store = f'{host.engine.name}/{host.engine.image_store}' if host.engine else 'XXXX'",
            "any text without a slash is the store of no engine",
        ),
    ),
    "report/checks/growth.py": (
        (
            "shown_limit = format_sizes(limit, actual, units)[0] if actual > limit else format_size(limit, units)",
            "shown_limit = format_sizes(limit, actual, units)[0] if actual >= limit else format_size(limit, units)",
            "two equal sizes are written as one",
        ),
        (
            "if isinstance(value, (str, int, float)) and (not isinstance(value, bool)):",
            "if isinstance(value, (str, int, float)) or not isinstance(value, bool):",
            "the text of another type is no ratio either",
        ),
    ),
    "report/checks/names.py": (
        (
            "return any((pattern.matches_reference(reference, TO_SELECT) for pattern in self.tags))",
            "return any((pattern.matches_reference(reference, None) for pattern in self.tags))",
            "a pattern for tags says the same in every reading",
        ),
    ),
    "report/checks/size.py": tuple(
        (
            f"unknown = '' if total is not None else {why}(views)",
            f"unknown = 'XXXX' if total is not None else {why}(views)",
            "is not read where the total is known",
        )
        for why in ("_unknown_shares", "_unknown_sizes")
    ),
}
