#!/usr/bin/python
# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One report of a fleet: spool files in, report files and the verdict of the gate out."""

from __future__ import annotations

DOCUMENTATION = r"""
module: image_report
short_description: Report on the images of many hosts, with a gate for CI pipelines
version_added: 0.1.0
description:
  - Reads the files that M(container_ops.images.image_summary_info) writes with
    O(container_ops.images.image_summary_info#module:spool_dir), checks every image against rules and a baseline, and
    writes reports in any number of formats.
  - Hosts are read one after the other. Memory does not grow with the number of images, so one controller can report
    on ten thousand hosts.
  - The module does not connect to an engine. The connection options have no effect; they are accepted so that one
    C(module_defaults) block serves all modules of this collection.
  - The task does not fail when the gate is closed. All files are written, and RV(gate) shows whether the pipeline
    may continue.
  - Run it on the controller, with C(delegate_to=localhost) or in a play for C(localhost).
author:
  - container_ops.images contributors (@container-ops)
extends_documentation_fragment:
  - container_ops.images._attributes
  - container_ops.images._attributes.actiongroup_images
  - container_ops.images._docker
  - container_ops.images._overrides
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
    details:
      - Shows the change of the baseline. Report files have no diff.
  idempotent:
    support: partial
    details:
      - A report holds the time at which it was made. With the same O(now) and the same facts nothing changes, except
        that an output with O(outputs[].append) grows with each run.
options:
  src:
    description:
      - Spool files, and directories with spool files. In a directory, only files called C(*.jsonl) are read.
      - The files may come from several places, such as the slices of a job, nodes that pull, or the shards of a
        pipeline. If several files are about the same host, the newest is used.
      - A damaged file does not end the run. The host that its name stands for is C(failed), and a warning names the
        file. Because it may be the newest file of its host, no other file of that host is used.
      - A device, a named pipe or a file of more than 256 MiB counts as damaged.
      - A directory that does not exist is an error only without O(expected_hosts), because the missing hosts are then
        unknown.
      - This, O(images), or both are required.
    type: list
    elements: path
  images:
    description:
      - Images to report on besides those of O(src). These are image summaries, or rows of
        M(container_ops.images.image_registry_info), as in O(container_ops.images.image_report#filter:_input).
      - Use it for images that no engine has, because a build pushed them to a registry.
      - Their hosts are in the report whatever O(expected_hosts) says. A host that is in O(src) as well is an error.
    type: list
    elements: dict
    version_added: 1.0.0
  compare_with:
    description:
      - Compare each image with the image of its repository that has such a name, in place of O(baseline), as in
        O(container_ops.images.image_report#filter:compare_with).
    type: list
    elements: str
    version_added: 1.0.0
  expected_hosts:
    description:
      - Hosts that must be in the report. Those without a spool file are C(missing). Spool files of other hosts are
        ignored, with a warning.
      - By default the hosts with a spool file are expected, so a host that was never asked is not reported as missing.
      - With an empty list no host is expected, and the gate is closed.
    type: list
    elements: str
  stale_after:
    description:
      - Do not use facts that are older than this. Their host is then C(stale).
      - A number of seconds, or a duration such as V(12h) or V(7d). By default facts are used at any age.
      - Facts from more than five minutes in the future have no age. Their host is C(failed).
    type: str
  collected_since:
    description:
      - When the collection began, in seconds since the epoch or RFC 3339. A host whose spool file is older is
        C(missing), because the file holds nothing about the time since.
      - Set it if spool files are kept from run to run. A host that fails before its task starts, for example because of
        an undefined variable, leaves the file of the previous run.
    type: str
  select:
    description:
      - Report on these images alone, such as those of one build, in the selector vocabulary of
        P(container_ops.images.image_select#filter). All that the report says is about them. Rules do not look at
        other images, and the baseline is compared and updated only as far as it is about them.
      - If none of the images of any host match, the gate is closed. For a list of images that must all be there, add a
        rule V(required-image).
      - An image is in the report, too, if a size or a build date that is not known decides.
    type: dict
    version_added: 1.0.0
  rules:
    description:
      - The rules to check images against, as in O(container_ops.images.image_report#filter:rules).
    type: list
    elements: dict
    default: []
  registry:
    description:
      - What registries say of the tags, for rules V(outdated), as in
        O(container_ops.images.image_report#filter:registry).
      - With O(history_path), findings say since when an image is outdated.
    type: list
    elements: dict
    version_added: 1.0.0
  waivers:
    description:
      - Accepted findings, as in O(container_ops.images.image_report#filter:waivers).
    type: list
    elements: dict
    default: []
  fail_on:
    description:
      - What closes the gate, as in O(container_ops.images.image_report#filter:fail_on).
    type: list
    elements: str
    choices: [error, warning, note, not_known, incomparable, unreachable, failed, stale, missing]
    default: [error, not_known, unreachable, failed, stale, missing]
  baseline:
    description:
      - The sizes to compare with. The file is made for version control. Its keys are sorted, and it holds no time.
    type: dict
    suboptions:
      path:
        description: The file, of at most 512 MiB. It does not need to exist.
        type: path
        required: true
      update:
        description:
          - Whether to write the file after the comparison.
          - V(never) does not write it.
          - V(missing) adds hosts, images and platforms that are not in the file.
          - V(out_of_range) accepts the new size of images that grew beyond the limit of a C(max-growth) rule.
          - V(all) replaces the entry of every host that reported. Hosts that did not report keep theirs.
        type: str
        choices: [never, missing, out_of_range, all]
        default: never
      key:
        description:
          - What an entry stands for. With V(reference), each name of an image. With V(repository), the newest image of
            each repository, for builds that each have their own tag.
          - The default is the key of the file, and V(reference) for a new file.
        type: str
        choices: [reference, repository]
      any_host:
        description:
          - Compare every host with the same entry, regardless of the host's name. For runners whose names change.
          - The file then has one entry, C(*). A file with the entry of one host is read as if it were this entry.
          - Such a file can be updated only by a report on one host.
          - A file with the entry C(*) works the same way without this option.
        type: bool
        default: false
  outputs:
    description:
      - The files to write.
      - C(csv) and C(jsonl) list every image of the fleet. All other formats list the 5,000 largest images and the
        20,000 worst findings, and say how many they leave out. Totals, counts and the gate always cover the whole
        fleet.
    type: list
    elements: dict
    default: []
    suboptions:
      format:
        description:
          - A format of P(container_ops.images.render_image_report#filter), or V(json) for the report document itself.
        type: str
        required: true
        choices: [azure, csv, github, gitlab_codequality, html, json, jsonl, junit, markdown, openmetrics, sarif, text]
      path:
        description:
          - The file. Missing directories are created.
          - The path of a directory, a device, a named pipe or a socket is refused. So is the path of another output, of
            the baseline or of a spool file.
          - A symbolic link is replaced by the file. With O(outputs[].append), the report is added to the file that the
            link points to.
        type: path
        required: true
      mode:
        description:
          - Permissions of the file in octal, such as V("0640"). Use quotes.
          - By default an existing file keeps its mode, and a new file gets C(0666) less the umask. Spool files, by
            contrast, have the mode C(0600). Reports hold the same names of hosts and images, and some formats hold the
            labels, so set a mode if these are confidential.
        type: raw
      options:
        description: Options of the format.
        type: dict
        default: {}
      append:
        description:
          - Add the report to the file instead of replacing it, for C($GITHUB_STEP_SUMMARY). Only for C(markdown) and
            C(text).
          - The file never becomes larger than 1 MiB, because GitHub would drop it. If the report does not fit or the
            disk is full, the file is left unchanged, with a warning.
        type: bool
        default: false
  history_path:
    description:
      - A file with a line for each run, in JSON Lines. This run is added to it, and C(html), C(markdown) and C(text)
        show how the figures developed. The file does not need to exist.
      - It has at most 500 runs and 1 MiB, the newest ones, and of each run the 50 largest changes against the baseline.
      - Lines do not depend on one another, so the files of two branches can be merged by keeping all lines.
      - In check mode the reports show the run, and the file is not written.
    type: path
    version_added: 1.0.0
  now:
    description:
      - The time to count ages from, in seconds since the epoch or RFC 3339. Default is the current time.
    type: str
seealso:
  - module: container_ops.images.image_summary_info
  - plugin: container_ops.images.image_report
    plugin_type: filter
  - plugin: container_ops.images.render_image_report
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Start without the spool files of the previous run
  hosts: localhost
  gather_facts: false
  tasks:
    - name: Remove them, so that each host is judged by new facts
      ansible.builtin.file:
        path: "{{ playbook_dir }}/spool"
        state: absent

- name: Collect on all hosts, including unreachable ones
  hosts: docker
  gather_facts: false
  ignore_unreachable: true
  tasks:
    - name: Write the images of each host to a file on the controller
      container_ops.images.image_summary_info:
        spool_dir: "{{ playbook_dir }}/spool"
      ignore_errors: true # noqa: ignore-errors

- name: Report on the controller
  hosts: localhost
  gather_facts: false
  tasks:
    - name: Judge the fleet and write reports
      container_ops.images.image_report:
        src: "{{ playbook_dir }}/spool"
        expected_hosts: "{{ groups.docker }}"
        rules:
          - {id: max-size, max: 500MiB}
          - {id: max-growth, max_ratio: 5%, max_bytes: 10MiB}
          - {id: tag-drift, level: warning}
        baseline:
          path: "{{ playbook_dir }}/image-baseline.json"
          update: missing
        outputs:
          - {format: html, path: "{{ playbook_dir }}/report/index.html"}
          - {format: junit, path: "{{ playbook_dir }}/report/junit.xml"}
          - {format: csv, path: "{{ playbook_dir }}/report/images.csv"}
      register: report

    - name: Judge the images of this build alone
      container_ops.images.image_report:
        src: "{{ playbook_dir }}/spool"
        select:
          references: ["shop/*:{{ build_tag }}"]
        rules:
          - {id: max-growth, max_ratio: 5%, max_bytes: 10MiB}
        baseline:
          path: "{{ playbook_dir }}/image-baseline.json"
          key: repository
        outputs:
          - {format: markdown, path: "{{ playbook_dir }}/report/build.md"}

    - name: Ask for what a build has pushed, and for what main has
      container_ops.images.image_registry_info:
        names: ["registry.example.com/shop/web:{{ build_tag }}", registry.example.com/shop/web:main]
        details: true
      register: pushed

    - name: Judge what was pushed, without pulling
      container_ops.images.image_report:
        images: "{{ pushed.references }}"
        compare_with: [registry.example.com/shop/web:main]
        rules:
          - {id: max-growth, max_ratio: 5%, max_bytes: 10MiB}
        outputs:
          - {format: markdown, path: "{{ playbook_dir }}/report/pushed.md"}

    - name: Fail if the gate is closed
      ansible.builtin.fail:
        msg: "{{ report.gate.reasons | join('. ') }}"
      when: not report.gate.passed
"""

