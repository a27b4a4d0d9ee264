# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The part of the style in CONTRIBUTING.md that a program can hold: words that texts must not have.

Looked at are the pages for users and developers, and every text of plugins, roles and playbooks: documentation,
messages, docstrings and comments.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
import typing as t
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

# What must not stand there, and what to write instead.
WORDS = {
    r"tells?|told|telling": "reports, returns, shows, distinguishes",
    r"nobody|somebody|anybody|whoever|whomever": "the user, a tool, not known",
    r"of which|of whom": "a sentence of its own",
    r"(?<!there )(?:is|are|was|were) no (?!longer\b)(?!more than\b)": "is not a",
    r"goes|stays?|stayed": "is removed, is kept",
    r"go on|went on|goes on": "continue",
    r"gone by|at the door|door": "entry point",
    r"folders?": "directory",
    r"thus|hence|therein|thereof|whereof|upon which": "plain words",
    r"(?:is|are|was|were) of no use|as good as": "cannot be used",
    r"for ever": "does not expire",
    r"be it (?:a|an|none|by)\b": "also, even if",
    r"strangers?": "untrusted",
    r"rule R[0-9]+": "the rule itself",
}
PATTERNS = {word: re.compile(rf"\b(?:{word})(?<![ ])\b|\b(?:{word})(?<=[ ])", re.I) for word in WORDS}

# The same words where they are right: a method of files, and titles of other projects.
ALLOWED = (r"\.tell\(\)", r"def tell\b", r"\bwhere the time goes\b", r"\bstays? within\b")


class Text(t.NamedTuple):
    """A text with the place where it stands."""

    where: str
    text: str


def of_python(where: str, source: str) -> t.Iterator[Text]:
    """Docstrings, messages and comments: texts of at least two words, and no code."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and " " in node.value.strip():
            yield Text(f"{where}:{node.lineno}", node.value)
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield Text(f"{where}:{token.start[0]}", token.string)


def texts() -> t.Iterator[Text]:
    for pattern in ("plugins/**/*.py",):
        for path in sorted(ROOT.glob(pattern)):
            yield from of_python(path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8"))
    pages = ["*.md", "docs/docsite/rst/*.rst", "plugins/**/*.yml", "roles/**/*.md", "roles/**/*.yml", "playbooks/*.yml"]
    for path in sorted(path for pattern in pages for path in ROOT.glob(pattern)):
        if path.name == "CHANGELOG.md":  # releases of the past
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            yield Text(f"{path.relative_to(ROOT).as_posix()}:{number}", line)


def offences(found: t.Iterable[Text]) -> list[str]:
    """Every word that must not stand there, with its place and what to write."""
    result = []
    for where, text in found:
        plain = re.sub("|".join(ALLOWED), "", " ".join(text.split()), flags=re.I)
        for word, pattern in PATTERNS.items():
            result += [f"{where}: {hit.group()!r}, write: {WORDS[word]}" for hit in pattern.finditer(plain)]
    return result


def without_the_examples(found: t.Iterable[Text]) -> t.Iterator[Text]:
    """All but the first column of the table in CONTRIBUTING.md, which shows what not to write, and its notes."""
    for where, text in found:
        if not (where.startswith("CONTRIBUTING.md") and text.startswith("| ") and text.count("|") == 3):
            yield Text(where, text)


def test_no_text_has_a_word_that_the_style_refuses() -> None:
    found = list(texts())
    assert len(found) > 3000
    assert offences(without_the_examples(found)) == []


@pytest.mark.parametrize(
    "text",
    [
        "Podman cannot tell.",
        "whoever was asked",
        "two digests, of which one is short",
        "is no tar archive",
        "are no images",
        "the image goes",
        "labels stay as they are",
        "Files go on",
        "in the folder",
        "rule R3",
    ],
)
def test_a_planted_word_is_found(text: str) -> None:
    assert offences([Text("x", text)]) != []
    assert offences(of_python("x", f"# {text}\n")) != []
    assert offences(of_python("x", f"def f(name):\n    raise ValueError(f'{{name}}: {text}')\n")) != []


@pytest.mark.parametrize("text", ["is no longer there", "there is no image", "no more than ten", "stream.tell() bytes"])
def test_what_is_right_is_not_found(text: str) -> None:
    assert offences([Text("x", text)]) == []


def test_contributing_shows_ten_lines_of_style() -> None:
    section = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").partition("\n## Style\n")[2].partition("\n## ")[0]
    lines = re.findall(r"^\| (.+) \| (.+) \|$", section, re.M)[2:]
    assert len(lines) == 10
