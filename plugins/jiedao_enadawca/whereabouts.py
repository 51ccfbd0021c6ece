"""Where a shipment is: among the drafts of a folder, in an envelope that was sent, or nowhere."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import UTC, datetime, timedelta
from typing import Final

from jiedao_enadawca import answers
from jiedao_enadawca.answers import Draft, Envelope, Received
from jiedao_enadawca.exchange import Talk


def drafts(talk: Talk) -> dict[str, Draft]:
    """All drafts by guid, in whichever folder a person may have put them."""
    return {draft.guid: draft for folder in folders(talk) for draft in drafts_in(talk, folder.id)}


def folders(talk: Talk) -> tuple[answers.Folder, ...]:
    """The folders of the account."""
    return answers.folders(talk.call("getEnvelopeBuforList"))


def drafts_in(talk: Talk, folder: int) -> tuple[Draft, ...]:
    """The drafts of one folder."""
    return answers.drafts(talk.call("getEnvelopeBufor", idBufor=folder), folder)


def envelopes(talk: Talk) -> tuple[Envelope, ...]:
    """The envelopes of the last days, the newest first."""
    # One day more at both ends: the post counts days in its own time.
    today = datetime.now(UTC).date()
    first = today - timedelta(days=talk.settings["look_back"] + 1)
    return answers.envelopes(talk.call("getEnvelopeList", startDate=first, endDate=today + timedelta(days=1)))


def contents(talk: Talk, envelope: int) -> dict[str, str]:
    """The shipments of an envelope: number by guid."""
    return answers.contents(talk.call("getEnvelopeContentShort", idEnvelope=envelope))


def placed(talk: Talk, guids: Iterable[str]) -> dict[str, Envelope]:
    """The envelope of each shipment that was sent in the last days; of several, the newest."""
    wanted, listed = list(guids), envelopes(talk)
    _read(talk, wanted, listed)
    by_id = {envelope.id: envelope for envelope in listed}
    with talk.client.lock:
        found = {guid: talk.client.placed.get(guid, _NOWHERE) for guid in wanted}
    return {guid: by_id[id_] for guid, id_ in found.items() if id_ in by_id}


def _read(talk: Talk, wanted: Iterable[str], listed: Iterable[Envelope]) -> None:
    """Read envelopes, the newest first, until none that is older can hold a shipment instead."""
    client = talk.client
    for envelope in listed:
        with client.lock:
            found = [client.placed.get(guid, _NOWHERE) for guid in wanted]
            known = envelope.id in client.read
        if all(id_ >= envelope.id for id_ in found):
            return
        if not known:
            _remember(talk, envelope, contents(talk, envelope.id))


def _remember(talk: Talk, envelope: Envelope, inside: Collection[str]) -> None:
    """What the post is still checking is read again; what it refused may lie in a newer envelope."""
    client = talk.client
    with client.lock:
        if len(client.placed) > _MOST:
            client.placed.clear()
            client.read.clear()
        for guid in inside:
            client.placed[guid] = max(envelope.id, client.placed.get(guid, _NOWHERE))
        if inside and envelope.status is not Received.CHECKING:
            client.read.add(envelope.id)


_NOWHERE: Final = -1
_MOST: Final = 100_000
"""Shipments that are remembered for a connection: some ten megabytes."""
