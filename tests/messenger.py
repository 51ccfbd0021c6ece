"""A plugin that sends notices, as a test wants them."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime

from doubles import Acquirer
from jiedao import hookimpl
from jiedao.hookspecs.manifest import Manifest
from jiedao.hookspecs.outcomes import Declined, Succeeded
from jiedao.hookspecs.service import About, Notice, NoticeOutcome, NoticeRequest, Topic
from jiedao.language import Text


class Messenger(Acquirer):
    """An acquirer that sends notices: JSON, genuine when it says so."""

    broken = False

    @hookimpl
    def describe(self) -> Manifest:
        """As an acquirer, and able to send notices."""
        manifest = super().describe()
        return replace(manifest, abilities=manifest.abilities | {"notice"})

    @hookimpl
    def parse_notice(self, request: NoticeRequest) -> NoticeOutcome:
        """Believe the signature `good`."""
        if self.broken:
            raise ZeroDivisionError
        if request.headers.get("x-signature") != "good":
            return Declined(Text.same("forged"), "signature")
        said = json.loads(request.content)
        topics = tuple(Topic(About(about), reference) for about, reference in said["topics"])
        made_at = datetime.fromisoformat(said["made_at"]) if said.get("made_at") else None
        return Succeeded(Notice(said["id"], made_at, topics, "ok", "text/plain"))
