#!/usr/bin/python
# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Remove images by a policy, with a plan that says for each image why it is removed or kept."""

from __future__ import annotations

DOCUMENTATION = r"""
module: image_prune
short_description: Remove images by a policy, with a plan that explains itself
version_added: 0.1.0
description:
  - Removes images by size, label, age, retention per repository and disk budget. The plan names a reason for every
    image, and how many bytes its removal frees.
  - Check mode returns the same plan and sends only GET requests.
  - An image is kept with all its names if a container in any state uses or mounts it, or if a kept image was built on
    it. Each image is inspected again right before its removal. If it is in use then, the engine is not asked to remove
    it.
  - The engine checks for containers again. A container that is created in the same few milliseconds can still lose its
    image, as with any other client. This is a race within Docker.
  - An image is removed with all its names or not at all, by its ID and never by force. If the engine refuses, or if its
    reply cannot be used, the image is inspected again and gets its tags back. References that cannot be put back are
    listed in RV(images[].lost_references).
  - Without options, unused dangling images are removed.
author:
  - container_ops.images contributors (@container-ops)
extends_documentation_fragment:
  - container_ops.images._attributes
  - container_ops.images._attributes.actiongroup_images
  - container_ops.images._docker
  - container_ops.images._overrides.policy
  - container_ops.images._prune_policy
  - container_ops.images._usage_file
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
  idempotent:
    support: full
options:
  disk:
    description:
      - The file system that holds the images. Facts gathered by M(ansible.builtin.setup) have both values in
        C(ansible_facts.mounts).
      - Needed for O(min_free_space) and for percentages.
    type: dict
    suboptions:
      capacity:
        description: Size of the file system, in bytes or as for O(larger_than).
        type: str
        required: true
      free:
        description: Free space of the file system.
        type: str
        required: true
  plan:
    description:
      - Apply this plan instead of making one. It is RV(plan) of an earlier run, or comes from the filter
        P(container_ops.images.image_prune_plan#filter).
      - A plan is refused if it is older than O(plan_max_age), was made for other options than those of this task, or
        was edited so that it removes what its own decisions keep, or more than O(max_removals) or
        O(max_removal_percent) allow.
      - In check mode, every image of the plan is inspected, so the result shows what would happen to it now.
    type: dict
  usage:
    description:
      - Find out when images arrived on the host and when they were last used, if the policy counts from it.
        O(older_than), O(unused_for), O(min_age), the ages of O(rules) and the budget's order
        V(least_recently_used) do.
      - This takes the events of the engine. With Docker, it also takes one request for each image that would be
        removed. R(What is used here?,ansible_collections.container_ops.images.docsite.guide_usage) lists what each
        engine knows.
      - If V(false), ages count from the build date, as before 1.0.0, and O(unused_for) removes nothing.
    type: bool
    default: true
    version_added: 1.0.0
  plan_max_age:
    description:
      - Maximum age of a plan. Its C(now) is compared with the clock of the managed host, so a plan that was made with
        an O(now) in the past may need a larger value.
    type: str
    default: 1h
  return_plan:
    description:
      - Return the plan, with the reason for each image that is kept or removed. It takes about 0.4 kB for each image of
        the host, and Ansible keeps it in the memory of the controller, registered or not.
      - If V(false), the result has the outcome for each image that the plan removes, and the totals. Bounds of bytes
        that are not certain, and what stopped containers hold, are in the plan alone.
    type: bool
    default: true
    version_added: 1.1.0
seealso:
  - plugin: container_ops.images.image_prune_plan
    plugin_type: filter
  - module: container_ops.images.image_summary_info
  - module: community.docker.docker_prune
"""

