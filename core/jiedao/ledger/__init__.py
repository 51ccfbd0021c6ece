"""The street's books: an append-only double-entry journal in fen and hundredths of a point.

Each till writes a book of its own, numbered without gaps and chained by hashes, so that windows never wait for each
other; the office has one too. Corrections are new entries.
"""
