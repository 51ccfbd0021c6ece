"""Which characters the built-in PDF font STSong-Light can write.

Acrobat and others carry the font themselves; a PDF names characters through Adobe's map UniGB-UCS2-H (Adobe-GB1,
supplement 4), which reaches the basic plane only. It has all of CJK Unified Ideographs as of Unicode 3.0, all of
Extension A (䶮 U+4DAE) and nothing of plane 2 (𠮷 U+20BB7). Surprisingly it lacks the middle dot U+00B7 of
people's names: it gives that place of GB 2312 to U+30FB, the Japanese dot.
"""

from __future__ import annotations

from typing import Final

# In GBK, not in UniGB-UCS2-H: the middle dot, four phonetic letters, five compatibility ideographs, vertical forms.
_NOT: Final = frozenset(
    map(chr, (0x7F, 0xB7, 0x144, 0x148, 0x251, 0x261, 0xF979, 0xF995, 0xF9E7, 0xF9F1, 0xFA0C, 0xFE31))
) | frozenset(map(chr, range(0xFE33, 0xFE45)))
# Not in GBK, yet in UniGB-UCS2-H; its radicals, strokes and private use are left out: no street needs them.
_TOO: Final = frozenset("¥€ǹḿ⋯")


def stsong_writes(char: str) -> bool:
    """Whether STSong-Light has the character."""
    if char in _TOO or "\u3400" <= char <= "\u4db5":
        return True
    return char >= " " and char not in _NOT and _in_gbk(char)


def _in_gbk(char: str) -> bool:
    try:
        char.encode("gbk")
    except UnicodeEncodeError:
        return False
    return True
