"""Residents: names as given, numbers encrypted with a keyed blind index, cards tied to their holder."""

from __future__ import annotations

import re
import unicodedata
from collections import ChainMap
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import or_, select, update

from jiedao.directory.caller import Caller, audit
from jiedao.directory.phones import checked_phone, plain_phone
from jiedao.directory.places import street
from jiedao.ids import new_id
from jiedao.language import Text
from jiedao.points.lots import open_account
from jiedao.problems import Conflict, Invalid, NotFound
from jiedao.store import tables
from jiedao.store.direct import AlreadyThere, Row
from jiedao.store.keyring import Keyring
from jiedao.store.unit import STREET, Tx, param

_DOTS: Final = str.maketrans(dict.fromkeys("\u2022\u2027\u2219\u22c5\u30fb\uff0e\uff65", "\u00b7"))
_NUMBER, _PHONE = "resident_number", "resident_phone"


@dataclass(frozen=True, slots=True)
class Resident:
    """A resident as staff see one: the number masked."""

    id: str
    name: str
    number: str
    """Masked, such as 1506********0011, or empty."""


@dataclass(frozen=True, slots=True)
class Identity:
    """A resident as an outside system has to know them; never for a screen, a log or a row."""

    name: str
    number: str = field(repr=False)


class Residents:
    """The residents of all streets."""

    def __init__(self, keyring: Keyring) -> None:
        self._keyring = keyring

    def add(self, tx: Tx, name: str, *, number: str = "", phone: str = "") -> Resident:
        """Register a resident. `Invalid` for a name that cannot be right; `Conflict` when the number is known."""
        name, number, phone = checked_name(name), checked_number(number), self.checked_phone(tx, phone)
        id_ = new_id()
        known = _named(name) | self._numbered(tx, id_, number) | self._reached(tx, id_, phone)
        try:
            tx.add(tables.resident, id=id_, created_at=tx.now, **known)
        except AlreadyThere:
            raise Conflict("resident.exists", _EXISTS, field="number") from None
        open_account(tx, id_)
        return Resident(id_, name, masked(number))

    def correct(
        self, tx: Tx, id_: str, *, name: str | None = None, number: str | None = None, phone: str | None = None
    ) -> frozenset[str]:
        """Correct what was registered: None stays as it is, an empty number or phone is taken away.

        Returns what has changed by it. `Conflict` when another resident has the number.
        """
        row, given = _row(tx, id_), dict[str, dict[str, Any]]()
        if name is not None:
            given["name"] = _named(checked_name(name))
        if number is not None:
            given["number"] = self._numbered(tx, id_, checked_number(number))
        if phone is not None:
            given["phone"] = self._reached(tx, id_, self.checked_phone(tx, phone))
        changed = {what: new for what, new in given.items() if new[_BY[what]] != getattr(row, _BY[what])}
        index = changed.get("number", {}).get("id_index")
        if index and tx.first(_BY_NUMBER, number=index) is not None:
            raise Conflict("resident.exists", _EXISTS, field="number")
        if changed:
            new = ChainMap(*changed.values(), {column: getattr(row, column) for column in _CORRECTED})
            tx.change(_CORRECT, id_=id_, **{f"{column}_": value for column, value in new.items()})
        return frozenset(changed)

    def find(self, tx: Tx, words: str) -> list[Resident]:
        """By number, phone, points card or the beginning of the name; at most 20."""
        words = words.strip()
        if not words:
            return []
        rows = tx.rows(
            _FIND,
            number=self._blind(tx, words.upper(), _NUMBER),
            phone=self._blind(tx, plain_phone(words, street(tx).country), _PHONE),
            card=words,
            name=_like(folded(words)),
        )
        return [_resident(row) for row in rows]

    def get(self, tx: Tx, id_: str) -> Resident:
        """One resident."""
        return _resident(_row(tx, id_))

    def reveal(self, tx: Tx, caller: Caller, id_: str, reason: str) -> str:
        """The whole number, for a reason that is kept for ever."""
        if len(reason.strip()) < _REASON:
            raise Invalid("reveal.reason", _WHY, field="reason")
        row = _row(tx, id_)
        audit(tx, caller, "reveal", f"resident {id_}", reason)
        return self._open(tx, row.id_sealed, _NUMBER, id_)

    def identity(self, tx: Tx, id_: str) -> Identity:
        """Name and number in clear, to be sent to an outside system that goes by them."""
        row = _row(tx, id_)
        return Identity(row.name, self._open(tx, row.id_sealed, _NUMBER, id_))

    def of_number(self, tx: Tx, number: str) -> Resident | None:
        """The resident who has exactly this number."""
        row = tx.first(_BY_NUMBER, number=self._blind(tx, number.strip().upper(), _NUMBER) or "")
        return _resident(row) if row else None

    def phone_digest(self, tx: Tx, phone: str) -> str:
        """What stands for a phone number where the number itself must not: equal for equal numbers of one street."""
        return self._keyring.blind(self.checked_phone(tx, phone), _PHONE, tx.street)

    def behind(self, tx: Tx, digest: str) -> list[Resident]:
        """The residents who share a phone number (`phone_digest`), a household at most."""
        return [_resident(row) for row in tx.rows(_BEHIND, phone=digest)]

    def checked_phone(self, tx: Tx, phone: str) -> str:
        """A phone number as this street keeps it (see `phones`); `Invalid` for what is none."""
        return checked_phone(phone, street(tx).country)

    def phone(self, tx: Tx, id_: str) -> str:
        """The whole phone number, for a message to it; never for showing. Empty where none is known."""
        row = _row(tx, id_)
        return self._open(tx, row.phone_sealed, _PHONE, id_)

    def tie_card(self, tx: Tx, connection: str, card: str, resident: str, member: str) -> None:
        """Note whose points card this is."""
        _row(tx, resident)
        try:
            tx.add(tables.card, card=card, connection=connection, resident=resident, member=member)
        except AlreadyThere:
            raise Conflict("card.tied", _TIED, field="card") from None

    def holder(self, tx: Tx, card: str) -> Resident | None:
        """The resident who holds a points card, if it is tied to one."""
        row = tx.first(_HOLDER, card=card)
        return _resident(row) if row else None

    def cards(self, tx: Tx, resident: str) -> list[str]:
        """The points cards of a resident."""
        return [row.card for row in tx.rows(_CARDS, resident=resident)]

    def _numbered(self, tx: Tx, id_: str, number: str) -> dict[str, Any]:
        return {
            "id_sealed": self._seal(tx, number, _NUMBER, id_),
            "id_index": self._blind(tx, number, _NUMBER),
            "id_masked": masked(number) or None,
        }

    def _reached(self, tx: Tx, id_: str, phone: str) -> dict[str, Any]:
        return {
            "phone_sealed": self._seal(tx, phone, _PHONE, id_),
            "phone_index": self._blind(tx, phone, _PHONE),
        }

    def _seal(self, tx: Tx, plain: str, purpose: str, id_: str) -> bytes | None:
        return self._keyring.seal(plain, purpose, f"{tx.street}/{id_}") if plain else None

    def _open(self, tx: Tx, sealed: bytes | None, purpose: str, id_: str) -> str:
        return self._keyring.open(sealed, purpose, f"{tx.street}/{id_}") if sealed else ""

    def _blind(self, tx: Tx, plain: str, purpose: str) -> str | None:
        return self._keyring.blind(plain, purpose, tx.street) if plain else None


