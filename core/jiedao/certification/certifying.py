"""Certifying: the look-up, the attempt, an operation for each entitlement, and what each judgement does.

Items are submitted one after another, the next one together with the news of the last: a judgement may satisfy others
(`Verdict.also`), and what is satisfied is not submitted. One that is in doubt does not keep the next waiting.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from jiedao.certification import attempts, delegations, entitlements, photo
from jiedao.certification.attempts import Attempt, Item
from jiedao.certification.bureau import UNREACHABLE, Answer, Bureau, today
from jiedao.certification.entitlements import DECEASED, Change, Entitlement, Source
from jiedao.certification.folding import bury
from jiedao.certification.graph import At
from jiedao.certification.outcomes import EVENTS, OPEN, SATISFIED, Outcome, of_finding, of_news
from jiedao.certification.schemes import Scheme, scheme, schemes
from jiedao.directory.caller import Caller, claim
from jiedao.directory.places import Places
from jiedao.directory.residents import Residents
from jiedao.hookspecs.certification import Finding, Route, Verdict
from jiedao.ids import new_id
from jiedao.language import Text
from jiedao.operations.intent import plan, seal_fields, unsealed
from jiedao.operations.model import News, Operation, State
from jiedao.operations.policy import Policy
from jiedao.problems import Conflict, Invalid, ServicePaused
from jiedao.registry.connections import Connections
from jiedao.registry.gate import Act
from jiedao.store import tables
from jiedao.store.keyring import Keyring
from jiedao.store.unit import Store, Tx

SUBJECT: Final = "certification"
_OLDEST: Final = timedelta(days=31)
"""How long ago a certification may have been taken that is entered later, such as one at home."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody wants certified. `agent` is the resident who acts for them; `on` None is today."""

    resident: str
    entitlements: tuple[str, ...]
    route: Route
    photo: str = ""
    agent: str = ""
    on: date | None = None
    place: str = ""
    device: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Begun:
    """The attempt that was made, and the operations to perform now that it is committed."""

    attempt: str
    planned: Sequence[Any]


@dataclass(frozen=True, slots=True)
class _Claimed:
    """An entitlement that is to be certified, with its scheme."""

    held: Entitlement
    scheme: Scheme


