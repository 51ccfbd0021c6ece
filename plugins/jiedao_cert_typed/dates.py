"""Dates of the interface: YYYYMMDD, with 00 (0000 for the year) for a part that is not known. Pure."""

from __future__ import annotations

from datetime import date


def day(words: str) -> date | None:
    """The day; None where there is none or not all of it is known. ValueError for what is no date at all."""
    if not words or is_partial(words):
        return None
    return date(*_parts(words))


def is_partial(words: str) -> bool:
    """Whether a part of the date is not known. ValueError for what is no date at all."""
    return bool(words) and 0 in _parts(words)


def compact(on: date) -> str:
    """A day as the interface writes it."""
    return f"{on:%Y%m%d}"


def _parts(words: str) -> tuple[int, int, int]:
    if len(words) != 8 or not (words.isascii() and words.isdigit()):
        raise ValueError(words)
    year, month, in_month = int(words[:4]), int(words[4:6]), int(words[6:])
    # What is known of it must be able to stand in a calendar.
    date(year or 2000, month or 1, in_month or 1)
    return year, month, in_month
