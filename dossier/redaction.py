"""What a redaction takes away from a reading. Pure: a reading and areas go in, a reading without them comes out.

Too much goes rather than too little: a line of text that an area touches goes whole, a value that does not stand
untouched on a page goes, and so does whatever was only derived.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from dossier.errors import ExitCode, JuanzongError
from dossier.folding import fold
from dossier.identifiers import confusable_fold
from dossier.reading import Box, FieldValue, Page, Reading, Recognised

_SHORTEST: Final = 2
"""Characters of a value that is looked for in other lines; a single one stands everywhere."""
_RUN: Final = 4
"""Characters in a row, a digit among them, that tell of a number; without a digit it takes ``_WORDS``."""
_WORDS: Final = 6
_PARTS: Final = re.compile(
    r"\s*(?:(\d+)\s*:)?\s*([\d.]+)(%?)\s*,\s*([\d.]+)(%?)\s*,\s*([\d.]+)(%?)\s*,\s*([\d.]+)(%?)\s*"
)
_TOLD: Final = frozenset({"side", "signature"})
"""Evidence that says nothing of what is written on the page."""


class AreaUnclear(JuanzongError):
    """What should be an area of a page is none, or lies outside it."""

    exit_code = ExitCode.USAGE
    wording = "redaction.area-unclear"


class NotOnThePage(JuanzongError):
    """A field or text that was to be redacted stands nowhere on the pages as they were read."""

    exit_code = ExitCode.USAGE
    wording = "redaction.not-on-the-page"


@dataclass(frozen=True, slots=True)
class Area:
    """A part of a page that goes: the page's number in its capture, and the box on the upright page."""

    page: int
    box: Box


def area_of(text: str, pages: Sequence[Page], standard: int | None = None) -> Area:
    """Return the area that a person writes as ``[PAGE:]LEFT,TOP,RIGHT,BOTTOM``, in pixels or per cent of the page.

    ``pages`` are the document's, in order; ``standard`` is the page (counted from 1) of an area that names none.

    Raises:
        AreaUnclear: it is no such text, empty, or outside the page.
    """
    found = _PARTS.fullmatch(text)
    place = int(found[1]) if found and found[1] else standard or 1
    if found is None or not 1 <= place <= len(pages):
        raise AreaUnclear(text=text, pages=len(pages))
    page = pages[place - 1]
    sides = (page.width, page.height, page.width, page.height)
    try:
        written = [(float(found[at]), bool(found[at + 1])) for at in (2, 4, 6, 8)]
    except ValueError as fault:
        raise AreaUnclear(text=text, pages=len(pages)) from fault
    left, top, right, bottom = (
        round(number * side / 100) if share else round(number)
        for (number, share), side in zip(written, sides, strict=True)
    )
    if not (0 <= left < right <= page.width and 0 <= top < bottom <= page.height):
        raise AreaUnclear(text=text, pages=len(pages))
    return Area(page.number, (left, top, right, bottom))


def areas_of_value(reading: Reading, value: str, name: str, where: FieldValue | None = None) -> tuple[Area, ...]:
    """Return where a value stands: where the field was read, and every line of any page that has it.

    Raises:
        NotOnThePage: it stands nowhere; its area must be named.
    """
    found = [Area(where.page, where.box)] if where is not None and where.box is not None else []
    wanted = _bare(value)
    if len(wanted) >= _SHORTEST:
        found += [
            Area(page.number, line.box) for page in reading.pages for line in page.lines if wanted in _bare(line.text)
        ]
        found += [
            Area(page.number, code.box) for page in reading.pages for code in page.codes if wanted in _bare(code.text)
        ]
    if not found:
        raise NotOnThePage(what=name)
    return tuple(dict.fromkeys(found))


def redacted(reading: Reading, areas: Iterable[Area], values: Iterable[str] = ()) -> tuple[Reading, tuple[Area, ...]]:
    """Return the reading without what the areas touch, its pages upright, and the areas with codes that told of it.

    ``values`` are further values that no field, line or code may say any more.
    """
    known = tuple(dict.fromkeys(areas))
    gone = {_bare(value) for value in values}
    gone |= {
        _bare(field.value)
        for one in reading.documents
        for field in one.fields.values()
        if field.box is not None and _touched(known, field.page, field.box)
    }
    gone = {value for value in gone if len(value) >= _SHORTEST}
    codes = [
        Area(page.number, code.box)
        for page in reading.pages
        for code in page.codes
        if any(value in _bare(code.text) for value in gone)
    ]
    whole = tuple(dict.fromkeys([*known, *codes]))
    pages = tuple(_page(page, whole) for page in reading.pages)
    documents = tuple(replace(_document(one, whole, gone), number=number) for number, one in reading.numbered().items())
    return replace(reading, pages=pages, documents=documents, facts={}), whole


