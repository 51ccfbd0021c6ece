"""The rules of the plugin contract, checked when a plugin is registered, before anything of it runs.

pluggy itself allows more than we do, and its versions differ in how they treat defaults on implementations. Every
refusal is a sentence that names the plugin, the hook and the argument.
"""

from __future__ import annotations

import inspect
import typing
from collections.abc import Callable, Iterator
from typing import Any, Final

from jiedao.hookspecs.manifest import Manifest, Recovery
from jiedao.hookspecs.marker import PROJECT
from jiedao.registry.families import HOOKS, MODULES, HookSpec, name_of

_MARK: Final = f"{PROJECT}_impl"


class BadPlugin(Exception):
    """The plugin does not keep the contract; the message says where."""


def implementations(plugin: object) -> dict[str, Callable[..., Any]]:
    """Functions of a plugin that are marked as hook implementations, by name."""
    found = {}
    for name in dir(plugin):
        member = inspect.getattr_static(plugin, name)
        function = member.__func__ if isinstance(member, staticmethod | classmethod) else member
        if getattr(function, _MARK, None) is not None:
            found[name] = getattr(plugin, name)
    return found


def check_hooks(name: str, plugin: object) -> dict[str, Callable[..., Any]]:
    """The plugin's implementations; `BadPlugin` for the first one that breaks a rule."""
    found = implementations(plugin)
    for hook, function in found.items():
        for complaint in _complaints(hook, function):
            raise BadPlugin(f"plugin {name}, hook {hook}: {complaint}")
    if "describe" not in found:
        raise BadPlugin(f"plugin {name}, hook describe: every plugin must describe itself, and this one does not")
    return found


def check_manifest(name: str, manifest: object, hooks: typing.Iterable[str]) -> Manifest:
    """What `describe` returned; `BadPlugin` when it claims what it has not, or leaves out what it must say."""
    if not isinstance(manifest, Manifest):
        raise BadPlugin(f"plugin {name}, hook describe: returned {type(manifest).__name__}, not a Manifest")
    for complaint in _false_claims(manifest, frozenset(hooks)):
        raise BadPlugin(f"plugin {name}, {complaint}")
    if manifest.name != name:
        raise BadPlugin(f"plugin {name}, hook describe: it calls itself {manifest.name!r}")
    return manifest


def _complaints(hook: str, function: Callable[..., Any]) -> Iterator[str]:
    options = getattr(function, _MARK)
    spec = HOOKS.get(hook)
    if options.get("specname"):
        yield "an implementation must bear the name of its hook; specname is not allowed"
    if options.get("wrapper") or options.get("hookwrapper"):
        yield "wrappers are not allowed: a plugin must not stand around another plugin's call"
    if spec is None:
        yield f"there is no such hook; the hooks are {', '.join(sorted(HOOKS))}"
    else:
        yield from _wrong_arguments(spec, function)


def _wrong_arguments(spec: HookSpec, function: Callable[..., Any]) -> Iterator[str]:
    parameters = inspect.signature(function).parameters
    expected = [] if spec.request is None else ["request"]
    for name, parameter in parameters.items():
        if parameter.kind is not inspect.Parameter.POSITIONAL_OR_KEYWORD:
            yield f"argument {name} is {parameter.kind.description}; it must be an ordinary positional argument"
        if name not in expected:
            yield f"argument {name} is not in the contract, which has {expected or 'no arguments'}"
        if parameter.default is not inspect.Parameter.empty:
            yield f"argument {name} has a default value; the core always passes every argument"
    for name in expected:
        if name not in parameters:
            yield f"argument {name} is missing"
    yield from _wrong_types(spec, function)


def _wrong_types(spec: HookSpec, function: Callable[..., Any]) -> Iterator[str]:
    try:
        hints = typing.get_type_hints(function)
    except Exception as unresolved:
        yield f"the annotations cannot be read: {unresolved}"
        return
    wanted = {"return": spec.returns} | ({} if spec.request is None else {"request": spec.request})
    for name, hint in wanted.items():
        what = "the result" if name == "return" else f"argument {name}"
        if name not in hints:
            yield f"{what} has no type; the contract says {name_of(hint)}"
        elif hints[name] != hint:
            yield f"{what} is {name_of(hints[name])}; the contract says {name_of(hint)}"


def _false_claims(manifest: Manifest, hooks: frozenset[str]) -> Iterator[str]:
    for family in manifest.families:
        if family not in MODULES:
            yield f"manifest: there is no family {family!r}"
    for hook, recovery in manifest.recovery.items():
        if hook not in hooks:
            yield f"manifest: recovery is declared for {hook}, which the plugin does not implement"
        through = _recovers_through(hook, recovery)
        if through and through not in hooks:
            yield f"hook {hook}: recovery {recovery} needs {through}, which the plugin does not implement"
    for hook in hooks:
        family = HOOKS[hook].family
        if hook not in OF_EVERYONE and family not in manifest.families:
            yield f"hook {hook}: the manifest does not name its family {family}"
    for ability in manifest.abilities:
        needed = ABILITY_HOOKS.get(ability)
        if needed is None:
            yield f"manifest: there is no ability {ability!r}"
        elif needed not in hooks:
            yield f"manifest: ability {ability} needs hook {needed}, which the plugin does not implement"


def _recovers_through(hook: str, recovery: Recovery) -> str:
    if recovery is Recovery.REVERSE:
        return "payment_reverse"
    if recovery is Recovery.QUERY:
        return QUERY_HOOKS.get(hook, f"{hook}_query")
    return ""


OF_EVERYONE: Final = frozenset({"describe", "check_connection", "parse_notice"})
"""Hooks that a plugin of any family may have."""
QUERY_HOOKS: Final = {
    "payment_start": "payment_query",
    "biller_pay": "biller_query",
    "points_claim": "points_claim_query",
    "postal_create": "postal_query",
    "postal_dispatch": "postal_dispatch_query",
    "certification_submit": "certification_query",
    "notify_send": "notify_query",
}
"""Acts that can be asked about, and the question. Its request has no field that the act's request has not."""
ABILITY_HOOKS: Final = {
    "void": "payment_void",
    "refund": "payment_refund",
    "partial_refund": "payment_refund",
    "batch": "payment_batch_close",
    "capture": "payment_capture",
    "settlement": "payment_settlement",
    "fetch": "biller_fetch",
    "validate": "biller_validate",
    "cancel": "biller_cancel",
    "import": "biller_import",
    "export": "biller_export",
    "serviceable": "postal_serviceable",
    "withdraw": "postal_cancel",
    "dispatch": "postal_dispatch",
    "offices": "postal_offices",
    "proof": "postal_proof",
    "outbox": "postal_outbox",
    "complain": "postal_complain",
    "own_numbers": "postal_create",
    "batch_lookup": "certification_batch",
    "history": "certification_history",
    "sms": "notify_send",
    "email": "notify_send",
    "notice": "parse_notice",
}
