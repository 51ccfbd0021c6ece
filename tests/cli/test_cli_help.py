"""Help in both languages, at once, and without anything heavy."""

from __future__ import annotations

import re
import subprocess
import sys

import click
import pytest

from jiedao_cli.main import Root, main, root

HEAVY = ("sqlalchemy", "flask", "marshmallow", "reportlab", "cryptography", "argon2", "waitress", "requests")
COMMANDS = list(Root.late)
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def pages(*words: str) -> list[tuple[str, ...]]:
    """A command and all below it."""
    command: click.Command = root
    context = click.Context(root)
    for word in words:
        assert isinstance(command, click.Group)
        found = command.get_command(context, word)
        assert found is not None
        command = found
    below = command.list_commands(context) if isinstance(command, click.Group) else []
    return [words, *(page for name in below for page in pages(*words, name))]


ALL = pages()


def loaded_by(*words: str) -> set[str]:
    program = (
        "import sys\nfrom jiedao_cli.main import main\n"
        f"code = main({list(words)!r})\n"
        f"print('LOADED', code, *(set({HEAVY!r}) & set(sys.modules)), len(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    _, code, *heavy, count = done.stdout.splitlines()[-1].split()
    assert code == "0"
    assert int(count) < 450, "so many modules take longer than help may"
    return set(heavy)


def test_every_command_is_found() -> None:
    assert len(ALL) > 30
    assert ("connection", "switch") in ALL


@pytest.mark.parametrize("words", ALL, ids=" ".join)
def test_help_in_chinese(words: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--lang", "zh", *words, "--help"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("用法：jiedao")
    assert "Options" not in out
    for line in out.splitlines():
        # The first line of every option and command: a name, two blanks, and what it means.
        if match := re.match(r"  (-\S.*?|\w+)  +(\S.*)", line):
            assert CHINESE.search(match[2]) or match[1] == "--version", line


@pytest.mark.parametrize("words", ALL, ids=" ".join)
def test_help_in_english(words: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--lang", "en", *words, "--help"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("Usage: jiedao")
    assert not CHINESE.search(out)


@pytest.mark.parametrize("name", ["", *COMMANDS])
def test_help_loads_nothing_heavy(name: str) -> None:
    assert loaded_by(*filter(None, [name]), "--help") == set()


def test_the_core_by_itself_is_light() -> None:
    program = f"import sys, jiedao; print(*(set({HEAVY!r}) & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, check=True).stdout.split() == []


@pytest.mark.parametrize(
    ("environment", "asked", "language"),
    [
        ({"LANG": "zh_CN.UTF-8"}, [], "zh"),
        ({"LANG": "en_GB.UTF-8"}, [], "en"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "de_DE.UTF-8"}, [], "en"),
        ({"LANG": "zh_CN.UTF-8", "JIEDAO_LANG": "en"}, [], "en"),
        ({"JIEDAO_LANG": "en"}, ["--lang", "zh"], "zh"),
        ({}, ["--lang=zh"], "zh"),
        ({}, [], "en"),
    ],
)
def test_language(environment: dict[str, str], asked: list[str], language: str) -> None:
    from jiedao_cli.speech import choose

    assert choose([*asked, "order", "list"], environment) == language


def test_nothing_given_shows_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    assert "jiedao" in capsys.readouterr().out


def test_a_group_alone_is_not_a_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--lang", "en", "street"]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "staff" in captured.err


@pytest.mark.parametrize(
    ("words", "english", "chinese"),
    [
        (["foo"], "There is no such command", "没有这个命令"),
        (["init", "--foo"], "There is no option --foo", "没有选项 --foo"),
        (["init", "foo"], "There are more arguments than it takes", "参数太多"),
        (["street", "add", "1"], "--zh is missing", "缺少 --zh"),
        (["serve", "--port", "70000"], "--port is not right", "--port 不对"),
    ],
)
def test_misuse_is_explained(words: list[str], english: str, chinese: str, capsys: pytest.CaptureFixture[str]) -> None:
    for language, says in (("en", english), ("zh", chinese)):
        assert main(["--lang", language, *words]) == 2
        captured = capsys.readouterr()
        assert captured.out == ""
        assert says in captured.err
        assert "--help" in captured.err
