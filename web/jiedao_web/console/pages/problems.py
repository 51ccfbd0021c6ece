"""The problems page: everything that needs a person, the most urgent first, each with the link that mends it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from jiedao.attention.matter import ORDER, Matter, Page
from jiedao.clock import stamp
from jiedao.directory import places
from jiedao.directory.caller import Role
from jiedao_web.console.frame import show
from jiedao_web.console.parts import Entry, Pages
from jiedao_web.console.ways import way
from jiedao_web.context import house
from jiedao_web.look import spoken_language
from jiedao_web.sessions import caller

pages = Pages("problems")
_FOR_ADMINISTRATORS = (Page.CONNECTION, Page.CATALOGUE)


@dataclass(frozen=True, slots=True)
class Shown:
    """A matter as it stands on the page; `address` is empty for whoever may not open what mends it."""

    matter: Matter
    says: str
    mend: str
    address: str


@pages.get("/problems", entry=Entry("street", "problems.title", "alert"))
def problems() -> str:
    """Everything that needs a person."""
    by, spoken = caller(), spoken_language()
    with house().store.read(by.street) as tx:
        found = [_shown(one, spoken, by.role) for one in house().attention.matters(tx)]
        timezone = places.street(tx).timezone
    groups = [(severity, [one for one in found if one.matter.severity is severity]) for severity in ORDER]
    return show(
        "console/problems.html",
        groups=[(severity.value, matters) for severity, matters in groups if matters],
        moment=partial(stamp, timezone=timezone),
    )


def _shown(one: Matter, spoken: str, role: Role) -> Shown:
    closed = one.page in _FOR_ADMINISTRATORS and role is not Role.ADMINISTRATOR
    return Shown(one, one.says.in_(spoken), one.mend.in_(spoken), "" if closed else way(one.page, one.subject))
