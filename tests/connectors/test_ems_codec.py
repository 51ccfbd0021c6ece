"""The codecs of EMS against bytes that others made (GB/T 32907, OpenSSL) and on golden texts."""

from __future__ import annotations

import base64
import gc
import json
import tracemalloc
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, unquote

import pytest

from ems_samples import OLDER_ACCESS, ORDER, STREET_ACCESS
from jiedao_connectors.ems import current, older, sm4, track, values
from jiedao_connectors.ems.problems import NotUnderstood
from jiedao_connectors.ems.push import acknowledgement, open_push, seal_push
from jiedao_sandbox.ems import KEY

NOW = datetime(2026, 11, 25, 1, 2, 3, tzinfo=UTC)
VECTOR = bytes.fromhex("0123456789ABCDEFFEDCBA9876543210")
WAYBILL = "1100000000001"


def fields(form: bytes) -> dict[str, str]:
    return {name: value[0] for name, value in parse_qs(form.decode(), keep_blank_values=True).items()}


def test_sm4_is_the_standards() -> None:
    sealed = sm4.encrypt(VECTOR, VECTOR)
    assert sealed[:16].hex() == "681edf34d206965e86b3e94f536e4246"
    assert sm4.decrypt(VECTOR, sealed) == VECTOR


def test_a_sealed_text_is_what_openssl_makes_of_it() -> None:
    # printf '%s' text+key | openssl enc -sm4-ecb
    golden = (
        "|$4|hooBcWU0/fCPDQGqqxG8FAOWd81ZW9Z2CvUFmlzt+FgYPW7G6Zs+tXZZoHuP7kjYAmwXiAdSVzkP2wNWXlsTg02k+O7ZP99eLOPeVLuf"
        "hfs="
    )
    text = '{"waybillNo":"1100000000001","名":"王小明"}'
    assert sm4.seal(KEY, text) == golden
    assert sm4.unseal(KEY, golden) == text


def test_a_text_without_the_key_behind_it_is_read_too() -> None:
    assert sm4.unseal(KEY, "|$4|hooBcWU0/fCPDQGqqxG8FFSs2TxvBNLfKGEb12OiJDs=") == '{"waybillNo":"1100000000001"}'


@pytest.mark.parametrize("sealed", ["", "|$4|", "|$4|!", "|$4|AAAA", "hooBcWU0/fCPDQGqqxG8FA==", "|$4|" + "A" * 44])
def test_what_is_not_sealed_with_the_key_is_not_read(sealed: str) -> None:
    with pytest.raises(NotUnderstood):
        sm4.unseal(KEY, sealed)


@pytest.mark.parametrize("key", ["", "short", base64.b64encode(b"15 bytes of key").decode(), "王" * 16])
def test_a_key_must_have_sixteen_bytes(key: str) -> None:
    with pytest.raises(ValueError, match="key"):
        sm4.key_of(key)


def test_a_create_of_the_current_interface_byte_for_byte() -> None:
    sent = fields(current.encode_create(STREET_ACCESS, ORDER, NOW))
    sealed = sent.pop("logitcsInterface")
    assert sent == {
        "apiCode": "020003",
        "senderNo": "1100012345678",
        "authorization": "sandbox-ems-authorization",
        "msgType": "0",
        "timeStamp": "2026-11-25 09:02:03",
        "version": "V1.0.0",
        "userCode": "",
    }
    plain = sm4.decrypt(sm4.key_of(KEY), base64.b64decode(sealed.removeprefix("|$4|"))).decode()
    assert plain == (
        '[{"createdTime":"2026-11-25 09:02:03","ecommerceUserId":"street-01","senderNo":"1100012345678",'
        '"logisticsOrderNo":"01JDQ2R7XKZB4M8N9PTV","contentsAttribute":"1","bizProductNo":"1","weight":"120",'
        '"postageTotal":"20.00","insuranceFlag":"1","pickupType":"1","paymentMode":"1","codFlag":"9",'
        '"receiptFlag":"1","sender":{"name":"大厅","postCode":"017000","phone":"0477-8581234","mobile":"",'
        '"prov":"内蒙古自治区","city":"鄂尔多斯市","county":"康巴什区","address":"康宁路 5 号"},'
        '"receiver":{"name":"王𠮷祥","postCode":"150001","phone":"","mobile":"13800001234","prov":"黑龙江省",'
        '"city":"哈尔滨市","county":"南岗区","address":"<中山路> 88 号 & 2 单元"},'
        '"cargos":[{"cargoName":"居住证明","cargoQuantity":"1","cargoWeight":"120"}]}]' + KEY
    )


