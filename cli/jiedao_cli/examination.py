"""What `jiedao doctor` looks at. Each examination yields findings; none of them stops the others."""

from __future__ import annotations

import stat
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from typing import Any, Final

from sqlalchemy import Engine, make_url, text
from sqlalchemy.exc import SQLAlchemyError

from jiedao.clock import system_clock
from jiedao.house import House, Settings
from jiedao.language import Text
from jiedao.ledger.verify import verify
from jiedao.problems import Problem
from jiedao.registry.connections import Setup, State
from jiedao.registry.registry import Registry
from jiedao.store.engine import open_engine
from jiedao.store.keyring import CannotOpen, Keyring
from jiedao.store.schema import VERSION, check_schema
from jiedao.store.unit import Store
from jiedao_cli.installation import embedded
from jiedao_cli.reading import open_operations


class Grade(Enum):
    """How a finding is to be taken."""

    GOOD = "✔"
    NOTE = "!"
    WRONG = "✘"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    grade: Grade
    says: Text
    details: str = ""


Findings = Iterator[Finding]


def examine(settings: Settings, *, online: bool) -> Findings:
    """Everything, in the order in which one thing needs another; `online` tries the connections too."""
    yield from _fonts()
    keyring = yield from _keys(settings)
    registry = yield from _plugins(settings)
    engine = yield from _database(settings)
    if engine is not None and keyring is not None:
        house = House(Store(engine, system_clock), registry, keyring)
        for street in house.store.streets():
            yield from _street(house, street, online)
    if engine is not None:
        engine.dispose()
    registry.close()


def _fonts() -> Findings:
    from jiedao_web.receipts.fonts import face_for, system_faces

    faces = system_faces()
    absent = "".join(char for char in _NAMES if face_for(char, faces) is None)
    if not faces:
        yield Finding(Grade.NOTE, _NO_FONT)
    elif absent:
        yield Finding(Grade.NOTE, _FONT_LACKS.format(chars=" ".join(f"{c} (U+{ord(c):X})" for c in absent)))
    else:
        yield Finding(Grade.GOOD, _FONTS, details=str(faces[0].path))


def _keys(settings: Settings) -> Generator[Finding, None, Keyring | None]:
    """Yields findings; returns the keyring when it can be read."""
    if not settings.keys.exists():
        yield Finding(Grade.WRONG, _NO_KEYS.format(file=settings.keys))
        return None
    mode = stat.S_IMODE(settings.keys.stat().st_mode)
    if mode & 0o077:
        yield Finding(Grade.WRONG, _KEYS_OPEN.format(file=settings.keys, mode=f"{mode:04o}"))
    try:
        keyring = Keyring.read(settings.keys)
    except (OSError, ValueError):
        yield Finding(Grade.WRONG, _KEYS_BROKEN.format(file=settings.keys))
        return None
    yield Finding(Grade.GOOD, _KEYS.format(file=settings.keys))
    return keyring


def _plugins(settings: Settings) -> Generator[Finding, None, Registry]:
    registry = Registry(blocked=settings.blocked).discover()
    for bad in registry.quarantined.values():
        yield Finding(Grade.WRONG, _QUARANTINED.format(name=bad.name, why=bad.why), details=bad.details)
    if settings.blocked:
        yield Finding(Grade.NOTE, _BLOCKED.format(names=" ".join(settings.blocked)))
    yield Finding(Grade.GOOD, _PLUGINS.format(count=len(registry.plugins)), details="\n".join(sorted(registry.plugins)))
    return registry


def _database(settings: Settings) -> Generator[Finding, None, Engine | None]:
    file = embedded(settings)
    if file is not None and not file.exists():
        yield Finding(Grade.WRONG, _NO_FILE.format(file=file))
        return None
    engine = open_engine(settings.database)
    try:
        check_schema(engine)
        where = make_url(settings.database).render_as_string(hide_password=True)
        yield Finding(Grade.GOOD, _SCHEMA.format(version=VERSION), details=where)
        if engine.dialect.name == "postgresql":
            yield from _postgresql(engine)
    except Problem as refused:
        yield Finding(Grade.WRONG, refused.says)
    except SQLAlchemyError as broken:
        yield Finding(Grade.WRONG, _UNREACHABLE, details=str(getattr(broken, "orig", broken)))
    else:
        return engine
    engine.dispose()
    return None


