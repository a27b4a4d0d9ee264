# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The recipe of the guide that keeps what files name, on files as people write them."""

from __future__ import annotations

import base64
import re
import typing as t
from pathlib import Path

import pytest
import yaml

from ansible_collections.container_ops.images.plugins.module_utils._core.errors import InputError
from ansible_collections.container_ops.images.plugins.module_utils._core.prune.policy import Policy
from ansible_collections.container_ops.images.tests.unit.plugins.templating import evaluate

GUIDE = Path(__file__).parents[2] / "docs" / "docsite" / "rst" / "guide_prune_recipes.rst"

COMPOSE = """
services:
  web:
    image: acme/web:1.2
  db:
    {image: "postgres:16@sha256:0000000000000000000000000000000000000000000000000000000000000000", restart: always}
  built:
    build: .
    # image: acme/commented:1
    imagePullPolicy: never
"""
QUADLET = """
[Container]
Image=quay.io/acme/job:7
Exec=/bin/true

[Image]
Image = docker.io/library/redis

[Build]
ImageTag=localhost/built:latest
"""
MANIFEST = """
kind: Pod
spec:
  initContainers:
    - image: 'registry.example.com:5000/init:3'
  containers:
    - name: image
      image: "acme/app:4"   # the app
      imagePullPolicy: IfNotPresent
---
kind: List
items: [{"spec": {"containers": [{"name": "j", "image": "acme/json:5"}]}}]
---
image:
  repository: acme/helm
"""


def recipe(*texts: str) -> t.Any:
    """What the last task of the recipe keeps, for these files."""
    found = re.search(r"   - name: Find Compose files.*?(?=\n\n[^ ])", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
    assert found
    task = yaml.safe_load(found.group())[-1]
    expression = task["container_ops.images.image_prune"]["keep_references"][2:-2]
    contents = [{"content": base64.b64encode(text.encode()).decode()} for text in texts]
    return evaluate(expression, manifest={"results": contents}, image=task["vars"]["image"])


def test_every_name_is_kept() -> None:
    names = recipe(COMPOSE, QUADLET, MANIFEST)
    assert sorted(names) == [
        "acme/app:4",
        "acme/commented:1",
        "acme/json:5",
        "acme/web:1.2",
        "docker.io/library/redis",
        "localhost/built:latest",
        "postgres:16@sha256:" + "0" * 64,
        "quay.io/acme/job:7",
        "registry.example.com:5000/init:3",
    ]
    Policy.parse({"keep_references": names})


def test_no_file_at_all_keeps_nothing() -> None:
    assert list(recipe()) == []


@pytest.mark.parametrize("text", ["image: acme/web:${TAG}", "image: ${IMAGE}", "Image=%i"])
def test_what_only_somebody_else_can_fill_in_is_an_error(text: str) -> None:
    with pytest.raises(InputError, match="keep_references"):
        Policy.parse({"keep_references": recipe(text)})
