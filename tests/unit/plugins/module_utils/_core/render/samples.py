# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Report documents to render: an ordinary one, a fleet with dead hosts, a large one, and one full of hostile text."""

from __future__ import annotations

import copy
import hashlib
import random
import typing as t
from collections import Counter

from ansible_collections.container_ops.images.plugins.module_utils._core.image.reference import Reference

NOW = 1767225600  # 2026-01-01T00:00:00Z
ENGINE = {
    "name": "docker",
    "version": "28.5.2",
    "api_version": "1.51",
    "image_store": "graphdriver",
    "os": "linux",
    "architecture": "amd64",
}

HOSTILE = "".join(
    (
        "]]><script>alert(1)</script><img src=x onerror=alert(1)>\"'`&amp;",
        "\n::error::forged\r\n##vso[task.setvariable variable=x]forged ##[set-env name=X]forged ",
        "| cell | **bold** [link](javascript:alert(1)) @team #1 https://evil.example www.evil.example",
        "{{ 7 * 7 }}{% raw %}<%= 7 %>${jndi:x}\\",
        "\x00\x01\x08\x1b[31mred\x7f\x9b\u200b\u202egpj.exe\u2066\ufeff\ufffe\ud800\U000e0041",
    )
)
FORMULA = '=HYPERLINK("https://evil.example","click")'


