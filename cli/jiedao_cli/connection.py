"""`jiedao connection`: the outside systems of a street. Secrets go in, and never come out."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from jiedao.language import Text
from jiedao.problems import Invalid, NotFound
from jiedao_cli import hidden
from jiedao_cli.columns import show
from jiedao_cli.installation import opened, pass_home, street_option, the_street
from jiedao_cli.speech import say
from jiedao_cli.spoken import group, option, within

if TYPE_CHECKING:
    from jiedao.hookspecs.manifest import Field
    from jiedao.house import House
    from jiedao.registry.connections import Setup

command = group(
    "connection",
    Text(
        zh="街道接入的外部系统。新接入是关闭的：设置、检查通过，才能正式启用。",
        en="Outside systems of a street. A new one is off: it goes live when its check has passed.",
    ),
)

_SETTING: Final = option(
    "--set",
    "settings",
    multiple=True,
    metavar="NAME=VALUE",
    says=Text(
        zh="一个设置项；表格类的值写 JSON。密钥不能写在这里", en="One setting; tables are JSON. Secrets do not go here"
    ),
)
_FILES: Final = option(
    "--secret-file",
    "files",
    multiple=True,
    metavar="NAME=FILE",
    says=Text(zh="从文件第一行读一个密钥", en="Read a secret from the first line of a file"),
)
_VARIABLES: Final = option(
    "--secret-env",
    "variables",
    multiple=True,
    metavar="NAME=VARIABLE",
    says=Text(zh="从环境变量读一个密钥", en="Read a secret from an environment variable"),
)


@within(command, "list", Text(zh="列出接入及其状态。", en="List connections and how they stand."))
@street_option
@pass_home
def list_(home: Path, street: str) -> None:
    """Every connection of a street."""
    with opened(home) as house, house.store.read(the_street(house, street)) as tx:
        rows = [(s.id, s.plugin, s.title, _STATES[s.state], _checked(s)) for s in house.connections.all(tx)]
    show(_HEADINGS, rows)


@within(command, "show", Text(zh="显示一个接入的设置；密钥只显示名称。", en="Show settings; of secrets the names."))
@click.argument("id_", metavar="ID")
@street_option
@pass_home
def show_(home: Path, id_: str, street: str) -> None:
    """One connection."""
    with opened(home) as house:
        setup = _setup(house, the_street(house, street), id_)
    say(
        Text.same("{id}  {plugin}  {title}  {state}").format(
            id=setup.id, plugin=setup.plugin, title=setup.title, state=_STATES[setup.state]
        )
    )
    for name, value in setup.settings.items():
        say(f"  {name} = {json.dumps(value, ensure_ascii=False)}")
    for name in setup.secrets:
        say(_SET, name=name)
    say(Text.same("  {checked}").format(checked=_checked(setup)))


@within(
    command,
    "add",
    Text(
        zh="新建接入（关闭状态）。没有给出的必填密钥会要求键入。",
        en="Set up a plugin, switched off. Required secrets that are not given are asked for.",
    ),
)
@click.argument("id_", metavar="ID")
@click.argument("plugin")
@option("--zh", default="", says=Text(zh="中文名称", en="Title in Chinese"))
@option("--en", default="", says=Text(zh="英文名称", en="Title in English"))
@_SETTING
@_FILES
@_VARIABLES
@street_option
@pass_home
def add(
    home: Path,
    id_: str,
    plugin: str,
    zh: str,
    en: str,
    settings: tuple[str, ...],
    files: tuple[str, ...],
    variables: tuple[str, ...],
    street: str,
) -> None:
    """A new connection."""
    with opened(home) as house:
        code = the_street(house, street)
        manifest = house.connections.plugin(plugin).manifest
        given = _Given(manifest.configuration.fields()).read(settings, files, variables, ask_missing=True)
        title = Text(zh or manifest.title.zh, en or manifest.title.en)
        with house.store.write(code) as tx:
            house.connections.create(tx, id_, plugin, title, given)
    say(_ADDED, id=id_)


@within(
    command,
    "set",
    Text(
        zh="改设置；没有提到的保持不变。正式启用的接入会暂停，检查通过后再启用。",
        en="Change settings; what is not named stays. A live connection pauses until it is checked and switched on "
        "again.",
    ),
)
@click.argument("id_", metavar="ID")
@_SETTING
@_FILES
@_VARIABLES
@option("--ask", "asked", multiple=True, metavar="NAME", says=Text(zh="键入一个密钥", en="Type a secret in"))
@street_option
@pass_home
def set_(
    home: Path,
    id_: str,
    settings: tuple[str, ...],
    files: tuple[str, ...],
    variables: tuple[str, ...],
    asked: tuple[str, ...],
    street: str,
) -> None:
    """A connection that is there."""
    with opened(home) as house:
        code = the_street(house, street)
        fields = house.connections.plugin(_setup(house, code, id_).plugin).manifest.configuration.fields()
        given = _Given(fields).read(settings, files, variables, asked)
        with house.store.write(code) as tx:
            house.connections.configure(tx, id_, given)
        state = _setup(house, code, id_).state
    say(_CHANGED, id=id_, state=_STATES[state])


@within(command, "check", Text(zh="试一试接入能不能用；不动钱。", en="Try a connection; no money moves."))
@click.argument("id_", metavar="ID")
@street_option
@pass_home
def check(home: Path, id_: str, street: str) -> int:
    """3 when it does not work."""
    with opened(home) as house:
        result = house.connections.check(the_street(house, street), id_)
    say(_PASSED if result.passed else _FAILED, says=result.says)
    return 0 if result.passed else 3


@within(
    command,
    "switch",
    Text(
        zh="改变状态：off 关闭、test 试用、live 正式启用、paused 暂停。",
        en="Change the state: off, test, live (after a passing check) or paused.",
    ),
)
@click.argument("id_", metavar="ID")
@click.argument("state", type=click.Choice(["off", "test", "live", "paused"]))
@street_option
@pass_home
def switch(home: Path, id_: str, state: str, street: str) -> None:
    """A connection that is there."""
    from jiedao.registry.connections import State

    with opened(home) as house, house.store.write(the_street(house, street)) as tx:
        house.connections.switch(tx, id_, State(state))
    say(_SWITCHED, id=id_, state=_STATES[state])


@dataclass(frozen=True, slots=True)
class _Given:
    """Settings and secrets as they come from the command line, read by what the plugin says of each."""

    fields: tuple[Field, ...]

    def read(
        self,
        settings: Iterable[str],
        files: Iterable[str],
        variables: Iterable[str],
        asked: Iterable[str] = (),
        *,
        ask_missing: bool = False,
    ) -> dict[str, Any]:
        """Values by name. `Invalid` for a secret among the settings, and for what is no setting at all."""
        given: dict[str, Any] = {}
        for name, words in map(_pair, settings):
            given[name] = self._value(self._field(name, secret=False), words)
        for name, path in map(_pair, files):
            given[self._field(name, secret=True).name] = hidden.from_file(Path(path), name)
        for name, variable in map(_pair, variables):
            given[self._field(name, secret=True).name] = hidden.from_environment(variable, name)
        for field in (*(self._field(n, secret=True) for n in asked), *(self._missing(given) if ask_missing else ())):
            given[field.name] = hidden.asked(field.label, field.name)
        return given

    def _missing(self, given: Mapping[str, Any]) -> list[Field]:
        return [f for f in self.fields if f.kind == "secret" and f.required and f.name not in given]

    def _field(self, name: str, *, secret: bool) -> Field:
        found = next((field for field in self.fields if field.name == name), None)
        if found is None:
            raise Invalid("setting.unknown", _NO_SETTING.format(name=name), field=name)
        if secret is not (found.kind == "secret"):
            raise Invalid("setting.kind", (_NOT_SECRET if secret else _SECRET).format(name=name), field=name)
        return found

    def _value(self, field: Field, words: str) -> Any:
        if field.kind not in ("table", "integer", "boolean"):
            return words
        try:
            return json.loads(words)
        except ValueError:
            raise Invalid("setting.json", _NOT_JSON.format(name=field.name), field=field.name) from None


def _pair(words: str) -> tuple[str, str]:
    name, equals, value = words.partition("=")
    if not (name and equals):
        # Not repeated: somebody may have written a secret where it does not belong.
        raise Invalid("setting.pair", _PAIR)
    return name, value


def _setup(house: House, street: str, id_: str) -> Setup:
    with house.store.read(street) as tx:
        found = next((setup for setup in house.connections.all(tx) if setup.id == id_), None)
    if found is None:
        raise NotFound("connection.missing", _MISSING.format(id=id_), field="id")
    return found


def _checked(setup: Setup) -> Text:
    if setup.paused_because:
        return _PAUSED_BECAUSE.format(why=setup.paused_because)
    if not setup.check:
        return _NEVER
    says = _PASSED if setup.check["passed"] else _FAILED
    return says.format(says=Text.from_json(setup.check["says"]))


_HEADINGS: Final = (
    Text("编号", "ID"),
    Text("插件", "PLUGIN"),
    Text("名称", "TITLE"),
    Text("状态", "STATE"),
    Text("检查", "CHECK"),
)
_STATES: Final = {
    "off": Text(zh="关闭", en="off"),
    "test": Text(zh="试用", en="test"),
    "live": Text(zh="启用", en="live"),
    "paused": Text(zh="暂停", en="paused"),
}
_ADDED: Final = Text(
    zh="已建立接入 {id}（关闭）。下一步：jiedao connection check {id}",
    en="Connection {id} is set up, and off. Next: jiedao connection check {id}",
)
_CHANGED: Final = Text(zh="接入 {id} 已修改，现在：{state}", en="Connection {id} is changed; it is now {state}")
_SWITCHED: Final = Text(zh="接入 {id} 现在：{state}", en="Connection {id} is now {state}")
_PASSED: Final = Text(zh="检查通过：{says}", en="passed: {says}")
_FAILED: Final = Text(zh="检查没有通过：{says}", en="failed: {says}")
_NEVER: Final = Text(zh="还没有检查", en="not checked yet")
_PAUSED_BECAUSE: Final = Text(zh="已暂停：{why}", en="paused: {why}")
_SET: Final = Text(zh="  {name}：已设置（不显示）", en="  {name}: set (not shown)")
_MISSING: Final = Text(zh="没有接入“{id}”", en='There is no connection "{id}"')
_NO_SETTING: Final = Text(zh="这个插件没有设置项“{name}”", en='The plugin has no setting "{name}"')
_NOT_SECRET: Final = Text(zh="“{name}”不是密钥，请用 --set", en='"{name}" is no secret; use --set')
_SECRET: Final = Text(
    zh="“{name}”是密钥，不能写在命令行里；请用 --secret-file、--secret-env，或等候键入",
    en='"{name}" is a secret and must not stand on the command line; use --secret-file, --secret-env, or type it when '
    "asked",
)
_NOT_JSON: Final = Text(zh="“{name}”的值要写成 JSON", en='The value of "{name}" has to be JSON')
_PAIR: Final = Text(zh="请写成 名称=值", en="Write NAME=VALUE")
