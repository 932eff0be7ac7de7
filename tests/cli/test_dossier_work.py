"""What people do with dossiers all day: import a sales list, put mistakes right, merge, hand over, print, leave."""

import subprocess
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path

import pytest
from openpyxl import Workbook

from desk import setup
from desk.archive import Archive
from desk.home import Home
from dossier.errors import ExitCode
from index.dossiers import dossier_by
from index.tables import Capture, Document
from tests.cli.conftest import PASSPHRASE, Run
from vault.keyfile import FAST

VIN, OTHER = "1M8GDM9AXKP042788", "LSVAA4182E2184847"
HEAD = "車架號,客戶,客戶類型,銷售日期,銷售顧問,車牌號"
ROWS = (
    f"{VIN},陳大文 樣本,個人,2026-11-02,李明 SPECIMEN,",
    f"{OTHER},樣本貿易有限公司,公司,2026/11/16,王芳 SPECIMEN,滬A12345",
)
LIST = "\n".join([HEAD, *ROWS]) + "\n"
SIMPLE = "车架号,客户,客户类型,销售日期,销售顾问\n" + f"{VIN},陈大文 样本,个人,2026年11月2日,李明 SPECIMEN\n"


@pytest.fixture
def listed(run: Run, home: Path, tmp_path: Path) -> Path:
    """An archive into which a sales list of two cars was imported."""
    file = tmp_path / "list.csv"
    file.write_text(LIST, encoding="utf-8")
    assert run("dossier", "import", "new-vehicle", file, "--home", home).code == 0
    return home


def put(home: Path, dossier: str, *kinds: str, issued: date = date(2026, 11, 3)) -> list[str]:
    """Lay documents of these kinds into a dossier; return their ids."""
    place = Home(home)
    with Archive.open(place, place.settings(), PASSPHRASE) as archive, archive.index.write() as session:
        row = dossier_by(session, dossier)
        made = []
        for number, kind in enumerate(kinds, start=1):
            capture = f"{row.id[:6]}{kind[:6]}{number}"
            session.add(
                Capture(
                    id=capture,
                    digest=sha256(capture.encode()).hexdigest(),
                    name="SPECIMEN.pdf",
                    size=1,
                    format="pdf",
                    sha256="",
                    claimed=datetime.now(UTC),
                    state="filed",
                )
            )
            session.flush()
            document = Document(
                id=f"{capture}-1",
                capture=capture,
                ordinal=1,
                kind=kind,
                family="form",
                confidence=1.0,
                pages=[1],
                dossier=row.id,
                received=date(2026, 11, 4 + number),
                issued=issued,
                dated=issued,
            )
            session.add(document)
            made.append(document.id)
    return made


def text_of(file: Path) -> str:
    ran = subprocess.run(["pdftotext", "-layout", str(file), "-"], capture_output=True, check=True)
    return ran.stdout.decode("utf-8")


@pytest.mark.parametrize(
    ("content", "encoding"), [(LIST, "utf-8-sig"), (LIST, "utf-16"), (LIST, "big5hkscs"), (SIMPLE, "gbk")]
)
def test_a_list_is_read_in_the_encodings_of_offices(
    run: Run, home: Path, tmp_path: Path, content: str, encoding: str
) -> None:
    """Traditional and simplified lists open the same dossier with its facts, its event and its name."""
    file = tmp_path / "list.csv"
    file.write_bytes(content.encode(encoding))
    done = run("dossier", "import", "new-vehicle", file, "--home", home, "--json").json
    assert (done["opened"], done["dry_run"]) == (content.count("\n") - 1, False)
    shown = run("dossier", "show", VIN, "--home", home, "--json", "--lang", "zh-Hant").json
    assert shown["label"] in {"陳大文 樣本", "陈大文 样本"}
    assert [event["on"] for event in shown["events"]] == ["2026-11-02"]
    assert {fact["id"]: fact["value"] for fact in shown["facts"]}["customer_type"] == "個人"


