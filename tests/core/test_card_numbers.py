"""What reads as the number of a payment card, and what only looks like one."""

from __future__ import annotations

import pytest

from jiedao.cardnumbers import card_numbers, without_card_numbers

CARD = "6217000012345674567"
SHORTEST, DINERS, AMEX = "4222222222222", "30569309025904", "378282246310005"


@pytest.mark.parametrize("number", [CARD, SHORTEST, DINERS, AMEX])
@pytest.mark.parametrize(
    "around", ["{}", "PAN {}.", '{{"pan": "{}"}}', "%B{}^LI/LEI^2512", ";{}=2512", "卡号{}", "x{}x"]
)
def test_a_card_number_is_found_wherever_it_stands(number: str, around: str) -> None:
    words = around.format(number)
    assert list(card_numbers(words)) == [number]
    said = without_card_numbers(words)
    assert said == around.format(number[:6] + "*" * (len(number) - 10) + number[-4:])


@pytest.mark.parametrize(
    "words",
    [
        CARD[:-1] + "0",
        CARD + "0",
        "1" + CARD,
        "422222222222",
        "9800000000004",
        "62170000123451",
        f"serial 9A{CARD}C1D2E3F4056",
        f"digest {CARD}{'ab' * 22}a",
        "",
    ],
)
def test_what_is_none_stays(words: str) -> None:
    assert list(card_numbers(words)) == []
    assert without_card_numbers(words) == words


def test_a_short_hexadecimal_word_hides_nothing() -> None:
    assert list(card_numbers(f"A{CARD}F")) == [CARD]


def test_several_are_found_in_turn() -> None:
    assert list(card_numbers(f"{CARD},{AMEX} and {CARD[:-1]}0")) == [CARD, AMEX]
