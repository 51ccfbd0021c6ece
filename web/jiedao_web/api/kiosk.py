"""Kiosks: enrolling a device, how it is, who stands before it, where a parcel is; administrators see all of them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from flask import Response, jsonify

from jiedao.directory.resident_sessions import Channel
from jiedao.directory.throttle import Limit, spend
from jiedao.hookspecs.service import Reader
from jiedao.kiosk import devices
from jiedao.kiosk.devices import PRINTS, Condition, Device
from jiedao.language import Text
from jiedao.post.records import Consignment, State, by_number
from jiedao.problems import NotFound
from jiedao.store.unit import Tx
from jiedao_schemas.api import kiosk as schemas
from jiedao_schemas.api.my import MySessionShown
from jiedao_schemas.api.people import Reason
from jiedao_web.api.my.sessions import given_session
from jiedao_web.context import context, house
from jiedao_web.kiosks import at_kiosk, keep_kiosk_cookie
from jiedao_web.routes import Routes, Who
from jiedao_web.sessions import caller

staff_routes = Routes("kiosks", "Kiosks of the street (administrators)")
routes = Routes("kiosk_device", "The device of a kiosk, and who stands before it", who=Who.KIOSK)
_SHOWN: Final = schemas.KioskDeviceShown()
_SESSION: Final = MySessionShown()


# administrators


@staff_routes.get("/kiosks", schemas.KiosksShown())
def list_kiosks() -> dict[str, Any]:
    """Every kiosk, with how it is; `reachable` when it has spoken in the last minutes."""
    with house().store.read(caller().street) as tx:
        return {"kiosks": devices.kiosks(tx)}


@staff_routes.post("/kiosks/<code:till>/codes", schemas.KioskCode(), status=[201])
def issue_code(till: str) -> Any:
    """A code to enter at the device, good once and for half an hour; an earlier one is good no more.

    It is shown in this answer only: the same request again makes another one.
    """
    return devices.issue_code(house().store, caller(), till)


@staff_routes.post("/kiosks/<code:till>/revocation", schemas.KiosksShown(), body=Reason())
def revoke_device(body: dict[str, Any], till: str) -> dict[str, Any]:
    """Let the device of a kiosk be known no more, such as one that was stolen."""
    devices.revoke(house().store, caller(), till, body["reason"])
    return list_kiosks()


# the device


@routes.post("/kiosk/enrolment", _SHOWN, body=schemas.KioskEnrolment(), status=[201], keyed=False)
@routes.open_to_all
def enrol(body: dict[str, Any]) -> Response:
    """Enter the code at a device, which is the kiosk from then on. The token goes into the header X-Kiosk.

    401 `kiosk.code` for one that is wrong or over; 429 for whoever tries codes out.
    """
    token, device = context().kiosks.enrol(body["street"], body["code"])
    response = jsonify(_SHOWN.dump(_device(device) | {"token": token}))
    response.status_code = 201
    return keep_kiosk_cookie(response, token)


@routes.get("/kiosk/device", _SHOWN)
def show_device() -> dict[str, Any]:
    """Which kiosk this is, and how it is."""
    return _device(at_kiosk())


@routes.post("/kiosk/state", _SHOWN, body=schemas.ConditionReport())
def report_condition(body: dict[str, Any]) -> dict[str, Any]:
    """Say how the kiosk is. While its paper is low, nothing is begun that must end on paper, such as a payment."""
    device, condition = at_kiosk(), Condition(body["condition"])
    devices.report(house().store, device.street, device.till, condition)
    return _device(replace(device, condition=condition))


@routes.post("/kiosk/visits/card", _SESSION, body=schemas.CardPresented(), status=[201])
def present_card(body: dict[str, Any]) -> Response:
    """A points card was scanned: the visit is its holder's from now on. 404 where nobody here holds it."""
    device = _serving()
    house().store.retrying(device.street, lambda tx: spend(tx, _CARDS, device.till))
    with house().store.read(device.street) as tx:
        holder = house().residents.holder(tx, body["card"].strip())
    if holder is None:
        raise NotFound("kiosk.card", _NO_HOLDER, field="card")
    return _known(device, holder.id)


@routes.post("/kiosk/visits/identity", _SESSION, status=[201])
def present_identity() -> Response:
    """An identity card lies on the reader: the visit is its owner's. 404 where they are not registered here."""
    device = _serving()
    read = house().identities.read(device.caller, Reader.BRIDGE)
    with house().store.read(device.street) as tx:
        found = house().residents.of_number(tx, read.number)
    if found is None:
        raise NotFound("kiosk.identity", _NOT_REGISTERED)
    return _known(device, found.id)


@routes.post("/kiosk/tracking", schemas.TrackedShown(), body=schemas.TrackingNumber())
def track(body: dict[str, Any]) -> dict[str, Any]:
    """Where a letter or parcel is, by the number that stands on it; to whom it goes is not said."""
    device = _serving()
    house().store.retrying(device.street, lambda tx: spend(tx, _TRACKING, device.till))
    with house().store.read(device.street) as tx:
        return _tracked(tx, body["number"].strip().upper())


def _serving() -> Device:
    device = at_kiosk()
    devices.must_serve(device)
    return device


def _known(device: Device, resident: str) -> Response:
    return given_session(*context().visits.sign_in(device.street, Channel.KIOSK, device.till, [resident]))


def _device(device: Device) -> dict[str, Any]:
    with house().store.read(device.street) as tx:
        place = house().places.at(tx, device.till)
    return {
        "street": device.street,
        "till": device.till,
        "name": place.till_name,
        "hall": place.hall_name,
        "condition": device.condition.value,
        "prints": device.condition in PRINTS,
    }


def _tracked(tx: Tx, number: str) -> dict[str, Any]:
    """The newest consignment of that number."""
    found: list[Consignment] = [one for one in by_number(tx, number) if one.state is not State.OFFERED]
    if not number or not found:
        raise NotFound("kiosk.tracking", _NO_NUMBER, field="number")
    story = house().post.tracking.story(tx, found[-1].id)
    events = [
        {"at": row.at, "kind": row.kind, "place": row.detail.get("place", "")}
        for row in story.events
        if row.id not in story.fold.voided
    ]
    one = story.consignment
    return {
        "number": one.number,
        "title": one.title,
        "state": one.state.value,
        "standing": story.fold.standing.value,
        "events": events,
    }


_CARDS: Final = Limit("kiosk cards", 120, 3600)
_TRACKING: Final = Limit("kiosk tracking", 600, 3600)
_NO_HOLDER: Final = Text(
    zh="没有找到这张积分卡的持卡人，请换一种方式，或到窗口办理",
    en="Nobody here holds this points card; try another way, or go to a window",
)
_NOT_REGISTERED: Final = Text(
    zh="您还没有在本街道登记，请先到窗口登记一次",
    en="You are not registered in this street yet; please go to a window once",
)
_NO_NUMBER: Final = Text(
    zh="没有从本街道寄出的这件邮件，请核对单号", en="No such letter or parcel left from this street; check the number"
)
