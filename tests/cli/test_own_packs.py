"""Packs and calendars of a site's own: checked by file and folder, in force by the settings, refused with lines."""

from pathlib import Path

import pytest
import tomlkit

from desk import setup
from desk.home import Home
from dossier.errors import ExitCode
from dossier.policy import load_pack
from tests.cli.conftest import PASSPHRASE, Run
from vault.keyfile import FAST

DOC = Path(__file__).parents[2] / "docs" / "packs.md"


@pytest.fixture
def pack() -> str:
    """The pack that docs/packs.md starts from."""
    return DOC.read_text(encoding="utf-8").split("```toml\n")[1].split("```")[0]


@pytest.fixture
def own(pack: str, tmp_path: Path) -> Path:
    """An archive whose settings name a pack file of its own that lies beside them."""
    (tmp_path / "boats.toml").write_text(pack, encoding="utf-8")
    place = Home(tmp_path / "home")
    setup.make(place, PASSPHRASE, packs=(str(tmp_path / "boats.toml"), "general"), cost=FAST)
    (place.path / "boats.toml").write_text(pack, encoding="utf-8")
    change(place.path, "packs", ["boats.toml", "general"])
    return place.path


def change(home: Path, key: str, value: object) -> None:
    file = home / "settings.toml"
    settings = tomlkit.parse(file.read_text(encoding="utf-8"))
    settings[key] = value
    file.write_text(tomlkit.dumps(settings), encoding="utf-8")


def test_a_pack_written_by_the_manual_is_in_force(run: Run, own: Path) -> None:
    """A dossier of the office's own kind is opened, told of, and judged by the office's own rule."""
    assert run("dossier", "open", "member", "11010519491231002X", "--on", "2026-03-02", "--home", own).code == 0
    assert run("dossier", "event", "11010519491231002X", "joined", "--on", "2026-03-05", "--home", own).code == 0
    report = run("report", "completeness", "--as-of", "2026-03-11", "--home", own, "--json").json["dossiers"][0]
    form = {line["id"]: line for line in report["requirements"]}["form"]
    assert (form["status"], form["due"], form["days_late"]) == ("late", "2026-03-10", 1)
    assert {line["id"]: line["reason"] for line in report["requirements"]}["licence"].endswith("“Skipper” is yes")


def test_a_sites_calendar_moves_the_day_and_another_region_counts(run: Run, own: Path) -> None:
    """A closed day of the site's own makes the form due a day later; a wrong file stops the command with its lines."""
    run("dossier", "open", "member", "11010519491231002X", "--on", "2026-03-02", "--home", own)
    run("dossier", "event", "11010519491231002X", "joined", "--on", "2026-03-05", "--home", own)
    (own / "calendar.toml").write_text("closed = [2026-03-09]\n", encoding="utf-8")
    change(own, "calendar", {"region": "MO", "file": "calendar.toml"})
    report = run("report", "completeness", "--as-of", "2026-03-10", "--home", own, "--json").json["dossiers"][0]
    assert {line["id"]: line["due"] for line in report["requirements"]}["form"] == "2026-03-11"
    (own / "calendar.toml").write_text("closed = [2026-02-30]\nopen = true\n", encoding="utf-8")
    ran = run("dossier", "list", "--home", own)
    assert ran.code == ExitCode.POLICY
    assert [line.split(" ")[0] for line in ran.err.splitlines()[1:]] == ["calendar.toml:1:", "calendar.toml:2:"]


def test_every_problem_of_every_pack_in_a_folder_is_told(run: Run, pack: str, tmp_path: Path) -> None:
    """Two wrong packs are told together, file by file and line by line; the right ones pass alone."""
    folder = tmp_path / "packs"
    folder.mkdir()
    (folder / "a.toml").write_text(pack.replace('any_of = ["form"]', 'any_of = ["fom"]', 1), encoding="utf-8")
    (folder / "b.toml").write_text(pack.replace("within = 3", "within = 3000000"), encoding="utf-8")
    (folder / "c.toml").write_text(pack, encoding="utf-8")
    ran = run("policy", "check", folder, "visits")
    assert ran.code == ExitCode.POLICY
    assert ran.err.startswith("2 policy packs cannot be used:")
    lines = [line.split(" ", 1) for line in ran.err.splitlines() if line[:7] in {"a.toml:", "b.toml:"}]
    assert [(file, rest[:31]) for file, rest in lines] == [
        (f"a.toml:{1 + pack[: pack.index('any_of')].count(chr(10))}:", "There is no document kind fom. "),
        (f"b.toml:{1 + pack[: pack.index('within')].count(chr(10))}:", "within must be a whole number f"),
    ]
    assert [one["id"] for one in run("policy", "check", folder / "c.toml", "visits", "--json").json["packs"]] == [
        "boat-club",
        "visits",
    ]
    assert run("policy", "check", tmp_path).code == ExitCode.POLICY


def test_two_packs_of_one_id_are_refused(run: Run, own: Path) -> None:
    """Nobody could tell which of the two a dossier follows."""
    (own / "again.toml").write_text((own / "boats.toml").read_text(encoding="utf-8"), encoding="utf-8")
    change(own, "packs", ["boats.toml", "again.toml"])
    ran = run("dossier", "list", "--home", own)
    assert (ran.code, "boat-club" in ran.err) == (ExitCode.POLICY, True)


def test_kinds_are_found_by_any_words(run: Run) -> None:
    """A technician finds a kind's id by its title in any language."""
    for words in ("購車發票", "购车发票", "Vehicle purchase", "purchase-inv"):
        found = run("policy", "kinds", words, "--json").json["kinds"]
        assert "purchase-invoice" in [kind["id"] for kind in found]
    assert set(run("policy", "show", "auto-dealer", "--json").json["known"]) == set(load_pack("auto-dealer").dossiers)


def test_a_pack_that_is_no_text_is_said_to_be_none(run: Run, tmp_path: Path) -> None:
    """The sentence names the encoding and the place, not how the reader of bytes fared."""
    file = tmp_path / "pack.toml"
    file.write_bytes(b"[pack]\xe5\x00")
    ran = run("policy", "check", file)
    assert ran.code == ExitCode.POLICY
    assert "UTF-8 (byte 7 is not)" in ran.err
