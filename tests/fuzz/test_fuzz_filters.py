# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Filters and the test, given odd data: an answer that fits its documentation, or one error of one sentence."""

from __future__ import annotations

import json
import typing as t

import pytest
from ansible.errors import AnsibleFilterError
from ansible.utils.display import Display
from fuzzing import LONG, SECONDS, counted, inputs, misfits, returned_images, returned_rows, sentence_faults
from mutations import ODD, mutated, shuffled

from ansible_collections.container_ops.images.plugins.filter.image_diff import image_diff
from ansible_collections.container_ops.images.plugins.filter.image_outdated import image_outdated
from ansible_collections.container_ops.images.plugins.filter.image_prune_plan import image_prune_plan
from ansible_collections.container_ops.images.plugins.filter.image_report import image_report
from ansible_collections.container_ops.images.plugins.filter.image_select import image_select
from ansible_collections.container_ops.images.plugins.filter.image_summary import image_summary
from ansible_collections.container_ops.images.plugins.filter.misspelt_names import misspelt_names
from ansible_collections.container_ops.images.plugins.filter.render_image_report import render_image_report
from ansible_collections.container_ops.images.plugins.module_utils._core.render.formats import FORMATS
from ansible_collections.container_ops.images.plugins.module_utils._core.report.report_rules import CHECKS
from ansible_collections.container_ops.images.plugins.test.image_matches import image_matches
from ansible_collections.container_ops.images.tests.unit.plugins.module_utils._core.listing.replies import FIXTURES

if t.TYPE_CHECKING:
    import random

DOCUMENTED, OUTDATED, DIFFERENCE = returned_images(), returned_rows("image_outdated"), returned_rows("image_diff")
IN_REGISTRIES = {**DOCUMENTED, "compressed": {"type": "bool", "returned": "always"}}
NOW = 1_800_000_000
SELECTOR = {"states": ["tagged"], "repositories": ["acme/*"], "older_than": "1d", "label_selectors": ["env=dev"]}
POLICIES: tuple[dict[str, t.Any], ...] = (
    {},
    {
        "states": ["tagged"],
        "older_than": "14d",
        "keep_last": 2,
        "keep_references": ["**:latest", "acme/web@sha256:" + "a" * 64],
    },
    {"max_used_space": "1GB", "evict_order": "largest_reclaim", "min_age": "1h", "max_removals": 3},
    {
        "rules": [
            {
                "name": "web",
                "action": "keep",
                "match": {"repositories": ["acme/*"]},
                "keep_last": 1,
                "group_by": "label:a",
            }
        ]
    },
    {"label_selectors": ["env in (dev, test),!keep"], "match_expressions": [{"key": "a", "operator": "exists"}]},
)
RULES: tuple[dict[str, t.Any], ...] = (
    *({"id": check} for check in CHECKS),
    {"id": "max-size", "max": "500MB", "level": "warning", "when": {"repositories": ["acme/*"]}},
    {"id": "max-growth", "max_percent": 10, "max": "1MB"},
    {"id": "max-growth", "max_bytes": "1MB"},
    {"id": "max-own-size", "max": "1MB"},
    {"id": "label", "name": "org.opencontainers.image.licenses", "type": "spdx"},
    {"id": "max-age", "max": "30d", "hosts": ["web*"]},
)


