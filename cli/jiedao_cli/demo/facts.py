"""What the demo is made of: a real street with its communities, and people, bills and rates that are made up."""

from __future__ import annotations

import json
from functools import cache
from importlib import resources
from typing import Any, Final

from jiedao.language import Text

CASH: Final = "cash"
CARD: Final = "card"
HUB: Final = "hub"
FILE: Final = "property"
POST: Final = "post"
EMS: Final = "ems"
BUREAU: Final = "bureau"
SMS: Final = "sms"
WALLET: Final = "wallet"
"""The connections of the demo, by id."""


@cache
def facts() -> dict[str, Any]:
    """The file `street.json` beside this module."""
    return dict(json.loads(resources.files(__package__).joinpath("street.json").read_text("utf-8")))


def street_code() -> str:
    """The street of the demo."""
    return str(facts()["street"]["code"])


def named(one: dict[str, Any]) -> Text:
    """The name of a street or a hall."""
    return Text(one["zh"], one["en"])
