"""The audit over REST: by who, what, words and days, in pages."""

from __future__ import annotations

from api_desk import Api, Desk, refused


def test_the_audit_is_searched(api: Api, desk: Desk, accountant: Desk) -> None:
    resident = api.own.resident
    for reason in ("核对居民证件 100%", "居民要求更正_姓名"):
        assert desk.post(f"residents/{resident}/reveal", {"reason": reason}).status_code == 200
    subject = f"resident {resident}"
    (second, first) = accountant.get(f"audit?subject={subject}&action=reveal&limit=2").json["notes"]
    assert (first["reason"], second["reason"]) == ("核对居民证件 100%", "居民要求更正_姓名")
    assert (first["action"], first["staff"], first["staff_name"]) == ("reveal", api.own.operator.staff, "王芳")
    for words, found in (("证件", [first["id"]]), ("%25", [first["id"]]), ("_姓", [second["id"]]), ("没有", [])):
        notes = accountant.get(f"audit?subject={subject}&words={words}").json["notes"]
        assert [one["id"] for one in notes if one["id"] in (first["id"], second["id"])] == found
    assert accountant.get(f"audit?subject={subject}&staff={api.own.accountant.staff}").json["notes"] == []


def test_the_audit_is_given_in_pages_and_by_days(api: Api, desk: Desk, accountant: Desk) -> None:
    resident = api.own.resident
    for number in range(3):
        desk.post(f"residents/{resident}/reveal", {"reason": f"核对证件第{number}次"})
    every = [one["id"] for one in accountant.get("audit?action=reveal&limit=100").json["notes"]]
    seen, before = [], ""
    while True:
        page = accountant.get(f"audit?action=reveal&limit=2&before={before}").json
        seen += [one["id"] for one in page["notes"]]
        before = page["before"]
        if not before:
            break
    assert seen == every
    assert accountant.get("audit?from=2000-01-01&to=2000-12-31").json == {"notes": [], "before": ""}
    assert accountant.get("audit?action=reveal&from=2000-01-01&limit=100").json["notes"][0]["id"] == every[0]
    refused(accountant.get("audit?from=yesterday"), 422, "body.invalid", "from")


def test_only_the_office_reads_the_audit_and_only_its_own(api: Api, desk: Desk) -> None:
    refused(desk.get("audit"), 403, "role.missing")
    theirs = api.sign_in("accountant", street=api.other.street)
    assert theirs.get("audit?action=reveal").json["notes"] == []
