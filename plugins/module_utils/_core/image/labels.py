# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Label selectors in the grammar of Kubernetes.

``k``, ``!k``, ``k=v``, ``k==v``, ``k!=v``, ``k in (a,b)``, ``k notin (a,b)``; a comma means AND. A label that is
absent matches ``!=``, ``notin`` and ``!k``. The empty value is legal (``k=``, ``k in ()``). Unlike Kubernetes, keys and
values have no length or alphabet limits, since image labels hold URLs and sentences; what the grammar cannot hold
(commas, spaces, parentheses) belongs in ``match_expressions``.
Source: https://pkg.go.dev/k8s.io/apimachinery/pkg/labels#Parse
"""

from __future__ import annotations

import re
import typing as t
from collections.abc import Mapping

from ..errors import InputError, shown, unknown_keys

OPERATORS = ("in", "not_in", "exists", "does_not_exist")

# "<" and ">" end a word although no operator uses them here: "size>5" must be an error, not a label of that name.
_TOKEN = re.compile(r"\s*(?:(?P<symbol>==|!=|=|!|\(|\)|,)|(?P<word>[^\s,()=!<>]+))")
_TAIL = re.compile(r"\s*\Z")


class Requirement(t.NamedTuple):
    """One condition on one label."""

    key: str
    operator: str
    values: tuple[str, ...] = ()

    def matches(self, labels: Mapping[str, str]) -> bool:
        """Whether labels fulfil it; absent labels fulfil the negative operators."""
        if self.operator == "exists":
            return self.key in labels
        if self.operator == "does_not_exist":
            return self.key not in labels
        found = labels.get(self.key) in self.values
        return found if self.operator == "in" else not found

    def __str__(self) -> str:
        if self.operator == "exists":
            return self.key
        if self.operator == "does_not_exist":
            return f"!{self.key}"
        if len(self.values) == 1:
            return f"{self.key}{'=' if self.operator == 'in' else '!='}{self.values[0]}"
        return f"{self.key} {'in' if self.operator == 'in' else 'notin'} ({','.join(self.values)})"


class LabelSelector(t.NamedTuple):
    """Requirements that must all hold. No requirement matches everything."""

    requirements: tuple[Requirement, ...]

    @classmethod
    def parse(cls, text: t.Any, where: str) -> LabelSelector:
        """Read one selector; raises InputError that says where reading stopped."""
        if not isinstance(text, str) or not text.strip():
            raise InputError(f"{where} must be a label selector such as env=dev, got {shown(text)}", "E_LABEL_SELECTOR")
        return cls(tuple(_Parser(text, where).requirements()))

    def matches(self, labels: Mapping[str, str]) -> bool:
        """Whether every requirement holds."""
        return all(requirement.matches(labels) for requirement in self.requirements)

    def __str__(self) -> str:
        return ",".join(str(requirement) for requirement in self.requirements)


def _plain(text: str) -> str:
    """A part of the selector without quotes; odd characters are written out."""
    return shown(text)[1:-1]


class _Parser:
    """A recursive descent over the tokens; one instance reads one text."""

    def __init__(self, text: str, where: str) -> None:
        self._text, self._where = text, where
        self._tokens = list(self._split())
        self._next = 0

    def _split(self) -> t.Iterator[tuple[str, str]]:
        position = 0
        while not _TAIL.match(self._text, position):
            found = _TOKEN.match(self._text, position)
            if not found:
                raise self._error(f"cannot read {shown(self._text[position:])}")
            yield (str(found.lastgroup), found.group(str(found.lastgroup)))
            position = found.end()

    def _error(self, reason: str) -> InputError:
        return InputError(f"{self._where} is not a label selector: {shown(self._text)}: {reason}", "E_LABEL_SELECTOR")

    def _peek(self) -> tuple[str, str]:
        return self._tokens[self._next] if self._next < len(self._tokens) else ("end", "the end")

    def _take(self, kind: str, text: str | None = None) -> str:
        found, value = self._peek()
        if found != kind or (text is not None and value != text):
            raise self._error(f"expected {shown(text) if text else 'a label key'}, found {_plain(value)}")
        self._next += 1
        return value

    def requirements(self) -> t.Iterator[Requirement]:
        """All requirements, to the end of the text."""
        yield self._requirement()
        while self._peek()[0] != "end":
            self._take("symbol", ",")
            yield self._requirement()

    def _requirement(self) -> Requirement:
        if self._peek() == ("symbol", "!"):
            self._next += 1
            return Requirement(self._take("word"), "does_not_exist")
        key = self._take("word")
        kind, value = self._peek()
        if (kind, value) in (("end", "the end"), ("symbol", ",")):
            return Requirement(key, "exists")
        self._next += 1
        if kind == "symbol" and value in ("=", "==", "!="):
            return Requirement(key, "not_in" if value == "!=" else "in", (self._value(),))
        if kind == "word" and value in ("in", "notin"):
            return Requirement(key, "in" if value == "in" else "not_in", self._values())
        raise self._error(f"expected =, !=, in or notin after {_plain(key)}, found {_plain(value)}")

    def _value(self) -> str:
        return self._take("word") if self._peek()[0] == "word" else ""

    def _values(self) -> tuple[str, ...]:
        self._take("symbol", "(")
        values = [self._value()]
        while self._peek() == ("symbol", ","):
            self._next += 1
            values.append(self._value())
        self._take("symbol", ")")
        return tuple(dict.fromkeys(values))


def parse_match_expressions(expressions: t.Any, where: str) -> LabelSelector:
    """Read ``[{key, operator, values}]``: what the text grammar cannot hold. Raises InputError with the path."""
    if isinstance(expressions, (str, bytes)) or not isinstance(expressions, (list, tuple)):
        raise InputError(f"{where} must be a list of expressions, got {shown(expressions)}", "E_MATCH_EXPRESSIONS")
    return LabelSelector(tuple(_expression(item, f"{where}[{index}]") for index, item in enumerate(expressions)))


def _expression(item: t.Any, where: str) -> Requirement:
    if not isinstance(item, Mapping):
        raise InputError(
            f"{where} must be a dictionary with key, operator and values, got {shown(item)}", "E_MATCH_EXPRESSIONS"
        )
    unknown_keys(item, ("key", "operator", "values"), where)
    key, operator, values = item.get("key"), item.get("operator"), item.get("values")
    if not isinstance(key, str) or not key:
        raise InputError(f"{where}.key must be the name of a label, got {shown(key)}", "E_MATCH_EXPRESSIONS")
    if operator not in OPERATORS:
        raise InputError(
            f"{where}.operator must be one of {', '.join(OPERATORS)}, got {shown(operator)}", "E_MATCH_EXPRESSIONS"
        )
    if operator in ("exists", "does_not_exist"):
        if values:
            raise InputError(f"{where}.values must be empty for {operator}", "E_MATCH_EXPRESSIONS")
        return Requirement(str(key), str(operator))
    if isinstance(values, (str, bytes)) or not isinstance(values, (list, tuple)) or not values:
        raise InputError(
            f"{where}.values must be a list of at least one value, got {shown(values)}", "E_MATCH_EXPRESSIONS"
        )
    for value in values:
        if not isinstance(value, str):
            raise InputError(f"{where}.values must hold text, got {shown(value)}", "E_MATCH_EXPRESSIONS")
    return Requirement(str(key), str(operator), tuple(str(value) for value in values))
