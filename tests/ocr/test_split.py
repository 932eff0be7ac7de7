"""Splitting a capture into documents."""

import dataclasses

from dossier.identifiers import resident_id_check
from dossier.reading import Code, Page
from ocr.recognise import DOSSIER, recognise
from ocr.split import cover_key, is_separator, split
from tests.ocr.classify.papers import CLAUSES, CONTRACT, ID_BACK, ID_FRONT, INVOICE, LICENCE, POLICY, page

PATCH = (Code("Code39", "PATCHT", (0, 0, 100, 50)),)
COVER = (Code("QRCode", "juanzong:dossier:LSVAM4187C2184841", (0, 0, 100, 100)),)


def stack(*sheets: Page) -> tuple[Page, ...]:
    """Return the pages numbered from 1."""
    return tuple(dataclasses.replace(sheet, number=number) for number, sheet in enumerate(sheets, 1))


def person(serial: int) -> str:
    """Return a synthetic resident ID with a right check character."""
    body = f"11010119900307{serial:03d}"
    return body + resident_id_check(body)


def front(serial: int) -> Page:
    """Return the front of an ID card as a small picture."""
    return page(*(row.format(number=person(serial)) for row in ID_FRONT), wide=640)


def pages_of(*sheets: Page) -> list[tuple[int, ...]]:
    """Return the page numbers of each document found."""
    return [tuple(sheet.number for sheet in piece.pages) for piece in split(stack(*sheets))]


def test_separators_part_documents_and_belong_to_none() -> None:
    """A Patch-T sheet ends a document and is left out."""
    assert pages_of(page(*CLAUSES), page(codes=PATCH), page(*CLAUSES)) == [(1,), (3,)]


def test_blank_pages_belong_to_no_document() -> None:
    """The empty back of a sheet neither ends a contract nor is part of it."""
    assert pages_of(page(*CONTRACT), page(), page(*CLAUSES)) == [(1, 3)]


def test_a_contract_of_many_pages_stays_one() -> None:
    """Clauses, signatures and an annex with a table go with the contract's first page."""
    annex = page("附件一", "# 报价单", "精品 | 脚垫 | 200.00")
    assert pages_of(page(*CONTRACT), page(*CLAUSES), page(*CLAUSES[2:]), annex) == [(1, 2, 3, 4)]


def test_a_stack_of_papers_is_parted_by_their_titles() -> None:
    """Invoice, policy and licence scanned in one go become three documents."""
    assert pages_of(page(*INVOICE), page(*POLICY), page(*LICENCE)) == [(1,), (2,), (3,)]


def test_both_sides_of_an_id_card_are_one_document() -> None:
    """Front and back on two pages go together."""
    found = recognise(stack(front(1), page(*ID_BACK, wide=640)))
    assert [(one.kind, one.pages) for one in found] == [("id-card", (1, 2))]


def test_id_cards_of_two_people_are_two_documents() -> None:
    """Another number on the next front begins another card."""
    back = page(*ID_BACK, wide=640)
    assert pages_of(front(1), back, front(3), back) == [(1, 2), (3, 4)]


def test_two_invoices_are_told_apart_by_their_numbers() -> None:
    """The same title with another number is another invoice; the same number is its copy."""
    second = page(*(row.replace("00123456", "00123457") for row in INVOICE))
    assert pages_of(page(*INVOICE), second) == [(1,), (2,)]
    assert pages_of(page(*INVOICE), page(*INVOICE)) == [(1, 2)]


def test_a_numbered_page_continues() -> None:
    """A page that says it is the second of three begins nothing, whatever its heading."""
    assert pages_of(page(*INVOICE), page("第2页 共3页", *POLICY)) == [(1, 2)]


def test_a_cover_sheet_names_the_dossier_of_what_follows() -> None:
    """The key of its QR code is handed on with every document behind it."""
    found = recognise(stack(page("# 卷宗封面页", codes=COVER), page(*INVOICE), page(*POLICY)))
    assert [(one.kind, one.fields[DOSSIER].value) for one in found] == [
        ("purchase-invoice", "LSVAM4187C2184841"),
        ("insurance-policy", "LSVAM4187C2184841"),
    ]
    assert cover_key(page(codes=COVER)) == "LSVAM4187C2184841"


def test_a_capture_of_nothing_is_blank() -> None:
    """Only blank pages are one document of kind blank, certain."""
    found = recognise(stack(page(), page()))
    assert [(one.kind, one.review, one.pages) for one in found] == [("blank", False, (1, 2))]


def test_a_separator_alone_is_a_separator() -> None:
    """A Patch-T sheet by itself is told as what it is."""
    found = recognise(stack(page(codes=PATCH)))
    assert [(one.kind, one.family, one.review) for one in found] == [("separator", "separator", False)]
    assert is_separator(page(codes=PATCH))


def test_a_separator_is_known_by_its_words() -> None:
    """A sheet that only says it parts documents is a separator where its code was not read."""
    sheet = page("# 扫描分隔页", "PATCH T")
    assert is_separator(sheet)
    assert not is_separator(page("# 扫描分隔页", *CLAUSES))
    assert pages_of(page(*INVOICE), sheet, page(*INVOICE)) == [(1,), (3,)]


def test_the_sides_of_a_card_are_told() -> None:
    """Front and back are in the evidence with their page; a front alone shows no back."""
    both = recognise(stack(front(1), page(*ID_BACK, wide=640)))[0]
    alone = recognise(stack(front(1)))[0]
    sides = [[(reason.text, reason.page) for reason in one.evidence if reason.what == "side"] for one in (both, alone)]
    assert sides == [[("front", 1), ("back", 2)], [("front", 1)]]


def test_a_picture_without_a_word_waits() -> None:
    """A page with a picture and no text is a photo for a person to decide."""
    picture = Page(1, 1000, 1400, 150, 0, "ocr", "test", "", ())
    found = recognise((picture,))
    assert [(one.kind, one.review, one.doubts) for one in found] == [("photo", True, ("kinds.doubt_no_text",))]


def test_a_page_that_failed_is_never_blank() -> None:
    """A page that could not be read keeps its document waiting for a person."""
    failed = Page(2, 1240, 1754, 150, 0, "ocr", "test", "", (), failed="ocr.page_failed")
    found = recognise((page(*INVOICE), failed))
    assert [(one.pages, one.review) for one in found] == [((1, 2), True)]
    assert "kinds.doubt_failed_page" in found[0].doubts


def test_structured_values_go_to_the_first_document() -> None:
    """What an electronic invoice carries as data becomes its fields."""
    found = recognise(stack(page(*INVOICE)), {"invoice_number": "24112000000048542163"})
    assert found[0].fields["invoice_number"].value == "24112000000048542163"


def test_no_pages_are_no_documents() -> None:
    """An empty capture yields nothing."""
    assert recognise(()) == ()


def test_nothing_is_added_to_a_whole_card() -> None:
    """After both sides of a card, on one page or two, a page that nobody can tell is a document of its own."""
    scrap = page("x 7 q", "zz")
    both = page(*(row.format(number=person(1)) for row in ID_FRONT), *ID_BACK, wide=640)
    assert pages_of(front(1), page(*ID_BACK, wide=640), scrap) == [(1, 2), (3,)]
    assert pages_of(both, scrap) == [(1,), (2,)]
