# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run the YAML blocks of README, guides and roles as they stand, with a real engine.

A block that no row of RUNS or ELSEWHERE names is an error, so a new one is not forgotten.

  examples.py ROOT_OF_THE_COLLECTION FOLDER ENGINES REMOTES PYTHON_OF_THE_MANAGED_HOST REGISTRIES
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import shlex
import subprocess
import sys
import tarfile
import textwrap
import typing as t
from pathlib import Path

import yaml

ROOT, FOLDER = Path(sys.argv[1]), Path(sys.argv[2])
# Records of `lab.py status` and `lab.py remotes`.
ENGINES: dict[str, dict[str, t.Any]] = json.loads(sys.argv[3])
REMOTES: dict[str, t.Any] = json.loads(sys.argv[4])
# What `lab.py registries` says.
REGISTRIES: dict[str, t.Any] = json.loads(sys.argv[6])
DOCKER, PODMAN = ENGINES["docker-28.5"], ENGINES["podman-5.8"]
HOST = {"ansible_connection": "local", "ansible_python_interpreter": sys.argv[5]}

DOCUMENTS = [ROOT / "README.md", *sorted(ROOT.glob("roles/*/README.md")), *sorted(ROOT.glob("docs/docsite/rst/*.rst"))]
MARKDOWN = re.compile(r"^```(yaml\S*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
RST = re.compile(r"^\.\. code-block:: (yaml\S*)\n\n((?: .*\n|\n)+)", re.MULTILINE)

# What other tests run, by the first words of a block.
ELSEWHERE = {
    "guide_execution_nodes.rst: Remove images of execution environments that are gone": "targets/podman_service",
    "guide_execution_nodes.rst: execution-environment.yml": "tests/utils/suite/build.py",
    "guide_facts.rst: List the images of the user app, who has no socket": "targets/podman_service",
    # Needs community.docker.
    "guide_prune_recipes.rst: Find images that only old containers hold": "tests/benchmark/prune_engine.py",
    # They install a unit of systemd.
    "guide_usage.rst: Know what is used, and remove what was not used for 30 days": "targets/usage_recorder",
    "usage_recorder/README.md: Know what is used": "targets/usage_recorder",
    "guide_fleet.rst: Report on all slices": "tests/reports/test_snippets.py",
    "guide_fleet.rst: Write down the images of this node": "tests/reports/test_snippets.py",
    "guide_fleet.rst: report_src: [/srv/spool]": "tests/reports/test_snippets.py",
    "guide_fleet.rst: Write metrics about the images of this node": "tests/reports/test_snippets.py",
}


def blocks() -> dict[str, str]:
    """Every YAML block, by its document and its first words."""
    found = {}
    for document in DOCUMENTS:
        text = document.read_text(encoding="utf-8")
        for _language, block in (MARKDOWN if document.suffix == ".md" else RST).findall(text):
            block = textwrap.dedent(block).strip() + "\n"
            name = f"{document.parent.name}/" if document.parent.parent.name == "roles" else ""
            first = re.sub(r"^(- name|#) ?:? *", "", block.split("\n", 1)[0])
            key = f"{name}{document.name}: {first}"
            if key in found:
                raise SystemExit(f"{key} begins two blocks: give one of them another name")
            found[key] = block
    return found


def write(name: str, text: str) -> Path:
    """A file in the folder of this test."""
    path = FOLDER / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def run(name: str, *arguments: str, expected: int = 0, said: t.Sequence[str] = ()) -> None:
    """One run of ansible-playbook, as users start it; its output must hold some words."""
    env = {key: value for key, value in os.environ.items() if not key.startswith("DOCKER_")}
    env.update(
        DOCKER_HOST=DOCKER["docker_host"],
        # What the examples ask of registries on the internet ends here.
        HTTPS_PROXY="http://127.0.0.1:9",
        NO_PROXY="127.0.0.1",
        REGISTRY_PASSWORD=REGISTRIES["password"],
        PATH=f"{FOLDER / 'bin'}{os.pathsep}{env['PATH']}",
        ANSIBLE_NOCOLOR="1",
        ANSIBLE_FORKS="2",
        # Gathering facts takes as long as most examples, and few need them.
        ANSIBLE_GATHERING="explicit",
        ANSIBLE_LOCALHOST_WARNING="0",
    )
    done = subprocess.run(
        [sys.executable, "-m", "ansible.cli.playbook", *arguments],
        cwd=FOLDER,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=600,
        check=False,
    )
    missing = [text for text in said if text not in done.stdout]
    if done.returncode != expected or missing:
        raise SystemExit(
            f"{name}: exit status {done.returncode}, expected {expected}, without {missing}\n{done.stdout}"
        )
    print(f"ok: {name}", flush=True)


def inventory() -> str:
    """One host under the names that the examples use."""
    groups = {
        group: {"hosts": {"web": None}} for group in ("container_hosts", "docker", "docker_hosts", "podman_hosts")
    }
    return str(write("inventory", json.dumps({"all": {"vars": HOST, "children": groups}})))


def tasks(blocks: t.Mapping[str, str], *names: str, said: t.Sequence[str] = (), **variables: t.Any) -> None:
    """Blocks of tasks, one after the other in one play, since later ones use what earlier ones registered."""
    text = "".join(textwrap.indent(blocks[name], "    ") for name in names)
    facts = f"  gather_facts: {json.dumps('ansible_facts' in text)}\n"
    head = f"- hosts: container_hosts\n{facts}  vars: {json.dumps(variables)}\n  tasks:\n"
    play = write("tasks.yml", head + text)
    run("; ".join(names), "-i", inventory(), str(play), said=said)


def archive(size: int, labels: dict[str, str]) -> str:
    """An image archive with one layer, as docker save writes it."""

    def tar_of(files: dict[str, bytes]) -> bytes:
        buffer = io.BytesIO()
        with tarfile.open(fileobj=buffer, mode="w") as tar:
            for name, content in files.items():
                member = tarfile.TarInfo(name)
                member.size = len(content)
                tar.addfile(member, io.BytesIO(content))
        return buffer.getvalue()

    layer = tar_of({"data": bytes(size)})
    diff_id = "sha256:" + hashlib.sha256(layer).hexdigest()
    facts = {"architecture": "amd64", "os": "linux", "created": "2026-01-01T00:00:00Z", "config": {"Labels": labels}}
    config = json.dumps({**facts, "rootfs": {"type": "layers", "diff_ids": [diff_id]}}).encode()
    manifest = [{"Config": "config.json", "RepoTags": ["example/app:1"], "Layers": ["layer.tar"]}]
    path = FOLDER / "app.tar"
    path.write_bytes(
        tar_of({"layer.tar": layer, "config.json": config, "manifest.json": json.dumps(manifest).encode()})
    )
    return str(path)


def gate(block: str) -> None:
    """The build fails when the image has grown, and when it lacks its label; a run before that writes the baseline."""
    playbook = write("gate.yml", block)
    version = {"org.opencontainers.image.version": "1.4.0"}
    arguments = ["-i", inventory(), str(playbook), "-e", "report_hosts=docker_hosts", "-e"]

    def archives(*image: t.Any) -> str:
        return json.dumps({"report_archives": [archive(*image)]})

    write_baseline = ["-e", "report_baseline_update=missing"]
    run("the gate, first run", *arguments, archives(1_000_000, version), *write_baseline, said=["report: Passed"])
    run("the gate, unchanged", *arguments, archives(1_000_000, version), said=["report: Passed"])
    run("the gate, grown", *arguments, archives(20_000_000, version), expected=2, said=["report: Failed", "max-growth"])
    run("the gate, no label", *arguments, archives(1_000_000, {}), expected=2, said=["report: Failed", "1 error"])


def one_build(block: str) -> None:
    """The report on the images of a build alone, of one that is there and of one that is not."""
    place = block.replace("shop/*:", "example/*:").replace('"shop/web", "shop/api"', '"example/app"')
    place = place.replace("image-baseline.json", "build-baseline.json")
    assert place.count("example") == 2
    chosen = ["-e", f"@{write('build.yml', place)}", "-e", json.dumps({"report_archives": [archive(1_000_000, {})]})]
    for tag, status, said in (("1", 0, "report: Passed"), ("2", 2, "select matches none of the images")):
        os.environ["BUILD_TAG"] = tag
        arguments = ["-i", inventory(), "-e", "report_hosts=docker_hosts", *chosen]
        run(f"build {tag}", "container_ops.images.report", *arguments, expected=status, said=[said])


def one_inventory(block: str) -> None:
    """Both roles on engines over TLS and on a socket; only addresses and files are others here."""
    certificates = REMOTES["certificates"]
    place = block.replace("tcp://{{ ansible_host | default(inventory_hostname) }}:2376", REMOTES["tls_url"])
    place = place.replace("/etc/docker-client", certificates).replace("/run/podman/podman.sock", PODMAN["socket"])
    assert block.count("\n") == place.count("\n") and place.count(certificates) == 3 and PODMAN["socket"] in place
    hosts = str(write("inventory.yml", place))
    local = ["-e", json.dumps({**HOST, "report_formats": ["json"]})]
    run("the report over one inventory", "container_ops.images.report", "-i", hosts, *local)
    report = json.loads((FOLDER / "image-report/report.json").read_text(encoding="utf-8"))
    asked = {host["host"]: host["engine"]["name"] for host in report["scope"]["hosts"]}
    docker, podman = ["ci-docker", "web1.example.com", "web2.example.com"], ["build1.example.com", "ci-podman"]
    assert asked == {**dict.fromkeys(docker, "docker"), **dict.fromkeys(podman, "podman")}, asked
    said = [f"docker {REMOTES['tls']['version']} at {REMOTES['tls_url']}", f"podman {PODMAN['version']} at unix://"]
    run(
        "the plan over one inventory",
        "container_ops.images.prune",
        "-i",
        hosts,
        *local,
        "-e",
        "prune_hosts=all",
        said=said,
    )


def registries(fleet: str, report: str, private: str, versions: str) -> None:
    """What the guide asks of registries, of those here: only names and files are others."""
    addresses = REGISTRIES["registries"]
    plain = f"details: true\n        registries: [{{name: '{addresses['open']}', plain_http: true}}]"
    name = f"{addresses['open']}/set/oci:1"
    subprocess.run([*DOCKER["cli"], "pull", name], check=True, stdout=subprocess.DEVNULL)
    subprocess.run([*DOCKER["cli"], "tag", name, f"{addresses['open']}/set/docker:1"], check=True)
    playbook = fleet.replace("details: true", plain)
    statuses = "{{ compared | map(attribute='status') | unique | sort }}"
    check = f'\n    - ansible.builtin.debug:\n        msg: "{statuses}"\n'
    said = ["current", "unknown"]
    run("outdated over a fleet", "-i", inventory(), str(write("play.yml", playbook + check)), said=said)
    # Other images of the engine come from registries that are not there.
    rule = f"{{id: outdated, when: {{repositories: ['{addresses['open']}/set/oci']}}}}"
    playbook = report.replace("{id: outdated}", rule).replace("details: true", plain)
    assert playbook.count(addresses["open"]) == 2
    run("outdated in a report", "-i", inventory(), str(write("play.yml", playbook)), said=["Passed: the rule holds"])
    place = private.replace("registry.example.com:5000/shop/app:1.4", f"{addresses['basic']}/private/app:1")
    place = place.replace("registry.example.com:5000", addresses["basic"])
    place = place.replace("ca_path: /etc/ssl/private-ca.pem", "plain_http: true")
    run("a private registry", str(write("play.yml", place)), said=[f"{addresses['basic']}/private/app:1: "])
    place = private.replace("registry.example.com:5000/shop/app:1.4", f"{addresses['tls']}/set/oci:1")
    place = place.replace("registry.example.com:5000", addresses["tls"])
    run("its CA", str(write("play.yml", place.replace("/etc/ssl/private-ca.pem", REGISTRIES["ca"]))), said=["bytes"])
    place = versions.replace("docker.io/library/postgres:16.4", f"{addresses['open']}/set/versions:1.1")
    place = place.replace("docker.io/library/nginx:1.27-alpine", f"{addresses['open']}/set/versions:1.10-alpine")
    plain = f"    registries: [{{name: '{addresses['open']}', plain_http: true}}]\n  register: versions"
    place = place.replace("  register: versions", plain)
    tasks({"newer versions": place}, "newer versions", said=["versions:1.1: 1.10", "versions:1.10-alpine: none"])


def pushed(block: str) -> None:
    """The gate for images that no engine has: one like that of main, one that grew, one that is not there.

    Names and files are others, and limits that fit small images.
    """
    address = REGISTRIES["registries"]["open"]
    publish = [sys.executable, str(ROOT / "tests" / "utils" / "registry_set.py"), address, "built"]
    subprocess.run(publish, check=True, stdout=subprocess.DEVNULL)
    place = block.replace("registry.example.com/shop/web", f"{address}/built/web").replace("10MiB", "10kB")
    plain = f"details: true\n        registries: [{{name: '{address}', plain_http: true}}]"
    playbook = str(write("play.yml", place.replace("details: true", plain)))
    for tag, status, said in (
        ("small", 0, "report: Passed"),
        ("large", 2, "max-growth"),
        ("never", 2, "does not have built/web:never"),
    ):
        os.environ["BUILD_TAG"] = tag
        run(f"pushed {tag}", playbook, expected=status, said=[said])


def grown_in_a_report(block: str) -> None:
    """The rules about layers: what is too large by itself, and a baseline that holds the sizes of layers."""
    place = block.replace("image-baseline.json", "layers-baseline.json")
    for size, more, status, said in (
        (1_000_000, ["-e", "report_baseline_update=all"], 0, "report: Passed"),
        (2_000_000, [], 0, "report: Passed"),
        (101_000_000, [], 2, "max-own-size"),
    ):
        chosen = ["-e", f"@{write('layers.yml', place)}", "-e", json.dumps({"report_archives": [archive(size, {})]})]
        arguments = ["-i", inventory(), "-e", "report_hosts=docker_hosts", *chosen, *more]
        run(f"layers in a report, {size}", "container_ops.images.report", *arguments, expected=status, said=[said])
    assert '"own_size": 1000000' in (FOLDER / "layers-baseline.json").read_text(encoding="utf-8")


def grown(on_a_host: str, in_a_registry: str) -> None:
    """Two images that were pulled, and the same in the registry; only names are others."""
    address = REGISTRIES["registries"]["open"]
    old, new = f"{address}/set/oci:1", f"{address}/set/docker:1"
    for name in (old, new):
        subprocess.run([*DOCKER["cli"], "pull", name], check=True, stdout=subprocess.DEVNULL)
    place = on_a_host.replace("registry.example.com/shop/web:1.4", old).replace(
        "registry.example.com/shop/web:1.5", new
    )
    run(
        "two versions on a host", "-i", inventory(), str(write("play.yml", place)), said=["bytes; the largest new step"]
    )
    place = in_a_registry.replace("docker.io/library/nginx:1.26", old).replace("docker.io/library/nginx:1.27", new)
    plain = f"details: true\n        registries: [{{name: '{address}', plain_http: true}}]"
    run("two versions in a registry", str(write("play.yml", place.replace("details: true", plain))), said=[" bytes: "])


def main() -> None:
    """Run them all, or say which none runs."""
    found = blocks()
    left = dict(found)
    at = ["-i", inventory()]

    def take(name: str) -> str:
        return left.pop(name)

    def play(name: str, *arguments: str, expected: int = 0, said: t.Sequence[str] = ()) -> None:
        run(name, *at, str(write("play.yml", take(name))), *arguments, expected=expected, said=said)

    def together(*names: str, said: t.Sequence[str] = (), **variables: t.Any) -> None:
        tasks({name: take(name) for name in names}, *names, said=said, **variables)

    for name in ELSEWHERE:
        take(name)
    docker = shlex.join(DOCKER["cli"])
    crictl = shlex.quote(str(ROOT / "tests/integration/targets/filter_image_summary/files/crictl.json"))
    podman = shlex.join(PODMAN["cli"])
    write("bin/docker", f'#!/bin/sh\nexec {docker} "$@"\n').chmod(0o755)
    # The engine's own mount namespace calls the directory of its socket /run/lab and has another /tmp.
    served = shlex.quote(str(Path(PODMAN["socket"]).with_name("served.sock")))
    service = f"{podman} system service --time 60 unix:///run/lab/served.sock"
    link = f'for address; do :; done\nrm -f {served}\nln -s {served} "${{address#unix://}}"'
    write("bin/podman", f"#!/bin/sh\n{link}\nexec {service}\n").chmod(0o755)
    write("bin/crictl", f"#!/bin/sh\ncat {crictl}\n").chmod(0o755)
    write("build/save", f"cd build; i=$({docker} image ls -q | head -n 1); {docker} save $i > shop-1.4.tar")
    subprocess.run(
        ["sh", "-ec", "sh -e build/save; gzip -c build/shop-1.4.tar > build/shop-1.4-arm64.oci.tar.gz"],
        cwd=FOLDER,
        check=True,
    )

    inventories = [key for key in left if key.endswith(": inventory.yml")]
    assert len(inventories) == 3 and len({take(key) for key in inventories}) == 1, "the inventories differ"
    one_inventory(found[inventories[0]])

    collections = yaml.safe_load(take("README.md: requirements.yml"))["collections"]
    galaxy = yaml.safe_load((ROOT / "galaxy.yml").read_text(encoding="utf-8"))
    assert collections == [{"name": f"{galaxy['namespace']}.{galaxy['name']}"}], collections
    play("README.md: Show large images that are not used by any container")
    play("README.md: Plan to remove unused dangling images", said=["kept: "])
    gate(take("README.md: gate.yml"))
    play("prune/README.md: Show what a policy removes", said=[f"docker {DOCKER['version']} at ", "Removes "])
    remote = "guide_environment.rst: List the images of a remote engine"
    block = take(remote).replace("tcp://192.0.2.23:2376", REMOTES["tls_url"])
    tasks({remote: block.replace("/etc/docker/client", REMOTES["certificates"])}, remote)
    together("guide_archives.rst: Read what the build saved")
    together("guide_facts.rst: List images on a Kubernetes node")
    together("guide_facts.rst: List images")
    together("guide_fleet.rst: List images", images_engine={"docker_host": PODMAN["docker_host"]})
    registries(
        take("guide_registry.rst: Is what runs here still what its tags mean?"),
        take("guide_registry.rst: Which hosts run an old image?"),
        take("guide_registry.rst: What does the private registry have?"),
        take("guide_registry.rst: Is there a newer version?"),
    )
    pushed(take("guide_registry.rst: Gate what was pushed"))
    grown_in_a_report(take("guide_layers.rst: report_layers: true"))
    grown(
        take("guide_layers.rst: Why is the new version larger?"),
        take("guide_layers.rst: What changed between two tags?"),
    )
    (FOLDER / "public").mkdir()
    report = "{{ [] | container_ops.images.image_report }}"
    together("guide_formats.rst: Write the page and the test results", report=report)
    expression = take("guide_formats.rst: {{ report | container_ops.images.render_image_report('sarif',")
    sarif = {"sarif": "- ansible.builtin.debug:\n    msg: >-\n" + textwrap.indent(expression, "      ")}
    tasks(sarif, "sarif", said=["sarif-schema-2.1.0"], report=report)
    together(
        "guide_prune.rst: Plan to remove every unused image",
        "guide_prune.rst: Show why images are kept",
        said=["exact"],
    )
    together("guide_prune.rst: Keep two versions of each repository, and everything that is younger than two weeks")
    together("guide_prune.rst: Different rules for different repositories")
    together("guide_prune.rst: Start above 200 GB, stop at 150 GB, and leave a tenth of the disk free")
    together("guide_prune.rst: Keep the three highest versions of each repository")
    together("guide_prune.rst: Keep three images of the last month, and all of the last week")
    together("guide_prune.rst: Plan")
    together(
        "guide_usage.rst: Ask when images arrived and were used",
        "guide_usage.rst: Show the images that only containers hold which exited more than 30 days ago",
    )
    together("guide_usage.rst: Remove what was not used for 30 days")
    together("guide_usage.rst: Remove what docuum has not seen in use for 30 days", said=["docuum/state.yml"])
    together("guide_prune_recipes.rst: Find Compose files, quadlets and Kubernetes manifests")
    write("docker-gc-exclude", "acme/web\n")
    together("guide_prune_recipes.rst: Do what docker-gc did")
    docuum = str(write("docuum.yml", take("guide_prune_recipes.rst: docuum.yml")))
    run(
        "docuum.yml",
        "container_ops.images.prune",
        *at,
        "-e",
        "prune_hosts=docker",
        "-e",
        f"@{docuum}",
        said=["Removes "],
    )
    play("guide_prune.rst: Prune by the rules of the site and those of the team", said=["Removes "])
    policy = f"@{write('policy.yml', take('guide_prune.rst: policy.yml'))}"
    for more in ([], ["-e", "prune_apply=true"]):
        name = "container_ops.images.prune"
        run(
            f"{name} with policy.yml {more}",
            name,
            *at,
            "-e",
            "prune_hosts=docker",
            "-e",
            policy,
            *more,
            said=["Removes "],
        )
    rules = f"@{write('image-rules.yml', take('guide_report.rst: report_rules:'))}"
    name = "container_ops.images.report"
    run(
        f"{name} with image-rules.yml",
        name,
        *at,
        "-e",
        "report_hosts=docker",
        "-e",
        rules,
        expected=2,
        said=["report: Failed"],
    )
    one_build(take("guide_report.rst: report_select:"))
    play("guide_report.rst: Collect", "-e", "{image_rules: []}", said=["no rule was given (1 of 1 hosts"])
    together("guide_report.rst: Read the images")
    if left:
        raise SystemExit(f"no test runs {', '.join(left)}")


if __name__ == "__main__":
    main()
