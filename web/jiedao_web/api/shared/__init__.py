"""Shapes of answers that staff and residents both get; each schema takes of them what its reader may see."""
