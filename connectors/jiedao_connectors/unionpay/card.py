"""What may be known of a card number outside the terminal: its first six and last four digits."""

from __future__ import annotations


def mask(number: str) -> str:
    """ "622848******1234"; too short a number is masked whole."""
    if len(number) < 13:
        return "*" * len(number)
    return f"{number[:6]}{'*' * (len(number) - 10)}{number[-4:]}"


def luhn_digit(payload: str) -> str:
    """Check digit for a card number (ISO/IEC 7812-1, annex B)."""
    total = 0
    for place, digit in enumerate(reversed(payload)):
        doubled = int(digit) * 2 if place % 2 == 0 else int(digit)
        total += doubled - 9 if doubled > 9 else doubled
    return str(-total % 10)
