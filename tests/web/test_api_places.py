"""Halls, counters and skills over REST."""

from __future__ import annotations

import pytest
from api_desk import Api, Desk, refused

OTHER_STREET = "150602008"


@pytest.fixture(scope="module")
def hall(administrator: Desk) -> str:
    """A hall of these tests' own."""
    body = {"id": "h7", "name_zh": "七社区", "name_en": "Seven"}
    answer = administrator.post("halls", body, key="hall-7")
    assert answer.status_code == 201, answer.text
    return "h7"


def test_halls_are_added_and_renamed(administrator: Desk, desk: Desk, hall: str) -> None:
    renamed = administrator.send("PATCH", f"halls/{hall}", {"name_zh": "第七社区", "name_en": "Seventh"}).json
    assert renamed == {"id": "h7", "name_zh": "第七社区", "name_en": "Seventh", "counters": renamed["counters"]}
    assert renamed in desk.get("halls").json["halls"]
    again = administrator.post("halls", {"id": "h7", "name_zh": "七社区", "name_en": "Seven"})
    refused(again, 409, "hall.exists", "hall")
    refused(administrator.post("halls", {"id": "七", "name_zh": "七", "name_en": "7"}), 422, "body.invalid", "id")
    names = {"name_zh": "x", "name_en": "x"}
    refused(administrator.send("PATCH", "halls/none", names), 404, "hall.missing")


def test_counters_are_added_renamed_and_moved(administrator: Desk, desk: Desk, hall: str) -> None:
    administrator.post("skills", {"code": "cases", "name_zh": "事项", "name_en": "Cases"})
    body = {"id": "K7", "hall": hall, "name": "自助机", "kind": "kiosk", "skills": ["cases"]}
    made = administrator.post("counters", body)
    assert (made.status_code, made.json) == (201, {**body, "shift": ""})
    moved = administrator.send("PATCH", "counters/K7", {"hall": "h1", "name": "门口自助机", "skills": []}).json
    assert moved == {**body, "hall": "h1", "name": "门口自助机", "skills": [], "shift": ""}
    assert moved in desk.get("counters").json["counters"]
    refused(administrator.post("counters", {**body, "id": "K8", "hall": "none"}), 404, "hall.missing", "hall")
    refused(administrator.post("counters", {**body, "id": "K9", "kind": "robot"}), 422, "body.invalid", "kind")
    refused(administrator.send("PATCH", "counters/K7", {"skills": ["none"]}), 422, "skill.missing", "skills")
    refused(administrator.post("counters", body), 409, "till.exists", "till")


def test_a_counter_in_use_does_not_move(administrator: Desk, desk: Desk, hall: str) -> None:
    refused(administrator.send("PATCH", "counters/T1", {"hall": hall}), 409, "till.open", "hall")
    assert desk.get("sessions/current").json["till"] == "T1"


def test_skills_are_kept(administrator: Desk, accountant: Desk) -> None:
    made = administrator.post("skills", {"code": "post", "name_zh": "邮寄", "name_en": "Post"}, key="skill-post")
    again = administrator.post("skills", {"code": "post", "name_zh": "邮寄", "name_en": "Post"}, key="skill-post")
    assert (made.status_code, again.json) == (201, made.json)
    names = {"name_zh": "寄件", "name_en": "Parcels"}
    assert administrator.send("PATCH", "skills/post", names).json == {"code": "post", **names}
    assert {"code": "post", **names} in accountant.get("skills").json["skills"]
    assert administrator.send("DELETE", "skills/post").status_code == 204
    refused(administrator.send("DELETE", "skills/post"), 404, "skill.missing")
    refused(administrator.post("skills", {"code": "Post", "name_zh": "x", "name_en": "x"}), 422, "skill.code", "code")


def test_places_of_another_street_are_not_there(api: Api, hall: str) -> None:
    chief = api.sign_in("administrator", street=OTHER_STREET)
    names = {"name_zh": "x", "name_en": "x"}
    refused(chief.send("PATCH", f"halls/{hall}", names), 404, "hall.missing")
    assert hall not in [one["id"] for one in chief.get("halls").json["halls"]]
    refused(chief.send("PATCH", "counters/K7", {"name": "x"}), 404, "till.missing")
    assert chief.get("skills").json["skills"] == []
