"""The slip as PDF, read back from its bytes: which font draws which character, and nothing lost."""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
import zlib
from base64 import a85decode
from dataclasses import replace
from pathlib import Path

import pytest
from receipt_samples import CONFIRMING, RECEIPT, REFUND

from jiedao.checkout.receipt import Receipt
from jiedao_connectors.stsong import stsong_writes
from jiedao_web.receipts import render_pdf, render_text
from jiedao_web.receipts.fonts import Face, faces_in
from jiedao_web.receipts.layout import Style
from jiedao_web.receipts.pdf import Fonts
from receipt_fonts import make_collection, make_font

_UNIGB = Path("/usr/share/poppler/cMap/Adobe-GB1/UniGB-UCS2-H")
_WORDS = "".join(render_text(RECEIPT).content.decode().split()) + "收〔〕U+䶮𠮷"


@pytest.fixture(scope="module")
def face(tmp_path_factory: pytest.TempPathFactory) -> Face:
    return faces_in([make_font(tmp_path_factory.mktemp("fonts") / "names.ttf", _WORDS)])[0]


def _streams(pdf: bytes) -> list[bytes]:
    """The streams of a PDF, unpacked."""
    found = re.findall(rb"<<([^>]*?/Filter[^>]*?)>>\s*stream\r?\n(.*?)endstream", pdf, re.DOTALL)
    return [zlib.decompress(a85decode(raw.strip(), adobe=False) if b"85" in head else raw) for head, raw in _cut(found)]


def _cut(found: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    return [(head, raw.strip().removesuffix(b"~>")) for head, raw in found]


def test_same_slip_same_bytes(face: Face) -> None:
    for faces in ((), (face,)):
        assert render_pdf(RECEIPT, faces).content == render_pdf(RECEIPT, faces).content
    assert render_pdf(RECEIPT, ()).content != render_pdf(RECEIPT.reprint(1), ()).content


def test_same_bytes_in_another_process() -> None:
    code = (
        "import sys, hashlib; sys.path.insert(0, sys.argv[1]);"
        "from receipt_samples import RECEIPT; from jiedao_web.receipts import render_pdf;"
        "print(hashlib.sha256(render_pdf(RECEIPT, ()).content).hexdigest())"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code, str(Path(__file__).parent)], capture_output=True, check=True, text=True
    )
    assert answer.stdout.strip() == hashlib.sha256(render_pdf(RECEIPT, ()).content).hexdigest()


@pytest.mark.parametrize("receipt", [RECEIPT, REFUND, CONFIRMING, RECEIPT.in_language("en")])
def test_one_page_of_80_mm(receipt: Receipt) -> None:
    content = render_pdf(receipt, ()).content
    assert content.startswith(b"%PDF-")
    box = re.findall(rb"/MediaBox \[ 0 0 ([\d.]+) ([\d.]+) \]", content)
    assert len(box) == 1
    assert float(box[0][0]) == pytest.approx(80 * 72 / 25.4, abs=0.01)
    assert float(box[0][1]) > 300


def test_without_a_font_stsong_draws_chinese() -> None:
    rendered = render_pdf(RECEIPT, ())
    page = _streams(rendered.content)[0]
    assert rendered.missing == ()
    assert b"/UniGB-UCS2-H" in rendered.content
    assert "电费".encode("utf-16-be") in _unescaped(page)


def test_the_middle_dot_of_names_is_helveticas_when_stsong_draws_the_name() -> None:
    pieces = Fonts(()).pieces("古丽·买买提", Style.NORMAL)
    assert [(piece.words, piece.font) for piece in pieces] == [
        ("古丽", "STSong-Light"),
        ("·", "Helvetica"),
        ("买买提", "STSong-Light"),
    ]
    # reportlab writes it as an escaped octal of WinAnsi 0xB7, which is U+00B7.
    assert rb"(\267) Tj" in _streams(render_pdf(RECEIPT, ()).content)[0]


def test_what_stsong_lacks_is_spelt_and_reported() -> None:
    rendered = render_pdf(replace(RECEIPT, resident="王䶮𠮷"), ())
    page = _unescaped(_streams(rendered.content)[0])
    assert rendered.missing == ("𠮷",)
    assert "王䶮〔".encode("utf-16-be") in page
    assert b"(U+20BB7) Tj" in page