def test_a_workbook_with_real_dates_and_a_second_sheet(run: Run, home: Path, tmp_path: Path) -> None:
    """Days of a workbook are days, and the sheet may be named; trying it first changes nothing."""
    book = Workbook()
    book.active.append(["nothing here"])
    sheet = book.create_sheet("sales")
    sheet.append(["VIN", "customer", "sale", "opened"])
    sheet.append([VIN, "SPECIMEN Ltd", datetime(2026, 11, 2), date(2026, 11, 3)])  # noqa: DTZ001  # as Excel has it
    book.save(tmp_path / "list.xlsx")
    arguments = (
        "dossier",
        "import",
        "new-vehicle",
        tmp_path / "list.xlsx",
        "--sheet",
        "sales",
        "--home",
        home,
        "--json",
    )
    assert run(*arguments, "--dry-run").json["opened"] == 1
    assert run("dossier", "list", "--home", home, "--json").json["dossiers"] == []
    assert run(*arguments).json["rows"] == [{"row": 2, "key": VIN, "outcome": "opened"}]
    (row,) = run("dossier", "list", "--home", home, "--json").json["dossiers"]
    assert (row["opened"], row["label"]) == ("2026-11-03", "SPECIMEN Ltd")
    assert run(*arguments).json["unchanged"] == 1


def test_all_problems_of_a_list_are_told_and_nothing_is_taken(run: Run, home: Path, tmp_path: Path) -> None:
    """A wrong column, check digit, day, missing key, and a value against what stands: all told, none half-imported."""
    file = tmp_path / "list.csv"
    file.write_text(
        f"VIN,客戶,型號,銷售日期\n1M8GDM9AXKP042789,甲,乙,2026-13-40\n,丙,,\n{OTHER},丁,,1026-01-01\n", encoding="utf-8"
    )
    ran = run("dossier", "import", "new-vehicle", file, "--home", home)
    assert ran.code == ExitCode.USAGE
    assert [line.split(": ")[0] for line in ran.err.splitlines()[1:]] == [f"list.csv:{n}" for n in (1, 2, 2, 3, 4)]
    assert run("dossier", "list", "--home", home, "--json").json["dossiers"] == []


def test_a_list_that_contradicts_a_dossier_is_refused_unless_it_is_to_win(
    run: Run, listed: Path, tmp_path: Path
) -> None:
    """Another customer and another day of sale are told by row; --replace takes them, and the name follows."""
    file = tmp_path / "second.csv"
    file.write_text(f"VIN,customer,sale\n{VIN},張三 樣本,2026-11-03\n", encoding="utf-8")
    ran = run("dossier", "import", "new-vehicle", file, "--home", listed)
    assert (ran.code, ran.err.count("second.csv:2: ")) == (ExitCode.USAGE, 2)
    assert run("dossier", "import", "new-vehicle", file, "--replace", "--home", listed).code == 0
    shown = run("dossier", "show", VIN, "--home", listed, "--json").json
    assert (shown["label"], [event["on"] for event in shown["events"]]) == ("張三 樣本", ["2026-11-03"])
    assert [name["label"] for name in shown["names"]] == ["陳大文 樣本", "張三 樣本"]


@pytest.mark.parametrize("content", [b"\x00\x01\x02", b"\xff\xff\xff\xff", b"PK\x03\x04 not a workbook", b""])
def test_what_is_no_list_is_refused(run: Run, home: Path, tmp_path: Path, content: bytes) -> None:
    """Bytes that are no list are one clear error."""
    file = tmp_path / "list.csv"
    file.write_bytes(content)
    ran = run("dossier", "import", "new-vehicle", file, "--home", home)
    assert ran.code == ExitCode.USAGE
    assert "report it" not in ran.err
    assert run("dossier", "import", "new-vehicle", tmp_path / "none.csv", "--home", home).code == ExitCode.USAGE


def test_an_event_is_taken_back_and_a_far_day_is_asked_about(run: Run, listed: Path) -> None:
    """What was entered by mistake goes again; a year typed wrong is refused unless it is meant."""
    assert run("dossier", "event", VIN, "document-lost", "--on", "2026-11-05", "--home", listed).code == 0
    back = run(
        "dossier", "event", VIN, "document-lost", "--on", "2026-11-05", "--take-back", "--home", listed, "--json"
    )
    assert [event["title"] for event in back.json["events"]] == ["Sale"]
    again = run("dossier", "event", VIN, "document-lost", "--on", "2026-11-05", "--take-back", "--home", listed)
    assert again.code == ExitCode.NOT_FOUND
    far = ("dossier", "event", VIN, "document-lost", "--on", "2062-11-05", "--home", listed)
    assert run(*far).code == ExitCode.USAGE
    assert run(*far, "--anyway").code == 0


