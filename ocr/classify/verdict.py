"""Weigh all evidence into one kind with its confidence, its rivals, and whether a person should look."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from dossier.reading import Evidence, Page
from ocr.classify.evidence import Weighed, weigh
from ocr.classify.lexicon import Lexicon, lexicon
from ocr.classify.sight import Sight, look

NOTHING: Final = 1.9
"""What “other” weighs when nothing speaks for it: a kind must have more than a few weak cues to beat it."""
SHARPNESS: Final = 1.15
"""How much one point of evidence moves the odds."""
SAME_FAMILY: Final = 0.8
"""How much of its rivals' share in its own family a kind may count as its own: they are alike, not opposed."""
ACCEPT: Final = 0.8
"""Confidence from which a kind needs no person."""
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


def classify(pages: Sequence[Page], known: Lexicon | None = None) -> Verdict:
    """Return what kind of document the pages are."""
    known = known or lexicon()
    sight = look(pages)
    return judge(sight, weigh(sight, known), known)


def judge(sight: Sight, weighed: Mapping[str, Weighed], known: Lexicon) -> Verdict:
    """Return the verdict on weighed evidence."""
    shares = _shares({kind: one.total for kind, one in weighed.items()})
    ranked = sorted(shares, key=lambda kind: (-shares[kind], kind))
    kind = ranked[0]
    family = known.kinds[kind].family
    kin = sum(share for other, share in shares.items() if other != kind and known.kinds[other].family == family)
    confidence = min(0.995, shares[kind] + SAME_FAMILY * kin)
    doubts = _doubts(sight, confidence, shares, ranked)
    return Verdict(
        kind,
        family,
        round(confidence, 4),
        weighed[kind].reasons if kind in weighed else (),
        doubts,
        tuple((other, round(shares[other], 4)) for other in ranked[1:4] if shares[other] >= 0.005),
    )


def _shares(totals: Mapping[str, float]) -> dict[str, float]:
    raw = {kind: math.exp(SHARPNESS * total) for kind, total in totals.items()}
    raw["other"] = math.exp(SHARPNESS * (NOTHING + totals.get("other", 0.0)))
    whole = sum(raw.values())
    return {kind: value / whole for kind, value in raw.items()}


def _doubts(sight: Sight, confidence: float, shares: Mapping[str, float], ranked: Sequence[str]) -> tuple[str, ...]:
    kind = ranked[0]
    if not sight.letters:
        return ("kinds.doubt_no_text",) if not shares or kind == "other" else ()
    if kind == "other":
        return ("kinds.doubt_nothing_fits",)
    doubts = []
    if confidence < ACCEPT:
        doubts.append("kinds.doubt_confidence")
        if any(shares[rival] > 0.6 * shares[kind] for rival in ranked[1:2] if rival != "other"):
            doubts.append("kinds.doubt_rival")
    if sight.confidence < FAINT:
        doubts.append("kinds.doubt_faint")
    return tuple(doubts)
