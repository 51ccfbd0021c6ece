"""What outside systems send by themselves: kept, checked, and never believed. A notice only makes the core ask.

Nothing that a notice says may be acted upon here; the answer to the question is what counts.
"""
