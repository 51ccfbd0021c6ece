"""The tunnel's codec: cipher against the standard's vectors, charsets, and what must not be read."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jiedao_connectors import cert_tunnel
from jiedao_connectors.cert_tunnel import Lock, Message, NotReadable, NotWritable

KEY = bytes.fromhex("2b7e151628aed2a6abf7158809cf4f3c")
LOCK = Lock(KEY)
CBC = Lock(KEY, "CBC", bytes(range(16)))
WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="￾￿"), min_size=1).map(str.strip)


@pytest.mark.parametrize(
    ("lock", "plain", "sealed"),
    [
        # NIST SP 800-38A, F.1.1 (ECB-AES128) and F.2.1 (CBC-AES128), first block.
        (LOCK, "6bc1bee22e409f96e93d7e117393172a", "3AD77BB40D7A3660A89ECAF32466EF97"),
        (CBC, "6bc1bee22e409f96e93d7e117393172a", "7649ABAC8119B246CEE98E9B12E9197D"),
    ],
)
def test_the_cipher_is_the_standards(lock: Lock, plain: str, sealed: str) -> None:
    made = cert_tunnel.seal(bytes.fromhex(plain), lock)
    assert made[:32] == sealed
    assert len(made) == 64, "a whole block is padded with another one"
    assert cert_tunnel.unseal(made, lock) == bytes.fromhex(plain)
    assert cert_tunnel.unseal(made.lower(), lock) == bytes.fromhex(plain)


@pytest.mark.parametrize(
    ("words", "form", "length"), [("k" * 16, "text", 16), ("00" * 24, "hex", 24), ("A" * 43 + "=", "base64", 32)]
)
def test_a_key_comes_in_three_forms(words: str, form: str, length: int) -> None:
    assert len(cert_tunnel.key_of(words, form)) == length


@pytest.mark.parametrize(("words", "form"), [("k" * 15, "text"), ("密" * 16, "text"), ("0", "hex"), ("!", "base64")])
def test_a_key_of_another_length_or_form_is_refused(words: str, form: str) -> None:
    with pytest.raises(ValueError):
        cert_tunnel.key_of(words, form)


@settings(max_examples=60, deadline=None, derandomize=True, database=None)
@given(
    st.dictionaries(st.sampled_from(["AAC002", "AAC003", "AAE013", "MSG"]), WORDS),
    st.lists(st.dictionaries(st.sampled_from(["AAE140", "AAE013"]), WORDS), max_size=3),
    st.sampled_from(["gbk", "utf-8"]),
)
def test_what_is_written_is_read(fields: dict[str, str], rows: list[dict[str, str]], charset: str) -> None:
    lock = Lock(KEY, charset=charset)
    given_fields = {name: words for name, words in fields.items() if words}
    given_rows = tuple({name: words for name, words in row.items() if words} for row in rows)
    message = Message("QUERY", given_fields, given_rows)
    assert cert_tunnel.read_answer(cert_tunnel.answer(message, lock), lock) == message
    assert cert_tunnel.read_request(cert_tunnel.request("U<&1", message, lock), lock)[1] == message


def test_a_character_that_gbk_has_not_is_written_as_a_reference() -> None:
    content = cert_tunnel.write(Message("QUERY", {"AAC003": "李䶮𠮷"}), "REQ", "gbk")
    assert b"&#19886;" in content
    assert b"&#134071;" in content
    assert content.startswith(b'<?xml version="1.0" encoding="GBK"?>')
    assert cert_tunnel.read(content, "REQ", "gbk").fields["AAC003"] == "李䶮𠮷"


@pytest.mark.parametrize("words", ["\x00", "a\x08", "\ud800", "\uffff"])
def test_a_character_that_xml_has_not_is_not_written(words: str) -> None:
    with pytest.raises(NotWritable):
        cert_tunnel.request("U", Message("QUERY", {"AAC003": words}), LOCK)


@pytest.mark.parametrize(
    ("content", "charset"),
    [
        ("<RSP><MSG>成功</MSG></RSP>".encode("gbk"), "utf-8"),
        ('<?xml version="1.0" encoding="UTF-8"?><RSP><MSG>成功</MSG></RSP>'.encode(), "gbk"),
        ('<?xml version="1.0" encoding="GBK"?><RSP><MSG>成功</MSG></RSP>'.encode("gbk"), "utf-8"),
        (b'<?xml version="1.0" encoding="x-none"?><RSP/>', "gbk"),
        (b"<RSP>\xff\xff</RSP>", "gbk"),
        (b"", "gbk"),
        (b"<RSP>", "gbk"),
        (b"<html><body>x</body></html>", "gbk"),
        (b"<REQ></REQ>", "gbk"),
        (b"<RSP><CODE>200</CODE><CODE>303</CODE></RSP>", "gbk"),
        (b"<RSP><CODE><A>200</A></CODE></RSP>", "gbk"),
        (b"<RSP><ROW><CODE><A/></CODE></ROW></RSP>", "gbk"),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><RSP><CODE>&b;</CODE></RSP>', "gbk"),
        (b'<!DOCTYPE RSP SYSTEM "file:///etc/passwd"><RSP/>', "gbk"),
    ],
)
def test_what_is_not_of_the_protocol_is_not_read(content: bytes, charset: str) -> None:
    with pytest.raises(NotReadable):
        cert_tunnel.read(content, "RSP", charset)


def test_gb2312_is_gbk() -> None:
    content = '<?xml version="1.0" encoding="gb2312"?><RSP><MSG>成功</MSG></RSP>'.encode("gbk")
    assert cert_tunnel.read(content, "RSP", "gbk").fields["MSG"] == "成功"


@pytest.mark.parametrize(
    "result",
    [
        "",
        "<ERROR></ERROR><r></r>",
        "<r>00</r>",
        "<ERROR>00</ERROR><r>0</r>",
        "<ERROR>00</ERROR><r>zz</r>",
        "<ERROR>00</ERROR><r>00</r>",
        "<ERROR>00</ERROR><r></r><r></r>",
        "<ERROR>00</ERROR><ERROR>01</ERROR><r></r>",
        "<html></html>",
        "<ERROR>00</ERROR>" + "<r>" + "0" * 31 + "</r>",
    ],
)
def test_a_result_without_an_error_code_or_with_half_a_block_is_none(result: str) -> None:
    with pytest.raises(NotReadable):
        cert_tunnel.read_answer(result, LOCK)


def test_neither_key_nor_vector_is_printed() -> None:
    assert "2b7e" not in repr(CBC)
    assert str(KEY) not in repr(CBC)
    assert str(bytes(range(16))) not in repr(CBC)
