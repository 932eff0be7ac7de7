"""Bring faded print back: carbon copies, thermal paper, pencil, pale scans. Ordinary pages are left alone."""

from dataclasses import dataclass

import cv2
import numpy as np

from ocr.engines import Pixels


@dataclass(frozen=True, slots=True)
class ContrastSettings:
    """When a page counts as faded; contrasts in grey levels between the paper around and what is on it."""

    longest_side: int = 1000
    darkest_share: float = 0.001
    """Share of the page, its darkest, that tells how dark the print is."""
    noise_below: float = 11.0
    faded_below: float = 60.0
    wanted: float = 110.0
    most_gain: float = 7.0


def gain_needed(grey: Pixels, settings: ContrastSettings | None = None) -> float:
    """Return how many times the contrast of a faded page must grow; 1 for a page that is not faded, or empty."""
    settings = settings or ContrastSettings()
    scale = min(1.0, settings.longest_side / max(grey.shape))
    if scale < 1:  # averaging takes the noise down, so that it is not taken for print
        grey = np.asarray(cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)
    edge = round(0.03 * max(grey.shape)) if min(grey.shape) > 200 else 0
    inner = grey[edge : grey.shape[0] - edge, edge : grey.shape[1] - edge]
    darker = cv2.subtract(cv2.blur(inner, (41, 41)), inner)
    counts = np.cumsum(np.bincount(darker.ravel(), minlength=256)[::-1])
    span = 255.0 - float(np.searchsorted(counts, settings.darkest_share * darker.size))
    if not settings.noise_below <= span < settings.faded_below:
        return 1.0
    return min(settings.most_gain, settings.wanted / span)


def with_contrast(image: Pixels, gain: float) -> Pixels:
    """Return an RGB page whose difference from its own paper, place by place, is ``gain`` times as large."""
    height, width = image.shape[:2]
    small = cv2.resize(image, (max(1, width // 8), max(1, height // 8)), interpolation=cv2.INTER_AREA)
    paper = cv2.resize(cv2.blur(small, (15, 15)), (width, height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(cv2.addWeighted(image, gain, paper, 1 - gain, 0), np.uint8)
