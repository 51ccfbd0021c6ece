"""A slip as HTML: a fragment for a screen and a self-contained page to print. Everything is escaped, nothing runs.

The browser picks the fonts, so only characters that no font can have are reported as missing.
"""

from __future__ import annotations

from importlib.resources import files
from typing import Final

from markupsafe import Markup

from jiedao.checkout.receipt import Receipt
from jiedao_web.receipts.glyphs import Proof, Rendered
from jiedao_web.receipts.layout import Notice, Pair, Row, Rule, Slip, Style, Words, read_rows, slip_of

_TAGS: Final = {"zh": "zh-Hans-CN", "en": "en"}


def stylesheet() -> str:
    """The style that the fragment's classes expect, for a page of one's own."""
    return files(__package__).joinpath("receipt.css").read_text("utf-8")


def render_fragment(receipt: Receipt | Slip) -> Rendered:
    """An `<article class="slip">` to put into a page that carries `stylesheet()`."""
    slip, proof = slip_of(receipt), Proof(lambda char: True)
    inside = Markup("\n").join(_row(row) for row in read_rows(slip.rows, proof.read))
    fragment = Markup('<article class="slip slip-{}" lang="{}">\n{}\n</article>').format(
        slip.kind, _TAGS[slip.language], inside
    )
    return Rendered(fragment.encode(), "text/html; charset=utf-8", proof.missing)


def render_html(receipt: Receipt | Slip) -> Rendered:
    """A whole page, 80 mm wide when it is printed, that needs nothing from anywhere."""
    slip, fragment = slip_of(receipt), render_fragment(receipt)
    page = _PAGE.format(
        lang=_TAGS[slip.language],
        title=slip.title,
        # Our own style sheet: it holds no "<", so it cannot end the element that carries it.
        style=Markup(stylesheet()),  # noqa: S704
        slip=Markup(fragment.content.decode()),  # noqa: S704 - escaped piece by piece above
    )
    return Rendered(page.encode(), fragment.media_type, fragment.missing)


def _row(row: Row) -> Markup:
    if isinstance(row, Rule):
        return Markup('<hr class="slip-heavy">') if row.heavy else Markup("<hr>")
    if isinstance(row, Notice):
        return Markup('<p class="slip-notice">{}</p>').format(row.words)
    return _pair(row) if isinstance(row, Pair) else _words(row)


def _words(row: Words) -> Markup:
    shape = '<h1 class="slip-{}{}">{}</h1>' if row.style is Style.TITLE else '<p class="slip-{}{}">{}</p>'
    return Markup(shape).format(row.style.value, " slip-centred" if row.centred else "", row.words)  # noqa: S704


def _pair(row: Pair) -> Markup:
    indented = " slip-indented" if row.indented else ""
    return Markup('<p class="slip-pair slip-{}{}"><span>{}</span> <b>{}</b></p>').format(
        row.style.value, indented, row.left, row.right
    )


_PAGE: Final = Markup("""<!doctype html>
<html lang="{lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>{style}</style>
</head>
<body class="slip-page">
{slip}
</body>
</html>
""")
