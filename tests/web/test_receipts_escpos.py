"""The slip as printer bytes, taken apart by a small reader of ESC/POS."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from receipt_samples import CONFIRMING, RECEIPT

from jiedao_web.receipts import ThermalPrinter, render_escpos, render_text
from jiedao_web.receipts.fonts import Face, faces_in
from receipt_fonts import make_font

_WORDS = "".join(render_text(RECEIPT).content.decode().split()) + "收*〔〕U+䶮𠮷"
_IMAGE = re.compile(rb"\x1dv0\x00(..)(..)", re.DOTALL)


@pytest.fixture(scope="module")
def face(tmp_path_factory: pytest.TempPathFactory) -> Face:
    return faces_in([make_font(tmp_path_factory.mktemp("fonts") / "names.ttf", _WORDS)])[0]


def _printed(commands: bytes, encoding: str = "gbk") -> str:
    """The text that comes out of the printer."""
    without = re.sub(rb"\x1bp[\x00\x01]..|\x1b[@]|\x1c&|\x1b[!EMadtGJ{-].|\x1d[!BV].|\x1d\x62.", b"", commands)
    return without.decode(encoding)


def test_a_receipt_in_gbk() -> None:
    rendered = render_escpos(RECEIPT, ThermalPrinter(), ())
    text = _printed(rendered.content)
    assert rendered.missing == ()
    assert "古丽巴哈尔·买买提" in text
    assert "古丽·".encode("gbk").endswith(b"\xa1\xa4")
    for words in ("收 据", "国网江西电力有限公司", "￥200.50", "贰佰元伍角整", "1234 5678 9012 3456 7890"):
        assert words in text


def test_amounts_stand_at_the_right_edge_of_the_paper() -> None:
    lines = _printed(render_escpos(RECEIPT, ThermalPrinter(), ()).content).splitlines()
    rows = [line for line in lines if re.search(r"\S +\S", line) and not line.startswith(" ") and "收 据" not in line]
    assert {len(line.encode("gbk")) for line in rows if "￥" not in line} == {48}
    assert [len(line.encode("gbk")) for line in rows if "￥" in line] == [24]


def test_starts_with_reset_and_chinese_mode_and_ends_with_a_cut() -> None:
    content = render_escpos(RECEIPT, ThermalPrinter(), ()).content
    assert content.startswith(b"\x1b@\x1c&")
    assert content.endswith(b"\x1dV\x00")


def test_the_drawer_opens_only_when_asked() -> None:
    kick = b"\x1bp\x00"
    assert kick not in render_escpos(RECEIPT, ThermalPrinter(), ()).content
    assert kick in render_escpos(RECEIPT, ThermalPrinter(drawer=True), ()).content


def test_no_cut_when_not_asked() -> None:
    assert b"\x1dV" not in render_escpos(RECEIPT, ThermalPrinter(cut=False), ()).content


def test_without_a_font_a_rare_character_is_spelt_and_reported() -> None:
    rendered = render_escpos(replace(RECEIPT, resident="王䶮𠮷"), ThermalPrinter(), ())
    assert rendered.missing == ("䶮", "𠮷")
    assert "王〔U+4DAE〕〔U+20BB7〕" in _printed(rendered.content)


def test_gb18030_prints_what_gbk_cannot() -> None:
    printer = ThermalPrinter(encoding="gb18030")
    rendered = render_escpos(replace(RECEIPT, resident="王䶮𠮷"), printer, ())
    assert rendered.missing == ("𠮷",)
    assert "王䶮".encode("gb18030") in rendered.content


def test_with_a_font_the_line_is_a_picture(face: Face) -> None:
    rendered = render_escpos(replace(RECEIPT, resident="王䶮𠮷"), ThermalPrinter(), (face,))
    images = list(_IMAGE.finditer(rendered.content))
    assert rendered.missing == ()
    assert len(images) == 1
    width, height = (int.from_bytes(part, "little") for part in images[0].groups())
    assert (width * 8, height) == (576, 24)
    picture = rendered.content[images[0].end() : images[0].end() + width * height]
    assert _black_columns(picture, width) == _expected_columns("姓名" + " " * 38 + "王䶮𠮷")
    assert "王" not in _printed(rendered.content[: images[0].start()]).split("经办人")[0]


def test_a_font_without_the_rest_of_the_line_does_not_help(tmp_path: Path) -> None:
    faces = faces_in([make_font(tmp_path / "rare.ttf", "䶮𠮷")])
    rendered = render_escpos(replace(RECEIPT, resident="王䶮"), ThermalPrinter(), faces)
    assert rendered.missing == ("䶮",)
    assert not _IMAGE.search(rendered.content)


def test_nothing_given_reaches_the_printer_as_a_command() -> None:
    evil = replace(RECEIPT, resident="\x1bp\x00\x19\xfa", street="\x1dV\x00", order="\x10\x14\x01\x00\x05")
    content = render_escpos(evil, ThermalPrinter(), ()).content
    assert b"\x1bp" not in content
    assert content.count(b"\x1dV") == 1
    assert b"\x10\x14" not in content


def test_notices_are_printed_on_narrow_paper() -> None:
    text = _printed(render_escpos(CONFIRMING.reprint(2), ThermalPrinter(profile="POS-5890", cut=False), ()).content)
    assert max(len(line.encode("gbk")) for line in text.splitlines()) <= 32
    assert "补打 第2次" in text


def test_a_profile_without_dots_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ValueError, match="dots"):
        ThermalPrinter(profile="default")
    assert capsys.readouterr().out == ""


def _black_columns(picture: bytes, width: int) -> list[bool]:
    """For each of the 48 columns whether anything is black in it."""
    rows = [picture[start : start + width] for start in range(0, len(picture), width)]
    black = [any(row[dot // 8] & (0x80 >> dot % 8) for row in rows) for dot in range(width * 8)]
    return [any(black[column * 12 + 3 : column * 12 + 9]) for column in range(48)]


def _expected_columns(words: str) -> list[bool]:
    return [char != " " for char in words for _ in range(1 if char.isascii() else 2)]
