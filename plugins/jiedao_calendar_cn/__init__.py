"""Workdays in China: public holidays with the weekends that make up for them, and days of the street's own.

The State Council publishes a year's holidays in the autumn before; the package `chinesecalendar` has those that are
published. A later year is provisional: weekends only.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Final

from marshmallow import RAISE, Schema, ValidationError, fields, validate, validates_schema

from jiedao import hookimpl
from jiedao.hookspecs.manifest import Manifest
from jiedao.hookspecs.service import CalendarRequest, CheckRequest, CheckResult, Day, Days
from jiedao.language import Text
from jiedao_calendar_cn.published import latest_year, state_day
from jiedao_schemas.configuration import PluginSettings, SettingsConfiguration, setting

__all__ = ["plugin"]


class OwnDay(Schema):
    """A day on which this street differs from the state's calendar."""

    class Meta:
        """Unknown columns are mistakes."""

        unknown = RAISE

    on = fields.Date(required=True)
    working = fields.Boolean(required=True)
    name_zh = fields.String(required=True, validate=validate.Length(min=1, max=40))
    name_en = fields.String(required=True, validate=validate.Length(min=1, max=40))


class Settings(PluginSettings):
    """Nothing is needed; a street may have holidays of its own."""

    own_days = setting(
        fields.List(fields.Nested(OwnDay), load_default=list, validate=validate.Length(max=1000)),
        zh="地方节假日",
        en="Days of the street's own",
        help_zh="日期 on、是否上班 working、名称；例如那达慕、古尔邦节",
        help_en="on, working and names; such as Naadam or Eid",
    )

    @validates_schema(skip_on_field_errors=True)
    def _once_each(self, settings: Mapping[str, Any], **_: Any) -> None:
        """Which of two entries for one day holds would be a guess."""
        days = [row["on"] for row in settings["own_days"]]
        twice = next((day for day in days if days.count(day) > 1), None)
        if twice:
            raise ValidationError(f"{twice} 重复 / {twice} stands twice", "own_days")


class CalendarCn:
    """The hooks of the plugin."""

    @hookimpl
    def describe(self) -> Manifest:
        """Local: nothing outside is asked."""
        return _MANIFEST

    @hookimpl
    def check_connection(self, request: CheckRequest) -> CheckResult:
        """Say how far the holidays are known."""
        return CheckResult(True, _KNOWN.format(year=latest_year()))

    @hookimpl
    def calendar_days(self, request: CalendarRequest) -> Days:
        """Day by day: the street's own word first, then the state's, else the weekend's."""
        own = {row["on"]: row for row in request.connection.settings["own_days"]}
        count = (request.last - request.first).days + 1
        return tuple(_day(request.first + timedelta(days=n), own) for n in range(count))


def _day(on: date, own: Mapping[date, Mapping[str, Any]]) -> Day:
    row = own.get(on)
    return state_day(on) if row is None else Day(on, row["working"], Text(row["name_zh"], row["name_en"]))


_MANIFEST: Final = Manifest(
    name="jiedao_calendar_cn",
    version="0.1.0",
    title=Text(zh="中国节假日", en="Holidays in China"),
    families=("service",),
    configuration=SettingsConfiguration(Settings),
    local=True,
)
_KNOWN: Final = Text(zh="已公布的节假日到 {year} 年为止", en="Holidays are known up to {year}")

plugin: Final = CalendarCn()
