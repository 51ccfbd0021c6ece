"""Performing operations, and finishing those that a crash or a missing answer left open.

Any number of workers may run. Each write names the fence that the worker holds; zero rows means that another worker
took the operation over, and this one stops. Nothing is sent when the lease ran out between intent and call.
"""

from __future__ import annotations

import dataclasses
import logging
import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any, Final

from sqlalchemy import select, update

from jiedao.hookspecs.codec import from_json, to_json
from jiedao.hookspecs.connection import Connection
from jiedao.hookspecs.manifest import Recovery
from jiedao.operations import history
from jiedao.operations.history import How
from jiedao.operations.intent import find, request_of, unsealed
from jiedao.operations.judge import Circumstances, Verdict, judge
from jiedao.operations.model import FINAL, News, Operation, State, Subject
from jiedao.operations.policy import SEALED_WHILE_OPEN, Policy
from jiedao.operations.reversal import plan_reversal
from jiedao.operations.secrets import without_secrets
from jiedao.proposals import proposals
from jiedao.proposals.model import Kind
from jiedao.registry.boundary import Failure, Why
from jiedao.registry.check import QUERY_HOOKS
from jiedao.registry.connections import Connections
from jiedao.registry.families import HOOKS
from jiedao.registry.registry import Registry
from jiedao.store import tables
from jiedao.store.keyring import Keyring
from jiedao.store.unit import STREET, Store, Tx, later, param

log = logging.getLogger(__name__)

_INTERRUPTED: Final = Failure(Why.UNKNOWN, "the worker stopped between sending and noting the answer", "interrupted")