def test_a_requirement_is_let_go_by_who_may_with_a_reason(run: Run, listed: Path) -> None:
    """The role must be one that the pack names, a reason must be given, and it can be asked for again."""
    waive = ("dossier", "waive", VIN, "delivery-photo", "--home", listed, "--json")
    assert run(*waive, "--role", "customer-director").code == ExitCode.USAGE
    assert run(*waive, "--role", "sales-director", "--reason", "x").code == ExitCode.REFUSED
    shown = run(*waive, "--role", "customer-director", "--reason", "客戶不願拍照", "--by", "王芳").json
    (line,) = [line for line in shown["requirements"] if line["id"] == "delivery-photo"]
    assert line["status"] == "waived"
    assert "王芳" in line["reason"]
    assert "客戶不願拍照" in line["reason"]
    back = run(*waive, "--take-back").json
    assert {line["id"]: line["status"] for line in back["requirements"]}["delivery-photo"] == "late"


def test_a_person_says_what_the_paper_is_like(run: Run, listed: Path) -> None:
    """A contract that is only a copy does not do; an unsigned checklist does not; a person's word settles it."""
    contract, checklist = put(listed, VIN, "sales-contract", "delivery-checklist")
    assert run("dossier", "paper", contract, "--form", "copy", "--home", listed).code == 0
    assert run("dossier", "paper", checklist, "--unsigned", "customer", "--signed", "staff", "--home", listed).code == 0
    late = run("dossier", "show", VIN, "--home", listed, "--json").json["requirements"]
    assert {line["id"]: line["status"] for line in late}["delivery-checklist"] == "late"
    assert {line["id"]: line["status"] for line in late}["sales-contract"] == "late"
    run("dossier", "paper", contract, "--form", "original", "--home", listed)
    run("dossier", "paper", checklist, "--signed", "customer", "--home", listed)
    there = run("dossier", "show", VIN, "--home", listed, "--json").json["requirements"]
    assert {line["id"]: line["status"] for line in there}["delivery-checklist"] == "met"
    assert {line["id"]: line["status"] for line in there}["sales-contract"] == "met"
    assert run("dossier", "paper", contract, "--home", listed).code == ExitCode.USAGE
    assert run("dossier", "paper", contract, "--signed", "nobody", "--home", listed).code == ExitCode.POLICY


def test_two_dossiers_of_one_vehicle_become_one(run: Run, listed: Path) -> None:
    """All that belongs to it moves, both keys find the one that is left, and it can be closed and reopened."""
    put(listed, OTHER, "green-card")
    merged = run("dossier", "merge", OTHER, VIN, "--home", listed, "--json").json
    assert (merged["gone"], merged["moved"]) == (OTHER, 1)
    shown = run("dossier", "show", OTHER, "--home", listed, "--json").json
    assert (shown["key"], len(shown["documents"])) == (VIN, 1)
    assert {fact["id"]: fact["value"] for fact in shown["facts"]}["customer"] == "陳大文 樣本"
    assert len(run("dossier", "list", "--home", listed, "--json").json["dossiers"]) == 1
    assert run("dossier", "merge", VIN, OTHER, "--home", listed).code == ExitCode.REFUSED
    assert run("dossier", "close", VIN, "--home", listed, "--json").json["closed"] is not None
    assert run("dossier", "reopen", VIN, "--home", listed, "--json").json["closed"] is None


def test_a_handover_is_noted_with_what_was_missing_and_printed(run: Run, listed: Path, tmp_path: Path) -> None:
    """Both names, the papers and what was missing on the day stand in the register and on the slip to sign."""
    put(listed, VIN, "green-card", "purchase-invoice")
    slip = tmp_path / "slip.pdf"
    hand = ("dossier", "handover", VIN, "--on", "2026-11-06", "--home", listed, "--lang", "zh-Hant")
    assert run(*hand, "--gave", "李明 樣本").code == ExitCode.USAGE
    done = run(*hand, "--gave", "李明 樣本", "--took", "張檔案員 樣本", "--pdf", slip, "--json").json
    assert [paper["kind"] for paper in done["documents"]] == ["green-card", "purchase-invoice"]
    assert "delivery-photo" in [one["id"] for one in done["missing"]]
    said = text_of(slip)
    assert all(word in said for word in ("檔案移交簽收單", "李明 樣本", "張檔案員 樣本", "綠卡", "□ 交車照片", "簽名"))
    put(listed, VIN, "delivery-photo")
    second = run(*hand, "--gave", "李明 樣本", "--took", "張檔案員 樣本", "--on", "2026-11-10", "--json").json
    assert [paper["kind"] for paper in second["documents"]] == ["delivery-photo"]
    assert len(run(*hand, "--list", "--json").json["handovers"]) == 2


