"""Where a scan lay says where it belongs: a sub-folder with a dossier's key, and scans that came in one sub-folder."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from desk.archive import Archive
from desk.taken import Taken
from dossier.reading import FieldValue, Line, Page, Reading, Recognised
from tests.journeys.conftest import PASSPHRASE, new_home
from tests.journeys.crashing import VIN, PlainReader, one_pass

ENDING = b"\ntrailer\nstartxref\n9\n%%EOF\n"


def read(_: PlainReader, content: bytes, name: str = "", **__: object) -> Reading:
    """Find an invoice with its number, or a photo of nothing that names itself."""
    del name
    invoice = b"INVOICE" in content
    line = Line("SPECIMEN", (0, 0, 10, 10), 0.99)
    page = Page(1, 100, 100, 72, 0, "ocr", "plain", line.text, (line,))
    fields = {"vin": FieldValue(VIN, 0.99, 1, checked="check-digit")} if invoice else {}
    kind, family = ("purchase-invoice", "invoice") if invoice else ("delivery-photo", "photo")
    return Reading((page,), (Recognised(kind, family, 0.99, False, fields, (1,)),))


@pytest.fixture
def archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Archive]:
    """An empty archive, and a drop folder beside it."""
    monkeypatch.setattr(PlainReader, "read", read)
    home = new_home(tmp_path)
    (tmp_path / "drop").mkdir()
    with Archive.open(home, home.settings(), PASSPHRASE) as opened:
        yield opened


def drop(archive: Archive, files: dict[str, bytes]) -> dict[str, Taken]:
    folder = archive.home.path.parent / "drop"
    for name, content in files.items():
        (folder / name).parent.mkdir(exist_ok=True, parents=True)
        (folder / name).write_bytes(b"%PDF-1.4\n% SPECIMEN " + content + ENDING)
    return {one.name: one for one in one_pass(archive.home, folder)}


def test_a_sub_folder_named_by_a_dossier(archive: Archive) -> None:
    """A paper without any number is filed in the dossier whose key its folder bears; any other name is no key."""
    drop(archive, {"invoice.pdf": b"INVOICE"})
    taken = drop(archive, {f"2026/{VIN}/photo.pdf": b"one", "holiday/other.pdf": b"two"})
    assert taken["photo.pdf"].documents[0].dossier == VIN
    assert taken["other.pdf"].state == "review"


@pytest.mark.parametrize("names", [("a.pdf", "b.pdf"), ("b.pdf", "a.pdf")], ids=["photo first", "invoice first"])
def test_scans_of_one_sub_folder_are_a_batch(archive: Archive, names: tuple[str, str]) -> None:
    """Whichever is read first, the photo goes where the one dossier of its batch is; one from elsewhere waits."""
    photo, invoice = names
    taken = drop(archive, {f"batch/{photo}": b"photo", f"batch/{invoice}": b"INVOICE", "alone.pdf": b"lonely"})
    assert taken[photo].documents[0].dossier == VIN
    assert taken["alone.pdf"].state == "review"
