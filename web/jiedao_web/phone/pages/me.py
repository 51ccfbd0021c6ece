"""Who one is here: profile, kept accounts, who may act for whom, and the way out."""

from __future__ import annotations

from jiedao_web.api.my import accounts, certification, sessions
from jiedao_web.phone.frame import show
from jiedao_web.phone.parts import Pages

pages = Pages()


@pages.get("/me")
def me() -> str:
    """Profile, kept accounts and delegations."""
    mandates = certification.mandates()
    kept = accounts.accounts()["accounts"]
    return show("phone/me.html", profile=sessions.profile(), accounts=kept, mandates=mandates)
