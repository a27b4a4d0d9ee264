#!/usr/bin/python
# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Image summaries of one engine, or of image archives with no engine at all."""

from __future__ import annotations

DOCUMENTATION = r"""
module: image_summary_info
short_description: Get image summaries of an engine or of image archives
version_added: 0.1.0
description:
  - Returns facts about container images in one shape for every Docker and Podman engine, with two requests to the
    engine, or three where the number of containers or the shared sizes need one more. Images are never inspected one
    by one.
  - With O(archives), the same facts are read from image archives, without an engine.
author:
  - container_ops.images contributors (@container-ops)
extends_documentation_fragment:
  - container_ops.images._attributes
  - container_ops.images._attributes.info_module
  - container_ops.images._attributes.actiongroup_images
  - container_ops.images._docker
  - container_ops.images._overrides
  - container_ops.images._selector
  - container_ops.images._usage_file
options:
  names:
    description:
      - Only these images. Each is an image ID (V(sha256:...) or its 64 digits), a short ID of 12 or more digits, or a
        reference. A reference may have a tag or a digest; with neither, it means the tag V(latest), as for C(docker
        image inspect).
      - V(alpine), V(alpine:latest) and V(docker.io/library/alpine:latest) mean the same. If a name has
        a digest, its tag is ignored. On Podman, V(app:1) finds C(localhost/app:1), else the image on Docker Hub, else
        an image of another registry. See R(Image names,ansible_collections.container_ops.images.docsite.guide_names).
      - Names that are not found are listed in RV(missing). An ambiguous short ID or name is an error, and so is text
        that is neither a name nor an ID.
      - If several images have the same name, such as images for several platforms in one archive, all of them are
        returned.
      - An ID of an intermediate image is found even with O(all=false).
      - With an empty list, no image is returned.
    type: list
    elements: str
  containers:
    description:
      - Count the containers of each image, running or not.
      - With Docker older than 28.3 (API 1.51) this takes one more request. If V(false), RV(images[].containers) is
        V(-1) there.
    type: bool
    default: true
  shared_size:
    description:
      - Find out how many bytes each image shares with others.
      - With Docker older than 23.0 (API 1.42) and with Podman this takes one more request, which can be slow on hosts
        with many containers. If V(false), RV(images[].shared_size) is V(-1).
      - Podman before 5.5 does not report it. RV(images[].shared_size) is V(-1) then, with a warning.
    type: bool
    default: false
  all:
    description:
      - Include intermediate images.
    type: bool
    default: false
  layers:
    description:
      - Return with each image the steps that built it, with the bytes of its layers, the image it was built on, and
        its configuration. See RV(images[].layer_details), RV(images[].base), RV(images[].own_size) and
        RV(images[].configuration).
      - This takes two more requests for each image that is returned, on four connections at a time for eight images or
        more. Select images by O(names) or a selector on hosts with many images.
      - The filter P(container_ops.images.image_diff#filter) compares two images that were listed with it.
      - O(fields) does not leave these keys out. Files in O(spool_dir) hold the sizes of base and own layers alone, for
        the rules C(max-own-size) and C(max-growth) of reports.
    type: bool
    default: false
    version_added: 1.0.0
  usage:
    description:
      - Find out when each image arrived on the host, when it was last used, and whether only stopped containers use it.
        Each image has six more keys then, see RV(images[].arrived) and RV(images[].stopped_containers).
        P(container_ops.images.image_prune_plan#filter) and the rule C(max-unused-age) of reports count from them, and
        reports show what stopped containers hold. With O(fields), name those that you want.
      - This takes the list of containers and the events of the engine, one more request for each container that does
        not run and, with Docker, one more for each image.
      - R(What is used here?,ansible_collections.container_ops.images.docsite.guide_usage) lists what each engine knows.
    type: bool
    default: false
    version_added: 1.0.0
  usage_within:
    description:
      - How far back the log of events of Podman is read.
    type: str
    default: 90d
    version_added: 1.0.0
  fields:
    description:
      - Return only these fields of each image. This is faster on hosts with very many images, because Ansible takes
        longer to process the result than the engine takes to list the images.
    type: list
    elements: str
    choices:
      - arrived
      - arrived_source
      - containers
      - created
      - id
      - labels
      - last_used
      - last_used_source
      - parent_id
      - platform
      - repo_digests
      - repo_tags
      - shared_size
      - size
      - stopped_containers
      - virtual_size
      - watched_since
  archives:
    description:
      - Paths on the managed host of image archives to read instead of an engine. Each is a file written by C(docker
        save) or C(podman save), an OCI archive, or a directory with an OCI layout. Nothing is extracted to disk.
      - They are read by M(container_ops.images.image_archive_info). O(containers), O(shared_size), O(all), O(usage) and
        the connection options have no effect.
    type: list
    elements: path
  spool_dir:
    description:
      - A directory on the controller. The images are written there, to one JSON Lines file for each host, and are not
        returned. This keeps the memory of the controller small with many hosts and images.
      - M(container_ops.images.image_report) reads these files. A host that fails or is unreachable gets a file that
        says so, and so does one whose task times out.
      - The directory is created if it is missing. Files have the mode 0600. In check mode no file is written.
      - Cannot be used together with O(fields).
    type: path
seealso:
  - module: container_ops.images.image_archive_info
  - module: container_ops.images.image_prune
  - plugin: container_ops.images.image_summary
    plugin_type: filter
  - plugin: container_ops.images.image_select
    plugin_type: filter
  - module: community.docker.docker_image_info
  - module: containers.podman.podman_image_info
"""

