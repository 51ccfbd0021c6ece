"""What needs a person, over REST."""

from __future__ import annotations

from api_desk import Api, Desk, refused

from houses import STREET


def test_a_paused_connection_is_told_with_where_to_mend_it(api: Api, accountant: Desk, administrator: Desk) -> None:
    api.house.connections.pause(STREET, "files", "合同已到期")
    (found,) = [one for one in administrator.get("attention").json["matters"] if one["subject"] == "files"]
    assert (found["kind"], found["severity"], found["page"]) == ("connection_paused", "urgent", "connection")
    assert "合同已到期" in found["says"]["zh"]
    assert found["since"]
    assert found in accountant.get("attention").json["matters"]
    administrator.post("connections/files/state", {"state": "test"})
    assert "files" not in [one["subject"] for one in administrator.get("attention").json["matters"]]


def test_a_verification_of_the_books_is_remembered(accountant: Desk) -> None:
    assert accountant.get("ledger/verify").json["faults"] == []
    assert "books_unverified" not in [one["kind"] for one in accountant.get("attention").json["matters"]]


def test_operators_are_not_told(desk: Desk, elsewhere: Desk) -> None:
    refused(desk.get("attention"), 403, "role.missing")
    refused(elsewhere.get("attention"), 403, "role.missing")
