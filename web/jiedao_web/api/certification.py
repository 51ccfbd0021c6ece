"""Life certificates: schemes, what a resident draws, certifying, delegations, due lists, visits at home."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from jiedao.certification import attempts, delegations, entitlements, people, periods
from jiedao.certification.bureau import Answer, today
from jiedao.certification.certification import Visit, Wanted
from jiedao.certification.delegations import Mandate
from jiedao.certification.periods import Late
from jiedao.certification.schemes import Scheme, schemes
from jiedao.directory.caller import Caller
from jiedao.hookspecs.certification import Route
from jiedao.language import Text
from jiedao.store.unit import Tx
from jiedao_schemas.api.certification import (
    Belongs,
    BenefitsShown,
    BureauRecordsShown,
    CertificationShown,
    CertificationsShown,
    DeathReport,
    DelegationShown,
    DelegationsShown,
    DueSearch,
    DuesShown,
    Enrolment,
    EntitlementHistoryShown,
    HomeVisitShown,
    HomeVisitsShown,
    NewCertification,
    NewDelegation,
    NewHomeVisit,
    NewScheme,
    OutreachSearch,
    OutreachShown,
    SchemesShown,
)
from jiedao_schemas.api.people import Reason
from jiedao_web.api.shared.certifications import certification_shown, certifications_shown, entitlement_shown
from jiedao_web.context import house
from jiedao_web.idempotency import once
from jiedao_web.prefer import applied, carry_out
from jiedao_web.routes import Answer as Answered
from jiedao_web.routes import Routes
from jiedao_web.sessions import caller

routes = Routes("certification", "Life certificates: schemes, benefits, certifying, delegations, due lists")
_FAR: Final = date(9999, 12, 31)


# schemes


@routes.get("/certification/schemes", SchemesShown())
def list_schemes() -> dict[str, Any]:
    """Every scheme of the street."""
    return _schemes()


@routes.change("PUT", "/certification/schemes/<code:scheme>", SchemesShown(), body=NewScheme())
def set_scheme(body: dict[str, Any], scheme: str) -> dict[str, Any]:
    """Add a scheme, or change its rules (administrators); its bureau and kind stay as they are."""
    house().certification.set_scheme(caller(), _scheme(scheme, body))
    return _schemes()


# what somebody draws


@routes.get("/residents/<id:resident>/benefits", BenefitsShown())
def show_benefits(resident: str) -> dict[str, Any]:
    """What a resident draws, as far as is known; nobody is asked."""
    return _benefits(resident)


@routes.post("/residents/<id:resident>/benefits/look-up", BenefitsShown())
def look_up_benefits(resident: str) -> dict[str, Any]:
    """Ask every bureau of the street how a resident stands. A bureau that does not answer is among `bureaus`."""
    return _asked(resident, lambda by: house().certification.look_up(by, resident))


@routes.post("/residents/<id:resident>/benefits", BenefitsShown(), body=Enrolment(), status=[201])
def enrol(body: dict[str, Any], resident: str) -> dict[str, Any]:
    """Note a benefit at a bureau that cannot be asked about people; how it stands is unknown."""
    once(lambda by: house().certification.enrol(by, resident, body["scheme"]), str)
    return _benefits(resident)


@routes.change("PUT", "/residents/<id:resident>/beneficiary", BenefitsShown(), body=Belongs())
def describe_beneficiary(body: dict[str, Any], resident: str) -> dict[str, Any]:
    """Note the hall and community of somebody who draws benefits, and whether they can come."""
    with house().store.write(caller().street) as tx:
        house().residents.get(tx, resident)
        people.describe(tx, resident, **body)
    return _benefits(resident)


@routes.post("/residents/<id:resident>/death-reports", BenefitsShown(), body=DeathReport())
def report_death(body: dict[str, Any], resident: str) -> dict[str, Any]:
    """Keep who says that a resident is dead, and ask the bureaus; only what they answer ends anything."""
    return _asked(resident, lambda by: house().certification.report_death(by, resident, body["told_by"]))


@routes.get("/entitlements/<id:entitlement>/history", EntitlementHistoryShown())
def entitlement_history(entitlement: str) -> dict[str, Any]:
    """Every change of an entitlement, newest first."""
    with house().store.read(caller().street) as tx:
        return {"history": entitlements.log(tx, entitlement)}


@routes.get("/entitlements/<id:entitlement>/records", BureauRecordsShown())
def entitlement_records(entitlement: str) -> dict[str, Any]:
    """What the bureau itself has on record, newest first; 409 where it does not show that."""
    return {"records": house().certification.bureau.records(caller().street, entitlement)}


# certifying


@routes.post("/certifications", CertificationShown(), body=NewCertification(), status=[201, 202])
def certify(body: dict[str, Any]) -> Answered:
    """Look a person up, and submit what is due.

    201 when every item has its judgement; 202 while the bureau's is still out. `Prefer: wait=N` waits for it.
    """
    wanted = Wanted(**{**body, "entitlements": tuple(body["entitlements"]), "route": Route(body["route"])})

    def act(by: Caller) -> str:
        begun = house().certification.certify(by, wanted)
        carry_out(begun.planned)
        return begun.attempt

    shown = _certification(once(act, str))
    return shown, 202 if shown["confirming"] else 201, applied()


@routes.get("/certifications/<id:certification>", CertificationShown())
def show_certification(certification: str) -> dict[str, Any]:
    """One certification, with what became of each item."""
    return _certification(certification)


@routes.get("/residents/<id:resident>/certifications", CertificationsShown())
def list_certifications(resident: str) -> dict[str, Any]:
    """The last hundred certifications of a resident, newest first."""
    with house().store.read(caller().street) as tx:
        house().residents.get(tx, resident)
        return {"certifications": certifications_shown(tx, resident)}


# acting for another


@routes.get("/residents/<id:resident>/delegations", DelegationsShown())
def list_delegations(resident: str) -> dict[str, Any]:
    """Who may or might once act for a resident, newest first."""
    with house().store.read(caller().street) as tx:
        house().residents.get(tx, resident)
        return {"delegations": [_delegation(tx, row) for row in delegations.of_resident(tx, resident)]}


@routes.post("/residents/<id:resident>/delegations", DelegationShown(), body=NewDelegation(), status=[201])
def add_delegation(body: dict[str, Any], resident: str) -> dict[str, Any]:
    """Register that another resident may act for this one, with the proof that was shown."""
    mandate = Mandate(resident=resident, **body)
    return _one_delegation(once(lambda by: house().certification.delegations.add(by, mandate), str))


@routes.post("/delegations/<id:delegation>/revoke", DelegationShown(), body=Reason())
def revoke_delegation(body: dict[str, Any], delegation: str) -> dict[str, Any]:
    """End a delegation now; what was done under it stays."""

    def act(by: Caller) -> str:
        house().certification.delegations.revoke(by, delegation, body["reason"])
        return delegation

    return _one_delegation(once(act, str))


# lists


@routes.get("/certification/due", DuesShown(), query=DueSearch())
def due_list(query: dict[str, Any]) -> dict[str, Any]:
    """Who has to certify until a day, the most urgent first; what is late or suspended is among them."""
    wanted = {name: query[name] for name in ("until", "hall", "community")}
    with house().store.read(caller().street) as tx:
        rows = people.due(tx, wanted, _after(tx, query["after"]), query["limit"])
    return {"due": [_due(row) for row in rows], "after": rows[-1].id if len(rows) == query["limit"] else ""}


@routes.get("/certification/outreach", OutreachShown(), query=OutreachSearch())
def outreach(query: dict[str, Any]) -> dict[str, Any]:
    """Who should be seen at home: due, late or suspended, and of great age or immobile; with the last visit."""
    with house().store.read(caller().street) as tx:
        rows = people.to_visit(tx, today(tx), query["hall"], query["limit"])
    return {"outreach": [_due(row) for row in rows]}


@routes.get("/residents/<id:resident>/visits", HomeVisitsShown())
def list_visits(resident: str) -> dict[str, Any]:
    """Visits at a resident's home, newest first."""
    with house().store.read(caller().street) as tx:
        house().residents.get(tx, resident)
        return {"visits": people.visits(tx, resident)}


