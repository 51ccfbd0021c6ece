"""Fonts on this machine that can write Chinese, and which characters each of them really has.

Found once per process: by fontconfig where it is installed, else in the folders where systems keep fonts. What a
font claims is not believed; its character map is read.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from fontTools.ttLib import TTCollection, TTFont, TTLibError  # type: ignore[import-untyped]

_FOLDERS: Final = (
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "~/.local/share/fonts",
    "~/.fonts",
    "/System/Library/Fonts",
    "/Library/Fonts",
    "~/Library/Fonts",
    "C:/Windows/Fonts",
)
_ENDINGS: Final = frozenset({".ttf", ".ttc", ".otf", ".otc"})
# A font is of use when it has one of these: common, or rare but in people's names (plane 0 and plane 2).
_WANTED: Final = (0x6536, 0x4DAE, 0x20BB7)
_FC_LIST_SECONDS: Final = 10


@dataclass(frozen=True, slots=True)
class Face:
    """One font: a file, and its place in a collection. `truetype` outlines can be embedded into a PDF."""

    path: Path
    index: int
    truetype: bool
    characters: frozenset[int]
    weight: int = 400
    """400 is regular, 700 bold (OS/2 usWeightClass)."""
    family: str = ""

    def writes(self, char: str) -> bool:
        """Whether it has a glyph for the character."""
        return ord(char) in self.characters


@lru_cache(maxsize=1)
def system_faces() -> tuple[Face, ...]:
    """Every Chinese font of this machine, the best first; may be empty."""
    return faces_in(_fontconfig() if shutil.which("fc-list") else _walk(_FOLDERS))


def faces_in(files: Iterable[Path]) -> tuple[Face, ...]:
    """The Chinese fonts among these files: regular before bold, then those with most characters.

    What cannot be read as a font is passed over.
    """
    found = [face for path in sorted(set(files)) for face in _distinct(_faces(path))]
    return tuple(sorted(found, key=lambda face: (abs(face.weight - 400), -len(face.characters))))


def face_for(char: str, faces: tuple[Face, ...]) -> Face | None:
    """The first face that has the character."""
    return next((face for face in faces if face.writes(char)), None)


def _distinct(faces: list[Face]) -> Iterable[Face]:
    """One face for each set of characters: collections repeat theirs for every region, of which ours is the mainland.

    Also saves memory: ten faces of one collection would hold half a million code points.
    """
    mainland_last = sorted(faces, key=lambda face: "SC" in face.family.split())
    return {face.characters: face for face in mainland_last}.values()


def _fontconfig() -> set[Path]:
    """Files in which fontconfig sees at least one of the wanted characters."""
    return {Path(line) for code in _WANTED for line in _fc_list(f":charset={code:x}") if line}


def _fc_list(pattern: str) -> list[str]:
    command = ["fc-list", "--format", "%{file}\n", pattern]
    try:
        answer = subprocess.run(command, capture_output=True, timeout=_FC_LIST_SECONDS, check=True)  # noqa: S603
    except (OSError, subprocess.SubprocessError):
        return []
    return answer.stdout.decode(errors="surrogateescape").splitlines()


def _walk(folders: Iterable[str]) -> Iterator[Path]:
    for folder in folders:
        for path in Path(folder).expanduser().rglob("*"):
            if path.suffix.lower() in _ENDINGS:
                yield path


def _faces(path: Path) -> list[Face]:
    try:
        return [face for index in range(_count(path)) if (face := _read(path, index))]
    except (OSError, TTLibError, AssertionError, KeyError, ValueError):
        return []


def _count(path: Path) -> int:
    if path.suffix.lower() not in (".ttc", ".otc"):
        return 1
    with path.open("rb") as file, TTCollection(file, lazy=True) as collection:
        return len(collection.fonts)


def _read(path: Path, index: int) -> Face | None:
    # Opened here, because fontTools leaves a file open that turns out to be no font.
    with path.open("rb") as file, TTFont(file, fontNumber=index, lazy=True) as font:
        has = font.getBestCmap() or {}
        if not any(code in has for code in _WANTED):
            return None
        empty = font.getGlyphOrder()[0]
        characters = frozenset(code for code, name in has.items() if name != empty)
        family = font["name"].getDebugName(1) or ""
        return Face(path, index, "glyf" in font, characters, font["OS/2"].usWeightClass, family)
