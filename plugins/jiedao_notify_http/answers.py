"""The gateway's answers in the words of the contract. Pure; what does not fit raises `NotUnderstood`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from jiedao.hookspecs.outcomes import Declined, NotFound, Pending, Succeeded
from jiedao.hookspecs.service import Notified, NotifyAnswer, NotifyOutcome
from jiedao.language import Text
from jiedao_connectors.http import Answer


class NotUnderstood(Exception):
    """The answer is not one of the protocol, or not one to what was asked."""


def sent(answer: Answer, asked: Mapping[str, str]) -> NotifyOutcome:
    """The answer of `send`, only if it repeats reference and recipient."""
    _check_echo(answer, asked)
    status = _text(answer, "status")
    if status == "REJECTED":
        code = _text(answer, "code")
        return Declined(_REASONS.get(code, _REFUSED), code[:40])
    if status == "PENDING":
        return Pending(_text(answer, "message_id"))
    if status != "ACCEPTED":
        raise NotUnderstood(f"the gateway answered with status {status[:40]!r}")
    return Succeeded(Notified(_text(answer, "message_id")))


def queried(answer: Answer, asked: Mapping[str, str]) -> NotifyAnswer:
    """The answer of `query`: as of `send`, or that the reference is not known."""
    if answer.get("status") == "NOT_FOUND":
        _check_echo(answer, {"reference": asked["reference"]})
        return NotFound()
    return sent(answer, asked)


def _check_echo(answer: Answer, asked: Mapping[str, str]) -> None:
    for name, value in asked.items():
        if answer.get(name) != value:
            raise NotUnderstood(f"the gateway's answer is about another {name}")


def _text(answer: Answer, name: str) -> str:
    value = answer.get(name)
    if not isinstance(value, str) or not value:
        raise NotUnderstood(f"the gateway's answer has no {name}")
    return value


_REFUSED: Final = Text(zh="短信平台拒绝发送", en="The SMS gateway refused the message")
_REASONS: Final = {
    "INVALID_NUMBER": Text(zh="这个号码不能收短信", en="This number cannot receive messages"),
    "BLACKLISTED": Text(zh="机主已在短信平台退订", en="The holder has opted out at the SMS gateway"),
    "CONTENT": Text(zh="短信平台不允许这样的内容", en="The SMS gateway does not allow this text"),
    "NO_CREDIT": Text(zh="短信平台余额不足", en="The street's credit at the SMS gateway is used up"),
}
"""The gateway's codes; one that is not here is a refusal all the same."""
