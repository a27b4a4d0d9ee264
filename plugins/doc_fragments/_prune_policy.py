# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation fragment: the prune policy. The options are in module_utils/_prune/policy_options.py."""

from __future__ import annotations


class ModuleDocFragment:
    """The same keys as in the policy of the image_prune_plan filter."""

    DOCUMENTATION = r"""
options:
  states:
    description:
      - States in which an image may be removed by the options from O(states) to O(unused_for).
      - V(tagged) has a tag. V(digest_only) has no tag but a digest. V(dangling) has no name, and no other image builds
        on it. Intermediate images have no name but a child, and are removed with their last child.
      - If one of these options is given, or neither a budget nor O(rules), the default is V([dangling]).
    type: list
    elements: str
    choices:
      - dangling
      - digest_only
      - tagged
  repositories:
    description:
      - Remove only images whose references are all in these repositories. An image with a name elsewhere is kept, since
        an image is removed with all its names or not at all.
      - Names in any spelling, or patterns. V(*) does not cross a V(/), V(**) does. After the prefix V(regex:) it is a
        regular expression.
      - V(alpine), V(library/alpine) and V(docker.io/alpine) mean the same. If such a name is ambiguous on a Podman
        host, because an image of another registry has it as well, it removes nothing, and the plan has a warning.
      - Text that is neither a name nor a pattern is an error. See
        R(Image names,ansible_collections.container_ops.images.docsite.guide_names).
      - A digest counts only in a repository in which the image has no tag.
    type: list
    elements: str
  tags:
    description:
      - Remove only images whose tags all match one of these patterns.
    type: list
    elements: str
  references:
    description:
      - Remove only images whose references all match these names, patterns or whole image IDs.
      - Without tag and digest, a name matches any of them. If a name has a digest, its tag is ignored. V(*:latest) does
        not match V(acme/web:latest), V(**:latest) does.
    type: list
    elements: str
  label_selectors:
    description:
      - Remove only images whose labels match all of these selectors, in the grammar of Kubernetes. For example
        V(env=ci), V(env in (ci, test\)), V(tier notin (web\)), V(keep) or V(!keep).
    type: list
    elements: str
  match_expressions:
    description:
      - The same as O(label_selectors), for keys and values that its grammar does not allow. All must match.
    type: list
    elements: dict
    suboptions: &expressions
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
      - Remove only images larger than this, V(500MB) for 500000000 bytes, V(500MiB) for 524288000, or a number of
        bytes. V(500M) is refused, since it could mean either.
      - This is the size of the whole image, including layers that other images share. It is not the number of bytes
        that its removal frees.
    type: str
  smaller_than:
    description:
      - Remove only images smaller than this.
    type: str
  older_than:
    description:
      - Remove only images whose age is more than this. A number of seconds, or for example V(12h), V(30d) or V(2w).
      - The age is counted from the latest date that is known, of build, arrival (pull, load, last tag) and last use.
        The plan says which one decided. An image whose age is not known, or whose only date is a placeholder (before
        1980-01-02), is kept.
      - Docker's own C(until) means the build date in one image store and the date of the pull in the other.
    type: str
  unused_for:
    description:
      - Remove only images that were not built, brought here or used within this time, if no use can have been missed
        for as long. An image that was watched for less is kept for the reason C(last_use_unknown).
      - Podman's log of events reaches back far enough on most hosts. Docker forgets its events, so that a tool must
        watch it. See R(What is used here?,ansible_collections.container_ops.images.docsite.guide_usage).
    type: str
  keep_references:
    description:
      - Keep images that any of these names, patterns, whole or short image IDs may refer to, in every spelling that the
        engine accepts. V(acme/web:1@sha256:...) keeps the image with that digest, and on Podman V(web:1)
        keeps V(localhost/web:1).
      - The plan warns about images that it removes and that a pattern would keep if V(*) crossed V(/).
    type: list
    elements: str
  keep_tags:
    description:
      - Keep images with any tag that matches one of these patterns, for example V(latest) or V(v*).
    type: list
    elements: str
  keep_repositories:
    description:
      - Keep images with any reference in one of these repositories, written as O(keep_references).
    type: list
    elements: str
  keep_label_selectors:
    description:
      - Keep images whose labels match any of these selectors. Within one selector, a comma means AND.
    type: list
    elements: str
  keep_last:
    description:
      - Keep this many of the newest tagged images of each group. Images are counted, not tags. An image counts even if
        another option protects it.
      - Images are sorted as O(order_by) says, by default by build date, and then by ID. Images without a date are kept,
        and not counted.
    type: int
  group_by:
    description:
      - What a group is for O(keep_last). V(repository) is the repository of each tag, V(none) is one group of all
        images, and V(label:KEY) groups by the value of a label.
      - V(tag:REGEX) groups by repository and by a part of the tag, which is what the first parentheses or
        C((?P<group>...\)) of this regular expression match. C((?P<order>...\)) is the part that O(order_by) looks at.
        The expression must match the whole tag. For example, V(tag:(.+\)-[0-9]+) makes a group of each branch if tags
        are a branch and a number. This is available since version 1.0.0.
      - An image with a tag that the expression does not match is kept. A rule with a C(match) of tags or references
        looks only at the tags that it names.
      - The default is V(repository).
    type: str
  order_by:
    description:
      - What the images of a group are sorted by for O(keep_last). An image counts by its best tag of the group.
      - V(created) is the build date. V(version) compares tags as semantic versions, with or without a leading V(v), of
        any number of numbers. A pre-release is older than its release, and so is V(1.27.3-alpine) than V(1.27.3).
        Variants should be groups of their own. V(natural) compares numbers in tags by their value. V(tag_date) looks
        for one date in the tag, such as V(20260131) or V(2026-01-31), with or without a time.
      - An image with a tag that cannot be sorted, such as V(latest) among versions, is kept, and counted by its other
        tags. The plan says which tag that is.
      - The default is V(created).
    type: str
    choices:
      - created
      - version
      - natural
      - tag_date
    version_added: 1.0.0
  min_age:
    description:
      - Keep images that are not older than this, in every step. V(1h) keeps what a running build has just made.
      - An old image that arrived a moment ago is young if its arrival is known. Podman and the containerd image store
        know it. Docker with a graph driver knows it as long as it remembers the event, else the plan has a warning.
    type: str
  max_used_space:
    description:
      - If image layers use more than this, evict images until they use O(target_used_space). Bytes, a size as for
        O(larger_than), or a share of the disk such as V(60%), which needs O(disk).
    type: str
  target_used_space:
    description:
      - Eviction stops at this value. At most O(max_used_space), which is also the default.
    type: str
  min_free_space:
    description:
      - If less than this is free on the disk, evict images until it is. Needs O(disk).
    type: str
  evict_order:
    description:
      - Which images are evicted first. V(least_recently_used) sorts by the latest known date of build, arrival and
        use, V(oldest) by build date. V(largest_reclaim) takes the image whose removal frees most at that moment.
      - A parent counts as young as its youngest child. Evictions that would free nothing are left out.
      - The default is V(least_recently_used).
    type: str
    choices:
      - least_recently_used
      - oldest
      - largest_reclaim
  max_removals:
    description:
      - If the plan removes more images than this, it removes none, and the task fails.
    type: int
  max_removal_percent:
    description:
      - The same as a share of all images.
    type: int
  stopped_for:
    description:
      - An image that only containers use which exited longer ago than this is kept for the reason C(in_use_stopped)
        instead of C(in_use). The plan lists these images in C(held_by_stopped), with their containers and with what is
        free without them. Neither the images nor the containers are removed.
      - If nothing else keeps such an image, each of its containers costs a request, provided that all of them were
        created longer ago than this.
      - The default is V(30d).
    type: str
    version_added: 1.0.0
  removals_per_run:
    description:
      - Remove at most this many images in one run. The first ones of the plan are removed, and the rest has the outcome
        V(deferred). The next run continues with them, as does this plan if it is applied again.
      - Only images that were removed are counted. An intermediate image that is removed with its last child is not.
      - O(max_removals) and O(max_removal_percent) still judge the whole plan.
      - With a budget, the next run begins with its own measurement. If O(target_used_space) is lower than
        O(max_used_space), it removes nothing once the images use less than O(max_used_space).
      - The filter P(container_ops.images.image_prune_plan#filter) plans all removals, whatever this option says.
    type: int
    version_added: 1.0.0
  on_budget_unmet:
    description:
      - What to do if the budget cannot be met without images that something protects. With V(fail), the task fails
        after everything that may be removed has been removed.
      - The default is V(warn).
    type: str
    choices:
      - warn
      - fail
      - ignore
  accounting:
    description:
      - How bytes are counted. V(exact) inspects every image once to find out which layers are shared, which is possible
        with graph drivers only. V(bounds) returns the least and the most bytes that are freed, without inspecting.
      - V(auto), the default, is exact if the engine allows it and the plan needs it, because of a budget or because the
        bounds differ.
      - With a budget or V(exact), the time of an image's last tag is read as well, so the image may count as younger.
        Only an inspection has that time.
    type: str
    choices:
      - auto
      - bounds
      - exact
  now:
    description:
      - The moment that ages are counted from, as seconds since the epoch or as an RFC 3339 time. Default is the clock
        of the managed host.
    type: str
  rules:
    description:
      - The policy as rules, in addition to or instead of the options above, which are a short form of rules.
      - Rules are a set. Their order only decides which reason is named first. Any keep rule keeps an image. Any remove
        rule removes it if nothing keeps it.
    type: list
    elements: dict
    suboptions:
      name:
        description: A unique name, for the reasons in the plan.
        type: str
        required: true
      action:
        description: What the rule does with the images that match.
        type: str
        required: true
        choices:
          - keep
          - remove
      match:
        description:
          - Which images the rule applies to. Without conditions, all of them.
          - To keep an image, one matching reference is enough. To remove it, all references must match.
        type: dict
        suboptions:
          states:
            description: States, as O(states), but by default all three.
            type: list
            elements: str
            choices:
              - dangling
              - digest_only
              - tagged
          repositories:
            description: Patterns, as O(repositories).
            type: list
            elements: str
          tags:
            description: Patterns, as O(tags).
            type: list
            elements: str
          references:
            description: Patterns, as O(references).
            type: list
            elements: str
          label_selectors:
            description: Selectors that must all match, as O(label_selectors).
            type: list
            elements: str
          match_expressions:
            description: Conditions on labels that must all match, as O(match_expressions).
            type: list
            elements: dict
            suboptions: *expressions
          larger_than:
            description: A size, as O(larger_than).
            type: str
          smaller_than:
            description: A size, as O(smaller_than).
            type: str
      keep_last:
        description:
          - Keep this many of the newest matching images of each group. Only for the action V(keep).
          - With O(rules[].newer_than) or O(rules[].used_within) beside it, both must hold. To keep what either of them
            keeps, as registries do, write two rules.
        type: int
      group_by:
        description: As O(group_by), which is also the default.
        type: str
      order_by:
        description: As O(order_by), which is also the default.
        type: str
        choices:
          - created
          - version
          - natural
          - tag_date
        version_added: 1.0.0
      newer_than:
        description: Keep only images that are not older than this. Only for the action V(keep).
        type: str
      used_within:
        description:
          - Keep only images that were built, arrived or were used within this time, or whose last use is not known.
            Only for the action V(keep).
        type: str
      older_than:
        description: Remove only images that are older than this. Only for the action V(remove).
        type: str
      unused_for:
        description: Remove only images that were not used for longer than this. Only for the action V(remove).
        type: str
"""
