"""Reading an OpenAPI document for people: endpoints by subject, and bodies as rows with their rules in words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

Document: TypeAlias = Mapping[str, Any]
METHODS: Final = ("get", "post", "put", "patch", "delete")
_DEEPEST: Final = 6


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a body, an answer or a query. `depth` is how far inside it stands; `rules` are its limits."""

    name: str
    depth: int
    kind: str
    required: bool
    rules: tuple[str, ...]
    about: str


@dataclass(frozen=True, slots=True)
class Content:
    """A body or an answer: its media type and, where it is an object, its fields."""

    media_type: str
    about: str
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Reply:
    """What a status brings."""

    status: str
    about: str
    contents: tuple[Content, ...]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One method at one address."""

    anchor: str
    method: str
    path: str
    summary: str
    about: str
    scope: str
    public: bool
    parameters: tuple[tuple[str, Field], ...]
    """Each with the place that it is in: path, query or header."""
    bodies: tuple[Content, ...]
    replies: tuple[Reply, ...]


@dataclass(frozen=True, slots=True)
class Subject:
    """Endpoints that belong together."""

    name: str
    about: str
    endpoints: tuple[Endpoint, ...]


def subjects_of(document: Document) -> list[Subject]:
    """Everything that a document describes, in its own order."""
    found: dict[str, list[Endpoint]] = {tag["name"]: [] for tag in document.get("tags", ())}
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                operation = item[method]
                for tag in operation.get("tags", ())[:1]:
                    found.setdefault(tag, []).append(_endpoint(document, path, item, method))
    about = {tag["name"]: tag.get("description", "") for tag in document.get("tags", ())}
    return [Subject(name, about.get(name, ""), tuple(all_)) for name, all_ in found.items() if all_]


def _endpoint(document: Document, path: str, item: Mapping[str, Any], method: str) -> Endpoint:
    operation = item[method]
    given = [*item.get("parameters", ()), *operation.get("parameters", ())]
    parameters = [_resolved(document, one) for one in given]
    return Endpoint(
        anchor=f"{method}-{re.sub('[^a-z0-9]+', '-', path.removeprefix('/api/v1').lower()).strip('-')}",
        method=method.upper(),
        path=path,
        summary=operation.get("summary", ""),
        about=operation.get("description", ""),
        scope=operation.get("x-scope", ""),
        public=operation.get("security") == [],
        parameters=tuple((one["in"], _parameter(document, one)) for one in parameters),
        bodies=tuple(_contents(document, _resolved(document, operation.get("requestBody", {})))),
        replies=tuple(_replies(document, operation)),
    )


def _parameter(document: Document, one: Mapping[str, Any]) -> Field:
    schema = _resolved(document, one.get("schema", {}))
    kind = _kind(document, schema)
    return Field(one["name"], 0, kind, bool(one.get("required")), _rules(schema), one.get("description", ""))


def _replies(document: Document, operation: Mapping[str, Any]) -> Iterator[Reply]:
    """Of those that succeed; every refusal looks the same and is described once."""
    for status, one in operation.get("responses", {}).items():
        if status.startswith("2"):
            reply = _resolved(document, one)
            yield Reply(status, reply.get("description", ""), tuple(_contents(document, reply)))


def _contents(document: Document, of: Mapping[str, Any]) -> Iterator[Content]:
    for media_type, one in of.get("content", {}).items():
        schema = _resolved(document, one.get("schema", {}))
        yield Content(media_type, schema.get("description", ""), tuple(_fields(document, schema)))


def _fields(document: Document, schema: Mapping[str, Any], depth: int = 0) -> Iterator[Field]:
    """The fields of an object, each followed by what is inside it."""
    if depth >= _DEEPEST:
        return
    required = schema.get("required", ())
    for name, given in schema.get("properties", {}).items():
        inner = _resolved(document, given)
        kind, about = _kind(document, inner), inner.get("description", "")
        yield Field(name, depth, kind, name in required, _rules(inner), about)
        yield from _fields(document, _object_in(document, inner), depth + 1)


def _object_in(document: Document, schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """The object that a field is or lists."""
    if "items" in schema:
        return _resolved(document, schema["items"])
    return schema


def _kind(document: Document, schema: Mapping[str, Any]) -> str:
    said = schema.get("type", "object" if "properties" in schema else "any")
    kinds = said if isinstance(said, list) else [said]
    shown = [_list_of(document, schema) if kind == "array" else kind for kind in kinds]
    if "format" in schema:
        shown[0] = f"{shown[0]} ({schema['format']})"
    return " | ".join(shown)


def _list_of(document: Document, schema: Mapping[str, Any]) -> str:
    return f"[{_kind(document, _resolved(document, schema.get('items', {})))}]"


def _rules(schema: Mapping[str, Any]) -> tuple[str, ...]:
    """Limits, in signs that need no language."""
    rules = []
    if "enum" in schema:
        rules.append(" · ".join(str(value) for value in schema["enum"] if value != ""))
    for least, most, unit in (
        ("minimum", "maximum", ""),
        ("minLength", "maxLength", "‹…›"),
        ("minItems", "maxItems", "[…]"),
    ):
        if least in schema or most in schema:
            rules.append(f"{schema.get(least, '')}–{schema.get(most, '')} {unit}".strip())
    if "pattern" in schema:
        rules.append(str(schema["pattern"]))
    if schema.get("default") not in (None, ""):
        rules.append(f"= {schema['default']}")
    return tuple(rules)


def _resolved(document: Document, schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a reference stands for, and of several possibilities the one that is no null."""
    for several in ("anyOf", "oneOf", "allOf"):
        if several in schema:
            real = [one for one in schema[several] if one.get("type") != "null"]
            return _resolved(document, real[0]) if real else schema
    if "$ref" not in schema:
        return schema
    found: Any = document
    for part in schema["$ref"].removeprefix("#/").split("/"):
        found = found[part]
    return _resolved(document, found)
