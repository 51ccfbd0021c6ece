"""Figures for people: what was collected, refunded, earned and spent by day, and how everything else stands.

The journal stays the truth. Sums of it are folded into `figure` behind it, are rebuilt from it with one command, and
what is not folded yet is read from its end, so that no visit costs a statement more for them. Nothing here books.
"""
