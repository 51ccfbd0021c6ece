"""Dispatch lists: what waits in the hall, closing, the courier's signature, and the paper that is signed."""

from __future__ import annotations

from typing import Any, Final

from flask import Response

from jiedao.directory.caller import Caller
from jiedao.language import Text
from jiedao.post.dispatches import Dispatch, find, items_of, latest
from jiedao.problems import Conflict
from jiedao_schemas.api import post as schemas
from jiedao_schemas.api.people import Paging
from jiedao_schemas.api.receipts import Rendering
from jiedao_web.context import house
from jiedao_web.idempotency import once
from jiedao_web.papers import dispatch_paper, paper
from jiedao_web.papers.answers import PDF, document, drawn, language_of
from jiedao_web.prefer import applied, carry_out
from jiedao_web.routes import Answer, Routes
from jiedao_web.sessions import caller

routes = Routes("dispatches", "Dispatch lists")
_SHOWN: Final = schemas.DispatchShown()


@routes.get("/post/dispatches", schemas.DispatchesShown(), query=Paging())
def list_dispatches(query: dict[str, Any]) -> dict[str, Any]:
    """The lists of the session's hall, newest first."""
    most = query["limit"]
    with house().store.read(caller().street) as tx:
        found = latest(tx, house().places.at(tx, caller().till).hall, query["before"], most)
    return {"dispatches": found, "before": found[-1].id if len(found) == most else ""}


@routes.get("/post/dispatches/open", schemas.WaitingShown(), query=schemas.DispatchSearch())
def open_dispatch(query: dict[str, Any]) -> dict[str, Any]:
    """What would be on the next list of the session's hall."""
    with house().store.read(caller().street) as tx:
        hall = house().places.at(tx, caller().till).hall
        return {"consignments": house().post.dispatches.waiting(tx, hall, query["connection"])}


@routes.post("/post/dispatches", _SHOWN, body=schemas.NewDispatch(), status=[201, 202])
def close_dispatch(body: dict[str, Any]) -> Answer:
    """Close the list of the session's hall; 202 while the post has not confirmed that it takes everything."""

    def act(by: Caller) -> str:
        begun = house().post.dispatches.close(by, body["connection"], body["office"])
        carry_out(begun.planned)
        return begun.dispatch

    shown = _shown(once(act, str))
    return shown, 202 if shown["state"] == "handing_over" else 201, applied()


@routes.get("/post/dispatches/<id:dispatch>", _SHOWN)
def show_dispatch(dispatch: str) -> dict[str, Any]:
    """A list with what is on it."""
    return _shown(dispatch)


@routes.post("/post/dispatches/<id:dispatch>/signature", _SHOWN, body=schemas.Signature(), status=[201])
def sign_dispatch(body: dict[str, Any], dispatch: str) -> dict[str, Any]:
    """Note that the courier signed for a closed list."""

    def act(by: Caller) -> str:
        house().post.dispatches.sign(by, dispatch, body["courier"])
        return dispatch

    return _shown(once(act, str))


@routes.get("/post/dispatches/<id:dispatch>/list.pdf", None, query=Rendering(), doc=PDF)
def dispatch_pdf(query: dict[str, Any], dispatch: str) -> Response:
    """The list on paper, with room for the courier's signature."""
    with house().store.read(caller().street) as tx:
        found = find(tx, dispatch)
        items = items_of(tx, dispatch)
        if not items:
            raise Conflict("dispatch.empty", _EMPTY)
        place = house().places.at(tx, items[0].till)
        titles = {one.id: one.title for one in house().connections.all(tx)}
    to = [house().post.consignments.parties(caller().street, one)[1] for one in items]
    title = titles[found.connection]
    return drawn(paper(dispatch_paper(found, title, list(zip(items, to, strict=True)), place, language_of(query))))


@routes.get("/post/dispatches/<id:dispatch>/outbox.pdf", None, doc=PDF)
def outbox(dispatch: str) -> Response:
    """The post's own list of what it took."""
    with house().store.read(caller().street) as tx:
        found = find(tx, dispatch)
    if not found.reference:
        raise Conflict("dispatch.no_reference", _NO_REFERENCE)
    return document(house().post.calls.outbox(caller().street, found.connection, found.reference))


def _shown(id_: str) -> dict[str, Any]:
    with house().store.read(caller().street) as tx:
        found = find(tx, id_)
        items = items_of(tx, id_)
    return {**{name: getattr(found, name) for name in Dispatch.__slots__}, "consignments": items}


_EMPTY: Final = Text(zh="这张清单上没有邮件", en="Nothing is on this list")
_NO_REFERENCE: Final = Text(zh="邮局没有为这张清单给出编号", en="The post gave no number for this list")
