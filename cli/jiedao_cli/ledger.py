"""`jiedao ledger`: the books of a street."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click

from jiedao.language import Text
from jiedao.money import format_amount
from jiedao_cli.columns import show
from jiedao_cli.installation import opened, pass_home, street_option, the_street
from jiedao_cli.speech import complain, say
from jiedao_cli.spoken import group, option, within

command = group("ledger", Text(zh="街道的总账。", en="The books of a street."))


@within(
    command,
    "verify",
    Text(
        zh="重新计算全部账目：凭证链、借贷平衡、积分和余额。有错时退出码为 3。",
        en="Recompute the books: chains, balance, points and credits. Exits with 3 when something is wrong.",
    ),
)
@street_option
@pass_home
def verify(home: Path, street: str) -> int:
    """3 when something is wrong."""
    from jiedao.ledger.verified import keep_verification
    from jiedao.ledger.verify import verify as verified

    with opened(home) as house:
        code = the_street(house, street)
        with house.store.read(code) as tx:
            found = verified(tx)
        keep_verification(house.store, code, found)
    for fault in found.faults:
        complain(_FAULT, where=fault.where, what=fault.what)
    words = _WRONG if found.faults else _GOOD
    say(words, books=found.books, entries=found.entries, postings=found.postings, count=len(found.faults))
    show(_HEADS, found.heads)
    return 3 if found.faults else 0


@within(command, "balances", Text(zh="各科目余额，由分录重新计算。", en="Balances of all accounts, recomputed."))
@street_option
@pass_home
def balances(home: Path, street: str) -> None:
    """Debit positive."""
    from jiedao.ledger.verify import balances as recomputed

    with opened(home) as house, house.store.read(the_street(house, street)) as tx:
        rows = [(account, unit, _amount(total)) for account, unit, total in recomputed(tx)]
    show(_BALANCES, rows)


@within(
    command,
    "figures",
    Text(
        zh="由总账重新汇总概览和导出所用的数字。",
        en="Add the figures of the overview up again from the books.",
    ),
)
@street_option
@pass_home
def figures(home: Path, street: str) -> None:
    """Safe while the street works: until it is done, the overview says up to when it is complete."""
    from jiedao.figures.fold import rebuild

    with opened(home) as house:
        say(_FOLDED, entries=rebuild(house.store, the_street(house, street)))


@within(command, "entries", Text(zh="最近的凭证。", en="The latest entries of a book."))
@option("--book", default="", metavar="TILL", says=Text(zh="账簿（收银台或 office）", en="Book: a till or office"))
@option(
    "--last",
    type=click.IntRange(1, 10_000),
    default=20,
    show_default=True,
    says=Text(zh="最近多少张", en="How many of the latest"),
)
@street_option
@pass_home
def entries(home: Path, book: str, last: int, street: str) -> None:
    """Oldest first."""
    from jiedao_cli.reading import latest_entries

    with opened(home) as house, house.store.read(the_street(house, street)) as tx:
        rows = [
            (
                f"{row.book} {row.no}",
                f"{row.at:%Y-%m-%d %H:%M:%SZ}",
                row.kind,
                row.account,
                row.unit,
                _amount(row.amount),
            )
            for row in latest_entries(tx, book, last)
        ]
    show(_ENTRIES, rows)


def _amount(fen: int) -> str:
    return f"{format_amount(fen):>14}"


_HEADS: Final = (Text("账簿", "BOOK"), Text("凭证数", "ENTRIES"), Text("链尾", "HEAD"))
_BALANCES: Final = (Text("科目", "ACCOUNT"), Text("单位", "UNIT"), Text("余额", "BALANCE"))
_ENTRIES: Final = (
    Text("凭证", "ENTRY"),
    Text("时间", "AT"),
    Text("事项", "KIND"),
    Text("科目", "ACCOUNT"),
    Text("单位", "UNIT"),
    Text("金额", "AMOUNT"),
)
_FAULT: Final = Text(zh="{where}：{what}", en="{where}: {what}")
_GOOD: Final = Text(
    zh="账目正确：{books} 本账簿，{entries} 张凭证，{postings} 条分录",
    en="The books are good: {books} books, {entries} entries, {postings} postings",
)
_WRONG: Final = Text(
    zh="账目有 {count} 处错误（{books} 本账簿，{entries} 张凭证，{postings} 条分录）",
    en="The books are wrong in {count} places ({books} books, {entries} entries, {postings} postings)",
)
_FOLDED: Final = Text(zh="已由 {entries} 张凭证重新汇总", en="The figures were added up again from {entries} entries")
