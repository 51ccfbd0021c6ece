"""Words of the problems page."""

from __future__ import annotations

from typing import Final

from jiedao.language import Text

WORDS: Final[dict[str, Text]] = {
    "problems.title": Text(zh="待处理问题", en="Problems"),
    "problems.lead": Text(
        zh="需要有人处理的事都在这里，紧急的在前。每一条都有去处。",
        en="Everything that needs a person, the most urgent first. Each has a link to where it is mended.",
    ),
    "problems.since": Text(zh="自 {at} 起", en="since {at}"),
    "problems.about": Text(zh="：{what}", en=": {what}"),
    "problems.none": Text(zh="没有需要处理的问题", en="Nothing needs a person"),
    "problems.none_says": Text(
        zh="接入、业务和账簿都正常。", en="Connections, daily work and books are as they should be."
    ),
    "severity.urgent": Text(zh="紧急", en="Urgent"),
    "severity.urgent_says": Text(
        zh="居民办不了事，或钱和账对不上。", en="Residents are turned away, or money is not where the books say."
    ),
    "severity.soon": Text(zh="今天处理", en="Today"),
    "severity.soon_says": Text(zh="放着会越来越多。", en="These grow by themselves."),
    "severity.note": Text(zh="留意", en="Good to know"),
    "severity.note_says": Text(zh="目前没有问题，心里有数即可。", en="Nothing is wrong yet."),
}
