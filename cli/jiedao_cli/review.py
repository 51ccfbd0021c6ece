"""`jiedao review`: operations that only a person with evidence can end."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import click

from jiedao.language import Text
from jiedao.money import format_amount
from jiedao.problems import NotFound
from jiedao_cli.columns import show
from jiedao_cli.installation import opened, pass_home, street_option, the_street
from jiedao_cli.signing import signed, signed_in
from jiedao_cli.speech import say
from jiedao_cli.spoken import group, option, within

command = group(
    "review",
    Text(
        zh="需要人工核查的外部操作：问不到可信的答复，平台不猜。",
        en="Operations that wait for a person: no answer could be trusted, and the platform does not guess.",
    ),
)


@within(command, "list", Text(zh="等待核查的操作，最早的在前。", en="What waits, oldest first."))
@option("--all", "everything", is_flag=True, says=Text(zh="包括所有未了结的", en="Everything that is open"))
@street_option
@pass_home
def list_(home: Path, everything: bool, street: str) -> None:
    """The queue."""
    from jiedao.operations import review

    with opened(home) as house, house.store.read(the_street(house, street)) as tx:
        rows = [
            (
                row.id,
                f"{row.planned_at:%Y-%m-%d %H:%M:%SZ}",
                row.connection,
                row.hook,
                row.state,
                _amount(row),
                row.reason,
            )
            for row in (review.unresolved(tx) if everything else review.waiting(tx))
        ]
    show(_HEADINGS, rows)


@within(command, "show", Text(zh="一笔外部操作的全部记录。", en="Everything that is known of one operation."))
@click.argument("id_", metavar="ID")
@street_option
@pass_home
def show_(home: Path, id_: str, street: str) -> None:
    """Requests hold no secrets."""
    from jiedao.operations.intent import find

    with opened(home) as house, house.store.read(the_street(house, street)) as tx:
        operation = find(tx, id_)
    if operation is None:
        raise NotFound("operation.missing", _MISSING.format(id=id_), field="id")
    say(_OPERATION, hook=operation.hook, connection=operation.connection, state=operation.state.value)
    say(_SUBJECT, kind=operation.subject_kind, subject=operation.subject, part=operation.part)
    say(_TRIES, tries=operation.tries, sent=str(operation.sent_at))
    for name, value in operation.request.items():
        say(f"  {name} = {value}")


@within(
    command,
    "close",
    Text(
        zh="写明凭据，给出结论。需要会计或管理员；凭据永久保存。",
        en="Say what became of an operation, with evidence, which is kept for ever. Accountants and administrators.",
    ),
)
@click.argument("id_", metavar="ID")
@click.argument("verdict", type=click.Choice(["succeeded", "declined"]))
@option("--evidence", required=True, says=Text(zh="看到了什么、在哪里看到的", en="What was seen, and where"))
@option("--reference", default="", says=Text(zh="对方的流水号（成功时必填）", en="Their number, where it succeeded"))
@signed
@street_option
@pass_home
def close(
    home: Path,
    id_: str,
    verdict: str,
    evidence: str,
    reference: str,
    login: str,
    password_file: Path | None,
    password_env: str,
    street: str,
) -> None:
    """What follows is performed at once."""
    from jiedao.operations import review
    from jiedao.operations.model import State

    with opened(home) as house:
        code = the_street(house, street)
        with signed_in(house, code, login, password_file, password_env) as caller:
            follows = review.close(house.store, house.operations, caller, id_, State(verdict), reference, evidence)
        house.operations.drive(follows)
    say(_CLOSED, id=id_, verdict=verdict)


def _amount(row: Any) -> str:
    amount = row.request.get("amount", row.request.get("total"))
    return "" if amount is None else f"{format_amount(amount):>10}"


_HEADINGS: Final = (
    Text("操作", "OPERATION"),
    Text("时间", "AT"),
    Text("接入", "CONNECTION"),
    Text("接口", "HOOK"),
    Text("状态", "STATE"),
    Text("金额", "AMOUNT"),
    Text("原因", "WHY"),
)
_MISSING: Final = Text(zh="没有操作 {id}", en="There is no operation {id}")
_OPERATION: Final = Text(
    zh="{hook}  接入 {connection}  状态 {state}", en="{hook}  connection {connection}  state {state}"
)
_SUBJECT: Final = Text(zh="属于 {kind} {subject} {part}", en="of {kind} {subject} {part}")
_TRIES: Final = Text(zh="尝试 {tries} 次，最近发出 {sent}", en="tried {tries} times, sent at {sent}")
_CLOSED: Final = Text(zh="操作 {id} 的结论：{verdict}", en="Operation {id} is closed as {verdict}")
