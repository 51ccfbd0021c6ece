"""China Post EMS for contract customers, over its current or its older interface as a street's contract has it.

An item that was handed over without a trustworthy answer is looked for by our own number and never handed over again
before EMS said that it has none. Labels, cancellation and pushed tracking are of the current interface only.
"""

from __future__ import annotations

from typing import Final

from jiedao_ems.hooks import Ems

__all__ = ["plugin"]

plugin: Final = Ems()
