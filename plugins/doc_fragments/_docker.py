# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation fragment: how to reach an engine. The options themselves are in module_utils/_argspec.py."""

from __future__ import annotations


class ModuleDocFragment:
    """Names, aliases, defaults and environment variables are those of community.docker."""

    DOCUMENTATION = r"""
options:
  docker_host:
    description:
      - The URL or Unix socket path of the engine, for example V(unix:///run/podman/podman.sock),
        V(tcp://192.0.2.23:2376) or V(ssh://root@192.0.2.23).
      - With V(https://), TLS is always used. The engine's certificate is verified unless O(tls=true) is set and
        O(validate_certs) is not.
      - If the value is not specified in the task, the value of environment variable E(DOCKER_HOST) is used instead.
        If the environment variable is not set, the default value is used.
      - Podman serves the same API on the socket of its C(podman.socket) unit. Without such a socket, V(podman://)
        starts C(podman system service) for the length of the task, as the user of the task, on a socket that only this
        user may open. Only this collection supports this value, so do not use it in a C(module_defaults) block that
        C(community.docker) shares.
    type: str
    default: unix:///var/run/docker.sock
    aliases:
      - docker_url
  docker_context:
    description:
      - Name of a context of the Docker CLI on the managed host, as C(docker context ls) lists it for the user of the
        task. Its host and its TLS files are used. As in the CLI, TLS is used if the context has TLS files or skips
        the verification.
      - An unknown name is an error. V(default) means the value of O(docker_host).
      - Mutually exclusive with an O(docker_host) that the task sets. It wins over E(DOCKER_HOST) and
        E(DOCKER_CERT_PATH).
      - Contexts are read from E(DOCKER_CONFIG), or C(~/.docker) if that is not set. E(DOCKER_CONTEXT) is not read.
    type: str
    aliases:
      - cli_context
  tls_hostname:
    description:
      - The name to expect in the engine's certificate, instead of the one in O(docker_host). Used with
        O(validate_certs=true).
      - If the value is not specified in the task, the value of environment variable E(DOCKER_TLS_HOSTNAME) is used
        instead.
      - The Docker SDK for Python 7.0.0 and newer cannot check another name. With it, this option is an error if TLS
        is verified.
    type: str
  api_version:
    description:
      - The version of the Engine API to use. V(auto) uses the newest version that both the engine and this
        collection support.
      - If the value is not specified in the task, the value of environment variable E(DOCKER_API_VERSION) is used
        instead. If the environment variable is not set, the default value is used.
      - At least V(1.24). A version that the engine does not accept is an error.
    type: str
    default: auto
    aliases:
      - docker_api_version
  timeout:
    description:
      - The maximum number of seconds to wait for each reply of the engine, or with the Docker SDK for Python, the
        maximum number of seconds without any data.
      - If the value is not specified in the task, the value of environment variable E(DOCKER_TIMEOUT) is used instead.
        If the environment variable is not set, the default value is used.
    type: int
    default: 60
  ca_path:
    description:
      - Path of the CA certificate to verify the engine's certificate with.
      - If the value is not specified in the task and the environment variable E(DOCKER_CERT_PATH) is set, the file
        C(ca.pem) from that directory is used.
    type: path
    aliases:
      - ca_cert
      - tls_ca_cert
      - cacert_path
  client_cert:
    description:
      - Path of the client's TLS certificate.
      - If the value is not specified in the task and the environment variable E(DOCKER_CERT_PATH) is set, the file
        C(cert.pem) from that directory is used.
    type: path
    aliases:
      - tls_client_cert
      - cert_path
  client_key:
    description:
      - Path of the client's TLS key.
      - If the value is not specified in the task and the environment variable E(DOCKER_CERT_PATH) is set, the file
        C(key.pem) from that directory is used.
    type: path
    aliases:
      - tls_client_key
      - key_path
  tls:
    description:
      - Use TLS without verifying the engine's certificate. If O(validate_certs) is V(true) as well, it takes
        precedence.
      - If the value is not specified in the task, the value of environment variable E(DOCKER_TLS) is used instead.
        If the environment variable is not set, the default value is used.
    type: bool
    default: false
  validate_certs:
    description:
      - Use TLS and verify the engine's certificate.
      - If the value is not specified in the task, the value of environment variable E(DOCKER_TLS_VERIFY) is used
        instead. If the environment variable is not set, the default value is used.
    type: bool
    default: false
    aliases:
      - tls_verify
  use_ssh_client:
    description:
      - For C(ssh://) hosts, use the C(ssh) command instead of the Docker SDK for Python with paramiko. The command must
        reach the host without asking for input.
      - Required if O(docker_host) includes the path of a socket, as in V(ssh://root@192.0.2.23/run/docker.sock).
    type: bool
    default: false
  debug:
    description:
      - Has no effect. It is accepted so that a block of C(module_defaults) can be shared with community.docker.
    type: bool
    default: false
  podman_executable:
    description:
      - The Podman to start if O(docker_host=podman://), as an absolute path or as a name in the C(PATH) of the task's
        user.
    type: str
    default: podman
notes:
  - An empty environment variable counts as not set.
  - C(unix://) and C(podman://) hosts, and C(ssh://) hosts with O(use_ssh_client=true), do not need a package on the
    managed host. For other hosts the Docker SDK for Python is used. It reads C($HOME/.docker/config.json), or
    C($DOCKER_CONFIG/config.json) if E(DOCKER_CONFIG) is set, for HTTP headers.
  - As with the docker command, requests to C(tcp://), C(http://) and C(https://) hosts go through the proxy that
    E(HTTP_PROXY), E(HTTPS_PROXY) or E(ALL_PROXY) names, unless E(NO_PROXY) lists the host.
  - Redirects are not followed. A reply of more than 256 MiB is refused. This is enough for 25,000 images with very many
    labels. The limit is C(MAX_REPLY_SIZE) in C(plugins/module_utils/_engine/replies.py).
requirements:
  - Python 3.9 or newer
  - Docker SDK for Python 5.0.3 or newer (C(python3-docker) in Debian, C(docker) on PyPI) for C(tcp://) and C(https://)
    hosts, and for C(ssh://) hosts with O(use_ssh_client=false)
  - paramiko, and with requests 2.32 or newer the Docker SDK 7.1.0 or newer, for C(ssh://) hosts with
    O(use_ssh_client=false)
"""
