# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter through a real Templar; what it compares is in the tests of the core."""

from __future__ import annotations

import pytest
from ansible.errors import AnsibleError

from ansible_collections.container_ops.images.tests.unit.plugins.templating import evaluate

OLD, NEW = "sha256:" + "a" * 64, "sha256:" + "b" * 64


def test_two_images_of_templates() -> None:
    images = [
        {"id": NEW, "size": "9", "layer_details": [{"created_by": "ADD", "diff_id": "x", "size": "9", "empty": False}]},
        {"id": OLD, "size": 5, "layer_details": [{"created_by": "ADD", "diff_id": "y", "size": 5, "empty": False}]},
    ]
    found = evaluate("images[0] | container_ops.images.image_diff(images[1])", images=images)
    assert (found["size_change"], found["added_layers"][0]["diff_id"], found["removed_bytes"]) == (4, "x", 5)


def test_complaints_are_sentences() -> None:
    with pytest.raises(AnsibleError, match="old has no layer_details"):
        evaluate("{'id': id, 'layer_details': []} | container_ops.images.image_diff({'id': id})", id=OLD)
