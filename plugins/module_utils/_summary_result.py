# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From facts about all images to the result of a module: select, look names up, sum."""

from __future__ import annotations

import time
import typing as t

from ._argspec import SELECTOR_OPTIONS
from ._core.errors import InputError
from ._core.image.totals import totals_of
from ._engine.engine_error import EngineError

if t.TYPE_CHECKING:
    from collections.abc import Callable

    from ._core.image.selector import Selector
    from ._core.image.summary import ImageSummary
    from ._engine.engine_images import EngineImages

# Imports inside of functions: a managed host compiles what a module imports each time it runs, and most tasks use
# neither selectors nor names.


def selector_of(params: dict[str, t.Any], intermediate: bool) -> Selector | None:
    """What the task selects by, or None for everything. Read first: a bad option must not cost a request.

    ``intermediate`` says whether such images are listed at all. Raises InputError.
    """
    if params["names"]:
        from ._core.image.name_grammar import check_name

        for index, name in enumerate(params["names"]):
            check_name(name, f"names[{index}]")
    given = {key: params[key] for key in SELECTOR_OPTIONS if params[key] is not None}
    if not given:
        return None
    if "intermediate" in given.get("states", []) and not intermediate:
        raise InputError("states asks for intermediate images, which are only listed with all=true")
    from ._core.image.selector import Selector

    return Selector.parse(given)


def result_of(
    facts: EngineImages,
    params: dict[str, t.Any],
    selector: Selector | None,
    warn: Callable[[str], None],
    further: Callable[[list[ImageSummary]], dict[str, dict[str, t.Any]]] | None = None,
) -> dict[str, t.Any]:
    """What the module returns. ``further`` gives more keys of the chosen images, by ID.

    Raises EngineError for names that cannot be looked up: an engine has answered.
    """
    for warning in facts.warnings:
        warn(warning.message)
    images, missing = _chosen(facts, params["names"], selector)
    more = further(images) if further else {}
    return {
        "changed": False,
        "images": [{**_shown(image, params["fields"]), **more.get(image.id, {})} for image in images],
        "missing": missing,
        "engine": facts.engine,
        "totals": totals_of(images, facts.layers_size),
        "can_talk_to_docker": facts.engine is not None,
    }


def _chosen(
    facts: EngineImages, names: list[str] | None, selector: Selector | None
) -> tuple[list[ImageSummary], list[str]]:
    """The images that were named and fit the selector, and the names that mean none."""
    images = facts.images
    missing: list[str] = []
    if selector is not None:
        from ._core.image.selector import select

        images = select(images, selector, int(time.time()))
    if names is not None:
        from ._core.image.lookup import find_images

        try:
            ids, missing = find_images(facts.images, names, facts.engine["name"] if facts.engine else "docker")
        except InputError as exc:
            raise EngineError(str(exc), can_talk=facts.engine is not None) from None
        images = [image for image in images if image.id in ids]
    return images, missing


def _shown(image: ImageSummary, fields: list[str] | None) -> dict[str, t.Any]:
    """The image as a result holds it."""
    facts = image.to_dict()
    return facts if fields is None else {field: facts[field] for field in sorted(set(fields)) if field in facts}
