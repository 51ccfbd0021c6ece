"""What can be wrong with an answer or a notice of EMS."""

from __future__ import annotations


class NotUnderstood(Exception):
    """It is not one of the protocol. The words never repeat what was in it."""
