"""Life certificates: who draws which benefit, until when it is certified, each try, and who acted for whom.

The bureau decides everything; this room looks up, submits and remembers. What was sent is not certified, and only the
bureau's own word, or a person with evidence of it, moves an entitlement.
"""