def as_it_lies(area: Area, page: Page, was: int) -> Area:
    """Return an area of an upright page as it lies on it now; ``was`` is the rotation of the page when it was named."""
    left, top, right, bottom = area.box
    turn = (page.rotation - was) % 360
    width, height = (page.height, page.width) if turn in {90, 270} else (page.width, page.height)
    match turn:
        case 90:
            return Area(area.page, (height - bottom, left, height - top, right))
        case 180:
            return Area(area.page, (width - right, height - bottom, width - left, height - top))
        case 270:
            return Area(area.page, (top, width - right, bottom, width - left))
        case _:
            return area


def traces(reading: Reading, areas: Iterable[Area]) -> frozenset[str]:
    """Return what the areas take away, to be looked for where the pages are read anew; never kept anywhere."""
    known = tuple(areas)
    lines = [line.text for page in reading.pages for line in page.lines if _touched(known, page.number, line.box)]
    codes = [code.text for page in reading.pages for code in page.codes if _touched(known, page.number, code.box)]
    fields = [
        field.value
        for one in reading.documents
        for field in one.fields.values()
        if field.box is not None and _touched(known, field.page, field.box)
    ]
    return frozenset(bare for text in (*lines, *codes, *fields) if len(bare := _bare(text)) >= _SHORTEST)


def areas_of_traces(reading: Reading, gone: Iterable[str]) -> tuple[Area, ...]:
    """Return the lines and codes that tell of something taken away before the pages were read as they are now.

    A page that was turned is read anew, and what stood in one line may stand in two, or where nothing was read before.
    """
    known = tuple(gone)
    found = [(page.number, line.box, line.text) for page in reading.pages for line in page.lines]
    found += [(page.number, code.box, code.text) for page in reading.pages for code in page.codes]
    return tuple(Area(page, box) for page, box, text in found if any(_tells(_bare(text), one) for one in known))


def _tells(text: str, gone: str) -> bool:
    """Tell whether a line says what is gone, a part of it that is no common word, or nothing else than a part of it."""
    if gone in text or (len(text) >= _SHORTEST and text in gone):
        return True
    runs = (text[at : at + _RUN] for at in range(len(text) - _RUN + 1))
    return any(run in gone and (any(map(str.isdigit, run)) or _long(text, gone, run)) for run in runs)


def _long(text: str, gone: str, run: str) -> bool:
    at = text.index(run)
    return len(text) >= at + _WORDS and text[at : at + _WORDS] in gone


def _page(page: Page, areas: Sequence[Area]) -> Page:
    lines = tuple(line for line in page.lines if not _touched(areas, page.number, line.box))
    return replace(
        page,
        rotation=0,
        source="ocr",
        text="\n".join(line.text for line in lines),
        lines=lines,
        codes=tuple(code for code in page.codes if not _touched(areas, page.number, code.box)),
        signatures=tuple(room for room in page.signatures if not _touched(areas, page.number, room.box)),
    )


def _document(one: Recognised, areas: Sequence[Area], gone: set[str]) -> Recognised:
    fields: Mapping[str, FieldValue] = {
        name: replace(field, raw="")
        for name, field in one.fields.items()
        if field.box is not None
        and not _touched(areas, field.page, field.box)
        and not any(value in _bare(field.value) for value in gone)
    }
    told = tuple(evidence for evidence in one.evidence if evidence.what in _TOLD)
    return replace(one, review=False, doubts=(), alternatives=(), fields=fields, evidence=told)


def _touched(areas: Sequence[Area], page: int, box: Box) -> bool:
    left, top, right, bottom = box
    return any(
        area.page == page and area.box[0] < right and left < area.box[2] and area.box[1] < bottom and top < area.box[3]
        for area in areas
    )


def _bare(text: str) -> str:
    """Return what values are compared by: look-alikes, width, script, case, spaces and marks taken out."""
    return "".join(filter(str.isalnum, confusable_fold(fold(text))))
