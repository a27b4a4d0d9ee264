#!/usr/bin/python
# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What names of images mean in their registries."""

from __future__ import annotations

DOCUMENTATION = r"""
module: image_registry_info
short_description: Ask registries what names of images mean
version_added: 1.0.0
description:
  - Returns one row for each name, with the digest that the registry has for it now. With O(details), also the
    platforms, sizes, labels and layers; with O(newer_tags), the tags with a newer version.
  - No image is pulled, and no engine is needed. The module speaks the OCI distribution protocol with what Python brings
    along. It runs on the managed host, or on the controller with C(delegate_to).
  - A name that cannot be looked up is a row with RV(references[].error), not a failed task, unless
    O(fail_on_error=true).
author:
  - container_ops.images contributors (@container-ops)
extends_documentation_fragment:
  - container_ops.images._attributes
  - container_ops.images._attributes.info_module
  - container_ops.images._attributes.actiongroup_images
  - container_ops.images._docker
options:
  names:
    description:
      - Names of images, with a tag or a digest; with neither, the tag V(latest) is meant. V(alpine) and
        V(docker.io/library/alpine:latest) mean the same, and are asked once.
      - With a tag and a digest, the digest is looked up, as C(docker pull) does.
      - This, O(src), or both are required.
    type: list
    elements: str
  src:
    description:
      - Spool files of M(container_ops.images.image_summary_info) and directories with spool files, on the host where
        the module runs. The tags in them are looked up as well, each once, however many hosts have it.
      - Only tags of images that have a digest of the same repository are taken. The others were not pulled from there.
    type: list
    elements: path
  via:
    description:
      - V(registry) asks the registries themselves.
      - V(engine) lets Docker ask them (C(GET /distribution/{name}/json\)), one name after the other, with the mirrors
        and CA certificates of the daemon. Only RV(references[].digest), RV(references[].media_type) and the names of
        the platforms are known then. Podman does not offer this.
      - With V(engine), credentials are sent to the engine, which passes them on. They are not sent to an engine that is
        reached by TCP without verified TLS.
    type: str
    default: registry
    choices:
      - registry
      - engine
  details:
    description:
      - Read the manifest and the config of each image as well. This takes one request for each name, and two for each
        platform.
    type: bool
    default: false
  platforms:
    description:
      - With O(details), only these platforms, for example V(linux/amd64) or V(linux/arm/v7). The manifests of the
        others are not fetched.
      - A platform that an image does not have is listed in RV(references[].missing_platforms).
    type: list
    elements: str
  newer_tags:
    description:
      - Look for tags of the same repository with a newer version. V({}) takes the defaults.
      - A tag has a version if it is one to three numbers, with or without a C(v) before them and a suffix after them.
        It is compared with tags of the same form, with as many numbers. V(1.26-alpine) is compared with V(1.27-alpine),
        and not with V(1.27), V(1.27.1-alpine) or V(1.27-slim).
      - Versions are ordered as by U(https://semver.org/spec/v2.0.0.html).
    type: dict
    suboptions:
      pattern:
        description: Only tags that match this pattern, with C(*) and C(?), or with C(regex:) before it.
        type: str
      pre_releases:
        description:
          - Count pre-releases, such as V(2.0.0-rc.1), as newer. For a tag that is a pre-release itself they always
            count.
        type: bool
        default: false
      max_pages:
        description:
          - How many pages of tags to read from each repository. A page has up to 1000 tags; some registries send fewer.
          - If there are more, RV(references[].newer_tags_complete) is V(false).
        type: int
        default: 20
  registries:
    description:
      - What holds for single registries. Each entry is about the one host that it names, as registry, as token server
        or as where a registry redirects to.
    type: list
    elements: dict
    suboptions:
      name:
        description: Host, with the port if names have one. V(docker.io) is Docker Hub.
        type: str
        required: true
      username:
        description: User of the registry. Required with O(registries[].password).
        type: str
      password:
        description: Password or access token of that user.
        type: str
      ca_path:
        description: File with CA certificates to trust for this host, beside those of the system.
        type: path
      client_cert:
        description: File with the client's TLS certificate. Required with O(registries[].client_key).
        type: path
      client_key:
        description: File with the client's TLS key.
        type: path
      validate_certs:
        description: Verify the certificate of this host. If V(false), anyone in between can read the credentials.
        type: bool
        default: true
      plain_http:
        description: Speak HTTP without TLS with this host. Credentials for it are sent in the clear then.
        type: bool
        default: false
  auth_files:
    description:
      - Files with credentials, in the form of Docker's C(config.json) or Podman's C(auth.json), on the host where the
        module runs. The first one that has an entry for the registry counts. Each must exist.
      - By default, the files that Podman and Docker use for the user of the task. These are E(REGISTRY_AUTH_FILE), or
        C($XDG_RUNTIME_DIR/containers/auth.json) and C($XDG_CONFIG_HOME/containers/auth.json), then
        C($DOCKER_CONFIG/config.json). E(XDG_RUNTIME_DIR), E(XDG_CONFIG_HOME) and E(DOCKER_CONFIG) are
        C(/run/containers/) with the user's ID, C(~/.config) and C(~/.docker) by default.
      - An empty list means that no file is read.
      - Credential helpers that a file names are run (C(docker-credential-NAME\), from C(PATH)). A name may have
        letters, digits and dashes. No shell is used, and a helper must answer within O(timeout).
      - O(registries[].username) wins over files.
    type: list
    elements: path
  max_wait:
    description:
      - How many seconds in all the task waits for a registry that answers with status 429, or with 503 and
        C(Retry-After). If the registry asks for more, its names get RV(references[].status=limited).
    type: int
    default: 60
  fail_on_error:
    description:
      - Fail if any row has an RV(references[].error). All rows are returned even so.
    type: bool
    default: false
  timeout:
    description:
      - The maximum number of seconds to wait for each answer of a registry, of the engine, or of a credential helper.
      - If the value is not specified in the task, the value of environment variable E(DOCKER_TIMEOUT) is used instead.
        If the environment variable is not set, the default value is used.
    type: int
    default: 60
notes:
  - With O(via=registry) the connection options have no effect, but for O(timeout). They are accepted so that one
    C(module_defaults) block serves all modules.
  - At most 8 requests are sent at a time. Without O(details) there is one request (C(HEAD)) for each name, and one more
    to the token server for each repository, if the registry has one. The first request to a registry that wants
    credentials or a token is refused and sent again.
  - Credentials are looked up only if a registry asks for them. They are sent to that registry, and to the token server
    that it names. They are not sent to another host that a registry redirects to, and not over HTTP without TLS, unless
    O(registries[].plain_http=true) for that host.
  - Registries are asked through the proxy that E(HTTPS_PROXY), E(HTTP_PROXY) or E(ALL_PROXY) names, unless E(NO_PROXY)
    lists the host.
  - At most 5 redirects are followed. Manifests, configs and pages of tags of more than 4 MiB are refused.
  - The digests of manifests and configs are checked. Without O(details), the digest is the one that the registry names.
seealso:
  - module: container_ops.images.image_summary_info
  - plugin: container_ops.images.image_outdated
    plugin_type: filter
"""

