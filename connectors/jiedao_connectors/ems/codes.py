"""What the codes of answers mean for what was asked. Only 00000 and B00 to B05 are public (see `current`, `older`)."""

from __future__ import annotations

from typing import Final

DONE: Final = "00000"

NOT_OURS: Final = frozenset({"A0001", "A0002", "A0003", "A0004"})
"""Current: unknown sender, wrong authorization, not sealed with the key, no right to this call. Nothing happened."""
REFUSED: Final = "B"
"""Current: first letter of what was read and refused. Every other code says nothing for certain."""
NOT_FOUND: Final = "B0003"
DUPLICATE: Final = "B0004"
"""Our number is in the books: an earlier message did arrive."""
CANCELLED_ALREADY: Final = "B0006"

OLDER_NOT_OURS: Final = frozenset({"S01", "S02", "S03", "S04", "S05"})
"""Older: not XML, wrong digest, unknown company, unknown kind, unusable content. Nothing happened."""
OLDER_REFUSED: Final = frozenset({"B01", "B02", "B05"})
"""Older: a field is missing, a field is wrong, no numbers are left. B00 and B04 may have left something behind."""
OLDER_NOT_FOUND: Final = "B03"
OLDER_DUPLICATE: Final = "B06"
