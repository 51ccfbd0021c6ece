"""Certification through the API: from the look-up to the judgement, and what a client must not see or do."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from api_desk import BASE, Desk, refused

from cert_hall import DOLE, JPEG, PENSION, SEEN, Hall, number
from doubles import Step
from houses import PASSWORD, furnish
from jiedao.hookspecs.certification import Finding, Standing, Verdict
from jiedao.hookspecs.outcomes import Declined, OutcomeUnknown, Succeeded, Unavailable
from jiedao.language import Text
from jiedao_web.app import create_app
from jiedao_web.context import NAME
from postgres_server import Database

OTHER = "150602008"
NOWHERE = "0" * 20


class Counter:
    """Staff at the desk of a hall."""

    def __init__(self, hall: Hall) -> None:
        self.hall, self.app = hall, create_app(hall.house)
        self.operator, self.accountant = self.sign_in("operator"), self.sign_in("accountant")
        self.administrator = self.sign_in("administrator")

    def sign_in(self, login: str, street: str = "") -> Desk:
        client = self.app.test_client(use_cookies=False)
        body = {"street": street or self.hall.street, "login": login, "password": PASSWORD, "till": "T1"}
        return Desk(client, client.post(f"{BASE}sessions", json=body).json["token"])

    def look_up(self) -> dict[str, Any]:
        answer = self.operator.post(f"residents/{self.hall.wang}/benefits/look-up")
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json
        return found

    def body(self, *schemes: str, **more: Any) -> dict[str, Any]:
        ids = [one["id"] for one in self.look_up()["entitlements"] if one["scheme"] in (schemes or ("pension",))]
        return {"resident": self.hall.wang, "entitlements": ids, "route": "counter", **more}

    def certify(self, *schemes: str, **more: Any) -> Any:
        return self.operator.post("certifications", self.body(*schemes, **more), Prefer="wait=10")

    def close(self) -> None:
        self.app.extensions[NAME].runner.close()


@pytest.fixture
def counter(database: Database, tmp_path: Path) -> Iterator[Counter]:
    """On each engine."""
    hall = Hall(database.url, tmp_path)
    made = Counter(hall)
    with closing(hall.house):
        yield made
        made.close()


@pytest.fixture
def desk(sqlite: Database, tmp_path: Path) -> Iterator[Counter]:
    """On SQLite."""
    hall = Hall(sqlite.url, tmp_path)
    made = Counter(hall)
    with closing(hall.house):
        yield made
        made.close()


def test_from_the_look_up_to_the_judgement(counter: Counter) -> None:
    found = counter.look_up()
    assert found["bureaus"] == [{"connection": "bureau", "reached": True, "known": True, "says": None}]
    assert (found["number"], found["beneficiary"]["hall"]) == (f"1506{'*' * 10}{counter.hall.number[-4:]}", "h1")
    assert [(one["scheme"], one["state"], one["title"]["en"]) for one in found["entitlements"]] in (
        [("pension", "due", "Pension"), ("dole", "due", "Unemployment")],
        [("dole", "due", "Unemployment"), ("pension", "due", "Pension")],
    )
    answer = counter.certify("pension", "dole")
    assert (answer.status_code, answer.json["confirming"], answer.headers["Preference-Applied"]) == (
        201,
        False,
        "wait=10",
    )
    assert {one["outcome"] for one in answer.json["items"]} == {"certified"}
    assert counter.operator.get(f"certifications/{answer.json['id']}").json == answer.json
    listed = counter.operator.get(f"residents/{counter.hall.wang}/certifications").json["certifications"]
    assert listed == [answer.json]
    after = counter.operator.get(f"residents/{counter.hall.wang}/benefits").json
    assert {one["scheme"]: one["due_on"] for one in after["entitlements"]} == {
        "pension": "2027-03-02",
        "dole": "2026-04-01",
    }
    assert after["bureaus"] == []
    (first, *_) = after["entitlements"]
    history = counter.operator.get(f"entitlements/{first['id']}/history").json["history"]
    assert [one["event"] for one in history] == ["certified", "found_due"]
    records = counter.operator.get(f"entitlements/{first['id']}/records").json["records"]
    assert [one["finding"] for one in records] == ["certified"]


def test_an_unknown_is_said_to_be_one(counter: Counter) -> None:
    counter.hall.bureau.will("certification_submit", Step(answer=OutcomeUnknown("cut")))
    answer = counter.certify()
    (item,) = answer.json["items"]
    assert (answer.status_code, answer.json["confirming"], item["outcome"], item["review"]) == (
        202,
        True,
        "unknown",
        False,
    )
    again = counter.operator.post(f"operations/{item['operation']}/ask", Prefer="wait=10")
    assert again.json["state"] == "succeeded"
    assert counter.operator.get(f"certifications/{answer.json['id']}").json["confirming"] is False


def test_a_person_closes_what_nobody_answers(counter: Counter) -> None:
    hall = counter.hall
    hall.bureau.will("certification_submit", Step(answer=OutcomeUnknown("cut")))
    hall.bureau.will("certification_query", *[Step(answer=Unavailable("silent"))] * 50)
    made = counter.certify().json
    hall.resolve()
    (item,) = counter.operator.get(f"certifications/{made['id']}").json["items"]
    assert (item["outcome"], item["review"]) == ("unknown", True)
    closing_ = {"verdict": "succeeded", "reference": "R-7", "evidence": SEEN}
    path = f"operations/{item['operation']}/closing"
    refused(counter.operator.post(path, closing_), 403, "role.missing")
    assert counter.accountant.post(path, closing_).json["state"] == "succeeded"
    (item,) = counter.operator.get(f"certifications/{made['id']}").json["items"]
    assert (item["outcome"], item["reference"], item["review"]) == ("certified", "R-7", False)


@pytest.mark.parametrize(
    ("verdict", "shown"),
    [
        (
            Verdict(Finding.REJECTED, "R1", reason=Text("照片模糊", "blurred"), retryable=True),
            {"outcome": "rejected", "retryable": True, "reason": {"zh": "照片模糊", "en": "blurred"}},
        ),
        (Verdict(Finding.WRONG_REGION, "R1", region="150702"), {"outcome": "wrong_region", "region": "150702"}),
        (
            Verdict(Finding.NEEDS_COUNTER, "R1", needs=frozenset({"photo"})),
            {"outcome": "needs_counter", "needs": ["photo"]},
        ),
    ],
)
def test_what_a_judgement_asks_for_is_shown(desk: Counter, verdict: Verdict, shown: dict[str, Any]) -> None:
    desk.hall.bureau.will("certification_submit", Step(answer=Succeeded(verdict)))
    answer = desk.certify()
    assert answer.status_code == 201
    assert shown.items() <= answer.json["items"][0].items()


def test_what_is_not_due_is_not_submitted(desk: Counter) -> None:
    body = desk.body()
    desk.hall.knows(desk.hall.number, desk.hall.due(PENSION, Standing.NOT_DUE))
    answer = desk.operator.post("certifications", body)
    assert (answer.status_code, answer.json["items"][0]["outcome"]) == (201, "not_due")
    assert desk.hall.bureau.submitted == []


def test_one_key_from_many_windows_makes_one_certification(counter: Counter) -> None:
    body, windows = counter.body(), 8
    clients = [Desk(counter.app.test_client(use_cookies=False), counter.operator.token) for _ in range(windows)]
    with ThreadPoolExecutor(windows) as pool:
        send = lambda one: one.post("certifications", body, key="at-once", Prefer="wait=10")  # noqa: E731
        answers = list(pool.map(send, clients))
    assert {answer.status_code // 100 for answer in answers} == {2}, [answer.text for answer in answers]
    assert len({answer.json["id"] for answer in answers}) == 1
    assert len(counter.hall.bureau.submitted) == 1


def test_another_key_finds_the_entitlement_taken(desk: Counter) -> None:
    desk.hall.bureau.will("certification_submit", Step(effect=False, answer=OutcomeUnknown("cut")))
    made = desk.certify().json["id"]
    problem = refused(desk.certify(), 409, "certification.open")
    assert problem["attempt"] == made


def test_a_photo_never_comes_back(desk: Counter) -> None:
    desk.hall.change("pension", needs_photo=True)
    refused(desk.certify(), 422, "certification.photo", "photo")
    refused(desk.certify(photo="AAAA"), 422, "photo.malformed", "photo")
    refused(desk.certify(photo="A" * 699_999), 422, "photo.large", "photo")
    refused(desk.certify(photo="A" * 700_001), 422, "body.invalid", "photo")
    answer = desk.certify(photo=JPEG)
    assert (answer.status_code, answer.json["photo"]) == (201, True)
    operation = desk.accountant.get(f"operations/{answer.json['items'][0]['operation']}")
    for text in (answer.text, operation.text, desk.operator.get(f"certifications/{answer.json['id']}").text):
        assert JPEG[:40] not in text
        assert desk.hall.number not in text
        assert "sealed" not in text


def test_a_bureau_that_does_not_answer_is_said_to(desk: Counter) -> None:
    desk.hall.bureau.will("certification_lookup", Step(answer=Unavailable("no line")))
    (answer,) = desk.look_up()["bureaus"]
    assert (answer["reached"], answer["known"]) == (False, False)
    assert answer["says"]["zh"]
    desk.hall.bureau.will("certification_lookup", Step(answer=Declined(Text("查无此人", "nobody"))))
    (answer,) = desk.look_up()["bureaus"]
    assert (answer["reached"], answer["known"], answer["says"]["en"]) == (True, False, "nobody")
    body = desk.body()
    desk.hall.bureau.will("certification_lookup", Step(answer=Unavailable("no line")))
    refused(desk.operator.post("certifications", body), 503, "certification.unreachable")


def test_a_look_up_that_is_repeated_asks_nobody(desk: Counter) -> None:
    path = f"residents/{desk.hall.wang}/benefits/look-up"
    for _ in range(2):
        answer = desk.operator.post(path, key="look")
        assert len(answer.json["entitlements"]) == 2
    assert answer.headers["Idempotent-Replayed"] == "true"
    assert len(desk.hall.bureau.sent("certification_lookup")) == 1


def test_a_resident_without_a_number_cannot_be_looked_up(desk: Counter) -> None:
    answer = desk.operator.post(f"residents/{desk.hall.made.resident}/benefits/look-up")
    refused(answer, 422, "certification.number", "resident")


SCHEME = {
    "connection": "bureau",
    "kind": "310",
    "title_zh": "医疗补助",
    "title_en": "Medical aid",
    "period": {"every": "windows", "windows": [["03-01", "05-31"]], "grace": 10},
    "routes": ["counter", "visit"],
}


def test_administrators_make_schemes(desk: Counter) -> None:
    path = "certification/schemes/aid"
    refused(desk.operator.send("PUT", path, SCHEME), 403, "role.missing")
    refused(desk.accountant.send("PUT", path, SCHEME), 403, "role.missing")
    made = desk.administrator.send("PUT", path, SCHEME)
    assert made.status_code == 200, made.text
    (aid,) = [one for one in desk.operator.get("certification/schemes").json["schemes"] if one["id"] == "aid"]
    assert (aid["period"], aid["routes"], aid["title"]["zh"]) == (SCHEME["period"], ["counter", "visit"], "医疗补助")
    changed = {**SCHEME, "needs_photo": True}
    (aid,) = [one for one in desk.administrator.send("PUT", path, changed).json["schemes"] if one["id"] == "aid"]
    assert aid["needs_photo"] is True


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"period": {"every": "months"}}, "period.count"),
        ({"period": {"every": "windows", "windows": [["03-01"]]}}, "period.windows"),
        ({"connection": "cash"}, "connection"),
        ({"routes": []}, "routes"),
        ({"routes": ["data_match"]}, "routes.0"),
        ({"late": "never"}, "late"),
        ({"reminder_days": 400}, "reminder_days"),
        ({"kind": ""}, "kind"),
    ],
)
def test_a_scheme_that_cannot_be_names_the_field(desk: Counter, change: dict[str, Any], field: str) -> None:
    answer = desk.administrator.send("PUT", "certification/schemes/aid", {**SCHEME, **change})
    assert (answer.status_code, answer.json["field"]) == (422, field), answer.text


def test_a_scheme_stays_about_the_same(desk: Counter) -> None:
    body = {**SCHEME, "kind": DOLE}
    refused(desk.administrator.send("PUT", "certification/schemes/aid", body), 409, "scheme.exists", "kind")
    refused(desk.administrator.send("PUT", "certification/schemes/pension", SCHEME), 409, "scheme.moved", "kind")


def test_a_benefit_is_registered_by_staff(desk: Counter) -> None:
    path = f"residents/{desk.hall.wang}/benefits"
    made = desk.operator.post(path, {"scheme": "pension"}, key="enrol")
    assert (made.status_code, made.json["entitlements"][0]["state"]) == (201, "unknown")
    assert desk.operator.post(path, {"scheme": "pension"}, key="enrol").status_code == 201
    refused(desk.operator.post(path, {"scheme": "pension"}), 409, "entitlement.exists", "scheme")
    refused(desk.operator.post(path, {"scheme": "nothing"}), 404, "scheme.missing", "scheme")


def test_acting_for_another(desk: Counter) -> None:
    daughter = desk.hall.resident("王小红")
    desk.hall.change("pension", needs_delegation=True)
    refused(desk.certify(route="relative"), 422, "certification.agent", "agent")
    problem = refused(desk.certify(route="relative", agent=daughter), 422, "certification.delegation", "agent")
    assert "王小红" in problem["detail"]
    mandate = {"agent": daughter, "relation": "女儿", "proof": "委托书 117", "valid_from": "2026-03-01"}
    path = f"residents/{desk.hall.wang}/delegations"
    made = desk.operator.post(path, mandate)
    assert (made.status_code, made.json["agent_name"], made.json["valid_to"]) == (201, "王小红", None)
    done = desk.certify(route="relative", agent=daughter)
    assert (done.json["agent_name"], done.json["delegation"]) == ("王小红", made.json["id"])
    assert desk.operator.get(path).json["delegations"] == [made.json]
    ended = desk.operator.post(f"delegations/{made.json['id']}/revoke", {"reason": "本人收回"})
    assert ended.json["revoked_at"]
    refused(desk.operator.post(f"delegations/{made.json['id']}/revoke", {"reason": "again"}), 409, "delegation.revoked")
    wrong = {**mandate, "valid_to": "2026-02-01"}
    refused(desk.operator.post(path, wrong), 422, "delegation.days", "valid_to")


def test_a_death_is_asked_about(desk: Counter) -> None:
    desk.look_up()
    path = f"residents/{desk.hall.wang}/death-reports"
    told = desk.operator.post(path, {"told_by": "邻居"})
    assert {one["state"] for one in told.json["entitlements"]} == {"due"}
    desk.hall.knows(desk.hall.number, deceased=True)
    told = desk.operator.post(path, {"told_by": "女儿"})
    assert {(one["state"], one["ended"]) for one in told.json["entitlements"]} == {("ended", "deceased")}


def test_the_due_list_in_pages_with_masked_numbers(counter: Counter) -> None:
    hall = counter.hall
    for serial in range(3):
        one = number(1940, serial + 1)
        hall.knows(one, hall.due(PENSION))
        hall.look_up(hall.resident(f"居民{serial}", one))
    first = counter.operator.get("certification/due?until=2026-12-31&limit=2").json
    second = counter.operator.get(f"certification/due?until=2026-12-31&limit=2&after={first['after']}").json
    assert [one["name"] for one in [*first["due"], *second["due"]]] == ["居民0", "居民1", "居民2"]
    assert second["after"] == ""
    assert first["due"][0]["number"].count("*") == 10
    assert counter.operator.get("certification/due?until=2026-12-31&hall=h2").json["due"] == []
    refused(counter.operator.get("certification/due?until=soon"), 422, "body.invalid", "until")
    refused(counter.operator.get("certification/due"), 422, "body.invalid", "until")
    found = counter.operator.get("certification/outreach?hall=").json["outreach"]
    assert [(one["name"], one["born_year"], one["result"]) for one in found] == [
        ("居民0", 1940, None),
        ("居民1", 1940, None),
        ("居民2", 1940, None),
    ]


def test_visits_at_home(desk: Counter) -> None:
    desk.look_up()
    path = f"residents/{desk.hall.wang}"
    belongs = {"hall": "h1", "community": "阳光里", "immobile": True}
    assert desk.operator.send("PUT", f"{path}/beneficiary", belongs).json["beneficiary"]["community"] == "阳光里"
    refused(desk.operator.send("PUT", f"{path}/beneficiary", {"hall": "h9"}), 404, "hall.missing", "hall")
    visit = {"visited_on": "2026-03-01", "result": "not_at_home", "note": "邻居在家"}
    made = desk.operator.post(f"{path}/visits", visit, key="visit")
    assert (made.status_code, made.json["staff_name"]) == (201, "王芳")
    assert desk.operator.post(f"{path}/visits", visit, key="visit").json == made.json
    (one,) = [one for one in desk.operator.get("certification/outreach").json["outreach"] if one["scheme"] == "pension"]
    assert (one["immobile"], one["visited_on"], one["result"]) == (True, "2026-03-01", "not_at_home")
    assert desk.operator.get(f"{path}/visits").json["visits"] == [made.json]
    refused(desk.operator.post(f"{path}/visits", {**visit, "result": "certified"}), 422, "visit.attempt", "attempt")
    refused(desk.operator.post(f"{path}/visits", {**visit, "visited_on": "2026-03-03"}), 422, "visit.future")


def test_another_streets_things_are_not_there(database: Database, tmp_path: Path) -> None:
    hall = Hall(database.url, tmp_path)
    made = Counter(hall)
    done = made.certify().json
    delegation = {"agent": hall.made.resident, "relation": "邻居", "proof": "委托书", "valid_from": "2026-03-01"}
    mandate = made.operator.post(f"residents/{hall.wang}/delegations", delegation).json["id"]
    neighbours = furnish(database.url, tmp_path, street=OTHER, clock=hall.watch)
    neighbours.house.close()
    stranger = made.sign_in("operator", OTHER)
    held = done["items"][0]["entitlement"]
    body = {"resident": hall.wang, "entitlements": [held], "route": "counter"}
    visit = {"visited_on": "2026-03-01", "result": "moved"}
    answers = [
        *(
            stranger.get(path)
            for path in (
                f"residents/{hall.wang}/benefits",
                f"residents/{hall.wang}/certifications",
                f"residents/{hall.wang}/delegations",
                f"residents/{hall.wang}/visits",
                f"certifications/{done['id']}",
                f"entitlements/{held}/history",
                f"entitlements/{held}/records",
                f"certification/due?until=2026-12-31&after={held}",
            )
        ),
        stranger.post(f"residents/{hall.wang}/benefits/look-up"),
        stranger.post(f"residents/{hall.wang}/benefits", {"scheme": "pension"}),
        stranger.post(f"residents/{hall.wang}/death-reports", {"told_by": "somebody"}),
        stranger.post(f"residents/{hall.wang}/delegations", delegation),
        stranger.post(f"residents/{hall.wang}/visits", visit),
        stranger.post(f"delegations/{mandate}/revoke", {"reason": "mine"}),
        stranger.post("certifications", body),
        stranger.send("PUT", f"residents/{hall.wang}/beneficiary", {}),
    ]
    assert [answer.status_code for answer in answers] == [404] * len(answers)
    for path in ("certification/due?until=2099-12-31", "certification/outreach", "certification/schemes"):
        assert [found for found in stranger.get(path).json.values() if found] == []
    made.close()
    hall.house.close()


def test_what_was_never_there_is_not_found(desk: Counter) -> None:
    for path in ("certifications", "residents", "entitlements"):
        ending = {"certifications": "", "residents": "/benefits", "entitlements": "/history"}[path]
        assert desk.operator.get(f"{path}/{NOWHERE}{ending}").status_code == 404
    anonymous = desk.app.test_client().get(f"{BASE}certification/due?until=2026-12-31")
    assert anonymous.status_code == 401
