"""Machine readable zones: the specimen of ICAO Doc 9303 part 5, and every way of misreading it."""

from __future__ import annotations

from datetime import date

import pytest

from jiedao_connectors.mrz import NotTd1, Td1, WrongDigit, check_digit, looks_like_td1, read_td1

ON = date(2010, 1, 1)
SPECIMEN = "I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\nERIKSSON<<ANNA<MARIA<<<<<<<<<<"
LONG = "I<UTOD23145890<7349<<<<<<<<<<<"
"""The specimen with a longer number, from the same part."""


def test_the_specimen_is_read() -> None:
    assert read_td1(SPECIMEN, ON) == Td1(
        "I", "UTO", "D23145890", date(1974, 8, 12), "F", date(2012, 4, 15), "UTO", "ERIKSSON", "ANNA MARIA"
    )
    assert read_td1(SPECIMEN.replace("\n", "").lower(), ON).surname == "ERIKSSON"


def test_a_number_of_more_than_nine_characters_goes_on_behind() -> None:
    second = "3407127M9507122UTO<<<<<<<<<<<"
    composite = check_digit(LONG[5:30] + second[0:7] + second[8:15] + second[18:29])
    zone = f"{LONG}{second}{composite}{'STEVENSON<<PETER<JOHN':<<30}"
    assert read_td1(zone, date(1990, 1, 1)).number == "D23145890734"


@pytest.mark.parametrize("place", [6, 13, 30, 35, 38, 43])
def test_a_misread_character_is_seen(place: int) -> None:
    zone = SPECIMEN.replace("\n", "")
    for other in "0123456789":
        if other != zone[place]:
            with pytest.raises((WrongDigit, NotTd1)):
                read_td1(zone[:place] + other + zone[place + 1 :], ON)


@pytest.mark.parametrize("wrong", ["", SPECIMEN[:-1], SPECIMEN + "<", SPECIMEN.replace("I<", "P<"), "7" * 90])
def test_what_is_no_zone_is_refused(wrong: str) -> None:
    with pytest.raises(NotTd1):
        read_td1(wrong, ON)


def zone(birth: str) -> str:
    first, second, third = SPECIMEN.split("\n")
    body = f"{birth}{check_digit(birth)}{second[7:29]}"
    composite = check_digit(first[5:30] + body[0:7] + body[8:15] + body[18:29])
    return first + body + str(composite) + third


@pytest.mark.parametrize(
    ("birth", "born"),
    [
        ("100101", date(2010, 1, 1)),
        ("100102", date(1910, 1, 2)),
        ("000229", date(2000, 2, 29)),
        ("740229", None),
        ("5209<<", None),
    ],
)
def test_nobody_is_born_in_the_future(birth: str, born: date | None) -> None:
    if birth == "740229":
        with pytest.raises(NotTd1):
            read_td1(zone(birth), ON)
    else:
        assert read_td1(zone(birth), ON).born == born


def test_what_looks_like_a_zone() -> None:
    assert looks_like_td1(SPECIMEN)
    assert not looks_like_td1("110101196002290019")
    assert not looks_like_td1(SPECIMEN.replace("<", "|"))
