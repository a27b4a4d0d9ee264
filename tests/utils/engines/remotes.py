# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Engines on loopback that are reached like remote ones: TLS with client certificates, plain TCP, ssh; CLI contexts."""

from __future__ import annotations

import os
import pathlib
import subprocess
import typing as t

from engines.api import EngineAPI
from engines.catalogue import engine_named
from engines.daemons import SOCKET
from engines.launch import free_port, start_engine, wait_for_port
from engines.namespace import INSIDE
from engines.state import State

TLS, SSH = "remote-tls", "remote-ssh"  # names of the two engines

# Two authorities: the engine trusts the first, and a client that trusts only the second must refuse the engine.
MAKE_CERTIFICATES = r"""
cd "$1"
key="-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -noenc -days 2"
for ca in ca other-ca; do
  openssl req -x509 $key -keyout $ca-key.pem -out $ca.pem -subj "/CN=$ca" -addext keyUsage=critical,keyCertSign
done
signed() { # NAME CA PURPOSE
  openssl req -x509 $key -CA "$2.pem" -CAkey "$2-key.pem" -keyout "$1-key.pem" -out "$1.pem" -subj "/CN=$1" \
    -addext basicConstraints=critical,CA:FALSE -addext "extendedKeyUsage=$3" -addext subjectAltName=IP:127.0.0.1
}
signed server ca serverAuth
signed cert ca clientAuth
signed other-cert other-ca clientAuth
mv cert-key.pem key.pem
ssh-keygen -q -t ed25519 -N '' -f ssh-key
ssh-keygen -q -t ed25519 -N '' -f ssh-host-key
"""

SSHD_CONFIG = """\
ListenAddress 127.0.0.1
Port {port}
HostKey {inside}/ssh-host-key
AuthorizedKeysFile {inside}/ssh-key.pub
PidFile none
StrictModes no
UsePAM no
PasswordAuthentication no
SetEnv DOCKER_HOST=unix://{inside}/{socket}
"""


def start_remotes(state: State, cache: pathlib.Path) -> dict[str, t.Any]:
    """Start both engines and return how to reach them."""
    state.stop([TLS, SSH])
    secrets = _secrets(state)
    tls_port, tcp_port, ssh_port = free_port(), free_port(), free_port()
    files = [
        f"--tls{name}={INSIDE}/{file}" for name, file in (("cacert", "ca"), ("cert", "server"), ("key", "server-key"))
    ]
    tls = start_engine(
        state,
        cache,
        engine_named("docker-28.5"),
        TLS,
        ["--host", f"tcp://127.0.0.1:{tls_port}", "--tlsverify", *(f"{file}.pem" for file in files)],
        secrets,
    )
    # Started from the same root as the registry, for that one has an ssh server.
    ssh = start_engine(
        state, cache, engine_named("docker-20.10"), SSH, ["--host", f"tcp://127.0.0.1:{tcp_port}"], secrets
    )
    _serve_ssh(state, ssh, ssh_port)
    for engine in (tls, ssh):
        EngineAPI(engine["socket"]).stream(
            "/images/create", b"\0" * 1024, fromSrc="-", repo=f"example/{engine['name']}:1"
        )
    contexts = _contexts(state, ssh, tls, tls_port)
    folder = state.folder / TLS
    return {
        "tls_url": f"tcp://127.0.0.1:{tls_port}",
        "tcp_url": f"tcp://127.0.0.1:{tcp_port}",
        "ssh_url": f"ssh://root@127.0.0.1:{ssh_port}",
        "tls": tls,
        "ssh": ssh,
        "certificates": str(folder),
        "docker_config": contexts,
        "home": _client_home(state, ssh_port),
    }


def _secrets(state: State) -> dict[str, bytes]:
    """Make certificates and keys with the tools beside the registry, so that none are needed here."""
    folder = state.new("secrets")
    registry = state.services()["registry"]
    shared = state.folder / "registry" / "secrets"
    shared.mkdir(exist_ok=True)
    command = [*registry["inside"], "sh", "-euc", MAKE_CERTIFICATES, "sh", f"{INSIDE}/secrets"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    shared.rename(folder / "made")
    return {path.name: path.read_bytes() for path in (folder / "made").iterdir()}


def _serve_ssh(state: State, engine: dict[str, t.Any], port: int) -> None:
    """Run sshd beside the engine; it ends with the engine's namespace."""
    folder = state.folder / SSH
    (folder / "ssh-host-key").chmod(0o600)
    config = SSHD_CONFIG.format(port=port, inside=INSIDE, socket=SOCKET)
    (folder / "sshd_config").write_text(config, encoding="ascii")
    subprocess.run([*engine["inside"], "mkdir", "-p", "/run/sshd"], check=True)
    subprocess.run([*engine["inside"], "/usr/sbin/sshd", "-f", f"{INSIDE}/sshd_config"], check=True)
    wait_for_port(port)


def _client_home(state: State, port: int) -> str:
    """Return a home whose .ssh knows host and key (Paramiko reads it), with an `ssh` in bin that reads it, too."""
    home = state.folder / SSH / "home"
    settings = home / ".ssh"
    settings.mkdir(parents=True, mode=0o700)
    key = home.parent / "ssh-key"
    key.chmod(0o600)
    host_key = (home.parent / "ssh-host-key.pub").read_text(encoding="ascii")
    (settings / "known_hosts").write_text(f"[127.0.0.1]:{port} {host_key}", encoding="ascii")
    (settings / "config").write_text(
        f"Host 127.0.0.1\n  IdentityFile {key}\n  UserKnownHostsFile {settings}/known_hosts\n  BatchMode yes\n",
        encoding="ascii",
    )
    (home / "bin").mkdir()
    wrapper = home / "bin" / "ssh"  # OpenSSH takes the home from passwd, not from $HOME
    wrapper.write_text(f'#!/bin/sh\nexec /usr/bin/ssh -F {settings}/config "$@"\n', encoding="ascii")
    wrapper.chmod(0o755)
    return str(home)


def _contexts(state: State, ssh: dict[str, t.Any], tls: dict[str, t.Any], port: int) -> str:
    """Let the Docker CLI itself write contexts: `remote` by TLS, `local` by socket. Return its configuration folder."""
    folder = state.folder / SSH / "docker-config"
    files = ",".join(f"{word}={INSIDE}/{word}.pem" for word in ("ca", "cert", "key"))
    for name, endpoint in {
        "remote": f"host=tcp://127.0.0.1:{port},{files}",
        "local": f"host={tls['docker_host']}",
    }.items():
        create = [
            "env",
            f"DOCKER_CONFIG={INSIDE}/{folder.name}",
            "docker",
            "context",
            "create",
            name,
            "--docker",
            endpoint,
        ]
        subprocess.run([*ssh["inside"], *create], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return os.fspath(folder)