EXAMPLES = r"""
- name: Remove unused dangling images
  container_ops.images.image_prune:

- name: Keep two versions of each repository and whatever is younger than two weeks
  container_ops.images.image_prune:
    states: [tagged, dangling]
    older_than: 14d
    keep_last: 2
    keep_tags: [stable]
    keep_label_selectors: [keep=true]

- name: Keep the layers below 200 GB, and leave 10 % of the disk free
  container_ops.images.image_prune:
    max_used_space: 200GB
    target_used_space: 150GB
    min_free_space: 10%
    disk:
      capacity: "{{ mount.size_total }}"
      free: "{{ mount.size_available }}"
    keep_last: 1
    min_age: 1h
    max_removal_percent: 50
  vars:
    # The mount point of the file system that holds /var/lib/docker; the role container_ops.images.prune looks for it.
    mount: "{{ ansible_facts.mounts | selectattr('mount', 'eq', '/') | first }}"

- name: Report what would be removed, and why
  container_ops.images.image_prune:
    states: [tagged]
    label_selectors: [stage=ci]
    older_than: 7d
  check_mode: true
  register: prune

- name: Apply exactly that plan after a review
  container_ops.images.image_prune:
    states: [tagged]
    label_selectors: [stage=ci]
    older_than: 7d
    plan: "{{ prune.plan }}"

- name: Remove what was not used for 30 days
  container_ops.images.image_prune:
    states: [tagged, digest_only, dangling]
    unused_for: 30d
    usage_file: /var/lib/image-usage-recorder/usage

- name: Rules, for several repositories at once
  container_ops.images.image_prune:
    rules:
      - name: web-rollback
        action: keep
        match:
          repositories: [acme/web]
        keep_last: 2
      - name: drop-web
        action: remove
        match:
          repositories: [acme/web]
        older_than: 7d
      - name: leftovers
        action: remove
        match:
          states: [dangling]
        older_than: 1d
"""

