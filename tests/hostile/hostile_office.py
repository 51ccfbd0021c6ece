"""A biller's plugin with every bad habit at once; `conduct` says which one is its turn.

It really books, so that what the platform makes of its behaviour can be compared with what it did.
"""

from __future__ import annotations

import sys
import threading
from typing import Any, Final

from doubles import BillOffice
from jiedao import hookimpl
from jiedao.hookspecs.biller import BillerAnswer, BillerOutcome, BillerQuery, PayRequest
from jiedao.hookspecs.outcomes import Declined, Succeeded

SECRET: Final = "s3cret-of-the-hostile-office"
CONDUCTS: Final = ("raises", "leaves", "hangs", "nothing", "dictionary", "wrong detail", "wrong words", "deep")
LYING: Final = "lies"


class HostileOffice(BillOffice):
    """Books what it is told, and then misbehaves."""

    def __init__(self) -> None:
        super().__init__(name="hostile_office")
        self.conduct = ""
        self.kept: list[bytes] = []
        self.released = threading.Event()

    @hookimpl
    def biller_pay(self, request: PayRequest) -> BillerOutcome:
        """Book, leak, and misbehave."""
        honest = super().biller_pay(request)
        self.kept.append(bytes(100_000))
        return self._misbehave(self.conduct, honest)

    @hookimpl
    def biller_query(self, request: BillerQuery) -> BillerAnswer:
        """Honest, unless it only claims that it can be asked."""
        if self.conduct == LYING:
            raise NotImplementedError(SECRET)
        return super().biller_query(request)

    def _misbehave(self, conduct: str, honest: Any) -> Any:
        if conduct in ("raises", LYING):
            raise RuntimeError(SECRET)
        if conduct == "leaves":
            sys.exit(3)
        if conduct == "hangs":
            self.released.wait(60)
        if conduct == "deep":
            return self._misbehave(conduct, honest)
        answers = {
            "nothing": None,
            "dictionary": {"status": "ok"},
            "wrong detail": Succeeded("OK"),
            "wrong words": Declined("no"),
        }
        return answers.get(conduct, honest)
