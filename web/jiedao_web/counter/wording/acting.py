"""Words about acting for another, and about the identity card."""

from __future__ import annotations

from typing import Final

from jiedao.language import Text

WORDS: Final[dict[str, Text]] = {
    "acting.choose": Text(zh="代办", en="Proxy"),
    "acting.title": Text(zh="谁来代办", en="Who acts for the resident"),
    "acting.for": Text(zh="本人：{name}", en="For {name}"),
    "acting.known": Text(zh="已登记的委托", en="Registered delegations"),
    "acting.none": Text(zh="没有有效的委托。", en="No delegation is in force."),
    "acting.until": Text(zh="有效至 {date}", en="until {date}"),
    "acting.open_ended": Text(zh="长期有效", en="without an end"),
    "acting.new": Text(zh="登记新的委托", en="Register a delegation"),
    "acting.agent": Text(zh="代办人", en="Who acts"),
    "acting.who": Text(
        zh="请先查找代办人；代办人要登记为居民", en="Find who acts first; they must be registered as a resident"
    ),
    "acting.relation": Text(zh="关系", en="Relation"),
    "acting.relation_hint": Text(zh="例如：子女、邻居、社工", en="Such as daughter, neighbour, social worker"),
    "acting.proof": Text(zh="凭据", en="Proof"),
    "acting.proof_hint": Text(zh="例如：授权委托书编号", en="Such as the number of a power of attorney"),
    "acting.from": Text(zh="生效日", en="From"),
    "acting.to": Text(zh="到期日", en="Until"),
    "acting.save": Text(zh="登记并使用", en="Register and use"),
    "acting.now": Text(zh="{name} 代办", en="{name} acts"),
    "acting.proof_is": Text(zh="凭据 {proof}", en="proof {proof}"),
    "acting.end": Text(zh="结束代办", en="End"),
    "resident.read_card": Text(zh="读身份证", en="Read card"),
    "resident.reading": Text(zh="正在读取证件…", en="Reading the card…"),
    "resident.unregistered": Text(zh="“{name}”还没有登记。", en='"{name}" is not registered yet.'),
}
