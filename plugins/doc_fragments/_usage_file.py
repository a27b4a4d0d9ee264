# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation fragment: the file that says when images were used; the option is in _argspec.py."""

from __future__ import annotations


class ModuleDocFragment:
    """For modules with an option ``usage``."""

    DOCUMENTATION = r"""
options:
  usage_file:
    description:
      - The path on the managed host of the file that the role P(container_ops.images.usage_recorder#role) keeps, or of
        the state file of docuum (C(~/.local/share/docuum/state.yml)). It is read with O(usage=true).
      - A file that is damaged, or about another engine, is not used, with a warning.
    type: path
    version_added: 1.0.0
"""
