"""A redacted version follows its original: turned, split, set right or moved, it never shows what was blacked out."""

from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from sqlmodel import Session, select

from desk import copies, following, lookup, opening, parting, redacting, review
from desk.archive import Archive
from desk.redacting import Wish
from desk.retrieval import NoSuchDocument
from dossier.reading import Line, Page, Reading, Recognised
from dossier.redaction import Area, areas_of_traces, as_it_lies, traces
from index import versions
from index.tables import Document, DocumentField
from index.versions import Version
from ingest.rewriting import Rewriting, rewrite
from ocr.reader import Reader, ReadingSettings
from tests.desk.office import OURS, THEIRS, Office, make_office, put_reading
from tests.desk.test_copies import text_of
from tests.desk.test_redacting import SECRET_NUMBER, WHY, contract, desk, objects_of, reddish, scanned
from vault.levels import Level

__all__ = ["desk"]


def turned(reading: Reading) -> Reading:
    """Return the reading of a page that was turned by a quarter: its lines stand elsewhere, and one more was read."""
    (page,) = reading.pages
    lines = [
        replace(line, box=as_it_lies(Area(1, line.box), replace(page, width=594, height=420, rotation=90), 0).box)
        for line in page.lines
    ]
    lines.append(Line(f"号 {SECRET_NUMBER}", (300, 300, 420, 320), 0.9))
    text = "\n".join(line.text for line in lines)
    anew = replace(page, width=594, height=420, rotation=90, lines=tuple(lines), text=text)
    one = reading.documents[0]
    return replace(reading, pages=(anew,), documents=(replace(one, fields={}, number=None),))


def standing(original: bytes) -> bytes:
    """Return a scan with red where the further line of ``turned`` stands, as the page lies in the file."""
    with Image.open(BytesIO(original)) as image:
        upright = image.rotate(-90, expand=True)
        upright.paste((255, 0, 0), (300, 300, 420, 320))
        out = BytesIO()
        upright.rotate(90, expand=True).save(out, "PNG", dpi=(72, 72))
        return out.getvalue()


def put_anew(archive: Archive, capture: str, reading: Reading) -> None:
    """Put another reading in place of a capture's, as turning a page does."""

    def nothing(_: Session) -> None:
        """Keep nothing on record."""

    rewrite(archive.index, archive.vault, archive.shelves, Rewriting(capture, reading, datetime.now(UTC), nothing))


def version_of(archive: Archive, document: str) -> str:
    """Return the number of the version in force of a document."""
    with archive.index.read() as session:
        found = versions.version_of(session, session.get_one(Document, document))
    assert found is not None
    return found.id


def set_decided(archive: Archive, capture: str) -> None:
    """Let no document of a capture wait in review."""
    with archive.index.write() as session:
        for row in session.exec(select(Document).where(Document.capture == capture)):
            row.review = False
            session.add(row)


def clean(archive: Archive, document: str, folder: Path) -> None:
    """See that nothing sealed of a version, and nothing a clerk gets of it, says or shows the number."""
    _, content, reading = objects_of(archive, document)
    assert SECRET_NUMBER not in repr(reading).replace(" ", "")
    path = folder / "version.pdf"
    path.write_bytes(content)
    assert SECRET_NUMBER[6:] not in text_of(path).replace(" ", "")
    with Reader(ReadingSettings(workers=1)) as reader:
        assert reddish(reader.render_page(content, 1, 72)) == 0


def test_a_version_follows_when_a_page_is_turned(tmp_path: Path) -> None:
    """Its boxes turn with the page, and what is read anew in another place is black there too."""
    office = make_office(tmp_path)
    with office.owner() as archive:
        document = put_reading(archive, OURS, contract(), standing(scanned()))
        first = redacting.redact(archive, document, Wish(fields=["id_number"]), reason=WHY).version
        capture, _, reading = objects_of(archive, document)
        gone = following.taken_away(archive, capture.id, reading)
        put_anew(archive, capture.id, turned(contract()))
        set_decided(archive, capture.id)
        made = following.follow(archive, capture.id, gone=gone)
        assert made not in {None, first}
        assert version_of(archive, document) == made
        clean(archive, str(made), tmp_path)
        with pytest.raises(NoSuchDocument):
            objects_of(archive, first)
        assert (objects_of(archive, str(made))[0].level, objects_of(archive, document)[0].level) == (
            "ordinary", "confidential",
        )  # fmt: skip


def test_redacted_again_after_a_turn_the_old_boxes_turn_too(desk: tuple[Office, str], tmp_path: Path) -> None:
    """Though the version could not follow, as after a crash: nothing that was black comes to light."""
    office, document = desk
    with office.owner() as archive:
        redacting.redact(archive, document, Wish(boxes=["1:60,78,400,102", "1:30,398,400,422"]), reason=WHY)
        capture, _, _ = objects_of(archive, document)
        put_anew(archive, capture.id, replace(turned(contract()), pages=_without_last(turned(contract()))))
        set_decided(archive, capture.id)
        again = redacting.redact(archive, document, Wish(texts=["京A12345"]), reason="more")
        clean(archive, again.version, tmp_path)


def _without_last(reading: Reading) -> tuple[Page, ...]:
    (page,) = reading.pages
    return (replace(page, lines=page.lines[:-1]),)


