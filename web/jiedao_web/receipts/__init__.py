"""Slips of paper: one layout, four media. What a slip says is decided in `jiedao.checkout.receipt`, not here.

Every renderer returns `Rendered`, whose `missing` names each character that the medium could not draw.
"""

from jiedao_web.receipts.escpos import ThermalPrinter, render_escpos
from jiedao_web.receipts.glyphs import Rendered
from jiedao_web.receipts.html import render_fragment, render_html, stylesheet
from jiedao_web.receipts.layout import Slip
from jiedao_web.receipts.pdf import render_pdf
from jiedao_web.receipts.text import render_text

__all__ = [
    "Rendered",
    "Slip",
    "ThermalPrinter",
    "render_escpos",
    "render_fragment",
    "render_html",
    "render_pdf",
    "render_text",
    "stylesheet",
]
