"""The web face: REST API and screens."""
