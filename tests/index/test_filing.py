"""Readings, decisions and dossiers in the tables."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event
from sqlmodel import Session, select

from dossier import model
from dossier.reading import Code, FieldValue, Line, Page, Reading, Recognised
from index import filing, journal
from index.engine import Index
from index.errors import NoSuchThing
from index.projection import day, hundredths, texts_of
from index.tables import Document, DocumentField, LabelChange
from index.texts import PageText, comparable, placed
from tests.index.conftest import NOW, TODAY, put, reading

VIN = "LSVAM4187C2184841"


def values(session: Session, document: str) -> dict[str, str]:
    """Return a document's fields."""
    return filing.fields_of(session, [document])[document]


def test_a_reading_fills_the_tables(session: Session) -> None:
    """Documents, fields with what searches compare, pages with lines and codes are all there."""
    claim = journal.claim(session, "d", name="a", size=1, format="PDF", sha256="s", at=NOW)
    lines = (Line("合同", (1, 2, 3, 4), 0.9), Line("第二行", (1, 9, 3, 14), 0.8))
    pages = (
        Page(1, 100, 200, 300, 0, "ocr", "rapid", "合同\n第二行", lines, codes=(Code("QRCode", "Q-42", (0, 0, 9, 9)),)),
        Page(2, 100, 200, 300, 0, "ocr", "rapid", "", (), blank=True),
        Page(3, 100, 200, 300, 0, "ocr", "rapid", "信", ()),
    )
    fields = {"total": FieldValue("12500.50", 0.9, 1, (1, 2, 3, 4)), "issue_date": FieldValue("2026-03-05", 0.9, 1)}
    documents = (
        Recognised("contract", "contract", 0.9, False, fields, (1, 2)),
        Recognised("letter", "letter", 0.4, True, {}, (3,), doubts=("kinds.unsure",), alternatives=(("report", 0.3),)),
    )
    contract, letter = filing.save_reading(session, claim.capture.id, Reading(pages, documents), received=TODAY)
    assert (contract.id, contract.pages, contract.issued, contract.dated, contract.review) == (
        f"{claim.capture.id}-1",
        [1, 2],
        date(2026, 3, 5),
        date(2026, 3, 5),
        False,
    )
    assert (letter.first_page, letter.doubts, letter.alternatives, letter.dated) == (
        3,
        ["kinds.unsure"],
        [["report", 0.3]],
        TODAY,
    )
    assert [row.id for row in filing.in_review(session)] == [letter.id]
    total = session.get_one(DocumentField, (contract.id, "total"))
    assert (total.hundredths, total.day, total.box) == (1_250_050, None, [1, 2, 3, 4])
    kept = texts_of(session, claim.capture.id)
    assert kept[1] == PageText(
        "合同\n第二行",
        ((0, 2, (1, 2, 3, 4)), (3, 6, (1, 9, 3, 14))),
        (("total", "12500.50"), ("issue_date", "2026-03-05"), ("code", "Q-42")),
    )
    assert kept.keys() == {1, 3}


def test_decisions_outlive_a_new_reading(session: Session) -> None:
    """Kind, corrected and cleared fields and the dossier stay; what nobody decided follows the reading."""
    document = put(session, ["舊"], kind="letter", fields={"name": "王小名", "phone": "1", "total": "5"}, review=True)
    capture = document.rpartition("-")[0]
    filing.decide(session, document, by="li", at=NOW, kind="report", fields={"name": "王小明", "phone": ""})
    filing.save_reading(
        session,
        capture,
        reading(["新"], kind="other", fields={"name": "x", "phone": "2", "total": "6"}),
        received=TODAY,
    )
    row = session.get_one(Document, document)
    assert (row.kind, row.review, row.decided_by) == ("report", False, "li")
    assert values(session, document) == {"name": "王小明", "total": "6"}


def test_another_kind_leaves_its_dossier(session: Session) -> None:
    """A document that the machine filed and now reads as another kind has to be filed anew."""
    document = put(session, ["舊"], kind="letter")
    dossier = filing.open_dossier(session, key="K", kind="k", pack="p", opened=TODAY, at=NOW)
    filing.assign(session, document, dossier.id, at=NOW)
    filing.save_reading(session, document.rpartition("-")[0], reading(["新"], kind="letter"), received=TODAY)
    assert session.get_one(Document, document).dossier == dossier.id
    filing.save_reading(session, document.rpartition("-")[0], reading(["新"], kind="report"), received=TODAY)
    assert session.get_one(Document, document).dossier is None


def test_dossiers_are_found_by_any_identifier(session: Session) -> None:
    """Exact values first, then look-alikes; more matches come first; a person may name it in several ways."""
    car = filing.open_dossier(
        session, key=VIN, kind="vehicle", pack="sales", opened=TODAY, at=NOW, label="王家的車",
        identifiers={"vin": [VIN]},
    )  # fmt: skip
    same = filing.open_dossier(
        session, key=VIN, kind="vehicle", pack="sales", opened=TODAY, at=NOW, identifiers={"plate": ["粤B12345"]}
    )
    assert same.id == car.id
    other = filing.open_dossier(
        session, key="X", kind="vehicle", pack="sales", opened=TODAY, at=NOW, identifiers={"plate": ["粤B1234S"]}
    )
    assert filing.find_dossiers(session, {"vin": ["LSVAM4I87C2I8484I"]}) == [car]
    assert filing.find_dossiers(session, {"plate": ["粤B12345"]}) == [car]
    assert filing.find_dossiers(session, {"plate": ["粤B1234S"]}) == [other]
    assert filing.find_dossiers(session, {"plate": ["粤BI2345"], "vin": [VIN]}) == [car, other]
    assert filing.find_dossiers(session, {"vin": [VIN]}, pack="leases") == []
    assert filing.find_dossiers(session, {"vin": ["", "-"]}) == []
    for name in (car.id, VIN, VIN.lower(), "王家的車", "王家的车"):
        assert filing.dossier_by(session, name).id == car.id
    for name in ("nothing", "粤B·12345", ""):
        with pytest.raises(NoSuchThing):
            filing.dossier_by(session, name)


