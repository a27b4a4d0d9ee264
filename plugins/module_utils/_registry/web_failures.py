# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sentence for each way in which a host gives no whole answer. Imported only when one did."""

from __future__ import annotations

import errno
import socket
import ssl
import typing as t

from .._core.registry.registry_error import RegistryError, one_line
from .._engine.replies import ReplyTooLong

if t.TYPE_CHECKING:
    from .._core.registry.web_address import WebAddress
    from .web_connection import Proxy


def broken(exc: BaseException, address: WebAddress, proxy: Proxy | None, timeout: int, limit: int) -> RegistryError:
    """No answer came, or only a part of one."""
    name = address.registry
    if isinstance(exc, ReplyTooLong):
        return RegistryError(f"{name} sent more than the {limit} bytes that such an answer may have.")
    through = f" through the proxy {proxy.shown}" if proxy else ""
    return RegistryError(f"{_reason(exc, address, through, timeout)}.", unreached=True)


def unusable_files(exc: OSError, address: WebAddress) -> RegistryError:
    """The files that options name for TLS."""
    text = one_line(exc.strerror or str(exc))
    return RegistryError(
        f"The certificates for {address.registry} cannot be used ({text}): check ca_path, client_cert and client_key of"
        " that registry."
    )


def _reason(exc: BaseException, address: WebAddress, through: str, timeout: int) -> str:
    name = address.registry
    if isinstance(exc, (TimeoutError, socket.timeout)):
        return f"{name} gave no whole answer within {timeout} s{through}: raise timeout if it is only slow"
    if isinstance(exc, ssl.SSLError):
        return _tls_reason(exc, name, through)
    if isinstance(exc, socket.gaierror):
        return f"The host of {name}{through} cannot be resolved ({one_line(exc.strerror or '')}): check the name"
    if isinstance(exc, OSError) and exc.errno == errno.ECONNREFUSED:
        return f"Nothing listens at {name}{through} (connection refused): check the name and the port"
    if isinstance(exc, OSError) and exc.errno in (errno.EHOSTUNREACH, errno.ENETUNREACH):
        return f"There is no route to {name}{through}: check the network, and HTTPS_PROXY if one is needed"
    # What http.client says may hold what the host sent.
    text = one_line(exc.strerror) if isinstance(exc, OSError) and exc.strerror else type(exc).__name__
    tls = "" if address.scheme == "https" else ", and whether it wants TLS"
    return f"The connection to {name}{through} broke before a whole answer came ({text}): check the port{tls}"


def _tls_reason(exc: ssl.SSLError, name: str, through: str) -> str:
    text = one_line(str(exc.reason or exc)).lower().replace("_", " ")
    if isinstance(exc, ssl.SSLCertVerificationError):
        said = one_line(exc.verify_message)
        if exc.verify_code in (62, 64):  # X509_V_ERR_HOSTNAME_MISMATCH, X509_V_ERR_IP_ADDRESS_MISMATCH
            return f"The certificate of {name}{through} is for another name ({said}): use a name from the certificate"
        return (
            f"The certificate of {name}{through} cannot be verified ({said}): give its CA certificate as ca_path of"
            f" {name} in registries"
        )
    if "wrong version number" in text or "record layer failure" in text or "http request" in text:
        return (
            f"{name}{through} does not speak TLS: check the port, or give {name} in registries with plain_http=true if"
            " plain HTTP is meant"
        )
    alerts = ("certificate required", "alert unknown ca", "bad certificate", "handshake failure")
    if any(alert in text for alert in alerts):
        return (
            f"{name}{through} refused the client certificate, or got none ({text}): give client_cert and client_key of"
            f" {name} in registries"
        )
    return f"TLS with {name}{through} failed ({text}): check the port and the certificates"
