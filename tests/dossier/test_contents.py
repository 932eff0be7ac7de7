"""Contents lists, running numbers and the sign-in register."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossier.completeness import evaluate
from dossier.contents import contents, handover, next_number
from dossier.model import Document, Dossier, Event
from dossier.pack import Numbering
from dossier.policy import load_pack
from dossier.workdays import work_calendar

PATTERN = Numbering("鴻借字第{number:03d}號")


def test_the_contents_list_follows_the_pack() -> None:
    """Newest first for a unit; by issue date for a project, with its title documents apart at the end."""
    papers = tuple(
        Document(str(day), "title-document" if day == 2 else "contract", date(2026, 3, 9), issued=date(2026, 1, day))
        for day in (3, 1, 2)
    )
    unit = load_pack("property").dossiers["unit"]
    project = load_pack("guarantee").dossiers["project"]
    dossier = Dossier("k", "unit", "", "property", date(2026, 1, 1), documents=papers)
    assert [entry.document.id for entry in contents(dossier, unit)] == ["3", "2", "1"]
    by_date = contents(dossier, project)
    assert [(entry.number, entry.document.id, entry.apart) for entry in by_date] == [
        (1, "1", False),
        (2, "3", False),
        (3, "2", True),
    ]


def test_running_numbers_go_on_from_the_highest() -> None:
    """The contract, the dossier and the title document share the number given."""
    assert next_number(PATTERN, []) == "鴻借字第001號"
    assert next_number(PATTERN, ["鴻借字第001號", "鴻借字第009號", "別的第100號"]) == "鴻借字第010號"
    assert next_number(PATTERN, ["鴻借字第999號"]) == "鴻借字第1000號"
    assert next_number(Numbering("P0-{number}"), ["P0-1", "P0-2"]) == "P0-3"


@pytest.mark.parametrize("pattern", ["{number}", "0{number:02d}0", "A-{number:05d}/B"])
@given(st.lists(st.integers(1, 99_999), max_size=5))
def test_a_number_is_never_given_twice(pattern: str, numbers: list[int]) -> None:
    """Whatever was given before, the next number is a new one."""
    taken = [pattern.format(number=number) for number in numbers]
    assert next_number(Numbering(pattern), taken) not in taken


def test_a_handover_notes_what_is_missing() -> None:
    """Three papers handed over on the second day: the rest of the new-vehicle list is noted, one waits in review."""
    pack, on = load_pack("auto-dealer"), date(2026, 3, 9)
    papers = tuple(Document(kind, kind, on) for kind in ("green-card", "purchase-invoice", "pdi-checklist"))
    papers = (*papers, replace(papers[0], id="policy", kind="insurance-policy", in_review=True))
    sale = Event("sale", date(2026, 3, 5))
    dossier = Dossier("V1", "new-vehicle", "滬A12345", "auto-dealer", on, {}, (sale,), papers)
    verdicts = evaluate(dossier, pack, on, work_calendar("CN"))
    note = handover(dossier, verdicts, [paper.id for paper in papers], gave="李明", took="王芳", on=on)
    assert (note.gave, note.took, note.on, len(note.documents)) == ("李明", "王芳", on, 4)
    assert note.doubtful == ("insurance-policy",)
    assert note.missing == (
        "sales-contract",
        "id-card",
        "delivery-checklist",
        "vehicle-licence",
        "derived-services-list",
        "vehicle-certificate",
        "delivery-photo",
    )
