"""UnionPay's ISO 8583 against bytes that others made, and against itself for every value that the fields can hold."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiedao_connectors.unionpay.card import luhn_digit, mask
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
    decode_upload,
    encode_upload,
)
from jiedao_connectors.unionpay.frame import Frame, read_frame
from jiedao_connectors.unionpay.mac import decrypt, encrypt, mac
from jiedao_connectors.unionpay.message import Malformed, Message, decode
from jiedao_connectors.unionpay.replies import Verdict, reply_code

# A sale that a terminal in the field sent, with its MAC key, from a public question (q.cnblogs.com/q/128930).
FIELD_FRAME = bytes.fromhex(
    "007f 6000030000 603210320072 0200 3020048000c08015 000000 000000001234 000002 0300 99 3030303030303031"
    "393532373138313832323137383735 313536 0019 26000001000600000000"
    "0043 5f01123238343431323334353637383930313233345f03063136303033365f04063230303832365c023031 4233413039324145"
)
FIELD_KEY = bytes.fromhex("0723C80DB5F4CD3D")

# FIPS PUB 81, appendix B: ECB.
FIPS_KEY = bytes.fromhex("0123456789ABCDEF")
FIPS_CIPHER = "3fa40e8a984d48156a271787ab8883f9893d51ec4b563b53"


def test_a_frame_from_the_field_is_read() -> None:
    frame = read_frame(io.BytesIO(FIELD_FRAME))
    assert frame is not None
    assert (frame.tpdu.hex(), frame.header.hex()) == ("6000030000", "603210320072")
    message = decode(frame.body)
    assert message.type == "0200"
    assert {n: message.get(n) for n in (3, 4, 11, 22, 25, 41, 42, 49)} == {
        3: "000000",
        4: "000000001234",
        11: "000002",
        22: "030",
        25: "99",
        41: "00000001",
        42: "952718182217875",
        49: "156",
    }
    assert message.get(60) == "2600000100060000000"
    assert bytes.fromhex(message.get(64)) == b"B3A092AE"


def test_a_frame_from_the_field_is_written_byte_for_byte_with_its_mac() -> None:
    frame = read_frame(io.BytesIO(FIELD_FRAME))
    assert frame is not None
    message = decode(frame.body)
    assert message.is_authentic(FIELD_KEY)
    assert Frame(message.encode(FIELD_KEY), frame.tpdu, frame.header).encode() == FIELD_FRAME


def test_one_changed_bit_breaks_the_mac() -> None:
    frame = read_frame(io.BytesIO(FIELD_FRAME))
    assert frame is not None
    for place in range(2, len(frame.body) - 8):
        changed = bytearray(frame.body)
        changed[place] ^= 0x01
        try:
            message = decode(bytes(changed))
        except Malformed:
            continue
        assert not message.is_authentic(FIELD_KEY), f"byte {place}"


def test_mac_of_a_published_example() -> None:
    """Steps and result stand in the tests of a public acquirer's gateway (solo123/pgate)."""
    key, message = bytes.fromhex("2222222222222222"), bytes.fromhex("1234567890ABCDEFABCDEF1234567890")
    assert encrypt(key, b"B9F9B96A").hex().upper() == "9FDE90A34CF73B2E"
    assert mac(key, message) == b"E267B6E2"


def test_mac_computed_by_hand_with_openssl_and_a_double_length_key() -> None:
    """Folded 0011223344556677 ^ 8800000000000000; each step with `openssl enc -des-ede3-ecb -nopad`."""
    key = bytes.fromhex("0123456789ABCDEFFEDCBA9876543210")
    assert mac(key, bytes.fromhex("001122334455667788")) == OPENSSL_MAC


OPENSSL_MAC = b"A4F92A87"


def test_des_of_fips_81() -> None:
    assert encrypt(FIPS_KEY, b"Now is the time for all ").hex() == FIPS_CIPHER
    assert decrypt(FIPS_KEY, bytes.fromhex(FIPS_CIPHER)) == b"Now is the time for all "


def test_a_working_key_under_a_published_master_key() -> None:
    """TMK, and TAK under it and in clear, from a public worked example of the MAC."""
    master = bytes.fromhex("70F2A84CCBC2AE8625CBB0F2C22AB923")
    assert decrypt(master, bytes.fromhex("96D605EA176B7E9E")).hex().upper() == "C24A8FB57AA20123"


