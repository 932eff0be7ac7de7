"""Part and join the documents of a capture as a person says. Pure: a reading goes in, another comes out."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import ClassVar

from dossier.errors import ExitCode, JuanzongError
from dossier.reading import FieldValue, Page, Reading, Recognised
from ocr.classify.lessons import Lesson
from ocr.recognise import DOSSIER, document_of
from ocr.split import Piece


class NotToPart(JuanzongError):
    """A document cannot be split before a page that is not its own, or that it begins with."""

    exit_code: ClassVar[ExitCode] = ExitCode.USAGE
    wording: ClassVar[str] = "ocr.not_to_part"


class NotToJoin(JuanzongError):
    """There is nothing to join to a document, or a page that is another's."""

    exit_code: ClassVar[ExitCode] = ExitCode.USAGE
    wording: ClassVar[str] = "ocr.not_to_join"


def split(reading: Reading, number: int, before: Sequence[int], lessons: Sequence[Lesson] = ()) -> Reading:
    """Return the reading with document ``number`` parted before each of some pages.

    The first part keeps the number; the others come after the highest there is, so that no other document's changes.

    Raises:
        NotToPart: a page is not the document's, or is its first.
    """
    documents = reading.numbered()
    old = documents[number]
    wanted = sorted(set(before))
    if not wanted or not set(wanted) <= set(old.pages[1:]):
        raise NotToPart(pages=", ".join(map(str, old.pages[1:])) or "–")
    cuts = [old.pages.index(page) for page in wanted]
    runs = [old.pages[start:end] for start, end in zip([0, *cuts], [*cuts, len(old.pages)], strict=True)]
    for place, run in enumerate(runs):
        given = number if place == 0 else max(documents) + 1
        documents[given] = replace(_again(reading, run, [old], lessons), number=given)
    return _with(reading, documents)


def merge(
    reading: Reading, numbers: Sequence[int], loose: Sequence[int] = (), lessons: Sequence[Lesson] = ()
) -> Reading:
    """Return the reading with some documents joined into the first of them, their pages in the capture's order.

    ``loose`` are pages that are in no document (blank ones, separators) and are brought back into this one.

    Raises:
        NotToJoin: there is nothing to join, or a loose page is a document's, or not there.
    """
    documents = reading.numbered()
    joined = [documents[number] for number in dict.fromkeys(numbers)]
    taken = {page for one in documents.values() for page in one.pages}
    free = {page.number for page in reading.pages} - taken
    if (len(joined) < 2 and not loose) or not set(loose) <= free:
        raise NotToJoin(pages=", ".join(map(str, sorted(free))) or "–")
    for number in set(numbers) - {numbers[0]}:
        del documents[number]
    pages = tuple(sorted({*loose, *(page for one in joined for page in one.pages)}))
    documents[numbers[0]] = replace(_again(reading, pages, joined, lessons), number=numbers[0])
    return _with(reading, documents)


def with_page(reading: Reading, page: Page, lessons: Sequence[Lesson] = ()) -> Reading:
    """Return the reading with one page read anew, and the document it is in recognised again."""
    pages = tuple(page if one.number == page.number else one for one in reading.pages)
    anew = replace(reading, pages=pages)
    documents = {
        number: replace(_again(anew, one.pages, [one], lessons), number=number) if page.number in one.pages else one
        for number, one in reading.numbered().items()
    }
    return _with(anew, documents)


def _again(reading: Reading, run: Sequence[int], old: Sequence[Recognised], lessons: Sequence[Lesson]) -> Recognised:
    """Recognise some pages as one document; what came as data, or from a cover sheet, is carried over."""
    given = [(name, value) for one in old for name, value in one.fields.items()]
    covers = next((value for name, value in given if name == DOSSIER), None)
    data = {name: value.value for name, value in given if value.checked == "structured" and value.page in run}
    pages = tuple(page for page in reading.pages if page.number in run)
    found = document_of(Piece(pages), data or None, lessons)
    if covers is None:
        return found
    fields: Mapping[str, FieldValue] = {**found.fields, DOSSIER: covers}
    return replace(found, fields=fields)


def _with(reading: Reading, documents: Mapping[int, Recognised]) -> Reading:
    numbered = (replace(one, number=number) for number, one in sorted(documents.items()))
    return replace(reading, documents=tuple(numbered))
