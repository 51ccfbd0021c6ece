"""Points cards: whose they are at their issuer, and whose they are here."""

from __future__ import annotations

from typing import Final

from jiedao.directory.caller import Caller, claim
from jiedao.directory.residents import Residents, folded
from jiedao.hookspecs.outcomes import Declined
from jiedao.hookspecs.points import CardHolder, CardRequest
from jiedao.language import Text
from jiedao.points.programme import programme
from jiedao.problems import Conflict, NotFound, ServicePaused
from jiedao.registry.boundary import Failure
from jiedao.registry.connections import Connections
from jiedao.registry.registry import Registry
from jiedao.store.unit import Store

_SECONDS: Final = 10.0


class Cards:
    """Asks the issuer of a street's points."""

    def __init__(self, store: Store, registry: Registry, connections: Connections, residents: Residents) -> None:
        self._store, self._registry, self._connections = store, registry, connections
        self._residents = residents

    def ask(self, street: str, card: str) -> CardHolder:
        """Whose card it is; `Conflict` when the issuer does not know it or has blocked it."""
        with self._store.read(street) as tx:
            known = programme(tx)
            if known is None:
                raise NotFound("programme.missing", _NO_PROGRAMME)
            connection = self._connections.for_business(tx, known.connection)
        answer = self._registry.call("points_card", CardRequest(connection, _SECONDS, card))
        if isinstance(answer, Failure):
            raise ServicePaused("card.unreachable", _UNREACHABLE)
        if isinstance(answer, Declined):
            raise Conflict("card.declined", answer.reason, field="card", provider_code=answer.code)
        holder: CardHolder = answer.detail
        if not holder.active:
            raise Conflict("card.inactive", _INACTIVE, field="card")
        return holder

    def tie(self, caller: Caller, resident: str, card: str, *, confirmed: bool = False) -> None:
        """Note that a card is a resident's. With another name at the issuer somebody has to say that it is right."""
        with self._store.read(caller.street) as tx:
            person = self._residents.get(tx, resident)
        holder = self.ask(caller.street, card)
        if not confirmed and folded(holder.name) != folded(person.name):
            raise Conflict("card.name", _OTHER_NAME.format(name=holder.name), field="confirmed", name=holder.name)
        with self._store.write(caller.street) as tx:
            known = programme(tx)
            if known is None:
                raise NotFound("programme.missing", _NO_PROGRAMME)
            self._residents.tie_card(tx, known.connection, holder.card, resident, holder.member)
            claim(tx, caller, "resident", resident)


_NO_PROGRAMME: Final = Text(zh="本街道没有积分计划", en="This street has no points programme")
_UNREACHABLE: Final = Text(
    zh="发卡方暂时连不上，请稍后再试", en="The issuer cannot be reached right now; try again later"
)
_INACTIVE: Final = Text(zh="这张积分卡已停用", en="This points card is not active")
_OTHER_NAME: Final = Text(
    zh="发卡方登记的持卡人是“{name}”，与居民姓名不同，请核对后确认",
    en='At the issuer the holder is "{name}", which is not this resident\'s name; check and confirm',
)
