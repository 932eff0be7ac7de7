"""How much is on a page? Edges of the scan, punch holes and specks do not count."""

from dataclasses import dataclass

import cv2
import numpy as np

from ocr.engines import Pixels


@dataclass(frozen=True, slots=True)
class BlankSettings:
    """What counts as ink; lengths are shares of the longer side."""

    longest_side: int = 1000
    border: float = 0.025
    contrast: int = 28
    speck_pixels: int = 6
    punch_hole: float = 0.035
    blank_below: float = 0.0001
    bare_below: float = 0.004
    bed_below: int = 100
    """Grey value of a scanner's bed and of the shadow at a sheet's edge."""
    bed_share: float = 0.25
    """Share of the picture that a bed round a skewed sheet covers at most; beyond it the page itself is dark."""
    surely_above: float = 0.02
    """From this share on nothing needs to be told apart: the page is not blank."""


def ink_share(grey: Pixels, settings: BlankSettings | None = None) -> float:
    """Return the share of the page, without its border, that is covered by ink."""
    settings = settings or BlankSettings()
    scale = min(1.0, settings.longest_side / max(grey.shape))
    if scale < 1:
        grey = np.asarray(cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)
    longest = max(grey.shape)
    edge = round(settings.border * longest) if min(grey.shape) > 200 else 0
    grey = _without_bed(grey, settings)
    inner = grey[edge : grey.shape[0] - edge, edge : grey.shape[1] - edge]
    if not inner.size:
        return 0.0
    # Either way round: white letters on black are ink as well.
    share = float((cv2.absdiff(inner, cv2.blur(inner, (41, 41))) > settings.contrast).mean())
    if share > settings.surely_above:
        return share
    # Little is on it, and a mean counts the white round a punch hole as well; a median does not, but takes longer.
    ink = (cv2.absdiff(inner, cv2.medianBlur(inner, 41)) > settings.contrast).astype(np.uint8)
    count, _, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    hole = settings.punch_hole * longest
    height, width = inner.shape
    kept = 0.0
    for left, top, across, down, area in stats[1:count].tolist():
        if area < settings.speck_pixels:
            continue
        near_edge = min(left, top, width - left - across, height - top - down) < 0.1 * longest
        if near_edge and max(across, down) < hole and area > 0.6 * across * down and abs(across - down) < 0.3 * hole:
            continue
        kept += area
    return kept / float(height * width)


def _without_bed(grey: Pixels, settings: BlankSettings) -> Pixels:
    """Return the picture with the dark of a scanner's bed, which reaches in from its edges, made light."""
    dark = (grey < settings.bed_below).astype(np.uint8)
    if not (dark[0].any() or dark[-1].any() or dark[:, 0].any() or dark[:, -1].any()):
        return grey
    _, labels = cv2.connectedComponents(dark, connectivity=8)
    rims = np.unique(np.concatenate((labels[0], labels[-1], labels[:, 0], labels[:, -1])))
    bed = np.isin(labels, rims[rims > 0])
    if not 0 < bed.mean() < settings.bed_share:
        return grey
    light = np.median(grey[~bed])
    wider = cv2.dilate(bed.astype(np.uint8), np.ones((7, 7), np.uint8)).astype(bool)
    return np.where(wider, np.uint8(light), grey)
