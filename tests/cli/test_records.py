"""The records desk by its commands, as several people would use it, in the three languages."""

import json
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from desk import dossiers, sessions
from desk.clock import watch_clock
from desk.home import Home
from dossier.errors import ExitCode
from tests.cli.conftest import Ran, Run
from tests.desk.office import OURS, PASSWORD, STAFF, THEIRS, Office, document_in, make_office
from tests.desk.test_copies import text_of
from vault.keyfile import FAST

As = Callable[..., Ran]
CJK = range(0x4E00, 0xA000)


@pytest.fixture(scope="module")
def pattern(tmp_path_factory: pytest.TempPathFactory) -> tuple[Office, dict[str, str]]:
    """An office whose people are all logged in, to be copied."""
    office = make_office(tmp_path_factory.mktemp("pattern"))
    tokens = {
        name: sessions.login(office.home, name, PASSWORD, pause=lambda _: None, cost=FAST).token for name in STAFF
    }
    return office, tokens


@pytest.fixture
def home(pattern: tuple[Office, dict[str, str]], tmp_path: Path) -> Path:
    """That office's home, for one test."""
    return Path(shutil.copytree(pattern[0].home.path, tmp_path / "home"))


@pytest.fixture
def does(run: Run, home: Path, pattern: tuple[Office, dict[str, str]], monkeypatch: pytest.MonkeyPatch) -> Iterator[As]:
    """Run a command as somebody: ``does("li", "request", …)``."""

    def go(who: str, *words: object, lang: str = "en") -> Ran:
        monkeypatch.setenv("JUANZONG_TOKEN", pattern[1][who])
        return run(*words, "--home", home, "--lang", lang, passphrase=None)

    yield go
    monkeypatch.delenv("JUANZONG_TOKEN", raising=False)


def told(ran: Ran) -> dict[str, Any]:
    """Return the answer as JSON of a command that went well."""
    assert ran.code == 0, ran.err
    found: dict[str, Any] = json.loads(ran.out)
    return found


def document_of(home: Path, dossier: str) -> str:
    """Return the number of a document in a dossier."""
    with Office(Home(home)).owner() as archive, archive.index.read() as session:
        return document_in(session, dossier)


def is_chinese(text: str) -> bool:
    """Tell whether there is Chinese in a text."""
    return any(ord(char) in CJK for char in text)


def test_a_loan_from_the_request_to_the_return(does: As, tmp_path: Path) -> None:
    """Asked, seen by who decides, refused to whom it is not, approved, overdue, reminded, prolonged, returned once."""
    number = told(does("li", "request", THEIRS, "--purpose", "visit", "--reason", "plan", "--json"))["request"]
    assert does("chen", "requests", number).code == ExitCode.NOT_FOUND
    for lang, word in (("en", "General manager"), ("zh-Hant", "總經理"), ("zh-Hans", "总经理")):
        refused = does("chen", "approve", number, lang=lang)
        assert (refused.code, word in refused.err) == (ExitCode.REFUSED, True), refused.err
        assert "general-manager" not in refused.err + refused.out
        shown = does("gao", "requests", number, lang=lang)
        assert word in shown.out + shown.err
    assert told(does("gao", "approve", number, "--json"))["state"] == "lent"
    again = does("gao", "approve", number, lang="zh-Hans")
    assert (again.code, is_chinese(again.err)) == (ExitCode.REFUSED, True)
    (loan,) = told(does("li", "report", "loans", "--json"))["loans"]
    late = told(does("zhou", "report", "overdue", "--as-of", "2099-01-05", "--json"))["loans"]
    assert [one["loan"] for one in late] == [loan["loan"]]
    assert told(does("wang", "report", "loans", "--json"))["loans"] == []
    more = told(does("li", "extend", loan["loan"], "--reason", "not done", "--json"))
    assert more["state"] == "open"
    assert told(does("gao", "approve", more["request"], "--json"))["state"] == "lent"
    assert told(does("li", "report", "loans", "--json"))["loans"][0]["extensions"] == 1
    assert does("li", "get", THEIRS, "-o", tmp_path / "copy.pdf").code == 0
    assert does("wang", "return", loan["loan"]).code == ExitCode.NOT_FOUND
    assert told(does("li", "return", loan["loan"], "--json"))["state"] == "returned"
    for lang in ("en", "zh-Hant", "zh-Hans"):
        twice = does("li", "return", loan["loan"], lang=lang)
        assert (twice.code, is_chinese(twice.err)) == (ExitCode.REFUSED, lang != "en")
    assert does("li", "get", THEIRS, "-o", tmp_path / "later.pdf").code == ExitCode.NOT_FOUND


