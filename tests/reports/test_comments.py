# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The pipelines that comment on a pull or merge request: their own steps, run against a fake of the two APIs."""

from __future__ import annotations

import http.server
import json
import os
import pathlib
import re
import subprocess
import threading
import typing as t
import urllib.parse

import pytest
import yaml
from conftest import Sample

from ansible_collections.container_ops.images.tests.unit.plugins.module_utils._core.render import fleets

if t.TYPE_CHECKING:
    from collections.abc import Iterator

PIPELINES = pathlib.Path(__file__).parents[2] / "docs" / "pipelines"
MARK = "<!-- image-report -->"
ME, STRANGER = 7, 8


class Forge:
    """The comments of one request, as GitHub or GitLab keeps them, and what was asked."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.comments: list[dict[str, t.Any]] = []
        self.writes: list[str] = []
        forge = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def answer(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                status, value = forge.answer(self.command, self.path, self.headers, self.rfile.read(length).decode())
                body = json.dumps(value).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_GET = do_POST = do_PUT = do_PATCH = answer

            def log_message(self, *_args: t.Any) -> None:
                """Say nothing."""

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def add(self, body: str, author: int) -> None:
        login = {ME: "github-actions[bot]", STRANGER: "somebody"}[author]
        number = 1000 + len(self.comments)
        self.comments.append({"id": number, "body": body, "user": {"login": login}, "author": {"id": author}})

    def answer(self, method: str, path: str, headers: t.Any, text: str) -> tuple[int, t.Any]:
        token = headers.get("Authorization") if self.kind == "github" else headers.get("PRIVATE-TOKEN")
        if token != ("Bearer secret" if self.kind == "github" else "secret"):
            return 401, {"message": "Bad credentials"}
        place = urllib.parse.urlsplit(path)
        if place.path == "/user":
            return 200, {"id": ME}
        lists = {"github": "/repos/acme/shop/issues/12/comments", "gitlab": "/projects/3/merge_requests/12/notes"}
        one = {"github": "/repos/acme/shop/issues/comments/", "gitlab": lists["gitlab"] + "/"}
        if method == "GET" and place.path == lists[self.kind]:
            query = dict(urllib.parse.parse_qsl(place.query))
            size, page = int(query["per_page"]), int(query["page"])
            return 200, self.comments[(page - 1) * size : page * size]
        body = json.loads(text)["body"] if self.kind == "github" else dict(urllib.parse.parse_qsl(text))["body"]
        if method == "POST" and place.path == lists[self.kind]:
            self.writes.append("new")
            self.add(body, ME)
            return 201, self.comments[-1]
        if method == {"github": "PATCH", "gitlab": "PUT"}[self.kind] and place.path.startswith(one[self.kind]):
            (comment,) = [each for each in self.comments if each["id"] == int(place.path.rpartition("/")[2])]
            self.writes.append("update")
            comment["body"] = body
            return 200, comment
        return 404, {"message": "Not Found"}


@pytest.fixture(params=["github", "gitlab"])
def forge(request: pytest.FixtureRequest) -> Iterator[Forge]:
    """Both in turn."""
    running = Forge(request.param)
    yield running
    running.server.shutdown()
    running.server.server_close()


def script(kind: str) -> str:
    """The step of the pipeline, as it stands in the file."""
    if kind == "github":
        job = yaml.safe_load((PIPELINES / "github-pull-request.yml").read_text(encoding="utf-8"))["jobs"]["report"]
        (step,) = [step for step in job["steps"] if step.get("name") == "Comment on the pull request"]
        return str(step["run"])
    job = yaml.safe_load((PIPELINES / "gitlab-merge-request.yml").read_text(encoding="utf-8"))["images"]
    return "\n".join(job["after_script"])


def comment(forge: Forge, folder: pathlib.Path, token: str = "secret") -> subprocess.CompletedProcess[str]:
    env = {
        "PATH": os.environ["PATH"],
        "GITHUB_TOKEN": token,
        "PULL_REQUEST": "12",
        "GITHUB_API_URL": forge.url,
        "GITHUB_REPOSITORY": "acme/shop",
        "IMAGE_REPORT_TOKEN": token,
        "CI_API_V4_URL": forge.url,
        "CI_PROJECT_ID": "3",
        "CI_MERGE_REQUEST_IID": "12",
    }
    command = ["bash", "-e", "-o", "pipefail", "-c", script(forge.kind)]
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, timeout=120, check=False)


@pytest.fixture
def folder(tmp_path: pathlib.Path) -> pathlib.Path:
    """What the report leaves behind."""
    (tmp_path / "image-report").mkdir()
    sample = Sample("fleet", fleets.fleet(30))
    sample.write(tmp_path / "image-report", "report.md", "markdown", budget=60000)
    sample.write(tmp_path / "image-report", "report.txt", "text")
    return tmp_path


@pytest.mark.parametrize("others", [0, 3, 100, 230])
def test_one_comment_that_is_updated(forge: Forge, folder: pathlib.Path, others: int) -> None:
    for number in range(others):
        forge.add(f"{MARK} quoted" if number == 1 else f"comment {number}", STRANGER)
    first = comment(forge, folder)
    assert first.returncode == 0, first.stderr
    text = (folder / "image-report/report.md").read_text(encoding="utf-8")
    assert forge.comments[-1]["body"].strip() == text.strip() and len(text) < 65536
    (folder / "image-report/report.md").write_text(f'{MARK}\n### ✅ Image report & "more" 100%\n', encoding="utf-8")
    second = comment(forge, folder)
    assert second.returncode == 0, second.stderr
    assert forge.writes == ["new", "update"] and len(forge.comments) == others + 1
    assert forge.comments[-1]["body"].strip() == f'{MARK}\n### ✅ Image report & "more" 100%'
    assert "secret" not in first.stdout + first.stderr


def test_without_a_report_nothing_is_said(forge: Forge, folder: pathlib.Path) -> None:
    (folder / "image-report/report.md").unlink()
    assert comment(forge, folder).returncode == 0
    assert forge.comments == []


def test_a_token_that_is_refused_is_an_error_and_writes_nothing(forge: Forge, folder: pathlib.Path) -> None:
    done = comment(forge, folder, token="wrong")
    assert done.returncode != 0 and "401" in done.stderr and forge.comments == []


def test_pipelines_of_forks_have_no_token_and_print_the_report() -> None:
    github = yaml.safe_load((PIPELINES / "github-pull-request.yml").read_text(encoding="utf-8"))
    # YAML 1.1 reads the word `on` as true.
    assert list(github[True]) == ["pull_request"]
    assert github["permissions"] == {"contents": "read", "pull-requests": "write"}
    (step,) = [step for step in github["jobs"]["report"]["steps"] if "PULL_REQUEST" in step.get("env", {})]
    assert "head.repo.full_name == github.repository" in step["if"]
    # Nothing of the request is put into the script by the runner.
    assert "${{" not in step["run"]


def test_gitlab_prints_the_table_where_it_has_no_token(folder: pathlib.Path) -> None:
    running = Forge("gitlab")
    done = comment(running, folder, token="")
    running.server.shutdown()
    running.server.server_close()
    assert done.returncode == 0 and running.comments == []
    assert re.search(r"^Failed: 1 image is too large", done.stdout, re.MULTILINE)
