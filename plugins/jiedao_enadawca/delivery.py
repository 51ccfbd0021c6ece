"""What became of an item: its events and the proof of delivery, both from EPO."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from jiedao import hookimpl
from jiedao.hookspecs.outcomes import Declined, Succeeded
from jiedao.hookspecs.postal import ProofOutcome, ProofRequest, TrackOutcome, TrackRequest
from jiedao.language import Text
from jiedao_enadawca import epo
from jiedao_enadawca.answers import Envelope
from jiedao_enadawca.exchange import Talk
from jiedao_enadawca.whereabouts import placed


@hookimpl
def postal_track(request: TrackRequest) -> TrackOutcome:
    """The events that EPO tells; the post's tracking service is another interface, which is not spoken here."""
    talk = Talk(request)
    with talk.asking():
        sent = placed(talk, [request.reference]).get(request.reference)
        if sent is None:
            return Declined(_NOT_SENT)
        found = _epo(talk, sent, request)
        return Succeeded(epo.events(found, sent.day))


@hookimpl
def postal_proof(request: ProofRequest) -> ProofOutcome:
    """The proof of delivery or return, with the signature where the courier's device took one."""
    talk = Talk(request)
    with talk.asking():
        sent = placed(talk, [request.reference]).get(request.reference)
        if sent is None:
            return Declined(_NOT_SENT)
        proof = epo.proof(_epo(talk, sent, request, withBioepo=True))
    return Declined(_NONE_YET) if proof is None else Succeeded(proof)


def _epo(talk: Talk, envelope: Envelope, request: TrackRequest | ProofRequest, **more: bool) -> Mapping[str, Any]:
    answer = talk.call("getEPOStatus", guid=[request.reference], endedOnly=False, idEnvelope=envelope.id, **more)
    return epo.found(answer, request.reference, request.number)


_NOT_SENT: Final = Text(zh="近期的交寄清单中没有此邮件", en="The item is in no envelope of the last days")
_NONE_YET: Final = Text(zh="还没有投递凭证", en="There is no proof of delivery yet")
