"""A redacted version has nothing of what was blacked out; the original is untouched, and out of its readers' reach."""

import json
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from sqlmodel import select

from desk import copies, deciding, levels, lookup, redacting, requests, retrieval, versions
from desk.archive import Archive
from desk.levels import LevelKeysMissing, LiftFirst
from desk.redacting import NothingAbove, NothingNamed, NotRedacted, Undecided, Wish
from desk.rights import Refused
from desk.viewing import Pages, page, picture
from dossier.lending import Form
from dossier.reading import FieldValue, Line, Page, Reading, Recognised
from dossier.redaction import Area, AreaUnclear, NotOnThePage, area_of, areas_of_value, redacted
from index import filing
from index.browsing import browse
from index.dossiers import dossier_by
from index.tables import Capture, Document, DocumentField
from index.versions import Version, of_source
from ingest.rewriting import reading_of
from ingest.taking import ORIGINAL
from tests.desk.office import OURS, Office, make_office, put_reading
from tests.desk.test_copies import text_of
from vault.errors import Destroyed, NoAccess
from vault.levels import Level

SECRET_NUMBER = "11010519491231002X"
WHY = "the client asked"


def contract(*, width: int = 420, height: int = 594) -> Reading:
    """Return the reading of a page with a name, an ID number in two places, and a plate."""
    lines = (
        Line("合同 甲方 李莉", (40, 40, 260, 60), 0.98),
        Line(f"身份证 {SECRET_NUMBER}", (40, 80, 380, 100), 0.97),
        Line("車牌 京A12345", (40, 120, 220, 140), 0.97),
        Line(f"再: {SECRET_NUMBER[:6]} {SECRET_NUMBER[6:]}", (40, 400, 380, 420), 0.95),
    )
    one = Page(1, width, height, 72, 0, "ocr", "test", "\n".join(line.text for line in lines), lines)
    fields = {
        "name": FieldValue("李莉", 0.98, 1, (160, 40, 260, 60)),
        "id_number": FieldValue(SECRET_NUMBER, 0.97, 1, (120, 80, 380, 100), "check-digit", f"身份证 {SECRET_NUMBER}"),
        "birth_date": FieldValue("1949-12-31", 0.9, 1),
        "plate": FieldValue("京A12345", 0.97, 1, (100, 120, 220, 140)),
    }
    return Reading((one,), (Recognised("sales-contract", "contract", 0.95, False, fields, (1,)),))


def scanned() -> bytes:
    """Return the picture of that page: white, the ID number's places in red, so that its pixels can be looked for."""
    image = Image.new("RGB", (420, 594), "white")
    for box in ((120, 80, 380, 100), (60, 400, 380, 420)):
        image.paste((255, 0, 0), box)
    image.paste((0, 0, 255), (100, 120, 220, 140))
    out = BytesIO()
    image.save(out, "PNG", dpi=(72, 72))
    return out.getvalue()


@pytest.fixture
def desk(tmp_path: Path) -> tuple[Office, str]:
    """An office with that contract in our dossier; its document's number."""
    office = make_office(tmp_path)
    with office.owner() as archive:
        return office, put_reading(archive, OURS, contract(), scanned())


def reddish(picture: bytes) -> int:
    """Return how many pixels of a picture are clearly red."""
    with Image.open(BytesIO(picture)) as image:
        pixels = np.asarray(image.convert("RGB"))
    return int(((pixels[..., 0] > 150) & (pixels[..., 1] < 110) & (pixels[..., 2] < 110)).sum())


def objects_of(archive: Archive, document: str) -> tuple[Capture, bytes, Reading]:
    """Return a document's capture, the bytes of its sealed original, and its sealed reading."""
    with archive.index.read() as session:
        capture = retrieval.capture_by(session, document)
    content = archive.vault.open_bytes(str(capture.original), document=capture.id, role=ORIGINAL)
    return capture, content, reading_of(archive.vault, capture.id, str(capture.reading))


