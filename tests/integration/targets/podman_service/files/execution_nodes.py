# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run the playbook of the guide about execution nodes as it stands, with a server that answers as a controller does.

execution_nodes.py GUIDE HOSTS_AS_JSON NAMES_BY_DIGEST_AS_JSON
"""

from __future__ import annotations

import http.server
import json
import os
import re
import subprocess
import sys
import tempfile
import textwrap
import threading
import typing as t
from pathlib import Path

GUIDE, HOSTS, PINNED = Path(sys.argv[1]), json.loads(sys.argv[2]), json.loads(sys.argv[3])
KNOWN = ["quay.io/ansible/awx-ee:24.6.1", "registry.example.com/acme/ee:2", "quay.io/acme/untagged", *PINNED]
# Who asks, by the token: superuser, auditor, execution environments, address of the next page. The API has more fields.
WHO: dict[str, tuple[bool, bool, list[str], str | None]] = {
    "member": (False, False, KNOWN[:1], None),
    "too-many": (True, False, KNOWN, "/api/v2/execution_environments/?page=2&page_size=200"),
    "empty": (True, False, [], None),
    "auditor": (False, True, KNOWN, None),
}
REFUSED = "The list of execution environments may not be complete, so nothing is removed."


class Controller(http.server.BaseHTTPRequestHandler):
    """The two lists that the playbook asks for."""

    def do_GET(self) -> None:
        kind, _space, token = self.headers.get("Authorization", "").partition(" ")
        if kind != "Bearer" or token not in WHO:
            return self.answer(401, {"detail": "Authentication credentials were not provided."})
        superuser, auditor, images, following = WHO[token]
        if self.path == "/api/v2/me/":
            found: list[dict[str, t.Any]] = [{"is_superuser": superuser, "is_system_auditor": auditor}]
            following = None
        elif self.path == "/api/v2/execution_environments/?page_size=200":
            found = [{"id": number, "image": image, "pull": "missing"} for number, image in enumerate(images)]
        else:
            return self.answer(404, {"detail": "The requested resource could not be found."})
        return self.answer(200, {"count": len(found), "next": following, "previous": None, "results": found})

    def answer(self, status: int, document: dict[str, t.Any]) -> None:
        """Send it."""
        body = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments: t.Any) -> None:
        """Say nothing."""


def playbook() -> str:
    """The first YAML block of the guide."""
    found = re.search(r"^\.\. code-block:: yaml\+jinja\n\n((?: .*\n|\n)+)", GUIDE.read_text(encoding="utf-8"), re.M)
    assert found is not None
    return textwrap.dedent(found.group(1))


def run(folder: Path, controller: str, token: str, *arguments: str) -> tuple[int, str]:
    """Run it as a job does."""
    env = {**os.environ, "CONTROLLER_HOST": controller, "CONTROLLER_OAUTH_TOKEN": token, "ANSIBLE_NOCOLOR": "1"}
    command = [sys.executable, "-m", "ansible.cli.playbook", "-i", str(folder / "nodes.json"), *arguments]
    done = subprocess.run(
        [*command, str(folder / "playbook.yml")],
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=600,
        check=False,
    )
    return done.returncode, done.stdout


def main() -> None:
    """Refused ones first: what they would remove must still be there for the last."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Controller)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    controller = f"http://127.0.0.1:{server.server_port}"
    removed = "registry.example.com/acme/ee:1"
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "playbook.yml").write_text(playbook(), encoding="utf-8")
        (folder / "nodes.json").write_text(json.dumps({"execution_nodes": {"hosts": HOSTS}}), encoding="utf-8")
        for token, expected, said in (
            ("expired", 2, "401"),
            ("member", 2, REFUSED),
            ("too-many", 2, REFUSED),
            ("empty", 2, REFUSED),
            ("auditor", 0, removed),
        ):
            status, output = run(folder, controller, token)
            if status != expected or said not in output or (expected and removed in output):
                raise SystemExit(f"{token}: exit status {status}, expected {expected} and {said}\n{output}")
            print(f"ok: {token}", flush=True)


if __name__ == "__main__":
    main()
