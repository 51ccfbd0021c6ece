"""Documentation and code do not drift apart: what is generated is up to date, what is named exists."""

from __future__ import annotations

import inspect
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import click
import pytest

from jiedao.checkout.graph import EDGES, At, Event
from jiedao.hookspecs.manifest import Manifest, Recovery
from jiedao.ledger import accounts
from jiedao.operations.model import State
from jiedao.registry.families import HOOKS

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")])
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
COMMAND = re.compile(r"(?:^|`|\s)jiedao((?: [a-z][a-z-]*)+)")
RUN = "import sys; from jiedao_cli.main import main; sys.exit(main())"
FENCE = re.compile(r"^ *```.*?^ *```", re.DOTALL | re.MULTILINE)


GENERATED = re.compile(r"<!-- generated: .*?<!-- end -->", re.DOTALL)


def read(path: Path) -> str:
    """A text file."""
    return path.read_text("utf-8")


def named(pages: list[Path]) -> list[str]:
    """Pages as test ids."""
    return [str(page.relative_to(ROOT)) for page in pages]


def test_what_is_generated_is_up_to_date() -> None:
    script = [sys.executable, str(DOCS / "generate.py"), "--check"]
    said = subprocess.run(script, capture_output=True, text=True, check=False)
    assert (said.returncode, said.stdout) == (0, ""), f"run python docs/generate.py\n{said.stdout}{said.stderr}"


def test_the_check_sees_a_page_that_was_changed(tmp_path: Path) -> None:
    """The check itself can fail."""
    sys.path.insert(0, str(DOCS))
    try:
        from generate import fill
    finally:
        sys.path.remove(str(DOCS))
    page = read(DOCS / "hooks.md")
    assert fill(page) == page
    assert fill(page.replace("Take the money.", "Take the honey.")) == page


@pytest.mark.parametrize("name", sorted(HOOKS))
def test_every_hook_is_documented_with_its_signature_and_contract(name: str) -> None:
    page, hook = read(DOCS / "hooks.md"), HOOKS[name]
    request = "" if hook.request is None else f"request: {hook.request.__name__}"
    returns = inspect.signature(hook.function).return_annotation
    assert f"@hookimpl\ndef {name}({request}) -> {returns}: ..." in page
    assert inspect.getdoc(hook.function) in page


def test_every_ability_and_recovery_is_documented() -> None:
    page = read(DOCS / "hooks.md")
    said = (inspect.getsource(Manifest).partition("abilities: frozenset")[2]).partition('"""')[2].partition('"""')[0]
    abilities = re.findall(r"[a-z_]+(?=[,.])", said.replace("`payment`:", "").replace("`biller`:", ""))
    assert {"void", "refund", "fetch", "cancel"} <= set(abilities)
    assert [name for name in abilities if f"| `{name}` |" not in page] == []
    assert [how.name for how in Recovery if f"| `{how.name}` |" not in page] == []


def test_every_state_of_an_operation_is_documented() -> None:
    page = read(DOCS / "operations.md")
    assert [state for state in State if f"| `{state}` |" not in page] == []


def test_every_account_is_in_the_chart() -> None:
    page = read(DOCS / "ledger.md")
    codes = {
        value for name, value in vars(accounts).items() if name.isupper() and name[0] != "_" and isinstance(value, str)
    }
    codes |= {
        function(*(f"{{{name}}}" for name in inspect.signature(function).parameters))
        for _, function in inspect.getmembers(accounts, inspect.isfunction)
        if inspect.signature(function).return_annotation == "str"
    }
    assert len(codes) > 15
    assert [code for code in sorted(codes) if f"| `{code}` |" not in page] == []


def test_every_state_and_event_is_in_a_picture() -> None:
    drawn = read(DOCS / "pictures" / "payment.svg") + read(DOCS / "pictures" / "refund.svg")
    words = set(re.findall(r">(?:↺ )?([a-z_]+)</text>", drawn))
    assert words == {at.value for at in At} | {event.value for event in Event}
    arrows = sum(at is not to for at, to in {(at, to) for (at, _), to in EDGES.items()})
    assert drawn.count("marker-end") == arrows


@pytest.mark.parametrize("page", PAGES, ids=named(PAGES))
def test_every_link_leads_somewhere(page: Path) -> None:
    assert list(_broken(page)) == []


