"""The kinds of values that API bodies are made of. Messages are keys of `REASONS`, so that both languages can be said.

Money is integer fen and arrives as a JSON whole number: no text, no floats, no booleans.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence, Set
from typing import Any, Final

from marshmallow import RAISE, Schema, ValidationError, fields, missing, validate

from jiedao.language import Text

MOST_FEN: Final = 100_000_000_00
"""One hundred million yuan: more is a typing mistake."""


class Body(Schema):
    """Base of everything that comes in; what is not named is refused."""

    error_messages = {"unknown": "unknown", "type": "object"}  # noqa: RUF012 (a name of marshmallow)

    class Meta:
        """A field that nobody knows is a mistake of the client."""

        unknown = RAISE


class Shown(Schema):
    """Base of everything that goes out: values of the core, read by attribute or by key."""

    def get_attribute(self, obj: Any, attr: str, default: Any) -> Any:
        """No guessing of dotted paths or indexes. A set has no order of its own, so it goes out sorted."""
        value = obj.get(attr, default) if isinstance(obj, Mapping) else getattr(obj, attr, default)
        return sorted(value) if isinstance(value, Set) else value


class _Words(fields.String):
    """Text without control characters (a line break is fine) and without half characters."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        words: str = super()._deserialize(value, attr, data, **kwargs)
        if not words.isprintable() and any(_unfit(char) for char in words):
            raise ValidationError("control")
        return words


