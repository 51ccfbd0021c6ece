"""Handing drafts over: a folder of its own for each list, which is then sent as one envelope.

The post sends a whole folder, whatever is in it. So the items of a list are moved into a folder that bears our
operation as its note, and that folder is sent. All before the sending can be repeated and changes drafts only.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from jiedao import hookimpl
from jiedao.hookspecs.outcomes import Declined, NotFound, Pending, Succeeded
from jiedao.hookspecs.postal import (
    DispatchAnswer,
    Dispatched,
    DispatchItem,
    DispatchOutcome,
    DispatchQuery,
    DispatchRequest,
)
from jiedao.language import Text
from jiedao_enadawca import answers
from jiedao_enadawca.answers import TAKEN, Draft, Envelope, Folder, NotUnderstood, Received
from jiedao_enadawca.exchange import Talk
from jiedao_enadawca.shipment import guid_of
from jiedao_enadawca.whereabouts import contents, drafts, drafts_in, folders, placed


@hookimpl
def postal_dispatch(request: DispatchRequest) -> DispatchOutcome:
    """Send exactly the items of the list."""
    talk, wanted = Talk(request), _wanted(request.items)
    office = request.office or str(talk.settings["office"])
    if not wanted or not _OFFICE.fullmatch(office):
        return Declined(_EMPTY if not wanted else _NO_OFFICE.format(office=office))
    with talk.asking():
        known = drafts(talk)
        if not wanted.keys() <= known.keys():
            return _not_drafts(talk, wanted, known)
        folder = _folder(talk, request.operation, int(office))
        if isinstance(folder, Declined):
            return folder
        if (refusal := _gather(talk, folder, [known[guid] for guid in sorted(wanted)])) is not None:
            return refusal
    return _send(talk, int(office), folder, wanted)


def _not_drafts(talk: Talk, wanted: Mapping[str, str], known: dict[str, Draft]) -> DispatchOutcome:
    """Items that are no drafts (any more): sent by an earlier, lost call of this list, or by somebody else."""
    found = _looked_up(talk, wanted, known)
    if isinstance(found, NotFound):
        return Declined(_NOT_DRAFTS.format(count=len(wanted.keys() - known.keys())))
    return found


def _folder(talk: Talk, operation: str, office: int) -> Folder | Declined:
    """The folder of this list, which an earlier call may have made."""
    for folder in folders(talk):
        if folder.note == operation:
            return folder
    day = datetime.now(_POLAND).date()
    wanted = {"opis": operation, "urzadNadania": office, "dataNadania": day, "active": False}
    if talk.settings["card"] is not None:
        wanted["idKarta"] = talk.settings["card"]
    return answers.folder_made(talk.call("createEnvelopeBufor", bufor=[wanted]), operation)


def _gather(talk: Talk, folder: Folder, items: list[Draft]) -> Declined | None:
    """Move the items into the folder, and see that nothing else is in it."""
    for source in sorted({draft.buffer for draft in items} - {folder.id}):
        guids = [draft.guid for draft in items if draft.buffer == source]
        answer = talk.call("moveShipments", idBuforFrom=source, idBuforTo=folder.id, guid=guids)
        if (refusal := answers.moved(answer)) is not None:
            return refusal
    inside = {draft.guid for draft in drafts_in(talk, folder.id)}
    if inside != {draft.guid for draft in items}:
        raise NotUnderstood("the folder of the list holds other items; nothing was sent")
    return None


def _send(talk: Talk, office: int, folder: Folder, wanted: Mapping[str, str]) -> DispatchOutcome:
    with talk.acting():
        answer = answers.sent(talk.call("sendEnvelope", urzadNadania=office, idBufor=folder.id))
    with talk.verifying():
        if isinstance(answer, Declined):
            return _refused(talk, answer, folder, wanted)
        envelope, status = answer
        if status is Received.CHECKING:
            return Pending(str(envelope))
        if status is Received.FAULTY:
            return Declined(_FAULTY, status)
        return _handed_over(envelope, contents(talk, envelope), wanted)


def _refused(talk: Talk, refusal: Declined, folder: Folder, wanted: Mapping[str, str]) -> Declined:
    """A refusal counts only when the folder is still there as it was."""
    if {draft.guid for draft in drafts_in(talk, folder.id)} != wanted.keys():
        raise NotUnderstood("the post refused a folder that is not there any more")
    return refusal


@hookimpl
def postal_dispatch_query(request: DispatchQuery) -> DispatchAnswer:
    """Look for the items in the envelopes of the last days; not sent is only what is still a draft."""
    talk, wanted = Talk(request), _wanted(request.items)
    with talk.asking():
        return _looked_up(talk, wanted, drafts(talk))


def _looked_up(talk: Talk, wanted: Mapping[str, str], known: dict[str, Draft]) -> DispatchAnswer:
    sent = placed(talk, wanted)
    held = {envelope.id: envelope for envelope in sent.values()}
    if len(held) == 1:
        ((id_, envelope),) = held.items()
        return _state(envelope, contents(talk, id_), wanted)
    if held:
        raise NotUnderstood(f"the items lie in {len(held)} envelopes")
    if not wanted.keys() <= known.keys():
        raise NotUnderstood("some items are neither drafts nor in an envelope")
    return NotFound()


def _state(envelope: Envelope, inside: dict[str, str], wanted: Mapping[str, str]) -> DispatchAnswer:
    if envelope.status in TAKEN:
        return _handed_over(envelope.id, inside, wanted)
    if envelope.status is Received.CHECKING:
        return Pending(str(envelope.id))
    says = "; ".join(envelope.errors)
    return Declined(Text.same(says) if says else _FAULTY, envelope.status)


def _handed_over(envelope: int, inside: Mapping[str, str], wanted: Mapping[str, str]) -> Succeeded[Dispatched]:
    """Only if the envelope holds exactly the items, each under its number."""
    if inside != wanted:
        raise NotUnderstood(f"envelope {envelope} does not hold exactly the items of the list")
    return Succeeded(Dispatched(str(envelope), len(wanted)))


def _wanted(items: Iterable[DispatchItem]) -> dict[str, str]:
    """Number by guid."""
    return {item.reference or guid_of(item.operation): item.number for item in items}


_OFFICE: Final = re.compile(r"[0-9]{1,9}")
_POLAND: Final = ZoneInfo("Europe/Warsaw")
_EMPTY: Final = Text(zh="清单是空的", en="The list is empty")
_NO_OFFICE: Final = Text(zh="交寄局编号 {office} 不是数字", en="Office {office} is not a number")
_NOT_DRAFTS: Final = Text(zh="有 {count} 件不在草稿中", en="{count} items are not among the drafts")
_FAULTY: Final = Text(zh="邮政判定清单有误，未收寄", en="The post found the envelope faulty and did not take it")
