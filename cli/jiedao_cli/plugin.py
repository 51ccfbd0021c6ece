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
from jiedao_cli.spoken import group, option, within

if TYPE_CHECKING:
    from jiedao.registry.registry import Plugin, Quarantined, Registry

FAMILIES: Final = ("payment", "biller", "postal", "points", "certification", "service")
command = group("plugin", Text(zh="已安装的插件：有哪些、会什么、要设置什么。", en="Installed plugins."))


@within(command, "list", Text(zh="列出插件，包括被隔离的。", en="List plugins, those in quarantine too."))
@pass_home
def list_(home: Path) -> None:
    """Needs no database."""
    registry = discovered(home)
    rows = [_row(plugin) for plugin in _good(registry)]
    bad = [(q.name, "", "", _QUARANTINED, q.why) for q in registry.quarantined.values()]
    show(_HEADINGS, [*rows, *bad])


@within(command, "show", Text(zh="显示一个插件的能力和设置项。", en="Show what a plugin can do and needs."))
@click.argument("name")
@pass_home
def show_(home: Path, name: str) -> int:
    """3 when it is in quarantine."""
    found = _found(home, name)
    if found is None:
        return 3
    _show(found)
    return 0


@within(
    command,
    "new",
    Text(zh="新建一个插件：九个文件，测试一开始就是绿的。", en="Begin a new plugin: nine files whose tests are green."),
)
@click.argument("name")
@option("--family", required=True, type=click.Choice(FAMILIES), says=Text(zh="类别", en="Family"))
@option(
    "--into",
    default=".",
    type=click.Path(file_okay=False, path_type=Path),
    says=Text(zh="写到这个文件夹里", en="The folder to write it into"),
)
def new(name: str, family: str, into: Path) -> None:
    """Needs no installation."""
    from jiedao_cli.plugin_work import begin

    begin(name, family, into)


@within(
    command,
    "check",
    Text(
        zh="对插件做一致性检查。有测试台（--bench）就对着替身；用 --against 对着真实的测试系统。",
        en="Check a plugin with the conformance kit: against its bench's stand-in, or --against a live test system.",
    ),
)
@click.argument("name")
@option("--bench", default="", metavar="FILE|MODULE[:NAME]", says=Text(zh="测试台", en="The bench"))
@option(
    "--against",
    default=None,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    says=Text(zh="真实测试系统的设置文件（JSON）", en="Settings of a live test system (JSON)"),
)
@option("--write", is_flag=True, says=Text(zh="把结果写到插件旁边", en="Write the result beside the plugin's code"))
@pass_home
def check_(home: Path, name: str, bench: str, against: Path | None, write: bool) -> int:
    """1 when a check failed, 3 when the plugin is in quarantine."""
    from jiedao_cli.plugin_work import check

    found = _found(home, name)
    return check(name, found.implementation, bench, against, write=write) if found else 3


def _found(home: Path, name: str) -> Plugin | None:
    """The plugin; None, and why, when it is in quarantine."""
    registry = discovered(home)
    if name in registry.quarantined:
        _show_quarantined(registry.quarantined[name])
        return None
    if name not in registry.plugins:
        raise NotFound("plugin.missing", _MISSING.format(name=name), field="name")
    return registry.plugins[name]


def discovered(home: Path) -> Registry:
    """The installed plugins."""
    from jiedao.registry.registry import Registry

    quiet_plugins()
    return Registry(blocked=settings_of(home).blocked).discover()


def _good(registry: Registry) -> list[Plugin]:
    return [registry.plugins[name] for name in sorted(registry.plugins)]


def _row(plugin: Plugin) -> tuple[Text | str, ...]:
    manifest = plugin.manifest
    return plugin.name, manifest.version, _LEVELS[plugin.quality.level], manifest.title, " ".join(manifest.families)


def _show(plugin: Plugin) -> None:
    manifest = plugin.manifest
    say(f"{plugin.name} {manifest.version} ({plugin.origin})")
    say(manifest.title)
    say(_QUALITY, level=_LEVELS[plugin.quality.level], passed=plugin.quality.passed)
    for case, why in plugin.quality.skipped.items():
        say(_SKIPPED, case=case, why=why)
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


_HEADINGS: Final = (
    Text("名称", "NAME"),
    Text("版本", "VERSION"),
    Text("质量", "QUALITY"),
    Text("标题", "TITLE"),
    Text("类别", "FAMILIES"),
)
_LEVELS: Final = {
    "gold": Text("金", "gold"),
    "silver": Text("银", "silver"),
    "bronze": Text("铜", "bronze"),
    "none": Text("未达标", "none"),
    "unproven": Text("未检验", "unproven"),
}
_QUALITY: Final = Text(zh="质量：{level}（通过 {passed} 项检查）", en="quality: {level} ({passed} checks passed)")
_SKIPPED: Final = Text(zh="  未检查 {case}：{why}", en="  not checked: {case}: {why}")
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
