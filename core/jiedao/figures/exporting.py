"""Taking rows out of the house: who may, how many at once, and the note of it that is kept for ever."""

from __future__ import annotations

from typing import Final

from jiedao.directory.caller import Caller, Role, audit
from jiedao.directory.places import street
from jiedao.figures.sheets.sheet import Sheet
from jiedao.figures.span import Span
from jiedao.language import Text
from jiedao.problems import Invalid
from jiedao.store.unit import Store


def begin(store: Store, caller: Caller, sheet: Sheet, span: Span, form: str, most: int) -> str:
    """Allow an export (accountants), and note it. Returns the street's time zone.

    `Invalid` when the span has more rows than `most`, which is what one file of this form takes.
    """
    caller.must_be(Role.ACCOUNTANT, Role.ADMINISTRATOR)
    with store.read(caller.street) as tx:
        timezone = street(tx).timezone
        rows = sheet.count(tx, span, timezone)
    if rows > most:
        raise Invalid("export.rows", _MANY.format(rows=rows, most=most), field="to", rows=rows, most=most)
    with store.write(caller.street) as tx:
        first, last = span.first.isoformat(), span.last.isoformat()
        audit(tx, caller, "export", sheet.name, first=first, last=last, form=form, rows=rows)
    return timezone


_MANY: Final = Text(
    zh="这段时间有 {rows} 行，一个文件最多 {most} 行，请缩短时间段",
    en="The span has {rows} rows and one file takes {most}; choose a shorter span",
)
