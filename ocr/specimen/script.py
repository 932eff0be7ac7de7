"""Write the specimens' Simplified texts in Traditional characters."""

import re
from functools import cache, lru_cache
from importlib.resources import files

from dossier.identifiers import PLATE_PROVINCES
from dossier.wording import Lang


@cache
def _table() -> tuple[re.Pattern[str], dict[str, str]]:
    """Return how to find what changes, longest first, and what it changes to."""
    rows = files("ocr.specimen").joinpath("traditional.txt").read_text(encoding="utf-8").splitlines()
    pairs = dict(row.split("\t") for row in rows if row and not row.startswith("#"))
    words = "|".join(sorted(pairs, key=len, reverse=True))
    return re.compile(rf"[{PLATE_PROVINCES}][A-Z]·?[0-9A-Z]{{5,6}}|{words}"), pairs


@lru_cache(maxsize=4096)
def write(text: str, script: Lang) -> str:
    """Return ``text``, composed in Simplified Chinese, as ``script`` writes it."""
    if script != "zh-Hant" or text.isascii():
        return text
    found, pairs = _table()
    return found.sub(lambda match: pairs.get(match[0], match[0]), text)  # number plates know one script only
