#!/usr/bin/env bash
set -eu
ANSIBLE_ROLES_PATH=.. exec ansible-playbook -i ../../inventory playbook.yml "$@"
