"""The contract between the core and its plugins: one module for each family.

A hook takes one frozen request (positional, named `request`) and returns one outcome. Plugins see no web request, no
database row and no other plugin, and never retry, persist or invent references: the core does.
"""
