#!/usr/bin/python
# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Image summaries of image archives, with no engine at all."""

from __future__ import annotations

DOCUMENTATION = r"""
module: image_archive_info
short_description: Get image summaries of image archives
version_added: 0.1.0
description:
  - Reads image archives without an engine, and returns the same facts as M(container_ops.images.image_summary_info).
  - O(container_ops.images.image_summary_info#module:archives) calls this module.
author:
  - container_ops.images contributors (@container-ops)
extends_documentation_fragment:
  - container_ops.images._attributes
  - container_ops.images._attributes.info_module
  - container_ops.images._attributes.actiongroup_images
  - container_ops.images._docker
  - container_ops.images._selector
options:
  archives:
    description:
      - Paths of the archives on the managed host. Each is a file written by C(docker save) or C(podman save), an OCI
        archive, or a directory with an OCI layout. Nothing is extracted to disk.
      - If several archives have the same name, the images of the last archive get it, as after C(docker load) of one
        after the other, with a warning.
    type: list
    elements: path
    required: true
  names:
    description:
      - Return only these images, as in O(container_ops.images.image_summary_info#module:names).
      - The name of an image for several platforms matches all of them.
    type: list
    elements: str
  layers:
    description:
      - Return with each image how it was built, as O(container_ops.images.image_summary_info#module:layers).
      - The base of an image is looked for among the returned images.
    type: bool
    default: false
    version_added: 1.0.0
  fields:
    description:
      - Return only these fields of each image.
    type: list
    elements: str
    choices:
      - containers
      - created
      - id
      - labels
      - parent_id
      - platform
      - repo_digests
      - repo_tags
      - shared_size
      - size
      - virtual_size
notes:
  - The connection options have no effect. They are accepted so that one C(module_defaults) block serves all modules.
seealso:
  - module: container_ops.images.image_summary_info
"""

EXAMPLES = r"""
- name: Read what docker save wrote
  container_ops.images.image_archive_info:
    archives:
      - /srv/images/shop-1.4.tar
  register: result
"""

RETURN = r"""
images:
  description:
    - The images, newest first, and images of the same age by ID. An image that is in two archives is returned once.
    - Each has the fields of RV(container_ops.images.image_summary_info#module:images).
  returned: success
  type: list
  elements: dict
missing:
  description: The O(names) that were not found, as given.
  returned: success
  type: list
  elements: str
  sample: []
engine:
  description: Always V(null), because no engine was asked.
  returned: success
  type: dict
totals:
  description: Sums over the returned images, as RV(container_ops.images.image_summary_info#module:totals).
  returned: success
  type: dict
  sample: {"images": 1, "layers_size": null, "size": 7797760, "unique_size": null}
can_talk_to_docker:
  description: Always V(false), because no engine was asked.
  returned: always
  type: bool
  sample: false
"""

import typing as t

from ansible.module_utils.basic import AnsibleModule

# First: an older Python cannot import the rest.
from ansible_collections.container_ops.images.plugins.module_utils import (  # noqa: F401, pylint: disable=unused-import
    _python_floor,
)
from ansible_collections.container_ops.images.plugins.module_utils._archives.read import read_archives
from ansible_collections.container_ops.images.plugins.module_utils._argspec import (
    ENGINE_OPTIONS,
    ENGINE_REQUIRED_TOGETHER,
    SELECTOR_OPTIONS,
)
from ansible_collections.container_ops.images.plugins.module_utils._core.image.summary import ALL_FIELDS
from ansible_collections.container_ops.images.plugins.module_utils._core.layers.base_image import (
    BuiltImage,
    layer_facts,
)
from ansible_collections.container_ops.images.plugins.module_utils._engine.engine_error import run_module
from ansible_collections.container_ops.images.plugins.module_utils._engine.engine_images import EngineImages
from ansible_collections.container_ops.images.plugins.module_utils._summary_result import result_of, selector_of

if t.TYPE_CHECKING:
    from collections.abc import Callable

OPTIONS: dict[str, dict[str, t.Any]] = {
    "archives": {"type": "list", "elements": "path", "required": True},
    "names": {"type": "list", "elements": "str"},
    "layers": {"type": "bool", "default": False},
    "fields": {"type": "list", "elements": "str", "choices": sorted(ALL_FIELDS)},
}


def main() -> None:
    """Read, choose, answer."""
    module = AnsibleModule(
        argument_spec={**ENGINE_OPTIONS, **SELECTOR_OPTIONS, **OPTIONS},
        required_together=ENGINE_REQUIRED_TOGETHER,
        supports_check_mode=True,
    )
    run_module(module, lambda: answer(module.params, module.warn))


def answer(params: dict[str, t.Any], warn: Callable[[str], None]) -> dict[str, t.Any]:
    """The module's result. Raises InputError."""
    selector = selector_of(params, intermediate=True)
    built: dict[str, BuiltImage] | None = {} if params["layers"] else None
    found = read_archives(params["archives"], built=built)
    facts = EngineImages(found.images, found.warnings, engine=None, layers_size=None)
    further = None if built is None else lambda images: layer_facts(images, built, found.images)
    return result_of(facts, params, selector, warn, further)


if __name__ == "__main__":
    main()
