"""Pushed tracking (040002): whether it is EMS's, and which items it is about. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from jiedao.hookspecs.outcomes import Declined, Succeeded
from jiedao.hookspecs.service import About, Notice, NoticeOutcome, NoticeRequest, Topic
from jiedao_connectors.ems.problems import NotUnderstood
from jiedao_connectors.ems.push import acknowledgement, open_push
from jiedao_ems import words

TOLERANCE: Final = timedelta(hours=24)
"""EMS repeats a push that was not acknowledged for most of a day; what is older was kept by somebody else."""


def read(request: NoticeRequest, now: datetime) -> NoticeOutcome:
    """The notice, if it is sealed with our key, for our contract, and of today."""
    settings = request.connection.settings
    try:
        push = open_push(request.content, settings["key"])
    except NotUnderstood as wrong:
        return Declined(words.NOT_GENUINE.format(why=str(wrong)), "NOT_GENUINE")
    if push.sender != settings["sender_number"]:
        return Declined(words.NOT_OUR_SENDER, "NOT_OUR_SENDER")
    if abs(now - push.made_at) > TOLERANCE:
        return Declined(words.STALE, "STALE")
    numbers = dict.fromkeys(event.number for event in push.events)
    topics = tuple(Topic(About.CONSIGNMENT, number) for number in numbers)
    return Succeeded(Notice(push.serial, push.made_at, topics, acknowledgement(push)))
