"""A social-insurance vendor's tunnel: one SOAP operation from string to string, with encrypted XML inside. Pure.

The argument is ``<USER>…</USER><m>HEX</m>``, the answer ``<ERROR>00</ERROR><r>HEX</r>``; HEX is AES over an XML payload
whose fields have the names of the national standard (AAC002 the person, AAE140 the kind, ...). The HTTP exchange and
the SOAP call succeed while ERROR is not 00, and ERROR 00 says no more than that there is a payload: what was done
stands in the payload's CODE.

Known from one vendor's client: both strings, AES, HEX, the field names and the codes. Not known, and agreed with our
stand-in only: mode, padding and form of the key (all but the padding are settings), the names of the transactions, and
the elements ``REQ``, ``RSP``, ``TRADE``, ``CODE``, ``MSG`` and ``ROW``.
"""

from __future__ import annotations

import base64
import binascii
import codecs
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final
from xml.etree.ElementTree import ParseError
from xml.sax.saxutils import escape

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7
from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

CODE: Final = "CODE"
MESSAGE: Final = "MSG"
NO_ERROR: Final = "00"
METHODS: Final = {
    "01": "data_match",
    "02": "face",
    "03": "relative",
    "04": "counter",
    "05": "activity",
    "06": "visit",
    "07": "other_region",
    "08": "abroad",
}
"""Values of AAE279, how somebody was certified; agreed with our stand-in only."""

BLOCK: Final = 16
"""Bytes of an AES block and of the initial vector."""


class Transaction(StrEnum):
    """What the payload asks for."""

    PERSON = "PERSON"
    """人员查询"""
    CERTIFY = "CERTIFY"
    """认证"""
    QUERY = "QUERY"
    """认证查询"""
    BATCH = "BATCH"
    """批量查询"""
    HISTORY = "HISTORY"
    """认证流水"""


class NotReadable(Exception):
    """What came is not of the protocol, or cannot be decrypted with our key."""


class NotWritable(Exception):
    """A field has a character that no XML may have, so nothing was sent."""


@dataclass(frozen=True, slots=True)
class Lock:
    """How both sides encrypt. `mode` is ECB or CBC, the latter with `iv`; `charset` is that of the payload."""

    key: bytes = field(repr=False)
    mode: str = "ECB"
    iv: bytes = field(default=b"", repr=False)
    charset: str = "gbk"


@dataclass(frozen=True, slots=True)
class Message:
    """One payload: its transaction, its fields, and the fields of each row."""

    transaction: str
    fields: Mapping[str, str]
    rows: tuple[Mapping[str, str], ...] = ()


def key_of(words: str, form: str) -> bytes:
    """The key as it was handed over, as text, hex or base64; ValueError unless it is of 16, 24 or 32 bytes."""
    key = _KEY_FORMS[form](words)
    if len(key) not in (16, 24, 32):
        raise ValueError(f"an AES key has 16, 24 or 32 bytes, not {len(key)}")
    return key


def request(user: str, message: Message, lock: Lock) -> str:
    """The argument of the operation; `NotWritable` when it cannot be written."""
    return f"<USER>{escape(user)}</USER><m>{seal(write(message, 'REQ', lock.charset), lock)}</m>"


def read_request(argument: str, lock: Lock) -> tuple[str, Message]:
    """User and payload of an argument; `NotReadable` otherwise."""
    found = _REQUEST.fullmatch(argument)
    if found is None:
        raise NotReadable("the argument is not of the protocol")
    return found["user"], read(unseal(found["hex"], lock), "REQ", lock.charset)


def answer(message: Message, lock: Lock) -> str:
    """The result of the operation for a payload."""
    return f"<ERROR>{NO_ERROR}</ERROR><r>{seal(write(message, 'RSP', lock.charset), lock)}</r>"


def refusal(error: str) -> str:
    """The result of the operation when the front refuses; there is no payload."""
    return f"<ERROR>{escape(error)}</ERROR><r></r>"


def error_of(result: str) -> str:
    """The code of a result; `NotReadable` when it has none."""
    return _taken_apart(result)["error"]


def read_answer(result: str, lock: Lock) -> Message:
    """The payload of a result whose `error_of` is `NO_ERROR`; `NotReadable` otherwise."""
    return read(unseal(_taken_apart(result)["hex"] or "", lock), "RSP", lock.charset)


def seal(content: bytes, lock: Lock) -> str:
    """AES with PKCS#7 padding, in upper-case hexadecimal."""
    padder, encryptor = PKCS7(BLOCK * 8).padder(), _cipher(lock).encryptor()
    padded = padder.update(content) + padder.finalize()
    return (encryptor.update(padded) + encryptor.finalize()).hex().upper()


