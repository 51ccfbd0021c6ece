"""Every word of the console, in both languages: one module for each subject. A key is `part.what`.

Keys that begin with `script.` are given to the scripts as well.
"""

from __future__ import annotations

from typing import Final

from jiedao.language import Text
from jiedao_web.console.wording import (
    books,
    catalogue,
    connection,
    days,
    frame,
    groups,
    hall,
    integrations,
    kiosks,
    messages,
    overview,
    problems,
    residents,
    review,
    staff,
)

SUBJECTS: Final = (
    frame,
    overview,
    problems,
    catalogue,
    connection,
    hall,
    kiosks,
    days,
    review,
    books,
    residents,
    messages,
    groups,
    staff,
    integrations,
)


def _all() -> dict[str, Text]:
    words: dict[str, Text] = {}
    for subject in SUBJECTS:
        if twice := words.keys() & subject.WORDS.keys():
            raise ValueError(f"words stand twice: {sorted(twice)}")
        words.update(subject.WORDS)
    return words


WORDS: Final = _all()
