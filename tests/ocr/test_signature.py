"""Ink beside a signature's label: names, scrawls, nothing, rules, stamps, print; and what it means for a role."""

from dataclasses import replace

import cv2
import numpy as np
import pytest

from dossier.reading import Line, Page, Reading, SignatureRoom
from dossier.reading_json import from_json, to_json
from ocr.signature import rooms_on
from ocr.signed import signatures_seen, squeezed

LABEL = Line("客户签字：", (100, 200, 250, 240), 0.99)
WHITE = (255, 255, 255)


def paper() -> np.ndarray:
    return np.full((600, 900, 3), 250, np.uint8)


def scrawl(image: np.ndarray, x: int = 300, y: int = 220) -> np.ndarray:
    angles = np.linspace(0, 7 * np.pi, 120)
    points = np.stack([x + angles * 8, y + 14 * np.sin(angles) * np.cos(angles / 3)], axis=1).astype(np.int32)
    return cv2.polylines(image, [points], False, (30, 40, 120), 3)


def ink(image: np.ndarray, *lines: Line, own_text: bool = False) -> str:
    (room,) = rooms_on(image, [LABEL, *lines], own_text=own_text)
    return room.ink


def test_a_scrawl_is_a_signature_and_white_paper_is_none() -> None:
    """Strokes of a pen beside the label sign; nothing does not."""
    assert ink(scrawl(paper())) == "signed"
    assert ink(paper()) == "unsigned"


@pytest.mark.parametrize("lean", [0, 6, -12])
def test_rules_and_cells_are_no_signature_however_the_scan_leans(lean: int) -> None:
    """An underline, a ruled cell round label and room, a speck: still nothing; a scrawl in the cell signs."""
    image = paper()
    cv2.line(image, (255, 244), (560, 244 + lean), (60, 60, 60), 2)
    cv2.line(image, (90, 185), (560, 185 + lean), (60, 60, 60), 2)
    cv2.line(image, (560, 185 + lean), (560 - lean // 3, 255 + lean), (60, 60, 60), 2)
    cv2.line(image, (262, 185), (262, 255), (60, 60, 60), 2)
    cv2.circle(image, (400, 215), 2, (60, 60, 60), -1)
    assert ink(image) == "unsigned"
    assert ink(scrawl(image)) == "signed"


def test_a_red_stamp_and_a_date_to_fill_in_are_no_signature() -> None:
    """The company's stamp does not sign for the customer, nor does the printed date beside it."""
    image = cv2.circle(paper(), (380, 220), 45, (214, 32, 40), 5)
    cv2.putText(image, "20  .  .", (500, 235), cv2.FONT_HERSHEY_SIMPLEX, 1, (40, 40, 40), 2)
    assert ink(image, Line("年 月 日", (495, 205, 640, 240), 0.9)) == "unsigned"


def test_print_of_the_file_itself_is_no_signature_but_a_picture_is() -> None:
    """A name typed into a PDF is print; an image of a signature in the same place signs."""
    typed = cv2.putText(paper(), "Sample", (300, 235), cv2.FONT_HERSHEY_SIMPLEX, 1.2, (0, 0, 0), 3)
    name = Line("Sample", (295, 200, 440, 242), 1.0)
    assert ink(typed, name, own_text=True) == "unsigned"
    assert ink(scrawl(paper()), own_text=True) == "signed"


def test_the_room_of_one_label_ends_where_the_next_begins() -> None:
    """Two labels on one row: the second's signature is not the first's."""
    other = Line("服务顾问签字：", (420, 200, 620, 240), 0.99)
    rooms = rooms_on(scrawl(paper(), 650), [LABEL, other])
    assert [(room.label, room.ink) for room in rooms] == [("客户签字", "unsigned"), ("服务顾问签字", "signed")]


def test_a_bare_role_is_a_label_only_low_on_the_page_and_with_a_colon() -> None:
    """A consultant named at the head of a form is no room to sign; at its foot it is."""
    head, foot = Line("销售顾问：李明", (100, 60, 400, 100), 0.9), Line("销售顾问：", (100, 500, 250, 540), 0.9)
    assert [room.box[1] > 400 for room in rooms_on(paper(), [head, foot])] == [True]


def page_with(*rooms: tuple[str, str]) -> Page:
    found = tuple(SignatureRoom(squeezed(label), (0, 0, 9, 9), seen, 0.5) for label, seen in rooms)  # type: ignore[arg-type]
    return Page(1, 900, 600, 100, 0, "ocr", "test", "", (), signatures=found)


@pytest.mark.parametrize(
    ("rooms", "expected"),
    [
        ((("客户签字：", "signed"), ("检查人签字：", "signed")), ["customer signed", "staff signed"]),
        ((("客户签字：", "unclear"),), ["customer unclear"]),
        ((("检查人签字：", "signed"), ("销售顾问签字：", "unsigned")), ["staff unsigned"]),
        ((("客户签字：", "signed"), ("customer:", "unsigned")), ["customer signed"]),
        ((), []),
    ],
)
def test_what_rooms_mean_for_the_roles_of_a_kind(rooms: tuple[tuple[str, str], ...], expected: list[str]) -> None:
    """All rooms of a role must be signed; a bare label counts only where no other names a signature."""
    seen = signatures_seen("delivery-checklist", [page_with(*rooms)])
    assert [(one.what, one.text) for one in seen] == [("signature", text) for text in expected]
    assert signatures_seen("letter", [page_with(*rooms)]) == ()


def test_rooms_are_kept_with_the_reading() -> None:
    """What was seen goes into the sealed reading and comes back; older readings have none."""
    reading = Reading((page_with(("客户签字：", "signed")),), ())
    form = to_json(reading)
    assert from_json(form) == reading
    del form["pages"][0]["signatures"]
    assert from_json(form) == replace(reading, pages=(replace(reading.pages[0], signatures=()),))
