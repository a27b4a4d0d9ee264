# Copyright (c) 2026, container_ops.images contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation against code: whatever plugin is there is looked at, so a new one needs no new test.

ansible-test compares a module's options with its documentation. Nothing else compares a filter's signature with its
sidecar, a fragment with the options that it stands for, or the lists that name every plugin with what there is.
"""

from __future__ import annotations

import importlib
import inspect
import re
import typing as t
from pathlib import Path

import pytest
import yaml

from ansible_collections.container_ops.images.plugins.module_utils import _python_floor
from ansible_collections.container_ops.images.plugins.module_utils._argspec import ENGINE_OPTIONS
from ansible_collections.container_ops.images.plugins.module_utils._core.image.last_use import USAGE_FIELDS
from ansible_collections.container_ops.images.plugins.module_utils._core.image.layer_sizes import BASE_SIZE, OWN_SIZE
from ansible_collections.container_ops.images.plugins.module_utils._core.image.summary import ALL_FIELDS, COMPRESSED
from ansible_collections.container_ops.images.plugins.module_utils._core.layers.base_image import LAYER_FACTS
from ansible_collections.container_ops.images.tests.utils.suite.lint import SCHEMAS
from ansible_collections.container_ops.images.tests.utils.suite.release import added_later
from ansible_collections.container_ops.images.tests.utils.suite.tables import SETS

ROOT = Path(__file__).parents[2]
PLUGINS = ROOT / "plugins"
PACKAGE = "ansible_collections.container_ops.images.plugins"
NAME = "container_ops.images"
FRAGMENTS = f"{NAME}._attributes"
OLDEST = ".".join(map(str, _python_floor.OLDEST))

MODULES = sorted(path.stem for path in PLUGINS.glob("modules/*.py"))
EXPRESSIONS = sorted((kind, path.stem) for kind in ("filter", "test") for path in PLUGINS.glob(f"{kind}/*.py"))


def load(path: Path) -> t.Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def sidecar(kind: str, name: str) -> dict[str, t.Any]:
    return load(PLUGINS / kind / f"{name}.yml")


def plugin(kind: str, name: str) -> t.Any:
    return importlib.import_module(f"{PACKAGE}.{kind}.{name}")


def function(kind: str, name: str) -> t.Callable[..., t.Any]:
    """What a template calls."""
    found = plugin(kind, name)
    return found.FilterModule().filters()[name] if kind == "filter" else found.TestModule().tests()[name]


def default(value: t.Any) -> t.Any:
    """A default as YAML can write it."""
    return list(value) if isinstance(value, tuple) else value


def fragment_options(name: str) -> dict[str, t.Any]:
    """The options of a fragment, by the name that documentation refers to it with."""
    file, _dot, part = name[len(NAME) + 1 :].partition(".")
    documentation = plugin("doc_fragments", file).ModuleDocFragment
    return yaml.safe_load(getattr(documentation, part.upper() or "DOCUMENTATION")).get("options") or {}


def documented_options(documentation: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """A plugin's own options and those of its fragments."""
    options = {}
    for fragment in documentation.get("extends_documentation_fragment", []):
        options.update(fragment_options(fragment))
    return {**options, **documentation.get("options", {})}


def argument_spec(name: str, monkeypatch: pytest.MonkeyPatch) -> dict[str, t.Any]:
    """What a module hands to AnsibleModule."""

    class Caught(Exception):
        pass

    def catch(argument_spec: dict[str, t.Any], **_kwargs: t.Any) -> None:
        raise Caught(argument_spec)

    module = plugin("modules", name)
    monkeypatch.setattr(module, "AnsibleModule", catch)
    with pytest.raises(Caught) as caught:
        module.main()
    return caught.value.args[0]


