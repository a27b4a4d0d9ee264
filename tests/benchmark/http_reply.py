# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""CPU time of a request and its reply over a unix socket: http.client, and the transport of this collection.

  PYTHONPATH=... python3 tests/benchmark/http_reply.py

PYTHONPATH holds the folder above ansible_collections. The server of this process answers as Docker answers the
inspection of a small image; the CPU time is that of the thread which asks.
"""

from __future__ import annotations

import http.client
import pathlib
import socket
import statistics
import tempfile
import threading
import time
import typing as t

from ansible_collections.container_ops.images.plugins.module_utils._engine.connection import connection_from
from ansible_collections.container_ops.images.plugins.module_utils._engine.unix_socket import UnixSocket

TARGET = f"/v1.51/images/sha256:{'0' * 64}/json"
BODY = b'{"Id":"sha256:%s"}' % (b"0" * 64) + b" " * 1500
HEADERS = (
    b"Api-Version: 1.51\r\nContent-Type: application/json\r\nDocker-Experimental: false\r\nOstype: linux\r\n"
    b"Server: Docker/28.5.2 (linux)\r\nDate: Mon, 30 Nov 2026 12:00:00 GMT\r\nContent-Length: %d\r\n\r\n" % len(BODY)
)
REQUESTS = 300
PASSES = 15


def serve(listener: socket.socket) -> None:
    """Answer each request on each connection."""
    while True:
        connected, _address = listener.accept()
        threading.Thread(target=answer, args=(connected,), daemon=True).start()


def answer(connected: socket.socket) -> None:
    """The same reply to whatever comes; a request comes in one piece."""
    while connected.recv(65536):
        connected.sendall(b"HTTP/1.1 200 OK\r\n" + HEADERS + BODY)


def main() -> None:
    """Each way in turns, and the median of its passes."""
    with tempfile.TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX) as listener:
        path = str(pathlib.Path(folder, "engine.sock"))
        listener.bind(path)
        listener.listen()
        threading.Thread(target=serve, args=(listener,), daemon=True).start()
        library = http.client.HTTPConnection("localhost")
        library.sock = socket.socket(socket.AF_UNIX)
        library.sock.connect(path)
        ours = UnixSocket(connection_from({"docker_host": f"unix://{path}"}, {}))

        def by_http_client() -> bytes:
            library.request("GET", TARGET)
            return library.getresponse().read()

        def by_us() -> bytes:
            return ours.send("GET", TARGET)[1]

        ways: dict[str, t.Callable[[], bytes]] = {"http.client": by_http_client, "unix_socket.py": by_us}
        taken: dict[str, list[float]] = {name: [] for name in ways}
        for _pass in range(PASSES):
            for name, way in ways.items():
                start = time.thread_time()
                for _request in range(REQUESTS):
                    assert way() == BODY
                taken[name].append((time.thread_time() - start) / REQUESTS * 1e6)
        ours.close()
        library.close()
    first = statistics.median(taken["http.client"])
    for name, all_times in taken.items():
        median = statistics.median(all_times)
        print(f"{name:15} {median:4.0f} us  {median / first:.2f} x http.client")


if __name__ == "__main__":
    main()
