"""Shifts of a till: open with a counted float, pay in and out, close blind, hand over. A difference is posted and
never keeps anyone from going home."""