def test_amounts_and_a_number_of_ours_go_along() -> None:
    asked = replace(ORDER, waybill=WAYBILL, insured=100_050, collect=7, receipt="2", contents="3")
    body = current.order_body(STREET_ACCESS, asked, NOW)
    assert (body["waybillNo"], body["insuranceFlag"], body["insuranceAmount"]) == (WAYBILL, "2", "1000.50")
    assert (body["codFlag"], body["codAmount"], body["receiptFlag"]) == ("1", "0.07", "2")


def test_a_create_of_the_older_interface_byte_for_byte() -> None:
    sent = fields(older.encode_create(OLDER_ACCESS, replace(ORDER, waybill=WAYBILL), NOW))
    xml = sent["logistics_interface"]
    assert xml == (
        "<OrderNormal><created_time>2026-11-25 09:02:03</created_time><logistics_provider>B</logistics_provider>"
        "<ecommerce_no>JIEDAO</ecommerce_no><ecommerce_user_id>street-01</ecommerce_user_id>"
        "<sender_type>1</sender_type><sender_no>1100012345678</sender_no><inner_channel>0</inner_channel>"
        "<logistics_order_no>01JDQ2R7XKZB4M8N9PTV</logistics_order_no><waybill_no>1100000000001</waybill_no>"
        "<contents_attribute>1</contents_attribute><base_product_no>1</base_product_no>"
        "<biz_product_no>1</biz_product_no><weight>120</weight><postage_total>20.00</postage_total>"
        "<insurance_flag>1</insurance_flag><insurance_amount></insurance_amount><deliver_type></deliver_type>"
        "<pickup_type>1</pickup_type><payment_mode>1</payment_mode><cod_flag>9</cod_flag><cod_amount></cod_amount>"
        "<receipt_flag>1</receipt_flag><receipt_waybill_no></receipt_waybill_no><valuable_flag>0</valuable_flag>"
        "<sender_safety_code>0</sender_safety_code><receiver_safety_code></receiver_safety_code>"
        "<sender><name>大厅</name><post_code>017000</post_code><phone>0477-8581234</phone><mobile></mobile>"
        "<prov>内蒙古自治区</prov><city>鄂尔多斯市</city><county>康巴什区</county>"
        "<address>康宁路 5 号</address></sender>"
        "<pickup><name>大厅</name><post_code>017000</post_code><phone>0477-8581234</phone><mobile></mobile>"
        "<prov>内蒙古自治区</prov><city>鄂尔多斯市</city><county>康巴什区</county>"
        "<address>康宁路 5 号</address></pickup>"
        "<receiver><name>王𠮷祥</name><post_code>150001</post_code><phone></phone><mobile>13800001234</mobile>"
        "<prov>黑龙江省</prov><city>哈尔滨市</city><county>南岗区</county>"
        "<address>&lt;中山路&gt; 88 号 &amp; 2 单元</address></receiver>"
        "<cargos><Cargo><cargo_name>居住证明</cargo_name><cargo_quantity>1</cargo_quantity>"
        "<cargo_weight>120</cargo_weight></Cargo></cargos></OrderNormal>"
    )
    assert sent == {
        "logistics_interface": xml,
        "data_digest": older.digest(xml, OLDER_ACCESS.key),
        "msg_type": "ORDERCREATE",
        "ecCompanyId": "JIEDAO",
    }


def test_digests_are_what_openssl_makes_of_them() -> None:
    # printf '<a>名</a>key' | openssl dgst -md5 -binary | base64, and base64 of the letters of -md5 -r
    assert older.digest("<a>名</a>", "key") == "BV80Ec0tpI6IHc4iT+klbg=="
    assert older.trace_digest('{"traceNo":"1100000000001"}', "key") == "NjRlNTFhNmIyNjgwYmFkY2I4YjZjNTAyYWIxNzRhNWQ="


