"""The SOAP client: what it sends, what it understands, and what it does not take for an answer."""

from __future__ import annotations

import base64
import logging
import socket
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from soap_peer import INTERFACE, SPACE, Peer, envelope, peering

from jiedao_connectors import soap
from jiedao_connectors.http import NotSent, Unanswered
from jiedao_connectors.soap import InterfaceProblem, NotAdmitted, SoapClient, SoapFault, Typed, Unsuitable
from jiedao_connectors.soap_interface import Interface

CAT = {"one": [Typed("cat", {"name": "咪咪", "lives": 9})]}
KEPT = f'<a:keepResponse xmlns:a="{SPACE}"><count>1</count></a:keepResponse>'


@pytest.fixture(scope="module")
def interface() -> Interface:
    return Interface(INTERFACE)


@pytest.fixture
def peer() -> Iterator[Peer]:
    with peering() as made:
        yield made


def call(interface: Interface, peer: Peer, deadline: float = 5.0, **options: Any) -> Any:
    with closing(SoapClient(interface, peer.url, **options)) as client:
        return client.call("keep", CAT, deadline)


def test_an_act_and_its_answer(interface: Interface, peer: Peer) -> None:
    peer.says(envelope(KEPT))
    assert call(interface, peer, login="straße", password="密码") == {"kept": [], "count": 1}
    ((path, headers, sent),) = peer.seen
    assert path == "/soap"
    assert headers["SOAPAction"] == f'"{SPACE}#keep"'
    assert headers["Content-Type"] == "text/xml; charset=utf-8"
    assert base64.b64decode(headers["Authorization"].removeprefix("Basic ")).decode() == "straße:密码"
    assert 'lives="9"' in sent.decode() and 'type="ns0:cat"' in sent.decode() and "咪咪" in sent.decode()


def test_a_derived_type_tells_its_name(interface: Interface) -> None:
    told = (
        f'<a:keepResponse xmlns:a="{SPACE}" xmlns:i="http://www.w3.org/2001/XMLSchema-instance">'
        '<kept i:type="a:cat" lives="7"><name>Tom</name></kept><count>1</count></a:keepResponse>'
    )
    answer = interface.understand("keep", envelope(told).encode())
    assert answer == {"kept": [{soap.TYPE: "cat", "name": "Tom", "lives": 7}], "count": 1}


def test_encoded_text_is_text_and_needs_no_download(interface: Interface) -> None:
    assert b"<words" in interface.envelope("tell", {"words": "<USER>1</USER>"})
    told = envelope(f'<a:tellResponse xmlns:a="{SPACE}"><result>&lt;ERROR&gt;00</result></a:tellResponse>')
    assert interface.understand("tell", told.encode()) == "<ERROR>00"


@pytest.mark.parametrize(
    "arguments", [{}, {"one": []}, {"two": 1}, {"one": [Typed("dog", {})]}, {"one": [Typed("cat", {"name": "\x00"})]}]
)
def test_arguments_that_do_not_fit_are_not_sent(interface: Interface, arguments: dict[str, Any]) -> None:
    with pytest.raises(Unsuitable):
        interface.envelope("keep", arguments)
    assert issubclass(Unsuitable, NotSent)


def test_an_unknown_operation_is_not_sent(interface: Interface) -> None:
    with pytest.raises(Unsuitable, match="burn"):
        interface.envelope("burn", {})


FAULT = (
    "<E:Fault><faultcode>E:Client</faultcode><faultstring>no</faultstring><detail><x>too late</x></detail></E:Fault>"
)


@pytest.mark.parametrize("status", [200, 400, 500])
def test_a_fault_is_an_answer(interface: Interface, peer: Peer, status: int) -> None:
    peer.says(envelope(FAULT), status)
    with pytest.raises(SoapFault) as refused:
        call(interface, peer)
    assert (refused.value.code, refused.value.string, refused.value.detail) == ("E:Client", "no", "too late")


@pytest.mark.parametrize("status", [401, 403])
def test_wrong_credentials_are_told_apart(interface: Interface, peer: Peer, status: int) -> None:
    peer.says("<html/>", status, "text/html")
    with pytest.raises(NotAdmitted):
        call(interface, peer)


WHOLE = envelope(KEPT)


