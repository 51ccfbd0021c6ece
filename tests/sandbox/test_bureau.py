"""The bureau's stand-in: its people, its judgement, and that it refuses what is not of a wire."""

from __future__ import annotations

import base64
import json
import time
import urllib.error
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from stdnum.cn import ric

from jiedao_connectors import cert_tunnel, dci
from jiedao_connectors.cert_tunnel import Lock, Message
from jiedao_connectors.dci import ED25519, DciClient, Key, Party, key_bytes
from jiedao_connectors.http import ClientError, HttpClient
from jiedao_connectors.soap import SoapClient, SoapFault, load
from jiedao_sandbox.bureau import STREET_PRIVATE, TOKEN, TUNNEL_INTERFACE, TYPED_INTERFACE
from jiedao_sandbox.bureau.files import Conflict, Files, Submission
from jiedao_sandbox.bureau.people import PENSION, Fate, fate_of, name_of, number_for
from jiedao_sandbox.bureau.registry import BUREAU, STREET
from jiedao_sandbox.bureau.tunnel import KEY, USER
from jiedao_sandbox.bureau.typed import LOGIN, PASSWORD
from jiedao_sandbox.launch import Running, Sandbox

TODAY = date(2026, 3, 15)
LOCK = Lock(KEY.encode())


@pytest.fixture(scope="module")
def bureau(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with Sandbox(tmp_path_factory.mktemp("bureau")) as sandbox:
        yield sandbox.start("bureau", today=TODAY.isoformat())


@pytest.fixture
def files(tmp_path: Path) -> Iterator[Files]:
    made = Files(tmp_path, lambda: TODAY)
    yield made
    made.close()


def submission(number: str, reference: str = "", **changed: Any) -> Submission:
    given = {"wire": "typed", "number": number, "name": name_of(number), "kind": PENSION, "day": TODAY.isoformat()}
    return Submission(**{**given, "route": "face", "photo": True, "reference": reference, **changed})


@pytest.mark.parametrize("fate", Fate)
def test_a_number_tells_a_fate_and_is_nobodys(fate: Fate) -> None:
    for serial in (1, 9_999, 10_000, 99_999):
        number = number_for(fate, serial)
        assert fate_of(number) is fate
        assert ric.calc_check_digit(number) == number[-1]
        assert number.startswith("99"), "no division of China"


def test_there_are_a_hundred_thousand_people_of_a_fate() -> None:
    assert len({number_for(Fate.DUE, serial) for serial in range(100_000)}) == 100_000


def test_a_number_with_a_wrong_check_digit_is_nobody() -> None:
    number = number_for(Fate.DUE, 1)
    assert fate_of(number[:-1] + ("0" if number[-1] != "0" else "1")) is Fate.NOBODY
    assert fate_of("x") is Fate.NOBODY


def test_the_same_reference_is_one_certification(files: Files) -> None:
    number = number_for(Fate.DUE, 1)
    first = files.certify(submission(number, "r-1"))
    assert files.certify(submission(number, "r-1")) == first
    for other in ({"kind": "210"}, {"day": "2026-03-14"}, {"number": number_for(Fate.DUE, 2)}):
        with pytest.raises(Conflict):
            files.certify(submission(**{"number": number, "reference": "r-1", **other}))


def test_what_is_certified_is_not_due_any_more(files: Files) -> None:
    number = number_for(Fate.SUSPENDED, 1)
    assert files.certify(submission(number, "r-1"))["finding"] == "restored"
    person = files.person(number)
    assert person is not None
    assert (person["benefits"][0]["standing"], person["benefits"][0]["valid_to"]) == ("not_due", "2027-03-15")
    assert files.certify(submission(number, "r-2"))["finding"] == "not_due"


def test_a_leap_day_is_certified_to_the_end_of_february(files: Files) -> None:
    row = files.certify(submission(number_for(Fate.DUE, 1), day="2024-02-29"))
    assert row["valid_to"] == "2025-02-28"


def test_a_second_one_under_review_becomes_what_the_first_comes_to(files: Files) -> None:
    number = number_for(Fate.REVIEW, 1)
    assert files.certify(submission(number, "r-1"))["finding"] == "pending"
    assert files.certify(submission(number, "r-2"))["finding"] == "waiting"
    assert [row["finding"] for row in files.decide(number, "certified")] == ["certified", "not_due"]
    assert files.decide(number, "certified") == []


def test_a_name_that_does_not_match_is_refused(files: Files) -> None:
    assert files.certify(submission(number_for(Fate.DUE, 1), "r-1", name="别人"))["finding"] == "mismatch"


def test_the_dead_draw_nothing(files: Files) -> None:
    number = number_for(Fate.DUE, 1)
    files.die(number, "2026-03-01")
    assert files.certify(submission(number, "r-1"))["finding"] == "deceased"
    person = files.person(number)
    assert person is not None
    assert person["benefits"][0]["standing"] == "ended"


# The wires


def test_the_tunnel_says_what_is_wrong_inside_a_good_soap_answer(bureau: Running) -> None:
    client = SoapClient(load(str(TUNNEL_INTERFACE)), f"{bureau.url}/tunnel")
    asked = Message("PERSON", {"AAC002": number_for(Fate.DUE, 1), "AAC003": "x"})
    wrong = {
        "01": cert_tunnel.request("SOMEBODY", asked, LOCK),
        "02": cert_tunnel.request(USER, asked, Lock(b"another-key-1234")),
        "03": cert_tunnel.request(USER, Message("PAY", {}), LOCK),
    }
    for error, argument in wrong.items():
        assert cert_tunnel.error_of(client.call("invoke", {"arg": argument}, 5)) == error
    missing = cert_tunnel.request(USER, Message("PERSON", {}), LOCK)
    assert cert_tunnel.error_of(client.call("invoke", {"arg": missing}, 5)) == "03"
    assert cert_tunnel.error_of(client.call("invoke", {"arg": "<USER>x</USER>"}, 5)) == "02"
    client.close()


def test_the_typed_wire_answers_what_is_not_of_the_interface_with_a_fault(bureau: Running) -> None:
    client = SoapClient(load(str(TYPED_INTERFACE)), f"{bureau.url}/typed", login=LOGIN, password=PASSWORD)
    fields = {"Reference": "r", "PersonNumber": "1", "Name": "x", "Kind": "110", "Date": "20260315", "Route": "FACE"}
    answer = client.call("Certify", {**fields, "Date": "20261399"}, 5)
    assert answer["FWI"]["Fout"][0]["Code"] == "F01"
    client.close()
    body = b"<s:Envelope xmlns:s='http://schemas.xmlsoap.org/soap/envelope/'><s:Body><Nothing/></s:Body></s:Envelope>"
    status, content = post(f"{bureau.url}/typed", body)
    assert status == 500
    with pytest.raises(SoapFault):
        load(str(TYPED_INTERFACE)).understand("Certify", content)


@pytest.mark.parametrize("path", ["/tunnel", "/typed"])
@pytest.mark.parametrize("body", [b"", b"<html/>", b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", b"\xff"])
def test_what_is_no_envelope_is_refused(bureau: Running, path: str, body: bytes) -> None:
    assert post(bureau.url + path, body)[0] == 400


def post(url: str, body: bytes) -> tuple[int, bytes]:
    client = HttpClient(url, answering=frozenset({500}))
    admitted = "Basic " + base64.b64encode(f"{LOGIN}:{PASSWORD}".encode()).decode()
    answer = client.send("POST", "", body, 5, {"Content-Type": "text/xml", "Authorization": admitted})
    client.close()
    return answer.status, answer.content


def party(**changed: Any) -> Party:
    own = Key(STREET, "s1", ED25519, key_bytes(STREET_PRIVATE, ED25519))
    return Party(
        Key(**{"owner": own.owner, "id": own.id, "algorithm": own.algorithm, "material": own.material, **changed}),
        BUREAU,
    )


@pytest.mark.parametrize(
    ("sender", "token", "action", "status"),
    [
        (party(), "", "search", 401),
        (party(), "guessed", "search", 401),
        (party(material=bytes(32)), TOKEN, "search", 400),
        (party(id="s9"), TOKEN, "search", 400),
        (party(), TOKEN, "certify", 400),
    ],
)
def test_the_registry_refuses_who_is_not_the_street(
    bureau: Running, sender: Party, token: str, action: str, status: int
) -> None:
    client = DciClient(bureau.url, sender, token)
    with pytest.raises(ClientError) as refused:
        client.call("/registry/sync/search", action, "m-1", {"transaction_id": "t", "search_request": []}, 5)
    assert refused.value.status == status
    client.close()


def test_a_request_that_was_signed_an_hour_ago_is_refused(bureau: Running) -> None:
    client = DciClient(bureau.url, party(), TOKEN, clock=lambda: time.time() - 3600)
    with pytest.raises(ClientError) as refused:
        client.call("/registry/sync/search", "search", "m-1", {"transaction_id": "t", "search_request": []}, 5)
    assert refused.value.body["message"]["error"]["code"] == "err.signature.invalid"
    client.close()


def test_what_the_registry_answers_is_signed(bureau: Running) -> None:
    client = DciClient(bureau.url, party(), TOKEN)
    message = {"transaction_id": "t-1", "search_request": []}
    answer = client.call("/registry/sync/search", "search", "m-1", message, 5)
    client.close()
    assert answer["message"]["search_response"] == []
    public = bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
    dci.check(answer, Key(BUREAU, "b1", ED25519, public), time.time())


@pytest.mark.parametrize(
    ("control", "body"),
    [
        ("person", {"number": "1"}),
        ("decide", {"number": "1"}),
        ("death", {"on": "2026-01-01"}),
        ("match", {"kind": "110"}),
    ],
)
def test_a_control_that_misses_a_field_says_so(bureau: Running, control: str, body: dict[str, Any]) -> None:
    with pytest.raises(urllib.error.HTTPError) as refused:
        bureau.call("POST", control, body)
    with refused.value as answer:
        assert json.load(answer)["error"] == "MALFORMED"


def test_requests_are_counted_by_what_they_ask_for(bureau: Running) -> None:
    before = bureau.health()["served"].get("lookup", 0)
    client = SoapClient(load(str(TYPED_INTERFACE)), f"{bureau.url}/typed", login=LOGIN, password=PASSWORD)
    client.call("PersonInfo", {"PersonNumber": "1", "Name": "x"}, 5)
    client.close()
    assert bureau.health()["served"]["lookup"] == before + 1
