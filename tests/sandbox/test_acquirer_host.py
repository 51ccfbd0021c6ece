"""The acquirer host over a real socket, asked by a bare line that may misbehave as no good terminal would."""

from __future__ import annotations

import contextlib
import socket
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from jiedao_connectors.unionpay.fields import (
    Administrative,
    Balance,
    BatchSums,
    Original,
    Private,
    Purpose,
    SessionKeys,
    Totals,
    Type,
    UploadRecord,
    encode_upload,
)
from jiedao_connectors.unionpay.message import Message
from jiedao_sandbox.launch import Running, Sandbox
from jiedao_sandbox.master_key import master_key
from jiedao_sandbox.terminal.line import AcquirerLine, NoAnswer

MERCHANT = "898310048160001"
CARD = "6228480402564890018"
EVENING = "2025-03-31T22:59:00"


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with Sandbox(tmp_path_factory.mktemp("books")) as sandbox:
        yield sandbox.start("acquirer", clock=EVENING, reply=["02=A2", "90=90", "98=98", "03=ZZ"])


@pytest.fixture
def terminal(host: Running, request: pytest.FixtureRequest) -> Wire:
    """A terminal of its own for every test."""
    return Wire(host, f"{zlib.crc32(request.node.name.encode()) % 10**8:08d}")


class Wire:
    """Speaks to the host as one terminal; keeps trace and keys in memory."""

    def __init__(self, host: Running, number: str) -> None:
        self.host = host
        self.number = number
        self.line = AcquirerLine(host.host, host.port, 2)
        self.trace = 0
        self.batch = "000001"
        self.key = b""
        self.sign_in()

    def sign_in(self) -> Message:
        reply = self.line.exchange(
            self.message("0800", Purpose(Type.ADMINISTRATIVE, self.batch, Administrative.SIGN_IN)), None
        )
        self.key = SessionKeys.unwrap(master_key({}), reply.get(62)).mac
        self.batch = Purpose.decode(reply.get(60)).batch
        return reply

    def message(self, message_type: str, purpose: Purpose, trace: str = "", **fields: str) -> Message:
        if not trace:
            self.trace += 1
            trace = f"{self.trace:06d}"
        given = {int(name[1:]): value for name, value in fields.items()}
        return Message(
            message_type, {11: trace, 41: self.number, 42: MERCHANT, 49: "156", 60: purpose.encode(), **given}
        )

    def send(self, message: Message) -> Message:
        return self.line.exchange(message, self.key)

    def sale_message(self, amount: int, reference: str = "ORDER", trace: str = "") -> Message:
        fields = {"f2": CARD, "f3": "000000", "f4": f"{amount:012d}", "f22": "072", "f25": "00"}
        return self.message("0200", Purpose(Type.SALE, self.batch), trace, **fields, f63=Private(reference).encode())

    def sale(self, amount: int, reference: str = "ORDER", trace: str = "") -> Message:
        return self.send(self.sale_message(amount, reference, trace))

    def void(self, sale: Message) -> Message:
        original = Original(self.batch, sale.get(11)).encode()
        fields = {"f2": CARD, "f3": "200000", "f4": sale.get(4), "f37": sale.get(37), "f61": original}
        return self.send(self.message("0200", Purpose(Type.VOID, self.batch), **fields))

    def refund(
        self, sale: Message, amount: int, trace: str = "", message_type: str = "0220", card: str = CARD
    ) -> Message:
        original = Original(self.batch, sale.get(11)).encode()
        fields = {"f2": card, "f3": "200000", "f4": f"{amount:012d}", "f37": sale.get(37), "f61": original}
        return self.send(self.message(message_type, Purpose(Type.REFUND, self.batch), trace, **fields))

    def reverse(self, trace: str, amount: int, kind: Type = Type.SALE, reason: str = "98") -> Message:
        fields = {"f3": "000000", "f4": f"{amount:012d}", "f39": reason, "f61": Original(self.batch, trace).encode()}
        return self.send(self.message("0400", Purpose(kind, self.batch), trace, **fields))

    def settle(self, totals: Totals) -> BatchSums:
        purpose = Purpose(Type.ADMINISTRATIVE, self.batch, Administrative.SETTLE)
        reply = self.send(self.message("0500", purpose, f48=BatchSums(totals).encode()))
        assert reply.get(39) == "00"
        return BatchSums.decode(reply.get(48))

    def close(self, balanced: bool) -> str:
        code = Administrative.UPLOADED_BALANCED if balanced else Administrative.UPLOADED_UNBALANCED
        return self.send(self.message("0320", Purpose(Type.ADMINISTRATIVE, self.batch, code))).get(39)

    def booked(self, table: str = "transactions") -> list[dict[str, Any]]:
        return [row for row in self.host.books()[table] if row["terminal"] == self.number]

    def states(self) -> list[str]:
        return [row["state"] for row in self.booked()]


