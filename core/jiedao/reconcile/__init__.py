"""Providers' settlements against the street's books: every row is taken once, matched, booked, and differences kept.

What a provider settled is evidence: it closes an operation that nobody could be asked about. Nothing is ever
evened out here; what does not agree is a break, which a person closes.
"""