def described(option: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """What documentation and argument spec must say alike of an option."""
    suboptions = option.get("suboptions") or option.get("options") or {}
    return {
        "type": option.get("type", "str"),
        "elements": option.get("elements"),
        "required": bool(option.get("required")),
        "default": option.get("default"),
        "choices": list(option.get("choices") or []),
        "aliases": sorted(option.get("aliases") or []),
        "suboptions": {name: described(suboption) for name, suboption in suboptions.items()},
    }


@pytest.mark.parametrize("kind, name", EXPRESSIONS)
def test_a_filter_takes_what_its_sidecar_says(kind: str, name: str) -> None:
    documentation = sidecar(kind, name)["DOCUMENTATION"]
    options = documented_options(documentation)
    _input, *parameters = inspect.signature(function(kind, name)).parameters.values()
    named = [parameter for parameter in parameters if parameter.kind is not parameter.VAR_KEYWORD]
    actual = {one.name: None if one.default is one.empty else default(one.default) for one in named}
    told = {key: option.get("default") for key, option in options.items() if key != "_input"}
    if len(named) < len(parameters):  # **options: the function itself refuses what it does not know
        told = {key: value for key, value in told.items() if key in actual}
    assert told == actual
    required = {key for key, option in options.items() if option.get("required")} - {"_input"}
    assert required == {one.name for one in named if one.default is one.empty}
    # What may be given by position, in this order.
    positional = [key.strip() for key in documentation.get("positional", "").split(",")]
    positional = [key for key in positional if key not in ("", "_input")]
    assert positional == [one.name for one in named][: len(positional)]


@pytest.mark.parametrize("kind", ["filter", "test"])
def test_each_file_has_its_sidecar_and_the_reverse(kind: str) -> None:
    files = {path.stem for path in (PLUGINS / kind).glob("*.py")}
    assert files == {path.stem for path in (PLUGINS / kind).glob("*.yml")}


@pytest.mark.parametrize("kind, name", EXPRESSIONS)
def test_a_file_holds_one_filter_of_its_own_name(kind: str, name: str) -> None:
    found = plugin(kind, name)
    names = found.FilterModule().filters() if kind == "filter" else found.TestModule().tests()
    assert list(names) == [name]
    assert sidecar(kind, name)["DOCUMENTATION"]["name"] == name


@pytest.mark.parametrize("name", MODULES)
def test_a_module_takes_what_its_documentation_says(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    options = documented_options(yaml.safe_load(plugin("modules", name).DOCUMENTATION))
    spec = argument_spec(name, monkeypatch)
    assert {key: described(option) for key, option in options.items()} == {
        key: described(option) for key, option in spec.items()
    }


def descriptions(data: t.Any, where: str = "") -> t.Iterator[tuple[str, t.Any]]:
    """Every description at any depth. An unquoted colon makes a dictionary of one, and ansible-doc shows nothing."""
    for key, value in data.items() if isinstance(data, dict) else enumerate(data if isinstance(data, list) else ()):
        if key == "description" and not (isinstance(value, dict) and "type" in value):
            yield from ((where, text) for text in (value if isinstance(value, list) else [value]))
        else:
            yield from descriptions(value, f"{where}.{key}")


def test_every_description_is_text() -> None:
    documents: dict[str, t.Any] = {}
    for name in MODULES:
        module = plugin("modules", name)
        documents[name] = [yaml.safe_load(text) for text in (module.DOCUMENTATION, module.RETURN)]
    for path in PLUGINS.glob("doc_fragments/*.py"):
        fragment = vars(plugin("doc_fragments", path.stem).ModuleDocFragment)
        documents[path.stem] = [yaml.safe_load(text) for part, text in fragment.items() if part.isupper()]
    for path in [*PLUGINS.glob("*/*.yml"), *ROOT.glob("roles/*/meta/argument_specs.yml")]:
        documents[path.relative_to(ROOT).as_posix()] = load(path)
    found = [one for name, document in documents.items() for one in descriptions(document, name)]
    assert len(found) > 300
    assert [one for one in found if not isinstance(one[1], str)] == []


@pytest.mark.parametrize("name", MODULES)
def test_the_environment_stands_in_where_the_documentation_says(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    documentation = yaml.safe_load(plugin("modules", name).DOCUMENTATION)
    for key, option in argument_spec(name, monkeypatch).items():
        text = str(documented_options(documentation)[key]["description"])
        for variable in option.get("fallback", (None, []))[1]:
            assert variable in text, f"{key} does not say that {variable} stands in"


# Connection options of community.docker 5: name, default, aliases, and the variable that stands in. Of those that its
# modules for the command line have beside them, docker_cli (the path of a program) has no counterpart here.
COMMUNITY_DOCKER: dict[str, tuple[t.Any, list[str], str | None]] = {
    "docker_host": ("unix:///var/run/docker.sock", ["docker_url"], "DOCKER_HOST"),
    "tls_hostname": (None, [], "DOCKER_TLS_HOSTNAME"),
    "api_version": ("auto", ["docker_api_version"], "DOCKER_API_VERSION"),
    "timeout": (60, [], "DOCKER_TIMEOUT"),
    "ca_path": (None, ["ca_cert", "cacert_path", "tls_ca_cert"], None),
    "client_cert": (None, ["cert_path", "tls_client_cert"], None),
    "client_key": (None, ["key_path", "tls_client_key"], None),
    "tls": (False, [], "DOCKER_TLS"),
    "use_ssh_client": (False, [], None),
    "validate_certs": (False, ["tls_verify"], "DOCKER_TLS_VERIFY"),
    "debug": (False, [], None),
}


def test_one_module_defaults_block_serves_community_docker_too() -> None:
    def known(option: t.Mapping[str, t.Any]) -> tuple[t.Any, list[str], str | None]:
        _function, variables = option.get("fallback", (None, [None]))
        return option.get("default"), sorted(option.get("aliases", [])), variables[0]

    spec = {name: known(option) for name, option in ENGINE_OPTIONS.items()}
    # This collection's own, for docker_host=podman://.
    assert spec.pop("podman_executable") == ("podman", [], None)
    # Of its modules for the command line.
    assert spec.pop("docker_context") == (None, ["cli_context"], None)
    assert spec == COMMUNITY_DOCKER


@pytest.mark.parametrize("name", MODULES)
def test_a_module_has_the_fragments_that_all_have(name: str) -> None:
    documentation = yaml.safe_load(plugin("modules", name).DOCUMENTATION)
    fragments = documentation["extends_documentation_fragment"]
    assert {FRAGMENTS, f"{FRAGMENTS}.actiongroup_images"} <= set(fragments)
    assert documentation["module"] == name


@pytest.mark.parametrize("name", MODULES)
def test_a_module_says_what_each_returned_value_is(name: str) -> None:
    def check(values: t.Mapping[str, t.Any], where: str) -> None:
        for key, value in values.items():
            assert value.get("description"), f"{where}{key} has no description"
            assert value.get("type"), f"{where}{key} has no type"
            check(value.get("contains", {}), f"{where}{key}.")

    check(yaml.safe_load(plugin("modules", name).RETURN), "")


def test_every_field_of_an_image_summary_is_documented() -> None:
    returned = yaml.safe_load(plugin("modules", "image_summary_info").RETURN)
    documented = returned["images"]["contains"]
    fields = sorted([*ALL_FIELDS, *USAGE_FIELDS])
    assert [key for key in documented if documented[key]["returned"] != "with O(layers=true)"] == fields
    assert sorted(documented) == sorted([*fields, *LAYER_FACTS])
    assert list(sidecar("filter", "image_summary")["RETURN"]["_value"]["contains"]) == sorted(
        [*ALL_FIELDS, BASE_SIZE, COMPRESSED, OWN_SIZE]
    )


def test_the_action_group_lists_every_module() -> None:
    groups = load(ROOT / "meta" / "runtime.yml")["action_groups"]
    assert groups == {"images": MODULES}


@pytest.mark.parametrize("name", MODULES)
def test_every_module_of_the_action_group_takes_the_connection(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """One ``module_defaults`` block with ``docker_host`` serves all: a module that refuses it breaks the play."""
    assert set(fragment_options(f"{NAME}._docker")) <= set(argument_spec(name, monkeypatch))


def test_the_readme_lists_all_that_is_public() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    public = [*MODULES, *(name for _kind, name in EXPRESSIONS)]
    public += [path.parent.parent.name for path in ROOT.glob("roles/*/meta/argument_specs.yml")]
    public += [path.stem for path in ROOT.glob("playbooks/*.yml")]
    assert [name for name in public if f"`{name}`" not in text] == []


def test_nothing_was_added_in_a_version_to_come() -> None:
    """Between releases, galaxy.yml has the version to come (RELEASING.md). `make release` asks again."""
    documentations = [sidecar(kind, name)["DOCUMENTATION"] for kind, name in EXPRESSIONS]
    documentations += [yaml.safe_load(plugin("modules", name).DOCUMENTATION) for name in MODULES]
    assert [one for one in documentations if "version_added" not in one] == []
    assert added_later(ROOT, load(ROOT / "galaxy.yml")["version"]) == []


def test_environment_variables_are_described_and_linked() -> None:
    guide = (ROOT / "docs/docsite/rst/guide_environment.rst").read_text(encoding="utf-8")
    described = re.findall(r"^\.\. envvar:: (\w+)$", guide, re.M)
    named = {name for path in PLUGINS.rglob("*.py") for name in re.findall(r"\bE\((\w+)\)", path.read_text("utf-8"))}
    assert sorted(described) == sorted(named) == load(ROOT / "docs/docsite/config.yml")["envvar_directives"]


def test_the_documentation_site_links_to_this_repository() -> None:
    repository = load(ROOT / "galaxy.yml")["repository"]
    links = load(ROOT / "docs/docsite/links.yml")
    owner_and_name = repository.removeprefix("https://github.com/")
    assert links["edit_on_github"] == {"repository": owner_and_name, "branch": "main", "path_prefix": ""}
    assert [link for link in links["extra_links"] if not link["url"].startswith(f"{repository}/")] == []


def test_workflows_and_ci_run_what_the_makefile_runs() -> None:
    """There is one list of steps, SETS in tests/utils/suite/tables.py."""
    texts = [path.read_text(encoding="utf-8") for path in (ROOT / ".github/workflows").glob("*.yml")]
    texts.append((ROOT / ".ci/run").read_text(encoding="utf-8"))
    ran = {name for text in texts for name in re.findall(r"(?:run:|exec|\$\() ?make (?:--silent )?([\w-]+)", text)}
    assert ran == {*SETS, "matrix"}
    assert ran <= set(re.findall(r"[\w-]+", (ROOT / "Makefile").read_text(encoding="utf-8").split(".PHONY:")[1]))


def test_every_file_for_github_has_a_schema() -> None:
    covered = [path for pattern in SCHEMAS.values() for path in ROOT.glob(pattern)]
    assert sorted(covered) == sorted((ROOT / ".github").rglob("*.yml"))


README_HEADINGS = (
    "Description",
    "Requirements",
    "Installation",
    "Examples",
    "Guides",
    "Included content",
    "Tested with",
    "Release notes",
    "Communication",
    "Code of conduct",
    "Contributing",
    "Licensing",
)


def test_the_readme_has_what_galaxy_and_the_community_look_for() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert tuple(re.findall(r"^## (.+)$", text, re.M)) == README_HEADINGS
    # Galaxy shows the file without the repository around it.
    assert [link for link in re.findall(r"\]\(([^)]+)\)", text) if not link.startswith("https://")] == []
    guides = set(re.findall(r"rst/(guide_\w+)\.rst\)", text))
    assert guides == {path.stem for path in ROOT.glob("docs/docsite/rst/*.rst")}


def test_every_page_names_the_same_tags_of_the_forum() -> None:
    tag = r"https://forum\.ansible\.com/tag/(\w+)"
    readme = re.findall(tag, (ROOT / "README.md").read_text(encoding="utf-8"))
    assert (
        readme == re.findall(tag, (ROOT / "docs/docsite/links.yml").read_text(encoding="utf-8")) == ["docker", "podman"]
    )
    form = ROOT / ".github" / "ISSUE_TEMPLATE" / "config.yml"
    if form.exists():
        assert re.findall(r'"(\w+)"', form.read_text(encoding="utf-8")) == readme


def test_every_place_names_the_same_oldest_python() -> None:
    assert (
        f"Python {OLDEST} or newer"
        in yaml.safe_load(plugin("doc_fragments", "_docker").ModuleDocFragment.DOCUMENTATION)["requirements"]
    )
    for name, pattern in (
        ("README.md", rf"^- \*\*Python\*\* {OLDEST} or newer on managed hosts"),
        ("README.md", rf"^\| Python of managed hosts \| {OLDEST} and newer \|"),
        ("tests/config.yml", rf'python_requires: ">={OLDEST}"'),
        ("ruff.toml", rf'target-version = "py{OLDEST.replace(".", "")}"'),
    ):
        path = ROOT / name
        if path.exists():
            assert re.search(pattern, path.read_text(encoding="utf-8"), re.M), f"{name} names another Python"


@pytest.mark.parametrize("name", MODULES)
def test_a_module_names_the_oldest_python(name: str) -> None:
    fragments = yaml.safe_load(plugin("modules", name).DOCUMENTATION)["extends_documentation_fragment"]
    assert f"{NAME}._docker" in fragments
