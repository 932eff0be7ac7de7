"""The pure part of classification: what on the pages speaks for which kind, and how loudly."""

import math
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from dossier.catalogue import Layout
from dossier.reading import Evidence
from ocr.classify.lexicon import PROSE, Lexicon, Title
from ocr.classify.phrases import Hit
from ocr.classify.sight import Row, Sight, is_han

_WORD: Final = re.compile(r"[A-Za-z]+")

TITLE_WEIGHT: Final = 4.0
"""What a whole, large, exact title at the top of the page is worth; a strong cue is worth about one."""
ENDING_SHARE: Final = 0.8
"""A title known by its last word only says less than one known whole."""
CUE_CEILING: Final = 5.0
CUE_SCALE: Final = 4.0
"""Cues add up with falling return: many weak ones never outvote a clear title by their number alone."""
TOP: Final = 0.25
NO_TITLE: Final = 0.62
"""Share of the page from its top in which a title counts whole, and below which it counts for nothing on a sheet."""
FEW_LINES: Final = 24
"""Lines up to which a page may be a card or a captioned picture, whose title stands anywhere."""
SCRAP_LINES: Final = 6
"""Lines above which a page is more than a scrap: a seal on a contract does not make it a seal."""
BESIDE: Final = 0.75
"""What is left of a title that other text of its own size stands beside: it may be a table's head."""
LATER_PAGES: Final = 0.4
"""What a cue on a later page is worth: the first page tells what a document is."""
STRIP: Final = 2.2
"""What the shape of a till slip says for the kinds that come on one, and (half of it) against the others."""
CARD: Final = 0.7
"""What the shape of a card says for the kinds that are one, once anything else speaks for them."""
PHOTO: Final = 1.0
"""What some words on a large picture say for a photo."""
IN_PROSE: Final = 0.45
"""What a form's cue is worth inside a sentence, where it is talked about rather than filled in."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """What speaks for one kind: its title, its cues, patterns, codes and layout, and the single reasons."""

    kind: str
    title: float
    cues: float
    patterns: float
    codes: float
    layout: float
    reasons: tuple[Evidence, ...]

    @property
    def total(self) -> float:
        """Return all of it together."""
        return self.title + self.cues + self.patterns + self.codes + self.layout


def weigh(sight: Sight, lexicon: Lexicon) -> dict[str, Weighed]:
    """Return what speaks for each kind that anything speaks for."""
    if not sight.pages:
        return {}
    titles = _titles(sight, lexicon)
    cues = _cues(sight, lexicon)
    patterns = _patterns(sight, lexicon)
    codes = _codes(sight, lexicon)
    weighed = {}
    for kind in {*titles, *cues, *patterns, *codes, *_shaped(sight, lexicon)}:
        if lexicon.kinds[kind].layout == "scrap" and sight.lines > SCRAP_LINES:
            continue
        title, heading = titles.get(kind, (0.0, None))
        found = cues.get(kind, [])
        strength = sum(reason.weight for reason in found)
        matched, scanned = patterns.get(kind, []), codes.get(kind, [])
        reasons = [heading] if heading else []
        reasons += sorted(found + matched + scanned, key=lambda reason: -reason.weight)[:8]
        layout = _layout(sight, lexicon.kinds[kind].layout)
        if layout > 0:
            reasons.append(Evidence("layout", sight.shape, layout, sight.pages[0]))
        weighed[kind] = Weighed(
            kind,
            title,
            CUE_CEILING * (1 - math.exp(-strength / CUE_SCALE)),
            sum(reason.weight for reason in matched),
            sum(reason.weight for reason in scanned),
            layout,
            tuple(reasons),
        )
    return weighed


def _titles(sight: Sight, lexicon: Lexicon) -> dict[str, tuple[float, Evidence]]:
    best: dict[str, tuple[float, Evidence]] = {}
    found: dict[str, list[Hit[Title]]] = {}
    for row in sight.rows:
        if len(row.letters) > 90 or (row.top > NO_TITLE and sight.lines > FEW_LINES):
            continue
        if row.letters not in found:
            found[row.letters] = lexicon.titles.find(row.letters)
        hits = found[row.letters]
        for hit in hits:
            strength = _title_strength(hit, row, sight, lexicon) * _inside_longer(hit, hits, len(row.letters))
            kind = hit.owner.kind
            if strength > best.get(kind, (0.25, None))[0]:
                best[kind] = strength, Evidence("title", row.text.strip(), round(strength, 2), row.page)
    return best


def _title_strength(hit: Hit[Title], row: Row, sight: Sight, lexicon: Lexicon) -> float:
    phrase, title = hit.phrase, hit.owner
    if title.ending and hit.end < len(row.letters) - (not phrase.isascii()):
        return 0.0
    if phrase.isascii() and not _stands_alone(hit, row):
        return 0.0
    quality = (1 - hit.errors / len(phrase)) ** 2
    share = len(phrase) / len(row.letters)
    long = 24 if is_han(row.letters) else 48
    if title.ending:
        covers = 0.9 if len(row.letters) <= long else 0.15
    elif len(row.letters) > long and share < 0.5:
        covers = 0.12
    else:
        covers = min(1.0, 0.25 + 0.8 * share)
    if row.top < TOP or lexicon.kinds[title.kind].layout in ("card", "photo"):
        place = 1.0
    elif row.top > NO_TITLE:
        return 0.0
    else:
        place = max(0.3, 1 - 1.6 * (row.top - TOP))
    size = min(1.25, max(0.7, 0.45 + 0.5 * row.size))
    if sight.lines <= 3:
        size = min(size, 0.9)
    if not row.alone and row.size < 1.15:
        size *= BESIDE
    if _is_sentence(row.text):
        size *= 0.3
    share_of_ending = ENDING_SHARE if title.ending else 1.0
    return TITLE_WEIGHT * quality * covers * place * size * title.specific * share_of_ending


def _is_sentence(text: str) -> bool:
    """Tell whether a row in Latin script is running text: a title capitalises its long words."""
    words = [word for word in _WORD.findall(text) if len(word) >= 4]
    small = sum(word.islower() for word in words)
    return small >= 2 and small > 0.5 * len(words) and len(text.split()) > 3


def _stands_alone(hit: Hit[Title], row: Row) -> bool:
    """Tell whether a hit in Latin script is whole words; one end is enough for a long one, where spaces get lost."""
    ends = (hit.start in row.breaks) + (hit.end in row.breaks)
    return ends == 2 or (ends == 1 and len(hit.phrase) >= 7 and not hit.errors and len(row.breaks) <= 3)


def _inside_longer(hit: Hit[Title], hits: list[Hit[Title]], length: int) -> float:
    """Return how much of a title is left that is only a part of another kind's title on the same row.

    That is a shorter one inside a longer, and in Chinese one before another that ends the row: the head comes last.
    """
    for other in hits:
        if other.owner.kind == hit.owner.kind:
            continue
        longer = len(other.phrase) - other.errors > len(hit.phrase) - hit.errors
        contains = other.start <= hit.start and other.end >= hit.end
        if longer and contains and not other.owner.ending:
            return 0.35
        heads = hit.end < length == other.end and hit.start <= other.start <= hit.end + 12
        if heads and not hit.phrase.isascii():
            return 0.4
    return 1.0


def _cues(sight: Sight, lexicon: Lexicon) -> Mapping[str, list[Evidence]]:
    found: dict[str, list[Evidence]] = defaultdict(list)
    text = sight.text
    squeezed = text.replace(" ", "")
    for cue in lexicon.cues:
        if cue.word is None:
            at = text.find(cue.plain)
        else:
            if cue.plain not in squeezed:
                continue
            match = cue.word.search(text)
            at = match.start() if match else (sight.first // 2 if cue.squeezed and cue.squeezed in squeezed else -1)
        if at < 0:
            continue
        weight = cue.weight
        if at > sight.first:
            weight *= LATER_PAGES
        if lexicon.kinds[cue.kind].family not in PROSE and _in_prose(text, at):
            weight *= IN_PROSE
        found[cue.kind].append(Evidence("cue", cue.phrase, round(weight, 2), sight.pages[0]))
    return found


def _in_prose(text: str, at: int) -> bool:
    """Tell whether the place stands well inside a long line."""
    start = text.rfind("\n", 0, at) + 1
    end = text.find("\n", at)
    length = (end if end >= 0 else len(text)) - start
    return at - start > 6 and length > (30 if is_han(text[start : start + 40]) else 70)


def _patterns(sight: Sight, lexicon: Lexicon) -> Mapping[str, list[Evidence]]:
    return {kind: reasons for kind, reasons in _matched(sight, lexicon) if reasons}


def _matched(sight: Sight, lexicon: Lexicon) -> Iterator[tuple[str, list[Evidence]]]:
    text = sight.text[: max(sight.first, 2000)]
    for kind in lexicon.kinds.values():
        reasons = []
        for pattern in kind.patterns:
            match = pattern.expression.search(text)
            if match:
                told = match.group().strip()[:60]
                reasons.append(Evidence("field", told, pattern.weight, sight.pages[0]))
        yield kind.id, reasons


def _codes(sight: Sight, lexicon: Lexicon) -> Mapping[str, list[Evidence]]:
    found: dict[str, list[Evidence]] = defaultdict(list)
    for kind in lexicon.kinds.values():
        for pattern in kind.codes:
            for page, text in sight.codes:
                if pattern.expression.search(text):
                    found[kind.id].append(Evidence("code", text[:60], pattern.weight, page))
    return found


def _shaped(sight: Sight, lexicon: Lexicon) -> Iterator[str]:
    """Go through the kinds that the shape of the text alone makes worth a thought."""
    if sight.shape in ("strip", "photo"):
        yield from (kind.id for kind in lexicon.kinds.values() if kind.layout == sight.shape)


def _layout(sight: Sight, layout: Layout) -> float:
    if sight.shape == "strip":
        return STRIP if layout == "strip" else -STRIP / 2
    if sight.shape == layout == "card":
        return CARD
    if sight.shape == layout == "photo":
        return PHOTO
    return 0.0
