"""Dispatch lists and proofs of delivery on paper: what they say, over several pages, with rare characters."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from jiedao.directory.places import Place
from jiedao.hookspecs.codec import to_json
from jiedao.hookspecs.postal import Contents, EventKind, Handling, Item, Party, PostEvent, RecipientClass
from jiedao.language import Text
from jiedao.post.dispatches import Dispatch, Stage
from jiedao.post.folding import fold
from jiedao.post.records import Consignment, Payer, State
from jiedao.post.tracking import Story
from jiedao.store.direct import Row
from jiedao_web.papers import dispatch_paper, paper, proof_paper, sheet
from jiedao_web.papers.proof import KIND_NAMES
from jiedao_web.receipts.fonts import faces_in
from receipt_fonts import make_font

WHEN = datetime(2026, 11, 25, 2, 30, tzinfo=UTC)
PLACE = Place("s", Text("诃额伦街道", "Heelun"), "Asia/Shanghai", "CNY", "h1", Text("第一社区", "First"), "T1", "1")
HALL = Party("街道办事处", "", "CN", "", "", "", "", "人民路 1 号")


def party(name: str) -> Party:
    return Party(name, "13800000000", "CN", "830000", "新疆", "乌鲁木齐市", "天山区", "解放北路 22 号")


def consignment(number: str = "9700000000001", **handling: object) -> Consignment:
    return Consignment(
        "C", "ems", "h1", "T1", None, State.CREATED, number, "", "letter", Text("挂号信", "Letter"), b"", "",
        Item(Contents.DOCUMENT, 30, ""), Handling(**handling), 1200, "CNY", Payer.STREET, "", 0, "certificate",
        frozenset({RecipientClass.ADDRESSEE}), "", "", "", {}, {}, False, "", "", False, None, 0, 0, WHEN, "op",
    )  # fmt: skip


def listed(items: int) -> Dispatch:
    day = date(2026, 11, 25)
    return Dispatch("D", "h1", "ems", day, 2, Stage.CLOSED, items, 1200 * items, "", "B7", {}, "王芳", WHEN, "", None)


def event(kind: EventKind, id_: str, **more: object) -> PostEvent:
    return PostEvent(**{"id": id_, "kind": kind, "at": WHEN, "code": id_, "says": "", **more})


def story(*events: PostEvent) -> Story:
    one = consignment()
    columns = ("id", "kind", "at", "seen_at", "staff", "detail")
    kind = type(
        "R", (Row,), {"columns": columns, **{n: property(lambda row, i=i: row[i]) for i, n in enumerate(columns)}}
    )
    rows = [kind((e.id, e.kind.value, e.at, WHEN, "", to_json(e))) for e in events]
    return Story(one, rows, fold(events, one.terms))


@pytest.fixture
def drawn_words(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every line of words that was really put onto a page, in order."""
    words: list[str] = []
    put = sheet.write_spot

    def write(canvas: Any, fonts: Any, spot: Any, height: float) -> None:
        assert 0 < spot.down < height
        words.append(spot.words)
        put(canvas, fonts, spot, height)

    monkeypatch.setattr(sheet, "write_spot", write)
    return words


def test_a_dispatch_list_has_its_rows_its_sum_and_room_to_sign(tmp_path: Path, drawn_words: list[str]) -> None:
    names = "王小明古丽巴哈尔·买买提𠮷"
    fixed = "邮件交接清单诃额伦街道第一社区局日期序号编封共资合计元揽收人签名时间寄达地产品克信挂中国政"
    letters = names + fixed + "新疆乌鲁木齐市天山区限本芳"
    faces = faces_in([make_font(tmp_path / "own.ttf", letters)])
    items = [(consignment(registered=True), party("王小明")), (consignment("9700000000002"), party("古丽·𠮷"))]
    drawn = paper(dispatch_paper(listed(2), Text("中国邮政", "China Post"), items, PLACE, "zh"), faces)
    page = " ".join(drawn_words)
    for words in ("9700000000001", "王小明", "古丽·𠮷", "2026-11-25 / 2", "24.00", "揽收人签名"):
        assert words in page, words
    assert "解放北路" not in page
    assert drawn.missing == ()


def test_a_name_that_no_font_has_is_reported(drawn_words: list[str]) -> None:
    items = [(consignment(), party("𠮷田"))]
    drawn = paper(dispatch_paper(listed(1), Text.same("邮局"), items, PLACE, "zh"), ())
    assert drawn.missing == ("𠮷",)
    assert "U+20BB7" in " ".join(drawn_words)


def test_a_long_list_goes_over_pages_and_repeats_its_head(drawn_words: list[str]) -> None:
    items = [(consignment(f"97{n:011d}"), party("王小明")) for n in range(120)]
    drawn = paper(dispatch_paper(listed(120), Text.same("Post"), items, PLACE, "en"), ())
    ends = [place for place, words in enumerate(drawn_words) if words.startswith("–")]
    assert [drawn_words[end] for end in ends] == [f"– {page} –" for page in (1, 2, 3, 4)]
    assert drawn_words.count("Recipient") == 4
    assert all(f"97{n:011d}" in drawn_words for n in range(120))
    assert "120 items, postage 1440.00 in all" in drawn_words[ends[2] :]
    assert paper(dispatch_paper(listed(120), Text.same("Post"), items, PLACE, "en"), ()).content == drawn.content


def test_a_proof_says_served_or_why_not(drawn_words: list[str]) -> None:
    third = event(EventKind.DELIVERED, "44", recipient=RecipientClass.LOCKER, place="快递柜")
    paper(proof_paper(story(third), (HALL, party("王小明")), PLACE, WHEN, "en"), ())
    assert "Delivered, not served: taken by Locker; needs follow-up" in drawn_words
    void = event(EventKind.VOIDS, "v", voids="44")
    served = event(EventKind.DELIVERED, "ok", at=WHEN.replace(hour=5), recipient=RecipientClass.ADDRESSEE)
    paper(proof_paper(story(third, void, served), (HALL, party("王小明")), PLACE, WHEN, "en"), ())
    page = " ".join(drawn_words)
    for words in ("Served: taken by Addressee", "Delivered (void)", "2026-11-25 10:30", "9700000000001"):
        assert words in page, words


def test_a_proof_names_both_notices(drawn_words: list[str]) -> None:
    first = event(EventKind.NOTICE, "n1", notice=1)
    second = event(EventKind.NOTICE, "n2", at=WHEN.replace(day=27), notice=2)
    paper(proof_paper(story(first, second), (HALL, party("王")), PLACE, WHEN, "en"), ())
    assert "First notice" in drawn_words
    assert drawn_words.count("2026-11-27 10:30") == 3


def test_every_kind_of_event_has_a_name() -> None:
    assert set(KIND_NAMES) == set(EventKind)