def unseal(text: str, lock: Lock) -> bytes:
    """What was sealed; `NotReadable` when it was cut, or sealed with another key."""
    decryptor, unpadder = _cipher(lock).decryptor(), PKCS7(BLOCK * 8).unpadder()
    try:
        padded = decryptor.update(bytes.fromhex(text)) + decryptor.finalize()
        return unpadder.update(padded) + unpadder.finalize()
    except ValueError:
        raise NotReadable("the payload cannot be decrypted") from None


def write(message: Message, root: str, charset: str) -> bytes:
    """A payload in XML. Characters that the charset has not (䶮 and 𠮷 in GBK) are written as references."""
    rows = "".join(f"<ROW>{_elements(row)}</ROW>" for row in message.rows)
    body = f"<TRADE>{message.transaction}</TRADE>{_elements(message.fields)}{rows}"
    if _NO_XML.search(body):
        raise NotWritable("a field has a control character")
    declaration = f'<?xml version="1.0" encoding="{charset.upper()}"?>'
    return f"{declaration}<{root}>{body}</{root}>".encode(charset, "xmlcharrefreplace")


def read(content: bytes, root: str, charset: str) -> Message:
    """The payload in a piece of XML that is in `charset` and says so, or says nothing; `NotReadable` otherwise."""
    element = _parse(_decode(content, charset))
    if element.tag != root:
        raise NotReadable(f"the payload is no {root}")
    rows = tuple(_fields(child) for child in element if child.tag == "ROW")
    fields = _fields(element, without="ROW")
    return Message(fields.pop("TRADE", ""), fields, rows)


def _cipher(lock: Lock) -> Cipher[Any]:
    # The vendors that use ECB do so whatever is said of it; TLS around it keeps the secret.
    mode = modes.CBC(lock.iv) if lock.mode == "CBC" else modes.ECB()  # noqa: S305
    return Cipher(algorithms.AES(lock.key), mode)


def _taken_apart(result: str) -> re.Match[str]:
    found = _ANSWER.fullmatch(result)
    if found is None:
        raise NotReadable("the answer has no ERROR, or is not of the protocol")
    return found


def _elements(fields: Mapping[str, str]) -> str:
    return "".join(f"<{name}>{escape(value)}</{name}>" for name, value in fields.items() if value)


def _decode(content: bytes, charset: str) -> str:
    """Bytes of one charset often decode in the other, to other words: the declaration has to agree."""
    declared = _DECLARED.match(content)
    if declared and not _is_same(declared[1].decode("ascii"), charset):
        raise NotReadable("the payload is in another charset than agreed")
    try:
        return content.decode(charset)
    except UnicodeDecodeError:
        raise NotReadable("the payload is not in the charset agreed") from None


def _is_same(one: str, other: str) -> bool:
    try:
        return _family(one) == _family(other)
    except LookupError:
        return False


def _family(charset: str) -> str:
    name = codecs.lookup(charset).name
    return "gbk" if name == "gb2312" else name


def _parse(text: str) -> Any:
    try:
        return fromstring(text, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError):
        raise NotReadable("the payload is not XML") from None


def _fields(element: Any, without: str = "") -> dict[str, str]:
    found: dict[str, str] = {}
    for child in element:
        if child.tag == without:
            continue
        if child.tag in found or len(child):
            raise NotReadable(f"the payload has {child.tag} twice, or something in it")
        found[child.tag] = (child.text or "").strip()
    return found


def _from_base64(words: str) -> bytes:
    try:
        return base64.b64decode(words, validate=True)
    except binascii.Error:
        raise ValueError("the key is not base64") from None


_KEY_FORMS: Final = {"text": str.encode, "hex": bytes.fromhex, "base64": _from_base64}
_HEX: Final = r"(?P<hex>(?:[0-9A-Fa-f]{32})*)"
_REQUEST: Final = re.compile(rf"\s*<USER>(?P<user>[^<]{{1,64}})</USER>\s*<m>{_HEX}</m>\s*")
_ANSWER: Final = re.compile(rf"\s*<ERROR>(?P<error>[^<\s]{{1,16}})</ERROR>\s*(?:<r>{_HEX}</r>|<r\s*/>)?\s*")
_DECLARED: Final = re.compile(rb"""<\?xml[^>]*?encoding=["']([A-Za-z0-9._-]+)["']""")
_NO_XML: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
