"""Photos of people who certify: a base64 JPEG of at most half a megabyte, and nothing that only says it is one."""

from __future__ import annotations

import base64
import binascii
from typing import Final

from jiedao.language import Text
from jiedao.problems import Invalid

LARGEST: Final = 500_000
"""Bytes of the picture itself."""


def checked(photo: str) -> str:
    """The photo as given, if it is a JPEG (ISO/IEC 10918-1: begins with SOI, ends with EOI); empty stays empty."""
    if not photo:
        return ""
    if len(photo) > LARGEST * 4 // 3 + 4:
        raise Invalid("photo.large", _LARGE, field="photo")
    try:
        picture = base64.b64decode(photo, validate=True)
    except (binascii.Error, ValueError):
        raise Invalid("photo.malformed", _MALFORMED, field="photo") from None
    if len(picture) > LARGEST:
        raise Invalid("photo.large", _LARGE, field="photo")
    if not (picture.startswith(b"\xff\xd8\xff") and picture.endswith(b"\xff\xd9")):
        raise Invalid("photo.malformed", _MALFORMED, field="photo")
    return photo


_LARGE: Final = Text(zh="照片超过 500 kB，请缩小后再试", en="The photo has more than 500 kB; make it smaller")
_MALFORMED: Final = Text(zh="照片不是完整的 JPEG（base64）", en="The photo is not a whole JPEG in base64")
