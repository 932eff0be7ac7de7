"""What the main index says of documents above ordinary: nothing that its own key opens."""

from datetime import date, timedelta
from pathlib import Path

import pytest
import sqlcipher3.dbapi2 as sqlcipher
from sqlmodel import Session, col, select

from dossier.reading import Evidence, FieldValue, Reading, Recognised
from index import dossiers, filing, journal, lessons
from index.browsing import browse
from index.compacting import compact_if_due
from index.engine import Index, Shelf
from index.errors import LevelClosed
from index.schema import METADATA
from index.tables import Document, DocumentField, Page
from index.veil import MARK, days
from index.veiling import veil_above_ordinary
from tests.index.conftest import KEY, NOW, TODAY, page, sealers

FIELDS = {
    "name": "鱷魚樣本",
    "id_number": "359900196806124323",
    "total": "738064.19",
    "issue_date": "2019-03-17",
    "expiry_date": "2031-08-09",
}
SIGNS = (*FIELDS.values(), "73806419", "藍檸檬", "359900I968O6I24323")


def taken(session: Session, level: str = "ordinary") -> str:
    """Take over, read and file a paper with these fields; return its document's id."""
    digest = f"digest-{level}"
    claim = journal.claim(session, digest, name="scan.pdf", size=1, format="PDF", sha256=digest, at=NOW, level=level)
    capture = claim.capture.id
    journal.sealed(session, capture, original="original", record=None, at=NOW)
    journal.read(session, capture, reading="reading", at=NOW)
    values = {name: FieldValue(value, 0.9, 1, raw=f"raw {value}") for name, value in FIELDS.items()}
    seen = (Evidence("title", "藍檸檬", 1.0, 1),)
    document = Recognised("id-card", "id-card", 0.9, False, values, (1,), evidence=seen)
    text = "藍檸檬 " + " ".join(FIELDS.values())
    filing.save_reading(session, capture, Reading((page(1, text),), (document,)), received=TODAY)
    return f"{capture}-1"


def in_the_clear(session: Session) -> list[str]:
    """Return which of the paper's signs the tables show to whoever has no level's key."""
    told: list[str] = []
    connection = session.connection()
    session.flush()
    for table in METADATA.sorted_tables:
        names = ", ".join(f'"{column.name}"' for column in table.columns)
        for row in connection.exec_driver_sql(f"SELECT {names} FROM {table.name}"):
            cells = [cell.decode(errors="replace") if isinstance(cell, bytes) else str(cell) for cell in row]
            text = " ".join(cells)
            text += text.encode("ascii", "backslashreplace").decode("unicode_escape")  # JSON escapes what is not ASCII
            told += [f"{table.name}: {sign}" for sign in SIGNS if sign in text]
    return told


@pytest.fixture
def veiled(index: Index) -> Index:
    """An index that veils."""
    return index.veil_with(sealers())


def test_an_ordinary_paper_shows(veiled: Index) -> None:
    """What is looked for would be found: the ordinary paper's values are in the tables."""
    with veiled.write() as session:
        taken(session)
        assert {line.partition(": ")[2] for line in in_the_clear(session)} >= {*FIELDS.values(), "73806419", "藍檸檬"}


def test_a_paper_taken_above_ordinary_shows_nothing(veiled: Index) -> None:
    """Neither fields, forms, numbers, days, amounts nor evidence lie in the tables; all are read where the key is."""
    with veiled.write() as session:
        document = taken(session, "secret")
        assert in_the_clear(session) == []
    with veiled.read() as session:
        assert dossiers.fields_of(session, [document])[document] == FIELDS
        row = session.get_one(Document, document)
        assert (row.amount, row.issued, row.expires, row.dated) == (None, None, None, TODAY)
        assert [one["text"] for one in row.evidence] == ["藍檸檬"]
        seen = dossiers.as_model(row, FIELDS)
        assert (seen.issued, seen.expires) == (date(2019, 3, 17), date(2031, 8, 9))


def test_a_paper_that_is_raised_and_lowered(veiled: Index) -> None:
    """Raised, its values go under the level's key and what it taught goes; lowered, they are found as before."""
    with veiled.write() as session:
        document = taken(session)
        capture = document.rpartition("-")[0]
        lessons.teach(session, document, kind="id-card", signature="藍檸檬".encode(), at=NOW)
        before = session.get_one(DocumentField, (document, "total")).model_dump()
        filing.raise_level(session, capture, "confidential")
        assert in_the_clear(session) == []
        assert lessons.of(session, document) is None
        filing.raise_level(session, capture, "secret")
        assert in_the_clear(session) == []
        assert session.get_one(DocumentField, (document, "total")).value == "738064.19"
        filing.decide(session, document, by="li", at=NOW, fields={"name": "鱷魚改名"})
        assert "鱷魚改名" not in str(in_the_clear(session))
        assert dossiers.fields_of(session, [document])[document]["name"] == "鱷魚改名"
        filing.raise_level(session, capture, "ordinary")
        session.expire_all()
        assert session.get_one(DocumentField, (document, "total")).model_dump() == before
        row = session.get_one(Document, document)
        assert (row.amount, row.issued, row.expires) == (73806419, date(2019, 3, 17), date(2031, 8, 9))
        shown = session.exec(select(Page.amount, Page.dated).where(col(Page.document) == document)).one()
        assert shown == (73806419, date(2019, 3, 17))


