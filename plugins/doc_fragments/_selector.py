# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation fragment: the selector, one vocabulary to say which images; the options are in _argspec.py."""

from __future__ import annotations


class ModuleDocFragment:
    """The same keys as in the image_select filter and in a prune policy."""

    DOCUMENTATION = r"""
options:
  states:
    description:
      - Only images in one of these states.
      - V(tagged) has a tag. V(digest_only) has no tag but a digest. V(dangling) has no name, and no other image
        builds on it. V(intermediate) has no name, and another image builds on it.
    type: list
    elements: str
    choices:
      - tagged
      - digest_only
      - dangling
      - intermediate
  repositories:
    description:
      - Only images with a name in one of these repositories, the part before tag and digest.
      - Names in any spelling. V(alpine), V(library/alpine) and V(docker.io/alpine) mean the same. On Podman,
        V(alpine) matches V(localhost/alpine).
      - In patterns, V(*) and V(?) do not cross V(/), V(**) does, V([...]) is a set of characters, and the whole text
        must match. After the prefix V(regex:) it is a Python regular expression.
      - Text that is neither a name nor a pattern is an error. See
        R(Image names,ansible_collections.container_ops.images.docsite.guide_names).
    type: list
    elements: str
  tags:
    description:
      - Only images with a tag that matches one of these patterns.
    type: list
    elements: str
  references:
    description:
      - Only images that match one of these names, patterns or image IDs, written as for O(repositories). A short ID has
        12 or more digits.
      - Without tag and digest, a name matches any of them. If a name has a digest, its tag is ignored. V(*:latest)
        does not match V(acme/web:latest); write V(**:latest), or O(tags=latest).
    type: list
    elements: str
  label_selectors:
    description:
      - Only images whose labels match all of these selectors, in the grammar of Kubernetes. For example V(env=prod),
        V(env in (dev, test\)), V(tier notin (web\)), V(keep) or V(!keep).
      - A label that is absent matches V(!=), V(notin) and V(!).
      - Unlike in Kubernetes, V(<) and V(>) are not supported, an empty selector is an error, and keys and values may
        have any length and any character but spaces, commas, parentheses, V(=), V(!), V(<) and V(>).
    type: list
    elements: str
  match_expressions:
    description:
      - The same as O(label_selectors), for keys and values that its grammar does not allow. All must match.
    type: list
    elements: dict
    suboptions:
      key:
        description: Name of the label.
        type: str
        required: true
      operator:
        description: How the label is compared.
        type: str
        required: true
        choices:
          - in
          - not_in
          - exists
          - does_not_exist
      values:
        description: Values for V(in) and V(not_in).
        type: list
        elements: str
  larger_than:
    description:
      - Only images strictly larger than this. A number of bytes, or with a unit, V(500MB) for 500000000 (as Docker
        prints sizes) or V(500MiB) for 524288000. V(500M) is refused, since it could mean either. Units may be in upper
        or lower case, and bytes are rounded, so V(1.2GiB) is 1288490189.
      - An image whose size is not known does not match.
    type: str
  smaller_than:
    description:
      - Only images strictly smaller than this. Written as for O(larger_than).
    type: str
  older_than:
    description:
      - Only images that were built strictly longer ago than this. A number of seconds, or for example V(12h), V(30d)
        or V(2w).
      - An image without a date, or with one of the placeholder dates of reproducible builds, is not older than
        anything.
    type: str
"""
