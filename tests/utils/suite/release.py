# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The steps of a release up to the tag, in a copy; with --commit in the clone as well. Nothing is pushed."""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import typing as t
from pathlib import Path

from . import build, lint, pythons, tree
from .paths import LOGS, ROOT
from .process import Failed, Log, output

VERSIONED = {
    "galaxy.yml": r"^(version: ).*()$",
    "plugins/module_utils/_core/report/document_parts.py": r'^(GENERATOR: .*"version": ").*?("})$',
}
CHANGED = ("CHANGELOG.md", "CHANGELOG.rst", "changelogs", "docs/docsite/config.yml", *VERSIONED)
Version = tuple[int, ...]


def version(text: str) -> Version:
    """Read `1.2.3`."""
    if not re.fullmatch(r"(0|[1-9]\d*)(\.(0|[1-9]\d*)){2}", text):
        raise Failed(f"{text!r} is not a version like 1.2.3")
    return tuple(int(part) for part in text.split("."))


def next_versions(released: list[Version], sections: set[str]) -> t.Sequence[Version]:
    """Return what may come after the releases so far, given the sections of the fragments; the least first."""
    if not released:
        return [(0, 1, 0)]
    last = max(released)
    breaking = {"breaking_changes", "removed_features"} & sections
    minor = {"major_changes", "minor_changes", "deprecated_features"} & sections
    steps = [(last[0], last[1], last[2] + 1), (last[0], last[1] + 1, 0), (last[0] + 1, 0, 0)]
    return steps[(2 if last[0] else 1) if breaking else 1 if minor else 0 :]


def choices(folder: Path) -> list[str]:
    """Return the versions that the collection in a folder may be released as."""
    return [".".join(map(str, one)) for one in next_versions(_released(folder), _sections(folder))]


def _released(folder: Path) -> list[Version]:
    known = (folder / "changelogs/changelog.yaml").read_text(encoding="utf-8")
    return [version(found) for found in re.findall(r"^  (\d+\.\d+\.\d+):", known, re.M)]


def added_later(folder: Path, text: str) -> list[str]:
    """Return what says that it was added in a version after the one to be released."""
    found = []
    for path in sorted([*folder.glob("plugins/**/*"), *folder.glob("roles/**/*.yml")]):
        if path.suffix in {".py", ".yml"}:
            for said in re.findall(r"^ *version_added: *[\"']?(\d+\.\d+\.\d+)", path.read_text(encoding="utf-8"), re.M):
                if version(said) > version(text):
                    found.append(f"{path.relative_to(folder)}: version_added {said}")
    return found


def _sections(folder: Path) -> set[str]:
    texts = [path.read_text(encoding="utf-8") for path in sorted((folder / "changelogs/fragments").glob("*.yml"))]
    if not texts:
        raise Failed("there is nothing to release: no fragment in changelogs/fragments")
    return set(re.findall(r"^(\w+):", "\n".join(texts), re.M))


def _git(*words: str) -> str:
    return output(["git", *words], cwd=ROOT).strip()


def _check_clone(text: str) -> None:
    """A tag must stand for what is on the main branch."""
    if _git("status", "--porcelain"):
        raise Failed("the clone has changes that are not committed")
    if _git("rev-parse", "--abbrev-ref", "HEAD") != "main":
        raise Failed("releases are made from the branch main")
    if _git("tag", "--list", text):
        raise Failed(f"the tag {text} is there already")


def write_version(folder: Path, text: str) -> None:
    """Write the version to both places that have it: galaxy.yml, and what a report names as its generator."""
    for name, pattern in VERSIONED.items():
        path = folder / name
        before = path.read_text(encoding="utf-8")
        after, count = re.subn(pattern, rf"\g<1>{text}\g<2>", before, flags=re.M)
        if count != 1:
            raise Failed(f"{name}: the version is there {count} times, not once")
        path.write_text(after, encoding="utf-8")


def prepare(text: str, log: Log) -> tuple[Path, Path]:
    """Make the release in a copy; return the copy and the archive, which has passed what Galaxy asks."""
    copy = tree.copy("release")
    if text not in choices(copy):
        raise Failed(f"with the fragments that there are, the next version is {' or '.join(choices(copy))}, not {text}")
    later = added_later(copy, text)
    if later:
        raise Failed(f"this is not in {text}: {', '.join(later[:10])}")
    write_version(copy, text)
    config = copy / "docs/docsite/config.yml"  # the first release has a changelog to show
    config.write_text(re.sub(r"  #.*\n  write_changelog: false", "  write_changelog: true", config.read_text("utf-8")))
    interpreters = pythons.installed()
    tools = lint.tools(interpreters, log)
    env = dict(os.environ, PATH=f"{tools}{os.pathsep}{os.environ.get('PATH', os.defpath)}")
    log.check([tools / "antsibull-changelog", "release"], copy, env)
    (copy / "changelogs/.plugin-cache.yaml").unlink(missing_ok=True)
    for name, step in (("build", build.build), ("importer", lint.importer)):
        result = step(interpreters, log, copy)
        if result.failed:
            raise Failed(f"{name}: " + "\n".join(result.problems))
    return copy, build.archive("release", interpreters, log, copy)


def main() -> int:
    """Prepare the release, show it, and commit it where that was asked for."""
    parser = argparse.ArgumentParser(prog="python3 -m suite.release", description=__doc__)
    parser.add_argument("version")
    parser.add_argument("--next", help="the version to work on then: with --commit, galaxy.yml has it after the tag")
    parser.add_argument("--commit", action="store_true", help="in the clone: commit, and make the tag")
    args = parser.parse_args()
    log = Log(LOGS / "release.log")
    try:
        if args.next and version(args.next) <= version(args.version):
            raise Failed(f"{args.next} does not come after {args.version}")
        if args.commit:
            _check_clone(args.version)
        copy, archive = prepare(args.version, log)
    except Failed as exc:
        print(f"{exc}\nwhole log: {log.path}", file=sys.stderr)
        return 1
    for name in CHANGED:
        before = ROOT / name if (ROOT / name).exists() else os.devnull
        how = "--stat" if name == "changelogs" else "--patch"
        subprocess.run(["git", "--no-pager", "diff", "--no-index", how, before, copy / name], check=False)
    if not args.commit:
        print(f"{archive}\nNothing was changed here. COMMIT=1 commits this and makes the tag {args.version}.")
        return 0
    for name in CHANGED:
        if (copy / name).is_dir():
            shutil.rmtree(ROOT / name)
            shutil.copytree(copy / name, ROOT / name)
        else:
            shutil.copy(copy / name, ROOT / name)
    _git("add", "--all", *CHANGED)
    _git("commit", "--message", f"Release {args.version}")
    _git("tag", "--annotate", args.version, "--message", f"Release {args.version}")
    if args.next:
        write_version(ROOT, args.next)
        _git("commit", "--message", f"Begin {args.next}", *VERSIONED)
    print(f"{archive}\nCommitted, and tagged {args.version}. RELEASING.md says how to push and publish.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
