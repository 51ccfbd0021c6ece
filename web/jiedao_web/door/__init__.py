"""The door: where staff sign in, in one step or two, by password or from an identity provider; and their account."""

from __future__ import annotations

from flask import Flask, redirect, url_for
from werkzeug.wrappers import Response as Reply

from jiedao_web.door.frame import door, home, session_at
from jiedao_web.door.pages import account, identity, sign_in

__all__ = ["account", "add_door", "identity", "sign_in"]


def add_door(app: Flask) -> None:
    """Serve it, and lead from the root to where whoever is signed in works, and everybody else to the door."""
    app.register_blueprint(door)
    app.add_url_rule("/", "root", _root)


def _root() -> Reply:
    session = session_at()
    return redirect(home(session.caller.role) if session else url_for("door.sign_in"))
