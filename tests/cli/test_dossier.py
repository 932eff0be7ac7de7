"""Dossiers by hand: opened, told of, renamed, closed; and what the report says of them."""

from pathlib import Path

import pytest

from dossier.errors import ExitCode
from tests.cli.conftest import Run

VIN = "1M8GDM9AXKP042788"


@pytest.fixture
def car(run: Run, home: Path) -> Path:
    """An archive with one dossier of a car, sold long ago."""
    assert run("dossier", "open", "new-vehicle", VIN, "--on", "2026-03-02", "--home", home, "--json").code == 0
    assert run("dossier", "event", VIN, "sale", "--on", "2026-03-02", "--home", home, "--json").code == 0
    return home


def test_a_dossier_opened_by_hand_lacks_everything(run: Run, car: Path) -> None:
    """Eleven papers of a person's car are late since three working days after the sale."""
    report = run("report", "completeness", "--as-of", "2026-03-09", "--home", car, "--json").json
    (dossier,) = report["dossiers"]
    late = [line for line in dossier["requirements"] if line["status"] == "late"]
    assert (dossier["key"], dossier["kind"], dossier["complete"]) == (VIN, "new-vehicle", False)
    assert len(late) == 11
    assert {line["due"] for line in late} == {"2026-03-05"}
    assert {line["days_late"] for line in late} == {2}
    assert all(line["owes"]["role"] == "sales-consultant" for line in late)


def test_in_time_nothing_is_late(run: Run, car: Path) -> None:
    """On the last day everything is due and nothing late."""
    report = run("report", "completeness", "--as-of", "2026-03-05", "--home", car, "--json").json
    statuses = {line["status"] for line in report["dossiers"][0]["requirements"]}
    assert statuses == {"due", "not-applicable"}


def test_a_company_needs_a_licence_instead_of_a_card(run: Run, car: Path) -> None:
    """A fact changes what is required."""
    shown = run("dossier", "fact", VIN, "customer_type", "company", "--home", car, "--json").json
    statuses = {line["id"]: line["status"] for line in shown["requirements"]}
    assert statuses["id-card"] == "not-applicable"
    assert statuses["company-licence"] == "late"


def test_renamed_and_found_by_its_name(run: Run, car: Path) -> None:
    """A dossier goes by what people call it."""
    assert run("dossier", "rename", VIN, "陳先生 樣本", "--home", car).code == 0
    assert run("dossier", "show", "陳先生 樣本", "--home", car, "--json").json["key"] == VIN


def test_a_closed_dossier_leaves_the_report(run: Run, car: Path) -> None:
    """Nothing more is asked of a closed dossier."""
    assert run("dossier", "close", VIN, "--home", car).code == 0
    assert run("report", "completeness", "--home", car, "--json").json["dossiers"] == []


def test_report_as_table_and_rows(run: Run, car: Path) -> None:
    """The same verdicts for the eye and for a spreadsheet."""
    table = run("report", "completeness", "--as-of", "2026-03-09", "--home", car, "--lang", "zh-Hant")
    assert "銷售顧問" in table.out
    rows = run("report", "completeness", "--as-of", "2026-03-09", "--home", car, "--format", "csv").out.splitlines()
    assert len(rows) == 1 + len(run("dossier", "show", VIN, "--home", car, "--json").json["requirements"])
    assert rows[1].startswith(VIN)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("dossier", "open", "new-boat", "X"), ExitCode.POLICY),
        (("dossier", "open", "other-pack/new-vehicle", "X"), ExitCode.POLICY),
        (("dossier", "event", VIN, "party"), ExitCode.POLICY),
        (("dossier", "event", VIN, "sale", "--on", "soon"), ExitCode.USAGE),
        (("dossier", "fact", VIN, "shoe_size", "43"), ExitCode.POLICY),
        (("dossier", "fact", VIN, "customer_type", "martian"), ExitCode.USAGE),
        (("dossier", "event", "NOBODY", "sale"), ExitCode.NOT_FOUND),
    ],
)
def test_mistakes_are_told_and_change_nothing(run: Run, car: Path, arguments: tuple[str, ...], code: int) -> None:
    """A wrong kind, event, fact or day is one sentence, and the dossier stays as it was."""
    before = run("dossier", "show", VIN, "--home", car, "--json").json
    ran = run(*arguments, "--home", car)
    assert ran.code == code
    assert len(ran.err.strip().splitlines()) == 1
    assert run("dossier", "show", VIN, "--home", car, "--json").json == before
