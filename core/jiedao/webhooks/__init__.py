"""Telling other programs what happened: events written with the fact, delivered signed, until they are taken.

The form is that of the Standard Webhooks specification. Events are thin: ids and amounts, and never a name, a number
or an address; who wants to know more asks the interface.
"""