def _named(name: str) -> dict[str, Any]:
    return {"name": name, "folded": folded(name)}


def masked_name(name: str) -> str:
    """A name as one is recognised by it who knows it: the first character, then stars, two at most."""
    return name[:1] + "*" * min(max(len(name) - 1, 1), 2) if name else ""


def checked_name(name: str) -> str:
    """A name as given, NFC; up to 100 bytes of UTF-8. Replacement characters mean that it was damaged on the way."""
    name = unicodedata.normalize("NFC", name.strip())
    if not name or len(name.encode()) > _NAME_BYTES:
        raise Invalid("name.length", _NAME_LENGTH, field="name")
    if any(map(_damaged, name)):
        raise Invalid("name.damaged", _NAME_DAMAGED, field="name")
    return name


def _damaged(character: str) -> bool:
    """Whether it cannot be part of a name. Ideographs newer than our tables of Unicode (planes 2 and 3) can."""
    rare = 0x20000 <= ord(character) <= 0x3FFFD
    return character in "?\ufffd" or (unicodedata.category(character).startswith("C") and not rare)


def folded(name: str) -> str:
    """A name for matching only: one kind of middle dot, no spaces, no case."""
    return unicodedata.normalize("NFKC", name.translate(_DOTS)).replace(" ", "").casefold()


