"""Messages to residents: in their language, where they want them, at most once for each matter, never at night."""
