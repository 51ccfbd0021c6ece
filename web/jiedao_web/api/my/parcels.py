"""Letters and parcels that are a resident's, with their way."""

from __future__ import annotations

from typing import Any, Final

from jiedao.directory.caller import Caller
from jiedao.directory.throttle import Limit, spend
from jiedao.language import Text
from jiedao.post.records import State, listed
from jiedao.post.tracking import Story
from jiedao.problems import NotFound
from jiedao_schemas.api import my as schemas
from jiedao_web.api.shared.consignments import consignment_shown
from jiedao_web.context import house
from jiedao_web.resident_sessions import resident
from jiedao_web.routes import Routes, Who

routes = Routes("my_parcels", "A resident's own letters and parcels", who=Who.RESIDENT)
_SHOWN: Final = schemas.MyParcelShown()


@routes.get("/my/parcels", schemas.MyParcelsShown(), query=schemas.MyPaging())
def parcels(query: dict[str, Any]) -> dict[str, Any]:
    """Consignments of the resident, newest first."""
    by, most = resident(), query["limit"]
    with house().store.read(by.street) as tx:
        rows = listed(tx, before=query["before"], most=most, resident=by.resident)
    shown = [one for one in rows if one.state is not State.OFFERED]
    return {"parcels": shown, "before": rows[-1].id if len(rows) == most else ""}


@routes.get("/my/parcels/<id:parcel>", _SHOWN)
def show_parcel(parcel: str) -> dict[str, Any]:
    """One consignment with everything that happened to it."""
    return consignment_shown(_own(resident(), parcel))


@routes.post("/my/parcels/<id:parcel>/track", _SHOWN)
def track_parcel(parcel: str) -> dict[str, Any]:
    """Ask the post now; 503 when it does not answer, 429 when it was asked too often."""
    by = resident()
    _own(by, parcel)
    house().store.retrying(by.street, lambda tx: spend(tx, _ASKING, by.resident))
    house().post.tracking.look(by.street, parcel)
    return consignment_shown(_own(by, parcel))


def _own(by: Caller, parcel: str) -> Story:
    with house().store.read(by.street) as tx:
        story = house().post.tracking.story(tx, parcel)
    if story.consignment.resident != by.resident:
        raise NotFound("consignment.missing", _MISSING)
    return story


_ASKING: Final = Limit("parcels asked", 30, 3600)
_MISSING: Final = Text(zh="没有这件邮件", en="There is no such consignment")
