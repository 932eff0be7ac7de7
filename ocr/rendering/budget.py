"""How many pixels a page becomes: enough to read it, never more than we are willing to hold."""

import math

from ocr.rendering import PageFailed, RenderingSettings

POINTS_AN_INCH = 72.0


def fitting_dpi(width_points: float, height_points: float, settings: RenderingSettings) -> int:
    """Return the dpi to render a page at: higher for small pages, lower for huge ones.

    Raises:
        PageFailed: the page has no area, or even the lowest dpi makes too many pixels.
    """
    if not (math.isfinite(width_points) and math.isfinite(height_points)) or min(width_points, height_points) <= 0:
        raise PageFailed("ocr.page_without_area")
    inches = max(width_points, height_points) / POINTS_AN_INCH
    dpi = max(settings.dpi, min(settings.most_dpi, int(settings.small_page_pixels / inches)))
    area = width_points * height_points / POINTS_AN_INCH**2
    dpi = min(dpi, int(math.sqrt(settings.carried_pixels / area)))
    if dpi < 1:
        raise PageFailed("ocr.page_too_big")
    return dpi


def pixel_size(width_points: float, height_points: float, dpi: int) -> tuple[int, int]:
    """Return the width and height in pixels that a page of this box must have at ``dpi``."""
    scale = dpi / POINTS_AN_INCH
    return max(1, math.ceil(width_points * scale)), max(1, math.ceil(height_points * scale))


def carried_size(width: int, height: int, settings: RenderingSettings) -> tuple[int, int]:
    """Return the size an image is shrunk to before it is read."""
    share = settings.carried_pixels / (width * height)
    if share >= 1:
        return width, height
    scale = math.sqrt(share)
    return max(1, round(width * scale)), max(1, round(height * scale))
