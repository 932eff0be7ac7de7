"""Bad input gives one clear sentence on standard error and a documented exit code, and nothing is lost."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from dossier.errors import ExitCode
from tests.cli.conftest import Run


def sentence(text: str) -> str:
    """Return the one line that was said, having checked that it is one and no traceback."""
    assert "Traceback" not in text
    lines = [line for line in text.splitlines() if line.strip()]
    assert len(lines) == 1, text
    return lines[0]


@pytest.mark.parametrize(
    "command",
    [("search", "x"), ("dossier", "list"), ("report", "completeness"), ("get", "x", "-o", "y"), ("ingest", "f")],
)
def test_no_home(run: Run, tmp_path: Path, command: tuple[str, ...]) -> None:
    """Without an archive every command says how to make one, and asks for no passphrase first."""
    ran = run(*command, "--home", tmp_path / "nowhere", passphrase=None)
    assert ran.code == ExitCode.HOME
    assert "juanzong init" in sentence(ran.err)


def test_wrong_passphrase(run: Run, home: Path) -> None:
    """A wrong passphrase opens nothing and says so."""
    ran = run("dossier", "list", "--home", home, passphrase="some other words entirely")
    assert ran.code == ExitCode.PASSPHRASE
    assert "passphrase" in sentence(ran.err).lower()


def test_missing_passphrase(run: Run, home: Path) -> None:
    """Without terminal, variable or descriptor the ways to give it are told."""
    ran = run("dossier", "list", "--home", home, passphrase=None)
    assert ran.code == ExitCode.PASSPHRASE
    assert "JUANZONG_PASSPHRASE" in sentence(ran.err)


def test_weak_passphrase_makes_nothing(run: Run, tmp_path: Path) -> None:
    """A weak passphrase is refused before anything is made."""
    ran = run("init", "--home", tmp_path / "home", passphrase="juanzong2026")
    assert ran.code == ExitCode.PASSPHRASE
    sentence(ran.err)
    assert not (tmp_path / "home").exists()


def test_unknown_pack(run: Run, tmp_path: Path) -> None:
    """A policy key that does not exist names those that do, and makes nothing."""
    ran = run("init", "--home", tmp_path / "home", "--pack", "car-wash")
    assert ran.code == ExitCode.POLICY
    assert "auto-dealer" in sentence(ran.err)
    assert not (tmp_path / "home").exists()


def test_unknown_pack_in_the_settings(run: Run, home: Path) -> None:
    """A pack that is gone stops the start with the policy's own code."""
    settings = home / "settings.toml"
    settings.write_text(settings.read_text().replace("auto-dealer", "car-wash"))
    ran = run("dossier", "list", "--home", home)
    assert ran.code == ExitCode.POLICY
    assert "car-wash" in sentence(ran.err)


def test_settings_that_are_no_settings(run: Run, home: Path) -> None:
    """A misspelt entry is named with the file it is in."""
    settings = home / "settings.toml"
    settings.write_text(settings.read_text() + "\n[intkae]\nx = 1\n")
    ran = run("dossier", "list", "--home", home)
    assert ran.code == ExitCode.HOME
    assert "intkae" in sentence(ran.err)


def test_home_that_is_taken(run: Run, home: Path) -> None:
    """A second ``init`` leaves the archive as it is."""
    before = sorted(path.name for path in home.iterdir())
    ran = run("init", "--home", home)
    assert ran.code == ExitCode.HOME
    sentence(ran.err)
    assert sorted(path.name for path in home.iterdir()) == before


def test_missing_index(run: Run, home: Path) -> None:
    """An index that is gone is said to be gone."""
    (home / "index.db").unlink()
    ran = run("search", "x", "--home", home)
    assert ran.code == ExitCode.INDEX
    sentence(ran.err)


def test_damaged_index(run: Run, home: Path) -> None:
    """An index of other bytes is refused in a sentence."""
    (home / "index.db").write_bytes(b"not an index" * 1000)
    for name in ("index.db-wal", "index.db-shm"):
        (home / name).unlink(missing_ok=True)
    ran = run("search", "x", "--home", home)
    assert ran.code == ExitCode.INDEX
    sentence(ran.err)


def test_store_that_is_gone(run: Run, home: Path, tmp_path: Path) -> None:
    """With its store gone nothing is taken, and the file stays where it is."""
    shutil.rmtree(home / "store")
    scan = tmp_path / "scan.png"
    scan.write_bytes(b"\x89PNG\r\n\x1a\n")
    ran = run("ingest", scan, "--home", home)
    assert ran.code == ExitCode.VAULT
    sentence(ran.err)
    assert scan.exists()


def test_a_file_that_is_not_there(run: Run, home: Path, tmp_path: Path) -> None:
    """A missing file is reported among the others, which go on."""
    ran = run("ingest", tmp_path / "gone.pdf", "--home", home, "--json")
    assert ran.code == ExitCode.PARTLY
    (capture,) = ran.json["captures"]
    assert capture["state"] == "quarantined"
    assert "gone.pdf" in capture["error"]


