# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Mutation testing of `_core` with mutmut: change the code in small ways, and see whether the tests of its room fail.

A run that was ended goes on where it was. A mutant is tried again when its function has changed, and one that survived
also when the tests have. What a function calls is not watched, nor whether the test that killed a mutant still exists:
`make clean` forgets all results.
"""

from __future__ import annotations

import argparse
import ast
import difflib
import hashlib
import json
import os
import re
import subprocess
import sys
import typing as t
from pathlib import Path

from . import pythons, suites, tree, venvs
from .mutants import CORE, EQUIVALENT, FLOORS, TESTS, UNITS
from .paths import COLLECTION, LOGS, ROOT, TREES
from .process import Failed, Log

# Exit status of pytest for a mutant, as mutmut keeps it. All others have survived.
TIMED_OUT = (24, 36, 152, 255, -24)
KILLED = (1, 3)


def room_of(file: str) -> str:
    """Return the folder of `_core` that a file lies in; "" for one that lies flat."""
    return file.partition("/")[0] if "/" in file else ""


def wanted_files(words: t.Sequence[str]) -> list[str]:
    """Return the files below `_core` that were asked for, by name or folder."""
    core = ROOT / CORE
    every = sorted(path.relative_to(core).as_posix() for path in core.rglob("*.py"))
    for word in words:
        if not any(is_in(file, word) for file in every):
            raise Failed(f"nothing below {CORE} is called {word}")
    return [file for file in every if not words or any(is_in(file, word) for word in words)]


def is_in(file: str, word: str) -> bool:
    return file == word or file.startswith(word.rstrip("/") + "/")


class Room:
    """A copy of the collection in which some files of one room are mutated."""

    def __init__(self, name: str, files: t.Sequence[str]) -> None:
        self.name = name
        self.files = files
        self.tests = TESTS[name]
        self.folder = TREES / f"mutation-{name or 'flat'}"
        self.mutants = self.folder / "mutants"

    def mutated(self, file: str) -> Path:
        """Return the file that holds all mutants of a file."""
        return self.mutants / COLLECTION / CORE / file

    def results(self, file: str) -> Path:
        """Return where mutmut keeps the results of a file."""
        path = self.mutated(file)
        return path.with_name(f"{path.name}.meta")

    def prepare(self) -> None:
        """Bring the copy up to date, write mutmut's settings, and make it forget what is no longer true."""
        tree.copy(self.folder.name)
        settings = {
            "source_paths": [f"{COLLECTION}/plugins"],
            "only_mutate": [f"{COLLECTION}/{CORE}/{file}" for file in self.files],
            "also_copy": [f"{COLLECTION}/{name}" for name in ("tests", "docs", "meta", "galaxy.yml", "README.md")],
            "pytest_add_cli_args_test_selection": [f"{COLLECTION}/{UNITS}/{name}" for name in self.tests],
            "pytest_add_cli_args": ["-p", "no:cacheprovider"],
            "use_git_change_detection": False,
            "timeout_constant": 10,  # seconds, times 15: on a busy machine, 1 gives up on mutants that would be killed
        }
        lines = [f"{key} = {json.dumps(value)}" for key, value in settings.items()]
        (self.folder / "pyproject.toml").write_text("\n".join(["[tool.mutmut]", *lines, ""]), encoding="utf-8")
        # mutmut asks only when a file was written, so a copy that it made while others were mutated must go.
        for file in self.files:
            path = self.mutated(file)
            if path.exists() and "__mutmut_" not in path.read_text(encoding="utf-8"):
                path.unlink()
        # Nor does it see that a test has changed, or that functions have become mutants since it listed their tests.
        self.mutants.mkdir(exist_ok=True)
        stamp = self.mutants / "of.json"
        now = {"files": self.files, "tests": self._digest_of_tests()}
        was = json.loads(stamp.read_text(encoding="utf-8")) if stamp.exists() else now
        if was != now:
            (self.mutants / "mutmut-stats.json").unlink(missing_ok=True)
        for path in self.mutants.rglob("*.py.meta") if was["tests"] != now["tests"] else ():
            meta = json.loads(path.read_text(encoding="utf-8"))
            results = meta["exit_code_by_key"]
            results.update({name: None for name, status in results.items() if status not in KILLED})
            path.write_text(json.dumps(meta), encoding="utf-8")
        stamp.write_text(json.dumps(now), encoding="utf-8")

    def _digest_of_tests(self) -> str:
        digest = hashlib.sha256()
        for name in self.tests:
            path = self.folder / COLLECTION / UNITS / name
            for file in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
                digest.update(file.read_bytes())
        return digest.hexdigest()

    def run(self, venv: Path, children: int, tenths: int) -> None:
        """Try every mutant that has no result yet; of a sample, every one that is in it."""
        self.prepare()
        env = dict(os.environ, PYTHONDONTWRITEBYTECODE="1", HOME=str(venvs.home("suites")))
        command = ["nice", "-n", "19", str(venv / "bin/mutmut"), "run", "--max-children", str(children)]
        if tenths < 10:
            command.append(f"*__mutmut_*[{'3691470258'[:tenths]}]")  # by the last digit of the mutant's number
        if subprocess.run(command, cwd=self.folder, env=env, check=False).returncode:
            raise Failed(f"mutmut failed in {self.folder}")


class Survivor(t.NamedTuple):
    """A mutant that no test has killed."""

    file: str
    function: str
    was: str
    becomes: str

    def __str__(self) -> str:
        return f"{self.file} {self.function}\n    - {self.was}\n    + {self.becomes}"