def test_a_font_of_the_machine_is_embedded_and_draws_everything(face: Face) -> None:
    rendered = render_pdf(replace(RECEIPT, resident="王䶮𠮷"), (face,))
    assert rendered.missing == ()
    assert b"/FontFile2" in rendered.content
    # The map back to characters, without which nobody could search or copy the name: plane 2 as a surrogate pair.
    maps = b"".join(s for s in _streams(rendered.content) if b"beginbfchar" in s or b"beginbfrange" in s)
    assert re.search(rb"<4DAE>", maps, re.IGNORECASE)
    assert re.search(rb"<D842DFB7>", maps, re.IGNORECASE)


def test_a_font_in_a_collection_is_found_by_its_characters(tmp_path: Path) -> None:
    parts = [make_font(tmp_path / "a.ttf", "收A"), make_font(tmp_path / "b.ttf", "𠮷䶮A")]
    faces = faces_in([make_collection(tmp_path / "both.ttc", parts)])
    assert [(face.index, face.writes("𠮷"), face.writes("收")) for face in faces] == [
        (1, True, False),
        (0, False, True),
    ]
    rendered = render_pdf(replace(RECEIPT, resident="王𠮷"), faces)
    assert rendered.missing == ()


def test_what_is_not_a_font_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "broken.ttf").write_bytes(b"\0\1\0\0 not a font")
    (tmp_path / "broken.ttc").write_bytes(b"ttcf")
    latin = make_font(tmp_path / "latin.ttf", "ABC")
    assert faces_in([tmp_path / "broken.ttf", tmp_path / "broken.ttc", tmp_path / "gone.ttf", latin]) == ()


def test_loud_words_do_not_make_the_rest_loud() -> None:
    page = _streams(render_pdf(RECEIPT, ()).content)[0].decode("latin-1")
    texts = re.findall(r"q\s(.*?)Q\s", page, re.DOTALL)
    assert any("2 Tr" in text for text in texts)
    assert all(text.count("BT") <= 1 for text in texts)


@pytest.mark.parametrize(
    ("char", "writes"),
    [
        ("收", True),
        ("壹", True),
        ("〔", True),
        ("￥", True),
        ("〇", True),
        ("玥", True),
        ("䶮", True),
        ("㐂", True),
        ("€", True),
        ("·", False),
        ("𠮷", False),
        ("\ufa0c", False),
        ("\u9fa6", False),
        ("\x1b", False),
        ("😀", False),
    ],
)
def test_what_stsong_can_write(char: str, writes: bool) -> None:
    assert stsong_writes(char) is writes


def test_stsong_has_28444_characters() -> None:
    has = [code for code in range(0x110000) if not 0xD800 <= code < 0xE000 and stsong_writes(chr(code))]
    assert len(has) == 28444
    assert max(has) == 0xFFE5


@pytest.mark.skipif(not _UNIGB.exists(), reason="poppler-data, which has Adobe's map UniGB-UCS2-H, is not installed")
def test_stsong_is_never_believed_to_have_what_adobes_map_lacks() -> None:
    mapped = _adobe_map(_UNIGB.read_text("ascii"))
    believed = {code for code in range(0x10000) if not 0xD800 <= code < 0xE000 and stsong_writes(chr(code))}
    assert believed - mapped == set()
    # What is left out on purpose: radicals, strokes, kana extensions, private use.
    assert not {code for code in mapped - believed if 0x3400 <= code < 0xA000}
    assert 0xB7 not in mapped


def _adobe_map(text: str) -> set[int]:
    mapped: set[int] = set()
    for block in re.findall(r"begincidrange(.*?)endcidrange", text, re.DOTALL):
        for first, last in re.findall(r"<(\w{4})>\s*<(\w{4})>", block):
            mapped |= set(range(int(first, 16), int(last, 16) + 1))
    for block in re.findall(r"begincidchar(.*?)endcidchar", text, re.DOTALL):
        mapped |= {int(code, 16) for code in re.findall(r"<(\w{4})>", block)}
    return mapped


def _unescaped(page: bytes) -> bytes:
    """PDF string escapes undone."""
    page = re.sub(rb"\\([0-7]{3})", lambda match: bytes([int(match[1], 8)]), page)
    escapes = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}
    return re.sub(rb"\\(.)", lambda match: escapes.get(match[1], match[1]), page, flags=re.DOTALL)
