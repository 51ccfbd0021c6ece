"""Complaints (reklamacje)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from jiedao import hookimpl
from jiedao.hookspecs.outcomes import Declined, Succeeded
from jiedao.hookspecs.postal import Complaint, ComplaintOutcome, ComplaintRequest
from jiedao.language import Text
from jiedao_connectors.soap import TYPE, Typed
from jiedao_enadawca import answers
from jiedao_enadawca.exchange import Talk
from jiedao_enadawca.whereabouts import placed


@hookimpl
def postal_complain(request: ComplaintRequest) -> ComplaintOutcome:
    """Complain about an item that was sent. `kind` is "main/detail" of the post's own list of reasons.

    The interface wants the whole shipment again, so it is asked for as the post has it.
    """
    talk, guid = Talk(request), request.reference
    with talk.asking():
        known = answers.reasons(talk.call("getListaPowodowReklamacji"))
        if request.kind not in known:
            return Declined(_NO_REASON.format(reasons="; ".join(f"{key} {says}" for key, says in known.items())))
        sent = placed(talk, [guid]).get(guid)
        if sent is None:
            return Declined(_NOT_SENT)
        full = talk.call("getEnvelopeContentFull", idEnvelope=sent.id)
        complained = _complaint(request, *answers.whole(full, guid))
    with talk.acting():
        answer = answers.complained(talk.call("addReklamacje", reklamowanaPrzesylka=[complained]), guid)
    return answer if isinstance(answer, Declined) else Succeeded(Complaint(answer))


def _complaint(request: ComplaintRequest, day: object, type_: str, values: Mapping[str, Any]) -> dict[str, Any]:
    main, _, detail = request.kind.partition("/")
    made: dict[str, Any] = {
        "przesylka": Typed(type_, _again(values)),
        "powodReklamacji": {
            "idPowodGlowny": int(main),
            "powodSzczegolowy": [{"idPowodSzczegolowy": int(detail)}],
        },
        "dataNadania": day,
        "urzadNadania": request.connection.settings["office"],
        "powodReklamacjiOpis": request.says,
    }
    return made | ({"oczekiwaneOdszkodowanie": request.claimed} if request.claimed else {})


def _again(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values of an answer as arguments: what was empty is left out, what told its type tells it again."""
    return {name: _value(value) for name, value in values.items() if value not in (None, [])}


def _value(value: Any) -> Any:
    if not isinstance(value, Mapping):
        return value
    inner = _again({name: each for name, each in value.items() if name != TYPE})
    return Typed(value[TYPE], inner) if TYPE in value else inner


_NO_REASON: Final = Text(zh="没有这一投诉原因；可选：{reasons}", en="There is no such reason; there are: {reasons}")
_NOT_SENT: Final = Text(zh="近期的交寄清单中没有此邮件", en="The item is in no envelope of the last days")
