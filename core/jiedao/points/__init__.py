"""Points: what is earned, held, spent, expired and owed by the issuer. Integer hundredths of a point everywhere.

A resident's balances are guarded by conditional statements, never by read-check-write; every movement touches the
lots that the points came from, and is posted in the journal in the same transaction.
"""
