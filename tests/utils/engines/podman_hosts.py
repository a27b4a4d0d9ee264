# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hosts as people have them: Podman without a socket, journald, Python, an ssh server, and users who are not root.

No session is opened for anybody, so there is no XDG_RUNTIME_DIR, as for services and for `become_user`.
"""

from __future__ import annotations

import concurrent.futures
import pathlib
import shutil
import subprocess
import typing as t

from engines.catalogue import ENGINES, Engine, LabError, engine_named
from engines.launch import free_port, wait_for_port
from engines.namespace import INSIDE, inside, spawn
from engines.roots import HOST, root_of, unpack
from engines.state import State

HOMES = "/run/home"
# Each has 65,536 subordinate IDs. AWX and AAP run their jobs as awx on execution nodes.
USERS = {"ops": 1000, "awx": 1001}
SUBORDINATE = "".join(f"{name}:{number}00000:65536\n" for number, name in enumerate(USERS, 1))
PAM = "".join(f"{kind} sufficient pam_permit.so\n" for kind in ("auth", "account", "password", "session"))
# Containers get no control groups, so that nothing is left behind.
CONTAINERS_CONF = """\
[containers]
cgroups = "disabled"
pids_limit = 0
[engine]
cgroup_manager = "cgroupfs"
events_logger = "file"
"""
# What services and users log is kept; each user's in a file of its own, as Debian and Fedora have it.
JOURNALD_CONF = """\
[Journal]
Storage=persistent
ReadKMsg=no
Audit=no
"""
PASSWD = "root:x:0:0:root:/root:/bin/sh\nsshd:x:100:65534::/run/sshd:/usr/sbin/nologin\n" + "".join(
    f"{name}:x:{number}:{number}::{HOMES}/{name}:/bin/sh\n" for name, number in USERS.items()
)
GROUP = "root:x:0:\nnogroup:x:65534:\nsystemd-journal:x:190:\n" + "".join(
    f"{name}:x:{number}:\n" for name, number in USERS.items()
)
FILES = {
    "containers/containers.conf": CONTAINERS_CONF,
    "containers/journald.conf": CONTAINERS_CONF.replace('"file"', '"journald"'),
    "systemd/journald.conf": JOURNALD_CONF,
    "machine-id": "c0ffee00c0ffee00c0ffee00c0ffee00\n",
    "containers/policy.json": '{"default": [{"type": "insecureAcceptAnything"}]}',
    "passwd": PASSWD,
    "group": GROUP,
    "subuid": SUBORDINATE,
    "subgid": SUBORDINATE,
    "pam.d/other": PAM,
    "pam.d/sudo": PAM,
    "sudoers": "root ALL=(ALL) NOPASSWD: ALL\n",
}
SSHD_CONFIG = """\
ListenAddress 127.0.0.1
Port {port}
HostKey {inside}/host-key
AuthorizedKeysFile {inside}/key.pub
PidFile none
StrictModes no
UsePAM no
PasswordAuthentication no
Subsystem sftp internal-sftp
"""
# sshd runs in the foreground as process 1 of the namespace, beside journald. Storage is in memory: there is no overlay
# on an overlay. Podman moves what is in the topmost control group into one that other users cannot read, so the
# host has one of its own.
START = f"""
mkdir -p "/sys/fs/cgroup/$1"
echo $$ > "/sys/fs/cgroup/$1/cgroup.procs"
cp -r {INSIDE}/etc/. /etc/
echo "127.0.0.1 localhost $(uname -n)" > /etc/hosts
chmod 0440 /etc/sudoers
mkdir -p /run/sshd /run/systemd/journal /var/log/journal {HOMES} /var/lib/containers
mount -t tmpfs tmpfs /var/lib/containers
for user in {" ".join(USERS)}; do install -d -o $user -g $user {HOMES}/$user; done
touch /run/systemd/journal/flushed  # or it would keep its files in memory
/usr/lib/systemd/systemd-journald &
exec /usr/sbin/sshd -D -e -f {INSIDE}/sshd_config
"""


def start_podman_hosts(state: State, cache: pathlib.Path, names: t.Sequence[str]) -> dict[str, t.Any]:
    """Start the hosts of the named Podman releases (all without names) and return how ssh reaches them."""
    wanted = [engine_named(name) for name in names] or [engine for engine in ENGINES if engine.kind == "podman"]
    lost = unpack(cache, [f"{engine.suite}{HOST}" for engine in wanted])
    if names and lost:
        raise LabError(next(iter(lost.values())))
    wanted = [engine for engine in wanted if f"{engine.suite}{HOST}" not in lost]
    folder = state.new("podman-hosts")
    for key in ("key", "host-key"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / key)], check=True)
    with concurrent.futures.ThreadPoolExecutor() as pool:
        hosts = list(pool.map(lambda engine: _start(state, cache, engine, folder), wanted))
    return {"key": str(folder / "key"), "hosts": hosts}


def _start(state: State, cache: pathlib.Path, engine: Engine, keys: pathlib.Path) -> dict[str, t.Any]:
    name = f"{engine.name}-host"
    state.stop([name])
    folder = state.new(name)
    for key in ("key.pub", "host-key"):
        shutil.copy(keys / key, folder / key)
    port = free_port()
    (folder / "sshd_config").write_text(SSHD_CONFIG.format(port=port, inside=INSIDE), encoding="ascii")
    for path, text in FILES.items():
        target = folder / "etc" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="ascii")
    process = spawn(
        root_of(cache, f"{engine.suite}{HOST}"), folder, ["sh", "-euc", START, "sh", f"{state.cgroup}/{name}"], "v2"
    )
    state.write(name, process.pid, namespace=True)
    wait_for_port(port)
    return state.write(
        name, process.pid, namespace=True, port=port, release=engine.name, inside=inside(process.pid, {})
    )