class Operations:
    """The machine that carries every act on the outside world through to its end."""

    def __init__(
        self, store: Store, registry: Registry, connections: Connections, policy: Policy, keyring: Keyring
    ) -> None:
        self.policy, self._keyring = policy, keyring
        self._store, self._registry, self._connections = store, registry, connections
        self._subjects: dict[str, Subject] = {}
        self.heard: Callable[[str, str], object] | None = None
        """Called with the hook and the state of each outcome that is committed; for measuring."""

    def serve(self, kind: str, subject: Subject) -> None:
        """Say which room plans operations of a kind."""
        self._subjects[kind] = subject

    def drive(self, planned: Iterable[Any]) -> None:
        """Perform operations whose intent is committed, and those that follow from them, to the end."""
        waiting: deque[Operation] = deque(planned)
        while waiting:
            waiting.extend(self._send_in_turn(waiting.popleft()))

    def resolve_due(self, street: str, limit: int = 20) -> int:
        """Take over operations whose time has come and carry each one step further. Returns how many."""
        taken = self._take_over(street, limit)
        for operation in taken:
            self._carry_on(operation)
        return len(taken)

    def ask_now(self, street: str, id_: str, how: How = How.HURRIED) -> None:
        """Look at one open operation at once, because somebody is looking at it or a notice came; at no other."""
        with self._store.write(street) as tx:
            hurried = tx.change(_HURRY, id_=id_, now=tx.shared_now)
            found = [Operation.of(row) for row in tx.rows(_THIS_DUE, id_=id_, now=tx.shared_now)]
            for operation in found if hurried else ():
                history.note_hurry(tx, operation, how)
            taken = [self._take(tx, operation) for operation in found]
        for operation in taken:
            self._carry_on(operation)

    def close_by_person(self, tx: Tx, id_: str, news: News, how: How = How.PERSON) -> bool:
        """A person with evidence, or a settlement, says what became of an operation; False when it is not open to
        that.
        """
        operation = find(tx, id_)
        if operation is None or operation.state in FINAL or operation.state is State.PLANNED:
            return False
        taken = replace(operation, fence=operation.fence + 1)
        if not tx.change(_CLOSE, id_=id_, fence=operation.fence):
            return False
        self._record(tx, taken, Verdict(news), how)
        return True

    # one call

    def _send_in_turn(self, operation: Operation) -> list[Operation]:
        """Send an act that may have waited behind another one, unless it is not ours any more."""
        started = time.monotonic()
        ours = self._still_ours(operation)
        return self._perform(ours, started) if ours is not None else []

    def _still_ours(self, operation: Operation) -> Operation | None:
        """An intent that waited for its turn, behind a slow call or for a thread, gets a new lease before it is sent.

        None when another worker has taken it over meanwhile.
        """
        if (self._store.clock() - operation.sent_at).total_seconds() <= self.policy.lease_margin / 2:
            return operation
        with self._store.write(operation.street) as tx:
            due_at = later(tx.shared_now, self.policy.lease(operation.hook))
            held = tx.change(_RENEW, id_=operation.id, held_fence=operation.fence, sent_at_=tx.now, lease=due_at)
            return replace(operation, sent_at=tx.now) if held else None

    def _perform(self, operation: Operation, leased_at: float) -> list[Operation]:
        """Send the act. Not when this worker stalled so long that another may have taken it over."""
        if time.monotonic() - leased_at > self.policy.lease_margin / 2:
            return []
        connection = self._connections.for_finishing(operation.street, operation.connection)
        deadline = self.policy.patience(operation.hook).deadline
        result = self._registry.call(
            operation.hook, request_of(operation, self._fields(operation), connection, deadline)
        )
        return self._settle(operation, connection, result, asked=False)

    def _ask(self, operation: Operation) -> list[Operation]:
        connection = self._connections.for_finishing(operation.street, operation.connection)
        result = self._registry.call(
            QUERY_HOOKS[operation.hook], question(operation, self._fields(operation), connection)
        )
        return self._settle(operation, connection, result, asked=True)

    def _fields(self, operation: Operation) -> dict[str, Any]:
        return unsealed(self._keyring, operation.street, operation.request, operation.sealed)

    def _step(self, operation: Operation) -> list[Operation]:
        """What a resolver does with an operation it took over, by its state and what the plugin declares."""
        connection = self._connections.for_finishing(operation.street, operation.connection)
        if operation.state is State.PLANNED:
            return self._send_in_turn(operation)
        recovery = self._recovery(connection, operation.hook)
        if recovery is Recovery.QUERY:
            return self._ask(operation)
        if recovery is Recovery.RESEND:
            return self._send_in_turn(operation)
        return self._settle(operation, connection, _INTERRUPTED, asked=False)

    def _carry_on(self, operation: Operation) -> None:
        """One step, and what follows from it. What nobody foresaw ends with a person, not in an endless loop."""
        try:
            self.drive(self._step(operation))
        except Exception:
            log.exception("operation %s cannot be carried on", operation.id)
            if operation.tries >= _PARK_AFTER:
                with self._store.write(operation.street) as tx:
                    tx.change(_PARK, id_=operation.id, held_fence=operation.fence)

    # its record

    def _settle(self, operation: Operation, connection: Connection, result: Any, *, asked: bool) -> list[Operation]:
        verdict = judge(operation, result, self._circumstances(operation, connection, asked))
        verdict = replace(verdict, news=replace(verdict.news, code=self._clean(connection, verdict.news.code)))
        if verdict.pause is not None:
            self._connections.pause(operation.street, connection.id, self._clean(connection, verdict.pause))
        how = How.ASKED if asked else How.SENT
        return self._store.retrying(operation.street, lambda tx: self._noted(tx, operation, verdict, how))

    def _clean(self, connection: Connection, words: str) -> str:
        """What a plugin said, fit to be kept."""
        return without_secrets(words, self._connections.secrets_of(connection)) if words else words

    def _noted(self, tx: Tx, operation: Operation, verdict: Verdict, how: How) -> list[Operation]:
        if not self._record(tx, operation, verdict, how):
            log.warning("operation %s was taken over by another worker", operation.id)
        elif self.heard:
            heard, state = self.heard, verdict.news.state.value
            tx.on_commit.append(lambda: heard(operation.hook, state))
        return tx.planned

    def _record(self, tx: Tx, operation: Operation, verdict: Verdict, how: How) -> bool:
        """Write down what became known, what follows from it, and, unless it is all clean, that it happened."""
        news = verdict.news
        written = tx.change(
            _RECORD,
            id_=operation.id,
            held_fence=operation.fence,
            state_=news.state,
            outcome_={"detail": to_json(news.detail), "reason": news.reason or {}},
            reason_=news.code,
            due_at_=None if verdict.due_in is None else later(tx.shared_now, verdict.due_in),
        )
        if written and (news.state is not operation.state or news.late):
            self._tell(tx, operation, verdict)
        if written:
            history.note(tx, operation, news, how, often=self.policy.asks)
        if written and operation.state is State.REVIEW and news.state is not State.REVIEW:
            proposals.lapse(tx, Kind.CLOSING, operation.id, news.state.value)
        if written and operation.hook in SEALED_WHILE_OPEN and news.state in FINAL and verdict.due_in is None:
            tx.set(_FORGET, id_=operation.id)
        return bool(written)

    def _tell(self, tx: Tx, operation: Operation, verdict: Verdict) -> None:
        if verdict.reverse:
            plan_reversal(tx, self.policy, operation)
        if operation.hook == "payment_reverse":
            self._tell_original(tx, operation, verdict.news)
        else:
            self._subjects[operation.subject_kind].settled(tx, operation, verdict.news)

    def _tell_original(self, tx: Tx, reversal: Operation, news: News) -> None:
        """The end of a reversal is the end of the payment that it undid."""
        original = find(tx, reversal.original)
        if original is None or original.state in FINAL:
            return
        if news.state is State.SUCCEEDED:
            self._record(tx, original, Verdict(News(State.REVERSED, code="reversed")), How.REVERSAL)
        elif news.state in (State.DECLINED, State.REVIEW):
            self._record(tx, original, Verdict(News(State.REVIEW, code=f"reversal: {news.code}")), How.REVERSAL)

    def _circumstances(self, operation: Operation, connection: Connection, asked: bool) -> Circumstances:
        plugin = self._connections.plugin(connection.plugin)
        return Circumstances(
            recovery=self._recovery(connection, operation.hook),
            settling=float(connection.settings.get("settling", plugin.manifest.settling)),
            policy=self.policy,
            asked=asked,
            maybe_before=operation.state is not State.PLANNED and operation.fence > 1,
            now=self._store.clock(),
        )

    def _recovery(self, connection: Connection, hook: str) -> Recovery:
        return self._connections.plugin(connection.plugin).manifest.recovery.get(hook, Recovery.NONE)

    def _take_over(self, street: str, limit: int) -> list[Operation]:
        """Raise the fence of due operations, so that nobody else may write to them any more.

        One that was *sent* and never heard of again is unknown from here on.
        """
        with self._store.write(street) as tx:
            found = [Operation.of(row) for row in tx.rows(_DUE, now=tx.shared_now, most=limit)]
            return [self._take(tx, operation) for operation in found]

    def _take(self, tx: Tx, operation: Operation) -> Operation:
        sending = operation.state is State.PLANNED
        tx.change(
            _TAKE,
            id_=operation.id,
            state_=State.SENT if sending else operation.state,
            sent_at_=tx.now if sending else operation.sent_at,
            lease=later(tx.shared_now, self.policy.lease(operation.hook)),
        )
        return replace(
            operation,
            fence=operation.fence + 1,
            tries=operation.tries + 1,
            sent_at=tx.now if sending else operation.sent_at,
        )


