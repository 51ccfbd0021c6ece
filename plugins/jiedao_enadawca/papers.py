"""Labels and the outbox book."""

from __future__ import annotations

import re
from typing import Final

from jiedao import hookimpl
from jiedao.hookspecs.outcomes import Declined, Succeeded
from jiedao.hookspecs.postal import DocumentOutcome, LabelRequest, OutboxRequest
from jiedao.hookspecs.values import Document
from jiedao.language import Text
from jiedao_enadawca import answers
from jiedao_enadawca.exchange import Talk
from jiedao_enadawca.whereabouts import drafts

COMPACT: Final = "compact"
"""The one other size of a label."""


@hookimpl
def postal_label(request: LabelRequest) -> DocumentOutcome:
    """The post gives labels of drafts only: they are printed before the list is handed over."""
    if request.size not in ("", COMPACT):
        return Declined(_NO_SIZE.format(size=request.size))
    talk, guid = Talk(request), request.reference
    with talk.asking():
        draft = drafts(talk).get(guid)
        if draft is None or draft.number != request.number:
            return Declined(_NO_DRAFT)
        if request.size == COMPACT:
            answer = talk.call("getAddresLabelByGuidCompact", guid=[guid], idBufor=draft.buffer)
            content = answers.compact_label(answer)
        else:
            answer = talk.call("getAddresLabelByGuid", guid=[guid], idBufor=draft.buffer)
            content = answers.label(answer, guid, request.number)
    return Succeeded(Document(f"{request.number}.pdf", _PDF, content))


@hookimpl
def postal_outbox(request: OutboxRequest) -> DocumentOutcome:
    """The outbox book (książka nadawcza) of an envelope."""
    if not _ENVELOPE.fullmatch(request.reference):
        return Declined(_NO_ENVELOPE.format(reference=request.reference))
    talk = Talk(request)
    with talk.asking():
        answer = answers.outbox(talk.call("getOutboxBook", idEnvelope=int(request.reference)))
    if isinstance(answer, Declined):
        return answer
    return Succeeded(Document(f"outbox-{request.reference}.pdf", _PDF, answer))


_PDF: Final = "application/pdf"
_ENVELOPE: Final = re.compile(r"[0-9]{1,9}")
_NO_SIZE: Final = Text(zh="没有面单规格 {size}", en="There is no label of size {size}")
_NO_DRAFT: Final = Text(
    zh="草稿中没有此邮件：面单须在交寄前打印", en="The item is not a draft: labels are printed before it is handed over"
)
_NO_ENVELOPE: Final = Text(zh="{reference} 不是交寄清单编号", en="{reference} is not the number of an envelope")
