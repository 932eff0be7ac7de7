"""Write the specimens' Simplified texts in Traditional characters."""

from functools import cache, lru_cache
from importlib.resources import files

from dossier.wording import Lang


@cache
def _tables() -> tuple[dict[int, str], tuple[tuple[str, str], ...]]:
    letters: dict[int, str] = {}
    phrases: list[tuple[str, str]] = []
    for row in files("ocr.specimen").joinpath("traditional.txt").read_text(encoding="utf-8").splitlines():
        if row and not row.startswith("#"):
            simple, traditional = row.split("\t")
            if len(simple) == 1:
                letters[ord(simple)] = traditional
            else:
                phrases.append((simple, traditional))
    return letters, tuple(sorted(phrases, key=lambda pair: -len(pair[0])))


@lru_cache(maxsize=4096)
def write(text: str, script: Lang) -> str:
    """Return ``text``, composed in Simplified Chinese, as ``script`` writes it."""
    if script != "zh-Hant" or text.isascii():
        return text
    letters, phrases = _tables()
    for simple, traditional in phrases:
        text = text.replace(simple, traditional)
    return text.translate(letters)