def test_areas_are_read_as_people_write_them() -> None:
    """Pixels or per cent, with a page or without; outside the page or the document is no area."""
    pages = contract().pages
    assert area_of("10,20,30,40", pages) == Area(1, (10, 20, 30, 40))
    assert area_of("1: 0%,50%,100%,100%", pages) == Area(1, (0, 297, 420, 594))
    for wrong in ("", "1,2,3", "30,20,10,40", "0,0,421,10", "2:0,0,1,1", "a,b,c,d", "1.2.3,4,5,6"):
        with pytest.raises(AreaUnclear):
            area_of(wrong, pages)


def test_a_value_goes_wherever_it_stands() -> None:
    """Its field, every line with it however it is spaced, what was derived from it, and the words it came from."""
    reading = contract()
    areas = areas_of_value(reading, SECRET_NUMBER, "id_number", reading.documents[0].fields["id_number"])
    clean, whole = redacted(reading, areas, [SECRET_NUMBER])
    said = json.dumps([repr(clean)])
    assert SECRET_NUMBER[-6:] not in said
    assert "1949" not in said
    assert clean.pages[0].text == "合同 甲方 李莉\n車牌 京A12345"
    assert set(clean.documents[0].fields) == {"name", "plate"}
    assert len(whole) == 3
    with pytest.raises(NotOnThePage):
        areas_of_value(reading, "nowhere", "engine_number")


def test_a_redacted_version_has_nothing_of_what_went(desk: tuple[Office, str], tmp_path: Path) -> None:
    """Pixels, text layer, sealed reading, fields, words of the index: gone; the original is as it was, above it."""
    office, document = desk
    with office.owner() as archive:
        _, before, _ = objects_of(archive, document)
        done = redacting.redact(archive, document, Wish(fields=["id_number"]), reason=WHY)
        assert (done.level, done.version_level, done.areas) == ("confidential", "ordinary", 3)
        _, content, reading = objects_of(archive, done.version)
        assert SECRET_NUMBER not in repr(reading)
        assert b"11010519" not in content
        assert SECRET_NUMBER[6:] not in text_of(write(content, tmp_path / "version.pdf")).replace(" ", "")
        assert "京A12345" in text_of(tmp_path / "version.pdf").replace(" ", "")
        assert objects_of(archive, document)[1] == before
        with archive.index.read() as session:
            names = session.exec(select(DocumentField.name).where(DocumentField.document == done.version)).all()
            assert sorted(names) == ["name", "plate"]
    with office.served("zhou", "shen") as (zhou, shen):
        assert lookup.search(zhou, SECRET_NUMBER).total == 0
        assert [hit.document for hit in lookup.search(zhou, "京A12345").hits] == [done.version]
        assert lookup.search(shen, SECRET_NUMBER).total == 1
        listed = {one.id for one in lookup.dossier(zhou, OURS).documents}
        assert done.version in listed
        assert document not in listed


def test_a_version_is_no_second_paper(desk: tuple[Office, str]) -> None:
    """Lists and reports count the original alone: a copy of it must not stand for a paper that is asked for."""
    office, document = desk
    with office.owner() as archive:
        before = {row.key: row.documents for row in lookup.dossiers(archive)}
        version = redacting.redact(archive, document, Wish(fields=["id_number"]), reason=WHY).version
        assert {row.key: row.documents for row in lookup.dossiers(archive)} == before
        with archive.index.read() as session:
            papers = {paper.id for _, one in browse(session) for paper in one.documents}
    assert document in papers
    assert version not in papers


def write(content: bytes, path: Path) -> Path:
    """Write bytes to a file and return it."""
    path.write_bytes(content)
    return path


