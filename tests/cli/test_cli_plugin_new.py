"""`jiedao plugin new`: one of each family is rendered, installed with pip, green at birth, and acts on a street."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from jiedao.problems import Conflict, Invalid
from jiedao_cli.plugin import FAMILIES
from jiedao_cli.scaffold import FAMILIES as RENDERED
from jiedao_cli.scaffold import render

HERE = Path(__file__).parent
NAMES = [f"street_{family}" for family in FAMILIES]
PIP = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation", "--no-index"]


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("new")
    for name, family in zip(NAMES, FAMILIES, strict=True):
        render(name, family, folder)
    return folder


@pytest.fixture(scope="module")
def installed(rendered: Path) -> Path:
    """A folder into which pip has installed all of them; nothing is looked up anywhere."""
    target = rendered / "installed"
    packages = [str(rendered / name) for name in NAMES]
    done = subprocess.run([*PIP, "--target", str(target), *packages], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return target


def environment(target: Path) -> dict[str, str]:
    path = os.pathsep.join([str(target), str(HERE.parent)])
    return {**os.environ, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"}


@pytest.mark.parametrize("name", NAMES)
def test_it_has_under_ten_files(rendered: Path, name: str) -> None:
    files = [path for path in (rendered / name).rglob("*") if path.is_file() and path.suffix != ".pyc"]
    own = [path for path in files if not {"build", "__pycache__"} & set(path.parts) and "egg-info" not in str(path)]
    assert 5 < len(own) < 10
    assert not [path for path in own if "$" in path.read_text("utf-8")]


def test_all_are_green_at_birth(rendered: Path, installed: Path) -> None:
    """All at once: most of a conformance run is waiting for peers that are late on purpose."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    running = {
        name: subprocess.Popen(
            command, cwd=rendered / name, env=environment(installed), stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        for name in NAMES
    }
    said = {name: process.communicate(timeout=300)[0].decode() for name, process in running.items()}
    assert {name: said[name] for name, process in running.items() if process.returncode} == {}
    assert [name for name in NAMES if "skipped" in said[name]] == []


def test_all_act_on_a_street(installed: Path, tmp_path: Path) -> None:
    command = [sys.executable, str(HERE / "rendered_visit.py"), str(tmp_path), *NAMES]
    done = subprocess.run(command, env=environment(installed), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_families_are_those_with_templates() -> None:
    assert set(FAMILIES) == set(RENDERED)


@pytest.mark.parametrize("name", ["", "x", "Upper", "1st", "a-b", "../up", "a" * 41])
def test_a_name_that_is_none_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(Invalid) as refused:
        render(name, "biller", tmp_path)
    assert refused.value.field == "name"
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_written_over(tmp_path: Path) -> None:
    render("street_water", "biller", tmp_path)
    with pytest.raises(Conflict):
        render("street_water", "payment", tmp_path)
