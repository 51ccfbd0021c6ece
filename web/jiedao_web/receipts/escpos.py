"""A slip as the bytes of an ESC/POS thermal printer that speaks Chinese.

Text goes out in GBK, or in GB18030 where the printer has it. A line with a character beyond that is sent as a
picture, when a font of this machine has every character of the line.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from escpos.printer import Dummy  # type: ignore[import-untyped]
from PIL import Image, ImageDraw, ImageFont

from jiedao.checkout.receipt import Receipt
from jiedao_web.receipts.fonts import Face, face_for, system_faces
from jiedao_web.receipts.glyphs import Proof, Rendered, code_point, is_printable
from jiedao_web.receipts.layout import Notice, Row, Slip, Style, read_row, row_words, slip_of
from jiedao_web.receipts.typeset import Line, set_rows

MEDIA_TYPE: Final = "application/vnd.escpos"
_CHINESE_MODE: Final = b"\x1c&"
"""FS &: two-byte characters from here on (Epson and every Chinese printer)."""
_DRAWER_PIN: Final = 2
_BLACK, _WHITE = 0, 1


@dataclass(frozen=True, slots=True)
class ThermalPrinter:
    """A printer by its python-escpos profile, which tells columns and dots; `ValueError` when it tells no dots.

    `encoding` is "gb18030" only for printers whose font has the four-byte characters of the basic plane.
    """

    profile: str = "TM-T20II"
    encoding: Literal["gbk", "gb18030"] = "gbk"
    cut: bool = True
    drawer: bool = False
    """Open the cash drawer first."""

    def __post_init__(self) -> None:
        if _dots(Dummy(profile=self.profile)) is None:
            raise ValueError(f"profile {self.profile!r} does not say how many dots wide the paper is")


def render_escpos(
    receipt: Receipt | Slip,
    printer: ThermalPrinter | None = None,
    faces: tuple[Face, ...] | None = None,
) -> Rendered:
    """The slip as printer commands; `faces` are the fonts for pictures instead of this machine's."""
    press = _Press(printer or ThermalPrinter(), system_faces() if faces is None else faces)
    press.start()
    for row in slip_of(receipt).rows:
        press.print(row)
    return Rendered(press.finish(), MEDIA_TYPE, press.missing)


class _Press:
    """Collects what one slip sends to the printer."""

    def __init__(self, printer: ThermalPrinter, faces: tuple[Face, ...]) -> None:
        self._printer = printer
        self._faces = faces
        self._device = Dummy(profile=printer.profile)
        self._columns = int(self._device.profile.get_columns("a"))
        self._dots = _dots(self._device) or 0
        self._plain = Proof(self._encodes)
        self._drawn = Proof(lambda char: self._encodes(char) or face_for(char, faces) is not None)

    @property
    def missing(self) -> tuple[str, ...]:
        """What this printer could not be made to print."""
        return tuple(dict.fromkeys(self._plain.missing + self._drawn.missing))

    def start(self) -> None:
        """Reset the printer, and open the drawer while the paper runs."""
        self._device.hw("INIT")
        self._device._raw(_CHINESE_MODE)
        if self._printer.drawer:
            self._device.cashdraw(_DRAWER_PIN)

    def print(self, row: Row) -> None:
        """Send one row as text where the printer has every character, else as a picture."""
        proof = self._drawn if self._is_drawable(row_words(row)) else self._plain
        read = read_row(row, proof.read)
        strong = isinstance(row, Notice)
        for line in set_rows([read], self._columns, _width, double_titles=True):
            if all(map(self._encodes, line.words)):
                self._text(line, strong=strong or line.style is Style.STRONG)
            else:
                self._picture(line)

    def finish(self) -> bytes:
        """Feed and cut; all the bytes."""
        if self._printer.cut:
            self._device.cut()
        else:
            self._device.print_and_feed(6)
        return bytes(self._device.output)

    def _text(self, line: Line, *, strong: bool) -> None:
        double = line.style is Style.TITLE
        self._device.set(bold=strong or double, double_width=double, double_height=double, normal_textsize=not double)
        self._device._raw(line.words.encode(self._printer.encoding) + b"\n")

    def _picture(self, line: Line) -> None:
        scale = 2 if line.style is Style.TITLE else 1
        self._device.image(draw_line(line.words, self._dots, self._dots // self._columns * scale, self._faces))

    def _encodes(self, char: str) -> bool:
        if self._printer.encoding == "gb18030" and char > "\uffff":
            return False  # GB18030 has it, but no printer's font does
        try:
            char.encode(self._printer.encoding)
        except UnicodeEncodeError:
            return False
        return is_printable(char)

    def _is_drawable(self, words: str) -> bool:
        shown = "".join(char if is_printable(char) else code_point(char) for char in words)
        # The star is the edge of a notice; spaces need no glyph.
        return all(face_for(char, self._faces) for char in shown + "*" if char != " ")


def draw_line(words: str, dots: int, column: int, faces: tuple[Face, ...]) -> Image.Image:
    """A line as a picture of `dots` by two columns' dots, each character where the printer would have put it."""
    picture = Image.new("1", (dots, 2 * column), _WHITE)
    pen, x = ImageDraw.Draw(picture), 0
    for char in words:
        if (face := face_for(char, faces)) and char != " ":
            font = ImageFont.truetype(str(face.path), 2 * column - 2, face.index)
            pen.text((x, 2 * column - 4), char, fill=_BLACK, font=font, anchor="ls")
        x += _width(char) * column
    return picture


def _width(char: str) -> int:
    """Columns on a printer: GBK's two-byte characters take two, also those that are narrow on a screen."""
    return 1 if char.isascii() else 2


def _dots(device: Dummy) -> int | None:
    """Width of the paper in dots; None where the profile has "Unknown" or nothing."""
    dots = device.profile.profile_data["media"]["width"].get("pixels")
    return dots if isinstance(dots, int) else None
