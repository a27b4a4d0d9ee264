# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The image_report filter: image summaries, rules and a baseline in, one report document with a gate out."""

from __future__ import annotations

import typing as t

from ansible_collections.container_ops.images.plugins.plugin_utils._filters import current_time, from_template


def image_report(
    images: t.Any,
    rules: t.Any = (),
    baseline: t.Any = None,
    now: t.Any = None,
    host: t.Any = "localhost",
    waivers: t.Any = (),
    fail_on: t.Any = ("error", "not_known", "unreachable", "failed", "stale", "missing"),
    engine: t.Any = None,
    expected_hosts: t.Any = (),
    baseline_any_host: t.Any = False,
    select: t.Any = None,
    registry: t.Any = None,
    compare_with: t.Any = None,
) -> t.Any:
    """The report document."""
    # Imported here: ansible-core imports every filter file of a collection to find one name.
    from ansible_collections.container_ops.images.plugins.module_utils._core.report.from_playbook import build_report
    from ansible_collections.container_ops.images.plugins.module_utils._core.report.report_policy import ReportPolicy
    from ansible_collections.container_ops.images.plugins.module_utils._core.timestamps import to_epoch

    with from_template() as plain:
        name = str(plain(host) or "localhost")
        policy = ReportPolicy.parse(
            now=current_time() if now is None else to_epoch(plain(now), "now"),
            rules=plain(rules),
            waivers=plain(waivers),
            fail_on=plain(fail_on),
            baseline=plain(baseline),
            any_host=plain(baseline_any_host),
            host=name,
            select=plain(select),
            registry=plain(registry),
            compare_with=plain(compare_with),
        )
        return build_report(plain(images), policy, name, plain(engine), plain(expected_hosts))


class FilterModule:
    """The image_report filter."""

    def filters(self) -> dict[str, t.Any]:
        """Names and functions."""
        return {"image_report": image_report}
