"""Ratings (评价): what a resident thought of it, once it is over, once only, and never before."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select

from jiedao.certification import attempts
from jiedao.certification.outcomes import OPEN
from jiedao.directory.caller import Caller, claim
from jiedao.hall.cases import SUBJECT as CASE
from jiedao.hall.cases import case, note_rated
from jiedao.hall.graph import At
from jiedao.hall.items import Channel
from jiedao.language import Text
from jiedao.problems import Conflict, Invalid
from jiedao.store import tables
from jiedao.store.direct import AlreadyThere, Row
from jiedao.store.unit import STREET, Store, Tx, param

ORDER: Final = "order"
CERTIFICATION: Final = "certification"
_MOST: Final = 5


@dataclass(frozen=True, slots=True)
class Opinion:
    """One to five stars, and words if there are any."""

    stars: int
    comment: str = ""
    channel: Channel = Channel.WINDOW


def rate(store: Store, caller: Caller, kind: str, subject: str, opinion: Opinion, *, resident: str = "") -> None:
    """Keep what somebody thinks of a case, an order or a certification that is over. `resident` is who says so."""
    if not 1 <= opinion.stars <= _MOST:
        raise Invalid("rating.stars", _STARS, field="stars")

    def act(tx: Tx) -> None:
        over = _OVER[kind](tx, subject, resident)
        if not over:
            raise Conflict("rating.early", _EARLY)
        _keep(tx, caller, kind, subject, opinion)
        if kind == CASE:
            note_rated(tx, caller, case(tx, subject), opinion.comment)
        claim(tx, caller, kind, subject)

    store.retrying(caller.street, act)


def rating(tx: Tx, kind: str, subject: str) -> Row | None:
    """What was said of something, if anything was."""
    return tx.first(_ONE, kind_=kind, subject_=subject)


def _keep(tx: Tx, caller: Caller, kind: str, subject: str, opinion: Opinion) -> None:
    try:
        tx.add(
            tables.rating,
            kind=kind,
            subject=subject,
            stars=opinion.stars,
            comment=opinion.comment.strip(),
            channel=opinion.channel,
            at=tx.now,
            staff=caller.staff,
        )
    except AlreadyThere:
        raise Conflict("rating.given", _GIVEN) from None


def _case_over(tx: Tx, id_: str, resident: str) -> bool:
    return bool(case(tx, id_, resident=resident).state == At.FINISHED)


def _certification_over(tx: Tx, id_: str, resident: str) -> bool:
    row = attempts.look(tx, id_)
    _check_theirs(row.resident, resident)
    return not any(one.outcome in OPEN for one in attempts.items(tx, id_))


def _order_over(tx: Tx, id_: str, resident: str) -> bool:
    row = tx.first(_ORDER, id_=id_)
    if row is None:
        raise Conflict("rating.early", _EARLY)
    _check_theirs(row.resident or "", resident)
    return bool(row.state == "paid")


def _check_theirs(owner: str, resident: str) -> None:
    if resident and owner and owner != resident:
        raise Conflict("rating.other", _OTHERS)


_OVER: Final[dict[str, Callable[[Tx, str, str], bool]]] = {
    CASE: _case_over,
    CERTIFICATION: _certification_over,
    ORDER: _order_over,
}
_G, _O = tables.rating.c, tables.order.c
_ONE: Final = select(tables.rating).where(_G.street == STREET, _G.kind == param("kind"), _G.subject == param("subject"))
_ORDER: Final = select(_O.state, _O.resident).where(_O.street == STREET, _O.id == param("id"))
_STARS: Final = Text(zh="评价为 1 到 5 星", en="A rating has one to five stars")
_EARLY: Final = Text(zh="办结之后才能评价", en="It can be rated once it is finished, not before")
_GIVEN: Final = Text(zh="已经评价过了，谢谢", en="It has been rated already; thank you")
_OTHERS: Final = Text(zh="这不是您办理的", en="This is not yours to rate")