@pytest.fixture(autouse=True)
def silent(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Keep warnings instead of printing thousands."""
    said: list[str] = []
    monkeypatch.setattr(Display, "warning", lambda _display, text, *_more, **_options: said.append(str(text)))
    return said


def examples() -> list[t.Any]:
    """The worked cases and the captured replies of every source, as data and as text."""
    cases = json.loads((FIXTURES / "normalize.json").read_text(encoding="utf-8"))["cases"]
    found = [case["payload"] for case in cases]
    for path in sorted(FIXTURES.iterdir()):
        text = path.read_text(encoding="utf-8")
        if path.name != "normalize.json" and len(text) < 30_000:
            found.append(text if path.suffix == ".txt" else json.loads(text))
    return found


def summaries(chance: random.Random, count: int) -> list[dict[str, t.Any]]:
    """Images as image_summary returns them, with the further keys that a playbook may add."""
    images = []
    for number in range(count):
        size = chance.randrange(10**9)
        images.append(
            {
                "containers": chance.choice((-1, 0, 0, 1)),
                "created": chance.choice((0, NOW - chance.randrange(10**8))),
                "id": f"sha256:{chance.getrandbits(256):064x}",
                "labels": {"env": chance.choice(("dev", "prod"))},
                "parent_id": images[-1]["id"] if images and chance.randrange(5) == 0 else "",
                "repo_digests": [f"acme/web@sha256:{chance.getrandbits(256):064x}"] if chance.randrange(3) == 0 else [],
                "repo_tags": [f"acme/web:{number}"] if chance.randrange(4) else [],
                "shared_size": chance.choice((-1, 0, size // 2, size * 2)),
                "size": chance.choice((-1, size, size)),
                "virtual_size": None,
                **(
                    {"own_size": chance.choice((-1, size // 3)), "base": chance.choice((None, {"size": size // 2}))}
                    if chance.randrange(3) == 0
                    else {}
                ),
                **({"layers": ["sha256:1"], "last_used": NOW - 5} if chance.randrange(4) == 0 else {}),
                **({"watched_since": None, "stopped_containers": exits(chance)} if chance.randrange(3) == 0 else {}),
            }
        )
    return images


def exits(chance: random.Random) -> list[dict[str, t.Any]] | None:
    """Containers that have exited, as image_summary_info lists them."""
    if chance.randrange(4) == 0:
        return None
    return [
        {"exited": NOW - chance.randrange(10**8), "id": f"{chance.getrandbits(64):x}", "name": f"job-{number}"}
        for number in range(chance.choice((0, 1, 2, 30)))
    ]


def answer(name: str, function: t.Callable[..., t.Any], *arguments: t.Any, **options: t.Any) -> t.Any:
    """The answer, or None after an error of one sentence. Anything else that is raised is a defect."""

    def caught() -> t.Any:
        try:
            return function(*arguments, **options)
        except AnsibleFilterError as error:
            assert sentence_faults(str(error)) == [], name
            return None

    try:
        found, cost = counted(caught)
    except AssertionError:
        raise
    except Exception as error:
        raise AssertionError(f"{name}: {type(error).__name__}: {error}") from error
    size = len(repr([arguments, options]))
    assert cost.calls <= 60_000 + 60 * size, f"{name}: {cost.calls} calls for {size} bytes"
    if LONG:
        assert cost.seconds < SECONDS, f"{name} took {cost.seconds} s"
    return found


def test_listings() -> None:
    good = refused = 0
    known = examples()
    for name, chance in inputs("listings", 2500):
        listing = mutated(chance.choice(known), chance, chance.choice((0, 1, 1, 2, 3, 6)))
        if isinstance(listing, str) and chance.randrange(2):
            cut = chance.randrange(len(listing) + 1)
            listing = listing[:cut] + str(chance.choice(ODD))[:20] + listing[cut:]
        found = answer(name, image_summary, listing)
        if found is None:
            refused += 1
            continue
        good += 1
        for image in found:
            assert misfits(image, DOCUMENTED) == [], name
        assert answer(name, image_summary, shuffled(listing, chance)) == found, name
    assert LONG or good > 0 < refused


def test_selections() -> None:
    selected = 0
    for name, chance in inputs("selections", 1500):
        images = mutated(summaries(chance, chance.randrange(6)), chance, chance.choice((0, 1, 2)))
        options = {key: mutated(value, chance, chance.choice((0, 0, 1))) for key, value in SELECTOR.items()}
        found = answer(name, image_select, images, now=NOW, **options)
        # Without the others, an image without a name is never an intermediate one.
        if found is not None and all(image.get("repo_tags") or image.get("repo_digests") for image in images):
            selected += 1
            fits = [answer(name, image_matches, image, now=NOW, **options) for image in images]
            assert [image for image, fit in zip(images, fits) if fit] == found, name
    assert LONG or selected > 0


def test_plans() -> None:
    planned = refused = 0
    for name, chance in inputs("plans", 1500):
        images = mutated(summaries(chance, chance.randrange(8)), chance, chance.choice((0, 0, 1, 2)))
        policy = mutated(chance.choice(POLICIES), chance, chance.choice((0, 0, 1, 2)))
        total = chance.choice((None, 10**9, "1GB", chance.choice(ODD)))
        found = answer(name, image_prune_plan, images, policy, NOW, total)
        if found is None:
            refused += 1
            continue
        planned += 1
        json.dumps(found)
        decided = [one["id"] for one in found["decisions"]]
        assert len(decided) == len(set(decided)) == len(images), name
        doomed = {one["id"] for one in found["decisions"] if one["decision"] == "remove"}
        assert doomed == {one["id"] for one in [*found["actions"], *found["would"]]}, name
        assert answer(name, image_prune_plan, shuffled(images, chance), policy, NOW, total) == found, name
    assert LONG or planned > 0 < refused


def test_reports() -> None:
    reported = refused = 0
    for name, chance in inputs("reports", 800):
        images = mutated(summaries(chance, chance.randrange(8)), chance, chance.choice((0, 0, 1)))
        rules = mutated(chance.choices(RULES, k=chance.randrange(4)), chance, chance.choice((0, 0, 1, 2)))
        baseline = chance.choice((None, None, summaries(chance, 2), chance.choice(ODD)))
        report = answer(name, image_report, images, rules, baseline, NOW)
        if report is None:
            refused += 1
            continue
        reported += 1
        assert answer(name, image_report, shuffled(images, chance), rules, baseline, NOW) == report, name
        damaged = mutated(json.loads(json.dumps(report)), chance, chance.choice((0, 0, 1, 2)))
        text = answer(name, render_image_report, damaged, chance.choice(FORMATS))
        if text is not None:
            str(text).encode("utf-8")
    assert LONG or reported > 0 < refused


def references(chance: random.Random, images: list[dict[str, t.Any]]) -> list[dict[str, t.Any]]:
    """Rows as image_registry_info returns them, now and then several about one name."""
    rows = []
    for tag in [tag for image in images for tag in image["repo_tags"]] * chance.choice((1, 1, 2)):
        digest = f"sha256:{chance.getrandbits(256):064x}"
        status = chance.choice(("ok", "ok", "not_found", "failed"))
        platform = {"digest": digest, "config_digest": images[0]["id"], "created": chance.randrange(NOW)}
        rows.append(
            {
                "name": tag,
                "reference": f"docker.io/{tag}",
                "status": status,
                "error": None if status == "ok" else "It did not answer.",
                "digest": digest if status == "ok" else "",
                "platforms": [platform] if chance.randrange(2) else [],
                "newer_tags": chance.choice((None, [], ["2"])),
            }
        )
    return rows


def test_comparisons_with_registries() -> None:
    compared = refused = 0
    for name, chance in inputs("comparisons", 1000):
        images = summaries(chance, chance.randrange(6))
        rows = mutated(references(chance, images), chance, chance.choice((0, 1, 1, 2, 3)))
        images = mutated(images, chance, chance.choice((0, 0, 1)))
        found = answer(name, image_outdated, images, rows)
        if found is None:
            refused += 1
            continue
        compared += 1
        for row in found:
            assert misfits(row, OUTDATED) == [], name
        assert answer(name, image_outdated, images, shuffled(rows, chance)) == found, name
    assert LONG or compared > 0 < refused


def pushed(chance: random.Random) -> list[dict[str, t.Any]]:
    """The same with details; now and then two names of one image."""
    rows = []
    for number in range(chance.randrange(1, 5)):
        tag = chance.choice(("main", str(number), "2"))
        (image,) = references(chance, [{"id": f"sha256:{chance.randrange(6):064x}", "repo_tags": [f"acme/web:{tag}"]}])[
            :1
        ]
        size = chance.choice((-1, chance.randrange(10**9)))
        facts = {
            "compressed_size": size,
            "labels": {"env": "dev"},
            "platform": chance.choice(("linux/amd64", "linux/arm64")),
        }
        platforms = [{**one, **facts} for one in image["platforms"]]
        rows.append(
            {**image, "registry": "docker.io", "kind": chance.choice(("image", "index", "")), "platforms": platforms}
        )
    return rows


def test_images_in_registries() -> None:
    listed = reported = refused = 0
    for name, chance in inputs("registries", 1000):
        rows = mutated(pushed(chance), chance, chance.choice((0, 0, 1, 2)))
        found = answer(name, image_summary, rows, "registry")
        for image in found or ():
            assert misfits(image, IN_REGISTRIES) == [], name
        listed += found is not None
        assert answer(name, image_summary, shuffled(rows, chance), "registry") == found, name
        other = mutated(["acme/web:main"], chance, chance.choice((0, 0, 0, 1)))
        rules = [{"id": "max-growth", "max_bytes": 5}, {"id": "max-unused-age", "max": "1d"}]
        report = answer(name, image_report, rows, rules, now=NOW, compare_with=other)
        assert answer(name, image_report, shuffled(rows, chance), rules, now=NOW, compare_with=other) == report, name
        if report is None:
            refused += 1
            continue
        reported += 1
        assert answer(name, render_image_report, report, chance.choice(FORMATS)) is not None, name
    assert LONG or min(listed, reported, refused) > 0


def layered(chance: random.Random) -> dict[str, t.Any]:
    """An image with its layers, of an engine or of a registry."""
    steps = [
        {
            "created_by": chance.choice(("ADD", "ENV")),
            "size": chance.choice((-1, 0, 5)),
            "diff_id": chance.choice(("", "a", "b")),
            "empty": chance.choice((None, True, False)),
        }
        for _step in range(chance.randrange(4))
    ]
    further = {
        "layer_details": steps,
        "base": chance.choice((None, {"size": 3})),
        "own_size": chance.choice((-1, 4)),
        "configuration": chance.choice((None, {"env": ["A=1"], "user": ""})),
    }
    (image,) = summaries(chance, 1)
    if chance.randrange(3):
        return {**image, **further}
    return {"config_digest": image["id"], "compressed_size": image["size"], "labels": image["labels"], **further}


def test_differences() -> None:
    compared = refused = 0
    for name, chance in inputs("differences", 1000):
        images = mutated([layered(chance), layered(chance)], chance, chance.choice((0, 1, 1, 2, 3)))
        if not isinstance(images, list) or len(images) < 2:
            continue
        found = answer(name, image_diff, images[0], images[1])
        if found is None:
            refused += 1
            continue
        compared += 1
        assert found.keys() == DIFFERENCE.keys(), name
        json.dumps(found, ensure_ascii=False).encode("utf-8")
        itself = answer(name, image_diff, images[0], images[0])
        assert (itself["changed"], itself["added_layers"], itself["removed_layers"]) == (False, [], []), name
    assert LONG or compared > 0 < refused


def test_names_that_are_nearly_right() -> None:
    known = ["prune_policy", "prune_hosts", "prune_apply", "report_src"]
    found = refused = 0
    for name, chance in inputs("names", 500):
        names = mutated(["prune_polcy", "other", *known], chance, chance.choice((0, 1, 2)))
        words = mutated(known, chance, chance.choice((0, 0, 1)))
        close = answer(name, misspelt_names, names, words)
        if close is None:
            refused += 1
            continue
        found += 1
        assert close.keys() <= set(names) - set(words) and set(close.values()) <= set(words), name
        assert answer(name, misspelt_names, shuffled(names, chance), words) == close, name
    assert LONG or found > 0 < refused
