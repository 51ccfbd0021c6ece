"""Printing at a window. Whoever stands there sees what comes out; nothing is printed again by itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
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
from jiedao.store.unit import Store, Tx

OTHER_MEDIUM: Final = "MEDIA_TYPE"
"""The code with which a plugin declines a document that its printer does not understand; another medium is tried."""
MAYBE_PRINTED: Final = "printing.unknown"
"""The code of the problem that paper may have come out; after every other one none has."""
_SECONDS: Final = 30.0


@dataclass(frozen=True, slots=True)
class PrinterConnection:
    """A connection through which the street prints."""

    id: str
    title: Text


class Printing:
    """The printers of all streets."""

    def __init__(self, store: Store, registry: Registry, connections: Connections) -> None:
        self._store, self._registry, self._connections = store, registry, connections

    def ready(self, caller: Caller) -> None:
        """`ServicePaused` where the street has no printing service; nobody is asked how the printer is."""
        with self._store.read(caller.street) as tx:
            must_have(tx, self._registry, self._connections, "print_document")

    def connections(self, tx: Tx) -> list[PrinterConnection]:
        """What the street prints through now; printing takes the first by its id."""
        usable = self._connections.of_family(tx, "service")
        titles = {one.id: one.title for one in self._connections.all(tx)}
        printing = (one for one in usable if self._registry.has(one.plugin, "print_document"))
        return [PrinterConnection(one.id, titles[one.id]) for one in printing]

    def print_on_any(self, caller: Caller, documents: Iterable[Document]) -> Printed:
        """Print the first of these that the till's printer understands; they say the same on different media."""
        refused: Conflict | None = None
        for document in documents:
            try:
                return self.print(caller, document)
            except Conflict as problem:
                if problem.facts.get("provider_code") != OTHER_MEDIUM:
                    raise
                refused = problem
        raise refused or Conflict("printing.nothing", _NOTHING)

    def print(self, caller: Caller, document: Document) -> Printed:
        """Print at the caller's till. `Conflict` says what is wrong with the printer."""
        if not caller.till:
            raise Conflict("printing.till", _NO_TILL, field="till")
        with self._store.read(caller.street) as tx:
            connection = must_have(tx, self._registry, self._connections, "print_document")
        request = PrintRequest(connection, _SECONDS, caller.till, document)
        answer = self._registry.call("print_document", request)
        if isinstance(answer, Failure) and answer.why in (Why.UNKNOWN, Why.BUG):
            raise ServicePaused(MAYBE_PRINTED, _MAYBE)
        printed: Printed = detail_of(answer, "printing")
        return printed


_MAYBE: Final = Text(
    zh="打印机没有确认，可能已经打印，请先查看打印机",
    en="The printer did not confirm and may have printed; look first",
)
_NO_TILL: Final = Text(zh="请先选择窗口", en="Choose a till first")
_NOTHING: Final = Text(zh="没有可以打印的内容", en="There is nothing to print")
