"""The states of a case, as data: where each may go, what must be said then, and what the states are called."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from jiedao.language import Text


class At(StrEnum):
    """How a case stands."""

    RECEIVED = "received"
    """Taken in; nobody works on it yet."""
    IN_WORK = "in_work"
    WAITING = "waiting"
    """The resident has to bring or say something first."""
    FINISHED = "finished"
    WITHDRAWN = "withdrawn"
    """The resident does not want it any more."""
    REFUSED = "refused"
    """It cannot be done; the last event says why."""


CLOSED: Final = frozenset({At.FINISHED, At.WITHDRAWN, At.REFUSED})
EDGES: Final[dict[At, frozenset[At]]] = {
    At.RECEIVED: frozenset({At.IN_WORK}) | CLOSED,
    At.IN_WORK: frozenset({At.WAITING}) | CLOSED,
    At.WAITING: frozenset({At.IN_WORK}) | CLOSED,
    **{at: frozenset() for at in CLOSED},
}
"""Where a case may go from where it stands. What is closed stays closed: a new matter is a new case."""
EXPLAINED: Final = frozenset({At.WAITING, At.REFUSED})
"""States into which nobody brings a case without saying what is missing, or why."""
TITLES: Final = {
    At.RECEIVED: Text(zh="已受理", en="Received"),
    At.IN_WORK: Text(zh="办理中", en="In work"),
    At.WAITING: Text(zh="等待补件", en="Waiting for the resident"),
    At.FINISHED: Text(zh="已办结", en="Finished"),
    At.WITHDRAWN: Text(zh="已撤回", en="Withdrawn"),
    At.REFUSED: Text(zh="不予办理", en="Refused"),
}
"""What a state is called."""
STEPS: Final = {
    At.IN_WORK: Text(zh="开始办理", en="Take into work"),
    At.WAITING: Text(zh="请居民补件", en="Ask the resident"),
    At.FINISHED: Text(zh="办结", en="Finish"),
    At.WITHDRAWN: Text(zh="撤回", en="Withdraw"),
    At.REFUSED: Text(zh="不予办理", en="Refuse"),
}
"""What the step into a state is called."""