def test_every_way_to_look_shows_the_version(desk: tuple[Office, str], tmp_path: Path) -> None:
    """Copy, page, picture, whole dossier: who may not see the original gets the version, by the original's number."""
    office, document = desk
    with office.owner() as archive:
        version = redacting.redact(archive, document, Wish(fields=["id_number"]), reason=WHY).version
        all_of_it = copies.dossier_copy(archive, OURS, tmp_path / "all.pdf").documents
        assert (document in all_of_it, version in all_of_it) == (True, False)
        assert retrieval.save(archive, document, tmp_path / "original").size == len(scanned())
    pages = Pages()
    try:
        with office.served("zhou", "shen") as (zhou, shen):
            made = copies.view_copy(zhou, document, tmp_path / "zhou.pdf")
            assert made.documents == (version,)
            assert SECRET_NUMBER not in text_of(tmp_path / "zhou.pdf").replace(" ", "")
            assert page(zhou, pages, document).document == version
            assert all(SECRET_NUMBER not in text.replace(" ", "") for text, _ in page(zhou, pages, document).lines)
            assert reddish(picture(zhou, pages, document, 1, 110, lang="en").content) == 0
            assert page(shen, pages, document).document == document
            assert reddish(picture(shen, pages, document, 1, 110, lang="en").content) > 1_000
            assert version in copies.dossier_copy(zhou, OURS, tmp_path / "whole.pdf").documents
            assert SECRET_NUMBER not in text_of(tmp_path / "whole.pdf").replace(" ", "")
            for one in (zhou, shen):
                with pytest.raises((Refused, retrieval.NoSuchDocument)):
                    retrieval.save(one, document, tmp_path / "taken")
    finally:
        pages.close()


def test_borrowers_get_the_version_and_its_key_alone(desk: tuple[Office, str], tmp_path: Path) -> None:
    """A loan that ran before, one asked for after, and one of the original, each with the borrower's own keys alone."""
    office, document = desk
    with office.served("wang", "gao") as (wang, gao):
        number = requests.ask(wang, document, purpose="a", reason="b").id
        deciding.approve(gao, number)
        assert copies.view_copy(wang, document, tmp_path / "before.pdf").documents == (document,)
    with office.owner() as archive:
        version = redacting.redact(archive, document, Wish(boxes=["30%,12%,95%,18%"]), reason=WHY).version
        capture, _, _ = objects_of(archive, document)
    with office.alone("wang") as wang:
        made = copies.view_copy(wang, document, tmp_path / "after.pdf")
        assert (made.documents, made.grounds.by) == ((version,), "loan")
        with pytest.raises(NoAccess):
            wang.vault.open_bytes(str(capture.original), document=capture.id, role=ORIGINAL)
    with office.served("ma", "gao", "shen") as (ma, gao, shen):
        asked = requests.ask(ma, document, purpose="a", reason="b")
        assert [step["id"] for step in requests.show(gao, asked.id).steps] == ["other-department"]
        assert deciding.approve(gao, asked.id).state == "lent"
        assert copies.view_copy(ma, document, tmp_path / "ma.pdf").documents == (version,)
        whole = requests.ask(ma, document, purpose="a", reason="b", form=Form.ORIGINAL)
        assert deciding.approve(gao, whole.id).state == "open"
        assert deciding.approve(shen, whole.id).state in {"lent", "approved"}
        assert copies.view_copy(ma, document, tmp_path / "ma.pdf", replace=True).documents == (document,)


def test_what_was_approved_for_an_ordinary_paper_covers_no_secret_one(desk: tuple[Office, str], tmp_path: Path) -> None:
    """Asked for while ordinary, marked while the request waits: the approval hands out no key of it."""
    office, document = desk
    with office.served("wang", "gao", "shen") as (wang, gao, shen):
        number = requests.ask(wang, document, purpose="a", reason="b").id
        levels.classify(shen, document, Level.SECRET, reason="trial")
        deciding.approve(gao, number)
        capture, _, _ = objects_of(shen, document)
    with office.alone("wang") as wang, pytest.raises(NoAccess):
        wang.vault.open_bytes(str(capture.original), document=capture.id, role=ORIGINAL)


