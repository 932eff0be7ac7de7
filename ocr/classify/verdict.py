"""Weigh all evidence into one kind with its confidence, its rivals, and whether a person should look."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from dossier.reading import Evidence, Page
from ocr.classify.evidence import Weighed, weigh
from ocr.classify.grams import features
from ocr.classify.lessons import Lesson, taught
from ocr.classify.lexicon import Lexicon, lexicon
from ocr.classify.model import Model, shipped
from ocr.classify.retraining import retrained
from ocr.classify.sight import Sight, look

NOTHING: Final = 1.9
"""What “other” weighs when nothing speaks for it: a kind must have more than a few weak cues to beat it."""
SHARPNESS: Final = 1.15
"""How much one point of evidence moves the odds."""
LEAN: Final = 0.75
"""What one natural logarithm of the model's likelihood against chance is worth in points of evidence."""
TITLED: Final = 2.5
"""Strength of a title from which it is believed rather than the model: the model counts half."""
ENOUGH_LETTERS: Final = 250
"""Letters from which the model has enough to go by; it counts for less on a card or a ticket."""
LEAST_LEAN: Final = -1.6
MOST_LEAN: Final = 2.8
PLAIN: Final[Mapping[str, str]] = {
    "contract": "contract", "form": "form", "letter": "letter", "report": "report", "receipt": "receipt",
    "invoice": "invoice", "bank": "bank-statement",
}  # fmt: skip
"""Families whose papers often carry no title, and the kind such a paper then is."""
SAME_FAMILY: Final = 0.8
"""How much of its rivals' share in its own family a kind may count as its own: they are alike, not opposed."""
ACCEPT: Final = 0.84
"""Confidence from which a kind needs no person."""
ACCEPT_UNTITLED: Final = 0.9
"""The same for a document that carries no title, code or number of its kind: its words alone must be surer."""
GENRES: Final = frozenset({"report", "letter"})
ACCEPT_GENRE: Final = 0.98
"""The same for families known by how they are written: much that is neither reads like them."""
PUBLISHED: Final = frozenset({"printed-matter"})
"""Kinds known by who published them, which tells nothing of what an office keeps them for (proof, annex, news): only
what people decided of such a page lets the next one like it through."""
FAINT: Final = 0.62
"""Mean confidence of the letters below which their words prove little."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a document is taken for. ``doubts`` are wording keys; with none, it needs no person."""

    kind: str
    family: str
    confidence: float
    evidence: tuple[Evidence, ...]
    doubts: tuple[str, ...]
    alternatives: tuple[tuple[str, float], ...]


PICTURE: Final = Verdict("photo", "photo", 0.5, (), ("kinds.doubt_no_text",), (("other", 0.3),))
"""What a page that is not blank and has no text is taken for, until a person says."""


def classify(
    pages: Sequence[Page],
    lessons: Iterable[Lesson] = (),
    *,
    known: Lexicon | None = None,
    model: Model | None = None,
) -> Verdict:
    """Return what kind of document the pages are.

    ``lessons`` are what people decided: a document like theirs is of that kind, and the model learns from them what
    families look like. The shipped catalogue and model are asked unless others are given.
    """
    lessons = tuple(lessons)
    known = known or lexicon()
    sight = look(pages)
    if not sight.letters and not sight.codes:
        return PICTURE
    likely = retrained(model or shipped(), lessons).shares(features(sight)) if sight.letters else {}
    learned = {kind: points for kind, points in taught(sight, lessons).items() if kind in known.kinds}
    return judge(sight, weigh(sight, known), likely, learned, known)


def grounds(pages: Sequence[Page]) -> dict[str, tuple[Evidence, ...]]:
    """Return what on the pages speaks for each kind, the strongest first, whichever is the likeliest."""
    return {kind: one.reasons for kind, one in weigh(look(pages), lexicon()).items()}


