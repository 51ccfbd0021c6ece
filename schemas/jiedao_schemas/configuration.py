"""A plugin's settings as a marshmallow schema, in the form in which the core knows them.

class Settings(PluginSettings):
    url = setting(fields.Url(required=True, require_tld=False), zh="地址", en="Address")
    key = secret(zh="密钥", en="Key")

configuration = SettingsConfiguration(Settings)
"""

from __future__ import annotations

import re
from collections.abc import Mapping
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
