# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter through a real Templar; what it decides is in the tests of the core."""

from __future__ import annotations

import pytest
from ansible.errors import AnsibleError

from ansible_collections.container_ops.images.tests.unit.plugins.templating import evaluate

A, B = "sha256:" + "a" * 64, "sha256:" + "b" * 64
IMAGES = [{"id": A, "repo_tags": ["app:1"], "repo_digests": [f"app@{A}"]}]
ROWS = [{"reference": "docker.io/library/app:1", "status": "ok", "digest": B, "platforms": [{"created": "7"}]}]


def test_rows_of_templates() -> None:
    expression = "images | container_ops.images.image_outdated(rows) | selectattr('status', 'eq', 'outdated') | list"
    (row,) = evaluate(expression, images=IMAGES, rows=ROWS)
    assert (row["reference"], row["registry_digest"], row["registry_created"]) == ("app:1", B, 7)


def test_complaints_are_sentences() -> None:
    with pytest.raises(AnsibleError, match="references must be a list"):
        evaluate("[] | container_ops.images.image_outdated('x')")