@pytest.mark.parametrize(("lang", "cabinet"), [("en", "cabinet"), ("zh-Hant", "檔案櫃"), ("zh-Hans", "档案柜")])
def test_paper_goes_out_with_a_slip(does: As, tmp_path: Path, lang: str, cabinet: str) -> None:
    """Entered, asked for, handed out with a slip in one's language, taken back by the custodian, missed at a check."""
    entered = does("zhou", "paper", "enter", OURS, "--in", "cabinet", "--place", "A-3", lang=lang)
    assert cabinet in entered.out
    asked = told(
        does("li", "request", OURS, "--form", "paper", "--purpose", "visit", "--reason", "r", "--json")
    )  # fmt: skip
    assert told(does("zhou", "approve", asked["request"], "--json"))["state"] == "approved"
    slip = tmp_path / "slip.pdf"
    out = does("zhou", "loan", asked["request"], "--slip", slip, lang=lang)
    assert out.code == 0, out.err
    said = text_of(slip)
    assert cabinet in said.replace("\n", "")
    assert "A-3" in said
    out_again = does("zhou", "paper", "move", "dossiers/1", "--in", "box", "--place", "7", lang=lang)
    assert (out_again.code, is_chinese(out_again.err)) == (ExitCode.REFUSED, lang != "en")
    loan = told(does("li", "report", "loans", "--json"))["loans"][0]["loan"]
    own = does("li", "return", loan, lang=lang)
    assert (own.code, is_chinese(own.err)) == (ExitCode.REFUSED, lang != "en")
    back = told(does("zhou", "return", "dossiers/1", "--condition", "a corner torn", "--json"))
    assert (back["state"], back["condition"]) == ("returned", "a corner torn")
    missed = does("zhou", "paper", "check", "A-3", lang=lang)
    assert is_chinese(missed.out + missed.err) or lang == "en"
    assert told(does("zhou", "paper", "list", "--json"))["papers"][0]["state"] == "missing"


@pytest.mark.parametrize("lang", ["en", "zh-Hant", "zh-Hans"])
def test_what_is_secret_is_marked_and_kept_apart(does: As, home: Path, tmp_path: Path, lang: str) -> None:
    """Marked by its custodian, gone for others, looked at with two approvals, and no copy without one of its own."""
    marked = does("shen", "level", OURS, "secret", "--reason", "trial", lang=lang)
    words = {"en": "secret", "zh-Hant": "絕密", "zh-Hans": "绝密"}
    assert (marked.code, words[lang] in marked.out + marked.err) == (0, True)
    assert does("zhou", "dossier", "show", OURS, lang=lang).code == ExitCode.NOT_FOUND
    assert does("zhou", "get", OURS, "-o", tmp_path / "x.pdf", lang=lang).code == ExitCode.NOT_FOUND
    held = does("shen", "get", OURS, "-o", tmp_path / "x.pdf", lang=lang)
    assert (held.code, "--form copy" in held.err) == (ExitCode.REFUSED, True)
    document = document_of(home, OURS)
    asked = told(
        does("shen", "request", document, "--form", "copy", "--purpose", "p", "--reason", "r", "--json")
    )  # fmt: skip
    own = does("shen", "approve", asked["request"], lang=lang)
    assert (own.code, is_chinese(own.err)) == (ExitCode.REFUSED, lang != "en")
    assert told(does("shen", "level", OURS, "ordinary", "--reason", "over", "--json"))["before"] == "secret"
    assert does("zhou", "dossier", "show", OURS, lang=lang).code == 0


