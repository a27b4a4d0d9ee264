# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What `make test` runs. Standard library only, Python 3.9+, so that it starts on a bare machine.

`tables.py` says what is tested against what, and what may be left out and why. The rest carries it out.
"""