@pytest.mark.parametrize(
    ("content", "status", "content_type"),
    [
        pytest.param("<html>bad gateway</html>", 502, "text/html", id="502"),
        pytest.param(WHOLE, 503, "text/xml", id="503 with an envelope"),
        pytest.param(WHOLE, 500, "text/xml", id="500 without a fault"),
        pytest.param(WHOLE, 404, "text/xml", id="404 without a fault"),
        pytest.param("<html>maintenance</html>", 200, "text/html", id="a page"),
        pytest.param("<html>maintenance</html>", 200, "text/xml", id="a page that says that it is XML"),
        pytest.param("", 200, "text/xml", id="empty"),
        pytest.param("", 202, "text/xml", id="accepted and empty"),
        pytest.param(WHOLE[:-20], 200, "text/xml", id="cut"),
        pytest.param(WHOLE.encode("utf-16"), 200, "text/xml; charset=utf-8", id="another charset"),
        pytest.param(WHOLE, 200, "text/xml; charset=gbk", id="another charset in HTTP"),
        pytest.param(WHOLE, 200, "text/xml; charset=klingon", id="no charset"),
        pytest.param(envelope("咪").encode("gbk"), 200, "text/xml", id="bytes that are not UTF-8"),
        pytest.param(envelope(""), 200, "text/xml", id="empty body"),
        pytest.param(WHOLE.replace("keepResponse", "tellResponse"), 200, "text/xml", id="another answer"),
        pytest.param(
            WHOLE.replace("<count>1", "<sum>1").replace("</count", "</sum"), 200, "text/xml", id="another part"
        ),
        pytest.param(WHOLE.replace("xmlsoap.org/soap", "w3.org/2003"), 200, "text/xml", id="another SOAP"),
        pytest.param(f"x{WHOLE}", 200, "text/xml", id="something before"),
        pytest.param(WHOLE + WHOLE, 200, "text/xml", id="twice"),
        pytest.param(WHOLE, 200, "multipart/related", id="with attachments"),
    ],
)
def test_what_is_no_answer_leaves_it_unknown(
    interface: Interface, peer: Peer, content: str | bytes, status: int, content_type: str
) -> None:
    peer.says(content, status, content_type)
    with pytest.raises(Unanswered):
        call(interface, peer)


@pytest.mark.parametrize(
    "wrong",
    [
        KEPT.replace(">1<", ">Jan Kowalski<"),
        KEPT.replace("<count>", '<kept i:type="a:cat" lives="Jan Kowalski"/><count>'),
    ],
)
def test_a_value_that_is_not_of_its_type_is_no_answer_and_not_logged(
    interface: Interface, caplog: pytest.LogCaptureFixture, wrong: str
) -> None:
    typed = wrong.replace("xmlns:a", 'xmlns:i="http://www.w3.org/2001/XMLSchema-instance" xmlns:a', 1)
    for level in (logging.DEBUG, logging.CRITICAL + 1):
        caplog.set_level(level, "zeep")
        with pytest.raises(Unanswered, match="types"):
            interface.understand("keep", envelope(typed).encode())
    assert "Kowalski" not in caplog.text
    assert interface.understand("keep", envelope(KEPT).encode())["count"] == 1


def test_a_charset_that_both_name_is_read(interface: Interface, peer: Peer) -> None:
    told = envelope(FAULT.replace("no", "不行"), '<?xml version="1.0" encoding="GBK"?>').encode("gbk")
    peer.says(told, 500, "text/xml; charset=gbk")
    with pytest.raises(SoapFault, match="不行"):
        call(interface, peer)


BOMB = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))


@pytest.mark.parametrize(
    "doctype",
    [
        f'<!DOCTYPE E [<!ENTITY l0 "ha">{BOMB}]>',
        '<!DOCTYPE E SYSTEM "http://127.0.0.1:1/x.dtd">',
        '<!DOCTYPE E [<!ENTITY l9 SYSTEM "file:///etc/hostname">]>',
        '<!DOCTYPE E [<!ENTITY % p SYSTEM "http://127.0.0.1:1/x"> %p;]>',
        "<!DOCTYPE E>",
    ],
)
def test_an_answer_that_declares_a_document_type_is_not_read(interface: Interface, peer: Peer, doctype: str) -> None:
    inner = "<count>&l9;</count>" if "l9" in doctype else "<count>1</count>"
    peer.says(envelope(KEPT.replace("<count>1</count>", inner), f'<?xml version="1.0"?>{doctype}'))
    begun = time.process_time()
    with pytest.raises(Unanswered):
        call(interface, peer)
    assert time.process_time() - begun < 1


