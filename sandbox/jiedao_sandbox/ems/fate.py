"""What an address, a name or a weight leads to, so that a test need not arm anything.

====================  =========================================================
found in              what happens
====================  =========================================================
address 不详          is not recognised
address 边远          is out of the area of collection
receiver's name 拒收  the order is refused
more than 40 kg       no product carries it
====================  =========================================================

Postage is 12.00 yuan for the first kilogram within a province and 20.00 to another, then 2.00 or 5.00 for each half.
"""

from __future__ import annotations

from typing import Final

LOST_ADDRESS: Final = "不详"
FAR_ADDRESS: Final = "边远"
REFUSED_NAME: Final = "拒收"
MAXIMUM_GRAMS: Final = 40_000


def postage(sender: str, receiver: str, grams: int) -> int:
    """Fen between two addresses, which begin with their provinces."""
    near = sender[:2] == receiver[:2]
    first, step = (1_200, 200) if near else (2_000, 500)
    return first + step * max(0, -(-(grams - 1_000) // 500))
