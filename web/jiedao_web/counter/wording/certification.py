"""Words of certification."""

from __future__ import annotations

from typing import Final

from jiedao.language import Text

WORDS: Final[dict[str, Text]] = {
    "cert.nobody": Text(
        zh="请先查找居民（F2），再看享受的待遇。", en="Find the resident first (F2) to see what they draw."
    ),
    "cert.ask": Text(zh="向社保机构查询", en="Ask the bureau"),
    "cert.benefits": Text(zh="享受的待遇", en="What the resident draws"),
    "cert.none": Text(zh="还没有待遇记录", en="No benefits known yet"),
    "cert.none_says": Text(zh="向社保机构查询后显示在这里。", en="Ask the bureau; they will stand here."),
    "cert.unreached": Text(
        zh="社保机构没有答复，以下是上次的记录。", en="The bureau does not answer; this is what was known before."
    ),
    "cert.unknown_there": Text(zh="社保机构没有这位居民的记录。", en="The bureau does not know this resident."),
    "cert.open": Text(zh="正在确认", en="Being confirmed"),
    "cert.due": Text(zh="{date} 前认证", en="due by {date}"),
    "cert.valid": Text(zh="有效期到 {date}", en="valid until {date}"),
    "cert.undated": Text(zh="没有日期", en="no date known"),
    "cert.route": Text(zh="认证方式", en="How"),
    "cert.photo": Text(zh="照片", en="Photo"),
    "cert.photo_optional": Text(zh="选填，JPEG", en="optional, JPEG"),
    "cert.photo_needed": Text(zh="必需，JPEG", en="needed, JPEG"),
    "cert.photo_wrong": Text(zh="请选择 500 KB 以内的 JPEG 照片", en="Choose a JPEG of 500 KB at most"),
    "cert.note": Text(zh="备注", en="Note"),
    "cert.in_person": Text(zh="居民本人到场", en="The resident is here in person"),
    "cert.delegation_needed": Text(
        zh="亲属代办要先选择代办人（F6）。", en="Choose who acts for the resident first (F6)."
    ),
    "cert.consent": Text(zh="居民（或代办人）已同意核验身份", en="The resident (or who acts for them) consents"),
    "cert.consent_missing": Text(zh="请先取得同意", en="Ask for consent first"),
    "cert.consented": Text(zh="当面同意。", en="Consent given at the counter."),
    "cert.choose": Text(zh="请选择要认证的待遇", en="Choose what to certify"),
    "cert.add": Text(zh="加入本次办理", en="Add to this visit"),
    "cert.before": Text(zh="以前的认证", en="Earlier certifications"),
    "benefit.unknown": Text(zh="待查询", en="Not known"),
    "benefit.not_due": Text(zh="已认证", en="Certified"),
    "benefit.due": Text(zh="该认证", en="Due"),
    "benefit.overdue": Text(zh="逾期", en="Overdue"),
    "benefit.suspended": Text(zh="停发", en="Suspended"),
    "benefit.restored": Text(zh="已恢复", en="Restored"),
    "benefit.ended": Text(zh="已终止", en="Ended"),
    "route.counter": Text(zh="窗口当面", en="In person at the counter"),
    "route.face": Text(zh="人脸识别", en="Face recognition"),
    "route.relative": Text(zh="亲属代办", en="By a relative"),
    "route.activity": Text(zh="社区活动", en="At an activity"),
    "route.visit": Text(zh="上门", en="At home"),
    "route.other_region": Text(zh="异地", en="In another region"),
    "route.abroad": Text(zh="境外", en="From abroad"),
}