def checked_number(number: str) -> str:
    """A resident's number, upper case; a Chinese one (18 characters) must have its check digit (GB 11643)."""
    number = number.strip().upper()
    if number and not re.fullmatch(r"[0-9A-Z-]{4,32}", number):
        raise Invalid("number.malformed", _NUMBER_WRONG, field="number")
    if re.fullmatch(r"[0-9]{17}[0-9X]", number) and _check_digit(number) != number[-1]:
        raise Invalid("number.check_digit", _NUMBER_DIGIT, field="number")
    return number


def masked(number: str) -> str:
    """The first four and the last four characters; a short number not at all."""
    return f"{number[:4]}{'*' * (len(number) - 8)}{number[-4:]}" if len(number) > 8 else "*" * len(number)


def _check_digit(number: str) -> str:
    """MOD 11-2 of GB 11643 (ISO 7064)."""
    total = sum(int(digit) * (2 ** (17 - place) % 11) for place, digit in enumerate(number[:17]))
    return "10X98765432"[total % 11]


def _like(words: str) -> str:
    return re.sub(r"([\\%_])", r"\\\1", words) + "%"


def _row(tx: Tx, id_: str) -> Row:
    row = tx.first(_ONE, id_=id_)
    if row is None:
        raise NotFound("resident.missing", _MISSING, field="resident")
    return row


def _resident(row: Row) -> Resident:
    return Resident(row.id, row.name, row.id_masked or "")


_REASON: Final = 4
_NAME_BYTES: Final = 100
_R, _C = tables.resident.c, tables.card.c
_ONE: Final = select(tables.resident).where(_R.street == STREET, _R.id == param("id"))
_BY: Final = {"name": "name", "number": "id_index", "phone": "phone_index"}
"""By which column one sees whether something has changed."""
_CORRECTED: Final = ("name", "folded", "id_sealed", "id_index", "id_masked", "phone_sealed", "phone_index")
_CORRECT: Final = (
    update(tables.resident)
    .where(_R.street == STREET, _R.id == param("id"))
    .values({column: param(column) for column in _CORRECTED})
)
_BY_NUMBER: Final = select(tables.resident).where(_R.street == STREET, _R.id_index == param("number"))
_BEHIND: Final = (
    select(tables.resident)
    .where(_R.street == STREET, _R.phone_index == param("phone"))
    .order_by(_R.folded, _R.id)
    .limit(12)
)
_CARD_OF: Final = select(_C.resident).where(_C.street == STREET, _C.card == param("card"))
_FIND: Final = (
    select(tables.resident)
    .where(
        _R.street == STREET,
        or_(
            _R.id_index == param("number"),
            _R.phone_index == param("phone"),
            _R.folded.like(param("name"), escape="\\"),
            _R.id.in_(_CARD_OF),
        ),
    )
    .order_by(_R.folded, _R.id)
    .limit(20)
)
_HOLDER: Final = select(tables.resident).where(_R.street == STREET, _R.id.in_(_CARD_OF))
_CARDS: Final = select(_C.card).where(_C.street == STREET, _C.resident == param("resident")).order_by(_C.card)
_EXISTS: Final = Text(zh="这个证件号码已经登记", en="A resident with this number is registered already")
_MISSING: Final = Text(zh="没有这位居民", en="There is no such resident")
_TIED: Final = Text(zh="这张积分卡已经绑定", en="This points card is tied to a resident already")
_WHY: Final = Text(zh="请写明查看完整号码的理由", en="Say why you need to see the whole number")
_NAME_LENGTH: Final = Text(zh="姓名不能为空，也不能超过 100 字节", en="A name has 1 to 100 bytes")
_NAME_DAMAGED: Final = Text(
    zh="姓名中有损坏的字符（? 或 U+FFFD），请重新录入",
    en="The name holds damaged characters (? or U+FFFD); enter it again",
)
_NUMBER_WRONG: Final = Text(zh="证件号码写法不对", en="This is not an identity number")
_NUMBER_DIGIT: Final = Text(zh="证件号码校验位不对", en="The check digit of the identity number is wrong")
