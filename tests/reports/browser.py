# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A real headless Chromium, and a server that counts what a page asks for."""

from __future__ import annotations

import contextlib
import http.server
import threading
import typing as t

from conftest import program
from playwright.sync_api import Browser, Page, sync_playwright

# Without these a headless Chromium of a distribution looks up hosts of its maker; root needs --no-sandbox.
ARGUMENTS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()

# What Jenkins sends with every file of a build, unless somebody relaxed it.
# https://www.jenkins.io/doc/book/security/configuring-content-security-policy/
JENKINS = "sandbox allow-same-origin; default-src 'none'; img-src 'self'; style-src 'self'"


@contextlib.contextmanager
def launched() -> t.Iterator[Browser]:
    """Chromium, as the distribution has it."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program("chromium"), args=ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()


class Site:
    """Serves one page at every path, and notes the paths."""

    def __init__(self, html: str, policy: str | None = None) -> None:
        self.asked: list[str] = []
        site = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.asked.append(self.path)
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                if policy:
                    self.send_header("Content-Security-Policy", policy)
                self.end_headers()
                self.wfile.write(html.encode())

            def log_message(self, *_args: t.Any) -> None:
                """Say nothing."""

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.address = f"http://127.0.0.1:{self.server.server_port}/report"

    def close(self) -> None:
        """Stop serving."""
        self.server.shutdown()
        self.server.server_close()


class Visit:
    """An open page, with everything that it said and asked for."""

    def __init__(self, browser: Browser, html: str, policy: str | None = None, **context: t.Any) -> None:
        self.site = Site(html, policy)
        self.context = browser.new_context(**context)
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(120_000)  # a busy machine is no failure
        self.console: list[str] = []
        self.requests: list[str] = []
        self.page.on("console", lambda message: self.console.append(message.text))
        self.page.on("pageerror", lambda error: self.console.append(str(error)))
        self.page.on("dialog", lambda dialog: (self.console.append(f"dialog {dialog.message}"), dialog.dismiss()))
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.goto(self.site.address)

    def __enter__(self) -> Visit:
        return self

    def __exit__(self, *_error: object) -> None:
        self.context.close()
        self.site.close()

    def column(self, table: str, number: int) -> list[str]:
        """The texts of one column of the rows that show, from the top."""
        cells = self.page.locator(f"#{table} tbody tr:visible > :nth-child({number})")
        return [text.strip() for text in cells.all_text_contents()]
