"""`jiedao order`: what was paid, and everything that happened to it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from jiedao.language import Text
from jiedao.money import format_amount
from jiedao_cli.columns import show
from jiedao_cli.installation import opened, pass_home, street_option, the_street
from jiedao_cli.speech import language, said, say
from jiedao_cli.spoken import group, option, within

if TYPE_CHECKING:
    from jiedao.checkout.views import OrderView

command = group("order", Text(zh="交易单和它的经过。", en="Orders and what happened to them."))


@within(command, "list", Text(zh="最近的交易单。", en="The latest orders."))
@option(
    "--last",
    type=click.IntRange(1, 1000),
    default=20,
    show_default=True,
    says=Text(zh="最近多少笔", en="How many of the latest"),
)
@street_option
@pass_home
def list_(home: Path, last: int, street: str) -> None:
    """Newest first."""
    from jiedao_cli.reading import latest_orders

    with opened(home) as house, house.store.read(the_street(house, street)) as tx:
        rows = [
            (row.id, f"{row.placed_at:%Y-%m-%d %H:%M:%SZ}", row.till, row.resident_name, _total(row.total), row.state)
            for row in latest_orders(tx, last)
        ]
    show(_HEADINGS, rows)


@within(command, "show", Text(zh="一笔交易单的明细、支付方式和经过。", en="One order: its lines, tenders and events."))
@click.argument("id_", metavar="ID")
@option("--receipt", is_flag=True, says=Text(zh="同时显示收据", en="Show its receipts too"))
@street_option
@pass_home
def show_(home: Path, id_: str, receipt: bool, street: str) -> None:
    """Amounts are yuan."""
    from jiedao.checkout import slips, views

    with opened(home) as house, house.store.read(the_street(house, street)) as tx:
        order = views.order(tx, id_)
        receipts = slips.of_order(tx, id_) if receipt else []
    _show(order)
    if receipts:
        from jiedao_web.receipts import render_text

        for one in receipts:
            say("\n" + render_text(one.in_language(language())).content.decode())


def _show(order: OrderView) -> None:
    from jiedao_cli.story import sentence

    say(_ORDER, id=order.id, till=order.till, name=order.resident_name or "-", total=format_amount(order.total))
    say(_STATE, state=order.state, receipts=" ".join(order.receipts) or "-")
    for line in order.lines:
        biller = said(Text.from_json(line.biller_name))
        say(f"  {line.no}. {biller} {line.account} {line.period} {format_amount(line.amount)} {line.state}")
    for attempt in order.attempts:
        say("")
        say(_ATTEMPT, id=attempt.id, kind=attempt.kind, state=attempt.state.value, staff=attempt.staff_name)
        for event in attempt.events:
            say(f"  {event.at:%Y-%m-%d %H:%M:%S.%f}Z  {said(sentence(event, attempt, order))}")


def _total(fen: int) -> str:
    return f"{format_amount(fen):>10}"


_HEADINGS: Final = (
    Text("交易单", "ORDER"),
    Text("时间", "AT"),
    Text("收银台", "TILL"),
    Text("居民", "RESIDENT"),
    Text("金额", "TOTAL"),
    Text("状态", "STATE"),
)
_ORDER: Final = Text(
    zh="交易单 {id}  收银台 {till}  居民 {name}  共 {total} 元",
    en="order {id}  till {till}  resident {name}  total {total}",
)
_STATE: Final = Text(zh="状态 {state}  收据 {receipts}", en="state {state}  receipts {receipts}")
_ATTEMPT: Final = Text(zh="{kind} {id}  {state}  经办人 {staff}", en="{kind} {id}  {state}  by {staff}")