EXAMPLES = r"""
- name: List all images of the engine
  container_ops.images.image_summary_info:
  register: result

- name: Show the largest one
  ansible.builtin.debug:
    msg: "{{ result.images | sort(attribute='size') | last }}"

- name: Find two images, one of them by its short ID
  container_ops.images.image_summary_info:
    names:
      - alpine:3.20
      - 4f5c1b2d3e6a
  register: wanted
  failed_when: wanted is failed or wanted.missing | length > 0

- name: Find large images of the production stage that are older than a month
  container_ops.images.image_summary_info:
    repositories:
      - registry.example.com/shop/**
    label_selectors:
      - stage=production
    larger_than: 500MB
    older_than: 30d
    fields:
      - id
      - repo_tags
      - size

- name: Find out when each image was last used
  container_ops.images.image_summary_info:
    usage: true
    fields: [id, repo_tags, last_used, last_used_source, watched_since]

- name: Ask Podman, with the bytes each image shares with others
  container_ops.images.image_summary_info:
    docker_host: unix:///run/podman/podman.sock
    shared_size: true

- name: Ask the engine of a context of the Docker CLI
  container_ops.images.image_summary_info:
    docker_context: build-server

- name: Read an archive that docker save wrote, with no engine
  container_ops.images.image_summary_info:
    archives:
      - /srv/images/shop-1.4.tar
"""

