"""A provider that answers every request with what a test put into it, and a small interface to ask it through."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

SPACE = "urn:jiedao:test"

INTERFACE = f"""<?xml version="1.0" encoding="utf-8"?>
<w:definitions xmlns:w="http://schemas.xmlsoap.org/wsdl/" xmlns:b="http://schemas.xmlsoap.org/wsdl/soap/"
    xmlns:s="http://www.w3.org/2001/XMLSchema" xmlns:e="http://schemas.xmlsoap.org/soap/encoding/"
    xmlns:t="{SPACE}" targetNamespace="{SPACE}">
  <w:types>
    <s:schema targetNamespace="{SPACE}">
      <s:complexType name="animal" abstract="true">
        <s:sequence><s:element name="name" type="s:string"/></s:sequence>
      </s:complexType>
      <s:complexType name="cat"><s:complexContent><s:extension base="t:animal">
        <s:attribute name="lives" type="s:int"/>
      </s:extension></s:complexContent></s:complexType>
      <s:element name="keep"><s:complexType><s:sequence>
        <s:element name="one" type="t:animal" maxOccurs="9"/>
      </s:sequence></s:complexType></s:element>
      <s:element name="keepResponse"><s:complexType><s:sequence>
        <s:element name="kept" type="t:animal" minOccurs="0" maxOccurs="9"/>
        <s:element name="count" type="s:int" minOccurs="0"/>
      </s:sequence></s:complexType></s:element>
    </s:schema>
  </w:types>
  <w:message name="keepIn"><w:part name="parameters" element="t:keep"/></w:message>
  <w:message name="keepOut"><w:part name="parameters" element="t:keepResponse"/></w:message>
  <w:message name="tellIn"><w:part name="words" type="e:string"/></w:message>
  <w:message name="tellOut"><w:part name="result" type="e:string"/></w:message>
  <w:portType name="port">
    <w:operation name="keep"><w:input message="t:keepIn"/><w:output message="t:keepOut"/></w:operation>
    <w:operation name="tell"><w:input message="t:tellIn"/><w:output message="t:tellOut"/></w:operation>
  </w:portType>
  <w:binding name="binding" type="t:port">
    <b:binding style="document" transport="http://schemas.xmlsoap.org/soap/http"/>
    <w:operation name="keep">
      <b:operation soapAction="{SPACE}#keep"/>
      <w:input><b:body use="literal"/></w:input><w:output><b:body use="literal"/></w:output>
    </w:operation>
    <w:operation name="tell">
      <b:operation style="rpc" soapAction=""/>
      <w:input><b:body use="encoded" namespace="{SPACE}" encodingStyle="http://schemas.xmlsoap.org/soap/encoding/"/>
      </w:input>
      <w:output><b:body use="encoded" namespace="{SPACE}" encodingStyle="http://schemas.xmlsoap.org/soap/encoding/"/>
      </w:output>
    </w:operation>
  </w:binding>
  <w:service name="service">
    <w:port name="port" binding="t:binding"><b:address location="http://127.0.0.1:1/soap"/></w:port>
  </w:service>
</w:definitions>
""".encode()


def envelope(body: str, declaration: str = '<?xml version="1.0" encoding="utf-8"?>') -> str:
    """A SOAP 1.1 envelope around a body."""
    space = "http://schemas.xmlsoap.org/soap/envelope/"
    return f'{declaration}<E:Envelope xmlns:E="{space}"><E:Body>{body}</E:Body></E:Envelope>'


class Peer:
    """What the next requests are answered with, and what they said."""

    def __init__(self) -> None:
        self.status, self.content_type, self.content = 200, "text/xml; charset=utf-8", b""
        self.announced: int | None = None
        self.seen: list[tuple[str, dict[str, str], bytes]] = []
        self.url = ""

    def says(self, content: str | bytes, status: int = 200, content_type: str = "text/xml; charset=utf-8") -> None:
        """Answer with this."""
        self.content = content.encode() if isinstance(content, str) else content
        self.status, self.content_type = status, content_type


@contextmanager
def peering() -> Iterator[Peer]:
    """A peer that listens on loopback."""
    peer = Peer()

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            peer.seen.append((self.path, dict(self.headers), self.rfile.read(length)))
            self.send_response(peer.status)
            self.send_header("Content-Type", peer.content_type)
            announced = len(peer.content) if peer.announced is None else peer.announced
            self.send_header("Content-Length", str(announced))
            self.end_headers()
            self.wfile.write(peer.content)

        do_GET = do_POST = _answer  # noqa: N815 (names of http.server)

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        peer.url = f"http://127.0.0.1:{server.server_address[1]}/soap"
        yield peer
        server.shutdown()
        thread.join(5)