def _postgresql(engine: Engine) -> Findings:
    """Committed must mean on disk, and the role must not be able to step around row-level security."""
    with engine.connect() as connection:
        for name, good in _DURABLE.items():
            value = str(connection.execute(text(f"SHOW {name}")).scalar_one())
            grade = Grade.GOOD if value in good else Grade.WRONG
            yield Finding(grade, (_SETTING if value in good else _NOT_DURABLE).format(name=name, value=value))
        role = connection.execute(_ROLE).one()
        owned = connection.execute(_OWNED).scalar_one()
    if role.rolsuper or role.rolbypassrls or owned:
        yield Finding(Grade.WRONG, _TOO_MIGHTY.format(role=role.rolname))
    else:
        yield Finding(Grade.GOOD, _MIGHT.format(role=role.rolname))


# one street


def _street(house: House, street: str, online: bool) -> Findings:
    yield from _connections(house, street, online)
    yield from _operations(house, street)
    yield from _books(house, street)


def _connections(house: House, street: str, online: bool) -> Findings:
    try:
        with house.store.read(street) as tx:
            setups = house.connections.all(tx)
    except CannotOpen:
        yield Finding(Grade.WRONG, _OTHER_KEYS.format(street=street))
        return
    for setup in setups:
        yield _connection(house, street, setup, online)


def _connection(house: House, street: str, setup: Setup, online: bool) -> Finding:
    names = {"street": street, "id": setup.id}
    if setup.plugin not in house.registry.plugins:
        return Finding(Grade.WRONG, _NO_PLUGIN.format(plugin=setup.plugin, **names))
    if setup.state is State.OFF:
        return Finding(Grade.GOOD, _OFF.format(**names))
    if setup.state is State.PAUSED:
        return Finding(Grade.NOTE, _PAUSED.format(why=setup.paused_because or "-", **names))
    if not online:
        return Finding(Grade.GOOD, _UNTRIED.format(state=setup.state.value, **names))
    result = house.connections.check(street, setup.id)
    grade = Grade.GOOD if result.passed else Grade.WRONG
    return Finding(grade, _TRIED.format(says=result.says, **names))


def _operations(house: House, street: str) -> Findings:
    with house.store.read(street) as tx:
        rows, now = open_operations(tx), tx.shared_now
    for row in rows:
        if row.state == "review":
            yield Finding(Grade.NOTE, _REVIEW.format(street=street, count=row.count, since=_moment(row.since)))
        elif row.due is not None and now - row.due > _LATE:
            yield Finding(Grade.WRONG, _NOBODY_WORKS.format(street=street, count=row.count, due=_moment(row.due)))
        else:
            yield Finding(Grade.NOTE, _OPEN.format(street=street, count=row.count, state=row.state))
    if not rows:
        yield Finding(Grade.GOOD, _NOTHING_OPEN.format(street=street))


def _books(house: House, street: str) -> Findings:
    with house.store.read(street) as tx:
        found = verify(tx)
    if found.faults:
        details = "\n".join(f"{fault.where}: {fault.what}" for fault in found.faults)
        first = found.faults[0]
        says = _BOOKS_WRONG.format(street=street, count=len(found.faults), where=first.where, what=first.what)
        yield Finding(Grade.WRONG, says, details)
    else:
        yield Finding(Grade.GOOD, _BOOKS.format(street=street, entries=found.entries, postings=found.postings))


def _moment(moment: Any) -> str:
    return f"{moment:%Y-%m-%d %H:%M}Z"


_NAMES: Final = "\u5b57\u4dae\U00020bb7"
"""Characters that a font for receipts should have: an ordinary one, and two that stand in people's names."""
_LATE: Final = timedelta(minutes=2)
_DURABLE: Final = {
    "fsync": ("on",),
    "full_page_writes": ("on",),
    "synchronous_commit": ("on", "remote_write", "remote_apply"),
}
_ROLE: Final = text("SELECT rolname, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user")
_OWNED: Final = text("SELECT count(*) FROM pg_tables WHERE schemaname = 'public' AND tableowner = current_user")

