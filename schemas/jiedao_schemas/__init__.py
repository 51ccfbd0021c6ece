"""Shapes of what comes in and goes out: plugin settings, API bodies, delivered files (marshmallow)."""