RETURN = r"""
images:
  description:
    - The images, newest first, and images of the same age by ID.
    - With O(fields), each image has only these keys, and C(platform) only if it is known.
  returned: success, without O(spool_dir)
  type: list
  elements: dict
  contains:
    arrived:
      description:
        - When the image was last pulled, loaded, imported, built or given a name on this host, in seconds since the
          epoch. V(null) if not known.
        - On Podman this is the last use as well, since its log does not distinguish a pull from a new container.
      type: int
      returned: with O(usage=true)
      sample: 1795962128
      version_added: 1.0.0
    arrived_source:
      description: V(docker_events), V(podman_events), V(last_tag), V(recorder), or V(null).
      type: str
      returned: with O(usage=true)
      sample: last_tag
      version_added: 1.0.0
    containers:
      description: Number of containers of the image, running or not. V(-1) if not known.
      type: int
      returned: always
      sample: 2
    created:
      description: When the image was built, in seconds since the epoch. V(0) if not known.
      type: int
      returned: always
      sample: 1704191045
    id:
      description: ID of the image. The same image has different IDs in Docker's two image stores.
      type: str
      returned: always
      sample: sha256:4f5c1b2d3e6a9f0b8c7d6e5f4a3b2c1d0e9f8a7b6c5d4e3f2a1b0c9d8e7f6a5b
    labels:
      description: Labels of the image.
      type: dict
      returned: always
      sample: {"org.opencontainers.image.version": "1.4.0"}
    last_used:
      description:
        - When a container of the image was last made, started or ended, in seconds since the epoch. The present if one
          runs. V(null) if not known.
      type: int
      returned: with O(usage=true)
      sample: 1795962129
      version_added: 1.0.0
    last_used_source:
      description: V(containers), V(docker_events), V(podman_events), V(recorder), V(docuum), or
          V(null).
      type: str
      returned: with O(usage=true)
      sample: containers
      version_added: 1.0.0
    parent_id:
      description: ID of the image this one was built from on this host, or an empty text.
      type: str
      returned: always
      sample: ""
    platform:
      description:
        - Operating system and architecture of the image, with the variant if it has one.
        - Only for images in archives. Engines do not list the platform of an image.
      type: str
      returned: when known
      sample: linux/arm64/v8
    repo_digests:
      description: Names with a digest, sorted.
      type: list
      elements: str
      returned: always
      sample: ["alpine@sha256:1e42bbe2508154c9126d48c2b8a75420c3544343bf86fd041fb7527e017a4b4a"]
    repo_tags:
      description: Names with a tag, sorted, as the engine spells them.
      type: list
      elements: str
      returned: always
      sample: ["alpine:3.20", "alpine:latest"]
    shared_size:
      description: Bytes of the layers that other images have as well. V(-1) if not known.
      type: int
      returned: always
      sample: -1
    size:
      description:
        - Bytes of the image with all its layers. V(-1) if not known.
        - Images share layers, so the sum of sizes is not disk use.
      type: int
      returned: always
      sample: 7797760
    stopped_containers:
      description:
        - The containers of the image, if all of them have exited, sorted by when they did. At most the 20 that exited
          last; RV(images[].containers) is the number of all.
        - Empty if a container of the image runs, was never started or mounts the image, and if there is no container.
          V(null) if not known.
      type: list
      elements: dict
      returned: with O(usage=true)
      sample: [{"exited": 1795962129, "id": "0f2d5c8b", "name": "migrate-2023"}]
      version_added: 1.0.0
      contains:
        exited:
          description: When the container exited, in seconds since the epoch.
          type: int
          returned: always
        id:
          description: ID of the container.
          type: str
          returned: always
        name:
          description: Name of the container. At most 255 characters.
          type: str
          returned: always
    virtual_size:
      description: The same as RV(images[].size), or V(null) from engines that no longer send it (API 1.44).
      type: int
      returned: always
      sample: null
    watched_since:
      description:
        - Since when no use can have been missed, in seconds since the epoch. An image whose RV(images[].last_used) is
          V(null) has not been used since. V(null) if uses may be missed at any time.
      type: int
      returned: with O(usage=true)
      sample: 1793370128
      version_added: 1.0.0
    layer_details:
      description:
        - The steps that built the image, the first one first. V(null) if the image was removed after the list was read.
        - In archives, an image whose history does not fit its layers has one step for each layer.
      type: list
      elements: dict
      returned: with O(layers=true)
      contains:
        created_by:
          description: What made the layer, as the builder wrote it. Empty if not known.
          type: str
          returned: always
          sample: RUN /bin/sh -c apk add curl
        size:
          description:
            - Bytes of the layer. V(0) without a layer, V(-1) if not known.
            - With graph drivers and in archives they add up to RV(images[].size). Docker's containerd image store
              reports what the files take on disk, and its RV(images[].size) also counts the compressed layers.
          type: int
          returned: always
          sample: 4096
        diff_id:
          description:
            - Digest of the uncompressed layer. Empty without a layer.
            - Engines do not say which steps without bytes have a layer. Between two such steps it is empty, too, unless
              only one match is possible.
          type: str
          returned: always
          sample: sha256:94e5f06ff8e3d4441dc3cd8b090ff38dc911bfa8ebdb0dc28395bc98f82f983f
        empty:
          description: Whether the step made no layer. V(null) if not known.
          type: bool
          returned: always
          sample: false
    base:
      description:
        - The image that this one was built on, V(null) if not known. Engines do not record it.
        - An image can only be found by its layers if it is one of the returned images.
      type: dict
      returned: with O(layers=true)
      contains:
        source:
          description:
            - V(parent) if the engine knows the image as an ancestor (RV(images[].parent_id)).
            - V(shared_layers) if this is the image with a name that has the most of this image's first layers, and no
              others.
            - V(claim) if only the labels C(org.opencontainers.image.base.name) and
              C(org.opencontainers.image.base.digest) name it. Nothing checks them.
          type: str
          returned: always
          sample: shared_layers
        id:
          description: ID of the image. Empty for a claim.
          type: str
          returned: always
          sample: sha256:94e5f06ff8e3d4441dc3cd8b090ff38dc911bfa8ebdb0dc28395bc98f82f983f
        names:
          description: Its names with a tag or a digest, or the name that is claimed.
          type: list
          elements: str
          returned: always
          sample: ["alpine:3.20"]
        digest:
          description: The digest that is claimed, or an empty text.
          type: str
          returned: always
          sample: ""
        layers:
          description: Number of its layers. V(-1) if not known.
          type: int
          returned: always
          sample: 1
        size:
          description: Bytes of its layers. V(-1) if not known.
          type: int
          returned: always
          sample: 7797760
    own_size:
      description:
        - Bytes of the layers above the base. Without a base, of all layers. V(-1) if not known.
      type: int
      returned: with O(layers=true)
      sample: 4096
    configuration:
      description: How a container of the image runs, as its image configuration says.
      type: dict
      returned: with O(layers=true)
      contains:
        cmd:
          description: Default arguments, or the command.
          type: list
          elements: str
          returned: always
        entrypoint:
          description: The command.
          type: list
          elements: str
          returned: always
        env:
          description: Environment variables as C(NAME=value).
          type: list
          elements: str
          returned: always
        exposed_ports:
          description: Ports such as V(80/tcp), sorted.
          type: list
          elements: str
          returned: always
        stop_signal:
          description: The signal that stops a container. Empty for the default.
          type: str
          returned: always
        user:
          description: User and group of the command. Empty for root.
          type: str
          returned: always
        volumes:
          description: Paths of volumes, sorted.
          type: list
          elements: str
          returned: always
        working_dir:
          description: Directory in which the command starts.
          type: str
          returned: always
missing:
  description: The O(names) that were not found, as given.
  returned: success
  type: list
  elements: str
  sample: []
engine:
  description: The engine that was asked, or V(null) with O(archives).
  returned: success
  type: dict
  contains:
    name:
      description: V(docker) or V(podman).
      type: str
      returned: always
      sample: docker
    version:
      description: Version of the engine.
      type: str
      returned: always
      sample: 28.5.2
    api_version:
      description: Version of the Engine API that was used.
      type: str
      returned: always
      sample: "1.51"
    address:
      description: Address of the engine, without passwords.
      type: str
      returned: always
      sample: unix:///var/run/docker.sock
    image_store:
      description:
        - V(graphdriver) or V(containerd) for Docker, V(containers-storage) for Podman.
        - V(unknown) if the list of images does not show it. Docker's list shows it by any image since version 28, and
          before that by an image with a name.
      type: str
      returned: always
      sample: containerd
    os:
      description: Operating system of the engine.
      type: str
      returned: always
      sample: linux
    architecture:
      description: Architecture of the engine.
      type: str
      returned: always
      sample: amd64
totals:
  description: Sums over the returned images. A sum is V(null) if a part of it is not known.
  returned: success
  type: dict
  contains:
    images:
      description: Number of images.
      type: int
      returned: always
      sample: 12
    size:
      description:
        - Sum of RV(images[].size).
        - Layers that images share are counted once for each of them, so this is not disk use.
      type: int
      returned: always
      sample: 2020000000
    unique_size:
      description:
        - Bytes that belong to one image only. Known with O(shared_size=true), if the engine reports it for every image.
      type: int
      returned: always
      sample: 20000000
    layers_size:
      description:
        - Bytes that all layers of the engine take on disk, regardless of the selection.
        - Known only if O(shared_size=true) needed a request for the disk usage.
      type: int
      returned: always
      sample: 22000000
spool:
  description: Path on the controller of the file that holds the images.
  returned: with O(spool_dir)
  type: str
  sample: /tmp/spool/web01.jsonl
can_talk_to_docker:
  description: Whether an engine answered. Also returned on failure. V(false) with O(archives).
  returned: always
  type: bool
  sample: true
"""

