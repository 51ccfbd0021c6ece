"""Every word on the counter's screen, in both languages: templates and script read the same table.

A key is `part.what`. The script gets the whole table of its language with the page; placeholders are names in braces.
"""

from __future__ import annotations

from typing import Final

from jiedao.language import Text
from jiedao_web.counter.wording import acting, certification, desk, devices, post, services, visit

WORDS: Final[dict[str, Text]] = {
    key: text
    for part in (desk, visit, acting, post, certification, services, devices)
    for key, text in part.WORDS.items()
}