EXAMPLES = r"""
- name: What do these names mean now?
  container_ops.images.image_registry_info:
    names:
      - alpine:3.20
      - quay.io/prometheus/prometheus:v3.1.0
  register: current

- name: Show the digests
  ansible.builtin.debug:
    msg: "{{ item.name }}: {{ item.error or item.digest }}"
  loop: "{{ current.references }}"

- name: How large is the image for this machine, and is there a newer one?
  container_ops.images.image_registry_info:
    names: [docker.io/library/postgres:16.4]
    details: true
    platforms: [linux/amd64]
    newer_tags: {}

- name: Ask a private registry with its own CA
  container_ops.images.image_registry_info:
    names: [registry.example.com:5000/shop/app:1.4]
    registries:
      - name: registry.example.com:5000
        ca_path: /etc/ssl/private-ca.pem
        username: deploy
        password: "{{ vault_registry_password }}"
"""

RETURN = r"""
references:
  description: One row for each of O(names), in their order.
  returned: always, unless the options are wrong
  type: list
  elements: dict
  contains:
    name:
      description: The name as given.
      type: str
      returned: always
      sample: alpine:3.20
    reference:
      description: The whole name that was looked up. Empty if O(names) has something else than a name.
      type: str
      returned: always
      sample: docker.io/library/alpine:3.20
    registry:
      description: The registry.
      type: str
      returned: always
      sample: docker.io
    repository:
      description: The repository in that registry.
      type: str
      returned: always
      sample: library/alpine
    tag:
      description: The tag, or an empty text for a name with a digest alone.
      type: str
      returned: always
      sample: "3.20"
    digest:
      description: Digest of the index or manifest that the name means now. Empty if not known.
      type: str
      returned: always
      sample: sha256:1e42bbe2508154c9126d48c2b8a75420c3544343bf86fd041fb7527e017a4b4a
    media_type:
      description: Media type of that index or manifest.
      type: str
      returned: always
      sample: application/vnd.oci.image.index.v1+json
    kind:
      description:
        - V(index), V(image), V(signature), V(attestation) or V(artifact), which is anything else. Signatures and
          attestations are recognized by the media types of cosign, Sigstore bundles, Notary and in-toto.
        - Empty without O(details).
      type: str
      returned: always
      sample: index
    artifact_type:
      description: What it is, if it is neither an image nor an index of images. Empty without O(details).
      type: str
      returned: always
      sample: ""
    annotations:
      description: Annotations of the index or manifest. Empty without O(details).
      type: dict
      returned: always
      sample: {}
    platforms:
      description:
        - The images, one for each platform, in the order of the index. Empty without O(details).
        - With O(via=engine), only C(platform) and C(os_version).
      type: list
      elements: dict
      returned: always
      contains:
        platform:
          description: Operating system, architecture and variant, or an empty text for an artifact.
          type: str
          returned: always
          sample: linux/arm64/v8
        os_version:
          description: Version of the operating system, for Windows.
          type: str
          returned: always
          sample: ""
        digest:
          description: Digest of the manifest.
          type: str
          returned: always
          sample: sha256:33735bd63cf84d7e388d9f6d297d348c523c044410f553bd878c6d7829612735
        media_type:
          description: Media type of the manifest.
          type: str
          returned: always
          sample: application/vnd.oci.image.manifest.v1+json
        compressed_size:
          description:
            - Bytes of the layers as the registry keeps them, which usually is compressed. On a host the image takes
              more.
            - V(-1) if not known.
          type: int
          returned: always
          sample: 3623807
        config_digest:
          description: Digest of the config, which is the image ID in Docker's graph driver store and in Podman.
          type: str
          returned: always
          sample: sha256:91ef0af61f39ece4d6710e465df5ed6ca12112358344fd51ae6a3b886634148b
        created:
          description: When the image was built, in seconds since the epoch. V(0) if not known.
          type: int
          returned: always
          sample: 1725661391
        labels:
          description: Labels of the image.
          type: dict
          returned: always
          sample: {}
        annotations:
          description: Annotations of the manifest.
          type: dict
          returned: always
          sample: {}
        layers:
          description:
            - The layers, bottom up, or the parts of an artifact. Each has C(digest), C(media_type) and C(size).
          type: list
          elements: dict
          returned: always
          sample:
            - digest: sha256:43c4264eed91be63b206e17d93e75256a6097070ce643c5e8f0379998b44f170
              media_type: application/vnd.oci.image.layer.v1.tar+gzip
              size: 3623807
        layer_details:
          description:
            - The steps that built the image, with the compressed bytes of the layers. See
              RV(container_ops.images.image_summary_info#module:images[].layer_details).
            - V(null) if the configuration of the image was not read.
            - The filter P(container_ops.images.image_diff#filter) compares two platforms that have it.
          type: list
          elements: dict
          returned: always
        base:
          description:
            - What the annotations or labels C(org.opencontainers.image.base.name) and
              C(org.opencontainers.image.base.digest) claim, as
              RV(container_ops.images.image_summary_info#module:images[].base). V(null) without such a claim.
          type: dict
          returned: always
        own_size:
          description: Compressed bytes of all layers. V(-1) if the image claims a base, whose bytes are not known.
          type: int
          returned: always
        configuration:
          description: As RV(container_ops.images.image_summary_info#module:images[].configuration), or V(null).
          type: dict
          returned: always
    missing_platforms:
      description: Those of O(platforms) that the image does not have.
      type: list
      elements: str
      returned: always
      sample: []
    attachments:
      description:
        - What an index holds beside images. Each has C(kind) (as RV(references[].kind)), C(artifact_type), C(digest),
          C(size), and in C(image_digest) the manifest that it is about, if the index says so.
        - Signatures under tags of their own and referrers are not looked for.
      type: list
      elements: dict
      returned: always
      sample: []
    newer_tags:
      description:
        - Tags of the repository with a newer version, newest first.
        - V(null) without O(newer_tags), and if the name has a digest or a tag without a version, such as V(latest).
      type: list
      elements: str
      returned: always
      sample: ["3.22", "3.21"]
    newer_tags_complete:
      description: Whether all tags were read. V(null) where RV(references[].newer_tags) is.
      type: bool
      returned: always
      sample: true
    status:
      description:
        - V(ok), V(not_found), V(denied) (the registry wants other credentials), V(limited) (it takes no more requests
          for now), or V(failed).
      type: str
      returned: always
      sample: ok
    error:
      description: Why a part of the row is not known, in a sentence, or V(null).
      type: str
      returned: always
      sample: null
rate_limits:
  description:
    - What registries report about their limits. Each row has C(registry), C(limit), C(remaining) and C(window).
  returned: always, unless the options are wrong
  type: list
  elements: dict
  sample: [{"registry": "docker.io", "limit": 100, "remaining": 93, "window": 21600}]
requests:
  description: How many requests were sent to registries and token servers.
  returned: always, unless the options are wrong
  type: int
  sample: 3
engine:
  description: The engine that was asked, as RV(container_ops.images.image_summary_info#module:engine), or V(null).
  returned: always, unless the options are wrong
  type: dict
can_talk_to_docker:
  description: Whether an engine answered. V(false) with O(via=registry).
  returned: always
  type: bool
  sample: false
"""