def test_dossiers_come_out_as_completeness_sees_them(session: Session) -> None:
    """Facts, events, waivers, identifiers and documents are all in the value."""
    document = put(session, ["信"], kind="letter", fields={"issue_date": "2026-01-02"})
    row = filing.open_dossier(
        session, key="K", kind="client", pack="p", opened=TODAY, at=NOW, department="A", identifiers={"phone": ["1"]}
    )
    filing.assign(session, document, row.id, at=NOW)
    filing.set_fact(session, row.id, "buyer", "company", by="li", at=NOW)
    filing.set_fact(session, row.id, "buyer", "person", by="li", at=NOW)
    filing.set_fact(session, row.id, "gone", "x", by="li", at=NOW)
    filing.set_fact(session, row.id, "gone", None, by="li", at=NOW)
    for _ in range(2):
        filing.add_event(session, row.id, model.Event("sale", TODAY, "li"))
    waiver = model.Waiver("letter", "wang", "head", TODAY, "lost", until=date(2027, 1, 1))
    filing.waive(session, row.id, waiver)
    filing.relabel(session, row.id, "新名", by="li", at=NOW)
    ((found, dossier),) = filing.dossiers(session, ids=[row.id])
    assert found.id == row.id
    assert dossier == model.Dossier(
        key="K",
        kind="client",
        label="新名",
        pack="p",
        opened=TODAY,
        facts={"buyer": "person"},
        events=(model.Event("sale", TODAY, "li"),),
        documents=(
            model.Document(
                document,
                "letter",
                TODAY,
                issued=date(2026, 1, 2),
                signatures={},
                fields={"issue_date": "2026-01-02"},
            ),
        ),
        waivers=(waiver,),
        identifiers={"phone": ("1",)},
    )
    assert [change.label for change in session.exec(select(LabelChange))] == ["K", "新名"]
    filing.close_dossier(session, row.id, TODAY)
    assert filing.dossiers(session, open_only=True) == ()
    assert filing.dossiers(session, packs=["q"]) == ()
    assert len(filing.dossiers(session, departments=["A"])) == 1


def test_many_dossiers_take_as_many_queries_as_one(index: Index) -> None:
    """Loading does not ask the database once for each dossier or document."""
    asked: list[str] = []

    def load(count: int) -> int:
        with index.write() as session:
            for number in range(count):
                row = filing.open_dossier(
                    session, key=f"{count}-{number}", kind="k", pack=f"{count}", opened=TODAY, at=NOW
                )
                filing.assign(session, put(session, ["信"], fields={"name": "x"}), row.id, at=NOW)
        asked.clear()
        with index.read() as session:
            assert len(filing.dossiers(session, packs=[f"{count}"])) == count
        return len(asked)

    event.listen(index.engine, "before_cursor_execute", lambda *arguments: asked.append(arguments[2]))
    assert load(1) == load(20) <= 9


def test_what_is_not_there_says_so(session: Session) -> None:
    """Documents, dossiers and captures that do not exist are one error."""
    for step in (
        lambda: filing.assign(session, "none-1", None, at=NOW),
        lambda: filing.decide(session, "none-1", by="li", at=NOW),
        lambda: filing.save_reading(session, "none", reading(["x"]), received=TODAY),
        lambda: filing.set_fact(session, "none", "a", "b", by="li", at=NOW),
        lambda: filing.raise_level(session, "none", "secret"),
    ):
        with pytest.raises(NoSuchThing):
            step()


def test_comparable_values() -> None:
    """Script, width, case, spaces, hyphens and look-alikes make no difference."""
    assert comparable("粤B·12345") == comparable("粵Ｂ-I234S") == comparable("粤b 12345")
    assert comparable("王 小明") == "王小明"


@given(st.decimals(allow_nan=True, allow_infinity=True))
def test_hundredths(number: Decimal) -> None:
    """Any decimal has its hundredths or, where it has none that fit, nothing."""
    found = hundredths(str(number))
    if found is not None:
        assert abs(Decimal(found) - number * 100) <= Decimal("0.5") or abs(number) > 10**15
        assert abs(found) < 2**63


def test_days() -> None:
    """Only whole ISO dates are days."""
    assert day("2026-11-23") == TODAY
    assert day("20261123") is None
    assert day("2026-13-01") is None


def test_lines_that_the_text_does_not_have_are_left_out() -> None:
    """A line is placed where the text has it, after the line before."""
    box = (0, 0, 1, 1)
    lines = [Line("甲", box, 1.0), Line("缺", box, 1.0), Line("", box, 1.0), Line("甲", box, 1.0)]
    assert placed("甲\n乙\n甲", lines) == ((0, 1, box), (4, 5, box))
