"""Cards that a test lays on the reader. Nobody has these numbers: district 110101, born on a 29 February or in 1949."""

from __future__ import annotations

from typing import Any, Final

# The smallest file that begins and ends as a JPEG does.
_PHOTO: Final = "/9j/2Q=="
_GOOD: Final[dict[str, Any]] = {
    "status": "OK",
    "number": "110101196002290019",
    "name": "古丽巴哈尔·买买提",
    "sex": "男",
    "nation": "维吾尔",
    "born": "19600229",
    "address": "北京市东城区某街 1 号",
    "issued_by": "北京市公安局东城分局",
    "valid_from": "20200101",
    "valid_to": "20400101",
    "photo": _PHOTO,
}
CARDS: Final[dict[str, dict[str, Any]]] = {
    "good": _GOOD,
    "for_ever": {**_GOOD, "valid_to": "长期"},
    "expired": {**_GOOD, "valid_from": "20000101", "valid_to": "20200101"},
    "wrong_digit": {**_GOOD, "number": _GOOD["number"][:-1] + "8"},
    "other_birth": {**_GOOD, "born": "19600228"},
    "damaged_name": {**_GOOD, "name": "王?"},
    "garbage": {"status": "OK", "number": "\u0000\u0000", "name": 7},
    "unreadable": {"status": "UNREADABLE"},
    "none": {"status": "NO_CARD"},
}