class Certifying:
    """Certifications of all streets."""

    def __init__(
        self,
        store: Store,
        connections: Connections,
        bureau: Bureau,
        residents: Residents,
        places: Places,
        policy: Policy,
        keyring: Keyring,
    ) -> None:
        self._store, self._connections, self._bureau = store, connections, bureau
        self._residents, self._places, self._policy, self._keyring = residents, places, policy, keyring

    def certify(self, caller: Caller, wanted: Wanted) -> Begun:
        """Look the person up, and submit what is due. What the bureau does not find due is not submitted.

        `Conflict` when another attempt is open on an entitlement, `ServicePaused` when a bureau cannot be asked.
        """
        picture = photo.checked(wanted.photo)
        with self._store.read(caller.street) as tx:
            self._checked(tx, wanted, picture)
            self._bureau.identity(tx, wanted.resident)
        answers = self._bureau.look_up(caller.street, wanted.resident, Source(caller.staff, words="certify"))
        with self._store.write(caller.street) as tx:
            attempt = self._begin(tx, caller, wanted, picture, {one.connection: one for one in answers})
        return Begun(attempt, tx.planned)

    def settled(self, tx: Tx, operation: Operation, news: News) -> None:
        """The bureau's word on one item, or that there is none; and then the next item."""
        attempt = attempts.held(tx, operation.subject)
        if isinstance(news.detail, Verdict) and news.state is State.SUCCEEDED:
            self._judged(tx, attempt, operation, news.detail)
        elif outcome := of_news(news):
            reference = news.code if outcome is Outcome.PENDING else ""
            attempts.note(tx, attempt.id, operation.part, outcome, reason=news.reason, reference=reference)
        if news.state not in (State.PLANNED, State.SENT):
            self._submit_next(tx, attempt)
        _tell_if_finished(tx, attempt.id)

    # making an attempt

    def _begin(self, tx: Tx, caller: Caller, wanted: Wanted, picture: str, answers: Mapping[str, Answer]) -> str:
        claimed = self._checked(tx, wanted, picture)
        for one in claimed:
            _check_reached(answers.get(one.scheme.connection))
            self._connections.for_business(tx, one.scheme.connection, Act(resident=wanted.resident))
        id_ = self._insert(tx, caller, wanted, picture if any(one.scheme.needs_photo for one in claimed) else "")
        claim(tx, caller, SUBJECT, id_)
        for no, one in enumerate(claimed):
            self._add_item(tx, id_, no, one, answers.get(one.scheme.connection))
        self._submit_next(tx, attempts.attempt(tx, id_))
        _tell_if_finished(tx, id_)
        return id_

    def _checked(self, tx: Tx, wanted: Wanted, picture: str) -> list[_Claimed]:
        """What is to be certified, after everything that the schemes ask of it."""
        on = _checked_day(wanted.on, today(tx))
        found = [entitlements.entitlement(tx, id_) for id_ in sorted(set(wanted.entitlements))]
        if not found or any(one.resident != wanted.resident for one in found):
            raise Invalid("certification.entitlements", _NOT_THEIRS, field="entitlements")
        claimed = [_Claimed(one, scheme(tx, one.scheme)) for one in found]
        for one in claimed:
            if wanted.route not in one.scheme.routes:
                raise Invalid("certification.route", _ROUTE.format(scheme=one.scheme.title), field="route")
            if one.scheme.needs_photo and not picture:
                raise Invalid("certification.photo", _PHOTO.format(scheme=one.scheme.title), field="photo")
        self._check_agent(tx, wanted, on, [one.scheme for one in claimed])
        return claimed

    def _check_agent(self, tx: Tx, wanted: Wanted, on: date, about: Iterable[Scheme]) -> None:
        """Who acts for another is known, and registered as doing so where a scheme asks for that."""
        if not wanted.agent:
            if wanted.route is Route.RELATIVE:
                raise Invalid("certification.agent", _WHO, field="agent")
            return
        agent = self._residents.get(tx, wanted.agent)
        if agent.id == wanted.resident:
            raise Invalid("certification.agent", _ONESELF, field="agent")
        strict = next((one for one in about if one.needs_delegation), None)
        if strict and delegations.in_force(tx, wanted.resident, wanted.agent, on) is None:
            says = _NO_DELEGATION.format(agent=agent.name, scheme=strict.title)
            raise Invalid("certification.delegation", says, field="agent")

    def _insert(self, tx: Tx, caller: Caller, wanted: Wanted, picture: str) -> str:
        id_, on = new_id(), wanted.on or today(tx)
        person = self._bureau.identity(tx, wanted.resident)
        agent = self._residents.get(tx, wanted.agent).name if wanted.agent else ""
        mandate = delegations.in_force(tx, wanted.resident, wanted.agent, on) if wanted.agent else None
        secret = {"number": person.number, "name": person.name, "photo": picture, "agent": agent}
        tx.add(
            tables.cert_attempt,
            id=id_,
            resident=wanted.resident,
            route=wanted.route,
            done_on=on,
            till=caller.till,
            place=wanted.place or self._place(tx, caller),
            device=wanted.device,
            note=wanted.note,
            agent=wanted.agent,
            agent_name=agent,
            delegation=mandate.id if mandate else "",
            staff=caller.staff,
            staff_name=caller.name,
            photo=bool(picture),
            sealed=seal_fields(self._keyring, tx.street, secret),
            made_at=tx.now,
        )
        return id_

    def _place(self, tx: Tx, caller: Caller) -> str:
        if not caller.till:
            return ""
        where = self._places.at(tx, caller.till)
        return f"{where.hall_name.zh} {where.till_name}"

    def _add_item(self, tx: Tx, attempt: str, no: int, one: _Claimed, answer: Answer | None) -> None:
        """An item that waits for its turn, or one that the look-up has closed already."""
        outcome, says = _known_before(one.held, answer)
        if outcome is Outcome.WAITING and not attempts.take(tx, one.held.id, attempt):
            held = entitlements.entitlement(tx, one.held.id)
            raise Conflict("certification.open", _OPEN.format(scheme=one.scheme.title), attempt=held.attempt)
        row = {"attempt": attempt, "entitlement": one.held.id, "no": no, "outcome": outcome}
        tx.put(tables.cert_item, {**row, "verdict": {}, "reason": says.as_json() if says else {}})

    # submitting

    def _submit_next(self, tx: Tx, attempt: Attempt) -> None:
        """Submit the first item that still waits; forget what was sealed for them when there is none."""
        left = attempts.waiting(tx, attempt.id)
        for item in left[:1]:
            if attempts.begin(tx, item):
                attempts.submitted(tx, item, self._submit(tx, attempt, item))
        if len(left) < 2:
            attempts.forget(tx, attempt.id)

    def _submit(self, tx: Tx, attempt: Attempt, item: Item) -> str:
        about = scheme(tx, item.scheme)
        fields = {
            "kind": about.kind,
            "route": attempt.route,
            "on": str(attempt.done_on),
            "operator": attempt.staff_name,
            "place": attempt.place,
            "device": attempt.device,
            "note": attempt.note,
        }
        secret = unsealed(self._keyring, tx.street, {}, attempt.sealed)
        if not about.needs_photo:
            secret["photo"] = ""
        return plan(
            tx,
            self._policy,
            about.connection,
            "certification_submit",
            fields,
            subject=(SUBJECT, attempt.id),
            part=item.entitlement,
            sealed=seal_fields(self._keyring, tx.street, secret),
        )

    # what a judgement does

    def _judged(self, tx: Tx, attempt: Attempt, operation: Operation, verdict: Verdict) -> None:
        """Apply a judgement to its own entitlement, and to the others that it satisfies; in one order for everybody."""
        outcome = of_finding(verdict.finding)
        if verdict.finding is Finding.DECEASED:
            self._bury(tx, attempt, operation, verdict)
            return
        theirs = {one.id: one for one in entitlements.of_resident(tx, attempt.resident)}
        for id_ in sorted(_touched(tx, theirs, operation, verdict)):
            own = id_ == operation.part
            attempts.note(tx, attempt.id, id_, outcome, verdict=verdict)
            if verdict.finding in EVENTS:
                dated = verdict.valid_to if own else None
                _apply(tx, theirs[id_], attempt, verdict, dated, Source(operation=operation.id))

    def _bury(self, tx: Tx, attempt: Attempt, operation: Operation, verdict: Verdict) -> None:
        """The person is dead: everything at this bureau ends, and nothing more is submitted there."""
        bureau = [one for one in schemes(tx) if one.connection == operation.connection]
        for ended in bury(tx, bureau, attempt.resident, today(tx), Source(operation=operation.id)):
            if ended.id == operation.part or _waits(tx, attempt, ended.id):
                attempts.note(tx, attempt.id, ended.id, Outcome.DECEASED, verdict=verdict)