def test_a_question_for_events_of_the_older_interface() -> None:
    sent = fields(older.encode_trace(OLDER_ACCESS, WAYBILL, "s1", NOW))
    assert unquote(sent.pop("msgBody")) == '{"traceNo":"1100000000001"}'
    assert sent.pop("dataDigest") == older.trace_digest('{"traceNo":"1100000000001"}', OLDER_ACCESS.key)
    assert sent == {
        "sendID": "JIEDAO",
        "proviceNo": "99",
        "msgKind": "JIEDAO_JDPT_TRACE",
        "serialNo": "s1",
        "sendDate": "20261125090203",
        "receiveID": "JDPT",
        "dataType": "1",
    }


def test_what_xml_cannot_carry_is_refused_before_sending() -> None:
    with pytest.raises(ValueError, match="cargo_name"):
        older.encode_create(OLDER_ACCESS, replace(ORDER, cargo="bell\x07"), NOW)


GOOD = {
    "retCode": "00000",
    "retMsg": "成功",
    "retBody": '{"waybillNo":"1100000000001"}',
    "serialNo": "A",
    "success": True,
}


def test_a_reply_has_json_inside_json() -> None:
    reply = current.decode_reply(json.dumps(GOOD).encode())
    assert (reply.code, reply.says, reply.serial) == ("00000", "成功", "A")
    assert reply.content() == {"waybillNo": WAYBILL}
    assert current.decode_reply(json.dumps({**GOOD, "retBody": {"a": 1}}).encode()).content() == {"a": 1}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html>",
        b"[]",
        b"{}",
        json.dumps({**GOOD, "retCode": ""}).encode(),
        json.dumps({**GOOD, "retCode": 0}).encode(),
        json.dumps({**GOOD, "success": False}).encode(),
        json.dumps({**GOOD, "retCode": "B1", "success": True}).encode(),
        json.dumps(GOOD).encode("utf-16-le"),
        json.dumps(GOOD).encode()[:40],
        b"[" * 100_000,
    ],
)
def test_what_is_no_reply_is_not_understood(content: bytes) -> None:
    with pytest.raises(NotUnderstood):
        current.decode_reply(content)


XML = (
    "<responses><responseItems><response><success>true</success><waybill_no>1</waybill_no></response>"
    "</responseItems></responses>"
)


def test_an_older_reply() -> None:
    assert older.decode_reply(XML.encode()) == older.Reply(True, "", {"success": "true", "waybill_no": "1"})


@pytest.mark.parametrize(
    "content",
    [
        "",
        "<html><body>系统维护中</body></html>",
        XML[:60],
        XML.replace("true", "yes"),
        XML.replace("<success>true</success>", ""),
        XML.replace("responses>", "answers>"),
        XML.replace("<response>", "<response><success>true</success></response><response>"),
        '<!DOCTYPE r [<!ENTITY x "1">]>' + XML.replace(">1<", ">&x;<"),
        '<!DOCTYPE r SYSTEM "file:///etc/passwd">' + XML,
    ],
)
def test_what_is_no_older_reply_is_not_understood(content: str) -> None:
    with pytest.raises(NotUnderstood):
        older.decode_reply(content.encode())


@pytest.mark.parametrize("answer", [{}, {"responseState": "true"}, {"responseState": True, "responseItems": {}}, []])
def test_what_are_no_traces_is_not_understood(answer: Any) -> None:
    with pytest.raises(NotUnderstood):
        older.decode_traces(json.dumps(answer).encode())


@pytest.mark.parametrize(
    ("amount", "found"), [("12.30", 1230), (12, 1200), ("0.01", 1), ("12.3", 1230), ("1E+2", 10_000)]
)
def test_yuan_become_fen(amount: object, found: int) -> None:
    assert values.fen(amount) == found


@pytest.mark.parametrize("amount", ["0", "0.00", "-1", "", None, "1.001", "NaN", "Infinity", "一", True, "1e30", {}])
def test_what_is_no_amount_is_not_one(amount: object) -> None:
    with pytest.raises(NotUnderstood):
        values.fen(amount)