def test_sign_in_gives_keys_batch_time_and_day(terminal: Wire) -> None:
    reply = terminal.sign_in()
    assert (reply.type, reply.get(39), terminal.batch) == ("0810", "00", "000001")
    assert (reply.get(13), reply.get(15)) == ("0331", "0331")
    assert CARD not in str(reply)


def test_a_sale_is_booked_under_terminal_batch_and_trace_with_the_reference(terminal: Wire) -> None:
    reply = terminal.sale(12_000, "ORDER-7")
    assert (reply.type, reply.get(39), reply.get(4), reply.get(15)) == ("0210", "00", "000000012000", "0331")
    (row,) = terminal.booked()
    assert {
        name: row[name] for name in ("batch", "trace", "reference", "amount", "state", "card", "settlement_date")
    } == {
        "batch": "000001",
        "trace": reply.get(11),
        "reference": "ORDER-7",
        "amount": 12_000,
        "state": "approved",
        "card": "622848*********0018",
        "settlement_date": "2025-03-31",
    }


@pytest.mark.parametrize(
    ("amount", "code", "state"),
    [
        (151, "51", "declined"),
        (102, "A2", "approved"),
        (190, "90", "declined"),
        (198, "98", "approved"),
        (103, "ZZ", "approved"),
    ],
)
def test_the_last_two_digits_of_a_sale_choose_the_reply_code(
    terminal: Wire, amount: int, code: str, state: str
) -> None:
    assert terminal.sale(amount).get(39) == code
    assert terminal.states() == [state]


def test_a_wrong_mac_is_answered_a0_without_effect(terminal: Wire) -> None:
    terminal.key = b"0" * 16
    assert terminal.sale(100).get(39) == "A0"
    assert terminal.booked() == []
    terminal.sign_in()
    assert terminal.sale(100).get(39) == "00"


def test_a_new_sign_in_ends_the_old_key(terminal: Wire) -> None:
    old = terminal.key
    terminal.sign_in()
    terminal.key = old
    assert terminal.sale(100).get(39) == "A0"


def test_after_sign_out_nothing_is_booked(terminal: Wire) -> None:
    terminal.line.exchange(
        terminal.message("0820", Purpose(Type.ADMINISTRATIVE, terminal.batch, Administrative.SIGN_OUT)), None
    )
    assert terminal.sale(100).get(39) == "A0"
    assert terminal.booked() == []


def test_echo(terminal: Wire) -> None:
    purpose = Purpose(Type.ADMINISTRATIVE, terminal.batch, Administrative.ECHO)
    assert terminal.line.exchange(terminal.message("0800", purpose), None).get(39) == "00"


def test_the_same_trace_is_not_booked_twice(terminal: Wire) -> None:
    first = terminal.sale(100)
    assert terminal.sale(100, trace=first.get(11)).get(39) == "94"
    assert terminal.states() == ["approved"]


def test_a_reversal_is_idempotent(terminal: Wire) -> None:
    sale = terminal.sale(100)
    for _ in range(3):
        assert terminal.reverse(sale.get(11), 100).get(39) == "00"
    assert terminal.states() == ["reversed"]
    (reversal,) = terminal.booked("reversals")
    assert (reversal["found"], reversal["times"], reversal["reason"]) == ("approved", 3, "98")


