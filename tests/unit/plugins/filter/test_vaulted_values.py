# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Inline vault values as arguments of every filter and of the test: they count as text, and no message shows them.

ansible-core 2.17 and 2.18 hand over sequences of letters, 2.19 and newer text that remembers where it is from.
"""

from __future__ import annotations

import typing as t

import pytest
from ansible.errors import AnsibleError

from ansible_collections.container_ops.images.plugins.plugin_utils._filters import plain, without_secrets
from ansible_collections.container_ops.images.tests.unit.plugins.templating import evaluate, vaulted

IMAGES: list[dict[str, t.Any]] = [
    {
        "id": "sha256:" + "a" * 64,
        "repo_tags": ["acme/web:1"],
        "repo_digests": ["acme/web@sha256:" + "c" * 64],
        "size": 600_000_000,
        "containers": 0,
        "labels": {"env": "dev"},
    },
    {
        "id": "sha256:" + "b" * 64,
        "repo_tags": ["acme/web:2"],
        "size": 500_000_000,
        "containers": 0,
        "labels": {"env": "hunter2"},
    },
]
LISTING = '[{"Id": "sha256:%s", "RepoTags": ["acme/web:1"], "Created": 1}]' % ("a" * 64)
SELECT = "images | container_ops.images.image_select"
PLAN = "(images | container_ops.images.image_prune_plan(%s)).decisions | map(attribute='decision') | join(' ')"
OUTDATED = (
    "(images | container_ops.images.image_outdated([{'reference': secret, 'status': 'not_found', 'digest': ''}]))"
    " | map(attribute='status') | join(' ')"
)
REPORT = (
    "(images | container_ops.images.image_report(%s, now=1800000000)).findings | map(attribute='status') | join(' ')"
)


@pytest.mark.parametrize(
    ("expression", "secret", "expected"),
    [
        ("images | container_ops.images.image_select(tags=[secret]) | length", "1", 1),
        ("images | container_ops.images.image_select(tags=secret) | length", "1", 1),
        ("images | container_ops.images.image_select(label_selectors=[secret]) | length", "env=hunter2", 1),
        ("images | container_ops.images.image_select(larger_than=secret) | length", "550MB", 1),
        ("images | container_ops.images.image_select(tags=[secret] | select | list) | length", "1", 1),
        (
            f"{SELECT}(match_expressions=[{{'key': 'env', 'operator': 'in', 'values': [secret]}}]) | length",
            "hunter2",
            1,
        ),
        ("images[1] is container_ops.images.image_matches(label_selectors=[secret])", "env=hunter2", True),
        ("images[1] is container_ops.images.image_matches(tags=[secret])", "1", False),
        ("images | select('container_ops.images.image_matches', tags=[secret]) | list | length", "1", 1),
        (PLAN % "policy={'states': ['tagged'], 'keep_tags': [secret]}, now=1800000000", "1", "keep remove"),
        (PLAN % "policy={'states': ['tagged'], 'keep_tags': ['2']}, now=secret", "1800000000", "remove keep"),
        ("(listing | container_ops.images.image_summary(source=secret)) | length", "list", 1),
        ("(secret | container_ops.images.image_summary) | length", LISTING, 1),
        (REPORT % "rules=[{'id': 'max-size', 'max': secret}]", "550MB", "fail pass"),
        (REPORT % "rules=[{'id': 'label', 'name': secret}]", "env", "pass pass"),
        (
            OUTDATED,
            "docker.io/acme/web:1",
            "missing local",
        ),
        ("['prune_polcy'] | container_ops.images.misspelt_names([secret]) | length", "prune_policy", 1),
        (
            "images | container_ops.images.image_report(now=0) | container_ops.images.render_image_report(secret)",
            "jsonl",
            None,
        ),
    ],
)
def test_they_count_as_text(expression: str, secret: str, expected: object) -> None:
    found = evaluate(expression, images=IMAGES, listing=LISTING, secret=vaulted(secret))
    same = evaluate(expression, images=IMAGES, listing=LISTING, secret=secret)
    assert str(found) == str(same)
    assert expected is None or str(found) == str(expected)


MESSAGES = [
    "images | container_ops.images.image_select(label_selectors=[secret])",
    "images | container_ops.images.image_select(label_selectors=[secret] | select)",
    "images | container_ops.images.image_select(match_expressions=[{secret: 1}])",
    "images | container_ops.images.image_select(states=secret)",
    "images | container_ops.images.image_select(larger_than=secret)",
    "images | container_ops.images.image_select(older_than=secret)",
    "images | container_ops.images.image_select(older_than='1d', now=secret)",
    "secret | container_ops.images.image_select",
    "images[0] is container_ops.images.image_matches(label_selectors=[secret])",
    "images[0] is container_ops.images.image_matches(states=[secret])",
    "images | select('container_ops.images.image_matches', states=[secret]) | list",
    "images | container_ops.images.image_prune_plan({secret: 1})",
    "images | container_ops.images.image_prune_plan({'keep_labels': [secret]})",
    "images | container_ops.images.image_prune_plan({'min_age': secret})",
    "images | container_ops.images.image_prune_plan(now=secret)",
    "images | container_ops.images.image_prune_plan(layers_size=secret)",
    "secret | container_ops.images.image_prune_plan",
    "secret | container_ops.images.image_summary",
    "listing | container_ops.images.image_summary(source=secret)",
    "listing | container_ops.images.image_summary(engine=secret)",
    "[{'Id': secret, 'RepoTags': []}] | container_ops.images.image_summary(source='list')",
    "{'rc': 1, 'stdout': '', 'stderr': secret} | container_ops.images.image_summary",
    "images | container_ops.images.image_report(rules=[{'id': secret}])",
    "images | container_ops.images.image_report(rules=[{'id': 'max-size', 'max': secret}])",
    "images | container_ops.images.image_report(rules=[{'id': 'label', 'name': 'x', 'pattern': secret}])",
    "images | container_ops.images.image_report(waivers=[secret])",
    "images | container_ops.images.image_report(fail_on=secret)",
    "images | container_ops.images.image_report(baseline=secret)",
    "images | container_ops.images.image_report(now=secret)",
    "images | container_ops.images.image_report | container_ops.images.render_image_report(secret)",
    "images | container_ops.images.image_report | container_ops.images.render_image_report('csv', columns=[secret])",
    "secret | container_ops.images.render_image_report('jsonl')",
    "images | container_ops.images.image_outdated(secret)",
    "secret | container_ops.images.image_outdated([])",
    "[] | container_ops.images.image_outdated([{'reference': '', 'status': '', 'digest': '', 'newer_tags': secret}])",
    "secret | container_ops.images.image_diff({})",
    "{'id': 'a' * 64, 'layer_details': [{'size': secret}]} | container_ops.images.image_diff({})",
    "secret | container_ops.images.misspelt_names(['prune_policy'])",
    "[[secret]] | container_ops.images.misspelt_names(['prune_policy'])",
]


@pytest.mark.parametrize("expression", MESSAGES)
def test_no_message_shows_them(expression: str) -> None:
    for secret in ('hun(ter]2 hunter2 "hunter2" hunter2', "hunter2" * 40 + "(", "\x1bhunter2[{("):
        with pytest.raises(AnsibleError) as caught:
            evaluate(expression, images=IMAGES, listing=LISTING, secret=vaulted(secret))
        problem: BaseException | None = caught.value
        while problem is not None:  # ansible-core prints the causes of an error, too
            assert "hunt" not in str(problem) and "nter" not in str(problem)
            problem = problem.__cause__ or (None if problem.__suppress_context__ else problem.__context__)


@pytest.mark.parametrize(
    ("message", "secrets", "expected"),
    [
        ('x must be a, got "hunter2"', ["hunter2"], 'x must be a, got "***"'),
        ('x must be a, got "hunt…"', ["hunter2"], 'x must be a, got "***…"'),
        ('got "a\\x1bb"', ["a\x1bb"], 'got "***"'),
        ('got "a" and "b"', ["a", "b"], 'got "***" ***nd "***"'),
        ("nothing of it", ["hunter2"], "nothing of it"),
        ("the hunt is on, the hunters", ["hunter2"], "the *** is on, the ***s"),
    ],
)
def test_what_is_hidden(message: str, secrets: list[str], expected: str) -> None:
    assert without_secrets(message, secrets) == expected


def test_an_encrypted_string_that_no_template_has_touched_is_text() -> None:
    assert plain({"keep": [vaulted("hunter2")]}) == {"keep": ["hunter2"]}
