"""Reports over a seeded archive: they agree with each other, keep to their scope, and take every form."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from hashlib import sha256

import pytest

from desk.archive import Archive
from desk.reports import Scope, completeness
from desk.reports.issuing import REPORTS, draw_up, issue
from desk.reports.scope import BadSpan, DepartmentUnknown, PackNotInForce, SortUnknown
from desk.reports.sheet import Form, Sheet
from dossier.model import Status
from dossier.wording import LANGS
from index import record
from tests.desk.reports.conftest import DOSSIERS, TODAY

NOW = Scope(as_of=TODAY)


def rows(sheet: Sheet, table: str) -> list[dict[str, object]]:
    return sheet.as_json()[table]  # type: ignore[return-value]


@pytest.mark.parametrize("form", Form)
@pytest.mark.parametrize("name", REPORTS)
def test_every_report_takes_every_form(seeded: Archive, name: str, form: Form) -> None:
    """No form of any report is empty, and each begins as its kind of file does."""
    begins = {
        Form.JSON: b"{",
        Form.CSV: b"\xef\xbb\xbf",
        Form.XLSX: b"PK\x03\x04",
        Form.HTML: b"<!doctype html>",
        Form.PDF: b"%PDF-",
        Form.TABLE: b"",
    }
    issued = issue(seeded, name, NOW, form, "zh-Hant")
    assert issued.content.startswith(begins[form])
    assert len(issued.content) > 40


@pytest.mark.parametrize("name", REPORTS)
def test_every_report_on_an_empty_archive(empty: Archive, name: str) -> None:
    """With nothing in the archive every report says so in every language and form."""
    for form in Form:
        for lang in LANGS:
            assert issue(empty, name, NOW, form, lang).content


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("name", REPORTS)
def test_columns_speak_the_language(seeded: Archive, name: str, lang: str) -> None:
    """Titles and column names are in the language asked for, and no two columns of a table share a name in JSON."""
    sheet = draw_up(seeded, name, NOW, lang)  # type: ignore[arg-type]
    for table in sheet.tables:
        ids = [column.id for column in table.columns if Form.JSON in column.forms]
        assert len(ids) == len(set(ids)), table.id
        for column in table.columns:
            chinese = any("\u4e00" <= sign <= "\u9fff" for sign in column.title)
            assert chinese == (lang != "en"), column.title
        assert all(len(row) == len(table.columns) for row in table.rows)


def test_completeness_counts_every_dossier_once(seeded: Archive) -> None:
    """The summary by sort adds up to all dossiers and to the lines that are open."""
    report = completeness(seeded, scope=NOW)
    sheet = draw_up(seeded, "completeness", NOW, "en", Form.XLSX)
    summary = rows(sheet, "summary")
    assert len(report.dossiers) == DOSSIERS == sum(int(str(row["dossiers"])) for row in summary)
    statuses = Counter(line.status for one in report.dossiers for line in one.lines)
    for status in (Status.LATE, Status.MISSING, Status.DUE, Status.DOUBTFUL):
        assert sum(int(str(row[status.value])) for row in summary) == statuses[status.value]
    assert len(rows(sheet, "lines")) == statuses.total()


def test_every_verdict_has_its_reason_and_evidence(seeded: Archive) -> None:
    """Whatever is met names its documents or event, whatever is due the event it was counted from."""
    for one in completeness(seeded, scope=NOW).as_json("en")["dossiers"]:
        for line in one["requirements"]:
            assert line["reason"]
            if line["status"] == "met" and line["kind"]:
                assert [each["document"] for each in line["evidence"]["documents"]] == line["documents"] != []
            if line["status"] == "late":
                counted = line["evidence"]["counted_from"]
                assert counted["on"] <= line["due"]


def test_departments_and_persons_add_up_to_the_whole(seeded: Archive) -> None:
    """Rates by department, by person and by month count the same handovers."""
    sheet = draw_up(seeded, "rates", NOW, "en")
    for key in ("handovers", "on_time", "complete", "items", "items_complete", "doubtful"):
        sums = {
            table: sum(int(str(row[key])) for row in rows(sheet, table))
            for table in ("months", "departments", "persons", "department_months", "person_months")
        }
        assert len(set(sums.values())) == 1, (key, sums)
    listed = rows(draw_up(seeded, "ontime", NOW, "en", Form.JSON), "handovers")
    assert len(listed) == sum(int(str(row["handovers"])) for row in rows(sheet, "months"))
    late = sum(not row["on_time"] for row in listed)
    assert late == len(listed) - sum(int(str(row["on_time"])) for row in rows(sheet, "months"))


def test_a_departments_report_is_its_part_of_the_whole(seeded: Archive) -> None:
    """Asking for one department gives its row, by id and by name in any language."""
    whole = {row["department"]: row for row in rows(draw_up(seeded, "rates", NOW, "en"), "departments")}
    for name in ("sales", "Sales", "銷售部", "销售部"):
        alone = rows(draw_up(seeded, "rates", replace(NOW, department=name), "en"), "departments")
        assert alone == [whole["sales"]]
    owed = completeness(seeded, scope=replace(NOW, department="service"))
    assert {line.verdict.owes.department for one in owed.dossiers for line in one.lines if line.verdict.owes} == {
        "service"
    }


def test_a_persons_report_is_theirs_alone(seeded: Archive) -> None:
    """A person is found by name, in simplified characters too."""
    name = "銷售顧問樣本甲"
    for asked in (name, "销售顾问样本甲"):
        found = completeness(seeded, scope=replace(NOW, person=asked))
        assert found.dossiers
        assert {line.verdict.owes.person for one in found.dossiers for line in one.lines if line.verdict.owes} == {name}
    assert completeness(seeded, scope=replace(NOW, person="無此人")).dossiers == ()


def test_spans_cut_the_year_without_loss(seeded: Archive) -> None:
    """Two halves of the year have together what the year has, in rates and in fines."""
    middle = date(2026, 6, 1)
    halves = (replace(NOW, ends=middle), replace(NOW, begins=middle + timedelta(days=1)))
    for name, table, key in (("rates", "months", "handovers"), ("penalties", "persons", "violations")):
        whole = sum(int(str(row[key])) for row in rows(draw_up(seeded, name, NOW, "en"), table))
        parts = [sum(int(str(row[key])) for row in rows(draw_up(seeded, name, half, "en"), table)) for half in halves]
        assert sum(parts) == whole
        assert all(parts)


def test_fines_of_one_dossier_are_those_it_has_among_all(seeded: Archive) -> None:
    """Narrowing to one dossier or person does not forget that the person repeats in others."""
    fines = rows(draw_up(seeded, "penalties", NOW, "en"), "fines")
    doubled = next(row for row in fines if row["factor"] == 2)
    alone = rows(draw_up(seeded, "penalties", replace(NOW, dossier=str(doubled["dossier"])), "en"), "fines")
    assert doubled in alone
    assert alone == [row for row in fines if row["dossier"] == doubled["dossier"]]
    people = rows(draw_up(seeded, "penalties", NOW, "en"), "persons")
    assert sum(Decimal(str(row["most"])) for row in people) == sum(Decimal(str(row["most"])) for row in fines)


def test_ages_add_up_and_lie_in_their_classes(seeded: Archive) -> None:
    """Every gap is in one class; classes by department and by person count the same gaps."""
    sheet = draw_up(seeded, "ageing", NOW, "en", Form.JSON)
    gaps = rows(sheet, "gaps")
    for table in ("departments", "persons"):
        assert sum(int(str(row["gaps"])) for row in rows(sheet, table)) == len(gaps)
    old = sum(int(str(row["days_late"])) >= 31 for row in gaps)
    assert old == sum(int(str(row["late_from_31"])) for row in rows(sheet, "departments"))


def test_what_falls_due_lies_ahead(seeded: Archive) -> None:
    """Everything listed is due from the day asked about on, and more days ahead never list less."""
    few, more = (rows(draw_up(seeded, "due", replace(NOW, days=days), "en"), "due") for days in (2, 20))
    assert all(str(row["due"]) >= TODAY.isoformat() for row in more)
    assert all(row in more for row in few)


def test_partners_rank_from_fullest_to_emptiest(seeded: Archive) -> None:
    """Shares never rise down the list, and equals share a rank."""
    found = rows(draw_up(seeded, "partners", NOW, "en"), "partners")
    assert found
    shares = [float(str(row["complete"])) for row in found]
    assert shares == sorted(shares, reverse=True)
    assert found[0]["rank"] == 1


def test_statistics_count_what_was_seeded(seeded: Archive) -> None:
    """Documents by kind, by month and in all are the same number; a span has its part."""
    sheet = draw_up(seeded, "stats", NOW, "en")
    totals = {row["id"]: int(str(row["count"])) for row in rows(sheet, "totals")}
    assert totals["dossiers"] == DOSSIERS
    assert totals["documents"] == totals["captures"]
    for table in ("kinds", "months", "kinds_months"):
        assert sum(int(str(row["documents"])) for row in rows(sheet, table)) == totals["documents"]
    assert totals["in_review"] == sum(int(str(row["count"])) for row in rows(sheet, "review")) > 0
    part = draw_up(seeded, "stats", replace(NOW, begins=date(2026, 10, 1), ends=date(2026, 10, 31)), "en")
    assert {row["month"] for row in rows(part, "months")} == {"2026-10"}


@pytest.mark.parametrize(
    ("scope", "refusal"),
    [
        (Scope(begins=date(2026, 5, 2), ends=date(2026, 5, 1)), BadSpan),
        (Scope(pack="property"), PackNotInForce),
        (Scope(kind="boat"), SortUnknown),
        (Scope(kind="general/new-vehicle"), SortUnknown),
        (Scope(department="catering"), DepartmentUnknown),
    ],
)
def test_a_scope_that_names_nothing_is_refused(seeded: Archive, scope: Scope, refusal: type[Exception]) -> None:
    """An unknown pack, kind or department is said, not answered with an empty report."""
    with pytest.raises(refusal):
        draw_up(seeded, "completeness", scope, "en")


def test_a_report_given_out_is_on_record(seeded: Archive) -> None:
    """The record keeps the digest of the very file, so that it can be told later what a report said."""
    issued = issue(seeded, "rates", replace(NOW, department="sales"), Form.CSV, "en")
    with seeded.index.read() as session:
        entry = [each for each in record.entries(session, limit=100_000) if each.what == "report"][-1]
    assert (entry.about, entry.facts["sha256"]) == ("rates", sha256(issued.content).hexdigest())
    assert (entry.facts["as_of"], entry.facts["department"]) == ("2026-11-23", "sales")