import time
import typing as t

from ansible.module_utils.basic import AnsibleModule

# First: an older Python cannot import the rest.
from ansible_collections.container_ops.images.plugins.module_utils import (  # noqa: F401, pylint: disable=unused-import
    _python_floor,
)
from ansible_collections.container_ops.images.plugins.module_utils._argspec import (
    ENGINE_OPTIONS,
    ENGINE_REQUIRED_TOGETHER,
)
from ansible_collections.container_ops.images.plugins.module_utils._core.errors import InputError
from ansible_collections.container_ops.images.plugins.module_utils._engine.engine_error import run_module
from ansible_collections.container_ops.images.plugins.module_utils._registry.credentials import CredentialStore
from ansible_collections.container_ops.images.plugins.module_utils._registry.registry_options import (
    REGISTRY_OPTIONS,
    Hosts,
    check_timeouts,
)


def main() -> None:
    """Ask, answer."""
    module = AnsibleModule(
        argument_spec={**ENGINE_OPTIONS, **REGISTRY_OPTIONS},
        required_together=ENGINE_REQUIRED_TOGETHER,
        required_one_of=[("names", "src")],
        supports_check_mode=True,
    )
    run_module(module, lambda: answer(module.params))


def answer(params: dict[str, t.Any]) -> dict[str, t.Any]:
    """The module's result. Raises InputError and EngineError."""
    check_timeouts(params)
    params = {**params, "names": [*(params["names"] or []), *_names_in(params["src"])]}
    hosts = Hosts(params["registries"] or [])
    store = CredentialStore(hosts, params["auth_files"], params["timeout"])
    asked = _through_engine if params["via"] == "engine" else _of_registries
    result = {"changed": False, **asked(params, hosts, store)}
    failed = [row for row in result["references"] if row["error"]]
    if failed and params["fail_on_error"]:
        more = f" ({len(failed) - 1} more names failed.)" if len(failed) > 1 else ""
        result.update(failed=True, msg=f"{failed[0]['name']}: {failed[0]['error']}{more}")
    return result


