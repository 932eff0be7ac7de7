"""Reports as a person asks for them: on the screen, as files, for one department or day; reminders by mail."""

import csv
import io
import tomllib
from datetime import date
from pathlib import Path

import pytest
import tomlkit

from bench.completeness.seeding import PASSPHRASE, make_home, seed
from cli.app import app
from desk.archive import Archive
from desk.reports.issuing import REPORTS
from dossier.errors import ExitCode
from dossier.wording import LANGS
from tests.cli.conftest import Run
from tests.desk.reports.mailserver import Mailbox, certificate, serving

TODAY = "2026-11-23"


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of forty dossiers."""
    home = make_home(tmp_path_factory.mktemp("kept") / "home")
    with Archive.open(home, home.settings(), PASSPHRASE) as archive, archive.index.write() as session:
        seed(session, 40, date.fromisoformat(TODAY))
    return home.path


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("name", REPORTS)
def test_each_report_on_the_screen(run: Run, kept: Path, name: str, lang: str) -> None:
    """Every report prints something to read in every language."""
    ran = run("report", name, "--as-of", TODAY, "--home", kept, "--lang", lang)
    assert (ran.code, ran.err) == (0, "")
    assert len(ran.out.splitlines()) > 2
    assert ("截至" in ran.out or TODAY in ran.out) if lang != "en" else TODAY in ran.out


@pytest.mark.parametrize("name", REPORTS)
def test_each_report_as_json_and_csv(run: Run, kept: Path, name: str) -> None:
    """JSON is one document that says as of when; CSV has a row of names and rows as long."""
    found = run("report", name, "--as-of", TODAY, "--home", kept, "--json").json
    assert found["as_of"] == TODAY
    assert all(isinstance(value, list) for key, value in found.items() if key != "as_of")
    text = run("report", name, "--as-of", TODAY, "--home", kept, "--format", "csv").out
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))
    assert {len(row) for row in rows} == {len(rows[0])}


def test_the_documented_keys_are_there(run: Run, kept: Path) -> None:
    """docs/json.md names every table and key of every report, and nothing else."""
    documented: dict[str, dict[str, set[str]]] = {}
    report = ""
    for line in (Path(__file__).parents[2] / "docs" / "json.md").read_text(encoding="utf-8").splitlines():
        if line.startswith("### report "):
            report = line.removeprefix("### report ")
            documented[report] = {}
        elif line.startswith("| `") and report:
            table, keys = (cell.strip() for cell in line.strip("| ").split("|")[:2])
            documented[report][table.strip("`")] = {key.strip(" `") for key in keys.split(",")}
        elif line.startswith("#"):
            report = ""
    assert set(documented) == set(REPORTS) - {"completeness"}
    for name, tables in documented.items():
        found = run("report", name, "--as-of", TODAY, "--home", kept, "--json").json
        assert set(found) - {"as_of"} == set(tables), name
        for table, keys in tables.items():
            for row in found[table]:
                assert set(row) == keys, (name, table)


@pytest.mark.parametrize("ending", ["csv", "xlsx", "html", "pdf", "json", "txt"])
def test_a_file_is_new_whole_and_ones_own(run: Run, kept: Path, tmp_path: Path, ending: str) -> None:
    """Readable by its owner alone, never over another file unless told, nothing left beside it."""
    target = tmp_path / f"rates.{ending}"
    ran = run("report", "rates", "--as-of", TODAY, "--home", kept, "-o", target)
    assert (ran.code, ran.out) == (0, "")
    assert target.stat().st_mode & 0o777 == 0o600
    before = target.read_bytes()
    again = run("report", "rates", "--as-of", TODAY, "--home", kept, "-o", target)
    assert again.code == ExitCode.OUTPUT
    assert target.read_bytes() == before
    target.write_bytes(b"old")
    assert run("report", "rates", "--as-of", TODAY, "--home", kept, "-o", target, "--force").code == 0
    assert target.read_bytes() != b"old"
    assert list(tmp_path.iterdir()) == [target]


def test_the_same_report_is_the_same_file(run: Run, kept: Path, tmp_path: Path) -> None:
    """Two files of one question on one day differ in nothing, in the forms that carry no time of making."""
    for ending in ("csv", "html", "json"):
        files = [tmp_path / f"{number}.{ending}" for number in (1, 2)]
        for file in files:
            run("report", "penalties", "--as-of", TODAY, "--home", kept, "-o", file)
        assert files[0].read_bytes() == files[1].read_bytes()


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("rates", "--as-of", "soon"), ExitCode.USAGE),
        (("rates", "--from", "2026-05-02", "--to", "2026-05-01"), ExitCode.USAGE),
        (("rates", "--department", "catering"), ExitCode.NOT_FOUND),
        (("rates", "--pack", "property"), ExitCode.POLICY),
        (("rates", "--kind", "boat"), ExitCode.POLICY),
        (("rates", "--dossier", "NOBODY"), ExitCode.NOT_FOUND),
        (("rates", "-o", "report.docx"), ExitCode.USAGE),
        (("rates", "-o", "no/such/folder/report.csv"), ExitCode.OUTPUT),
        (("due", "--mail", "-o", "x.pdf"), ExitCode.USAGE),
        (("due", "--mail"), ExitCode.HOME),
        (("due", "--days", "-1"), ExitCode.USAGE),
        (("stats", "--person", "X"), ExitCode.USAGE),
    ],
)
def test_mistakes_are_told(run: Run, kept: Path, arguments: tuple[str, ...], code: int) -> None:
    """An unknown name, a wrong day, an option that would do nothing: said, nothing printed, nothing written."""
    ran = run("report", *arguments, "--home", kept)
    assert ran.code == code
    assert ran.out == ""
    assert ran.err.strip()


def test_a_department_by_its_name(run: Run, kept: Path) -> None:
    """People ask by the name they use."""
    found = run("report", "ageing", "--as-of", TODAY, "--department", "銷售部", "--home", kept, "--json").json
    assert [row["department"] for row in found["departments"]] == ["sales"]


def test_reminders_from_the_command_line(run: Run, tmp_path: Path) -> None:
    """Drafts first, then mails over a real server; who has no address makes the command say so by its code."""
    home = make_home(tmp_path / "home")
    with Archive.open(home, home.settings(), PASSPHRASE) as archive, archive.index.write() as session:
        seed(session, 30, date.fromisoformat(TODAY))
    drafts = run("report", "due", "--dry-run", "--as-of", TODAY, "--home", home.path, "--json").json["reminders"]
    assert {each["state"] for each in drafts} == {"drafted"}
    person = next(each["person"] for each in drafts if each["person"].startswith("銷售顧問"))
    with serving_certificate(tmp_path) as box:
        settings = tomllib.loads(home.settings_file.read_text(encoding="utf-8"))
        settings["mail"] |= {
            "host": "127.0.0.1",
            "port": box.port,
            "sender": "archive@specimen.test",
            "ca_file": str(tmp_path / "ca.pem"),
            "addresses": {person: "one@specimen.test"},
        }
        home.settings_file.write_text(tomlkit.dumps(settings), encoding="utf-8")
        command = ("report", "due", "--mail", "--as-of", TODAY, "--home", home.path, "--json")
        ran = [run(*command) for _ in range(2)]
        assert {each.code for each in ran} == {ExitCode.OUTPUT}
        only = run(*command, "--person", person)
    told = [[one["state"] for one in each.json["reminders"] if one["person"] == person] for each in ran]
    assert told == [["sent"], ["already"]]
    assert only.code == 0
    assert [to for to, _, _ in box.taken] == ["one@specimen.test"]
    assert box.taken[0][1].get_content().splitlines()[0].startswith(person)


def serving_certificate(folder: Path):  # type: ignore[no-untyped-def]
    """Serve mail under a certificate made for it."""
    certificate(folder)
    return serving(folder, Mailbox())


def test_every_report_is_a_command() -> None:
    """What the desk can draw up, the command line offers, and the other way round."""
    groups = {group.name: group for group in app.registered_groups}
    commands = {command.name for command in groups["report"].typer_instance.registered_commands}  # type: ignore[union-attr]
    assert set(REPORTS) <= commands