RETURN = r"""
gate:
  description: The verdict.
  returned: success
  type: dict
  contains:
    passed:
      description: Whether the pipeline may continue.
      type: bool
      returned: always
      sample: false
    fail_on:
      description: What closes the gate.
      type: list
      elements: str
      returned: always
      sample: [error, not_known, unreachable, failed, stale, missing]
    counts:
      description: Number of findings by verdict.
      type: dict
      returned: always
      sample: {error: 1, incomparable: 0, not_known: 0, note: 0, pass: 323, skip: 18, waived: 1, warning: 89}
    closing:
      description: Number of the findings that close the gate, by verdict.
      type: dict
      returned: always
      sample: {error: 1, not_known: 0}
    reasons:
      description:
        - Why the gate is closed. Each sentence names the three worst findings of a verdict, or the hosts. An image that
          many hosts have is named once.
      type: list
      elements: str
      returned: always
      sample:
        - "1 error: max-growth acme/web:1.20 612 → 787 MiB, limit 642 MiB, on web01"
        - "1 of 3 hosts is missing from the report: db01 (unreachable)"
summary:
  description: The figures of the report.
  returned: success
  type: dict
  contains:
    headline:
      description: What happened, in one line. An image that many hosts have counts once.
      type: str
      returned: always
      version_added: 1.0.0
      sample: "Failed: 2 images grew, 1 host did not answer"
    expected:
      description: Number of hosts that should be in the report.
      type: int
      returned: always
      sample: 3
    reported:
      description: Number of hosts that are in the report.
      type: int
      returned: always
      sample: 2
    unreachable:
      description: Number of hosts that could not be reached.
      type: int
      returned: always
      sample: 1
    failed:
      description: Number of hosts that failed, or whose file is damaged.
      type: int
      returned: always
      sample: 0
    stale:
      description: Number of hosts whose facts are too old.
      type: int
      returned: always
      sample: 0
    missing:
      description: Number of hosts without a file.
      type: int
      returned: always
      sample: 0
    totals:
      description: Totals over all hosts, as in the report document.
      type: dict
      returned: always
    warnings:
      description: The first twenty warnings of the report.
      type: list
      elements: str
      returned: always
      sample: []
files:
  description: The files of the report. In check mode they are listed, but not written.
  returned: success
  type: list
  elements: dict
  contains:
    path:
      description: The absolute path.
      type: str
      returned: always
      sample: /srv/report/index.html
    format:
      description: The format of the output, or V(baseline) or V(history).
      type: str
      returned: always
      sample: html
    size:
      description: Size of the report in bytes.
      type: int
      returned: always
      sample: 60412
    changed:
      description: Whether the content or the mode changed, or would change in check mode.
      type: bool
      returned: always
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
    refuse_overrides,
)
from ansible_collections.container_ops.images.plugins.module_utils._core.errors import InputError
from ansible_collections.container_ops.images.plugins.module_utils._core.report.baseline import KEYS
from ansible_collections.container_ops.images.plugins.module_utils._core.report.changes import UPDATES
from ansible_collections.container_ops.images.plugins.module_utils._core.report.gate import DEFAULT_FAIL_ON
from ansible_collections.container_ops.images.plugins.module_utils._core.report.schema import FAIL_ON
from ansible_collections.container_ops.images.plugins.module_utils._report.output_files import FileAccess
from ansible_collections.container_ops.images.plugins.module_utils._report.outputs import OUTPUT_FORMATS
from ansible_collections.container_ops.images.plugins.module_utils._report.run import run_report

OPTIONS: dict[str, dict[str, t.Any]] = {
    "src": {"type": "list", "elements": "path"},
    "images": {"type": "list", "elements": "dict"},
    "compare_with": {"type": "list", "elements": "str"},
    "expected_hosts": {"type": "list", "elements": "str"},
    "stale_after": {"type": "str"},
    "collected_since": {"type": "str"},
    "select": {"type": "dict"},
    "registry": {"type": "list", "elements": "dict"},
    "rules": {"type": "list", "elements": "dict", "default": []},
    "waivers": {"type": "list", "elements": "dict", "default": []},
    "fail_on": {"type": "list", "elements": "str", "choices": list(FAIL_ON), "default": list(DEFAULT_FAIL_ON)},
    "baseline": {
        "type": "dict",
        "options": {
            "path": {"type": "path", "required": True},
            "update": {"type": "str", "choices": list(UPDATES), "default": "never"},
            "key": {"type": "str", "choices": list(KEYS), "no_log": False},
            "any_host": {"type": "bool", "default": False},
        },
    },
    "outputs": {
        "type": "list",
        "elements": "dict",
        "default": [],
        "options": {
            "format": {"type": "str", "required": True, "choices": sorted(OUTPUT_FORMATS)},
            "path": {"type": "path", "required": True},
            "mode": {"type": "raw"},
            "options": {"type": "dict", "default": {}},
            "append": {"type": "bool", "default": False},
        },
    },
    "history_path": {"type": "path"},
    "now": {"type": "str"},
}


def main() -> None:
    """Read, judge, write, answer."""
    module = AnsibleModule(
        argument_spec={**ENGINE_OPTIONS, **OVERRIDES, **OPTIONS},
        required_together=ENGINE_REQUIRED_TOGETHER,
        required_one_of=[("src", "images")],
        mutually_exclusive=[("baseline", "compare_with")],
        supports_check_mode=True,
    )
    complaint = ""
    result: dict[str, t.Any] = {}
    try:
        refuse_overrides(module.params)
        access = FileAccess(module.check_mode, module.atomic_move)
        result, diffs, warnings = run_report(module.params, int(time.time()), access)
        if module._diff:
            result["diff"] = diffs
        for warning in warnings:
            module.warn(warning)
    except InputError as exc:
        complaint = str(exc)
    # Not inside of except: there, ansible-core adds a traceback to the result.
    if complaint:
        module.fail_json(msg=complaint)
    module.exit_json(**result)


if __name__ == "__main__":
    main()
