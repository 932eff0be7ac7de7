"""Which sides of a two-sided document are on its pages."""

from collections.abc import Sequence

from dossier.catalogue import catalogue
from dossier.reading import Evidence, Page
from ocr.classify.sight import letters_of


def sides_seen(kind: str, pages: Sequence[Page]) -> tuple[Evidence, ...]:
    """Return which sides of a two-sided document are on its pages, as evidence ``side`` with ``front`` or ``back``.

    A side is seen when at least two of the phrases printed only on it are; one can be a misreading or a mention.
    """
    known = catalogue().kind(kind)
    seen: dict[str, Evidence] = {}
    for page in pages:
        letters = letters_of(page.text)
        for side, phrases in (("front", known.front), ("back", known.back)):
            found = [phrase for phrase in phrases if letters_of(phrase) in letters]
            if len(found) >= 2:
                seen.setdefault(side, Evidence("side", side, float(len(found)), page.number))
    return tuple(seen.values())