def test_the_contents_list_is_in_the_order_of_the_pack_and_goes_on_paper(
    run: Run, listed: Path, tmp_path: Path
) -> None:
    """A vehicle's papers are listed by issue date, numbered, on the screen and in a PDF that is not overwritten."""
    put(listed, VIN, "green-card", issued=date(2026, 11, 4))
    put(listed, VIN, "pdi-checklist", issued=date(2026, 11, 1))
    file = tmp_path / "contents.pdf"
    show = ("dossier", "contents", VIN, "--home", listed)
    listed_now = run(*show, "--json").json
    assert [one["kind"] for one in listed_now["documents"]] == ["pdi-checklist", "green-card"]
    assert run(*show, "--pdf", file, "--lang", "zh-Hans").code == 0
    assert "卷内目录" in text_of(file)
    assert run(*show, "--pdf", file).code == ExitCode.OUTPUT
    assert run(*show).out.count("2026-11-0") == 4


def test_a_leaver_hands_over_every_dossier_first(run: Run, listed: Path) -> None:
    """Whoever holds a dossier may not leave; with a successor named, facts and register say so, and they may."""
    before = run("dossier", "leaver", "李明 SPECIMEN", "--home", listed, "--json").json
    assert (before["may_leave"], [one["key"] for one in before["dossiers"]]) == (False, [VIN])
    assert len(before["dossiers"][0]["owes"]) == 11
    after = run("dossier", "leaver", "李明 SPECIMEN", "--successor", "王芳 SPECIMEN", "--home", listed, "--json").json
    assert after["may_leave"]
    assert run("dossier", "leaver", "李明 SPECIMEN", "--home", listed, "--json").json["dossiers"] == []
    assert len(run("dossier", "leaver", "王芳 SPECIMEN", "--home", listed, "--json").json["dossiers"]) == 2
    (line,) = run("dossier", "handover", VIN, "--list", "--home", listed, "--json").json["handovers"]
    assert (line["gave"], line["took"], len(line["missing"])) == ("李明 SPECIMEN", "王芳 SPECIMEN", 11)
    same = run("dossier", "leaver", "王芳 SPECIMEN", "--successor", "王芳 SPECIMEN", "--home", listed)
    assert same.code == ExitCode.USAGE


def test_running_numbers_go_on_from_the_highest(run: Run, tmp_path: Path) -> None:
    """Two projects get 001 and 002, a paper's own number is taken, and none is given twice."""
    place = Home(tmp_path / "numbered")
    setup.make(place, PASSPHRASE, packs=("guarantee",), cost=FAST)
    for key in ("P-1", "P-2", "P-3"):
        assert run("dossier", "open", "project", key, "--home", place.path).code == 0
    first = run("dossier", "number", "P-1", "--home", place.path, "--json").json
    assert first["identifiers"]["number"] == ["鴻借字第001號"]
    assert "鴻借字第001號" in [fact["value"] for fact in first["facts"]]
    given = run("dossier", "number", "P-2", "鴻借字第007號", "--home", place.path, "--json").json
    assert given["identifiers"]["number"] == ["鴻借字第007號"]
    assert run("dossier", "number", "P-3", "鴻借字第007號", "--home", place.path).code == ExitCode.USAGE
    assert run("dossier", "number", "P-3", "No. 8", "--home", place.path).code == ExitCode.USAGE
    third = run("dossier", "number", "P-3", "--home", place.path, "--json").json
    assert third["identifiers"]["number"] == ["鴻借字第008號"]
    assert run("dossier", "number", "P-3", "--home", place.path).code == ExitCode.USAGE
    assert run("dossier", "show", "鴻借字第007號", "--home", place.path, "--json").json["key"] == "P2"
