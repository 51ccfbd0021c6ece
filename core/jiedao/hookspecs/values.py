"""Values that more than one family uses."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Document:
    """A file that somebody prints or keeps."""

    name: str
    media_type: str
    content: bytes
