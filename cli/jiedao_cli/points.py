"""`jiedao points`: the street's programme, and what the post office owes for points that were spent."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click

from jiedao.language import Text
from jiedao.money import format_amount, parse_amount
from jiedao_cli.columns import show
from jiedao_cli.installation import opened, pass_home, street_option, the_street
from jiedao_cli.signing import signed, signed_in
from jiedao_cli.speech import say
from jiedao_cli.spoken import group, option, within

command = group(
    "points", Text(zh="积分计划，以及向邮局兑付。", en="The points programme, and claims on the post office.")
)


@within(
    command,
    "programme",
    Text(zh="开始积分计划。CONNECTION 是发卡方的接入。", en="Start the programme with the issuer's connection."),
)
@click.argument("connection")
@option(
    "--funding",
    type=click.Choice(["postpaid", "prepaid", "accrual_backed"]),
    default="postpaid",
    show_default=True,
    says=Text(zh="邮局何时付款：用后、预付、得时", en="When the post office pays: after use, ahead, or when earned"),
)
@option(
    "--category",
    "categories",
    multiple=True,
    required=True,
    says=Text(zh="哪类账单可用积分支付，可多次", en="Bills that points may pay; may be repeated"),
)
@street_option
@pass_home
def programme(home: Path, connection: str, funding: str, categories: tuple[str, ...], street: str) -> None:
    """One for each street."""
    from jiedao.points.programme import found

    with opened(home) as house, house.store.write(the_street(house, street)) as tx:
        house.connections.for_office(tx, connection)
        found(tx, connection, funding, list(categories))
    say(_FOUNDED, connection=connection)


@within(command, "claims", Text(zh="列出兑付单。", en="List the claims."))
@street_option
@pass_home
def claims(home: Path, street: str) -> None:
    """Newest first."""
    with opened(home) as house, house.store.read(the_street(house, street)) as tx:
        rows = [
            (row.id, f"{row.made_at:%Y-%m-%d}", row.state, row.reference, _yuan(row.total), _yuan(row.paid))
            for row in house.claims.all(tx)
        ]
    show(_HEADINGS, rows)


@within(command, "claim", Text(zh="把已用而未兑付的积分向邮局兑付。", en="Claim what was spent and not claimed yet."))
@signed
@street_option
@pass_home
def claim(home: Path, login: str, password_file: Path | None, password_env: str, street: str) -> None:
    """Sent at once."""
    with opened(home) as house:
        code = the_street(house, street)
        with signed_in(house, code, login, password_file, password_env) as caller:
            id_, planned = house.claims.make(caller)
        house.operations.drive(planned)
        with house.store.read(code) as tx:
            made = next(row for row in house.claims.all(tx) if row.id == id_)
    say(_CLAIMED, id=id_, total=format_amount(made.total), state=made.state)


@within(command, "paid", Text(zh="登记邮局的兑付款已到账。", en="Note that the money for a claim has come in."))
@click.argument("id_", metavar="CLAIM")
@click.argument("amount", metavar="YUAN")
@signed
@street_option
@pass_home
def paid(
    home: Path, id_: str, amount: str, login: str, password_file: Path | None, password_env: str, street: str
) -> None:
    """At the bank."""
    with opened(home) as house:
        code = the_street(house, street)
        with signed_in(house, code, login, password_file, password_env) as caller:
            house.claims.paid(caller, id_, parse_amount(amount))
    say(_PAID, id=id_, amount=amount)


def _yuan(fen: int) -> str:
    return f"{format_amount(fen):>10}"


_HEADINGS: Final = (
    Text("兑付单", "CLAIM"),
    Text("日期", "MADE"),
    Text("状态", "STATE"),
    Text("邮局编号", "REFERENCE"),
    Text("金额", "TOTAL"),
    Text("到账", "PAID"),
)
_FOUNDED: Final = Text(zh="积分计划已开始（{connection}）", en="The programme has begun ({connection})")
_CLAIMED: Final = Text(zh="兑付单 {id}：{total} 元，{state}", en="Claim {id}: {total}, {state}")
_PAID: Final = Text(zh="兑付单 {id} 到账 {amount} 元", en="Claim {id}: {amount} came in")