def test_a_file_that_is_no_document(run: Run, home: Path, tmp_path: Path) -> None:
    """Bytes that are no document are kept sealed, set aside with a reason, and the file stays."""
    noise = tmp_path / "noise.pdf"
    noise.write_bytes(bytes(range(256)) * 40)
    ran = run("ingest", noise, "--home", home, "--json")
    assert ran.code == ExitCode.PARTLY
    (capture,) = ran.json["captures"]
    assert capture["state"] == "quarantined"
    assert capture["id"]
    assert capture["error"]
    assert noise.exists()


def test_no_drop_folder(run: Run, home: Path) -> None:
    """Watching nothing is a mistake that names the remedy."""
    ran = run("watch", "--once", "--home", home)
    assert ran.code == ExitCode.USAGE
    assert "watch FOLDER" in sentence(ran.err)


def test_drop_folder_inside_the_home(run: Run, home: Path) -> None:
    """A drop folder inside the archive would swallow it."""
    inside = home / "drop"
    inside.mkdir()
    ran = run("watch", inside, "--once", "--home", home)
    assert ran.code == ExitCode.INTAKE
    sentence(ran.err)


def test_unknown_document_and_dossier(run: Run, home: Path, tmp_path: Path) -> None:
    """Numbers of nothing are told as such."""
    ran = run("get", "zzzz", "-o", tmp_path / "out", "--home", home)
    assert ran.code == ExitCode.NOT_FOUND
    sentence(ran.err)
    assert not (tmp_path / "out").exists()
    ran = run("dossier", "show", "NOBODY", "--home", home)
    assert ran.code == ExitCode.NOT_FOUND
    sentence(ran.err)


def test_a_query_that_is_none(run: Run, home: Path) -> None:
    """A query that cannot be understood says where."""
    ran = run("search", '("', "--home", home)
    assert ran.code == ExitCode.QUERY
    sentence(ran.err)


def test_a_day_that_is_none(run: Run, home: Path) -> None:
    """A date in the wrong form shows the right one."""
    ran = run("report", "completeness", "--as-of", "yesterday", "--home", home)
    assert ran.code == ExitCode.USAGE
    assert "2026-11-23" in sentence(ran.err)


@pytest.mark.parametrize(("lang", "words"), [("zh-Hant", "檔案庫"), ("zh-Hans", "档案库"), ("en", "archive")])
def test_three_languages(run: Run, tmp_path: Path, lang: str, words: str) -> None:
    """The same mistake is told in the reader's language."""
    ran = run("dossier", "list", "--home", tmp_path / "nowhere", "--lang", lang)
    assert words in sentence(ran.err)


def test_output_that_cannot_be_written() -> None:
    """A full disk behind standard output is told as such, not as a fault of ours."""
    program = "from cli.main import main; main()"
    with Path("/dev/full").open("wb") as full:
        ran = subprocess.run(
            [sys.executable, "-c", program, "policy", "list", "--json"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert ran.returncode == ExitCode.OUTPUT
    assert "written" in sentence(ran.stderr)


def test_a_language_that_is_not_spoken(run: Run, home: Path) -> None:
    """Another language is refused with those there are."""
    ran = run("dossier", "list", "--home", home, "--lang", "fr")
    assert ran.code == ExitCode.USAGE
    assert "zh-Hant" in sentence(ran.err)


def test_destruction_wants_two_people_a_reason_and_a_whole_number(run: Run, home: Path) -> None:
    """Nothing is destroyed by a slip of the hand."""
    once = ("vault", "destroy", "a", "--home", home, "--decided-by", "Ng")
    assert run(*once, "--reason", "retention").code == ExitCode.REFUSED
    assert run(*once, "--decided-by", "Li", "--reason", " ").code == ExitCode.REFUSED
    assert run(*once, "--decided-by", "Li", "--reason", "retention").code == ExitCode.NOT_FOUND


def test_a_backup_inside_the_archive_is_refused(run: Run, home: Path) -> None:
    """A backup that would be lost with the archive is none."""
    ran = run("vault", "backup", home / "backup", "--home", home)
    assert ran.code == ExitCode.USAGE
    assert not (home / "backup").exists()


def test_version(run: Run) -> None:
    """The release says its number."""
    assert run("--version").out.strip() == "0.1.0"


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (("serch", "x"), ("serch", "search", "juanzong --help")),
        (("get", "--foo"), ("--foo", "get --help")),
        (("get",), ("DOCUMENT",)),
        (("search", "x", "--limit", "abc"), ("--limit", "數字")),
        (("search", "x", "--limit"), ("--limit",)),
        (("search", "a", "--limit", "0"), ("--limit", "1")),
        (("report", "completeness", "--format", "odd"), ("table", "json")),
        (("dossier", "show", "one", "two"), ("two", "引號")),
    ],
)
def test_a_wrong_command_line_is_told_in_the_readers_language(
    run: Run, line: tuple[str, ...], words: tuple[str, ...]
) -> None:
    """What is wrong, with what may be meant and where the help is; exit code 2 and nothing on standard output."""
    ran = run("--lang", "zh-Hant", *line)
    assert ran.code == ExitCode.USAGE
    assert not ran.out
    said = sentence(ran.err)
    assert all(one in said for one in words)
    assert "請" in said


def test_a_group_without_a_command_shows_its_help(run: Run) -> None:
    """Asking for nothing in particular is answered with what there is."""
    ran = run("--lang", "zh-Hans", "vault")
    assert ran.code == ExitCode.USAGE
    assert "命令" in ran.out + ran.err
