"""Words that every room of screens uses, in both languages. A key is `part.what`."""

from __future__ import annotations

from typing import Final

from jiedao.language import Text

WORDS: Final[dict[str, Text]] = {
    # the house
    "app.language": Text(zh="English", en="中文"),
    "app.script": Text(zh="此页面需要启用 JavaScript。", en="This page needs JavaScript."),
    "app.skip": Text(zh="跳到内容", en="Skip to the content"),
    "app.start": Text(zh="回到首页", en="To the start"),
    "app.close": Text(zh="关闭", en="Close"),
    "app.optional": Text(zh="选填", en="optional"),
    "app.loading": Text(zh="正在读取…", en="Loading…"),
    "app.unexpected": Text(
        zh="服务器没有给出可以理解的回答（{status}）。录入的内容还在，请再试一次。",
        en="The server gave no answer that we understand ({status}). What you entered is kept; try again.",
    ),
    # connection to our own server
    "line.ok": Text(zh="已连接", en="Connected"),
    "line.lost": Text(zh="连接断开", en="Disconnected"),
    "line.lost_says": Text(
        zh="与服务器的连接断开了，正在自动重连。录入的内容都在；同一请求会用同一编号再次发送，不会重复收款。",
        en="The connection to the server is lost; reconnecting. What you entered is kept. The same request is sent "
        "again under the same number, so nothing is taken twice.",
    ),
    # size of type
    "type.title": Text(zh="字号", en="Type size"),
    "type.tools": Text(zh="显示设置", en="How it is shown"),
    "type.letter": Text(zh="字", en="A"),
    "type.normal": Text(zh="标准", en="Normal"),
    "type.large": Text(zh="大", en="Large"),
    "type.largest": Text(zh="特大", en="Largest"),
    # forms
    "form.amount": Text(zh="请输入金额，例如 120.50", en="Enter an amount, such as 120.50"),
    "form.whole": Text(zh="请输入整数", en="Enter a whole number"),
    "form.done": Text(zh="已保存", en="Saved"),
}
