"""What the daily work of a street needs a person for: each kind is one counting query over what is open.

Those whose oldest has a moment are asked in one statement, and those where it has a day in another.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final, TypeAlias

from sqlalchemy import CompoundSelect, Date, Select, func, literal_column, select, union_all

from jiedao.attention.matter import Matter, Page, Severity
from jiedao.clock import midnight
from jiedao.language import Text
from jiedao.store import tables
from jiedao.store.tables.operations import UNFINISHED
from jiedao.store.unit import STREET, Tx, param

_UNKNOWN: Final = timedelta(minutes=15)
_RECENT: Final = timedelta(days=7)
_UNCLAIMED: Final = timedelta(days=31)


@dataclass(frozen=True, slots=True)
class Moment:
    """Now, in the street."""

    now: datetime
    today: date
    timezone: str

    @property
    def midnight(self) -> datetime:
        """When the street's day began."""
        return self.began(self.today)

    def began(self, day: date) -> datetime:
        """When a day began in the street, in UTC."""
        return midnight(day, self.timezone)


Values: TypeAlias = Callable[[Moment], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Watch:
    """A kind of matter: the query answers `things` and `since`, and there is a matter when there are any.

    Names of `values` are its own.
    """

    kind: str
    severity: Severity
    query: Select[Any]
    values: Values
    says: Text
    mend: Text
    page: Page


def of_work(tx: Tx, moment: Moment) -> Iterator[Matter]:
    """Everything that stands open and should not."""
    values = {name: value for watch in _WATCHES for name, value in watch.values(moment).items()}
    found = {row.kind: row for statement in _STATEMENTS for row in tx.rows(statement, **values)}
    for watch in _WATCHES:
        row = found[watch.kind]
        if row.things:
            count = int(row.things)
            yield Matter(
                watch.kind,
                watch.severity,
                watch.says.format(count=count),
                watch.mend,
                watch.page,
                count=count,
                since=row.since if isinstance(row.since, datetime) else moment.began(row.since),
            )
    for row in tx.rows(_RANGES):
        if row.left < row.warning:
            says = _RANGE_LOW.format(connection=row.connection, left=int(row.left))
            yield Matter("numbers_low", Severity.SOON, says, _ASK_POST, Page.POST, row.connection, int(row.left))


def _always(_: Moment) -> Mapping[str, Any]:
    return {}


def _since_midnight(moment: Moment) -> Mapping[str, Any]:
    return {"midnight": moment.midnight}


_O, _M, _B, _S, _X = (
    tables.operation.c,
    tables.message.c,
    tables.settlement_break.c,
    tables.shift.c,
    tables.open_till.c,
)
_G, _A, _E, _P = tables.giveback.c, tables.attempt.c, tables.entitlement.c, tables.consignment.c
_R, _N, _K, _D = tables.redemption.c, tables.number_range.c, tables.claim.c, tables.proposal.c


def _oldest(column: Any, count: Any = None) -> tuple[Any, Any]:
    return (func.count() if count is None else count).label("things"), func.min(column).label("since")


_WATCHES: Final = (
    Watch(
        "review",
        Severity.URGENT,
        select(*_oldest(_O.planned_at)).where(_O.street == STREET, UNFINISHED, _O.state == "review"),
        _always,
        Text(zh="{count} 笔外部操作等待人工核查", en="Acts that only a person can settle: {count}"),
        Text(zh="逐笔核查", en="Settle them one by one"),
        Page.REVIEW,
    ),
    Watch(
        "unknown",
        Severity.SOON,
        select(*_oldest(_O.sent_at)).where(
            _O.street == STREET, UNFINISHED, _O.state.in_(["unknown", "sent"]), _O.sent_at < param("asked_before")
        ),
        lambda moment: {"asked_before": moment.now - _UNKNOWN},
        Text(
            zh="{count} 笔操作超过 15 分钟仍在确认", en="Acts that are still being confirmed after 15 minutes: {count}"
        ),
        Text(zh="看看是哪些", en="See which they are"),
        Page.OPERATIONS,
    ),
    Watch(
        "hand_over",
        Severity.URGENT,
        select(*_oldest(_A.started_at))
        .select_from(tables.giveback.join(tables.attempt, (_A.street == _G.street) & (_A.id == _G.attempt)))
        .where(_G.street == STREET, _G.state == "to_hand_over"),
        _always,
        Text(zh="{count} 笔退款要当面交还居民", en="Money to be handed back to residents in person: {count}"),
        Text(zh="去交还", en="Hand it over"),
        Page.PROPOSALS,
    ),
    Watch(
        "proposals",
        Severity.SOON,
        select(*_oldest(_D.proposed_at)).where(_D.street == STREET, _D.state == "open"),
        _always,
        Text(zh="{count} 项处理等待第二人复核", en="Decisions that wait for a second person: {count}"),
        Text(zh="去复核", en="Decide"),
        Page.PROPOSALS,
    ),
    Watch(
        "breaks",
        Severity.URGENT,
        select(*_oldest(_B.found_at)).where(_B.street == STREET, _B.state == "open"),
        _always,
        Text(zh="{count} 笔对账差错未处理", en="Differences between our books and a provider's: {count}"),
        Text(zh="处理差错", en="Find out why"),
        Page.SETTLEMENTS,
    ),
    Watch(
        "shift_open",
        Severity.SOON,
        select(*_oldest(_S.opened_at)).where(
            _S.street == STREET,
            _S.id.in_(select(_X.shift).where(_X.street == STREET)),
            _S.opened_at < param("midnight"),
        ),
        _since_midnight,
        Text(zh="{count} 个班次从昨天或更早一直没有交班", en="Shifts open since yesterday or longer: {count}"),
        Text(zh="去交班", en="Close them"),
        Page.SHIFTS,
    ),
    Watch(
        "day_open",
        Severity.SOON,
        select(*_oldest(_S.closed_at)).where(
            _S.street == STREET, _S.waiting.is_(True), _S.state == "closed", _S.closed_at < param("midnight")
        ),
        _since_midnight,
        Text(
            zh="{count} 个已交班次的银行卡日结还没有完成",
            en="Shifts that are closed, and whose day is not settled with the acquirer: {count}",
        ),
        Text(zh="查看班次", en="See the shifts"),
        Page.SHIFTS,
    ),
    Watch(
        "undispatched",
        Severity.SOON,
        # No condition on the moment: few are on no list, and the database would look among all of earlier days.
        select(*_oldest(_P.created_at, func.count().filter(_P.created_at < param("midnight")))).where(
            _P.street == STREET,
            _P.dispatch == "",
            _P.state == "created",
            _P.withdrawal.in_(["", "refused"]),
        ),
        _since_midnight,
        Text(
            zh="{count} 件以前收寄的邮件还没有交给邮局",
            en="Items of earlier days not handed to the post: {count}",
        ),
        Text(zh="做交接清单", en="Make a dispatch list"),
        Page.POST,
    ),
    Watch(
        "unclaimed",
        Severity.SOON,
        select(*_oldest(_R.redeemed_on)).where(
            _R.street == STREET, _R.claim == "", _R.redeemed_on < param("redeemed_before")
        ),
        lambda moment: {"redeemed_before": moment.today - _UNCLAIMED},
        Text(
            zh="{count} 笔积分兑付超过一个月没有向邮局申请",
            en="Redemptions of points not claimed from the post office for a month: {count}",
        ),
        Text(zh="做兑付单", en="Make a claim"),
        Page.CLAIMS,
    ),
    Watch(
        "claims_refused",
        Severity.SOON,
        select(*_oldest(_K.made_at)).where(_K.street == STREET, _K.state == "declined"),
        _always,
        Text(zh="{count} 张积分兑付单被退回", en="Points claims that the issuer refused: {count}"),
        Text(zh="查看兑付单", en="See the claims"),
        Page.CLAIMS,
    ),
    Watch(
        "messages_refused",
        Severity.NOTE,
        select(*_oldest(_M.made_at)).where(
            _M.street == STREET, _M.state == "declined", _M.made_at > param("made_after")
        ),
        lambda moment: {"made_after": moment.now - _RECENT},
        Text(zh="近 7 天有 {count} 条通知没有发出", en="Messages that were not sent in the last 7 days: {count}"),
        Text(zh="查看通知", en="See the messages"),
        Page.MESSAGES,
    ),
    Watch(
        "overdue",
        Severity.SOON,
        select(*_oldest(_E.due_on)).where(_E.street == STREET, _E.state == "overdue"),
        _always,
        Text(zh="{count} 份待遇资格认证已逾期", en="Certifications that are overdue: {count}"),
        Text(zh="查看名单", en="See the list"),
        Page.CERTIFICATION,
    ),
)


def _together(watches: Iterable[Watch]) -> CompoundSelect[Any]:
    return union_all(*(one.query.add_columns(literal_column(f"'{one.kind}'").label("kind")) for one in watches))


def _has_day(watch: Watch) -> bool:
    return isinstance(watch.query.selected_columns["since"].type, Date)


_STATEMENTS: Final = (
    _together(one for one in _WATCHES if not _has_day(one)),
    _together(one for one in _WATCHES if _has_day(one)),
)
_LEFT: Final = func.sum(_N.last + 1 - _N.next)
_RANGES: Final = (
    select(_N.connection, _LEFT.label("left"), func.max(_N.warning).label("warning"))
    .where(_N.street == STREET)
    .group_by(_N.connection, _N.product)
    .order_by(_N.connection, _N.product)
)
_RANGE_LOW: Final = Text(zh="“{connection}”的邮件号码只剩 {left} 个", en='"{connection}" has {left} item numbers left')
_ASK_POST: Final = Text(zh="向邮局申请新号段", en="Ask the post for a new range")
