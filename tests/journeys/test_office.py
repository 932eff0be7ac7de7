"""A vehicle dealer's day: from the drop folder to sealed, searchable, checked dossiers."""

import hashlib
import os
from io import BytesIO

import pytest

from desk import lookup, reports, retrieval
from dossier.model import Status
from index import journal, record
from ocr.formats import Format, sniff_bytes
from tests.journeys.conftest import TODAY, Office

pytestmark = pytest.mark.xdist_group("office")


def test_every_scan_ends_in_a_stated_state(office: Office) -> None:
    """None is lost, none is taken twice, and each says where it stands."""
    assert {one.name for one in office.taken} == set(office.scans)
    assert len(office.taken) == len(office.scans)
    assert {one.state for one in office.taken} <= {"filed", "review"}


def test_the_drop_folder_is_empty_and_the_scans_are_kept_aside(office: Office) -> None:
    """What was taken over has left the folder, and lies unchanged in done/."""
    ours = {"done", ".juanzong"}
    left = [p for p in office.drop.rglob("*") if p.is_file() and not ours & set(p.relative_to(office.drop).parts)]
    assert left == []
    kept = {path.name: path.read_bytes() for path in (office.drop / "done").rglob("*") if path.is_file()}
    assert kept == {name: scan.content for name, scan in office.scans.items()}


def test_most_papers_are_filed_and_right(office: Office) -> None:
    """Kinds that are accepted without a person are the kinds that were drawn."""
    accepted = [(one, document) for one in office.taken for document in one.documents if not document.review]
    wrong = [
        (one.name, document.kind)
        for one, document in accepted
        if document.kind not in {truth.kind for truth in office.scans[one.name].documents}
    ]
    assert wrong == []
    assert len(accepted) >= 0.8 * len(office.scans)


def test_no_paper_is_in_the_wrong_dossier(office: Office) -> None:
    """Every paper that carries a VIN in truth lies in the dossier of that VIN, or waits."""
    checked = 0
    for one in office.taken:
        true_vins = {truth.fields["vin"] for truth in office.scans[one.name].documents if "vin" in truth.fields}
        for document in one.documents:
            if document.dossier and true_vins:
                assert document.dossier in true_vins, one.name
                checked += 1
    assert checked >= 12


def test_the_report_knows_the_complete_and_the_late_dossier(office: Office) -> None:
    """One dossier is complete, one lacks three papers that are late since three working days after the sale."""
    with office.opened() as archive:
        report = reports.completeness(archive, as_of=TODAY)
    cars = [judged for judged in report.dossiers if judged.dossier.kind == "new-vehicle"]
    assert sum(judged.complete for judged in cars) == 1
    late = [judged for judged in cars if judged.count(Status.LATE)]
    missing = {line.verdict.requirement for judged in late for line in judged.lines if line.status == "late"}
    assert {"insurance-policy", "derived-services-list", "delivery-photo"} <= missing
    for judged in late:
        for line in judged.lines:
            if line.status == "late":
                assert line.days_late > 0
                assert line.verdict.due is not None
                assert line.owes("en")


def test_traditional_characters_find_simplified_text(office: Office) -> None:
    """車輛 finds 车辆: the hit's snippet holds simplified characters at the marked place."""
    with office.opened() as archive:
        found = lookup.search(archive, "車輛識別代號", limit=50)
    assert found.total > 0
    marked = {hit.snippet[start:end] for hit in found.hits for start, end in hit.marks}
    assert any("车辆" in text for text in marked), marked


def test_a_search_knows_how_dossiers_stand(office: Office) -> None:
    """Pages of late dossiers, and of those that lack a kind, are found by that."""
    with office.opened() as archive:
        late = {hit.dossier for hit in lookup.search(archive, "status:late", limit=500).hits}
        lacking = {hit.dossier for hit in lookup.search(archive, "missing:insurance-policy", limit=500).hits}
        whole = {hit.dossier for hit in lookup.search(archive, "status:complete", limit=500).hits}
    assert len(late) == 1
    assert late <= lacking
    assert len(whole) == 1
    assert not whole & lacking


def test_a_retrieved_document_equals_its_scan(office: Office) -> None:
    """What comes out is what went in, byte for byte, and the retrieval is on record."""
    one = next(taken for taken in office.taken if taken.state == "filed")
    target = BytesIO()
    with office.opened() as archive:
        copy = retrieval.write_to(archive, one.documents[0].id, target)
        with archive.index.read() as session:
            entries = record.entries(session, about=one.documents[0].id)
    assert target.getvalue() == office.scans[one.name].content
    assert copy.sha256 == hashlib.sha256(target.getvalue()).hexdigest()
    assert "get" in [entry.what for entry in entries]


def test_the_store_holds_ciphertext_only(office: Office) -> None:
    """No object looks like a document, and none equals a scan."""
    contents = {scan.content for scan in office.scans.values()}
    objects = [path for path in (office.home.store / "objects").rglob("*") if path.is_file()]
    assert len(objects) >= 3 * len(office.scans)
    for path in objects:
        sealed = path.read_bytes()
        assert sealed not in contents
        assert sniff_bytes(sealed) in {Format.UNKNOWN, Format.TEXT}, path.name


def test_the_index_is_sealed(office: Office) -> None:
    """The index file, its log and its neighbours do not even start like a database."""
    files = [path for path in office.home.path.glob("index*") if path.stat().st_size]
    assert files
    for path in files:
        assert not path.read_bytes().startswith(b"SQLite format 3")


def test_nothing_readable_lies_in_the_home(office: Office) -> None:
    """Neither a name, a number nor a word of any paper can be found in the home's bytes."""
    truths = [truth.fields for scan in office.scans.values() for truth in scan.documents]
    marks = {value for fields in truths for name, value in fields.items() if "date" not in name and len(value) >= 6}
    words = {mark.encode(coding) for mark in marks for coding in ("utf-8", "utf-16-le", "utf-16-be")}
    assert len(words) > 100
    for folder, _, names in os.walk(office.home.path):
        for name in names:
            content = open(os.path.join(folder, name), "rb").read()  # noqa: SIM115, PTH118, PTH123
            assert not [word for word in words if word in content], name


def test_the_journal_agrees(office: Office) -> None:
    """Every capture is released and at its end; nothing is left half-way."""
    with office.opened() as archive, archive.index.read() as session:
        tally = journal.tally(session)
        assert sum(tally.values()) == len(office.scans)
        assert journal.unfinished(session) == []
        assert journal.unreleased(session) == []
        assert record.verify(session).size > 0