def _tell_if_finished(tx: Tx, attempt: str) -> None:
    """Other programs hear of an attempt once every item of it has an answer."""
    outcomes = [str(item.outcome) for item in attempts.items(tx, attempt)]
    if not OPEN.intersection(outcomes):
        tx.tell("certification.finished", attempt=attempt, outcomes=sorted(outcomes))


def _waits(tx: Tx, attempt: Attempt, entitlement: str) -> bool:
    return any(item.entitlement == entitlement for item in attempts.waiting(tx, attempt.id))


def _touched(tx: Tx, theirs: Mapping[str, Entitlement], operation: Operation, verdict: Verdict) -> set[str]:
    """The entitlement that was submitted, and those of the same bureau that its judgement satisfies too."""
    also = verdict.also if of_finding(verdict.finding) in SATISFIED else frozenset()
    of_id = {one.id: one for one in schemes(tx)}
    return {operation.part} | {
        one.id
        for one in theirs.values()
        if of_id[one.scheme].connection == operation.connection and of_id[one.scheme].kind in also
    }


def _apply(
    tx: Tx, held: Entitlement, attempt: Attempt, verdict: Verdict, valid_to: date | None, source: Source
) -> None:
    about = scheme(tx, held.scheme)
    dates = held.dates
    if verdict.finding is not Finding.NOT_DUE:
        dates = entitlements.dates_of(about, attempt.done_on, valid_to, held.dates)
    elif valid_to is not None:
        dates = entitlements.Dates(held.dates.certified_on, valid_to, valid_to)
    entitlements.change(tx, held, about, Change(EVENTS[verdict.finding], today(tx), source, dates))


def _known_before(held: Entitlement, answer: Answer | None) -> tuple[Outcome, Text | None]:
    """How the look-up closes an item before it is submitted; `WAITING` where it does not."""
    if held.at is At.ENDED:
        return (Outcome.DECEASED if held.ended == DECEASED else Outcome.NOT_ELIGIBLE), _ENDED
    if held.at in (At.NOT_DUE, At.RESTORED):
        return Outcome.NOT_DUE, _ALREADY
    if answer is not None and answer.person is None:
        return Outcome.NOT_FOUND, answer.says
    return Outcome.WAITING, None


def _check_reached(answer: Answer | None) -> None:
    if answer is not None and not answer.reached:
        raise ServicePaused("certification.unreachable", answer.says or UNREACHABLE)


def _checked_day(on: date | None, now: date) -> date:
    if on is not None and not now - _OLDEST <= on <= now:
        raise Invalid("certification.day", _DAY, field="on")
    return on or now


_NOT_THEIRS: Final = Text(
    zh="请选择这位居民名下的待遇", en="Choose entitlements of this resident; there is one that is not theirs"
)
_ROUTE: Final = Text(zh="“{scheme}”不能用这种方式认证", en='"{scheme}" cannot be certified in this way')
_PHOTO: Final = Text(zh="“{scheme}”认证需要现场照片", en='"{scheme}" needs a photo')
_WHO: Final = Text(zh="亲属代认证请登记是谁操作的", en="Say which relative does it")
_ONESELF: Final = Text(zh="本人办理不用填代办人", en="One who acts for themselves is no agent")
_NO_DELEGATION: Final = Text(
    zh="“{scheme}”由他人代办需要有效委托；{agent}没有这位居民的有效委托，请先登记委托及凭据",
    en='"{scheme}" lets another act only with a valid delegation, and {agent} has none of this resident: register it '
    "with its proof first",
)
_OPEN: Final = Text(
    zh="“{scheme}”有一次认证还没有结果，不能重复提交",
    en='A certification of "{scheme}" is still without an answer; it is not submitted twice',
)
_ENDED: Final = Text(zh="社保经办已终止这项待遇", en="The bureau has ended this benefit")
_ALREADY: Final = Text(
    zh="已经认证，现在不需要办理，什么都没有提交",
    en="It is certified already; nothing is needed, and nothing was submitted",
)
_DAY: Final = Text(zh="认证日期应在最近 31 天内", en="The day must be one of the last 31")
