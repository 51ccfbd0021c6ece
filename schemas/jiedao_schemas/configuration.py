"""A plugin's settings as a marshmallow schema, in the form in which the core knows them.

class Settings(PluginSettings):
    url = setting(fields.Url(required=True, require_tld=False), zh="地址", en="Address")
    key = secret(zh="密钥", en="Key")

configuration = SettingsConfiguration(Settings)
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from marshmallow import RAISE, Schema, ValidationError, fields, missing
from marshmallow import validate as rules

from jiedao.hookspecs.manifest import Field
from jiedao.language import Text
from jiedao.problems import Invalid

_LABEL, _HELP, _SECRET = "label", "help", "secret"
_LOOKS_SECRET: Final = re.compile(r"(?:^|_)(?:key|secret|password|passwd|token|pin|credential)s?$")


class PluginSettings(Schema):
    """Base of every plugin's settings; what is not named is refused."""

    class Meta:
        """Unknown settings are mistakes."""

        unknown = RAISE


AnyField: TypeAlias = fields.Field[Any]


def setting(field: AnyField, *, zh: str, en: str, help_zh: str = "", help_en: str = "") -> AnyField:
    """A setting with its label and help in two languages."""
    field.metadata = {**field.metadata, _LABEL: Text(zh, en), _HELP: Text(help_zh, help_en)}
    return field


def secret(*, zh: str, en: str, help_zh: str = "", help_en: str = "", required: bool = True) -> AnyField:
    """A text that is stored encrypted and never shown again."""
    field = fields.String(required=required, validate=rules.Length(min=1, max=4096), metadata={_SECRET: True})
    return setting(field, zh=zh, en=en, help_zh=help_zh, help_en=help_en)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table. `kind` is that of a setting, or list (texts), or json (whatever else stands inside)."""

    name: str
    kind: str
    label: Text
    required: bool
    choices: tuple[str, ...] = ()
    default: Any = None


@dataclass(frozen=True, slots=True)
class Table:
    """A table: `rows` are objects by column, `map` has a column key and a column value, `list` has the value alone."""

    form: str
    columns: tuple[Column, ...]


class SettingsConfiguration:
    """`jiedao.hookspecs.manifest.Configuration` made from a marshmallow schema."""

    def __init__(self, schema: type[PluginSettings]) -> None:
        self._schema = schema()
        for name, field in self._schema.fields.items():
            if _LABEL not in field.metadata:
                raise TypeError(f"setting {name!r} has no label: declare it with setting(...) or secret(...)")
            if _LOOKS_SECRET.search(name) and not field.metadata.get(_SECRET):
                raise TypeError(f"setting {name!r} looks like a secret: declare it with secret(...)")

    def load(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Checked settings with defaults filled in."""
        try:
            return dict(self._schema.load(dict(given)))
        except ValidationError as refused:
            name, why = _first(_by_field(refused))
            raise Invalid("setting.invalid", _INVALID.format(name=name, why=why), field=name) from None

    def fields(self) -> tuple[Field, ...]:
        """Every setting, for a form."""
        return tuple(_describe(name, field) for name, field in self._schema.fields.items())

    def table(self, name: str) -> Table | None:
        """How a setting of kind table is filled in row by row; None for other settings."""
        return _table(self._schema.fields[name])

    def secrets(self) -> frozenset[str]:
        """Names of the secret settings."""
        return frozenset(n for n, field in self._schema.fields.items() if field.metadata.get(_SECRET))


def _describe(name: str, field: fields.Field[Any]) -> Field:
    choices = next((tuple(map(str, v.choices)) for v in field.validators if isinstance(v, rules.OneOf)), ())
    default = None if field.load_default is missing else field.load_default
    return Field(
        name=name,
        kind="secret" if field.metadata.get(_SECRET) else "choice" if choices else _kind(field),
        label=field.metadata[_LABEL],
        help=field.metadata[_HELP],
        required=field.required,
        choices=choices,
        default=default() if callable(default) else default,
    )


