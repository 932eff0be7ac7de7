"""Splitting, merging and turning pages as a person says."""

import dataclasses

import pytest

from dossier.reading import Reading
from ocr.parting import NotToJoin, NotToPart, merge, split, with_page
from ocr.recognise import DOSSIER, recognise
from tests.ocr.classify.papers import CLAUSES, CONTRACT, INVOICE, POLICY, page
from tests.ocr.test_split import COVER, stack


def reading() -> Reading:
    """Return a cover sheet, a contract of two pages, a blank page and a policy."""
    blank = dataclasses.replace(page(), blank=True)
    pages = stack(page("# 卷宗封面页", codes=COVER), page(*CONTRACT), page(*CLAUSES), blank, page(*POLICY))
    return Reading(pages, recognise(pages))


def shape(read: Reading) -> dict[int, tuple[str, tuple[int, ...]]]:
    """Return kind and pages of each document by its number."""
    return {number: (one.kind, one.pages) for number, one in read.numbered().items()}


def test_splitting_changes_no_other_documents_number() -> None:
    """The first part keeps its number, the second gets a new one, and both keep the cover sheet's dossier."""
    before = reading()
    assert shape(before) == {1: ("sales-contract", (2, 3)), 2: ("insurance-policy", (5,))}
    after = split(before, 1, [3])
    assert {number: pages for number, (_, pages) in shape(after).items()} == {1: (2,), 2: (5,), 3: (3,)}
    assert all(one.fields[DOSSIER].value == "LSVAM4187C2184841" for one in after.documents)


def test_merging_undoes_splitting() -> None:
    """Joined again, the document is what it was; a page taken for blank can be brought back into it."""
    before = reading()
    after = merge(split(before, 1, [3]), [1, 3])
    assert shape(after) == shape(before)
    assert shape(merge(after, [1], [4]))[1] == ("sales-contract", (2, 3, 4))


def test_what_cannot_be_parted_or_joined_is_said() -> None:
    """Its first page, another's page, itself alone, another document's page."""
    before = reading()
    for pages in ([2], [5], [], [9]):
        with pytest.raises(NotToPart):
            split(before, 1, pages)
    for numbers, loose in (([1], []), ([1, 1], []), ([1], [5]), ([1], [9])):
        with pytest.raises(NotToJoin):
            merge(before, numbers, loose)


def test_a_turned_page_is_recognised_anew() -> None:
    """Only the document that the page is in changes."""
    before = reading()
    turned = dataclasses.replace(page(*INVOICE), number=5, rotation=180)
    after = with_page(before, turned)
    assert after.pages[4].rotation == 180
    assert shape(after)[1] == shape(before)[1]
    assert shape(after)[2][0] != "insurance-policy"
