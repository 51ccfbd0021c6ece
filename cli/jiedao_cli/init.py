"""`jiedao init`: folder, keyring and database of an installation."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from jiedao.language import Text
from jiedao.problems import Conflict
from jiedao_cli.installation import KEYS_LOST, embedded, pass_home, settings_of
from jiedao_cli.speech import say
from jiedao_cli.spoken import alone, option

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from jiedao.house import Settings


@alone(
    Text(
        zh="建立一个安装：文件夹、密钥和数据库。可以重复运行，已有的内容不会改动。\n\n"
        "默认使用内嵌的 SQLite 数据库。使用 PostgreSQL 时，把应用的地址放在 JIEDAO_DATABASE，"
        "把数据库所有者的地址放在 JIEDAO_OWNER_DATABASE，用 --role 指明应用的角色：应用只能读写数据，"
        "不能改表，也不能关闭按街道的行级隔离。",
        en="Create an installation: folder, keys and database. It may be run again; what is there is not changed.\n\n"
        "The embedded SQLite database is the default. For PostgreSQL, put the application's address into "
        "JIEDAO_DATABASE, the address of the database's owner into JIEDAO_OWNER_DATABASE, and name the application's "
        "role with --role: it may read and write rows, but can neither change tables nor switch off the isolation of "
        "streets by row-level security.",
    ),
    "init",
)
@option(
    "--owner-url",
    envvar="JIEDAO_OWNER_DATABASE",
    default="",
    metavar="URL",
    says=Text(
        zh="数据库所有者的地址（含密码时请用 JIEDAO_OWNER_DATABASE）",
        en="Address of the database's owner (with a password, rather use JIEDAO_OWNER_DATABASE)",
    ),
)
@option("--role", default="", metavar="NAME", says=Text(zh="应用使用的 PostgreSQL 角色", en="The application's role"))
@pass_home
def command(home: Path, owner_url: str, role: str) -> None:
    """Idempotent."""
    settings = settings_of(home)
    create(settings, owner_url, role)
    say(_READY, folder=home)
    if not _has_streets(settings):
        say(_NEXT)


def create(settings: Settings, owner_url: str = "", role: str = "") -> None:
    """Folder, keyring and schema, where they are missing. `Conflict` when the keys of a used database are lost."""
    from jiedao.store.engine import open_engine

    settings.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if file := embedded(settings):
        file.parent.mkdir(parents=True, exist_ok=True)
    engine = open_engine(owner_url or settings.database)
    try:
        _create_keys(settings, engine)
        _create_schema(engine, role)
    finally:
        engine.dispose()


def _create_keys(settings: Settings, engine: Engine) -> None:
    """Before the schema: a database without keys then always means that they were lost."""
    from sqlalchemy import inspect

    from jiedao.store.keyring import Keyring

    if settings.keys.exists():
        return
    if inspect(engine).has_table("schema_version"):
        raise Conflict("keyring.missing", KEYS_LOST.format(file=settings.keys))
    Keyring.create(settings.keys)


def _create_schema(engine: Engine, role: str) -> None:
    from jiedao.store.schema import create_schema

    if engine.dialect.name == "postgresql" and not role:
        raise Conflict("init.role", _ROLE, field="role")
    create_schema(engine, role=role)


def _has_streets(settings: Settings) -> bool:
    from jiedao.clock import system_clock
    from jiedao.store.engine import open_engine
    from jiedao.store.unit import Store

    store = Store(open_engine(settings.database), system_clock)
    try:
        return bool(store.streets())
    finally:
        store.close()


_READY: Final = Text(
    zh="已就绪：{folder}\n请备份其中的 jiedao.keys，没有它，加密的内容无法读出",
    en="Ready: {folder}\nKeep a backup of jiedao.keys in it: without them nothing encrypted can be read",
)
_NEXT: Final = Text(
    zh="下一步：jiedao street add 代码 --zh 名称 --en 名称", en="Next: jiedao street add CODE --zh NAME --en NAME"
)
_ROLE: Final = Text(
    zh="使用 PostgreSQL 时要用 --role 指明应用的角色（不同于所有者）",
    en="With PostgreSQL, name the application's role (another one than the owner) with --role",
)
