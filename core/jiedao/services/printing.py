"""Printing at a window. Whoever stands there sees what comes out; nothing is printed again by itself."""

from __future__ import annotations

from typing import Final

from jiedao.directory.caller import Caller
from jiedao.hookspecs.service import Printed, PrintRequest
from jiedao.hookspecs.values import Document
from jiedao.language import Text
from jiedao.problems import Conflict, ServicePaused
from jiedao.registry.boundary import Failure, Why
from jiedao.registry.connections import Connections
from jiedao.registry.registry import Registry
from jiedao.services.calls import detail_of, must_have
from jiedao.store.unit import Store

_SECONDS: Final = 30.0


class Printing:
    """The printers of all streets."""

    def __init__(self, store: Store, registry: Registry, connections: Connections) -> None:
        self._store, self._registry, self._connections = store, registry, connections

    def print(self, caller: Caller, document: Document) -> Printed:
        """Print at the caller's till. `Conflict` says what is wrong with the printer."""
        if not caller.till:
            raise Conflict("printing.till", _NO_TILL, field="till")
        with self._store.read(caller.street) as tx:
            connection = must_have(tx, self._registry, self._connections, "print_document")
        request = PrintRequest(connection, _SECONDS, caller.till, document)
        answer = self._registry.call("print_document", request)
        if isinstance(answer, Failure) and answer.why in (Why.UNKNOWN, Why.BUG):
            raise ServicePaused("printing.unknown", _MAYBE)
        printed: Printed = detail_of(answer, "printing")
        return printed


_MAYBE: Final = Text(
    zh="打印机没有确认，可能已经打印，请先查看打印机",
    en="The printer did not confirm and may have printed; look first",
)
_NO_TILL: Final = Text(zh="请先选择窗口", en="Choose a till first")