def digest(text: str) -> str:
    """An id or fingerprint made of any text."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def image(name: str = "registry.example.com/team/app:1.0", host: str = "web01", **fields: t.Any) -> dict[str, t.Any]:
    """One image row; ``name`` without a tag or digest makes a dangling one."""
    tagged = ":" in name.rpartition("/")[2]
    row = {
        "host": host,
        "name": name,
        "state": "tagged" if tagged else "dangling",
        "age_seconds": 40 * 86400,
        "containers": 1,
        "created": NOW - 40 * 86400,
        "id": f"sha256:{digest(host + name)}",
        "labels": {"org.opencontainers.image.version": "1.0"},
        "parent_id": "",
        "repo_digests": [f"{name.rpartition(':')[0]}@sha256:{digest(name)}"] if tagged else [],
        "repo_tags": [name] if tagged else [],
        "shared_size": 50_000_000,
        "size": 250_000_000,
        "virtual_size": None,
    }
    return {**row, **fields}


def finding(rule: str = "max-size", **fields: t.Any) -> dict[str, t.Any]:
    """One finding; a failure of level error unless said otherwise."""
    row = {
        "rule": rule,
        "check": rule,
        "level": "error",
        "status": "fail",
        "host": "web01",
        "image": "registry.example.com/team/app:1.0",
        "id": f"sha256:{digest('app')}",
        "actual": 250_000_001,
        "limit": 250_000_000,
        "unit": "bytes",
        "baseline": None,
        "message": "250,000,001 B is over the limit of 250,000,000 B",
        "waiver": None,
        **fields,
    }
    row.setdefault("fingerprint", digest(f"{row['rule']}|{row['host']}|{row['image']}")[:32])
    return row


def change(name: str, before: int | None, after: int | None, host: str = "web01", **more: t.Any) -> dict[str, t.Any]:
    """One change record with its difference."""
    both = before is not None and after is not None
    return {
        "host": host,
        "name": name,
        "before": before,
        "after": after,
        "delta": after - before if both else None,
        "ratio": (after - before) / before if both and before else None,
        **more,
    }


def host(name: str = "web01", images: t.Sequence[t.Mapping[str, t.Any]] = (), **fields: t.Any) -> dict[str, t.Any]:
    """One host record; ``status`` other than reported leaves the numbers out."""
    dead = fields.get("status", "reported") != "reported"
    record = {
        "host": name,
        "status": "reported",
        "message": "",
        "engine": None if dead else ENGINE,
        "reported_at": None if dead else "2026-01-01T00:00:00Z",
        "images": None if dead else len(images),
        "size": None if dead else sum(max(0, row["size"]) for row in images),
        "unique_size": None if dead else sum(max(0, row["size"] - row["shared_size"]) for row in images),
        "layers_size": None,
        "dangling": None if dead else sum(row["state"] == "dangling" for row in images),
        "unused": None if dead else sum(row["containers"] == 0 for row in images),
        "findings": None if dead else {},
    }
    return {**record, **fields}


def verdict(row: t.Mapping[str, t.Any]) -> str:
    """What became of a finding."""
    names = {"fail": row["level"], "error": "not_known"}
    return t.cast("str", names.get(row["status"], row["status"]))


def repositories(images: t.Sequence[t.Mapping[str, t.Any]]) -> list[dict[str, t.Any]]:
    """The rows by host and repository, as a report adds them up."""
    sizes: dict[tuple[str, str], list[int]] = {}
    for row in images:
        for name in {Reference.parse(text).familiar_repository for text in row["repo_tags"] or row["repo_digests"]}:
            sizes.setdefault((row["host"], name), []).append(row["size"])
    return [
        {
            "host": host_name,
            "repository": name,
            "images": len(found),
            "size": sum(size for size in found if size >= 0) if max(found) >= 0 else None,
            "largest_size": max(found) if max(found) >= 0 else None,
        }
        for (host_name, name), found in sizes.items()
    ]


def document(
    images: t.Sequence[dict[str, t.Any]] = (),
    findings: t.Sequence[dict[str, t.Any]] = (),
    hosts: t.Sequence[dict[str, t.Any]] | None = None,
    changes: dict[str, t.Any] | None = None,
    warnings: t.Sequence[str] = (),
    reasons: t.Sequence[str] | None = None,
) -> dict[str, t.Any]:
    """A whole document around the parts that a test is about."""
    names = sorted({row["host"] for row in images}) or ["web01"]
    hosts = [host(name, [row for row in images if row["host"] == name]) for name in names] if hosts is None else hosts
    reported = sum(record["status"] == "reported" for record in hosts)
    verdicts = [verdict(row) for row in findings]
    hosts = [
        {**record, "findings": Counter(verdict(row) for row in findings if row["host"] == record["host"])}
        if record["findings"] == {}
        else record
        for record in hosts
    ]
    bad = sum(verdict in ("error", "not_known") for verdict in verdicts)
    if reasons is None:
        reasons = [f"{bad} findings"] if bad else []
        reasons += [f"{len(hosts) - reported} hosts are not in the report"] if reported < len(hosts) else []
    return copy.deepcopy(
        {
            "schema": "image_report/1",
            "generated_at": "2026-01-01T00:00:00Z",
            "generator": {"collection": "container_ops.images", "version": "0.1.0"},
            "scope": {
                "expected": len(hosts),
                "reported": reported,
                "hosts": list(hosts),
                **{
                    status: sorted(record["host"] for record in hosts if record["status"] == status)
                    for status in ("unreachable", "failed", "stale", "missing")
                },
            },
            "engine": ENGINE,
            "measure": {"metric": "size", "engine": "docker", "store": "graphdriver"},
            "totals": {
                "hosts": reported,
                "images": len(images),
                "distinct_images": len({row["id"] for row in images}),
                "size": sum(max(0, row["size"]) for row in images),
                "unique_size": None,
                "layers_size": 9_000_000_000 if len(hosts) == 1 else None,
                "dangling": sum(row["state"] == "dangling" for row in images),
                "unused": sum(row["containers"] == 0 for row in images),
                "unknown_usage": sum(row["containers"] < 0 for row in images),
            },
            "gate": {
                "passed": not reasons,
                "fail_on": ["error", "not_known", "unreachable", "failed", "stale", "missing"],
                "counts": dict(Counter(verdicts)),
                "reasons": list(reasons),
            },
            "findings": list(findings),
            "repositories": repositories(images),
            "images": list(images),
            "changes": changes,
            "warnings": list(warnings),
        }
    )


def no_changes(**kinds: t.Any) -> dict[str, t.Any]:
    """The changes of a report with a baseline, none unless given."""
    lists: dict[str, t.Any] = {"new": [], "removed": [], "grown": [], "shrunk": [], "incomparable": [], **kinds}
    counts = {kind: len(rows) for kind, rows in lists.items() if isinstance(rows, list)}
    return {"unchanged": 0, "counts": counts, **lists}


_REPOSITORIES = (
    "postgres",
    "redis",
    "registry.example.com/shop/checkout",
    "registry.example.com/shop/storefront",
    "registry.example.com/platform/base",
    "ghcr.io/example/billing-worker",
    "quay.io/example/metrics",
    "registry.example.com/ml/recommendations-training",
)


def ordinary(count: int = 40, host_names: t.Sequence[str] = ("web01",), seed: int = 7) -> dict[str, t.Any]:
    """A believable report: sizes from a few kB to GB, some unknown, some shared, findings of every verdict, changes."""
    rng = random.Random(seed)
    images = []
    for number in range(count):
        repository = _REPOSITORIES[number % len(_REPOSITORIES)]
        name = f"{repository}:{number % 9}.{number // 9}.{rng.randrange(20)}-{number}"
        size = int(10 ** rng.uniform(4.2, 9.3))
        shared = rng.choice((0, -1, int(size * rng.random())))
        age = rng.randrange(900) * 86400
        images.append(
            image(
                name,
                host_names[number % len(host_names)],
                size=size,
                shared_size=shared,
                age_seconds=age,
                created=NOW - age,
                containers=rng.choice((0, 0, 1, 3, -1)),
            )
        )
    dangling = f"sha256:{digest('dangling')}"
    images.append(image(dangling[7:19], host_names[0], id=dangling, labels={}, size=0, shared_size=0, containers=0))
    statuses = ("fail", "pass", "fail", "pass", "error", "skip", "incomparable", "pass", "waived", "fail", "pass")
    rules = (("max-size", "error"), ("max-age", "warning"), ("label-version", "note"), ("max-growth", "error"))
    findings = []
    for number, row in enumerate(images):
        rule, level = rules[number % len(rules)]
        status = statuses[number % len(statuses)]
        waiver = {"reason": "CUDA needs it, TICKET-12", "expires": "2026-06-30", "expired": False}
        findings.append(
            finding(
                rule,
                check=rule.split("-version")[0],
                level=level,
                status=status,
                host=row["host"],
                image=row["name"],
                id=row["id"],
                actual=row["size"],
                waiver=waiver if status == "waived" else None,
                message={
                    "error": "the shared size is not known, so the limit cannot be checked",
                    "incomparable": "the baseline was measured on another image store",
                }.get(status, f"{row['size']:,} B against a limit of 250,000,000 B"),
            )
        )
    changes = no_changes(
        grown=[change(row["name"], int(row["size"] / 1.25), row["size"], row["host"]) for row in images[2:8]],
        new=[change(row["name"], None, row["size"], row["host"]) for row in images[10:13]],
        shrunk=[change(row["name"], row["size"] * 2, row["size"], row["host"]) for row in images[14:16]],
        removed=[change("registry.example.com/shop/legacy:2.1", 812_000_000, None, host_names[0])],
        unchanged=max(0, count - 12),
    )
    hosts = [host(name, [row for row in images if row["host"] == name]) for name in host_names]
    return document(images, findings, hosts, changes, ["The waiver for max-size on gpu* matched no image."])


def fleet() -> dict[str, t.Any]:
    """Four hosts of which two report; one finding is about the whole fleet."""
    result = ordinary(60, ("web01", "web02"))
    result["scope"]["hosts"] += [
        host("db01", status="unreachable", message="Failed to connect to the host via ssh: No route to host"),
        host("ci01", status="failed", message="cannot talk to docker: permission denied on /var/run/docker.sock"),
    ]
    result["scope"].update(expected=4, unreachable=["db01"], failed=["ci01"])
    result["findings"].append(
        finding("tag-drift", host=None, image="postgres:16", id=None, message="3 different images carry this name")
    )
    result["gate"]["reasons"].append("2 of 4 hosts are not in the report: ci01 (failed), db01 (unreachable)")
    result["gate"]["counts"]["error"] += 1
    return result


def stopped() -> dict[str, t.Any]:
    """Two hosts with images that only stopped containers use, some of these with names full of tricks."""
    result = ordinary(60, ("web01", "web02"))
    held = [row for row in result["images"] if row["containers"] > 0]
    for number, row in enumerate(held):
        names = ["migrate-2025", "job", HOSTILE, FORMULA][number % 4 :][: row["containers"]]
        row["stopped_containers"] = [
            {"name": name, "id": digest(name), "exited": NOW - (number + 3 - place) * 86400}
            for place, name in enumerate(names)
        ]
    for figures, rows in (
        *((record, [row for row in held if row["host"] == record["host"]]) for record in result["scope"]["hosts"]),
        (result["totals"], held),
    ):
        figures["stopped"] = len(rows)
        figures["stopped_unique_size"] = sum(max(0, row["size"] - row["shared_size"]) for row in rows)
    return result


def hostile() -> dict[str, t.Any]:
    """Every text that a stranger can choose holds every trick."""
    rows = [
        image(
            f"evil/{HOSTILE}:1",
            HOSTILE,
            labels={HOSTILE: HOSTILE, "formula": FORMULA},
            stopped_containers=[{"name": HOSTILE, "id": HOSTILE, "exited": NOW}],
        ),
        image(FORMULA, "web01", repo_tags=[FORMULA], labels={"f": FORMULA}, size=-1, shared_size=-1, created=0),
        image(
            "::error::first:1",
            "::error::host",
            labels={"::error::x": " ::warning::y", "##[x]": "##vso[z]"},
            age_seconds=None,
            size=0,
            shared_size=0,
        ),
    ]
    findings = [
        finding(
            HOSTILE,
            check=HOSTILE,
            image=HOSTILE,
            host=HOSTILE,
            id=HOSTILE,
            message=HOSTILE,
            actual=HOSTILE,
            unit=HOSTILE,
        ),
        finding("max-age", level="warning", image=FORMULA, message=FORMULA, actual=FORMULA),
        finding("max-age", level="note", image="::error::x", message="::error::y", host=None),
        finding("label", status="error", image="-", message="\n\n# heading\n- item\n1. x"),
        finding("waived-rule", status="waived", waiver={"reason": HOSTILE, "expires": HOSTILE, "expired": False}),
    ]
    hosts = [
        host("web01", rows[1:2]),
        host(HOSTILE, rows[:1]),
        host("::error::host", rows[2:]),
        host("db01", status="failed", message=HOSTILE),
    ]
    changes = no_changes(
        grown=[change(HOSTILE, 1, 2, HOSTILE)],
        incomparable=[change(FORMULA, 1, 2, reason=HOSTILE)],
        new=[change("::error::x", None, 3)],
    )
    result = document(rows, findings, hosts, changes, [HOSTILE, "::error::warning"], [HOSTILE, "::error::reason"])
    # SARIF wants a version to begin like one.
    result["generator"]["version"] = f"0.1.0 {HOSTILE}"
    result["engine"] = dict.fromkeys(ENGINE, HOSTILE)
    result["scope"]["hosts"][0]["engine"] = dict.fromkeys(ENGINE, HOSTILE)
    result["measure"] = {"metric": "size", "engine": HOSTILE, "store": HOSTILE}
    return result
