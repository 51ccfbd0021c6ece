"""The first page of the console: what a span has brought, and what is open now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from flask import url_for
from markupsafe import Markup

from jiedao import daynames
from jiedao.attention.matter import Matter, Severity
from jiedao.figures.collected import Sum
from jiedao.figures.sheets import SHEETS
from jiedao.figures.standing import PARCEL_NAMES
from jiedao.figures.street import Glance, glance
from jiedao.language import Text
from jiedao_web.console import charts, numbers
from jiedao_web.console.charts import Point
from jiedao_web.console.frame import face, show
from jiedao_web.console.parts import Entry, Pages
from jiedao_web.console.spans import SPANS, asked, in_address
from jiedao_web.context import house
from jiedao_web.look import spoken_language
from jiedao_web.sessions import caller

pages = Pages("overview")


@dataclass(frozen=True, slots=True)
class Part:
    """A row of a panel: what it is, how much, its share of all, and a picture of that."""

    name: str
    amount: str
    share: str
    picture: Markup


@dataclass(frozen=True, slots=True)
class Task:
    """Something that waits for somebody, with the page where it is done."""

    words: str
    number: int
    link: str
    urgent: bool


@pages.get("/", entry=Entry("street", "overview.title", "house"))
def overview() -> str:
    """How the street stands."""
    wanted = asked(default="year")
    with house().store.read(caller().street) as tx:
        known = glance(tx, wanted["span"], wanted["first"], wanted["last"])
        problems = house().attention.matters(tx)
    spoken, money, timezone = spoken_language(), known.money, known.street.timezone
    return show(
        "console/overview.html",
        wanted=wanted,
        spans=SPANS,
        span=known.span,
        total=numbers.money(money.total.net, known.street.currency),
        money=money,
        amount=numbers.amount,
        as_of=numbers.clock(money.as_of, timezone),
        chart=_chart(known, spoken),
        steps=_steps(known, spoken),
        billers=_sums(money.by_biller, money.billers, spoken),
        halls=_sums(money.by_hall, known.halls, spoken),
        ways=_ways(known, spoken),
        parcels=_parcels(known, spoken),
        schemes=[(one, one.title.in_(spoken)) for one in known.certified],
        tasks=[_problems(problems), *_tasks(known)],
        downloads=_downloads(wanted, spoken),
    )


def _chart(known: Glance, spoken: str) -> Markup | None:
    """Nothing where there is one step only: a line needs two."""
    points = _steps(known, spoken)
    if len(points) < _LEAST_STEPS:
        return None
    words = face.words
    largest = max(points, key=lambda point: point.value)
    says = words["overview.chart_says"].format(
        many=len(points), most=largest.full, amount=largest.said, total=numbers.amount(known.money.total.net)
    )
    title = words["overview.by_month" if known.span.by_month else "overview.by_day"].in_(spoken)
    return charts.line("over-time", title, says.in_(spoken), points)


def _steps(known: Glance, spoken: str) -> list[Point]:
    """Days or months with what stayed collected; a month of another year says which."""
    points = []
    for step in known.money.steps:
        first, net = step.span.first, step.paid - step.refunded
        label = daynames.month(first).in_(spoken) if known.span.by_month else str(first.day)
        full = f"{first:%Y-%m}" if known.span.by_month else daynames.short(first).in_(spoken)
        points.append(Point(label, net, numbers.amount(net), full))
    return points


def _sums(sums: Sequence[Sum], names: Mapping[str, Text], spoken: str) -> list[Part]:
    """By what stayed collected, against the largest."""
    most, total = max((one.net for one in sums), default=0), sum(one.net for one in sums)
    return [
        Part(
            names.get(one.key, Text.same(one.key)).in_(spoken) or "—",
            numbers.amount(one.net),
            numbers.percent(one.net, total),
            charts.bar(one.net, most),
        )
        for one in sums
    ]


def _ways(known: Glance, spoken: str) -> tuple[Markup, list[Part]]:
    """How it was paid: money by the way it came, less what went back, and points that were spent."""
    money = known.money
    net = [(known.way(way.key).in_(spoken), way.taken - way.returned) for way in money.ways]
    points = money.points.redeemed - money.points.restored
    net.append((face.words["overview.with_points"].in_(spoken), points))
    shown = sorted(((name, n) for name, n in net if n > 0), key=lambda one: -one[1])
    title = face.words["overview.ways"].in_(spoken)
    return _shared("ways", title, [Point(name, n, numbers.amount(n)) for name, n in shown])


def _parcels(known: Glance, spoken: str) -> tuple[Markup, list[Part]]:
    points = [
        Point(PARCEL_NAMES[word].in_(spoken), number, str(number)) for word, number in known.parcels.items() if number
    ]
    points.sort(key=lambda point: -point.value)
    return _shared("parcels", face.words["overview.parcels"].in_(spoken), points)


def _shared(name: str, title: str, points: Sequence[Point]) -> tuple[Markup, list[Part]]:
    total = sum(point.value for point in points)
    says = "; ".join(f"{point.label} {point.said}" for point in points)
    picture = charts.share(name, title, says, points)
    parts = [
        Part(point.label, point.said, numbers.percent(point.value, total), charts.swatch(no))
        for no, point in enumerate(points)
    ]
    return picture, parts


def _problems(found: Sequence[Matter]) -> Task:
    """Everything that needs a person, which has a page of its own."""
    urgent = any(one.severity is Severity.URGENT for one in found)
    return Task("overview.need_a_person", len(found), url_for("console.problems"), urgent=urgent)


def _tasks(known: Glance) -> list[Task]:
    found = known.open
    return [
        Task("overview.review", found.review, url_for("console.reviews"), urgent=True),
        Task("overview.breaks", found.breaks, url_for("console.settlements"), urgent=True),
        Task("overview.old_shifts", found.shifts, url_for("console.days"), urgent=True),
        Task("overview.unknown", found.unknown, url_for("console.reviews", which="open"), urgent=False),
        Task("overview.unsent", found.unsent, url_for("console.reviews", which="open"), urgent=False),
    ]


def _downloads(wanted: Mapping[str, Any], spoken: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """Every kind of export in each form, with the span of the page."""
    said = in_address(wanted)
    return [
        (sheet.title.in_(spoken), [(form, url_for("exports.export", file=f"{name}.{form}", **said)) for form in _FORMS])
        for name, sheet in SHEETS.items()
    ]


_FORMS: Final = ("xlsx", "csv")
_LEAST_STEPS: Final = 2
