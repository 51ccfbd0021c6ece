"""The slip as HTML: escaped, inert, complete."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from receipt_samples import CONFIRMING, POWER, RECEIPT

from jiedao.checkout.receipt import Receipt
from jiedao.language import Text
from jiedao_web.receipts import render_fragment, render_html, render_text, stylesheet

_EVIL = "<script>alert('1')</script>\"&amp;"


class _Reader(HTMLParser):
    """Collects elements and what they show."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def _read(html: bytes) -> _Reader:
    reader = _Reader()
    reader.feed(html.decode())
    reader.close()
    return reader


def test_everything_given_is_escaped() -> None:
    line = replace(POWER, description=Text.same(_EVIL), account=_EVIL, printed=((_EVIL, _EVIL),), note=Text.same(_EVIL))
    evil = replace(RECEIPT, street=_EVIL, hall=_EVIL, resident=_EVIL, number=_EVIL, lines=(line,))
    for rendered in (render_html(evil), render_fragment(evil)):
        page = _read(rendered.content)
        assert "script" not in page.tags
        assert "".join(page.words).count(_EVIL) >= 8


def test_nothing_runs_and_nothing_is_fetched() -> None:
    page = _read(render_html(RECEIPT).content)
    assert page.tags <= {"html", "head", "meta", "title", "style", "body", "article", "h1", "p", "span", "b", "hr"}
    assert not {name for name in page.attributes if name.startswith("on") or name in ("src", "href", "style")}
    assert not re.search(r"url\(|@import|<", stylesheet())


@pytest.mark.parametrize("receipt", [RECEIPT, CONFIRMING, RECEIPT.in_language("en")])
def test_says_the_same_as_the_text(receipt: Receipt) -> None:
    html = "".join(_read(render_fragment(receipt).content).words)
    assert _said(html) == _said(render_text(receipt, 48).content.decode())


def _said(words: str) -> str:
    """Letters, digits and amounts; lines and boxes are each medium's own."""
    return "".join(re.findall(r"[\w.￥+]", words))


def test_names_and_language_are_kept() -> None:
    page = render_html(replace(RECEIPT, resident="古丽·买买提䶮𠮷")).content.decode()
    assert "古丽·买买提䶮𠮷" in page
    assert 'lang="zh-Hans-CN"' in page
    assert 'lang="en"' in render_html(RECEIPT.in_language("en")).content.decode()


def test_controls_are_reported() -> None:
    rendered = render_html(replace(RECEIPT, resident="a\u202eb"))
    assert rendered.missing == ("\u202e",)
    assert "\u202e" not in rendered.content.decode()
