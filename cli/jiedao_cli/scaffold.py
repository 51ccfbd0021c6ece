"""A new plugin from templates: under ten files whose tests and conformance run are green at birth."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from string import Template
from typing import Final

from jiedao.language import Text
from jiedao.problems import Conflict, Invalid


@dataclass(frozen=True)
class Kind:
    """What the templates need to know of a family: acts on the wire, and the field that decides their fate."""

    acts: str
    fate: str
    more: str = ""
    stub_imports: str = ""


FAMILIES: Final[Mapping[str, Kind]] = {
    "payment": Kind('"take", "refund"', "amount"),
    "biller": Kind('"pay",', "account"),
    "postal": Kind('"create",', "weight", stub_imports="import base64\n"),
    "points": Kind('"claim",', "total"),
    "certification": Kind('"submit",', "person", more=', "finding": "1", "valid_to": "2027-12-31"'),
    "service": Kind('"send",', "to"),
}


def render(name: str, family: str, into: Path) -> list[Path]:
    """Write the package into a new folder `into`/`name`; what was written."""
    if not re.fullmatch(r"[a-z][a-z0-9_]{2,39}", name):
        raise Invalid("plugin.name", _NAME, field="name")
    root = into / name
    if root.exists():
        raise Conflict("plugin.exists", _EXISTS.format(path=str(root)), field="name")
    written = []
    for path, template in _files(name, family).items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(_filled(template, name, family), "utf-8")
        written.append(target)
    return written


def _files(name: str, family: str) -> dict[str, str]:
    """Templates by the path at which they stand in the package."""
    folder = resources.files("jiedao_cli") / "templates"
    return {
        "pyproject.toml": _read(folder, "pyproject.toml"),
        "README.md": _read(folder, "README.md"),
        f"{name}/__init__.py": _read(folder / family, "__init__.py"),
        f"{name}/settings.py": _read(folder, "settings.py"),
        f"{name}/exchange.py": _read(folder, "exchange.py"),
        f"{name}/stub.py": _read(folder, "stub.py") + _read(folder / family, "questions.py"),
        f"{name}/bench.py": _read(folder / family, "bench.py"),
        f"{name}/py.typed": "",
        f"tests/test_{name}.py": _read(folder, "test.py"),
    }


def _read(folder: Traversable, name: str) -> str:
    return (folder / f"{name}.tmpl").read_text("utf-8")


def _filled(template: str, name: str, family: str) -> str:
    kind, words = FAMILIES[family], name.removeprefix("jiedao_").split("_")
    return Template(template).substitute(
        name=name,
        distribution=name.replace("_", "-"),
        class_name="".join(word.capitalize() for word in words),
        family=family,
        title_zh=" ".join(words),
        title_en=" ".join(words).capitalize(),
        acts=kind.acts,
        fate=kind.fate,
        more=kind.more,
        stub_imports=kind.stub_imports,
    )


_NAME: Final = Text(
    zh="插件名是 3 到 40 个小写字母、数字或下划线，以字母开头",
    en="A plugin's name has 3 to 40 lower-case letters, digits or underscores and begins with a letter",
)
_EXISTS: Final = Text(zh="{path} 已经存在", en="{path} exists already")