def judge(
    sight: Sight,
    weighed: Mapping[str, Weighed],
    likely: Mapping[str, float],
    learned: Mapping[str, float],
    known: Lexicon,
) -> Verdict:
    """Return the verdict on weighed evidence, the model's shares of families, and points that lessons give to kinds."""
    totals = {kind: one.total for kind, one in weighed.items()}
    for kind, points in learned.items():
        totals[kind] = totals.get(kind, 0.0) + points
    told = min(1.0, len(sight.letters) / ENOUGH_LETTERS)
    lean = {family: told * leaning(share, len(likely)) for family, share in likely.items()}
    for family, kind in PLAIN.items():
        if lean.get(family, 0.0) > 0:
            totals.setdefault(kind, 0.0)
    titled = {kind for kind, one in weighed.items() if one.title >= TITLED}
    totals = {
        kind: total + lean.get(known.kinds[kind].family, 0.0) * (0.5 if kind in titled else 1.0)
        for kind, total in totals.items()
    }
    shares = _shares(totals, lean.get("other", 0.0))
    ranked = sorted(shares, key=lambda kind: (-shares[kind], kind))
    kind = ranked[0]
    family = known.kinds[kind].family
    kin = sum(share for other, share in shares.items() if other != kind and known.kinds[other].family == family)
    confidence = min(0.995, shares[kind] + SAME_FAMILY * kin)
    reasons = weighed[kind].reasons if kind in weighed else ()
    named = kind in learned or any(
        reason.what in ("title", "code", "field") and reason.weight >= 1 for reason in reasons
    )
    enough = 1.0 if kind in PUBLISHED and kind not in learned else _enough(family, named=named)
    doubts = _doubts(sight, confidence, shares, ranked, enough)
    return Verdict(
        kind,
        family,
        round(confidence, 4),
        (*reasons, *_learned_reasons(sight, learned.get(kind, 0.0), family, lean.get(family, 0.0))),
        doubts,
        tuple((other, round(shares[other], 4)) for other in ranked[1:4] if shares[other] >= 0.005),
    )


def _learned_reasons(sight: Sight, points: float, family: str, lean: float) -> list[Evidence]:
    """Return what lessons and the model said for the kind, where they said something."""
    reasons = []
    if points > 0:
        reasons.append(Evidence("lesson", "", round(points, 2), sight.pages[0]))
    if lean > 0:
        reasons.append(Evidence("model", family, round(lean, 2), sight.pages[0]))
    return reasons


def leaning(share: float, families: int) -> float:
    """Return the points that the model's share for a family is worth, none where it is no more than chance."""
    return LEAN * max(LEAST_LEAN, min(MOST_LEAN, math.log(max(share, 1e-6) * families)))


def _shares(totals: Mapping[str, float], lean: float) -> dict[str, float]:
    raw = {kind: math.exp(SHARPNESS * total) for kind, total in totals.items()}
    raw["other"] = math.exp(SHARPNESS * (NOTHING + lean))
    whole = sum(raw.values())
    return {kind: value / whole for kind, value in raw.items()}


def _doubts(
    sight: Sight, confidence: float, shares: Mapping[str, float], ranked: Sequence[str], enough: float
) -> tuple[str, ...]:
    kind = ranked[0]
    if kind == "other":
        return ("kinds.doubt_nothing_fits",)
    doubts = []
    if confidence < enough:
        doubts.append("kinds.doubt_confidence")
        if any(shares[rival] > 0.6 * shares[kind] for rival in ranked[1:2] if rival != "other"):
            doubts.append("kinds.doubt_rival")
    if sight.confidence < FAINT:
        doubts.append("kinds.doubt_faint")
    return tuple(doubts)


def _enough(family: str, *, named: bool) -> float:
    """Return the confidence from which a document of this family needs no person."""
    if family in GENRES:
        return ACCEPT_GENRE
    return ACCEPT if named else ACCEPT_UNTITLED