RETURN = r"""
plan:
  description: The plan that was made or applied. See the filter P(container_ops.images.image_prune_plan#filter).
  returned: when the engine could be asked, unless O(return_plan=false)
  type: dict
images:
  description:
    - The outcome for each image of the plan, in order.
  returned: when the engine could be asked
  type: list
  elements: dict
  contains:
    id:
      description: The image's ID.
      type: str
      returned: always
    references:
      description: Its names when the plan was made.
      type: list
      elements: str
      returned: always
    outcome:
      description:
        - V(removed). V(planned) in check mode, if it would be removed. V(already_absent) if it did not exist any more.
        - V(in_use), V(changed_since_plan) (it has a new name), V(has_kept_children) or V(conflict) (the engine
          refused) if it was kept because the host has changed since the plan was made.
        - V(not_needed) if the budget was met without its removal, and V(not_measured) if the engine does not report a
          total to check that.
        - V(deferred) if O(removals_per_run) images were removed before it.
        - V(failed) if the engine answered with an error, and V(not_reached) if it no longer answered. The task
          fails. Apply the same plan again to remove the rest, also after an interrupted run.
      type: str
      returned: always
    detail:
      description: The reason, in a sentence.
      type: str
      returned: always
    lost_references:
      description:
        - References that a kept image had when the plan was made, and that no image has now. Digests cannot be put
          back through the API.
        - If the engine did not reply, the references that the image may have lost.
      type: list
      elements: str
      returned: always
  sample:
    - id: sha256:4f5c1b2d3e6a4f5c1b2d3e6a4f5c1b2d3e6a4f5c1b2d3e6a4f5c1b2d3e6a4f5c
      references: [acme/web:4]
      outcome: removed
      detail: ""
      lost_references: []
space_reclaimed_predicted:
  description:
    - Bytes that the plan frees, if that is certain. Otherwise null, and C(accounting) in RV(plan) has bounds.
  returned: when the engine could be asked
  type: int
  sample: 275000000
space_reclaimed:
  description:
    - The number of bytes by which the engine's total of all layers has dropped. Null in check mode, and if the engine
      does not report a total.
  returned: when the engine could be asked
  type: int
  sample: 275000000
engine:
  description: The engine that was asked.
  returned: when the engine could be asked
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
can_talk_to_docker:
  description: Whether an engine answered.
  returned: always
  type: bool
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
    USAGE_FILE,
    refuse_overrides,
)
from ansible_collections.container_ops.images.plugins.module_utils._core.prune.budget import Disk
from ansible_collections.container_ops.images.plugins.module_utils._core.prune.plan import policy_now
from ansible_collections.container_ops.images.plugins.module_utils._core.prune.policy import Policy
from ansible_collections.container_ops.images.plugins.module_utils._core.quantities import parse_duration
from ansible_collections.container_ops.images.plugins.module_utils._engine.connection import connection_from
from ansible_collections.container_ops.images.plugins.module_utils._engine.engine_error import run_module
from ansible_collections.container_ops.images.plugins.module_utils._engine.engine_images import engine_facts
from ansible_collections.container_ops.images.plugins.module_utils._engine.port import connect
from ansible_collections.container_ops.images.plugins.module_utils._prune.policy_options import POLICY_OPTIONS, given
from ansible_collections.container_ops.images.plugins.module_utils._prune.prune import Request, prune, saved_plan

if t.TYPE_CHECKING:
    from ansible_collections.container_ops.images.plugins.module_utils._usage.ask import UsageRequest

_DAY = 86_400

OPTIONS: dict[str, dict[str, t.Any]] = {
    "disk": {
        "type": "dict",
        "options": {"capacity": {"type": "str", "required": True}, "free": {"type": "str", "required": True}},
    },
    "plan": {"type": "dict"},
    "plan_max_age": {"type": "str", "default": "1h"},
    "return_plan": {"type": "bool", "default": True},
    "usage": {"type": "bool", "default": True},
    **USAGE_FILE,
}


def main() -> None:
    """Read the policy, plan, apply, answer."""
    module = AnsibleModule(
        argument_spec={**ENGINE_OPTIONS, **OVERRIDES, **POLICY_OPTIONS, **OPTIONS},
        required_together=ENGINE_REQUIRED_TOGETHER,
        supports_check_mode=True,
    )
    run_module(module, lambda: answer(module))


def answer(module: AnsibleModule) -> dict[str, t.Any]:
    """The module's result; a plan that is blocked or failed half-way ends the module here, with all that was done."""
    request = request_of(module.params, module.check_mode)
    saved = saved_plan(request, int(time.time()))
    connection = connection_from(module.params)
    with connect(connection) as engine:
        asked = engine_facts(engine)
        result = prune(engine, request, saved)
    for warning in result.warnings:
        module.warn(warning)
    facts = {**result.to_dict(), "engine": asked, "can_talk_to_docker": True}
    if not module.params["return_plan"]:
        del facts["plan"]
    if module._diff:
        facts["diff"] = result.diff()
    if result.failure:
        module.fail_json(msg=result.failure, **facts)
    return facts


def request_of(params: dict[str, t.Any], check_mode: bool) -> Request:
    """Everything that can be wrong without an engine. Raises InputError that names the option."""
    refuse_overrides(params)
    options = given({key: params[key] for key in POLICY_OPTIONS})
    disk = Disk.parse(params["disk"])
    now = policy_now(options)
    policy = Policy.parse(options, disk)
    return Request(
        policy=policy,
        now=int(time.time()) if now is None else now,
        disk=disk,
        plan=params["plan"],
        plan_max_age=parse_duration(params["plan_max_age"], "plan_max_age"),
        check_mode=check_mode,
        use=usage_request(policy, params["usage_file"] or "") if params["usage"] else None,
    )


def usage_request(policy: Policy, usage_file: str) -> UsageRequest | None:
    """How arrival and last use are asked for; ``None`` if no decision depends on them."""
    window = policy.usage_window()
    if window is None:
        return None
    # Imported here: many policies have no ages.
    from ansible_collections.container_ops.images.plugins.module_utils._usage.ask import UsageRequest

    # The oldest event that an engine has shows since when it remembers. Twice the age makes it old enough.
    return UsageRequest(int(time.time()), 2 * window + _DAY, usage_file)


if __name__ == "__main__":
    main()
