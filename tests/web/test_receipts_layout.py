"""What a slip says, whatever it is printed on; and the same as plain text."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from receipt_samples import CONFIRMING, POWER, RECEIPT, REFUND

from jiedao_web.receipts import render_text
from jiedao_web.receipts.capitals import in_capitals
from jiedao_web.receipts.glyphs import code_point
from jiedao_web.receipts.layout import Notice, Pair, rows
from jiedao_web.receipts.typeset import measure, terminal_width, wrap


@pytest.mark.parametrize(
    ("fen", "words"),
    [
        (0, "零元整"),
        (5, "伍分"),
        (50, "伍角整"),
        (12_000, "壹佰贰拾元整"),
        (1_000, "壹拾元整"),
        (140_950, "壹仟肆佰零玖元伍角整"),
        (600_714, "陆仟零柒元壹角肆分"),
        (1_640_902, "壹万陆仟肆佰零玖元零贰分"),
        (32_504, "叁佰贰拾伍元零肆分"),
        (10_700_053, "壹拾万柒仟元伍角叁分"),
        (10_000_100, "壹拾万零壹元整"),
        (1_000_000_000_100, "壹佰亿零壹元整"),
        (10**14, "壹万亿元整"),
        (10**16 - 1, "玖拾玖万玖仟玖佰玖拾玖亿玖仟玖佰玖拾玖万玖仟玖佰玖拾玖元玖角玖分"),
    ],
)
def test_capital_numerals(fen: int, words: str) -> None:
    assert in_capitals(fen) == words


@given(st.integers(0, 10**16 - 1))
def test_capital_numerals_can_be_read_back(fen: int) -> None:
    assert _read_capitals(in_capitals(fen)) == fen


@pytest.mark.parametrize("fen", [-1, 10**16])
def test_capital_numerals_refuse_what_they_cannot_say(fen: int) -> None:
    with pytest.raises(ValueError, match="fen"):
        in_capitals(fen)


def test_text_of_a_receipt() -> None:
    assert render_text(RECEIPT, 42).content.decode() == _GOLDEN


@pytest.mark.parametrize("columns", [32, 42, 48])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_line_is_wider_than_the_paper(columns: int, language: str) -> None:
    for receipt in (RECEIPT, REFUND, CONFIRMING.reprint(12)):
        text = render_text(receipt.in_language(language), columns).content.decode()
        assert max(measure(line, terminal_width) for line in text.splitlines()) <= columns


def test_other_widths_are_refused() -> None:
    with pytest.raises(ValueError, match="columns"):
        render_text(RECEIPT, 40)


def test_time_is_the_halls() -> None:
    assert "2025-03-01 10:22:33" in render_text(RECEIPT).content.decode()
    assert "2025-02-28 21:22:33" in render_text(replace(RECEIPT, timezone="America/New_York")).content.decode()


def test_a_refused_line_is_not_in_the_column_of_amounts() -> None:
    pairs = [row for row in rows(CONFIRMING) if isinstance(row, Pair)]
    assert Pair("物业费", "—", pairs[-1].style.STRONG) in pairs
    assert "未收款：80.50" in render_text(CONFIRMING).content.decode()


def test_what_is_being_confirmed_says_so_and_is_no_receipt() -> None:
    text = render_text(CONFIRMING).content.decode()
    assert "待 确 认 单" in text
    assert "正在确认" in text
    assert "编号 " not in text
    assert "01JNF3Q4X8ZKT5" in text
    assert "收 据" not in text


def test_reprints_are_marked() -> None:
    assert Notice("补打 第2次") in rows(RECEIPT.reprint(2))
    assert Notice("REPRINT 2") in rows(RECEIPT.reprint(2).in_language("en"))
    assert not [row for row in rows(RECEIPT) if isinstance(row, Notice)]


def test_a_refund_names_the_receipt_it_undoes() -> None:
    text = render_text(REFUND.in_language("en")).content.decode()
    assert "REFUND" in text
    assert "T1-000123" in text
    assert "-0.80" in text


def test_names_keep_every_character() -> None:
    for name in ("古丽巴哈尔·买买提", "王䶮", "𠮷田", "邓\u20dd"):
        rendered = render_text(replace(RECEIPT, resident=name))
        assert name in rendered.content.decode()
        assert rendered.missing == ()


def test_what_must_not_reach_paper_is_spelt_and_reported() -> None:
    rendered = render_text(replace(RECEIPT, resident="王\x1b芳\u202e\n\ue000"), 48)
    assert rendered.missing == ("\x1b", "\u202e", "\n", "\ue000")
    assert "王〔U+001B〕芳〔U+202E〕〔U+000A〕〔U+E000〕" in rendered.content.decode().replace("\n", "").replace(
        " ", ""
    )


def test_code_points_have_at_least_four_digits() -> None:
    assert (code_point("\t"), code_point("𠮷")) == ("〔U+0009〕", "〔U+20BB7〕")


@given(st.text(alphabet="ab1 收据·，𠮷", max_size=60), st.integers(4, 20))
def test_wrapping_loses_nothing_but_spaces(words: str, room: int) -> None:
    lines = wrap(words, room, _columns)
    assert "".join(lines).replace(" ", "") == words.replace(" ", "")
    assert all(measure(line, terminal_width) <= room for line in lines)


def test_no_line_begins_with_a_full_stop() -> None:
    assert wrap("请勿重复缴费。谢谢", 12, _columns) == ["请勿重复缴", "费。谢谢"]
    assert wrap("see note） ok", 8, _columns) == ["see", "note）", "ok"]


def _columns(words: str) -> int:
    return measure(words, terminal_width)


def test_a_long_account_goes_below_its_label() -> None:
    line = replace(POWER, account="9" * 45)
    text = render_text(replace(RECEIPT, lines=(line,)), 32).content.decode()
    assert text.replace("\n", "").replace(" ", "").count("9" * 45) == 1


def _read_capitals(words: str) -> int:
    """The number that capital numerals say: an independent reader."""
    total, section, digit, fen = 0, 0, 0, 0
    for char in words:
        if char in "零壹贰叁肆伍陆柒捌玖":
            digit = "零壹贰叁肆伍陆柒捌玖".index(char)
        elif char in "拾佰仟":
            section, digit = section + digit * 10 ** ("拾佰仟".index(char) + 1), 0
        elif char in "万亿元":
            total, section, digit = total + section + digit, 0, 0
            total = _scale(total, char)
        elif char in "角分":
            fen, digit = fen + digit * (10 if char == "角" else 1), 0
    return total * 100 + fen


def _scale(total: int, unit: str) -> int:
    if unit == "亿":
        return total * 10**8
    if unit == "元":
        return total
    high, low = divmod(total, 10**8)
    return high * 10**8 + low * 10**4


_GOLDEN = """\
                 幸福街道
             东湖社区服务大厅
                  收 据
------------------------------------------
编号                             T1-000123
交易单号                    01JNF3Q4X8ZKT5
时间                   2025-03-01 10:22:33
收银                               1号窗口
经办人                                王芳
姓名                     古丽巴哈尔·买买提
------------------------------------------
电费                                120.00
国网江西电力有限公司
  户号                       0012345678901
  账期                             2025-02
  收费单位流水号        SG2025030100012345
充值码
         1234 5678 9012 3456 7890
物业费                               80.50
和谐物业
  户号                            3-2-1501
  账期                   2025-01 – 2025-03
  收费单位流水号                  HX-88231
==========================================
合计                              ￥200.50
人民币大写                    贰佰元伍角整
==========================================
支付方式
积分抵扣                             30.00
银行卡                              120.50
  卡号                    622848******1234
  授权码                            A1B2C3
  参考号                      123456789012
  凭证号/批次号            000123 / 000007
现金                                 50.00
  实收                              100.00
  找零                               50.00
------------------------------------------
本次积分                             +3.50
                         2025-03-31 起可用
可用积分                            123.45
------------------------------------------
       请妥善保管，退款和查询时出示
"""