import time
import typing as t

from ansible.module_utils.basic import AnsibleModule

# First: an older Python cannot import the rest.
from ansible_collections.container_ops.images.plugins.module_utils import (  # noqa: F401, pylint: disable=unused-import
    _python_floor,
)
from ansible_collections.container_ops.images.plugins.module_utils._argspec import (
    ENGINE_OPTIONS,
    ENGINE_REQUIRED_TOGETHER,
    OVERRIDES,
    SELECTOR_OPTIONS,
    USAGE_FILE,
    refuse_overrides,
)
from ansible_collections.container_ops.images.plugins.module_utils._core.errors import InputError
from ansible_collections.container_ops.images.plugins.module_utils._core.image.last_use import USAGE_FIELDS
from ansible_collections.container_ops.images.plugins.module_utils._core.image.summary import ALL_FIELDS
from ansible_collections.container_ops.images.plugins.module_utils._engine.connection import connection_from
from ansible_collections.container_ops.images.plugins.module_utils._engine.engine_error import run_module
from ansible_collections.container_ops.images.plugins.module_utils._engine.engine_images import read_images
from ansible_collections.container_ops.images.plugins.module_utils._engine.port import connect
from ansible_collections.container_ops.images.plugins.module_utils._summary_result import result_of, selector_of