_NO_FONT: Final = Text(
    zh="本机没有中文字体，收据只能用打印机自带的字库",
    en="There is no Chinese font: receipts need a printer with its own",
)
_FONT_LACKS: Final = Text(zh="中文字体缺字：{chars}", en="No font on this machine has {chars}")
_FONTS: Final = Text(zh="有中文字体", en="There are Chinese fonts")
_NO_KEYS: Final = Text(zh="没有密钥文件 {file}", en="There are no keys {file}")
_KEYS_OPEN: Final = Text(
    zh="密钥文件 {file} 别人也能读（{mode}），请运行 chmod 600",
    en="Others can read the keys {file} ({mode}); run chmod 600",
)
_KEYS_BROKEN: Final = Text(zh="密钥文件 {file} 读不出来", en="The keys {file} cannot be read")
_KEYS: Final = Text(zh="密钥文件 {file}", en="keys {file}")
_QUARANTINED: Final = Text(zh="插件 {name} 已隔离：{why}", en="plugin {name} is in quarantine: {why}")
_BLOCKED: Final = Text(zh="按 JIEDAO_BLOCK 不加载：{names}", en="not loaded, as JIEDAO_BLOCK says: {names}")
_PLUGINS: Final = Text(zh="{count} 个插件可用", en="{count} plugins are usable")
_NO_FILE: Final = Text(zh="没有数据库 {file}，请先运行 jiedao init", en="There is no database {file}; run jiedao init")
_SCHEMA: Final = Text(zh="数据库版本 {version}", en="database, version {version}")
_UNREACHABLE: Final = Text(zh="数据库连不上（-v 看详情）", en="The database cannot be used (-v says more)")
_SETTING: Final = Text.same("PostgreSQL {name} = {value}")
_NOT_DURABLE: Final = Text(
    zh="PostgreSQL {name} = {value}：断电会丢失已提交的交易",
    en="PostgreSQL {name} = {value}: a power cut can lose what was committed",
)
_MIGHT: Final = Text(zh="应用角色 {role} 受行级隔离约束", en="The role {role} is bound by row-level security")
_TOO_MIGHTY: Final = Text(
    zh="应用角色 {role} 是超级用户或表的所有者，行级隔离和只增保护对它可能无效",
    en="The role {role} is a superuser or owns tables: it can step around row-level security and append-only",
)
_OTHER_KEYS: Final = Text(
    zh="{street}：接入的密钥打不开，密钥文件与数据库不是一套",
    en="{street}: the secrets do not open; these keys belong to another database",
)
_NO_PLUGIN: Final = Text(
    zh="{street} 接入 {id}：插件 {plugin} 不可用", en="{street} connection {id}: plugin {plugin} is not usable"
)
_OFF: Final = Text(zh="{street} 接入 {id}：关闭", en="{street} connection {id}: off")
_PAUSED: Final = Text(zh="{street} 接入 {id}：已暂停（{why}）", en="{street} connection {id}: paused ({why})")
_UNTRIED: Final = Text(zh="{street} 接入 {id}：{state}，未试", en="{street} connection {id}: {state}, not tried")
_TRIED: Final = Text(zh="{street} 接入 {id}：{says}", en="{street} connection {id}: {says}")
_REVIEW: Final = Text(
    zh="{street}：{count} 笔等待人工核查，最早 {since}", en="{street}: {count} wait for a person, since {since}"
)
_NOBODY_WORKS: Final = Text(
    zh="{street}：{count} 笔该办未办，最早 {due}；jiedao serve 或 jiedao worker 在运行吗？",
    en="{street}: {count} are overdue since {due}; does jiedao serve or jiedao worker run?",
)
_OPEN: Final = Text(zh="{street}：{count} 笔未了结（{state}）", en="{street}: {count} are open ({state})")
_NOTHING_OPEN: Final = Text(zh="{street}：没有未了结的操作", en="{street}: nothing is open")
_BOOKS: Final = Text(
    zh="{street}：总账正确，{entries} 张凭证，{postings} 条分录",
    en="{street}: the books are good, {entries} entries, {postings} postings",
)
_BOOKS_WRONG: Final = Text(
    zh="{street}：总账有 {count} 处错误，第一处在 {where}：{what}",
    en="{street}: the books are wrong in {count} places, first {where}: {what}",
)
