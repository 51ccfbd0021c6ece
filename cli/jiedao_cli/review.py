"""`jiedao review`: operations that only a person with evidence can end."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import click

from jiedao.language import Text
from jiedao.money import format_amount
from jiedao.problems import NotFound
from jiedao_cli.columns import show
from jiedao_cli.installation import opened, pass_home, street_option, the_street
from jiedao_cli.signing import signed, signed_in
from jiedao_cli.speech import say
from jiedao_cli.spoken import group, option, within

if TYPE_CHECKING:
    from jiedao.directory.caller import Caller
    from jiedao.house import House
    from jiedao.operations.model import State

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


_Judging: TypeAlias = Callable[["House", "Caller", str, "State", str, str], None]
"""The operation, what became of it, the other side's number, and the evidence."""


def _judging(act: _Judging) -> Callable[..., None]:
    """A command with which somebody says what became of an operation."""

    @click.argument("id_", metavar="ID")
    @click.argument("verdict", type=click.Choice(["succeeded", "declined"]))
    @option("--evidence", required=True, says=Text(zh="看到了什么、在哪里看到的", en="What was seen, and where"))
    @option("--reference", default="", says=Text(zh="对方的流水号（成功时必填）", en="Their number where it succeeded"))
    @signed
    @street_option
    @pass_home
    @wraps(act)
    def judge(home: Path, id_: str, verdict: str, evidence: str, reference: str, street: str, **who: Any) -> None:
        from jiedao.operations.model import State

        with opened(home) as house, signed_in(house, the_street(house, street), **who) as caller:
            act(house, caller, id_, State(verdict), reference, evidence)

    return judge


@within(
    command,
    "close",
    Text(
        zh="写明凭据，给出结论。需要会计或管理员；凭据永久保存。",
        en="Say what became of an operation, with evidence, which is kept for ever. Accountants and administrators.",
    ),
)
@_judging
def close(house: House, caller: Caller, id_: str, verdict: State, reference: str, evidence: str) -> None:
    """What follows is performed at once."""
    from jiedao.operations import review

    follows = review.close(house.store, house.operations, caller, id_, verdict, reference, evidence)
    house.operations.drive(follows)
    say(_CLOSED, id=id_, verdict=verdict.value)


@within(
    command,
    "propose",
    Text(
        zh="超过街道限额的操作：写明凭据，提出结论，等另一位同意。需要会计或管理员。",
        en="Above the street's limit: say what became of it; another person agrees. Accountants and administrators.",
    ),
)
@_judging
def propose(house: House, caller: Caller, id_: str, verdict: State, reference: str, evidence: str) -> None:
    """Nothing changes yet."""
    from jiedao.operations import review

    say(_PROPOSED, id=review.propose(house.store, caller, id_, verdict, reference, evidence))


@within(
    command,
    "agree",
    Text(
        zh="作为第二人同意一个提议，随即办理。须是另一位会计或管理员。",
        en="Agree to a proposal as the second person, and have it done. Another accountant or administrator.",
    ),
)
@click.argument("proposal", metavar="PROPOSAL")
@option("--evidence", required=True, says=Text(zh="您核对了什么", en="What you checked"))
@signed
@street_option
@pass_home
def agree(
    home: Path,
    proposal: str,
    evidence: str,
    login: str,
    password_file: Path | None,
    password_env: str,
    street: str,
) -> None:
    """What follows is performed at once."""
    with opened(home) as house:
        code = the_street(house, street)
        with signed_in(house, code, login, password_file, password_env) as caller:
            follows = house.proposals.agree(caller, proposal, evidence)
        house.operations.drive(follows)
    say(_AGREED, id=proposal)


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
_PROPOSED: Final = Text(
    zh="已提出 {id}，等另一位同意：jiedao review agree {id}",
    en="Proposed as {id}; another person agrees with: jiedao review agree {id}",
)
_AGREED: Final = Text(zh="提议 {id} 已同意并办理", en="Proposal {id} is agreed to and carried out")
