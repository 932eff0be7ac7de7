"""Fade red stamps, so that the print under them can be read.

Only shapes of a stamp's size and proportions are touched: red titles and printed forms in red stay as they are. Where
stamp and print overlap the paper is dark in red light too, so the red channel shows the print without the stamp. But
scans keep colour coarser than brightness, and there the thin strokes of a stamp stay dark even in red light; so the
red channel is lightened until most of the stamp is as light as the paper. Print is darker than that, and stays.

A square-cut stamp that lies on no print hides nothing and is itself straight text (paid, received, a name): it is left
as it is, to be read. The text of round stamps runs in a circle and reads as scraps, so these always fade.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from dossier.reading import Box
from ocr.engines import Pixels


@dataclass(frozen=True, slots=True)
class StampSettings:
    """What looks like a stamp; sides are shares of the page's longer side, ``redness`` grey levels."""

    redness: int = 24
    least_side: float = 0.03
    least_pixels: int = 40
    """Side of the smallest stamp; on small pictures coloured edges of letters look like one."""
    most_side: float = 0.4
    most_aspect: float = 2.2
    least_fill: float = 0.03
    least_page_share: float = 0.0005
    join: float = 0.003
    whitened_from: float = 0.25
    """Share of a stamp's pixels, the darkest in red light, that stay darker than the paper."""
    square_from: float = 0.88
    """Share of the upright or leaning rectangle round a stamp that its outline fills: a circle fills 0.79."""
    print_below: float = 0.6
    """How light print is at most, against the paper."""
    most_print: float = 0.002
    """Share of a square-cut stamp's place that may be print, or it is faded like any other."""


def without_stamps(image: Pixels, settings: StampSettings | None = None) -> Pixels:
    """Return an RGB page with its red stamps faded; the page itself where it has none."""
    settings = settings or StampSettings()
    red = _red(image, settings.redness)
    if np.count_nonzero(red) < settings.least_page_share * red.size:
        return image
    boxes = _stamp_boxes(red, settings)
    if not boxes:
        return image
    faded = image.copy()
    for (left, top, right, bottom), square in boxes:
        part = faded[top:bottom, left:right]
        stamped = red[top:bottom, left:right] > 0
        if square and not _lies_on_print(part[:, :, 0], stamped, settings):
            continue
        part[stamped] = _lightened(part[:, :, 0], stamped, settings.whitened_from)[:, None]
    return faded


def _lies_on_print(channel: Pixels, stamped: NDArray[np.bool_], settings: StampSettings) -> bool:
    """Tell whether print stands among or under a stamp; ``channel`` is its place in red light."""
    if stamped.all():
        return False
    paper = float(np.median(channel[~stamped]))
    dark = np.count_nonzero((channel < settings.print_below * paper) & ~stamped)
    return bool(dark > settings.most_print * stamped.size)


def _lightened(channel: Pixels, stamped: NDArray[np.bool_], whitened_from: float) -> Pixels:
    """Return the red channel's stamped pixels, lightened until that share of them is not lighter than the paper."""
    values = channel[stamped].astype(np.float32)
    if stamped.all():
        return values.astype(np.uint8)
    paper = float(np.median(channel[~stamped]))
    ink = max(1.0, float(np.quantile(values, whitened_from)))
    light = np.minimum(values * max(1.0, paper / ink), np.maximum(paper, values))
    return np.asarray(light, np.uint8)


def _red(image: Pixels, redness: int) -> Pixels:
    """Return a mask of the red pixels, a little widened: a stamp's edge mixes with the paper."""
    channels = cv2.split(image)
    others = cv2.max(channels[1], channels[2])
    mask = (cv2.subtract(channels[0], others) > redness).astype(np.uint8)
    return np.asarray(cv2.dilate(mask, np.ones((3, 3), np.uint8)), np.uint8)


def _stamp_boxes(red: Pixels, settings: StampSettings) -> list[tuple[Box, bool]]:
    """Return where stamps lie, and whether each is square-cut."""
    longest = max(red.shape)
    scale = min(1.0, 800 / longest)
    small = np.asarray(cv2.resize(red, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) > 0, np.uint8)
    reach = max(3, round(settings.join * 800)) | 1
    joined = cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((reach, reach), np.uint8))
    count, which, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    boxes = []
    for number, (left, top, across, down, area) in enumerate(stats[1:count].tolist(), start=1):
        sides = sorted((across / scale / longest, down / scale / longest))
        least = max(settings.least_side, settings.least_pixels / longest)
        if sides[0] < least or sides[1] > settings.most_side:
            continue
        if sides[1] > settings.most_aspect * sides[0] or area < settings.least_fill * across * down:
            continue
        edge = 2
        box = (
            max(0, int((left - edge) / scale)),
            max(0, int((top - edge) / scale)),
            int((left + across + edge) / scale),
            int((top + down + edge) / scale),
        )
        shape = which[top : top + down, left : left + across] == number
        boxes.append((box, _squareness(shape) >= settings.square_from))
    return boxes


def _squareness(shape: NDArray[np.bool_]) -> float:
    """Return the share of the smallest rectangle round a shape, leaning as it may, that its outline fills."""
    outline = cv2.convexHull(cv2.findNonZero(shape.astype(np.uint8)))
    _, (across, down), _ = cv2.minAreaRect(outline)
    return cv2.contourArea(outline) / max(1.0, across * down)
