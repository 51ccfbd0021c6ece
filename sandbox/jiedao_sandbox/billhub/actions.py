"""The hub's actions: from a decoded request to an answer. Reads and checks fields; the rules are in `booking`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from jiedao_sandbox.billhub import customers
from jiedao_sandbox.billhub.booking import Conflict, Ledger, Payment
from jiedao_sandbox.billhub.catalogue import BILLERS, Biller, Words
from jiedao_sandbox.books import Row
from jiedao_sandbox.httpd import Body, Refused


class Actions:
    """What the hub does for one agent. `cancel_minutes` replaces the billers' own cut-off where it is not None."""

    def __init__(self, ledger: Ledger, agent: str, cancel_minutes: int | None = None) -> None:
        self._ledger = ledger
        self._agent = agent
        self._cancel_minutes = cancel_minutes

    def billers(self, body: Body) -> Body:
        """All billers with their rules."""
        self._check_agent(body)
        return {"billers": [biller.as_json() for biller in BILLERS.values()]}

    def fetch(self, body: Body) -> Body:
        """A customer's open bills; amounts are what is left of them."""
        self._check_agent(body)
        code, customer = _text(body, "biller"), _customer(body)
        return {"biller": code, "customer": customer, **self._bills(BILLERS.get(code), customer)}

    def validate(self, body: Body) -> Body:
        """Whether a payment would be in order."""
        self._check_agent(body)
        code, account, bill = _text(body, "biller"), _text(body, "account"), _text(body, "bill", empty=True)
        amount = _fen(body)
        biller = BILLERS.get(code)
        wrong = self._ledger.objection(biller, account, bill, amount) if biller else "UNKNOWN_BILLER"
        echo = {"biller": code, "account": account, "bill": bill, "amount": amount}
        return {**echo, **(_no(wrong) if wrong else {"status": "SUCCESS"})}

    def pay(self, body: Body) -> Body:
        """Book a payment; SUCCESS, DECLINED or PENDING."""
        self._check_agent(body)
        reference, account, bill = _text(body, "reference"), _text(body, "account"), _text(body, "bill", empty=True)
        code, amount, order = _text(body, "biller"), _fen(body), _text(body, "order", empty=True)
        if body.get("currency") != "CNY":
            raise _malformed("currency must be CNY")
        if code not in BILLERS:
            echo = {"reference": reference, "biller": code, "account": account, "bill": bill, "amount": amount}
            return {**_no("UNKNOWN_BILLER"), **echo}
        try:
            return _payment(self._ledger.pay(Payment(reference, BILLERS[code], account, bill, amount, order)))
        except Conflict:
            raise _conflict() from None

    def query(self, body: Body) -> Body:
        """What became of a reference."""
        self._check_agent(body)
        reference = _text(body, "reference")
        found = self._ledger.find(reference)
        return _payment(found) if found else {"status": "NOT_FOUND", "reference": reference}

    def cancel(self, body: Body) -> Body:
        """Take back a payment or a part of it; the same reference is done once."""
        self._check_agent(body)
        reference, original, amount = _text(body, "reference"), _text(body, "original"), _fen(body)
        echo = {"reference": reference, "original": original, "amount": amount}
        payment = self._ledger.payment(original, _text(body, "hub_reference", empty=True))
        if payment is None:
            return {**_no("UNKNOWN_PAYMENT"), **echo}
        try:
            code, done = self._ledger.cancel(reference, payment, amount, self._minutes(BILLERS[payment["biller"]]))
        except Conflict:
            raise _conflict() from None
        return {**echo, "status": "SUCCESS", "hub_reference": done["hub_reference"]} if done else {**_no(code), **echo}

    def settle(self, body: Body) -> Body:
        """Control face: decide pending payments now, all or of one `reference`."""
        return {"settled": self._ledger.settle(str(body.get("reference", "")))}

    def _bills(self, biller: Biller | None, customer: Mapping[str, str]) -> Body:
        if biller is None:
            return _no("UNKNOWN_BILLER")
        if biller.fetch == "NOT_SUPPORTED":
            return _no("FETCH_NOT_SUPPORTED")
        account = _text(customer, biller.parameter)
        if not customers.is_known(biller, account):
            return _no("UNKNOWN_CUSTOMER")
        bills = [_bill(bill, left) for bill, left in self._ledger.open_bills(biller, account)]
        return {"status": "SUCCESS", "bills": bills}

    def _minutes(self, biller: Biller) -> int:
        if self._cancel_minutes is None or not biller.cancel_minutes:
            return biller.cancel_minutes
        return self._cancel_minutes

    def _check_agent(self, body: Body) -> None:
        if _text(body, "agent") != self._agent:
            raise Refused(403, {"error": "UNKNOWN_AGENT", "says": "the key does not belong to this agent"})


