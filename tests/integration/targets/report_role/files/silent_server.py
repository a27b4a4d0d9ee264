# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A server that takes connections and never says a word; the file that it is given gets the number of its port."""

from __future__ import annotations

import signal
import socket
import sys
from pathlib import Path

server = socket.create_server(("127.0.0.1", 0))
Path(sys.argv[1]).write_text(str(server.getsockname()[1]), encoding="ascii")
signal.pause()
