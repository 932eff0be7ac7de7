"""Pages of lines put where a test wants them."""

from dossier.reading import Line, Page

HEIGHT = 30


def line(text: str, left: int, top: int, confidence: float = 0.99, height: int = HEIGHT) -> Line:
    """Return a line as an engine gives it: Han characters as wide as high, others half."""
    width = sum(height if ord(c) > 0x2E7F else height // 2 for c in text)
    return Line(text, (left, top, left + max(width, 1), top + height), confidence)


def page(*lines: Line, width: int = 1600, height: int = 1100, number: int = 1) -> Page:
    """Return a page with these lines."""
    text = "\n".join(one.text for one in lines)
    return Page(number, width, height, 200, 0, "ocr", "drawn", text, lines)


def rolled(*texts: str, left: int = 60, step: int = 45) -> Page:
    """Return a narrow till roll: one row a text; two spaces part the cells of a row, the last at the right edge."""
    lines = []
    for row, text in enumerate(texts):
        cells = text.split("  ")
        for place, cell in enumerate(cells):
            at = left if place == 0 else 560 - 15 * len(cell) if place == len(cells) - 1 else left + 260 * place
            lines.append(line(cell, at, 40 + row * step))
    return page(*lines, width=640, height=60 + step * len(texts))


def values(fields: object) -> dict[str, str]:
    """Return what was read, by field."""
    return {name: value.value for name, value in fields.items()}  # type: ignore[attr-defined]