@pytest.mark.parametrize("lang", ["en", "zh-Hant", "zh-Hans"])
def test_two_people_destroy_what_was_kept_long_enough(does: As, home: Path, lang: str, tmp_path: Path) -> None:
    """Held, it is not destroyed; then one decides, is refused the second decision, another decides; it is certified."""
    with Office(Home(home)).owner() as archive:
        dossiers.close(archive, THEIRS, date(2001, 3, 5))
    assert told(does("zhou", "retention", "due", "--json"))["dossiers"][0]["due"]
    assert does("zhou", "retention", "hold", THEIRS, "--reason", "lawsuit", lang=lang).code == 0
    on_hold = does("zhou", "retention", "propose", THEIRS, lang=lang)
    assert (on_hold.code, THEIRS in on_hold.err) == (ExitCode.REFUSED, True)
    assert does("zhou", "retention", "lift", THEIRS, "--reason", "settled", lang=lang).code == 0
    early = does("zhou", "retention", "propose", OURS, lang=lang)
    assert (early.code, is_chinese(early.err)) == (ExitCode.REFUSED, lang != "en")
    proposed = told(does("zhou", "retention", "propose", THEIRS, "--reason", "time is over", "--json"))
    number = proposed["destructions"][0]["destruction"]
    assert does("zhou", "retention", "decide", number, lang=lang).code == ExitCode.REFUSED
    assert does("chen", "retention", "decide", number, lang=lang).code == ExitCode.NOT_FOUND
    assert told(does("ma", "retention", "decide", number, "--json"))["destructions"][0]["state"] == "proposed"
    twice = does("ma", "retention", "decide", number, lang=lang)
    assert (twice.code, is_chinese(twice.err)) == (ExitCode.REFUSED, lang != "en")
    done = told(does("shen", "retention", "decide", number, "--json"))["destructions"][0]
    assert (done["state"], done["decided_by"]) == ("done", ["ma", "shen"])
    assert "ma" in done["certificate"]
    words = {"en": "destroyed", "zh-Hant": "已銷毀", "zh-Hans": "已销毁"}
    assert words[lang] in does("zhou", "retention", "list", lang=lang).out
    over = does("shen", "retention", "decide", number, lang=lang)
    assert (over.code, words[lang] in over.err) == (ExitCode.REFUSED, True)
    assert told(does("zhou", "search", "合同", "--json"))["total"] == 1
    yearly = tmp_path / "yearly.pdf"
    assert does("zhou", "retention", "yearly", "--year", "2001", "-o", yearly, lang=lang).code == 0
    assert yearly.read_bytes().startswith(b"%PDF-")


@pytest.mark.parametrize("lang", ["en", "zh-Hant", "zh-Hans"])
def test_inspections_and_leaks(does: As, lang: str) -> None:
    """Looked at, mended, and a leak from its report to its end, each in words of one's own language."""
    assert len(told(does("zhou", "inspection", "list", "--due", "--json"))["inspections"]) == 2
    assert does("zhou", "inspection", "enter", OURS, "--condition", "faded", lang=lang).code == 0
    assert told(does("zhou", "inspection", "mend", OURS, "--note", "copied", "--json"))["inspections"][0]["mended"]
    leak = told(does("li", "incident", "report", "left in a taxi", "--dossier", OURS, "--json"))["incidents"][0]
    early = does("zhou", "incident", "step", leak["incident"], "--close", lang=lang)
    assert (early.code, is_chinese(early.err)) == (ExitCode.REFUSED, lang != "en")
    assert does("zhou", "incident", "step", leak["incident"], "fetched it", lang=lang).code == 0
    assert does("gao", "incident", "step", leak["incident"], "the client", "--told", lang=lang).code == 0
    ended = told(does("gao", "incident", "step", leak["incident"], "--close", "--json"))["incidents"][0]
    assert ended["closed"]
    assert does("li", "incident", "list", lang=lang).code == ExitCode.REFUSED
    assert does("zhou", "incident", "step", leak["incident"], "more", lang=lang).code == ExitCode.REFUSED


@pytest.mark.parametrize("lang", ["en", "zh-Hant", "zh-Hans"])
def test_a_changed_record_and_a_clock_set_back_are_told(does: As, home: Path, lang: str) -> None:
    """Proven sound, then changed in its rows: which entry, in words; and who set the clock back finds that in it."""
    with Office(Home(home)).owner() as archive:
        watch_clock(archive)
        watch_clock(archive, datetime.now(UTC) - timedelta(days=3))
    told_of = does("xu", "audit", "log", "--what", "clock-back", lang=lang)
    assert (told_of.code, "clock" in told_of.out or is_chinese(told_of.out)) == (0, True), told_of.err
    assert does("xu", "audit", "verify", lang=lang).code == 0
    with Office(Home(home)).owner() as archive, archive.index.write() as session:
        session.execute(text("DELETE FROM audit_record WHERE seq = 5"))
    broken = does("xu", "audit", "verify", lang=lang)
    assert broken.code not in {0, ExitCode.REFUSED}
    assert " 5" in broken.err
    assert is_chinese(broken.err) == (lang != "en")
