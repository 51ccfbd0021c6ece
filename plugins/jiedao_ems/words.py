"""What people read when EMS, or this plugin before it, says no."""

from __future__ import annotations

from typing import Final

from jiedao.language import Text

ABROAD: Final = Text(zh="此接入只办国内邮件", en="This connection sends within China only")
NO_SUCH_PRODUCT: Final = Text(
    zh="产品“{product}”不在本街道的邮政合同内", en='Product "{product}" is not in the street\'s contract with EMS'
)
NOT_OF_PRODUCT: Final = Text(
    zh="产品“{product}”不能办理：{service}", en='Product "{product}" cannot be sent with: {service}'
)
ADDRESSEE_ONLY: Final = Text(
    zh="EMS 不能保证只交本人，请改用其他邮政业务", en="EMS cannot promise to hand over to the addressee only"
)
PROCEDURAL: Final = Text(
    zh="法律文书送达（两次通知、留局、退回）不是 EMS 协议客户产品，请改用其他邮政业务",
    en="Service under rules of procedure (two notices, holding, return) is not a product of this contract",
)
ONE_RECEIPT: Final = Text(
    zh="回执与返单不能同时办理，请选一种", en="An advice of delivery and documents back cannot both be had; choose one"
)
SERVICES: Final = {
    "cod": Text(zh="代收货款", en="cash on delivery"),
    "insurance": Text(zh="保价", en="a declared value"),
    "receipt": Text(zh="回执", en="an advice of delivery"),
    "documents": Text(zh="签收单返还", en="documents back"),
}
WRONG_NUMBER: Final = Text(
    zh="邮件号“{number}”不对：应为 13 位数字或带校验位的国际号码",
    en='"{number}" is no number of an item: 13 digits, or an international one with its check digit',
)
WRONG_REFERENCE: Final = Text(zh="我方订单号不能用于 EMS", en="Our reference cannot be used with EMS")
WRONG_WEIGHT: Final = Text(zh="请先称重", en="Weigh the item first")
WRONG_AMOUNT: Final = Text(zh="金额超出范围", en="An amount is out of range")
WRONG_CURRENCY: Final = Text(zh="EMS 资费只用人民币", en="EMS is paid in CNY")
MISSING: Final = Text(zh="请填写{field}", en="Fill in: {field}")
UNWRITABLE: Final = Text(
    zh="{field}太长或含有不能寄送的字符", en="{field} is too long or has characters that cannot be sent"
)
FIELDS: Final = {
    "sender": Text(zh="寄件人", en="sender"),
    "recipient": Text(zh="收件人", en="recipient"),
    "name": Text(zh="{who}姓名", en="the {who}'s name"),
    "phone": Text(zh="{who}电话", en="the {who}'s telephone"),
    "province": Text(zh="{who}省份", en="the {who}'s province"),
    "city": Text(zh="{who}城市", en="the {who}'s city"),
    "district": Text(zh="{who}区县", en="the {who}'s district"),
    "line": Text(zh="{who}详细地址", en="the {who}'s street and house"),
    "postcode": Text(zh="{who}邮编", en="the {who}'s postcode"),
    "description": Text(zh="内件品名", en="what is inside"),
    "reason": Text(zh="撤单原因", en="the reason for taking it back"),
}
NO_LABEL: Final = Text(
    zh="旧接口没有电子面单，请使用邮政提供的打印程序或手工面单",
    en="The older interface has no labels; use the post's own printing program or a paper form",
)
NO_CANCEL: Final = Text(
    zh="旧接口不能撤单，请致电邮政", en="The older interface cannot cancel; telephone the post office"
)
NO_PUSH: Final = Text(zh="旧接口没有轨迹推送", en="The older interface pushes nothing")
NO_SIZE: Final = Text(
    zh="没有面单规格“{size}”，可用：{sizes}", en='There is no label size "{size}"; there are: {sizes}'
)
TOO_HEAVY: Final = Text(zh="资费表里没有产品能寄这个重量", en="No product of the tariff carries this weight there")
NOT_SOLD: Final = Text(zh="没有产品能寄送此件", en="No product carries this item")
NOT_LOCATED: Final = Text(zh="邮政没有识别这个地址，请核对", en="EMS did not recognise the address; check it")
NOT_KNOWN_YET: Final = Text(zh="邮政还没有这个邮件的信息", en="EMS knows nothing of this item yet")
REFUSED: Final = Text(zh="邮政没有接受", en="EMS refused")
NOT_GENUINE: Final = Text(zh="不是邮政发来的通知：{why}", en="Not a notice of EMS: {why}")
STALE: Final = Text(zh="通知的时间相差太多", en="The time of the notice is too far off")
NOT_OUR_SENDER: Final = Text(zh="通知不是给本街道的", en="The notice is not for this street")

PRODUCTS: Final = {
    "1": Text(zh="特快专递", en="Express (EMS)"),
    "2": Text(zh="快递包裹", en="Express parcel"),
    "9": Text(zh="国内即日", en="Same day"),
    "10": Text(zh="电商标快", en="E-commerce standard"),
    "11": Text(zh="国内标快", en="Domestic standard"),
}
CARRIAGE_ONLY: Final = Text(
    zh="{product}（不含保价、代收和回单的费用）", en="{product} (without fees for value, collection and receipts)"
)
CONNECTED: Final = Text(zh="连接正常，邮政认得协议客户号", en="Connected; EMS knows the contract customer")
CHECK_FAILED: Final = Text(zh="连接检查未通过：{why}", en="The check failed: {why}")
NOT_PRIVATE: Final = Text(zh="正式启用时地址必须是 https", en="The addresses must be https to go live")