@routes.post("/residents/<id:resident>/visits", HomeVisitShown(), body=NewHomeVisit(), status=[201])
def note_visit(body: dict[str, Any], resident: str) -> Any:
    """Keep what came of a visit; one that certified names the certification that was made there."""
    visit = Visit(resident=resident, **body)
    made = once(lambda by: house().certification.note_visit(by, visit), str)
    with house().store.read(caller().street) as tx:
        return people.visit(tx, made)


def _scheme(id_: str, body: dict[str, Any]) -> Scheme:
    return Scheme(
        id_,
        body["connection"],
        body["kind"],
        Text(body["title_zh"], body["title_en"]),
        periods.from_json(body["period"]),
        frozenset(body["classes"]),
        frozenset(Route(route) for route in body["routes"]),
        body["needs_photo"],
        body["needs_delegation"],
        body["reminder_days"],
        Late(body["late"]),
    )


def _schemes() -> dict[str, Any]:
    with house().store.read(caller().street) as tx:
        return {"schemes": [_scheme_shown(one) for one in schemes(tx)]}


def _scheme_shown(one: Scheme) -> dict[str, Any]:
    plain = {name: getattr(one, name) for name in Scheme.__slots__}
    return {
        **plain,
        "period": periods.as_json(one.period),
        "classes": sorted(one.classes),
        "routes": sorted(one.routes),
    }


