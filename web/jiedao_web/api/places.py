"""Halls, counters and skills: everybody of the street reads them, administrators change them."""

from __future__ import annotations

from typing import Any, Final

from flask import Response

from jiedao.directory import places, skills
from jiedao.directory.caller import Caller, Role, audit, claim
from jiedao.language import Text
from jiedao_schemas.api.places import (
    CounterChange,
    CounterShown,
    CountersShown,
    HallShown,
    HallsShown,
    NamedTwice,
    NewCounter,
    NewHall,
    NewSkill,
    SkillShown,
    SkillsShown,
)
from jiedao_web.context import house
from jiedao_web.idempotency import once
from jiedao_web.routes import Routes
from jiedao_web.sessions import caller

routes = Routes("places", "Halls, counters and what they serve")
_HALL: Final = HallShown()
_COUNTER: Final = CounterShown()
_SKILL: Final = SkillShown()


@routes.get("/halls", HallsShown())
def halls() -> dict[str, Any]:
    """Every hall of the street."""
    with house().store.read(caller().street) as tx:
        return {"halls": [_hall(one) for one in places.halls(tx)]}


@routes.post("/halls", _HALL, body=NewHall(), status=[201])
def add_hall(body: dict[str, Any]) -> dict[str, Any]:
    """Add a hall."""

    def act(by: Caller) -> str:
        with house().store.write(by.street) as tx:
            places.add_hall(tx, body["id"], _named(body))
            audit(tx, by, "hall.add", f"hall {body['id']}")
            claim(tx, by, "hall", body["id"])
        return str(body["id"])

    _administrator()
    return _one_hall(once(act, str))


@routes.change("PATCH", "/halls/<code:hall>", _HALL, body=NamedTwice())
def rename_hall(body: dict[str, Any], hall: str) -> dict[str, Any]:
    """Call a hall something else; receipts say so from then on."""
    by = _administrator()
    with house().store.write(by.street) as tx:
        places.rename_hall(tx, by, hall, _named(body))
    house().places.forget()
    return _one_hall(hall)


@routes.get("/counters", CountersShown())
def counters() -> dict[str, Any]:
    """Every counter of the street, by hall."""
    with house().store.read(caller().street) as tx:
        return {"counters": places.counters(tx)}


@routes.post("/counters", _COUNTER, body=NewCounter(), status=[201])
def add_counter(body: dict[str, Any]) -> Any:
    """Add a counter with its till and its book."""

    def act(by: Caller) -> str:
        with house().store.write(by.street) as tx:
            places.add_till(tx, body["id"], body["hall"], body["name"], kind=places.Kind(body["kind"]))
            skills.give_till(tx, body["id"], body["skills"])
            audit(tx, by, "till.add", f"till {body['id']}", hall=body["hall"], kind=body["kind"])
            claim(tx, by, "till", body["id"])
        return str(body["id"])

    _administrator()
    return _one_counter(once(act, str))


@routes.change("PATCH", "/counters/<code:till>", _COUNTER, body=CounterChange())
def change_counter(body: dict[str, Any], till: str) -> Any:
    """Rename a counter, move it to another hall, say what stands there and what it serves.

    409 when it is to move while its shift is open.
    """
    by = _administrator()
    kind = None if body["kind"] is None else places.Kind(body["kind"])
    with house().store.write(by.street) as tx:
        places.change_till(tx, by, till, hall=body["hall"], name=body["name"], kind=kind, skills_=body["skills"])
    house().places.forget()
    return _one_counter(till)


@routes.get("/skills", SkillsShown())
def all_skills() -> dict[str, Any]:
    """What staff and counters of the street can serve."""
    with house().store.read(caller().street) as tx:
        return {"skills": [_skill(one) for one in skills.skills(tx)]}


@routes.post("/skills", _SKILL, body=NewSkill(), status=[201])
def add_skill(body: dict[str, Any]) -> dict[str, Any]:
    """Add a skill to the street's list."""

    def act(by: Caller) -> str:
        with house().store.write(by.street) as tx:
            skills.add_skill(tx, by, body["code"], _named(body))
            claim(tx, by, "skill", body["code"])
        return str(body["code"])

    _administrator()
    return _one_skill(once(act, str))


@routes.change("PATCH", "/skills/<code:code>", _SKILL, body=NamedTwice())
def rename_skill(body: dict[str, Any], code: str) -> dict[str, Any]:
    """Call a skill something else."""
    by = _administrator()
    with house().store.write(by.street) as tx:
        skills.rename_skill(tx, by, code, _named(body))
    return _one_skill(code)


@routes.change("DELETE", "/skills/<code:code>", None, status=204)
def remove_skill(code: str) -> Response:
    """Take a skill off the list, and away from everybody who has it."""
    by = _administrator()
    with house().store.write(by.street) as tx:
        skills.remove_skill(tx, by, code)
    return Response(status=204)


def _administrator() -> Caller:
    caller().must_be(Role.ADMINISTRATOR)
    return caller()


def _named(body: dict[str, Any]) -> Text:
    return Text(body["name_zh"], body["name_en"])


def _hall(one: places.Hall) -> dict[str, Any]:
    return {"id": one.id, "name_zh": one.name.zh, "name_en": one.name.en, "counters": one.counters}


def _skill(one: skills.Skill) -> dict[str, Any]:
    return {"code": one.code, "name_zh": one.name.zh, "name_en": one.name.en}


def _one_hall(hall: str) -> dict[str, Any]:
    with house().store.read(caller().street) as tx:
        return _hall(places.hall(tx, hall))


def _one_counter(till: str) -> places.Counter:
    with house().store.read(caller().street) as tx:
        return places.counter(tx, till)


def _one_skill(code: str) -> dict[str, Any]:
    with house().store.read(caller().street) as tx:
        return _skill(skills.skill(tx, code))
