"""The rooms of the house: a picture, a table, and who imports whom, read from the source."""

from __future__ import annotations

import ast
import configparser
from functools import cache
from pathlib import Path
from typing import Final

from builder.source import one_line, table
from builder.svg import Box, document, rectangle, words

ROOT: Final = Path(__file__).resolve().parents[2]
CORE: Final = ROOT / "core" / "jiedao"
_WIDTH, _PAD, _ROW = 940, 16, 62
_MOST: Final = 5
"""Packages side by side."""
_INNER, _INNER_ROW = 8, 44
"""Rooms of the core side by side, and the height of one row of them."""
_SAYS: Final = {
    "jiedao_cli": "commands; the only one that may start stand-ins (demo)",
    "jiedao_web": "REST API, counter screens, receipts",
    "jiedao_sandbox": "stand-ins for outside systems",
    "jiedao_cash": "cash",
    "jiedao_unionpay_pos": "card terminal",
    "jiedao_billhub": "bill hub",
    "jiedao_ems": "China Post EMS",
    "jiedao_billfile": "bills by file",
    "jiedao_postcard": "points card",
    "jiedao_stripe": "Stripe",
    "jiedao_counterbook": "post by hand",
    "jiedao_notify_http": "SMS gateway",
    "jiedao_notify_smtp": "e-mail",
    "jiedao_idreader": "card reader",
    "jiedao_calendar_cn": "holidays",
    "jiedao_print_raw": "printer",
    "jiedao_cert_tunnel": "certification, tunnel",
    "jiedao_cert_typed": "certification, typed",
    "jiedao_cert_spdci": "certification, DCI",
    "jiedao_enadawca": "Polish post",
    "jiedao_schemas": "shapes of settings, bodies and files",
    "jiedao": "hooks, operations, ledger and the use cases on them",
    "jiedao_connectors": "protocols: HTTP, SOAP, SMTP, ISO 8583, register link, EMS, DCI, Stripe",
}


def layers() -> list[list[str]]:
    """Layers from the top to the bottom, as import-linter checks them."""
    parser = configparser.ConfigParser()
    parser.read(ROOT / "setup.cfg", "utf-8")
    found = parser["importlinter:contract:house"]["layers"]
    return [[name.strip() for name in line.split("|")] for line in found.strip().splitlines()]


def core_rooms() -> dict[str, str]:
    """Rooms of the core, and the first sentence of what each says of itself."""
    return {path.parent.name: _first_sentence(path) for path in sorted(CORE.glob("*/__init__.py"))}


def rooms() -> str:
    """The rooms of the core."""
    return table(("room", "what it is"), [(f"`jiedao.{room}`", says) for room, says in core_rooms().items()])


def imports() -> str:
    """Which room of the core imports which."""
    names = list(core_rooms())
    seen = {room: _imported_by(room) for room in names}
    rows = [(f"`{room}`", *("●" if other in seen[room] else "" for other in names)) for room in names]
    return table(("imports →", *names), rows)


def picture() -> str:
    """The source roots as floors of a house, with the rooms of the core on theirs."""
    parts = [words(_PAD, 32, "jiedao: who may import whom (only downwards)", size=17, weight=700, anchor="start")]
    y = 52.0
    for row in (row for layer in layers() for row in _rows(layer)):
        height = _ROW + _inner_height() if row == ["jiedao"] else _ROW
        parts += _floor(row, y, height)
        y += height + 14
    return document(_WIDTH, y + 4, "jiedao: rooms of the house", parts)


def _rows(layer: list[str]) -> list[list[str]]:
    """A layer with many rooms stands in rows of nearly equal length, so that each name can be read."""
    count = -(-len(layer) // _MOST)
    size = -(-len(layer) // count)
    return [layer[start : start + size] for start in range(0, len(layer), size)]


def _floor(layer: list[str], y: float, height: float) -> list[str]:
    width = (_WIDTH - 2 * _PAD - 10 * (len(layer) - 1)) / len(layer)
    parts = []
    for place, name in enumerate(layer):
        box = Box(_PAD + place * (width + 10), y, width, height)
        parts += [rectangle(box, _kind(name)), words(box.middle[0], y + 24, name, size=14, weight=600)]
        parts.append(words(box.middle[0], y + 43, _SAYS[name], size=11))
        parts += _inside(box) if name == "jiedao" else []
    return parts


def _inner_height() -> int:
    return -(-len(core_rooms()) // _INNER) * (_INNER_ROW + 8) + 8


def _inside(box: Box) -> list[str]:
    width = (box.width - 24 - 8 * (_INNER - 1)) / _INNER
    parts = []
    for place, name in enumerate(core_rooms()):
        row, column = divmod(place, _INNER)
        room = Box(box.x + 12 + column * (width + 8), box.y + _ROW + row * (_INNER_ROW + 8), width, _INNER_ROW)
        parts += [rectangle(room, "quiet"), words(*room.middle, name, size=12, weight=600)]
    return parts


def _kind(name: str) -> str:
    return {"jiedao": "start", "jiedao_sandbox": "doubt"}.get(name, "")


@cache
def _imported_by(room: str) -> frozenset[str]:
    found = set()
    for path in (CORE / room).glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("jiedao."):
                found.add(str(node.module).split(".")[1])
    return frozenset(found - {room})


def _first_sentence(path: Path) -> str:
    said = one_line(ast.get_docstring(ast.parse(path.read_text("utf-8"))) or "")
    return said.split(". ")[0].rstrip(".") + "."