def test_redacted_again_more_goes_and_lifted_all_comes_back(desk: tuple[Office, str]) -> None:
    """The second version has what the first took away too, the first one's keys are gone; history tells of both."""
    office, document = desk
    with office.owner() as archive:
        first = redacting.redact(archive, document, Wish(fields=["id_number"]), reason=WHY)
        old, _, _ = objects_of(archive, first.version)
        second = redacting.redact(archive, first.version, Wish(texts=["京A12345"]), reason="more")
        assert second.document == document
        assert objects_of(archive, second.version)[2].pages[0].text == "合同 甲方 李莉"
        with pytest.raises(Destroyed):
            archive.vault.open_bytes(str(old.original), document=old.id, role=ORIGINAL)
        with pytest.raises(retrieval.NoSuchDocument):
            objects_of(archive, first.version)
        with pytest.raises(LiftFirst):
            levels.classify(archive, document, Level.ORDINARY, reason="oops")
        levels.classify(archive, OURS, Level.CONFIDENTIAL, reason="all of it")
        assert objects_of(archive, document)[0].level == "secret"
        levels.classify(archive, OURS, Level.ORDINARY, reason="back")
        assert objects_of(archive, document)[0].level == "confidential"
        done = redacting.lift(archive, document, reason="agreed")
        assert (done.level, done.version) == ("ordinary", "")
        told = redacting.changes(archive, document)
        assert [one.what for one in told] == ["redact", "redact", "lift-redaction"]
        with pytest.raises(NotRedacted):
            redacting.lift(archive, document, reason="again")
        with archive.index.read() as session:
            assert of_source(session, document.rpartition("-")[0]) is None
            assert [row.objects for row in session.exec(select(Version))] == [[], []]
    with office.served("zhou") as (zhou,):
        assert lookup.search(zhou, SECRET_NUMBER).total == 1


def test_what_cannot_be_redacted_is_said(desk: tuple[Office, str]) -> None:
    """Nothing named, no reason, nowhere on the page, nothing above, undecided, no keys for it."""
    office, document = desk
    with office.owner() as archive:
        with pytest.raises(NothingNamed):
            redacting.redact(archive, document, Wish(), reason=WHY)
        with pytest.raises(NothingNamed):
            redacting.redact(archive, document, Wish(texts=["李莉"]), reason=" ")
        with pytest.raises(NotOnThePage):
            redacting.redact(archive, document, Wish(fields=["engine_number"]), reason=WHY)
        with pytest.raises(AreaUnclear):
            redacting.redact(archive, document, Wish(boxes=["9:1,1,2,2"]), reason=WHY)
        with pytest.raises(NothingAbove):
            redacting.redact(archive, document, Wish(texts=["李莉"]), reason=WHY, level=Level.SECRET)
        with pytest.raises(NotRedacted):
            redacting.lift(archive, document, reason=WHY)
        with archive.index.write() as session:
            row = session.get_one(Document, document)
            row.review = True
            session.add(row)
        with pytest.raises(Undecided):
            redacting.redact(archive, document, Wish(texts=["李莉"]), reason=WHY)
    with office.served("zhou") as (zhou,), pytest.raises(Refused):
        redacting.redact(zhou, document, Wish(texts=["李莉"]), reason=WHY)
    with office.alone("gao") as gao, pytest.raises((LevelKeysMissing, Undecided)):
        redacting.redact(gao, document, Wish(texts=["李莉"]), reason=WHY, level=Level.CONFIDENTIAL)


def test_a_broken_try_leaves_nothing(desk: tuple[Office, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Broken off before the version is entered: the next opening takes its sealed rests away."""
    office, document = desk

    class Cut(Exception):
        """The power goes."""

    def cut(*_: object, **__: object) -> None:
        raise Cut

    with office.owner() as archive:
        monkeypatch.setattr(versions, "_entered", cut)
        with pytest.raises(Cut):
            redacting.redact(archive, document, Wish(texts=["李莉"]), reason=WHY)
        with archive.index.read() as session:
            (row,) = session.exec(select(Version)).all()
            rests = list(row.objects)
        assert all(archive.vault.is_begun(one) for one in rests)
        assert versions.settle_versions(archive) == 0
        assert versions.settle_versions(archive, datetime.now(UTC) + timedelta(days=1)) == 1
        assert not any(archive.vault.is_begun(one) for one in rests)


def test_completeness_counts_the_paper_once(desk: tuple[Office, str]) -> None:
    """A version is no further paper: the dossier stands as it did before."""
    office, document = desk
    with office.owner() as archive:
        with archive.index.read() as session:
            ((_, before),) = filing.dossiers(session, ids=[dossier_by(session, OURS).id])
        redacting.redact(archive, document, Wish(texts=["李莉"]), reason=WHY)
        with archive.index.read() as session:
            ((_, after),) = filing.dossiers(session, ids=[dossier_by(session, OURS).id])
    assert [one.id for one in after.documents] == [one.id for one in before.documents]
