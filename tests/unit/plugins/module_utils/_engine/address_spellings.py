# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Addresses with a secret, in every spelling that people write or that a typing error makes."""

from __future__ import annotations

import itertools

SECRET = "hunter2"
SPELLINGS = sorted(
    {
        f"{scheme}{user}{colon}{SECRET}{at}{host}"
        for scheme, user, colon, at, host in itertools.product(
            ["", "/", "//", "tcp:", "tcp:/", "tcp:///", "tcp://", "TCP://", "https://", "ssh://", "unix://", "unix:///"]
            + ["http+unix://", "x://", "tcp://tcp://"],
            ["u", "", "a@b", "u v"],
            [":", "%3A", "%3a", "%253A", "::", "："],
            ["@", "%40", "%2540", "＠", "/@", "?@", "#@", "@@"],
            ["h:2375", "[::1]:2375", "h", "h:1/p", "h:x"],
        )
    }
    | {
        f"{scheme}{host}{mark}{SECRET}"
        for scheme, host, mark in itertools.product(
            ["", "tcp://", "http://", "ssh://u@", "unix:///", "/"],
            ["h:2375", "h:2375/p"],
            ["?token=", "#", "/?x=", ";token=", "%3Ftoken=", "%23", "?a@b", "#a@", "&token="],
        )
    }
)
