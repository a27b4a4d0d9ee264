#!/usr/bin/env bash
set -eu
# Engines of its own: one of them is started a second time.
LAB_STATE=$(mktemp -d)
export LAB_STATE
ANSIBLE_ROLES_PATH=.. exec ansible-playbook -i ../../inventory playbook.yml "$@"
