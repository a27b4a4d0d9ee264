# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation fragment: the option ``overrides``. The option itself is in module_utils/_argspec.py."""

from __future__ import annotations


class ModuleDocFragment:
    """For modules with an action plugin that merges."""

    DOCUMENTATION = r"""
options:
  overrides:
    description:
      - Dictionaries with options of this module. They override the options of the task, and therefore
        C(module_defaults). Later dictionaries override earlier ones. Options that are V(null) count as not set.
      - A dictionary with O(docker_host) or O(docker_context) replaces both options.
      - This is for roles and playbooks that pass on their own variables. An option that is set to
        C({{ variable | default(omit\) }}) would lose its value from C(module_defaults).
    type: list
    elements: dict
"""

    POLICY = r"""
options:
  overrides:
    description:
      - Dictionaries with options of this module. They override the options of the task, and therefore
        C(module_defaults). Later dictionaries override earlier ones. Options that are V(null) count as not set.
      - A dictionary with O(docker_host) or O(docker_context) replaces both options.
      - Options that protect images are merged. The lists O(keep_references), O(keep_tags), O(keep_repositories) and
        O(keep_label_selectors) are combined, as are O(rules) with the action V(keep). For O(keep_last) and O(min_age)
        the larger value is used, for O(max_removals), O(max_removal_percent) and O(removals_per_run) the smaller one.
      - This is for roles and playbooks that pass on their own variables. An option that is set to
        C({{ variable | default(omit\) }}) would lose its value from C(module_defaults).
    type: list
    elements: dict
"""
