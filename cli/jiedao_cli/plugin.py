"""`jiedao plugin`: what is installed, and what each plugin can do and needs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from jiedao.language import Text
from jiedao.problems import NotFound
from jiedao_cli.columns import show
from jiedao_cli.installation import pass_home, quiet_plugins, settings_of
from jiedao_cli.speech import say
from jiedao_cli.spoken import group, within

if TYPE_CHECKING:
    from jiedao.registry.registry import Plugin, Quarantined, Registry

command = group("plugin", Text(zh="已安装的插件：有哪些、会什么、要设置什么。", en="Installed plugins."))


@within(command, "list", Text(zh="列出插件，包括被隔离的。", en="List plugins, those in quarantine too."))
@pass_home
def list_(home: Path) -> None:
    """Needs no database."""
    registry = discovered(home)
    rows = [(p.name, p.manifest.version, p.manifest.title, " ".join(p.manifest.families)) for p in _good(registry)]
    bad = [(q.name, "", _QUARANTINED, q.why) for q in registry.quarantined.values()]
    show(_HEADINGS, [*rows, *bad])


@within(command, "show", Text(zh="显示一个插件的能力和设置项。", en="Show what a plugin can do and needs."))
@click.argument("name")
@pass_home
def show_(home: Path, name: str) -> int:
    """3 when it is in quarantine."""
    registry = discovered(home)
    if name in registry.quarantined:
        _show_quarantined(registry.quarantined[name])
        return 3
    if name not in registry.plugins:
        raise NotFound("plugin.missing", _MISSING.format(name=name), field="name")
    _show(registry.plugins[name])
    return 0


def discovered(home: Path) -> Registry:
    """The installed plugins."""
    from jiedao.registry.registry import Registry

    quiet_plugins()
    return Registry(blocked=settings_of(home).blocked).discover()


def _good(registry: Registry) -> list[Plugin]:
    return [registry.plugins[name] for name in sorted(registry.plugins)]


def _show(plugin: Plugin) -> None:
    manifest = plugin.manifest
    say(f"{plugin.name} {manifest.version} ({plugin.origin})")
    say(manifest.title)
    say(_FAMILIES, names=" ".join(manifest.families))
    say(_ABILITIES, names=" ".join(sorted(manifest.abilities)) or "-")
    say(_HOOKS, names=" ".join(sorted(plugin.hooks)))
    for hook, recovery in manifest.recovery.items():
        say(_RECOVERY, hook=hook, recovery=recovery.value)
    say("")
    rows = [
        (
            field.name,
            field.kind,
            _YES if field.required else "",
            "" if field.default is None else str(field.default),
            Text(f"{field.label.zh} {field.help.zh}", f"{field.label.en}. {field.help.en}"),
        )
        for field in manifest.configuration.fields()
    ]
    show(_SETTINGS, rows)


def _show_quarantined(plugin: Quarantined) -> None:
    say(f"{plugin.name} ({plugin.origin})")
    say(_WHY, why=plugin.why)
    say(plugin.details)


_HEADINGS: Final = (Text("名称", "NAME"), Text("版本", "VERSION"), Text("标题", "TITLE"), Text("类别", "FAMILIES"))
_SETTINGS: Final = (
    Text("设置项", "SETTING"),
    Text("类型", "KIND"),
    Text("必填", "REQUIRED"),
    Text("默认", "DEFAULT"),
    Text("说明", "MEANING"),
)
_YES: Final = Text("是", "yes")
_QUARANTINED: Final = Text(zh="【已隔离】", en="IN QUARANTINE")
_MISSING: Final = Text(zh="没有插件 {name}", en="There is no plugin {name}")
_FAMILIES: Final = Text(zh="类别：{names}", en="families: {names}")
_ABILITIES: Final = Text(zh="能力：{names}", en="abilities: {names}")
_HOOKS: Final = Text(zh="接口：{names}", en="hooks: {names}")
_RECOVERY: Final = Text(zh="{hook} 没有答复时：{recovery}", en="{hook} without an answer: {recovery}")
_WHY: Final = Text(zh="已隔离：{why}", en="in quarantine: {why}")
