"""Messages that came, and whether they are wanted."""

from __future__ import annotations

from jiedao_web.api.my import messages as my
from jiedao_web.phone.frame import show
from jiedao_web.phone.parts import Pages

pages = Pages()


@pages.get("/messages")
def my_messages() -> str:
    """What was sent, newest first, and by which ways messages may come."""
    contacts = my.contacts()["contacts"]
    return show("phone/messages.html", messages=my.messages()["messages"][:30], contacts=contacts)
