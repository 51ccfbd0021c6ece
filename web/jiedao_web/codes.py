"""QR codes as pictures."""

from __future__ import annotations

import io

from flask import Response


def qr_svg(words: str) -> Response:
    """A QR code with its quiet zone, as an SVG that scales to any size."""
    import segno  # when a code is wanted, and not whenever the application starts

    picture = io.BytesIO()
    segno.make(words, error="m", micro=False).save(picture, kind="svg", border=4, xmldecl=False, omitsize=True)
    response = Response(picture.getvalue(), content_type="image/svg+xml")
    response.headers["Content-Security-Policy"] = "default-src 'none'"
    return response
