#!/usr/bin/env bash
set -eu
# Engines of its own: some examples remove images.
LAB_STATE=$(mktemp -d)
export LAB_STATE
ANSIBLE_ROLES_PATH=.. exec ansible-playbook -i ../../inventory playbook.yml "$@"
