"""A QR code as a drawing for a page on a screen."""

from typing import Final

from reportlab.graphics.barcode.qrencoder import QRCode, QRErrorCorrectLevel

QUIET: Final = 4
"""Empty modules around the code (ISO/IEC 18004)."""


def svg_path(text: str) -> tuple[int, str]:
    """Return the side of a QR code in modules, with the quiet zone, and its dark modules as the path of an SVG."""
    code = QRCode(None, QRErrorCorrectLevel.M)
    code.addData(text)
    code.make()
    side = code.getModuleCount()
    dark = ((column, row) for row in range(side) for column in range(side) if code.isDark(row, column))
    return side + 2 * QUIET, "".join(f"M{column + QUIET} {row + QUIET}h1v1h-1z" for column, row in dark)
