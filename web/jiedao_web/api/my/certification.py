"""Life certificates of a resident, and of those for whom they may act."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from jiedao.certification import attempts, delegations, entitlements
from jiedao.certification.bureau import Answer, today
from jiedao.certification.certification import Wanted
from jiedao.certification.schemes import schemes
from jiedao.directory.caller import Caller
from jiedao.directory.throttle import Limit, spend
from jiedao.hookspecs.certification import Route
from jiedao.language import Text
from jiedao.problems import NotFound
from jiedao.store.direct import Row
from jiedao.store.unit import Tx
from jiedao_schemas.api import my as schemas
from jiedao_schemas.api.people import Reason
from jiedao_web.api.shared.certifications import certification_shown, certifications_shown, entitlement_shown
from jiedao_web.context import house
from jiedao_web.idempotency import once
from jiedao_web.prefer import applied, carry_out
from jiedao_web.resident_sessions import resident
from jiedao_web.routes import Answer as Answered
from jiedao_web.routes import Routes, Who

routes = Routes("my_certification", "A resident's own life certificates and delegations", who=Who.RESIDENT)
_SHOWN: Final = schemas.MyCertificationShown()


@routes.get("/my/benefits", schemas.MyBenefitsShown())
def benefits() -> dict[str, Any]:
    """What the resident draws, as far as is known; nobody is asked."""
    by = resident()
    return _benefits(by, by.resident, Route.FACE)


@routes.post("/my/benefits/look-up", schemas.MyBenefitsShown())
def look_up_benefits() -> dict[str, Any]:
    """Ask every bureau of the street how the resident stands; those that do not answer are `unreached`."""
    by = resident()
    answers: list[Answer] = []

    def act(claimed: Caller) -> str:
        house().store.retrying(by.street, lambda tx: spend(tx, _ASKING, by.resident))
        answers.extend(house().certification.look_up(claimed, by.resident))
        return by.resident

    once(act, str)
    return _benefits(by, by.resident, Route.FACE, answers)


@routes.post("/my/certifications", _SHOWN, body=schemas.MyNewCertification(), status=[201, 202])
def certify(body: dict[str, Any]) -> Answered:
    """Look up and submit what is due, by face; under a delegation for another, on the relative's phone.

    201 when every item has its judgement; 202 while the bureau's is still out. `Prefer: wait=N` waits for it.
    """
    by = resident()
    whose, agent, route = by.resident, "", Route.FACE
    if body["delegation"]:
        whose, agent, route = _principal(by, body["delegation"]).resident, by.resident, Route.RELATIVE
    wanted = Wanted(whose, tuple(body["entitlements"]), route, photo=body["photo"], agent=agent)

    def act(claimed: Caller) -> str:
        begun = house().certification.certify(claimed, wanted)
        carry_out(begun.planned)
        return begun.attempt

    shown = _certification(by, once(act, str))
    return shown, 202 if shown["confirming"] else 201, applied()


@routes.get("/my/certifications", schemas.MyCertificationsShown())
def certifications() -> dict[str, Any]:
    """The last hundred certifications of the resident, newest first."""
    by = resident()
    with house().store.read(by.street) as tx:
        return {"certifications": certifications_shown(tx, by.resident)}


@routes.get("/my/certifications/<id:certification>", _SHOWN)
def show_certification(certification: str) -> dict[str, Any]:
    """One certification: the resident's own, or one that they made for another."""
    return _certification(resident(), certification)


@routes.get("/my/delegations", schemas.MyMandatesShown())
def mandates() -> dict[str, Any]:
    """Who may or might once act for the resident, and for whom the resident may act today."""
    by = resident()
    with house().store.read(by.street) as tx:
        agents = [_mandate(row, row.agent_name) for row in delegations.of_resident(tx, by.resident)]
        principals = [_mandate(row, row.resident_name) for row in delegations.of_agent(tx, by.resident, today(tx))]
    return {"agents": agents, "principals": principals}


@routes.get("/my/delegations/<id:delegation>/benefits", schemas.MyBenefitsShown())
def benefits_of_principal(delegation: str) -> dict[str, Any]:
    """What somebody draws for whom the resident may act."""
    by = resident()
    return _benefits(by, _principal(by, delegation).resident, Route.RELATIVE)


@routes.post("/my/delegations/<id:delegation>/revoke", schemas.MyMandatesShown(), body=Reason())
def revoke_delegation(body: dict[str, Any], delegation: str) -> dict[str, Any]:
    """Let nobody act for the resident under this delegation any more; what was done under it stays."""
    by = resident()
    with house().store.read(by.street) as tx:
        if delegations.one(tx, delegation).resident != by.resident:
            raise _no_delegation()

    def act(claimed: Caller) -> str:
        house().certification.delegations.revoke(claimed, delegation, body["reason"])
        return delegation

    once(act, str)
    return mandates()


def _benefits(by: Caller, whose: str, route: Route, answers: Sequence[Answer] = ()) -> dict[str, Any]:
    with house().store.read(by.street) as tx:
        person = house().residents.get(tx, whose)
        known = {one.id: one for one in schemes(tx)}
        theirs = entitlements.of_resident(tx, whose)
    shown = [
        {
            **entitlement_shown(one, known[one.scheme].title),
            "routes": [route.value] if route in known[one.scheme].routes else [],
            "needs_photo": known[one.scheme].needs_photo,
        }
        for one in theirs
    ]
    unreached = [answer.connection for answer in answers if not answer.reached]
    return {"name": person.name, "benefits": shown, "unreached": unreached}


def _certification(by: Caller, id_: str) -> dict[str, Any]:
    with house().store.read(by.street) as tx:
        row = attempts.look(tx, id_)
        if by.resident not in (row.resident, row.agent):
            raise NotFound("certification.missing", _NO_CERTIFICATION)
        return certification_shown(row, attempts.items(tx, id_))


def _principal(by: Caller, delegation: str) -> Row:
    """A delegation that lets the resident act for another today."""
    with house().store.read(by.street) as tx:
        found = [row for row in _may_act(tx, by) if row.id == delegation]
    if not found:
        raise _no_delegation()
    return found[0]


def _may_act(tx: Tx, by: Caller) -> Sequence[Row]:
    return delegations.of_agent(tx, by.resident, today(tx))


def _mandate(row: Row, name: str) -> dict[str, Any]:
    return {**row._asdict(), "name": name}


def _no_delegation() -> NotFound:
    return NotFound("delegation.missing", _NO_DELEGATION, field="delegation")


_ASKING: Final = Limit("bureaus asked", 20, 3600)
_NO_DELEGATION: Final = Text(zh="没有这份委托", en="There is no such delegation")
_NO_CERTIFICATION: Final = Text(zh="没有这次认证", en="There is no such certification")
