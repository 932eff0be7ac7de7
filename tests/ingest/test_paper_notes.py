"""What reading saw of a paper is kept with its document; what a person said of it stands."""

from dataclasses import dataclass, field
from typing import Any

from ingest.filing import _note_paper


@dataclass
class Kept:
    """As much of a document's row as is noted here."""

    evidence: list[dict[str, Any]]
    signatures: dict[str, str] = field(default_factory=dict)
    sides: list[str] = field(default_factory=list)


@dataclass
class Rows:
    """A session that remembers what it was given."""

    added: list[Kept] = field(default_factory=list)

    def add(self, row: Kept) -> None:
        self.added.append(row)


def test_signatures_and_sides_seen_are_kept() -> None:
    """Evidence of roles and sides becomes what completeness asks about."""
    rows = Rows()
    document = Kept(
        [
            {"what": "signature", "text": "customer unsigned"},
            {"what": "signature", "text": "staff signed"},
            {"what": "side", "text": "front"},
            {"what": "title", "text": "交车检查表"},
        ]
    )
    _note_paper(rows, document)  # type: ignore[arg-type]  # a session and a row, as far as they are used
    assert document.signatures == {"customer": "unsigned", "staff": "signed"}
    assert document.sides == ["front"]
    assert rows.added


def test_a_persons_word_on_a_signature_stands() -> None:
    """What somebody said of the paper is not undone by reading it again; nothing seen changes nothing."""
    rows = Rows()
    document = Kept([{"what": "signature", "text": "customer unsigned"}], {"customer": "signed"})
    _note_paper(rows, document)  # type: ignore[arg-type]  # as above
    assert document.signatures == {"customer": "signed"}
    _note_paper(rows, Kept([]))  # type: ignore[arg-type]  # as above
    assert rows.added == []