def _broken(page: Path) -> Iterator[str]:
    for target in LINK.findall(FENCE.sub("", read(page))):
        path, _, anchor = unquote(target).partition("#")
        if "://" in target or target.startswith("mailto:"):
            continue
        goal = (page.parent / path).resolve() if path else page
        if not goal.exists() or (anchor and goal.suffix == ".md" and anchor not in _anchors(goal)):
            yield target


def _anchors(page: Path) -> set[str]:
    heads = re.findall(r"^#+ (.+)$", FENCE.sub("", read(page)), re.MULTILINE)
    return {re.sub(r"[\s]+", "-", re.sub(r"[^\w\s-]", "", head).strip().lower()) for head in heads}


@pytest.mark.parametrize("page", PAGES, ids=named(PAGES))
def test_every_command_that_is_shown_exists(page: Path) -> None:
    from jiedao_cli.main import root

    shown = [match.split() for match in COMMAND.findall("\n".join(_code(read(page))))]
    assert [" ".join(words) for words in shown if not _exists(root, words)] == []


def _code(text: str) -> list[str]:
    """What stands between backticks: only there is a word after jiedao a command."""
    fenced = re.findall(r"^ *```(?:text|sh|console)?\n(.*?)^ *```", text, re.DOTALL | re.MULTILINE)
    inline = re.findall(r"`(jiedao [^`]+)`", FENCE.sub("", text))
    return fenced + inline


def _exists(command: click.Command, words: list[str]) -> bool:
    if not words or not isinstance(command, click.Group):
        return True
    inner = command.get_command(click.Context(command), words[0])
    return inner is not None and _exists(inner, words[1:])


def test_commands_are_found_in_the_docs_at_all() -> None:
    shown = {words.strip() for page in PAGES for words in COMMAND.findall("\n".join(_code(read(page))))}
    assert {"init", "serve", "ledger verify"} <= shown


def test_the_first_commands_of_a_street_work_as_shown(tmp_path: Path) -> None:
    """All but the last, which serves; a password cannot be typed here."""
    *lines, last = re.findall(r"^jiedao (.+)$", read(DOCS / "start" / "street.md"), re.MULTILINE)
    assert (len(lines), last) == (8, "serve")
    surroundings = {**os.environ, "JIEDAO_HOME": str(tmp_path), "JIEDAO_LANG": "en", "SECRET": "correct horse battery"}
    for line in lines:
        typed = ["--password-env", "SECRET"] if line.startswith("street staff") else []
        command = [sys.executable, "-c", RUN, *shlex.split(line), *typed]
        said = subprocess.run(command, env=surroundings, capture_output=True, text=True, check=False)
        assert (said.returncode, said.stderr) == (0, ""), line
    assert said.stdout == "Connection cash is now live\n"


def test_python_that_is_shown_stands_in_a_file_that_a_test_runs() -> None:
    examples = [read(path) for path in sorted((DOCS / "examples").rglob("*.py"))]
    shown = [
        (page.name, block)
        for page in PAGES
        for block in re.findall(r"^```python\n(.*?)^```", GENERATED.sub("", read(page)), re.DOTALL | re.MULTILINE)
    ]
    assert shown
    assert [name for name, block in shown if not any(block in example for example in examples)] == []


def test_the_handbook_builds_strictly_and_fetches_nothing(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(tmp_path)]
    said = subprocess.run(build, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (said.returncode, said.stderr) == (0, "")
    fetched = re.compile(r"""<(?:script|img|iframe)[^>]*src=["']?(?:https?:)?//|<link[^>]*href=["']?(?:https?:)?//""")
    pages = sorted(tmp_path.rglob("*.html"))
    assert len(pages) > 25
    assert [page.name for page in pages if fetched.search(read(page))] == []
    assert not list(tmp_path.rglob("*.py"))


def test_nothing_of_the_makers_machines_is_mentioned() -> None:
    secret = re.compile(r"/work/|/tmp/|/root/|pypi\.org|files\.pythonhosted")
    texts = [*PAGES, ROOT / "mkdocs.yml", *DOCS.rglob("*.py"), *DOCS.rglob("*.svg")]
    assert [str(path) for path in texts if secret.search(read(path))] == []


def test_every_decision_is_in_the_list_and_in_the_navigation() -> None:
    pages = [page.name for page in sorted((DOCS / "decisions").glob("[0-9]*.md"))]
    listed, nav = read(DOCS / "decisions" / "index.md"), read(ROOT / "mkdocs.yml")
    assert len(pages) >= 12
    assert [name for name in pages if name not in listed or f"decisions/{name}" not in nav] == []