def test_a_reversal_of_a_sale_never_seen_is_acknowledged_and_the_late_sale_refused(terminal: Wire) -> None:
    assert terminal.reverse("000077", 100).get(39) == "00"
    assert terminal.sale(100, trace="000077").get(39) == "12"
    assert terminal.states() == ["reversed before it came"]
    assert terminal.settle(Totals()).domestic.verdict is Balance.EQUAL


def test_void_and_the_reversal_of_a_void(terminal: Wire) -> None:
    sale = terminal.sale(100)
    void = terminal.void(sale)
    assert void.get(39) == "00"
    assert terminal.states() == ["voided", "approved"]
    assert terminal.void(sale).get(39) == "22"
    assert terminal.reverse(void.get(11), 100, Type.VOID).get(39) == "00"
    assert terminal.states()[:2] == ["approved", "reversed"]
    assert terminal.void(sale).get(39) == "00"


def test_reversals_of_a_sale_and_its_void_end_without_money_in_either_order(terminal: Wire) -> None:
    for order in ("sale first", "void first"):
        sale = terminal.sale(100)
        void = terminal.void(sale)
        traces = [(sale.get(11), Type.SALE), (void.get(11), Type.VOID)]
        for trace, kind in traces if order == "sale first" else reversed(traces):
            assert terminal.reverse(trace, 100, kind).get(39) == "00"
    assert terminal.states() == ["reversed"] * 4
    assert terminal.settle(Totals()).domestic == Totals(verdict=Balance.EQUAL)


def test_a_refund_is_repeated_without_being_done_twice(terminal: Wire) -> None:
    sale = terminal.sale(1000)
    first = terminal.refund(sale, 300)
    again = terminal.refund(sale, 300, first.get(11), "0221")
    assert (first.get(39), again.get(39), again.type) == ("00", "00", "0230")
    assert first.get(37) == again.get(37)
    assert terminal.states() == ["approved", "approved"]


def test_refunds_never_pass_the_sale(terminal: Wire) -> None:
    sale = terminal.sale(1000)
    assert terminal.refund(sale, 600).get(39) == "00"
    assert terminal.refund(sale, 401).get(39) == "64"
    assert terminal.refund(sale, 400).get(39) == "00"
    assert terminal.refund(sale, 1).get(39) == "64"


def test_a_refund_goes_to_the_same_card_only(terminal: Wire) -> None:
    assert terminal.refund(terminal.sale(1000), 10, card="6217001234567890123").get(39) == "64"


def test_a_refunded_sale_is_neither_voided_nor_reversed(terminal: Wire) -> None:
    sale = terminal.sale(1000)
    terminal.refund(sale, 10)
    assert terminal.void(sale).get(39) == "22"
    assert terminal.reverse(sale.get(11), 1000).get(39) == "22"


def test_a_balanced_batch_is_closed_and_the_next_one_begins(terminal: Wire) -> None:
    sale = terminal.sale(1000)
    terminal.sale(500)
    terminal.void(sale)
    ours = Totals(1500, 2, 1000, 1)
    assert terminal.settle(ours).domestic == Totals(1500, 2, 1000, 1, Balance.EQUAL)
    assert terminal.sale(1).get(39) == "77"
    assert terminal.close(balanced=True) == "00"
    assert terminal.close(balanced=True) == "00"
    assert terminal.settle(ours).domestic.verdict is Balance.EQUAL
    assert terminal.reverse(sale.get(11), 1000).get(39) == "00"  # voided: it does not stand
    terminal.sign_in()
    assert terminal.batch == "000002"
    assert terminal.sale(1).get(39) == "00"
    (batch,) = terminal.booked("batches")
    assert (batch["state"], batch["balanced"]) == ("closed", 1)


def test_what_is_settled_is_not_reversed(terminal: Wire) -> None:
    sale = terminal.sale(1000)
    terminal.settle(Totals(1000, 1))
    assert terminal.reverse(sale.get(11), 1000).get(39) == "22"


