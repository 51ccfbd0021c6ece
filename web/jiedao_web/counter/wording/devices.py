"""Words about printing at the till and about its sheet."""

from __future__ import annotations

from typing import Final

from jiedao.language import Text

WORDS: Final[dict[str, Text]] = {
    "till.part_float": Text(zh="备用金", en="Float"),
    "till.part_taken": Text(zh="收取现金", en="Cash taken"),
    "till.part_given_back": Text(zh="退还现金", en="Cash given back"),
    "till.part_paid_in": Text(zh="存入", en="Paid in"),
    "till.part_paid_out": Text(zh="取出", en="Paid out"),
    "till.says_short": Text(
        zh="清点比应有少 {amount} 元，已记入长短款科目。请核对是否多找了零，或有取出没有记录。",
        en="{amount} less than expected, booked to over and short. Was too much change given, or money taken out that "
        "was not recorded?",
    ),
    "till.says_over": Text(
        zh="清点比应有多 {amount} 元，已记入长短款科目。请核对是否少找了零，或有存入没有记录。",
        en="{amount} more than expected, booked to over and short. Was too little change given, or money put in that "
        "was not recorded?",
    ),
    "till.sheet": Text(zh="日结单 PDF", en="Sheet (PDF)"),
    "till.sheet_print": Text(zh="打印日结单", en="Print the sheet"),
    "batch.open": Text(zh="正在确认", en="Being confirmed"),
    "batch.succeeded": Text(zh="已结算", en="Settled"),
    "batch.declined": Text(zh="对方拒绝，待会计核对", en="Refused; for an accountant"),
    "batch.review": Text(zh="转会计核查", en="With an accountant"),
    "receipt.browser": Text(zh="浏览器打印", en="From the browser"),
    "receipt.printed": Text(zh="打印机已接收", en="The printer took it"),
    "receipt.copied": Text(zh="打印机已接收，标明补打第 {copy} 次", en="The printer took it, marked as reprint {copy}"),
    "receipt.free": Text(zh="这次没有收款，不出收据", en="Nothing was paid, so there is no receipt"),
}
