"""The tutorial for integrators, followed word for word in an empty environment, and the example that it ends with.

Nothing is fetched: pip sees what is installed beside the tests, and may not look anywhere else.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
EXAMPLE = DOCS / "examples" / "heelun_gas"
STEP = re.compile(r"Save this as `([^`]+)`|settings as `([^`]+)`|```(sh|python)\n(.*?)```", re.DOTALL)
PAGES = [DOCS / "start" / "integrator.md", DOCS / "start" / "one-file.md", DOCS / "kit.md", *DOCS.glob("families/*.md")]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_python_block_stands_in_an_example(page: Path) -> None:
    sources = [path.read_text("utf-8") for path in (DOCS / "examples").rglob("*.py")]
    for block in re.findall(r"```python\n(.*?)```", page.read_text("utf-8"), re.DOTALL):
        assert any(block.strip() in source for source in sources), block


def empty_environment(folder: Path) -> dict[str, str]:
    """A Python environment with nothing in it, which may use the distributions that are here already."""
    venv.create(folder / ".venv", with_pip=True)
    inside = Path(sysconfig.get_path("purelib", vars={"base": str(folder / ".venv")}))
    # What ensurepip brings along may be older than what a package of today needs.
    for old in (*inside.glob("setuptools*"), inside / "pkg_resources"):
        shutil.rmtree(old, ignore_errors=True)
    known = sysconfig.get_path("purelib")
    (inside / "known.pth").write_text(f"import site; site.addsitedir({known!r})\n")
    for name, start in (("jiedao", "jiedao_cli.main"), ("pytest", "pytest")):
        # pip writes these beside what it installs; it finds jiedao and pytest installed already.
        script = folder / ".venv" / "bin" / name
        script.write_text(f"#!{script.parent}/python\nimport sys\nfrom {start} import main\nsys.exit(main())\n")
        script.chmod(0o755)
    lonely = {"PIP_NO_INDEX": "1", "PIP_NO_BUILD_ISOLATION": "0", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    return {**os.environ, **lonely, "JIEDAO_LANG": "en", "JIEDAO_HOME": str(folder / "home")}


def sh(words: str, folder: Path, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", "-euc", words], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


def test_the_tutorial_word_for_word(tmp_path: Path) -> None:
    environment = empty_environment(tmp_path)
    folder, name, said = tmp_path, "", ""
    for saved, also, kind, text in STEP.findall((DOCS / "start" / "integrator.md").read_text("utf-8")):
        if saved or also:
            name = saved or also
        elif kind == "python":
            (folder / name).write_text(text, "utf-8")
        else:
            # All blocks are typed into one shell; what one needs of those before is the folder and the environment.
            words = text.replace("python -m venv .venv\n. .venv/bin/activate\n", "")
            done = sh(f". {tmp_path}/.venv/bin/activate\n{words}", folder, environment)
            assert done.returncode == 0, f"{text}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
            folder = folder / "heelun_gas" if "cd heelun_gas" in text else folder
            said = done.stdout
    assert re.search(r"heelun_gas +0\.1\.0 +gold", said), said
    for path in EXAMPLE.rglob("*.py"):
        assert (folder / path.relative_to(EXAMPLE)).read_text("utf-8").split() == path.read_text("utf-8").split()


def test_the_example_is_installed_with_pip_and_used(tmp_path: Path) -> None:
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation", "--no-index"]
    copied = tmp_path / "source"
    subprocess.run(["cp", "-r", str(EXAMPLE), str(copied)], check=True)
    subprocess.run([*install, "--target", str(tmp_path / "installed"), str(copied)], check=True)
    path = os.pathsep.join([str(tmp_path / "installed"), str(ROOT / "tests"), str(ROOT / "tests" / "cli")])
    (tmp_path / "books").mkdir()
    visit = [sys.executable, str(ROOT / "tests" / "cli" / "rendered_visit.py"), str(tmp_path / "books"), "heelun_gas"]
    done = subprocess.run(
        visit, env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True, check=False, cwd=tmp_path
    )
    assert done.returncode == 0, done.stderr