def test_an_unbalanced_batch_is_uploaded_and_every_difference_is_found(terminal: Wire) -> None:
    same, other = terminal.sale(1000), terminal.sale(500)
    assert terminal.settle(Totals(1499, 2)).domestic == Totals(1500, 2, 0, 0, Balance.DIFFERENT)
    records = [
        UploadRecord(same.get(11), "622848*********0018", 1000),
        UploadRecord(other.get(11), "622848*********0018", 499),
        UploadRecord("000999", "622848*********0018", 7),
    ]
    purpose = Purpose(Type.ADMINISTRATIVE, terminal.batch, Administrative.SETTLE)
    for _ in range(2):
        upload = terminal.message("0320", purpose, f3="000000", f48=encode_upload(records))
        assert terminal.send(upload).get(39) == "00"
    assert terminal.close(balanced=False) == "00"
    found = {row["trace"]: row["finding"] for row in terminal.booked("uploads")}
    assert found == {same.get(11): "same", other.get(11): "other amount", "000999": "only at the terminal"}


def test_the_day_changes_at_the_cut_over_and_not_at_midnight(terminal: Wire) -> None:
    def day_at(now: str) -> tuple[str, str]:
        terminal.host.call("POST", "clock", {"now": now})
        reply = terminal.sale(100)
        return reply.get(13), reply.get(15)

    try:
        assert day_at("2024-12-31T22:59:59") == ("1231", "1231")
        assert day_at("2024-12-31T23:00:00") == ("1231", "0101")
        assert day_at("2025-01-01T00:00:30") == ("0101", "0101")
        dates = [row["settlement_date"] for row in terminal.booked()]
        assert dates == ["2024-12-31", "2025-01-01", "2025-01-01"]
    finally:
        terminal.host.call("POST", "clock", {"now": EVENING})


@pytest.mark.parametrize(
    "data", [b"\x00\x05hello", b"GET / HTTP/1.1\r\n\r\n" + b"x" * 30_000, b"\x00\x0f" + b"\x60" * 15]
)
def test_garbage_ends_the_connection_and_not_the_host(host: Running, terminal: Wire, data: bytes) -> None:
    with socket.create_connection((host.host, host.port), 2) as connection:
        # The host may hang up while we are still talking.
        with contextlib.suppress(OSError):
            connection.sendall(data)
            connection.shutdown(socket.SHUT_WR)
        with contextlib.suppress(ConnectionError):
            assert connection.recv(100) == b""
    assert terminal.sale(100).get(39) == "00"


@pytest.mark.parametrize(
    ("fault", "booked"),
    [("lose_request", False), ("lose_answer", True), ("html", True), ("wrong_echo", True), ("delay", True)],
)
def test_faults_of_the_line(terminal: Wire, fault: str, booked: bool) -> None:
    terminal.line = AcquirerLine(terminal.host.host, terminal.host.port, 0.3)
    terminal.host.faults(fault, "sale", seconds=0.6 if fault == "delay" else 0)
    with pytest.raises(NoAnswer):
        terminal.sale(100)
    assert bool(terminal.booked()) == booked
    assert terminal.sale(100).get(39) == "00"


def test_faults_wait_for_their_operation(terminal: Wire) -> None:
    terminal.host.faults("error_after_effect", "reversal")
    sale = terminal.sale(100)
    assert sale.get(39) == "00"
    assert terminal.reverse(sale.get(11), 100).get(39) == "ZZ"
    assert terminal.reverse(sale.get(11), 100).get(39) == "00"
    terminal.host.faults("answer_twice", "sale")
    assert terminal.sale(100).get(39) == "00"
    assert terminal.sale(100).get(39) == "00"


def test_books_keys_and_clocks_survive_a_kill(tmp_path: Path) -> None:
    with Sandbox(tmp_path) as sandbox:
        host = sandbox.start("acquirer", clock=EVENING)
        terminal = Wire(host, "00000001")
        sale = terminal.sale(100)
        host.kill()
        host.restart()
        assert terminal.states() == ["approved"]
        assert terminal.reverse(sale.get(11), 100).get(39) == "00"
        assert terminal.states() == ["reversed"]
    for file in tmp_path.rglob("*"):
        if file.is_file():
            data = file.read_bytes()
            assert CARD.encode() not in data
            assert bytes.fromhex(CARD + "0") not in data
            assert CARD[6:-4].encode() not in data