def test_a_version_follows_when_its_original_is_split(desk: tuple[Office, str], tmp_path: Path) -> None:
    """Each part has a part of the version; while a part waits in review the version is as it was."""
    office, _ = desk
    with office.owner() as archive:
        one, image = contract(), Image.open(BytesIO(scanned()))
        out = BytesIO()
        image.convert("RGB").save(out, "TIFF", save_all=True, append_images=[image.convert("RGB")])
        both = (one.pages[0], replace(one.pages[0], number=2))
        document = put_reading(
            archive, OURS, Reading(both, (replace(one.documents[0], pages=(1, 2)),)), out.getvalue()
        )  # fmt: skip
        redacting.redact(archive, document, Wish(fields=["id_number"]), reason=WHY)
        parts = [part.document for part in parting.split(archive, document, [2])]
        for part in parts:
            review.set_right(archive, part.id, kind="sales-contract", dossier=OURS)
        versions_now = [version_of(archive, part.id) for part in parts]
        assert len(set(versions_now)) == len(parts) == 2
        with archive.index.read() as session:
            assert [session.get_one(Document, number).pages for number in versions_now] == [[1], [2]]
        for number in versions_now:
            clean(archive, number, tmp_path)


def test_a_version_goes_where_its_original_goes(desk: tuple[Office, str], tmp_path: Path) -> None:
    """Moved to another dossier, of another kind: whoever may see only that one sees it there, and not here any more."""
    office, document = desk
    with office.owner() as archive:
        redacting.redact(archive, document, Wish(fields=["id_number"]), reason=WHY)
        review.set_right(archive, document, dossier=THEIRS, kind="vehicle-licence")
        moved = version_of(archive, document)
        with archive.index.read() as session:
            row = session.get_one(Document, moved)
            assert (row.kind, row.dossier) == ("vehicle-licence", session.get_one(Document, document).dossier)
    with office.served("ma", "chen") as (ma, chen):
        assert copies.view_copy(ma, document, tmp_path / "ma.pdf").documents == (moved,)
        assert moved not in {one.id for one in lookup.dossier(chen, OURS).documents}
        with pytest.raises(NoSuchDocument):
            copies.view_copy(chen, document, tmp_path / "chen.pdf")


def test_a_corrected_value_goes_too(desk: tuple[Office, str], tmp_path: Path) -> None:
    """The number was misread where it was redacted: set right, it goes wherever it truly stands; the rest is kept."""
    office, _ = desk
    with office.owner() as archive:
        misread = contract()
        (page,) = misread.pages
        wrong = SECRET_NUMBER.replace("1949", "1946")
        lines = (replace(page.lines[1], text=f"身份证 {wrong}"), *page.lines[2:])
        field = replace(misread.documents[0].fields["id_number"], value=wrong)
        fields = {**misread.documents[0].fields, "id_number": field}
        misread = Reading(
            (replace(page, lines=(page.lines[0], *lines), text="x"),),
            (Recognised("sales-contract", "contract", 0.9, False, fields, (1,)),),
        )
        document = put_reading(archive, OURS, misread, scanned())
        first = redacting.redact(archive, document, Wish(fields=["id_number"]), reason=WHY)
        assert first.areas == 2
        review.set_right(archive, document, fields={"id_number": SECRET_NUMBER, "plate": "京A12346"})
        clean(archive, version_of(archive, document), tmp_path)
        with archive.index.read() as session:
            asked = select(DocumentField).where(DocumentField.document == version_of(archive, document))
            assert {one.name: one.value for one in session.exec(asked)} == {"name": "李莉", "plate": "京A12346"}


def test_what_was_broken_off_is_made_up_at_the_next_opening(desk: tuple[Office, str]) -> None:
    """Whoever holds the keys of both levels lets versions follow that could not; whoever does not, leaves them."""
    office, document = desk
    with office.owner() as archive:
        first = redacting.redact(archive, document, Wish(fields=["id_number"]), reason=WHY).version
        with archive.index.write() as session:
            row = session.get_one(Document, document)
            row.kind = "vehicle-licence"
            session.add(row)
    with office.alone("zhou") as zhou:
        opening.settle(zhou)
        assert version_of(zhou, document) == first
    with office.alone("shen") as shen:
        opening.settle(shen)
        with shen.index.read() as session:
            assert session.get_one(Document, version_of(shen, document)).kind == "vehicle-licence"
            assert len(session.exec(select(Version)).all()) in {1, 2}
        assert objects_of(shen, document)[0].level == Level.CONFIDENTIAL.value


@given(st.tuples(*[st.integers(1, 40) for _ in range(4)]), st.sampled_from([0, 90, 180, 270]))
def test_a_box_turns_with_its_page(sides: tuple[int, int, int, int], clockwise: int) -> None:
    """Four quarters bring it back; a half keeps its size; it never leaves the page."""
    left, top, width, height = sides
    box = (left, top, left + width, top + height)
    page = Page(1, 100, 90, 72, 0, "ocr", "test", "", ())
    now = replace(page, rotation=clockwise, width=90 if clockwise % 180 else 100, height=100 if clockwise % 180 else 90)
    there = as_it_lies(Area(1, box), now, 0)
    assert as_it_lies(there, page, clockwise) == Area(1, box)
    assert 0 <= there.box[0] < there.box[2] <= now.width
    assert 0 <= there.box[1] < there.box[3] <= now.height


def test_what_went_is_found_in_another_place() -> None:
    """A number in pieces, a line in two, a name alone; common words stay."""
    reading = contract()
    gone = traces(reading, [Area(1, reading.pages[0].lines[1].box), Area(1, reading.pages[0].lines[0].box)])
    lines = ("住址 北京市", f"x{SECRET_NUMBER[:9]}", SECRET_NUMBER[9:], "李莉", "車牌 京A12345", "合同编号 7")
    page = replace(
        reading.pages[0],
        lines=tuple(Line(text, (1, 30 * at, 90, 30 * at + 20), 0.9) for at, text in enumerate(lines)),
    )
    found = areas_of_traces(replace(reading, pages=(page,)), gone)
    assert [area.box[1] // 30 for area in found] == [1, 2, 3]