def _names_in(sources: list[str] | None) -> list[str]:
    if not sources:
        return []
    from ansible_collections.container_ops.images.plugins.module_utils._report.spool_reader import tags_of

    return tags_of(sources, int(time.time()))


def _of_registries(params: dict[str, t.Any], hosts: Hosts, store: CredentialStore) -> dict[str, t.Any]:
    from ansible_collections.container_ops.images.plugins.module_utils._core.registry.answers import wanted_from
    from ansible_collections.container_ops.images.plugins.module_utils._registry.registry_lookup import RegistryLookup
    from ansible_collections.container_ops.images.plugins.module_utils._registry.web import Web

    wanted = wanted_from(params)
    web = Web(hosts, params["timeout"], params["max_wait"])
    try:
        lookup = RegistryLookup(hosts, web, store)
        return {
            "references": lookup.rows(params["names"], wanted),
            "rate_limits": lookup.rate_limits(),
            "requests": web.requests,
            "engine": None,
            "can_talk_to_docker": False,
        }
    finally:
        web.close()


def _through_engine(params: dict[str, t.Any], hosts: Hosts, store: CredentialStore) -> dict[str, t.Any]:
    from ansible_collections.container_ops.images.plugins.module_utils._engine.connection import connection_from
    from ansible_collections.container_ops.images.plugins.module_utils._registry.engine_lookup import engine_rows

    for option in ("platforms", "newer_tags"):
        if params[option] is not None:
            raise InputError(f"{option} needs via=registry: an engine does not answer that")
    if params["details"]:
        raise InputError("details need via=registry: an engine does not answer them")
    rows, engine = engine_rows(params["names"], connection_from(params), store)
    return {"references": rows, "rate_limits": [], "requests": 0, "engine": engine, "can_talk_to_docker": True}


if __name__ == "__main__":
    main()