def _text(body: Mapping[str, object], name: str, *, empty: bool = False) -> str:
    value = body.get(name, "" if empty else None)
    if not isinstance(value, str) or len(value) > 200 or not (value or empty):
        raise _malformed(f"{name} must be a text")
    return value


def _fen(body: Body) -> int:
    value = body.get("amount")
    if not isinstance(value, int) or isinstance(value, bool) or value <= 0:
        raise _malformed("amount must be a positive whole number of fen")
    return value


def _customer(body: Body) -> dict[str, str]:
    given = body.get("customer")
    if not isinstance(given, dict) or not all(isinstance(value, str) for value in given.values()):
        raise _malformed("customer must be an object of texts")
    return given


def _bill(bill: customers.Bill, left: int) -> Body:
    return {
        "id": bill.id,
        "account": bill.account,
        "customer": bill.customer,
        "amount": left,
        "period": bill.period,
        "due": bill.due.isoformat(),
    }


def _payment(row: Row) -> Body:
    echo = {name: row[name] for name in ("reference", "biller", "account", "bill", "amount")}
    if row["status"] == "DECLINED":
        return {**_no(row["code"]), **echo}
    answer = {**echo, "status": row["status"], "hub_reference": row["hub_reference"]}
    if row["status"] == "SUCCESS" and BILLERS[row["biller"]].token:
        answer["printed"] = {"token": _token(row)}
    return answer if "bookings" not in row else {**answer, "bookings": row["bookings"]}


def _token(row: Row) -> str:
    """Twenty digits for the meter (as in STS, IEC 62055-41), the same however often they are asked for."""
    return f"{(row['number'] * 1_000_003 + row['amount']) * 7_919 % 10**20:020d}"


def _no(code: str) -> Body:
    return {"status": "DECLINED", "code": code, "message": _REASONS[code]}


def _malformed(says: str) -> Refused:
    return Refused(400, {"error": "MALFORMED", "says": says})


def _conflict() -> Refused:
    return Refused(409, {"error": "REFERENCE_USED", "says": "the reference was used for something else"})


def _words(zh: str, en: str) -> Words:
    return {"zh": zh, "en": en}


_REASONS: Final = {
    "UNKNOWN_BILLER": _words("没有这个收费单位", "There is no such biller"),
    "UNKNOWN_CUSTOMER": _words("户号不存在", "This account does not exist"),
    "UNKNOWN_BILL": _words("没有这张账单", "There is no such bill"),
    "BILL_PAID": _words("账单已缴清", "The bill has been paid already"),
    "AMOUNT_OUT_OF_RANGE": _words("金额超出范围", "The amount is out of range"),
    "AMOUNT_NOT_ALLOWED": _words("该账单不接受此金额", "This amount is not accepted for the bill"),
    "FETCH_NOT_SUPPORTED": _words("该单位不支持查询账单", "This biller has no bills to look up"),
    "REFUSED_BY_BILLER": _words("收费单位拒绝了这笔缴费", "The biller refused the payment"),
    "UNKNOWN_PAYMENT": _words("没有可撤销的缴费", "There is no payment to take back"),
    "CANCEL_NOT_SUPPORTED": _words("该单位不支持撤销缴费", "This biller does not take payments back"),
    "CANCEL_TOO_LATE": _words("已过可撤销的时间", "It is too late to take the payment back"),
    "CANCEL_TOO_MUCH": _words("撤销金额超过已缴金额", "More than was paid cannot be taken back"),
}