def test_an_answer_that_is_too_long_or_too_deep_is_none(interface: Interface, peer: Peer) -> None:
    peer.says(envelope(KEPT + " " * 4_100_000))
    with pytest.raises(Unanswered, match="longer"):
        call(interface, peer)
    peer.says(envelope("<a>" * 100_000))
    with pytest.raises(Unanswered):
        call(interface, peer)


def test_an_answer_shorter_than_announced_is_none(interface: Interface, peer: Peer) -> None:
    peer.says(WHOLE)
    peer.announced = len(WHOLE) + 10
    with pytest.raises(Unanswered):
        call(interface, peer)


def test_silence_ends_at_the_deadline(interface: Interface) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        begun = time.monotonic()
        with closing(SoapClient(interface, url)) as client, pytest.raises(Unanswered):
            client.call("keep", CAT, 0.3)
        assert time.monotonic() - begun < 2


def test_nobody_there_is_not_sent(interface: Interface) -> None:
    with closing(SoapClient(interface)) as client, pytest.raises(NotSent):
        client.call("keep", CAT, 5)


def test_an_interface_is_read_once_from_a_path_or_an_address(tmp_path: Path, peer: Peer) -> None:
    path = tmp_path / "post.wsdl"
    path.write_bytes(INTERFACE)
    assert soap.load(str(path)).operations == {"keep", "tell"}
    peer.says(INTERFACE)
    loaded = soap.load(peer.url + "?wsdl")
    assert loaded.address == "http://127.0.0.1:1/soap"
    assert [seen[0] for seen in peer.seen] == ["/soap?wsdl"]


def test_an_interface_imports_what_lies_beside_it_and_nothing_else(tmp_path: Path, peer: Peer) -> None:
    beside = f'<s:schema xmlns:s="http://www.w3.org/2001/XMLSchema" targetNamespace="{SPACE}:b"/>'
    (tmp_path / "in").mkdir()
    for folder in (tmp_path, tmp_path / "in"):
        (folder / "b.xsd").write_text(beside)
    path = tmp_path / "in" / "post.wsdl"
    path.write_bytes(importing("b.xsd"))
    assert soap.load(str(path)).operations
    for elsewhere in ("../b.xsd", "/etc/hostname", "file:///etc/hostname", peer.url):
        path.write_bytes(importing(elsewhere))
        with pytest.raises(InterfaceProblem):
            soap.load(str(path))
    peer.says(importing("b.xsd"))
    with pytest.raises(InterfaceProblem):
        soap.load(peer.url)
    assert len(peer.seen) == 1


def importing(location: str) -> bytes:
    wanted = f'<s:import namespace="{SPACE}:b" schemaLocation="{location}"/><s:complexType name="animal"'
    return INTERFACE.replace(b'<s:complexType name="animal"', wanted.encode(), 1)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html/>",
        b"<!DOCTYPE x [<!ENTITY a 'b'>]>" + INTERFACE.partition(b"?>")[2],
        INTERFACE.replace(b"t:keepIn", b"t:lost"),
        INTERFACE.replace(b'binding="t:binding"', b'binding="t:lost"'),
        b"x" * 4_100_000,
    ],
    ids=["empty", "page", "document type", "message lost", "binding lost", "too long"],
)
def test_what_is_no_interface_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "post.wsdl"
    path.write_bytes(content)
    with pytest.raises(InterfaceProblem):
        soap.load(str(path))


def test_a_missing_interface_is_refused(tmp_path: Path, peer: Peer) -> None:
    with pytest.raises(InterfaceProblem, match="No such file"):
        soap.load(str(tmp_path / "lost.wsdl"))
    peer.says("gone", 404)
    with pytest.raises(InterfaceProblem, match="404"):
        soap.load(peer.url)


def test_complaints_hold_no_values(interface: Interface) -> None:
    with pytest.raises(Unsuitable) as refused:
        interface.envelope("keep", {"one": [Typed("cat", {"name": "Jan Kowalski\x00"})]})
    assert "Kowalski" not in str(refused.value)
