"""Holidays in China on the bench of the kit: they speak to nobody."""

from __future__ import annotations

from datetime import date

import jiedao_calendar_cn
from jiedao.hookspecs.service import CalendarRequest
from jiedao.testing import Ask, Bench, Site, conformance_suite


def year(at: Site) -> CalendarRequest:
    return CalendarRequest(at.connection, at.deadline, date(2026, 1, 1), date(2027, 1, 31))


BENCH = Bench(
    invalid={"own_days": [{"on": "sunday"}]},
    asks=(Ask("calendar_days", year),),
)

TestCalendarCn = conformance_suite(jiedao_calendar_cn.plugin, BENCH)
