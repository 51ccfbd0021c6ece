"""A plugin's settings as fields of a form, made from its schema and filled with what is set."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from jiedao.hookspecs.manifest import Configuration, Field
from jiedao_schemas.configuration import SettingsConfiguration


@dataclass(frozen=True, slots=True)
class Input:
    """One setting in the form. `value` is text; of a boolean it is true or false, of a secret nothing."""

    id: str
    name: str
    kind: str
    label: str
    help: str
    required: bool
    choices: tuple[str, ...]
    value: Any
    is_set: bool
    """Of a secret: whether one is kept."""
    table: str
    """JSON for the script: form, columns with labels, rows."""
    empty: str
    """What an empty input says: omit (it stays as it is), null (it goes), or nothing special."""


def inputs(
    configuration: Configuration,
    spoken: str,
    settings: Mapping[str, Any] | None = None,
    secrets: Collection[str] = (),
) -> list[Input]:
    """Every setting, with what is set or else its default; `settings` is None for a new connection."""
    return [_input(configuration, field, spoken, settings, secrets) for field in configuration.fields()]


def _input(
    configuration: Configuration,
    field: Field,
    spoken: str,
    settings: Mapping[str, Any] | None,
    secrets: Collection[str],
) -> Input:
    value = (settings or {}).get(field.name, field.default)
    kind, table = field.kind, ""
    if kind == "table":
        kind, table, value = _as_table(configuration, field, spoken, value)
    elif kind == "secret":
        value = ""
    return Input(
        f"setting-{field.name}",
        f"settings.{field.name}",
        kind,
        field.label.in_(spoken),
        field.help.in_(spoken),
        field.required,
        field.choices,
        value if isinstance(value, bool) else "" if value is None else str(value),
        field.name in secrets,
        table,
        _empty(field, new=settings is None),
    )


def _as_table(configuration: Configuration, field: Field, spoken: str, value: Any) -> tuple[str, str, str]:
    """Rows where the schema tells the columns; else the value as JSON."""
    plain = json.dumps(value if value is not None else [], ensure_ascii=False)
    found = configuration.table(field.name) if isinstance(configuration, SettingsConfiguration) else None
    if found is None:
        return "json", "", plain
    columns = [
        {**asdict(column), "label": column.label.in_(spoken), "default": _plain(column.default)}
        for column in found.columns
    ]
    rows = value if value is not None else ({} if found.form == "map" else [])
    told = {"form": found.form, "columns": columns, "value": rows, "label": field.label.in_(spoken)}
    return "table", json.dumps(told, ensure_ascii=False, default=str), json.dumps(rows, ensure_ascii=False, default=str)


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, (str, int, bool, list, dict)) else str(value)


def _empty(field: Field, *, new: bool) -> str:
    if field.kind == "secret" or (new and not field.required):
        return OMIT
    return "" if field.required else NULL


OMIT: Final = "omit"
NULL: Final = "null"
