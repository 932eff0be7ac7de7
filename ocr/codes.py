"""Barcodes and QR codes on a page image, by ZXing. Runs in rendering children only."""

from dataclasses import replace
from typing import Final

import cv2
import numpy as np
import zxingcpp

from dossier.reading import Box, Code
from ocr.engines import Pixels
from ocr.patch_code import find_patch

LONGEST_SIDE: Final = 2600
"""Pixels; a larger page is shrunk first, its codes still have several pixels a module."""
MOST_CODES: Final = 40
_FORMATS: Final = zxingcpp.BarcodeFormats(
    [
        zxingcpp.BarcodeFormat.DataMatrix,
        zxingcpp.BarcodeFormat.PDF417,
        zxingcpp.BarcodeFormat.Aztec,
        zxingcpp.BarcodeFormat.Code128,
        zxingcpp.BarcodeFormat.Code39,
        zxingcpp.BarcodeFormat.EAN13,
    ]
)
"""What office paper, separator sheets and couriers print, besides QR codes; weaker symbologies are seen where only
rules are."""
_QR: Final = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])
_NAMES: Final = {
    zxingcpp.BarcodeFormat.QRCode: "QRCode",
    zxingcpp.BarcodeFormat.DataMatrix: "DataMatrix",
    zxingcpp.BarcodeFormat.PDF417: "PDF417",
    zxingcpp.BarcodeFormat.Aztec: "Aztec",
    zxingcpp.BarcodeFormat.Code128: "Code128",
    zxingcpp.BarcodeFormat.Code39: "Code39",
    zxingcpp.BarcodeFormat.EAN13: "EAN13",
}


def find_codes(image: Pixels) -> tuple[Code, ...]:
    """Return the codes on a page image, from the top, their boxes in its pixels; patch code T is one of them."""
    grey = image if image.ndim == 2 else np.asarray(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), np.uint8)
    scale = min(1.0, LONGEST_SIDE / max(grey.shape))
    if scale < 1:
        grey = np.asarray(cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)
    grey = np.ascontiguousarray(grey)
    # Shrinking finds QR codes with modules of many pixels; for the others it costs a third more and finds nothing.
    found = [
        *zxingcpp.read_barcodes(grey, formats=_QR, try_rotate=True, try_downscale=True, try_invert=False),
        *zxingcpp.read_barcodes(grey, formats=_FORMATS, try_rotate=True, try_downscale=False, try_invert=False),
    ]
    patch = find_patch(grey)
    codes = [] if patch is None else [replace(patch, box=_scaled(patch.box, scale))]
    for one in found[:MOST_CODES]:
        at = one.position
        corners = (at.top_left, at.top_right, at.bottom_right, at.bottom_left)
        xs, ys = [corner.x for corner in corners], [corner.y for corner in corners]
        box = _scaled((min(xs), min(ys), max(xs), max(ys)), scale)
        codes.append(Code(_NAMES.get(one.format, str(one.format)), one.text, box))
    return tuple(sorted(codes, key=lambda code: (code.box[1], code.box[0])))


def _scaled(box: tuple[float, float, float, float], scale: float) -> Box:
    left, top, right, bottom = (round(side / scale) for side in box)
    return left, top, right, bottom