@pytest.mark.parametrize("length", [0, 7, 9, 32])
def test_a_key_of_another_length_is_refused(length: int) -> None:
    with pytest.raises(ValueError, match=str(length)):
        encrypt(bytes(length), bytes(8))


def digits(length: int) -> st.SearchStrategy[str]:
    return st.text("0123456789", min_size=length, max_size=length)


def digits_up_to(length: int) -> st.SearchStrategy[str]:
    return st.text("0123456789", min_size=1, max_size=length)


ASCII = st.characters(min_codepoint=33, max_codepoint=126)
FIELDS = {
    2: digits_up_to(19),
    3: digits(6),
    4: digits(12),
    11: digits(6),
    12: digits(6),
    13: digits(4),
    14: digits(4),
    15: digits(4),
    22: digits(3),
    25: digits(2),
    32: digits_up_to(11),
    37: st.text(ASCII, min_size=12, max_size=12),
    38: st.text(ASCII, min_size=6, max_size=6),
    39: st.text(ASCII, min_size=2, max_size=2),
    41: st.text(ASCII, min_size=8, max_size=8),
    42: st.text(ASCII, min_size=15, max_size=15),
    44: st.text("银联商务abc", min_size=1, max_size=12),
    48: digits_up_to(322),
    49: digits(3),
    53: digits(16),
    60: digits_up_to(19),
    61: digits_up_to(29),
    62: st.binary(min_size=1, max_size=200).map(lambda b: b.hex().upper()),
    63: st.text("街道办CUP01", min_size=1, max_size=80),
}
MESSAGES = st.builds(
    Message,
    st.sampled_from(["0200", "0210", "0220", "0221", "0320", "0400", "0500", "0800", "0820"]),
    st.fixed_dictionaries({}, optional=FIELDS),
)


@given(MESSAGES)
def test_what_is_written_is_read(message: Message) -> None:
    assert decode(message.encode()) == message


@given(MESSAGES, st.binary(min_size=8, max_size=8), st.binary(min_size=8, max_size=8))
def test_what_is_signed_is_authentic_under_its_key_only(message: Message, key: bytes, other: bytes) -> None:
    read = decode(message.encode(key))
    assert read.is_authentic(key)
    # DES ignores the lowest bit of each byte of a key.
    if bytes(b & 0xFE for b in key) != bytes(b & 0xFE for b in other):
        assert not read.is_authentic(other)


@given(st.binary(max_size=300))
def test_bytes_that_are_no_message_are_malformed_and_nothing_else(data: bytes) -> None:
    try:
        decode(data)
    except Malformed:
        return


@given(st.binary(max_size=100))
def test_bytes_that_are_no_frame_are_malformed_and_nothing_else(data: bytes) -> None:
    try:
        read_frame(io.BytesIO(data))
    except Malformed:
        return


@given(MESSAGES)
def test_frames_follow_each_other_on_a_line(message: Message) -> None:
    first, second = Frame(message.encode()), Frame(b"\x08\x00" + bytes(8))
    stream = io.BytesIO(first.encode() + second.encode())
    assert [read_frame(stream), read_frame(stream), read_frame(stream)] == [first, second, None]


def test_an_answer_swaps_the_addresses_of_the_tpdu() -> None:
    assert Frame(b"", bytes.fromhex("6000030102")).answer(b"x").tpdu.hex() == "6001020003"


def test_a_message_without_mac_is_not_authentic() -> None:
    assert not decode(Message("0200", {11: "000001"}).encode()).is_authentic(FIPS_KEY)


def test_neither_printing_nor_an_error_shows_a_card_number() -> None:
    message = Message("0200", {2: "6228480402564890018", 4: "000000000100", 35: "6228480402564890018D49121"})
    shown = f"{message!r} {message} {Frame(message.encode())!r}"
    with pytest.raises(Malformed) as wrong:
        decode(message.encode()[:-1])
    for text in (shown, str(wrong.value), repr(wrong.value)):
        assert "6228480402564890018" not in text
        assert "484804025648" not in text
    assert wrong.value.__cause__ is None


def test_an_unknown_field_is_malformed() -> None:
    with pytest.raises(Malformed):
        Message("0200", {7: "0101000000"}).encode()
    with pytest.raises(Malformed):
        decode(bytes.fromhex("0200 0200000000000000 0101000000"))


