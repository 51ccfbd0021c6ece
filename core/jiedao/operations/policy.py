"""How patient the platform is, by hook. Times are seconds."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final


@dataclass(frozen=True, slots=True)
class Patience:
    """Longest time of one call, and tries before it is somebody's business.

    `sends` is how often an act that certainly did not reach the provider is sent; then, `gives_up` means that it is
    declined (nothing happened, the resident chooses another way), else it goes to review.
    """

    deadline: float
    sends: int
    gives_up: bool


_ORDINARY: Final = Patience(deadline=20.0, sends=8, gives_up=False)
_BY_HOOK: Final[dict[str, Patience]] = {
    # A resident stands at the terminal: enter the PIN within 60 s, and do not try again behind their back.
    "payment_start": Patience(deadline=75.0, sends=1, gives_up=True),
    "payment_reverse": Patience(deadline=30.0, sends=2**31, gives_up=False),
    "payment_void": Patience(deadline=30.0, sends=2**31, gives_up=False),
    "payment_refund": Patience(deadline=30.0, sends=2**31, gives_up=False),
    "payment_batch_close": Patience(deadline=60.0, sends=8, gives_up=False),
    "payment_capture": Patience(deadline=30.0, sends=2**31, gives_up=False),
    "biller_cancel": Patience(deadline=20.0, sends=2, gives_up=True),
    "postal_cancel": Patience(deadline=20.0, sends=2, gives_up=True),
    "postal_complain": Patience(deadline=20.0, sends=2, gives_up=True),
    # The person stands at the device; what certainly did not arrive is said at once and tried again by them.
    "certification_submit": Patience(deadline=30.0, sends=2, gives_up=True),
    "notify_send": Patience(deadline=20.0, sends=5, gives_up=True),
}


@dataclass(frozen=True, slots=True)
class Policy:
    """Patience by hook, and the back-off between tries."""

    first: float = 0.5
    factor: float = 2.0
    longest: float = 300.0
    asks: int = 10
    """Unanswered questions before an unknown goes to review; asking goes on at `longest`."""
    lease_margin: float = 5.0
    """A worker's hold on an operation outlives its call by this much."""
    late_looks: tuple[float, ...] = (60.0, 3600.0, 86400.0)
    """When to look again for a payment that was given up as never arrived."""
    by_hook: dict[str, Patience] = field(default_factory=lambda: dict(_BY_HOOK))

    def patience(self, hook: str) -> Patience:
        """Patience with a hook."""
        return self.by_hook.get(hook, _ORDINARY)

    def pause(self, tries: int) -> float:
        """Seconds to wait after a number of tries."""
        return min(self.longest, self.first * self.factor ** min(tries, 32))

    def lease(self, hook: str) -> float:
        """How long a worker may hold an operation without a word."""
        return self.patience(hook).deadline + self.lease_margin


ARRIVES_AGAIN: Final = frozenset({"biller_pay", "points_claim", "postal_create", "postal_dispatch", "notify_send"})
"""Acts that are sent again when the provider, asked after the settling time, never got them. A payment is not: the
resident has to be there."""
SEALED_WHILE_OPEN: Final = frozenset({"certification_submit", "notify_send"})
"""Acts whose sealed fields (a number, a photo, a message) are nobody's business once it is final and is not looked at
again."""
NEVER_JUST_DECLINED: Final = frozenset({"payment_capture"})
"""Acts whose refusal costs the street money that it has passed on: a person sees it before it is final."""
