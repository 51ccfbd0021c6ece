"""A slip as plain UTF-8 text, for the command line and for a screen reader."""

from __future__ import annotations

from typing import Final

from jiedao.checkout.receipt import Receipt
from jiedao_web.receipts.glyphs import Proof, Rendered
from jiedao_web.receipts.layout import Slip, read_rows, slip_of
from jiedao_web.receipts.typeset import set_rows, terminal_width

COLUMNS: Final = (32, 42, 48)
"""Widths of paper: 58 mm, and 80 mm with 512 or 576 dots."""


def render_text(receipt: Receipt | Slip, columns: int = 42) -> Rendered:
    """The slip in 32, 42 or 48 columns; `ValueError` for another width."""
    if columns not in COLUMNS:
        raise ValueError(f"columns must be one of {COLUMNS}")
    proof = Proof(lambda char: True)
    read = read_rows(slip_of(receipt).rows, proof.read)
    lines = (line.words.rstrip(" ") for line in set_rows(read, columns, terminal_width, double_titles=False))
    return Rendered("".join(f"{line}\n" for line in lines).encode(), "text/plain; charset=utf-8", proof.missing)
