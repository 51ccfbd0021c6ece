"""Printing on the till's printer: receipts, slips, labels and sheets of shifts, by reference."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

from jiedao.checkout import slips
from jiedao.checkout.receipt import Receipt
from jiedao.directory.caller import Caller, claim, replayed
from jiedao.hookspecs.values import Document
from jiedao.language import Text
from jiedao.problems import Conflict, Problem
from jiedao.services.printing import MAYBE_PRINTED
from jiedao_schemas.api.printing import PrintersShown, PrintShown, PrintWanted
from jiedao_web.api.receipts import interim_slip
from jiedao_web.api.shifts import sheet_of
from jiedao_web.context import house
from jiedao_web.idempotency import once
from jiedao_web.papers.answers import language_of
from jiedao_web.receipts import Slip, render_escpos, render_pdf
from jiedao_web.routes import Routes
from jiedao_web.sessions import caller

routes = Routes("prints", "Printing at a till")


@routes.get("/printers", PrintersShown())
def printers() -> dict[str, Any]:
    """What the street prints through now; empty where it has no printing connection."""
    with house().store.read(caller().street) as tx:
        return {"printers": house().printing.connections(tx), "prints_at": caller().till}


@routes.post("/prints", PrintShown(), body=PrintWanted(), status=[201])
def print_paper(body: dict[str, Any]) -> dict[str, Any]:
    """Print at the session's till. A receipt is counted: from the second print on it is marked as a reprint (补打).

    409 `printing.declined` says what is wrong with the printer, and 503 `printing.unreachable` that it does not
    answer: nothing came out and nothing is counted. 503 `printing.unknown`: paper may have come out, look first; the
    next print of a receipt is marked as a reprint then.
    """
    what, reference = body["what"], body["reference"]

    def act(by: Caller) -> str:
        if replayed(house().store, by):
            raise Conflict("print.done", _DONE)
        copy = _PAPERS[what](by, reference, language_of(body))
        with house().store.write(by.street) as tx:
            claim(tx, by, "print", f"{copy} {what} {reference}")
        return f"{copy} {what} {reference}"

    copy, _, _ = once(act, str).partition(" ")
    return {"what": what, "reference": reference, "copy": int(copy)}


def _receipt(by: Caller, number: str, language: str) -> int:
    """Count first: a print that nobody knows the end of must not be followed by a second original."""
    with house().store.write(by.street) as tx:
        receipt = slips.count_print(tx, number)
    try:
        house().printing.print_on_any(by, _drawn(receipt.in_language(language), number))
    except Problem as problem:
        if problem.code != MAYBE_PRINTED:
            with house().store.write(by.street) as tx:
                slips.uncount_print(tx, number, receipt.copy)
        raise
    return receipt.copy


def _slip(by: Caller, order: str, language: str) -> int:
    slip = interim_slip(order)
    house().printing.print_on_any(by, _drawn(slip.in_language(language), order))
    return 0


def _label(by: Caller, consignment: str, language: str) -> int:
    house().printing.print(by, house().post.consignments.label(by.street, consignment, ""))
    return 0


def _shift(by: Caller, shift: str, language: str) -> int:
    with house().store.read(by.street) as tx:
        sheet = sheet_of(tx, by, shift, language)
    house().printing.print_on_any(by, _drawn(sheet, shift))
    return 0


def _drawn(slip: Receipt | Slip, name: str) -> Iterator[Document]:
    """The slip on the media that a till's printer may understand, drawn one after another as they are wanted."""
    for draw in (render_escpos, render_pdf):
        rendered = draw(slip)
        yield Document(name, rendered.media_type, rendered.content)


_PAPERS: Final[dict[str, Callable[[Caller, str, str], int]]] = {
    "receipt": _receipt,
    "slip": _slip,
    "label": _label,
    "shift": _shift,
}
_DONE: Final = Text(zh="这份已经打印", en="This has been printed already")
