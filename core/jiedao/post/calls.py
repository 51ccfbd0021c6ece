"""Questions to a post that change nothing: each is one named call, and a post that is silent is said to be silent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from jiedao.hookspecs.connection import Connection
from jiedao.hookspecs.outcomes import Declined, Succeeded
from jiedao.hookspecs.postal import (
    Handling,
    Item,
    LabelRequest,
    Office,
    OfficesRequest,
    OutboxRequest,
    Party,
    PostEvent,
    Proof,
    ProofRequest,
    Quote,
    QuoteRequest,
    Serviceable,
    ServiceableRequest,
    TrackRequest,
)
from jiedao.hookspecs.values import Document
from jiedao.language import Text
from jiedao.problems import Conflict, Invalid, ServicePaused
from jiedao.registry.boundary import Failure
from jiedao.registry.connections import Connections
from jiedao.registry.registry import Registry
from jiedao.store.unit import Store


class Calls:
    """Asks the posts of all streets. `ServicePaused` when one cannot be reached; nothing has happened then."""

    def __init__(self, store: Store, registry: Registry, connections: Connections) -> None:
        self._store, self._registry, self._connections = store, registry, connections

    def quote(
        self, street: str, connection: str, sender: Party, recipient: Party, item: Item, handling: Handling
    ) -> Sequence[Quote]:
        """What can carry an item, and what each costs."""
        post = self.for_business(street, connection)
        quotes: Sequence[Quote] = self.ask(
            "postal_quote", QuoteRequest(post, _SECONDS, sender, recipient, item, handling)
        )
        return quotes

    def serviceable(self, street: str, connection: str, party: Party) -> Serviceable:
        """Whether the post comes to an address."""
        post = self._able(street, connection, "serviceable")
        answer: Serviceable = self.ask("postal_serviceable", ServiceableRequest(post, _SECONDS, party))
        return answer

    def offices(self, street: str, connection: str, near: str) -> Sequence[Office]:
        """The post's offices with their hours."""
        post = self._able(street, connection, "offices")
        offices: Sequence[Office] = self.ask("postal_offices", OfficesRequest(post, _SECONDS, near))
        return offices

    def label(
        self,
        street: str,
        connection: str,
        numbers: tuple[str, str],
        size: str,
        parties: tuple[Party, Party],
        handling: Handling,
    ) -> Document:
        """What is stuck on an item; `numbers` are its number and the post's own reference."""
        post = self._connections.for_finishing(street, connection)
        if not self._registry.has(post.plugin, "postal_label"):
            raise Conflict("post.cannot", _CANNOT)
        document: Document = self.ask("postal_label", LabelRequest(post, _SECONDS, *numbers, size, *parties, handling))
        return document

    def outbox(self, street: str, connection: str, reference: str) -> Document:
        """The post's own list of what was handed over."""
        post = self._able(street, connection, "outbox", finishing=True)
        document: Document = self.ask("postal_outbox", OutboxRequest(post, _SECONDS, reference))
        return document

    def proof(self, street: str, connection: str, number: str, reference: str) -> Proof:
        """The post's own proof that an item was handed over, or not."""
        post = self._able(street, connection, "proof", finishing=True)
        proof: Proof = self.ask("postal_proof", ProofRequest(post, _SECONDS, number, reference))
        return proof

    def tracks(self, street: str, connection: str) -> bool:
        """Whether the post tells what happens to items; where it does not, staff type it in."""
        return self._registry.has(self._connections.for_finishing(street, connection).plugin, "postal_track")

    def events(self, street: str, connection: str, number: str, reference: str) -> Sequence[PostEvent]:
        """Everything that has happened to an item so far; nothing where the post does not know the number yet."""
        post = self._connections.for_finishing(street, connection)
        answer = self._registry.call("postal_track", TrackRequest(post, _TRACK_SECONDS, number, reference))
        if isinstance(answer, Declined):
            return ()
        return self._detail(answer)  # type: ignore[no-any-return]

    def able(self, street: str, connection: str, ability: str) -> bool:
        """Whether a post can do something."""
        post = self._connections.for_finishing(street, connection)
        return ability in self._connections.plugin(post.plugin).manifest.abilities

    def for_business(self, street: str, connection: str) -> Connection:
        """A connection of a post that does business now."""
        with self._store.read(street) as tx:
            post = self._connections.for_business(tx, connection)
        if not self._registry.has(post.plugin, "postal_create"):
            raise Invalid("post.not_one", _NOT_A_POST, field="connection")
        return post

    def ask(self, hook: str, request: Any) -> Any:
        """A call that changes nothing; `Conflict` when the post says no."""
        answer = self._registry.call(hook, request)
        if isinstance(answer, Declined):
            raise Conflict("post.declined", answer.reason, provider_code=answer.code)
        return self._detail(answer)

    def _able(self, street: str, connection: str, ability: str, *, finishing: bool = False) -> Connection:
        business = self._connections.for_finishing if finishing else self.for_business
        post = business(street, connection)
        if ability not in self._connections.plugin(post.plugin).manifest.abilities:
            raise Conflict("post.cannot", _CANNOT)
        return post

    def _detail(self, answer: Any) -> Any:
        if isinstance(answer, Failure) or not isinstance(answer, Succeeded):
            raise ServicePaused("post.unreachable", _UNREACHABLE)
        return answer.detail


_SECONDS: Final = 15.0
_TRACK_SECONDS: Final = 10.0
_CANNOT: Final = Text(zh="这家邮局的接入不提供这项服务", en="The connection to this post does not offer that")
_NOT_A_POST: Final = Text(zh="这个接入不是邮局", en="This connection is not a post office")
_UNREACHABLE: Final = Text(
    zh="邮局暂时连不上，什么都没有发生，请稍后再试",
    en="The post cannot be reached right now; nothing has happened, try again later",
)
