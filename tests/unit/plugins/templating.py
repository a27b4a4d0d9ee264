# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run an expression the way a playbook does, so that filters meet the lazy containers of ansible-core 2.19."""

from __future__ import annotations

import typing as t

from ansible.parsing.dataloader import DataLoader
from ansible.parsing.vault import VaultLib, VaultSecret
from ansible.template import Templar

_VAULT_SECRETS = [("default", VaultSecret(b"password"))]

try:
    from ansible.parsing.vault import VaultSecretsContext

    if VaultSecretsContext.current(optional=True) is None:
        VaultSecretsContext.initialize(VaultSecretsContext(_VAULT_SECRETS))
except ImportError:  # before 2.19 the loader of a file knows them
    pass

try:
    from ansible.template import trust_as_template

    def _registered(value: t.Any) -> t.Any:
        """Text without a mark is data already."""
        return value

except ImportError:  # before 2.19 all text is a template unless wrapped
    from ansible.utils.unsafe_proxy import wrap_var as _registered

    def trust_as_template(value: str) -> str:
        """Older cores need no mark."""
        return value


def evaluate(expression: str, **variables: t.Any) -> t.Any:
    """The value of ``{{ expression }}`` with these variables, which count as registered results of a module."""
    return evaluate_text("{{ " + expression + " }}", **variables)


def evaluate_text(template: str, **variables: t.Any) -> t.Any:
    """The same for a whole template, as it stands in a file."""
    templar = Templar(loader=DataLoader(), variables={name: _registered(value) for name, value in variables.items()})
    return templar.template(trust_as_template(template))


def vaulted(text: str) -> t.Any:
    """What ansible-core makes of ``!vault`` in a file with variables."""
    loader = DataLoader()
    loader.set_vault_secrets(_VAULT_SECRETS)
    lines = VaultLib(_VAULT_SECRETS).encrypt(text).decode().splitlines()
    return loader.load("\n  ".join(["value: !vault |", *lines]))["value"]
