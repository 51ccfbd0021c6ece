"""Messages to residents: what became of them, when nobody is disturbed, and a test message."""

from __future__ import annotations

from typing import Final

from flask import request

from jiedao.directory.caller import Role
from jiedao.hookspecs.service import Channel
from jiedao.notifications import listing
from jiedao.notifications.listing import MAYBE, NOT_SENT
from jiedao.notifications.notifications import says
from jiedao.notifications.templates import title
from jiedao.operations.model import State
from jiedao_web.console.parts import Entry, Pages
from jiedao_web.console.saying import display
from jiedao_web.context import house
from jiedao_web.sessions import caller

pages = Pages("messages")
STATES: Final = ("", NOT_SENT, State.PLANNED.value, MAYBE, State.SUCCEEDED.value)
"""What the list may be narrowed to, in the order of its tabs."""
_MOST: Final = 30


@pages.get("/messages", entry=Entry("people", "messages.title", "message"))
def messages() -> str:
    """What was sent to residents, newest first, and what was not."""
    asked = request.args.get("state", "")
    state = asked if asked in STATES else ""
    with house().store.read(caller().street) as tx:
        found = listing.messages(tx, state, request.args.get("after", "")[:40], _MOST)
        quiet = house().notifications.quiet_hours(tx)
        ways = [channel.value for channel in Channel if house().notifications.can_send(tx, channel)]
    return display(
        "console/messages.html",
        messages=found,
        states=STATES,
        state=state,
        after=found[-1].id if len(found) == _MOST else "",
        title_of=title,
        says_of=says,
        not_sent=listing.KINDS[NOT_SENT],
        starts=quiet.starts.isoformat("minutes"),
        ends=quiet.ends.isoformat("minutes"),
        ways=ways,
        may_edit=caller().role is Role.ADMINISTRATOR,
    )