def _asked(resident: str, ask: Any) -> dict[str, Any]:
    """Ask the bureaus; on a repeat nobody is asked again, and what is known is shown."""
    answers: list[Answer] = []

    def act(by: Caller) -> str:
        answers.extend(ask(by))
        return resident

    once(act, str)
    return _benefits(resident, answers)


def _benefits(resident: str, answers: Sequence[Answer] = ()) -> dict[str, Any]:
    with house().store.read(caller().street) as tx:
        person = house().residents.get(tx, resident)
        titles = {one.id: one.title for one in schemes(tx)}
        theirs = entitlements.of_resident(tx, resident)
        belongs = people.beneficiary(tx, resident)
    return {
        "resident": person.id,
        "name": person.name,
        "number": person.number,
        "beneficiary": belongs,
        "entitlements": [entitlement_shown(one, titles[one.scheme]) for one in theirs],
        "bureaus": [_answer(one) for one in answers],
    }


def _answer(one: Answer) -> dict[str, Any]:
    return {
        "connection": one.connection,
        "reached": one.reached,
        "known": one.person is not None,
        "says": one.says,
    }


def _certification(id_: str) -> dict[str, Any]:
    with house().store.read(caller().street) as tx:
        return certification_shown(attempts.look(tx, id_), attempts.items(tx, id_))


def _delegation(tx: Tx, row: Any) -> dict[str, Any]:
    return {**row._asdict(), "proof": house().certification.delegations.proof(tx, row)}


def _one_delegation(id_: str) -> dict[str, Any]:
    with house().store.read(caller().street) as tx:
        return _delegation(tx, delegations.one(tx, id_))


def _after(tx: Tx, id_: str) -> tuple[date, str] | None:
    """The place in the due list after an entitlement."""
    return (entitlements.entitlement(tx, id_).dates.due_on or _FAR, id_) if id_ else None


def _due(row: Any) -> dict[str, Any]:
    return {**row._asdict(), "entitlement": row.id, "number": row.id_masked or ""}