if t.TYPE_CHECKING:
    from collections.abc import Callable

    from ansible_collections.container_ops.images.plugins.module_utils._usage.ask import UsageRequest

OPTIONS: dict[str, dict[str, t.Any]] = {
    "names": {"type": "list", "elements": "str"},
    "containers": {"type": "bool", "default": True},
    "shared_size": {"type": "bool", "default": False},
    "all": {"type": "bool", "default": False},
    "layers": {"type": "bool", "default": False},
    "usage": {"type": "bool", "default": False},
    "usage_within": {"type": "str", "default": "90d"},
    **USAGE_FILE,
    "fields": {"type": "list", "elements": "str", "choices": sorted((*ALL_FIELDS, *USAGE_FIELDS))},
    # The action plugin takes these two. A managed host cannot write to the controller, and the code that reads archives
    # is in a module of its own: shipped with every listing of an engine, it would cost each of them 25 ms.
    "archives": {"type": "list", "elements": "path"},
    "spool_dir": {"type": "path"},
}


def main() -> None:
    """Ask, choose, answer."""
    module = AnsibleModule(
        argument_spec={**ENGINE_OPTIONS, **OVERRIDES, **SELECTOR_OPTIONS, **OPTIONS},
        required_together=ENGINE_REQUIRED_TOGETHER,
        supports_check_mode=True,
    )
    run_module(module, lambda: answer(module.params, module.warn))


def answer(params: dict[str, t.Any], warn: Callable[[str], None]) -> dict[str, t.Any]:
    """The module's result. Raises InputError and EngineError."""
    refuse_overrides(params)
    if params["archives"] is not None:
        raise InputError(
            "archives are read by image_archive_info: the action plugin of this module would have called it"
        )
    request = _usage_request(params)
    selector = selector_of(params, params["all"])
    connection = connection_from(params)
    with connect(connection) as engine:
        # An ID may mean an intermediate image, and so may the parent of an image.
        everything = params["all"] or bool(params["names"]) or params["layers"]
        facts = read_images(engine, params["containers"], params["shared_size"], everything, ask_store=False)
        further = None
        if params["layers"]:
            # Imported here: most tasks do not ask for layers.
            from ansible_collections.container_ops.images.plugins.module_utils._engine.engine_layers import (
                layers_of_engine,
                without_intermediate,
            )

            further = layers_of_engine(engine, facts.images, warn)
            if not (params["all"] or params["names"]):
                facts = without_intermediate(facts)
        if request is not None:
            # Imported here: most tasks do not ask for it.
            from ansible_collections.container_ops.images.plugins.module_utils._usage.listed_use import with_usage

            facts = with_usage(engine, facts, request)
        return result_of(facts, params, selector, warn, further)


def _usage_request(params: dict[str, t.Any]) -> UsageRequest | None:
    """What is asked about last use. Raises InputError."""
    if not params["usage"]:
        unasked = sorted(set(params["fields"] or ()).intersection(USAGE_FIELDS))
        if unasked:
            raise InputError(f"fields has {unasked[0]}, which is known only with usage=true")
        return None
    from ansible_collections.container_ops.images.plugins.module_utils._core.quantities import parse_duration
    from ansible_collections.container_ops.images.plugins.module_utils._usage.ask import UsageRequest

    within = parse_duration(params["usage_within"], "usage_within")
    return UsageRequest(int(time.time()), within, params["usage_file"] or "")


if __name__ == "__main__":
    main()