def test_the_words_of_a_raised_paper_leave_the_index(sealed_index: Index, tmp_path: Path) -> None:
    """Deleting from the word index alone leaves them in its segments; once written anew, the file has them no more."""

    def words() -> bool:
        connection = sqlcipher.connect(str(tmp_path / "index.db"))
        connection.execute(f"PRAGMA key = \"x'{KEY.hex()}'\"")
        found = b" ".join(block for (block,) in connection.execute("SELECT block FROM page_words_data"))
        connection.close()
        return "蓝".encode()[1:] in found  # folded; words next to each other share their first bytes

    index = sealed_index.veil_with(sealers())
    with index.write() as session:
        document = taken(session)
    assert words()
    assert not compact_if_due(index)
    with index.write() as session:
        filing.raise_level(session, document.rpartition("-")[0], "secret")
    assert compact_if_due(index)
    assert not words()
    assert not compact_if_due(index)


def test_read_again_it_stays_veiled(veiled: Index) -> None:
    """A new reading of a paper above ordinary shows nothing either, and what a person entered stays."""
    with veiled.write() as session:
        document = taken(session, "secret")
        filing.decide(session, document, by="li", at=NOW, fields={"name": "鱷魚改名"})
        values = {"name": FieldValue("藍檸檬", 0.9, 1), "total": FieldValue("738064.19", 0.9, 1)}
        again = Reading((page(1, "藍檸檬"),), (Recognised("id-card", "id-card", 0.9, False, values, (1,)),))
        filing.save_reading(session, document.rpartition("-")[0], again, received=TODAY)
        assert in_the_clear(session) == []
        assert dossiers.fields_of(session, [document])[document] == {"name": "鱷魚改名", "total": "738064.19"}


def test_without_the_levels_key_there_is_nothing_to_read(veiled: Index) -> None:
    """Whoever opens the index without the level's key sees that a paper is there, and none of its values."""
    with veiled.write() as session:
        document = taken(session, "secret")
    veiled.veil_with({name: one for name, one in sealers().items() if name != "secret"})
    with veiled.read() as session:
        assert set(dossiers.fields_of(session, [document])[document].values()) == {""}
        assert session.get_one(Document, document).evidence[0]["text"] == ""


def test_without_the_levels_key_nothing_is_written_in_the_clear(veiled: Index) -> None:
    """Whoever lacks the level's key can neither take nor change a paper of it."""
    with veiled.write() as session:
        document = taken(session, "secret")
    veiled.veil_with({name: one for name, one in sealers().items() if name != "secret"})
    with pytest.raises(LevelClosed), veiled.write() as session:
        filing.decide(session, document, by="li", at=NOW, fields={"name": "鱷魚改名"})
    with pytest.raises(LevelClosed), veiled.write() as session:
        filing.raise_level(session, document.rpartition("-")[0], "secret")


def test_a_key_is_never_printed(tmp_path: Path) -> None:
    """A shelf's printout has its place and not its key."""
    assert bytes(range(32)).hex() not in repr(Shelf(tmp_path, bytes(range(32))))
    assert "\\x01\\x02" not in repr(Shelf(tmp_path, bytes(range(32))))


def test_what_an_older_release_left_is_veiled(index: Index) -> None:
    """Documents above ordinary that lie in the clear are put under their key in one go."""
    with index.write() as session:
        taken(session, "secret")
        assert in_the_clear(session)
    with index.veil_with(sealers()).write() as session:
        assert veil_above_ordinary(session) == 1
        assert in_the_clear(session) == []


def test_reports_know_the_days_of_a_veiled_paper(veiled: Index) -> None:
    """Completeness sees when a secret paper was issued and expires, also where it asks for no field."""
    with veiled.write() as session:
        document = taken(session, "secret")
        opened = dossiers.open_dossier(session, key="K", kind="k", pack="p", opened=TODAY, at=NOW)
        filing.assign(session, document, opened.id, at=NOW)
        wanted: tuple[tuple[str, ...] | None, ...] = (None, (), ("name",))
        found = [each for names in wanted for _, one in browse(session, fields=names) for each in one.documents]
        assert {(one.issued, one.expires) for one in found} == {(date(2019, 3, 17), date(2031, 8, 9))}
        assert len(found) == 3


def test_days_are_read_from_fields() -> None:
    """Only whole ISO dates count."""
    assert days({"issue_date": "2026-11-23"}) == (TODAY, None)
    assert days({"issue_date": "soon", "effective_date": "2026-11-22"}) == (TODAY - timedelta(days=1), None)
    assert days({}) == (None, None)
    assert len(MARK) == 1