def test_fen_become_yuan() -> None:
    assert [values.yuan(fen) for fen in (1, 10, 100, 123_456)] == ["0.01", "0.10", "1.00", "1234.56"]


def test_times_of_the_wire_are_of_shanghai() -> None:
    assert values.instant("2026-11-25 09:02:03") == NOW
    assert values.instant("2026-11-25 09:02:03.0") == NOW
    assert values.written(NOW) == "2026-11-25 09:02:03"
    for wrong in ("", "2026-11-25", "2026-02-30 00:00:00", "25/11/2026 09:02:03"):
        with pytest.raises(NotUnderstood):
            values.instant(wrong)


@pytest.mark.parametrize("number", [WAYBILL, "RB123456785GB", "DL746686536BR", "RA000000080BR"])
def test_numbers_of_items(number: str) -> None:
    assert values.is_item_number(number)


@pytest.mark.parametrize(
    "number", ["", "RB123456786US", "110000000000", "11000000000011", "١١٠٠٠٠٠٠٠٠٠٠١", WAYBILL + "\n"]
)
def test_what_is_no_number_of_an_item(number: str) -> None:
    assert not values.is_item_number(number)


EVENT = {"waybillNo": WAYBILL, "opCode": "704", "opTime": "2026-11-25 09:02:03", "opOrgName": "营业部"}


def test_an_event_that_is_none_hides_nothing() -> None:
    assert track.events([EVENT, {**EVENT, "opCode": 305}])[1].code == "305"
    for wrong in ({**EVENT, "opCode": ""}, {**EVENT, "opTime": ""}, "704", None):
        with pytest.raises(NotUnderstood):
            track.events([EVENT, wrong])
    with pytest.raises(NotUnderstood):
        track.events([EVENT] * 2_001)
    with pytest.raises(NotUnderstood):
        track.events(None)


def test_a_push_is_opened_with_our_key_only() -> None:
    content = seal_push(KEY, "1100012345678", "S1", [EVENT], NOW)
    push = open_push(content, KEY)
    assert (push.serial, push.sender, push.made_at, len(push.events)) == ("S1", "1100012345678", NOW, 1)
    told = json.loads(acknowledgement(push))
    assert told == {"serialNo": "S1", "code": "00000", "codeMessage": "成功", "senderNo": "1100012345678"}
    with pytest.raises(NotUnderstood):
        open_push(content, base64.b64encode(b"another key 16 b").decode())


@pytest.mark.parametrize(
    "items", [[], [{**EVENT, "waybillNo": ""}], [EVENT, {**EVENT, "opCode": ""}], [{"responseItems": []}]]
)
def test_a_push_about_nothing_is_not_understood(items: list[dict[str, Any]]) -> None:
    with pytest.raises(NotUnderstood):
        open_push(seal_push(KEY, "1", "S1", items, NOW), KEY)


@pytest.mark.parametrize(
    "changed", [{"method": "040001"}, {"serialNo": ""}, {"timeStamp": "now"}, {"logitcsInterface": 1}]
)
def test_a_push_of_another_form_is_not_understood(changed: dict[str, Any]) -> None:
    content = json.loads(seal_push(KEY, "1", "S1", [EVENT], NOW))
    with pytest.raises(NotUnderstood):
        open_push(json.dumps({**content, **changed}).encode(), KEY)


def test_secrets_are_not_printed() -> None:
    assert KEY not in repr(STREET_ACCESS)
    assert "authorization" not in repr(STREET_ACCESS)


def test_a_thousand_exchanges_keep_nothing() -> None:
    answers = json.dumps(GOOD).encode(), XML.encode()

    def exchange() -> None:
        current.encode_create(STREET_ACCESS, ORDER, NOW)
        current.decode_reply(answers[0]).content()
        older.encode_create(OLDER_ACCESS, ORDER, NOW)
        older.decode_reply(answers[1])

    for _ in range(100):
        exchange()
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    for _ in range(1_000):
        exchange()
    gc.collect()
    kept = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    # The interpreter's own free lists fill up to some 30 kB; one request kept of each exchange would be 4 MB.
    assert kept < 100_000
