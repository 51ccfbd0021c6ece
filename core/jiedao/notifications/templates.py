"""What messages say. No number, amount or address of a resident stands in one: others carry and read it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

from jiedao.language import Text


@dataclass(frozen=True, slots=True)
class Template:
    """One kind of message. `subject` is for channels that have one."""

    subject: Text
    body: Text

    def filled(self, values: dict[str, Any], language: str) -> tuple[str, str]:
        """Subject and body in a language; KeyError when a value is missing."""
        plain = {name: _one_line(value) for name, value in values.items()}
        return self.subject.format(**plain).in_(language), self.body.format(**plain).in_(language)


def _one_line(value: object) -> object:
    """A value with a line break could begin a header, or a message of its own."""
    if isinstance(value, Text):
        return Text(_flat(value.zh), _flat(value.en))
    return _flat(str(value))


def _flat(words: str) -> str:
    return re.sub(r"[\s\x00-\x1f\x7f\u2028\u2029]+", " ", words).strip()


TEMPLATES: Final = {
    "test": Template(
        Text(zh="测试消息", en="Test message"),
        Text(zh="这是{street}的测试消息，请忽略。", en="This is a test message of {street}; please ignore it."),
    ),
    "sign_in_code": Template(
        Text(zh="登录验证码", en="Your sign-in code"),
        Text(
            zh="{code} 是您在{street}的登录验证码，{minutes} 分钟内有效。工作人员不会向您索要，请勿告诉任何人。",
            en="{code} is your code to sign in at {street}, good for {minutes} minutes. Our staff never ask for it; "
            "tell it to no one.",
        ),
    ),
    "phone_changed": Template(
        Text(zh="联系电话已更改", en="Your phone number was changed"),
        Text(
            zh="您在{street}登记的联系电话已更改，今后用新号码登录。如不是您本人要求的，请到社区服务大厅。",
            en="The phone number that {street} has for you was changed; sign in with the new one from now on. If you "
            "did not ask for this, please come to a service hall.",
        ),
    ),
    "certification_due": Template(
        Text(zh="资格认证提醒", en="Certification is due"),
        Text(
            zh="您的{scheme}资格认证应于 {due} 前完成，可到{street}社区服务大厅或在家人协助下办理。",
            en="Please certify for {scheme} by {due}, at a service hall of {street} or with the help of your family.",
        ),
    ),
    "certification_done": Template(
        Text(zh="资格认证已通过", en="Certification passed"),
        Text(zh="您的{scheme}资格认证已通过，有效期至 {until}。", en="Your {scheme} is certified until {until}."),
    ),
    "post_sent": Template(
        Text(zh="邮件已寄出", en="Your item is on its way"),
        Text(zh="您的邮件 {number} 已由{street}寄出。", en="Your item {number} was posted by {street}."),
    ),
    "post_held": Template(
        Text(zh="邮件待领取", en="An item waits for you"),
        Text(
            zh="邮件 {number} 在{place}等您领取，请带证件于 {until} 前领取。",
            en="Item {number} waits for you at {place} until {until}; bring a proof of identity.",
        ),
    ),
    "post_served": Template(
        Text(zh="邮件已妥投", en="Your item was delivered"),
        Text(zh="您的邮件 {number} 已妥投。", en="Your item {number} was delivered."),
    ),
    "money_back": Template(
        Text(zh="退款待领取", en="Money to be handed back"),
        Text(
            zh="您有一笔退款，请到{street}社区服务大厅领取。",
            en="A refund waits for you in a hall of {street}.",
        ),
    ),
}
"""By code. `street` is filled in by the room itself."""


def title(code: str) -> Text:
    """What lists call a message; one of a kind that is no longer sent goes by its code."""
    return TEMPLATES[code].subject if code in TEMPLATES else Text.same(code)