class _Flag(fields.Boolean):
    """True or false, and not a word for it."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> bool:
        if not isinstance(value, bool):
            raise ValidationError("flag")
        return value


class _Length(validate.Length):
    """A length in characters; of nothing at all it is said that it is missing."""

    def __call__(self, value: Any) -> Any:
        if not value and self.min:
            raise ValidationError("required")
        return super().__call__(value)


def words(most: int = 200, *, least: int = 1, default: Any = missing) -> fields.String:
    """Text of `least` to `most` characters; required unless there is a default."""
    return _Words(validate=_Length(least, most, error=f"length:{least}:{most}"), **_options("words", default))


def choice(*values: str, default: Any = missing) -> fields.String:
    """One of a few words."""
    return _Words(validate=validate.OneOf(values, error=f"choice:{'/'.join(values)}"), **_options("words", default))


def whole(least: int, most: int, *, default: Any = missing) -> fields.Integer:
    """A JSON whole number."""
    within = validate.Range(least, most, error=f"between:{least}:{most}")
    return fields.Integer(strict=True, validate=within, **_options("whole", default))


def fen(*, least: int = 1, default: Any = missing) -> fields.Integer:
    """Money."""
    return whole(least, MOST_FEN, default=default)


def counted(usual: int = 20) -> fields.Integer:
    """A number in a query, where everything is text."""
    within = validate.Range(1, 100, error="between:1:100")
    return fields.Integer(validate=within, **_options("whole", usual))


def flag(*, default: Any = missing) -> fields.Boolean:
    """A JSON boolean."""
    return _Flag(**_options("flag", default))


def day(*, name: str | None = None, default: Any = missing) -> fields.Date:
    """A date, 2026-11-30, under a name that Python may keep for itself (from)."""
    return fields.Date(format="iso", data_key=name, allow_none=default is None, **_options("date", default))


def clock() -> fields.Time:
    """A time of day, 21:00."""
    return fields.Time(format="%H:%M", **_options("clock", missing))


def many(of: type[Schema], most: int, *, default: Any = missing) -> fields.List[Any]:
    """Objects, `most` of them at most, and at least one unless there is a default."""
    least = 1 if default is missing else 0
    inner: fields.Nested = fields.Nested(of, error_messages={"type": "object"})
    return fields.List(
        inner, validate=validate.Length(least, most, error=f"length:{least}:{most}"), **_options("list", default)
    )


def one(of: type[Schema], *, default: Any = missing) -> fields.Nested:
    """An object."""
    options = _options("object", default)
    return fields.Nested(of, **{**options, "error_messages": {**options["error_messages"], "type": "object"}})


def moment() -> fields.AwareDateTime:
    """An instant with its offset, such as 2026-11-30T09:30:00+08:00; null and missing mean now."""
    options = _options("moment", None)
    says = {**options["error_messages"], "invalid_awareness": "moment"}
    return fields.AwareDateTime(format="iso", allow_none=True, **{**options, "error_messages": says})


def several(inner: fields.String, most: int, *, default: Any = missing) -> fields.List[Any]:
    """Texts, `most` of them at most, and at least one unless there is a default."""
    least = 1 if default is missing else 0
    within = validate.Length(least, most, error=f"length:{least}:{most}")
    return fields.List(inner, validate=within, **_options("list", default))


def texts(most: int) -> fields.Dict:
    """Texts by name, such as what identifies a customer at a biller."""
    within = validate.Length(max=most, error=f"length:0:{most}")
    return fields.Dict(keys=words(40), values=words(200, least=0), validate=within, **_options("object", missing))


def anything(*, default: Any = missing) -> fields.Dict:
    """An object whose inside somebody else checks (a plugin its settings)."""
    return fields.Dict(keys=words(60), **_options("object", default))


def _options(kind: str, default: Any) -> dict[str, Any]:
    says = {"required": "required", "null": "null", "too_large": kind, "invalid_utf8": kind, "invalid": kind}
    optional: dict[str, Any] = {"required": True} if default is missing else {"load_default": default}
    return {**optional, "error_messages": {**says, "format": kind}}


def _unfit(char: str) -> bool:
    return char != "\n" and unicodedata.category(char) in ("Cc", "Cs")


def reason(key: str) -> Text:
    """What a message of a field says; the message of a stranger as it is."""
    name, *values = key.split(":")
    known = REASONS.get(name)
    return known.format(**dict(zip(_PLACES, values, strict=False))) if known else Text.same(key)


def flatten(messages: Any, path: str = "") -> Sequence[tuple[str, str]]:
    """Every complaint of marshmallow with the dotted path of the field that it is about."""
    if isinstance(messages, Mapping):
        return [pair for name, inner in messages.items() for pair in flatten(inner, _join(path, str(name)))]
    return [(path, str(message)) for message in (messages if isinstance(messages, list) else [messages])]


def _join(path: str, name: str) -> str:
    if name in ("_schema", "value"):
        return path
    return f"{path}.{name}" if path else name


_PLACES: Final = ("one", "two")
REASONS: Final = {
    "unknown": Text(zh="没有这一项", en="there is no such field"),
    "required": Text(zh="必须填写", en="is required"),
    "null": Text(zh="不能为 null", en="must not be null"),
    "object": Text(zh="应为对象", en="must be an object"),
    "list": Text(zh="应为列表", en="must be a list"),
    "words": Text(zh="应为文本", en="must be text"),
    "control": Text(zh="含有控制字符或损坏的字符", en="holds control characters or damaged ones"),
    "whole": Text(zh="应为整数", en="must be a whole number"),
    "flag": Text(zh="应为 true 或 false", en="must be true or false"),
    "date": Text(zh="应为日期，例如 2026-11-30", en="must be a date such as 2026-11-30"),
    "clock": Text(zh="应为时间，例如 21:00", en="must be a time such as 21:00"),
    "moment": Text(
        zh="应为带时区的时间，例如 2026-11-30T09:30:00+08:00", en="must be a time such as 2026-11-30T09:30:00+08:00"
    ),
    "between": Text(zh="应在 {one} 到 {two} 之间", en="must be from {one} to {two}"),
    "length": Text(zh="长度应在 {one} 到 {two} 之间", en="must have a length from {one} to {two}"),
    "id": Text(zh="只能用字母、数字、点、- 和 _，以字母或数字开头", en="must be letters, digits, dots, - and _ only"),
    "choice": Text(zh="应为其中之一：{one}", en="must be one of {one}"),
}
"""What is wrong with a field, to follow its name."""
