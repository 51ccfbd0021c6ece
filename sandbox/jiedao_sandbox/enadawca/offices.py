"""The offices of the stand-in, and the reasons for which it takes a complaint."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from xml.etree.ElementTree import Element

from jiedao_sandbox.enadawca.words import part


@dataclass(frozen=True, slots=True)
class Office:
    """An office; `hours` by day as the interface names days, in its order; each from and to."""

    id: str
    name: str
    region: str
    postcode: str
    town: str
    street: str
    house: str
    hours: Mapping[str, tuple[tuple[str, str], ...]]


_ALL_DAY: Final = (("08:00:00", "20:00:00"),)
_WITH_A_BREAK: Final = (("09:00:00", "12:30:00"), ("13:00:00", "17:00:00"))
OFFICES: Final = {
    one.id: one
    for one in (
        Office(
            "1",
            "UP Warszawa 1",
            "14",
            "00001",
            "Warszawa",
            "Swietokrzyska",
            "31/33",
            {"sobota": (("09:00:00", "14:00:00"),), "robocze": _ALL_DAY},
        ),
        Office("2", "UP Otwock 1", "14", "05400", "Otwock", "Powstancow", "1", {"poniedzialek": _WITH_A_BREAK}),
        Office("3", "UP Krakow 1", "12", "30001", "Krakow", "Westerplatte", "20", {}),
    )
}
REASONS: Final = {
    1: ("Opoznienie", ((11, "Przesylka polecona"),)),
    2: ("Utrata", ((21, "Cala przesylka"), (22, "Czesc zawartosci"))),
}


def office(one: Office) -> Element:
    """An office as the interface gives it."""
    made = part(
        "placowka",
        id=one.id,
        prefixNazwy="UP",
        nazwa=one.name,
        kodPocztowy=one.postcode,
        miejscowosc=one.town,
        ulica=one.street,
        numerDomu=one.house,
    )
    hours = part("godzinyPracy")
    for day, spans in one.hours.items():
        for opens, closes in spans:
            span = part(day)
            span.extend([part("od", opens), part("do", closes)])
            hours.append(span)
    made.append(hours)
    return made