class Score(t.NamedTuple):
    """How the mutants of a file, or of several, have fared."""

    killed: int = 0
    timed_out: int = 0
    equivalent: int = 0
    survived: int = 0
    waiting: int = 0

    def __add__(self, other: tuple[int, ...]) -> Score:  # type: ignore[override]
        return Score(*map(sum, zip(self, other)))

    @property
    def percent(self) -> float | None:
        """The share of the mutants that can be killed; None where none was tried."""
        seen = self.killed + self.timed_out
        return 100 * seen / (seen + self.survived) if seen + self.survived else None

    def line(self, name: str) -> str:
        percent = "" if self.percent is None else f"{self.percent:.1f} %"
        return f"{name:36}" + "".join(f"{number:11}" for number in self) + f"{percent:>10}"


def results_of(room: Room, file: str) -> tuple[Score, list[Survivor]]:
    """Return how the mutants of a file have fared, and those that survived."""
    if not room.results(file).exists():
        return Score(), []
    results = json.loads(room.results(file).read_text(encoding="utf-8"))["exit_code_by_key"]
    code = ast.parse(room.mutated(file).read_text(encoding="utf-8"))
    functions = {node.name: node for node in ast.walk(code) if isinstance(node, ast.FunctionDef)}
    left: list[Survivor] = []
    for name, status in results.items():
        mutant = name.rpartition(".")[2]
        if status is not None and status not in (*KILLED, *TIMED_OUT):
            function = mutant.rpartition("__mutmut_")[0]
            # Where the last run was about other files, mutmut has put the plain file in the place of the mutants.
            known = mutant in functions
            change = _difference(functions[f"{function}__mutmut_orig"], functions[mutant]) if known else (mutant, "?")
            plain = re.sub("^x_?", "", function).replace("\u01c1", ".").lstrip(".")  # x_f, and x\u01c1C\u01c1f
            left.append(Survivor(file, plain, *change))
    killed, timed_out = (sum(status in known for status in results.values()) for known in (KILLED, TIMED_OUT))
    return Score(killed, timed_out, waiting=sum(status is None for status in results.values())), left


def _difference(was: ast.FunctionDef, becomes: ast.FunctionDef) -> tuple[str, str]:
    """Return the lines in which two functions differ, each with one statement a line."""
    was.name = becomes.name = "f"
    old, new = ([line.strip() for line in ast.unparse(node).splitlines()] for node in (was, becomes))
    lines = list(difflib.unified_diff(old, new, lineterm="", n=0))[2:]
    removed, added = ("\n".join(line[1:] for line in lines if line[0] == sign) for sign in "-+")
    return removed, added


def report(rooms: t.Sequence[Room], show: bool) -> list[str]:
    """Print the score of each file, and the survivors if wanted; return what is wrong."""
    problems: list[str] = []
    scores: dict[str, Score] = {}
    print("".join([f"{'':36}", *(f"{word.replace('_', ' '):>11}" for word in Score._fields), f"{'score':>10}"]))
    for room in rooms:
        for file in room.files:
            score, left = results_of(room, file)
            known = {(was, becomes): why for was, becomes, why in EQUIVALENT.get(file, ())}
            real = [one for one in left if (one.was, one.becomes) not in known]
            stale = set(known) - {(one.was, one.becomes) for one in left}
            if stale and score.killed and not score.waiting:
                problems += [
                    f"mutants.py: {file} has no such survivor: {was!r} -> {becomes!r}" for was, becomes in stale
                ]
            scores[file] = score._replace(survived=len(real), equivalent=len(left) - len(real))
            print(scores[file].line(file))
            for one in real if show else ():
                print(one)
    for folder, floor in FLOORS.items():
        total = sum((score for file, score in scores.items() if is_in(file, folder)), Score())
        if total.percent is not None:
            print(total.line(f"{folder} (at least {floor} %)"))
            if total.percent < floor:
                problems.append(
                    f"{folder}: {total.percent:.1f} % of the mutants were killed, at least {floor} % must be"
                )
    print(sum(scores.values(), Score()).line("all"))
    return problems


def main() -> int:
    """Try the mutants of the files that were asked for, and print the scores."""
    parser = argparse.ArgumentParser(prog="python3 -m suite.mutation", description=__doc__)
    parser.add_argument(
        "file", nargs="*", help="files and folders below _core, such as prune/budget.py; all by default"
    )
    parser.add_argument("--children", type=int, default=1, help="how many mutants are tried at the same time")
    parser.add_argument(
        "--sample", type=int, choices=range(1, 11), default=10, help="try so many tenths of the mutants"
    )
    parser.add_argument("--list", action="store_true", help="only name the files")
    parser.add_argument("--score", action="store_true", help="only print what earlier runs have found")
    parser.add_argument("--survivors", action="store_true", help="print the mutants that survived, too")
    args = parser.parse_args()
    files = wanted_files(args.file)
    if args.list:
        print("\n".join(files))
        return 0
    rooms = [Room(name, [file for file in files if room_of(file) == name]) for name in TESTS]
    rooms = [room for room in rooms if room.files]
    if not args.score:
        log = Log(LOGS / "mutation.log")
        venv = suites.newest_core(None, pythons.this_one(), "mutation", log)
        for room in rooms:
            room.run(venv, args.children, args.sample)
    problems = report(rooms, args.survivors)
    print("\n".join(problems))
    return int(bool(problems))


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Failed as exc:
        sys.exit(str(exc))
