"""Everything in a street that needs a person, each with how urgent it is, since when, and where it is mended."""