@given(st.sampled_from(Type), digits(6), st.sampled_from(Administrative))
def test_purpose(kind: Type, batch: str, code: Administrative) -> None:
    assert Purpose.decode(Purpose(kind, batch, code).encode()) == Purpose(kind, batch, code)


@given(digits(6), digits(6), digits(4))
def test_original(batch: str, trace: str, day: str) -> None:
    assert Original.decode(Original(batch, trace, day).encode()) == Original(batch, trace, day)


AMOUNTS, COUNTS = st.integers(0, 10**12 - 1), st.integers(0, 999)
TOTALS = st.builds(Totals, AMOUNTS, COUNTS, AMOUNTS, COUNTS, st.sampled_from(Balance))


@given(TOTALS, TOTALS)
def test_batch_sums(domestic: Totals, foreign: Totals) -> None:
    sums = BatchSums(domestic, foreign)
    assert len(sums.encode()) == 62
    assert BatchSums.decode(sums.encode()) == sums


def test_totals_as_the_specification_lays_them_out() -> None:
    assert Totals(12_900, 2, 300, 1, Balance.EQUAL).encode() == "0000000129000020000000003000011"


def test_totals_that_do_not_fit_are_refused_and_not_cut() -> None:
    with pytest.raises(Malformed):
        Totals(debit_count=1000).encode()


RECORDS = st.lists(st.builds(UploadRecord, digits(6), digits(20), AMOUNTS), max_size=8)


@given(RECORDS)
def test_upload(records: list[UploadRecord]) -> None:
    assert len(encode_upload(records)) <= 322
    assert decode_upload(encode_upload(records)) == tuple(records)


def test_nine_records_do_not_fit_into_an_upload() -> None:
    with pytest.raises(Malformed):
        encode_upload([UploadRecord("000001", "0" * 20, 1)] * 9)


@pytest.mark.parametrize("text", ["", "x", "01", "0100", "99" + "0" * 40])
def test_an_upload_that_does_not_add_up_is_malformed(text: str) -> None:
    with pytest.raises(Malformed):
        decode_upload(text)


@given(st.binary(min_size=16, max_size=16), st.binary(min_size=16, max_size=16), st.binary(min_size=16, max_size=16))
def test_session_keys(master: bytes, pin: bytes, key: bytes) -> None:
    assert SessionKeys.unwrap(master, SessionKeys(pin, key).wrap(master)) == SessionKeys(pin, key)


def test_session_keys_under_another_master_key_are_refused() -> None:
    wrapped = SessionKeys(b"p" * 16, b"m" * 16).wrap(b"1" * 16)
    with pytest.raises(Malformed, match="check value"):
        SessionKeys.unwrap(b"3" * 16, wrapped)
    assert "m" * 16 not in repr(SessionKeys(b"p" * 16, b"m" * 16))


@given(st.from_regex(r"[A-Za-z0-9._-]{1,40}", fullmatch=True))
def test_private_reference(reference: str) -> None:
    assert Private.decode(Private(reference).encode()) == Private(reference)


@pytest.mark.parametrize("reference", ["", "a b", "订单", "x" * 41])
def test_a_reference_that_the_line_cannot_carry_is_refused(reference: str) -> None:
    with pytest.raises(Malformed):
        Private(reference).encode()


@pytest.mark.parametrize("code", ["00", "A2", "A4", "A5", "A6"])
def test_approvals(code: str) -> None:
    assert reply_code(code).verdict is Verdict.APPROVED


@pytest.mark.parametrize("code", ["", "ZZ", "10", "11", "A9", "68", "94", "96", "98", "0", "000"])
def test_codes_that_prove_nothing(code: str) -> None:
    assert reply_code(code).verdict is Verdict.UNKNOWN


@pytest.mark.parametrize("code", ["51", "05", "90", "A0", "25"])
def test_refusals_have_words_in_both_languages(code: str) -> None:
    known = reply_code(code)
    assert known.verdict is Verdict.REFUSED
    assert known.zh
    assert known.en


def test_card_numbers() -> None:
    assert mask("6228480402564890018") == "622848*********0018"
    assert mask("4111111111111111") == "411111******1111"
    assert mask("123456") == "******"
    assert luhn_digit("411111111111111") == "1"
    assert luhn_digit("7992739871") == "3"
