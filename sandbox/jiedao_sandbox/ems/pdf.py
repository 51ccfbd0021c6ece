"""A label: one page of real PDF with the number on it."""

from __future__ import annotations

from typing import Final

_MILLIMETRE: Final = 72 / 25.4
_SIZES: Final = {"129": (76, 129), "149": (76, 149), "179": (100, 179)}
"""Width and height of the templates in millimetres."""


def label(number: str, size: str) -> bytes:
    """The label of an item; KeyError for a size that there is not."""
    width, height = (round(side * _MILLIMETRE) for side in _SIZES[size])
    drawing = f"BT /F1 14 Tf 12 {height - 40} Td (EMS {number}) Tj ET".encode("ascii")
    return _document(
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %d %d] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> >>" % (width, height),
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawing), drawing),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Courier >>",
    )


def _document(*objects: bytes) -> bytes:
    """The objects, numbered from 1, with the table that says where each begins."""
    content, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(content))
        content += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    table += b"".join(b"%010d 00000 n \n" % place for place in places)
    trailer = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(content))
    return content + table + trailer