def question(operation: Operation, fields: dict[str, Any], connection: Connection) -> Any:
    """The query that asks what became of an act, with everything that its answer must echo."""
    wanted = HOOKS[QUERY_HOOKS[operation.hook]].request
    if wanted is None:
        raise TypeError(f"{operation.hook} cannot be asked about")
    names = {field.name for field in dataclasses.fields(wanted)}
    told = {name: value for name, value in fields.items() if name in names}
    return from_json(wanted, told, connection=connection, deadline=_ASK_SECONDS)


_ASK_SECONDS: Final = 10.0
_PARK_AFTER: Final = 5

_O = tables.operation.c
_THIS: Final = (_O.street == STREET) & (_O.id == param("id"))
_THIS_DUE: Final = select(tables.operation).where(_THIS, _O.due_at <= param("now")).with_for_update(skip_locked=True)
_DUE: Final = (
    select(tables.operation)
    .where(_O.street == STREET, _O.due_at <= param("now"))
    .order_by(_O.due_at)
    .limit(param("most"))
    .with_for_update(skip_locked=True)
)
_TAKE: Final = (
    update(tables.operation)
    .where(_THIS)
    .values(
        state=param("state"),
        sent_at=param("sent_at"),
        due_at=param("lease"),
        fence=_O.fence + 1,
        tries=_O.tries + 1,
    )
)
_RENEW: Final = (
    update(tables.operation)
    .where(_THIS, _O.fence == param("held_fence"))
    .values(sent_at=param("sent_at"), due_at=param("lease"))
)
_RECORD: Final = (
    update(tables.operation)
    .where(_THIS, _O.fence == param("held_fence"))
    .values(
        state=param("state"),
        outcome=param("outcome"),
        reason=param("reason"),
        due_at=param("due_at"),
    )
)
_FORGET: Final = update(tables.operation).where(_THIS).values(sealed=None)
_PARK: Final = (
    update(tables.operation)
    .where(_THIS, _O.fence == param("held_fence"), _O.state.not_in(FINAL))
    .values(state=State.REVIEW, reason="the platform failed on it; see the log", due_at=None)
)
_HURRY: Final = (
    update(tables.operation)
    .where(_THIS, _O.state.in_([State.UNKNOWN, State.PENDING, State.REVIEW]), _O.due_at.is_not(None))
    .values(due_at=param("now"))
)
_CLOSE: Final = update(tables.operation).where(_THIS, _O.fence == param("fence")).values(fence=_O.fence + 1)
