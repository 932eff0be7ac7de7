"""Archives and mails: what is in them is captured by itself, once, also when the process dies on the way."""

import io
import itertools
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from desk import capture
from desk.archive import Archive
from desk.taken import Taken
from index import journal
from index.journal import State
from ingest import members, moving
from ingest.journey import Journey
from ingest.releasing import Releasing
from tests.journeys.conftest import PASSPHRASE, new_home, no_tick
from tests.journeys.crashing import Stand, dies_at, dies_entering, fresh, one_pass, prepared, stand

WORDS = "SPECIMEN letter number {}\nThis is a letter with some words in it.\n"
PAPER = b"%%PDF-1.4\n%% SPECIMEN %d\ntrailer\nstartxref\n9\n%%%%EOF\n"


def packed(files: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return target.getvalue()


def locked(content: bytes) -> bytes:
    """Return an archive whose members say that they are encrypted."""
    local, central = content.index(b"PK\x03\x04"), content.index(b"PK\x01\x02")
    changed = bytearray(content)
    changed[local + 6] |= 1
    changed[central + 8] |= 1
    return bytes(changed)


def take(folder: Path, files: dict[str, bytes]) -> dict[str, Taken]:
    home = new_home(folder)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    with Archive.open(home, home.settings(), PASSPHRASE) as archive:
        taken = capture.ingest(archive, [folder / name for name in files], tick=no_tick)
    return {one.name: one for one in taken}


def test_every_file_of_an_archive_is_a_capture(tmp_path: Path) -> None:
    """Nested ones too; what programs leave in archives is not; copies are duplicates."""
    inner = packed({"c.txt": WORDS.format(3).encode()})
    files = {"甲/a.txt": WORDS.format(1).encode(), "b.txt": WORDS.format(2).encode(), "in.zip": inner}
    taken = take(tmp_path, {"all.zip": packed(files | {".DS_Store": b"x", "__MACOSX/b.txt": b"y"})})
    outer = taken["all.zip"]
    assert (outer.state, outer.documents) == ("filed", ())
    assert taken.keys() == {"all.zip", "all.zip/甲/a.txt", "all.zip/b.txt", "all.zip/in.zip", "all.zip/in.zip/c.txt"}
    assert taken["all.zip/b.txt"].inside == outer.id
    assert taken["all.zip/in.zip/c.txt"].inside == taken["all.zip/in.zip"].id
    assert len(taken["all.zip/b.txt"].documents) == 1


def test_a_mail_is_read_and_its_files_are_captured(tmp_path: Path) -> None:
    """The letter is a document of the mail; what came with it is not read twice."""
    message = EmailMessage()
    message["Subject"], message["From"] = "SPECIMEN", "a@example.org"
    message.set_content("Dear sirs, see the attached paper.")
    message.add_attachment(WORDS.format(7).encode(), maintype="text", subtype="plain", filename="paper.txt")
    taken = take(tmp_path, {"mail.eml": bytes(message)})
    assert taken.keys() == {"mail.eml", "mail.eml/paper.txt"}
    assert [document.pages for document in taken["mail.eml"].documents] == [(1,)]


@pytest.mark.parametrize(
    ("content", "state", "reason"),
    [
        (packed({}), "quarantined", "ingest.archive-empty"),
        (packed({"a": bytes(range(256)) * 9})[:200], "quarantined", "ocr.damaged"),
        (packed({"a": bytes(130 << 20)}), "quarantined", "ingest.archive-partly"),
        (locked(packed({"a.txt": b"secret"})), "locked", "ingest.needs-password"),
        (b"7z\xbc\xaf\x27\x1c" + bytes(26), "quarantined", "ocr.archive"),
    ],
    ids=["empty", "cut", "bomb", "locked", "7z"],
)
def test_archives_that_give_nothing(tmp_path: Path, content: bytes, state: str, reason: str) -> None:
    """Each is set aside with its reason."""
    (one,) = take(tmp_path, {"x.bin": content}).values()
    assert (one.state, one.error) == (state, reason)


def test_archives_in_archives_end(tmp_path: Path) -> None:
    """Three are opened, one within another; the fourth is set aside, sealed like the others."""
    content = WORDS.format(1).encode()
    for _ in range(5):
        content = packed({"x": content})
    states = [one.state for one in take(tmp_path, {"deep.zip": content}).values()]
    assert states == ["filed", "filed", "filed", "quarantined"]


def test_one_scan_gives_no_end_of_captures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Archives of archives of many files stop at a number for all of them together."""
    monkeypatch.setattr(members, "MOST_OF_ALL", 5)
    inner = {f"{one}.zip": packed({f"{one}-{two}": b"MZ%d%d" % (one, two) for two in range(3)}) for one in range(3)}
    taken = take(tmp_path, {"many.zip": packed(inner)})
    assert len(taken) == 6
    assert sorted(one.error or "" for one in taken.values()).count("ingest.archive-partly") == 3


COPIED = {"a.pdf": PAPER % 0, "b.pdf": PAPER % 1, "again.pdf": PAPER % 0, "c.pdf": PAPER % 2}
WHOLE = packed(COPIED)
"""An archive with one paper of it twice."""


@pytest.fixture
def template(tmp_path: Path) -> Iterator[Path]:
    """A home, and a drop folder with an archive."""
    folder = tmp_path / "template"
    new_home(folder)
    (folder / "drop").mkdir()
    (folder / "drop/all.zip").write_bytes(WHOLE)
    with prepared(folder):
        yield folder


def check_taken_apart(found: Stand, when: object) -> None:
    """One capture for each paper and one for the archive, the copy noted once, the archive let go once."""
    assert found.originals == Counter([WHOLE, *set(COPIED.values())]), when
    assert {one.state for one in found.captures} == {"filed"}, when
    assert [one.name for one in found.sightings] == ["all.zip/again.pdf"], when
    assert all(one.released for one in found.sightings), when
    assert (found.waiting, len(found.done), found.loose, found.litter) == ([], 1, [], 0), when


@pytest.mark.parametrize("place", [moving.put, Releasing.finish, Journey.go_on, journal.filed])
def test_a_death_at_a_place_on_the_way(template: Path, tmp_path: Path, place: Callable[..., object]) -> None:
    """Such as: out of the drop folder and not yet in done, when it once was noted as a copy of itself."""
    home, drop = fresh(template, tmp_path / "x")
    assert dies_entering(place, lambda: one_pass(home, drop))
    one_pass(home, drop)
    check_taken_apart(stand(home, drop), place.__qualname__)


@pytest.mark.parametrize("stride", [97, pytest.param(1, marks=pytest.mark.slow)])
def test_a_death_while_an_archive_is_taken_apart(template: Path, tmp_path: Path, stride: int) -> None:
    """Each file in it is there once after one more run, and the archive is let go once."""
    for step in itertools.count(1, stride):
        home, drop = fresh(template, tmp_path / "x")
        died = dies_at(step, lambda home=home, drop=drop: one_pass(home, drop))  # type: ignore[misc]
        one_pass(home, drop)
        check_taken_apart(stand(home, drop), f"step {step}")
        if not died:
            break
    assert step > 300


def test_an_archive_that_is_read_again_notes_no_copy_again(template: Path, tmp_path: Path) -> None:
    """Its members are the same captures, and the copy among them was seen once."""
    home, drop = fresh(template, tmp_path / "x")
    one_pass(home, drop)
    with Archive.open(home, home.settings(), PASSPHRASE) as archive, archive.index.write() as session:
        (zipped,) = (one for one in journal.in_state(session, State.FILED) if one.parent is None)
        journal.reopen(session, zipped.id)
    one_pass(home, drop)
    check_taken_apart(stand(home, drop), "read again")
