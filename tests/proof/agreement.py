"""Whether a street's books agree with each other and with the books of everybody it dealt with, to the fen."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from houses import Furnished
from jiedao.checkout.graph import FINAL
from jiedao.ledger.verify import balances
from stand_ins import StandIns

_ENDED = ("succeeded", "declined", "reversed")
_FINISHED_ORDERS = ("paid", "part_paid", "refused", "open")


def violations(made: Furnished, stand_ins: StandIns) -> list[str]:
    """Everything that is wrong, in words; empty when the proof holds."""
    return list(
        _Agreement(
            made,
            *(one.books() for one in (stand_ins.hub, stand_ins.acquirer, stand_ins.postoffice)),
            {"ems": stand_ins.ems.books(), "bureau": stand_ins.bureau.books()},
        ).violations()
    )


class _Agreement:
    def __init__(
        self,
        made: Furnished,
        hub: dict[str, Any],
        acquirer: dict[str, Any],
        issuer: dict[str, Any],
        offices: dict[str, dict[str, Any]],
    ) -> None:
        self.made = made
        self.offices = offices
        self.hub, self.acquirer, self.issuer = hub, acquirer, issuer
        self.orders = {row.id: row for row in made.rows("orders")}
        self.lines = made.rows("order_line")
        self.attempts = {row.id: row for row in made.rows("attempt")}
        self.tenders = made.rows("tender")
        self.givebacks = made.rows("giveback")
        self.operations = made.operations()
        self.receipts = made.rows("receipt")
        self.in_review = {self._order_of(row) for row in self.operations if row.state == "review"} - {""}
        with made.house.store.read(made.street) as tx:
            self.balances = {(account, unit): amount for account, unit, amount in balances(tx)}

    def violations(self) -> Iterator[str]:
        """Everything that is wrong."""
        yield from self.made.faults()
        yield from self._unfinished()
        yield from self._billers()
        yield from self._acquirer()
        yield from self._cash()
        yield from self._claims()
        yield from self._receipts()
        yield from self._points()
        yield from self._post()
        yield from self._certifications()

    def _order_of(self, operation: Any) -> str:
        attempt = self.attempts.get(operation.subject)
        return attempt.order if attempt is not None else ""

    def _unfinished(self) -> Iterator[str]:
        """Every operation has an outcome, or waits for a person with a reason; so have orders and attempts."""
        for row in self.operations:
            if row.state not in _ENDED and not (row.state == "review" and row.reason):
                yield f"operation {row.hook} {row.id} ended as {row.state} ({row.reason})"
        final = {state.value for state in FINAL}
        for row in self.attempts.values():
            if row.state not in final and row.order not in self.in_review:
                yield f"attempt {row.id} ended as {row.state}"
        for row in self.orders.values():
            if row.state not in _FINISHED_ORDERS and row.id not in self.in_review:
                yield f"order {row.id} ended as {row.state}"

    def _billers(self) -> Iterator[str]:
        booked = [row for row in self.hub["payments"] if row["status"] == "SUCCESS"]
        yield from _more_than_once("biller booked", (row["reference"] for row in booked))
        yield from _more_than_once("biller was paid for", (f"{row['biller']} {row['bill']}" for row in booked))
        taken_back = _sums(self.hub["cancels"], "payment", "amount")
        theirs: dict[tuple[str, str], int] = defaultdict(int)
        for row in booked:
            theirs[row["reference"], row["biller"]] += row["amount"] - taken_back.get(row["number"], 0)
        paid = [line for line in self.lines if line.state == "paid" and line.connection != "ems"]
        ours = {(line.operation, line.biller): line.amount - line.refunded for line in paid}
        yield from self._differences("biller", ours, theirs)
        for biller in {row["biller"] for row in booked}:
            total = sum(amount for (_, code), amount in theirs.items() if code == biller)
            if not self.in_review and total != -self.balances.get((f"2101:{biller}", "CNY"), 0):
                yield f"we owe {biller} {-self.balances.get((f'2101:{biller}', 'CNY'), 0)}, it has booked {total}"

    def _post(self) -> Iterator[str]:
        """The post has each letter once, and exactly those that we think it has; we owe it their postage."""
        theirs = [row for row in self.offices["ems"]["orders"] if row["state"] != "cancelled"]
        yield from _more_than_once("the post entered", (row["number"] for row in self.offices["ems"]["orders"]))
        doubtful = {row.id for row in self.operations if row.state == "review"}
        created = {row.operation: row for row in self.made.rows("consignment") if row.state == "created"}
        has = {row["number"] for row in theirs}
        for operation in (set(created) ^ has) - doubtful:
            yield f"letter {operation}: ours {operation in created}, theirs {operation in has}"
        owed, booked = sum(row.postage for row in created.values()), -self.balances.get(("2101:ems", "CNY"), 0)
        if not self.in_review and owed != booked:
            yield f"we owe the post {owed}, booked is {booked}"
        paid = {row.operation for row in self.lines if row.connection == "ems" and row.state == "paid"}
        kept = {row.operation for row in self.lines if row.connection == "ems" and row.amount > row.refunded}
        if not self.in_review and paid & kept != set(created):
            yield f"letters {sorted((paid & kept) ^ set(created))} are paid or posted, not both"

    def _certifications(self) -> Iterator[str]:
        """Nobody is certified here who is not there, and nobody twice."""
        satisfied = ("certified", "restored")
        theirs = [row for row in self.offices["bureau"]["certifications"] if row["finding"] in satisfied]
        yield from _more_than_once("the bureau certified", (row["number"] for row in theirs))
        doubtful = {row.id for row in self.operations if row.state == "review"}
        ours = {row.operation for row in self.made.rows("cert_item") if row.outcome in satisfied}
        has = {row["note"].partition(" ")[0] for row in theirs}
        for operation in (ours ^ has) - doubtful:
            yield f"certification {operation}: ours {operation in ours}, theirs {operation in has}"
        for row in self.made.rows("cert_item"):
            if row.outcome in ("waiting", "under_way", "unknown", "pending") and row.operation not in doubtful:
                yield f"certification {row.operation} ended as {row.outcome}"

    def _acquirer(self) -> Iterator[str]:
        transactions = self.acquirer["transactions"]
        approved = [row for row in transactions if row["state"] == "approved"]
        refunded = _sums([row for row in approved if row["kind"] == "refund"], "original_rrn", "amount")
        sales = [row for row in approved if row["kind"] == "sale"]
        yield from _more_than_once("acquirer took", (row["reference"] for row in sales))
        theirs = {(row["reference"], ""): row["amount"] - refunded.get(row["rrn"], 0) for row in sales}
        back = {
            key: sum(g.amount for g in self.givebacks if (g.source, g.tender) == key and g.state == "done")
            for key in {(g.source, g.tender) for g in self.givebacks}
        }
        ours = {
            (t.operation, ""): t.amount - back.get((t.attempt, t.no), 0)
            for t in self.tenders
            if t.kind == "card" and t.state == "taken"
        }
        yield from self._differences("acquirer", ours, theirs)
        total, booked = sum(theirs.values()), self.balances.get(("1110:card", "CNY"), 0)
        if not self.in_review and total != booked:
            yield f"the acquirer owes us {total}, we have booked {booked}"

    def _differences(
        self, who: str, ours: dict[tuple[str, str], int], theirs: dict[tuple[str, str], int]
    ) -> Iterator[str]:
        doubtful = {row.id for row in self.operations if self._order_of(row) in self.in_review}
        for key in {**ours, **theirs}:
            if key[0] not in doubtful and ours.get(key, 0) != theirs.get(key, 0):
                yield f"{who}, {' '.join(key)}: ours {ours.get(key, 0)}, theirs {theirs.get(key, 0)}"

    def _cash(self) -> Iterator[str]:
        """In the drawer is the float, what residents gave and did not get back, less what was found missing."""
        kept = sum(t.amount for t in self.tenders if t.kind == "cash" and t.state == "taken")
        back = sum(g.amount for g in self.givebacks if g.how == "cash" and g.state == "done")
        own, short = (self.balances.get((account, "CNY"), 0) for account in ("3101", "5102"))
        drawer = sum(amount for (account, _), amount in self.balances.items() if account.startswith("1101:"))
        if not self.in_review and drawer != kept - back - own - short:
            yield f"the drawer should hold {kept - back - own - short}, booked is {drawer}"

    def _claims(self) -> Iterator[str]:
        """The issuer was asked for each redemption once, and for what we think we asked."""
        accepted = {row["number"]: row for row in self.issuer["claims"] if row["status"] == "ACCEPTED"}
        lines = [row for row in self.issuer["lines"] if row["number"] in accepted]
        yield from _more_than_once("issuer was asked for", (row["redemption"] for row in lines))
        ours = {row.operation: row.total for row in self.made.rows("claim") if row.state == "succeeded"}
        theirs = {row["claim"]: row["total"] for row in accepted.values()}
        open_ = {row.operation for row in self.made.rows("claim") if row.state == "review"}
        for claim in {**ours, **theirs}:
            if claim not in open_ and ours.get(claim) != theirs.get(claim):
                yield f"claim {claim}: ours {ours.get(claim)}, theirs {theirs.get(claim)}"

    def _receipts(self) -> Iterator[str]:
        for book in self.made.rows("book"):
            numbers = sorted(row.no for row in self.receipts if row.book == book.id)
            if numbers != list(range(1, book.receipts + 1)):
                yield f"receipts of {book.id} are numbered {numbers}, the book says {book.receipts}"
        expected = sorted(
            row.id
            for row in self.attempts.values()
            if row.state in ("paid", "part_paid", "refunded")
            or (row.state == "returning_part" and row.order in self.in_review)
        )
        if sorted(row.attempt for row in self.receipts) != expected:
            yield f"receipts for {len(self.receipts)} attempts, expected {len(expected)}"

    def _points(self) -> Iterator[str]:
        for row in self.made.rows("points_account"):
            if min(row.active, row.pending, row.held, row.debt) < 0:
                yield f"points of {row.resident} are negative"
            if row.held and not self.in_review:
                yield f"points of {row.resident} are still held: {row.held}"
        spent = self.balances.get(("pts:redeemed", "PTS"), 0)
        redeemed = sum(row.amount for row in self.made.rows("redemption"))
        if spent != redeemed or self.balances.get(("1120", "CNY"), 0) != redeemed:
            yield f"points redeemed: {spent} in the journal, {redeemed} to claim"


def _sums(rows: Iterable[dict[str, Any]], key: str, value: str) -> dict[Any, int]:
    sums: dict[Any, int] = defaultdict(int)
    for row in rows:
        sums[row[key]] += row[value]
    return sums


def _more_than_once(what: str, names: Iterable[str]) -> Iterator[str]:
    for name, times in Counter(names).items():
        if times > 1:
            yield f"{what} {name} {times} times"
