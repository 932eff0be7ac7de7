"""The second opinion: Tesseract, through pytesseract, whose temporary files lie in memory only."""

import shutil
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import pytesseract
from PIL import Image

from ocr.engines import Pixels, Spotted
from ocr.programs import LANGUAGES


@dataclass(frozen=True, slots=True)
class TesseractSettings:
    """How Tesseract is asked. Page segmentation: 3 a whole page, 6 one block, 7 one line (``tesseract --help-psm``)."""

    languages: tuple[str, ...] = LANGUAGES
    """As Tesseract calls them (``tesseract --list-langs``)."""
    western: str = "eng"
    """Asked for alone, where it is among the languages and the page has no other letters: quicker and surer."""
    least_confidence: float = 0.3
    timeout_seconds: float = 40.0


class TesseractEngine:
    """Reads whole pages or single lines."""

    name = "tesseract"

    def __init__(self, settings: TesseractSettings | None = None) -> None:
        self.settings = settings or TesseractSettings()

    def read(self, image: Pixels, *, western: bool = False, segmentation: int = 3) -> tuple[Spotted, ...]:
        """Return the lines on an upright page; none where Tesseract or its languages are missing, or it fails."""
        languages = self._languages(western)
        if not languages:
            return ()
        try:
            table = pytesseract.image_to_data(
                Image.fromarray(image),
                lang=languages,
                config=f"--psm {segmentation}",
                timeout=self.settings.timeout_seconds,
                output_type=pytesseract.Output.DICT,
            )
        except (pytesseract.TesseractError, RuntimeError, OSError):
            return ()
        return tuple(self._lines(table))

    def _languages(self, western: bool) -> str:
        alone = western and self.settings.western in self.settings.languages
        wanted = (self.settings.western,) if alone else self.settings.languages
        return "+".join(language for language in wanted if language in installed())

    def _lines(self, table: dict[str, list[object]]) -> list[Spotted]:
        words: dict[tuple[object, ...], list[int]] = {}
        for index, text in enumerate(table["text"]):
            sure = float(str(table["conf"][index])) / 100
            if str(text).strip() and sure >= self.settings.least_confidence:
                key = tuple(table[part][index] for part in ("block_num", "par_num", "line_num"))
                words.setdefault(key, []).append(index)
        return [_spotted(table, indices) for indices in words.values()]


@cache
def installed() -> frozenset[str]:
    """Return the languages that Tesseract has, none where it is not installed."""
    if shutil.which("tesseract") is None:
        return frozenset()
    try:
        return frozenset(pytesseract.get_languages(config=""))
    except (pytesseract.TesseractError, RuntimeError, OSError):
        return frozenset()


def _spotted(table: dict[str, list[object]], indices: list[int]) -> Spotted:
    def number(part: str, index: int) -> int:
        return int(str(table[part][index]))

    words = [str(table["text"][index]).strip() for index in indices]
    text = words[0]
    for last, word in pairwise(words):
        text += ("" if ord(last[-1]) >= 0x2E80 and ord(word[0]) >= 0x2E80 else " ") + word
    left, top = min(number("left", one) for one in indices), min(number("top", one) for one in indices)
    right = max(number("left", one) + number("width", one) for one in indices)
    bottom = max(number("top", one) + number("height", one) for one in indices)
    letters = sum(len(word) for word in words)
    sure = (
        sum(float(str(table["conf"][one])) / 100 * len(word) for one, word in zip(indices, words, strict=True))
        / letters
    )
    corners = ((left, top), (right, top), (right, bottom), (left, bottom))
    return Spotted(text, corners, sure)
