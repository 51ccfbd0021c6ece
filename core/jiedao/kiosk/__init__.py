"""Kiosks: which device stands at which till, how it is, and what it may do then. What residents do there is theirs."""
