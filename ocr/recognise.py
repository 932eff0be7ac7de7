"""From pages to documents: split, tell the kind, read the fields, and say what a person must look at."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Final

from dossier.catalogue import catalogue
from dossier.errors import JuanzongError
from dossier.reading import Evidence, FieldValue, Line, Page, Recognised
from ocr.classify.lessons import Lesson, Place, alike
from ocr.classify.sight import look
from ocr.classify.verdict import classify
from ocr.extract import extract
from ocr.sides import sides_seen
from ocr.signed import signatures_seen
from ocr.split import Piece, cover_key, is_separator, split

DOSSIER: Final = "dossier"
"""The field that carries a cover sheet's dossier key on every document that came behind it."""


def warm() -> None:
    """Load the catalogue, the model and the tables of labels, which the first document would wait for.

    Says nothing of what is wrong with them: the first document does.
    """
    lines = (Line("樣本 SPECIMEN", (100, 100, 400, 130), 1.0), Line("日期: 2026-01-01", (100, 160, 400, 190), 1.0))
    with suppress(JuanzongError):
        recognise((Page(1, 1654, 2339, 200, 0, "ocr", "", "\n".join(line.text for line in lines), lines),))


def recognise(
    pages: Sequence[Page], structured: Mapping[str, str] | None = None, lessons: Sequence[Lesson] = ()
) -> tuple[Recognised, ...]:
    """Return the documents among a capture's pages, in their order.

    ``structured`` are values that came as data (OFD, XML, QR code) and belong to the first document; ``lessons`` are
    what people decided before. Blank pages and separator sheets are in no document; a capture that has nothing else is
    one document of that kind.
    """
    pieces = split(pages, lessons)
    if not pieces:
        return (_nothing(pages),) if pages else ()
    return tuple(document_of(piece, structured if place == 0 else None, lessons) for place, piece in enumerate(pieces))


def document_of(
    piece: Piece, structured: Mapping[str, str] | None = None, lessons: Sequence[Lesson] = ()
) -> Recognised:
    """Return the document that pages are which belong together."""
    verdict = classify(piece.pages, lessons)
    places = _places(piece.pages, lessons, verdict.kind)
    fields = extract(verdict.kind, piece.pages, structured, verdict.family, places)
    if piece.dossier:
        page, key = piece.dossier
        fields[DOSSIER] = FieldValue(key, 1.0, page, None, "code", key)
    doubts = (*verdict.doubts, *_doubts(piece))
    return Recognised(
        kind=verdict.kind,
        family=verdict.family,
        confidence=verdict.confidence,
        review=bool(doubts),
        fields=fields,
        pages=tuple(page.number for page in piece.pages),
        evidence=(
            *verdict.evidence,
            *sides_seen(verdict.kind, piece.pages),
            *signatures_seen(verdict.kind, piece.pages),
        ),
        doubts=doubts,
        alternatives=verdict.alternatives,
    )


def _places(pages: Sequence[Page], lessons: Sequence[Lesson], kind: str) -> tuple[Place, ...]:
    """Return where people found values on documents of this kind like this one: of each field, on the most alike."""
    nearest: dict[str, Place] = {}
    if any(lesson.places for lesson in lessons):
        for lesson, _ in alike(look(pages), tuple(lessons)):
            if lesson.kind == kind:
                for place in lesson.places:
                    nearest.setdefault(place.field, place)
    return tuple(nearest.values())


def _doubts(piece: Piece) -> list[str]:
    doubts = []
    if any(page.failed is not None for page in piece.pages):
        doubts.append("kinds.doubt_failed_page")
    if piece.doubtful:
        doubts.append("kinds.doubt_split")
    return doubts


def _nothing(pages: Sequence[Page]) -> Recognised:
    """Return the one document of a capture that has no page to read: blank, a separator, a cover sheet."""
    numbers = tuple(page.number for page in pages)
    parted = next((page for page in pages if cover_key(page) is not None or is_separator(page)), None)
    if parted is None:
        return _bare("blank", Evidence("layout", "blank", 1.0, numbers[0]), numbers)
    key = cover_key(parted)
    said = parted.codes[0].text if parted.codes else parted.text.strip()
    told = Evidence("code" if parted.codes else "title", said, 1.0, parted.number)
    if key is None:
        return _bare("separator", told, numbers)
    return _bare("cover-sheet", told, numbers, {DOSSIER: FieldValue(key, 1.0, parted.number, None, "code", key)})


def _bare(
    kind: str, reason: Evidence, numbers: tuple[int, ...], fields: Mapping[str, FieldValue] | None = None
) -> Recognised:
    return Recognised(kind, catalogue().kind(kind).family, 0.99, False, dict(fields or {}), numbers, (reason,))
