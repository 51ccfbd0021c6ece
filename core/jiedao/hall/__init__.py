"""What a hall does itself: its service items with their guides, the matters in work, appointments, and ratings.

Nothing here speaks to an outside system; workdays come from the street's calendar.
"""
