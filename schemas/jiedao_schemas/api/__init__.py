"""Bodies of the REST API: what it takes in is checked here, what it gives out is listed here."""
