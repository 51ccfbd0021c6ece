"""Opening the installation that a command works on."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from jiedao.language import Text
from jiedao.problems import Conflict, Invalid, NotFound
from jiedao_cli.spoken import option

if TYPE_CHECKING:
    from jiedao.house import House, Settings

street_option: Final = option(
    "--street",
    default="",
    metavar="CODE",
    says=Text(zh="街道代码；只有一个街道时可不填", en="Code of the street; not needed where there is only one"),
)


def settings_of(folder: Path) -> Settings:
    """Settings of an installation from its folder and the environment; nothing is opened."""
    from jiedao.house import Settings

    return Settings.of(folder)


@contextmanager
def opened(folder: Path) -> Iterator[House]:
    """The installation in a folder, given back at the end. `Conflict` when there is none, or not a whole one."""
    from jiedao.house import House

    settings = settings_of(folder)
    _check_files(settings)
    if not logging.getLogger().handlers:
        quiet_plugins()
    house = House.open(settings)
    try:
        yield house
    finally:
        house.close()


def quiet_plugins() -> None:
    """Short commands do not repeat what doctor says at length: which plugins are quarantined."""
    logging.getLogger("jiedao.registry").setLevel(logging.CRITICAL)


def the_street(house: House, given: str) -> str:
    """The street that a command is about: the one named, or the only one there is."""
    streets = house.store.streets()
    if given and given not in streets:
        raise NotFound("street.missing", _NO_SUCH.format(code=given), field="street")
    if not streets:
        raise NotFound("street.none", _NONE)
    if not given and len(streets) > 1:
        raise Invalid("street.which", _WHICH.format(codes="、".join(streets)), field="street")
    return given or streets[0]


def embedded(settings: Settings) -> Path | None:
    """The file of the embedded database, if that is what the installation uses."""
    from sqlalchemy import make_url

    url = make_url(settings.database)
    return Path(url.database) if url.get_backend_name() == "sqlite" and url.database else None


def _check_files(settings: Settings) -> None:
    """An absent database file would be made by merely looking at it."""
    file = embedded(settings)
    if file is not None and not file.exists():
        raise Conflict("installation.missing", _NOT_HERE.format(folder=settings.folder))
    if not settings.keys.exists():
        raise Conflict("keyring.missing", KEYS_LOST.format(file=settings.keys))


def pass_home(function: Any) -> Any:
    """Give a command the folder of the installation as its first argument."""
    return click.pass_obj(function)


KEYS_LOST: Final = Text(
    zh="密钥文件 {file} 不在，而数据库里有用它加密的内容。请从备份恢复，切勿重新生成",
    en="The keys {file} are not here, and the database holds what was encrypted with them. Restore them from a backup; "
    "do not make new ones",
)
_NOT_HERE: Final = Text(
    zh="{folder} 里没有安装，请先运行 jiedao init（或用 --home 指定文件夹）",
    en="There is no installation in {folder}; run jiedao init first (or say where it is with --home)",
)
_NO_SUCH: Final = Text(zh="没有街道 {code}", en="There is no street {code}")
_NONE: Final = Text(
    zh="还没有街道，请先运行 jiedao street add", en="There is no street yet; run jiedao street add first"
)
_WHICH: Final = Text(zh="有几个街道，请用 --street 指明：{codes}", en="There are several streets; say which: {codes}")