def _kind(field: fields.Field[Any]) -> str:
    for kind, classes in _KINDS.items():
        if isinstance(field, classes):
            return kind
    return "string"


def _table(field: AnyField) -> Table | None:
    if isinstance(field, fields.Dict):
        return Table("map", (_column("key", field.key_field), _column("value", field.value_field)))
    if not isinstance(field, fields.List):
        return None
    if isinstance(field.inner, fields.Nested):
        return Table("rows", tuple(_column(name, one) for name, one in field.inner.schema.fields.items()))
    return Table("list", (_column("value", field.inner),))


def _column(name: str, field: AnyField | None) -> Column:
    """A field of a row; one without a label of its own has that of its name, where that is a usual one."""
    if field is None:
        return Column(name, "string", _COLUMNS.get(name, Text.same(name)), required=True)
    choices = next((tuple(map(str, v.choices)) for v in field.validators if isinstance(v, rules.OneOf)), ())
    default = None if field.load_default is missing else field.load_default
    return Column(
        name,
        "choice" if choices else _cell(field),
        field.metadata.get(_LABEL) or _COLUMNS.get(name) or Text.same(name),
        field.required or name in ("key", "value"),
        choices,
        default() if callable(default) else default,
    )


def _cell(field: AnyField) -> str:
    if isinstance(field, fields.List) and isinstance(field.inner, fields.String):
        return "list"
    return "json" if isinstance(field, (fields.Nested, fields.Dict, fields.List)) else _kind(field)


_COLUMNS: Final = {
    "key": Text(zh="名称", en="Name"),
    "value": Text(zh="内容", en="Value"),
    "code": Text(zh="代码", en="Code"),
    "name": Text(zh="名称", en="Name"),
    "name_zh": Text(zh="中文名称", en="Name in Chinese"),
    "name_en": Text(zh="英文名称", en="Name in English"),
    "category": Text(zh="类别", en="Category"),
    "amount": Text(zh="金额规则", en="Rule for amounts"),
    "account_pattern": Text(zh="户号规则", en="Pattern of accounts"),
    "account_example": Text(zh="户号示例", en="Example of an account"),
    "product": Text(zh="产品", en="Product"),
    "estimate": Text(zh="资费产品代码", en="Code for quotes"),
    "services": Text(zh="可办业务", en="Services"),
    "province": Text(zh="省份", en="Province"),
    "first_grams": Text(zh="首重（克）", en="First step, grams"),
    "first_fen": Text(zh="首重（分）", en="First step, fen"),
    "step_grams": Text(zh="续重（克）", en="Further step, grams"),
    "step_fen": Text(zh="续重（分）", en="Further step, fen"),
    "maximum_grams": Text(zh="最大重量（克）", en="Most, grams"),
    "on": Text(zh="日期", en="Date"),
    "working": Text(zh="工作日", en="Workday"),
    "rate": Text(zh="比率", en="Rate"),
    "from": Text(zh="开始日期", en="From"),
    "to": Text(zh="结束日期", en="Until"),
}
"""Labels of columns that many tables have."""
_KINDS: Final[dict[str, tuple[type[fields.Field[Any]], ...]]] = {
    "integer": (fields.Integer,),
    "decimal": (fields.Decimal,),
    "boolean": (fields.Boolean,),
    "table": (fields.Dict, fields.List),
}


def _by_field(refused: ValidationError) -> Mapping[str, Any]:
    return refused.messages if isinstance(refused.messages, Mapping) else {"_schema": refused.messages}


def _first(messages: Mapping[str, Any], path: str = "") -> tuple[str, str]:
    """The first complaint, with the dotted path of the field it is about."""
    name, inner = next(iter(messages.items()))
    where = f"{path}.{name}" if path else str(name)
    if isinstance(inner, Mapping):
        return _first(inner, where)
    return where, str(inner[0] if isinstance(inner, list) else inner)


_INVALID: Final = Text(zh="设置项“{name}”不对：{why}", en='Setting "{name}" is not right: {why}')
