"""The sign-in register 簽收簿: note a handover with what was missing, and print the slip that both people sign."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlmodel import Session, col, select

from desk.archive import Archive
from desk.days import plausible
from desk.print.page import gap, look, pdf
from desk.reports import judge
from desk.retrieval import document_by
from desk.rights import dossier_for, needs
from desk.sayings import kind_title
from desk.shown import documents_shown
from dossier import contents as register
from dossier.errors import ExitCode, JuanzongError
from dossier.pack import DossierKind
from dossier.rights import Deed
from dossier.wording import Lang, say
from index import dossiers as shelf
from index.handovers import Handover, add_handover, handovers
from index.tables import Document, Dossier

_ROOM_TO_SIGN = 46.0
"""Points of height for a signature."""


class NameMissing(JuanzongError):
    """A handover was to be noted without both names."""

    exit_code = ExitCode.USAGE
    wording = "dossiers.name-missing"


class NotInDossier(JuanzongError):
    """A document was to be handed over that lies in another dossier, or in none."""

    exit_code = ExitCode.USAGE
    wording = "dossiers.not-in-dossier"


@dataclass(frozen=True, slots=True)
class Paper:
    """A document that was handed over; ``pages`` scanned, ``copies`` papers."""

    id: str
    kind: str
    day: date
    pages: int
    copies: int


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the register with what its ids mean."""

    id: str
    dossier: str
    label: str
    kind: DossierKind
    on: date
    gave: str
    took: str
    documents: tuple[Paper, ...]
    missing: tuple[str, ...]
    doubtful: tuple[str, ...]
    note: str

    def titles(self, requirements: Sequence[str], lang: Lang) -> list[str]:
        """Return what people call requirements, with the turn where they come again."""
        known = {requirement.id: requirement.title[lang] for requirement in self.kind.requirements}
        found = []
        for name in requirements:
            requirement, _, turn = name.partition("/")
            title = known.get(requirement, requirement)
            found.append(f"{title} ({turn})" if turn else title)
        return found

    def as_json(self, lang: Lang) -> dict[str, Any]:
        """Return the line as plain JSON values."""
        return {
            "id": self.id,
            "dossier": self.dossier,
            "label": self.label,
            "on": self.on.isoformat(),
            "gave": self.gave,
            "took": self.took,
            "documents": [{"id": paper.id, "kind": paper.kind, "copies": paper.copies} for paper in self.documents],
            "missing": [
                {"id": name, "title": title}
                for name, title in zip(self.missing, self.titles(self.missing, lang), strict=True)
            ],
            "doubtful": [
                {"id": name, "title": title}
                for name, title in zip(self.doubtful, self.titles(self.doubtful, lang), strict=True)
            ],
            "note": self.note,
        }


@needs(Deed.CHANGE)
def hand_over(
    archive: Archive,
    dossier: str,
    documents: Sequence[str] = (),
    *,
    gave: str,
    took: str,
    on: date | None = None,
    note: str = "",
    anyway: bool = False,
) -> Line:
    """Note that somebody handed documents of a dossier (all that were not handed over yet) to somebody else.

    What the dossier lacks on that day goes into the register with it.

    Raises:
        index.NoSuchThing: no dossier, or more than one, goes by that name.
        NoSuchDocument, Ambiguous, NotInDossier: a document cannot be found in it.
        NameMissing: one of the two names is empty.
        DayFar: the day is likely to be mistyped; ``anyway`` takes it all the same.
    """
    day = on or date.today()  # noqa: DTZ011  # a day where the office is
    plausible(day, anyway=anyway)
    if not gave.strip() or not took.strip():
        raise NameMissing
    with archive.index.write() as session:
        row = dossier_for(archive, session, Deed.CHANGE, dossier)
        shown = documents_shown(archive, session, Deed.CHANGE, row)
        ids = [_inside(session, row, name, shown).id for name in documents] or _not_yet(session, row, day, shown)
        ((_, found),) = shelf.dossiers(session, ids=[row.id])
        (judged,) = judge(archive, [found], day)
        verdicts = [line.verdict for line in judged.lines]
        noted = register.handover(found, verdicts, ids, gave=gave.strip(), took=took.strip(), on=day)
        made = add_handover(
            session,
            Handover(
                dossier=row.id,
                on=day,
                gave=noted.gave,
                took=noted.took,
                documents=list(noted.documents),
                missing=list(noted.missing),
                doubtful=list(noted.doubtful),
                note=note.strip(),
                by=archive.who,
                at=datetime.now(UTC),
            ),
        )
        facts = {"on": day.isoformat(), "documents": len(ids), "missing": len(noted.missing)}
        archive.note(session, "handover", row.id, facts)
        return _line(archive, session, made, row)


def lines(archive: Archive, session: Session, found: Sequence[Handover]) -> list[Line]:
    """Return the register's lines with what their ids mean, without those whose pack is not in force."""
    rows = {
        row.id: row for row in session.exec(select(Dossier).where(col(Dossier.id).in_({one.dossier for one in found})))
    }
    return [
        _line(archive, session, one, rows[one.dossier])
        for one in found
        if one.dossier in rows and rows[one.dossier].kind in _kinds(archive, rows[one.dossier])
    ]


@needs(Deed.SEARCH)
def register_of(archive: Archive, dossier: str) -> list[Line]:
    """Return the handovers of one dossier, earliest first.

    Raises:
        index.NoSuchThing: no dossier, or more than one, goes by that name.
    """
    with archive.index.read() as session:
        return lines_of(archive, session, dossier_for(archive, session, Deed.SEARCH, dossier))


def lines_of(archive: Archive, session: Session, row: Dossier) -> list[Line]:
    """Return the handovers of a dossier that whoever asks may see, earliest first."""
    return [_line(archive, session, one, row) for one in handovers(session, dossiers=[row.id])]


def slip(line: Line, lang: Lang) -> bytes:
    """Return a handover as a PDF page: the papers, what is missing, and room for both to sign.

    Raises:
        PrintFontMissing: no Chinese font is installed.
    """
    style = look(lang)

    def text(name: str, /, **facts: object) -> str:
        return say(f"dossiers.slip-{name}", lang, **facts)

    papers = [[text("number"), text("paper"), text("dated"), text("pages"), text("copies")]]
    papers += [
        [str(number), kind_title(paper.kind, lang), paper.day.isoformat(), str(paper.pages), str(paper.copies)]
        for number, paper in enumerate(line.documents, start=1)
    ]
    story = [
        style.text(text("title"), "title"),
        style.text(text("dossier", key=line.dossier, label=line.label, kind=line.kind.title[lang])),
        style.text(text("day", day=line.on, line=line.id)),
        style.text(text("papers", count=len(line.documents)), "heading"),
        style.table(papers, [1, 8, 3, 2, 2], right=[3, 4]),
    ]
    for name, requirements in (("missing", line.missing), ("doubtful", line.doubtful)):
        if requirements:
            story.append(style.text(text(name, count=len(requirements)), "heading"))
            story += [style.text(f"□ {title}") for title in line.titles(requirements, lang)]
    if not line.missing and not line.doubtful:
        story.append(style.text(text("nothing-missing")))
    if line.note:
        story += [style.text(text("note"), "heading"), style.text(line.note)]
    signatures = [
        [text("role"), text("name"), text("signature"), text("date")],
        [text("gave"), line.gave, "", ""],
        [text("took"), line.took, "", ""],
    ]
    story += [gap(8), style.table(signatures, [2, 4, 6, 3], row_height=_ROOM_TO_SIGN)]
    return pdf(text("title"), story, lang, foot=text("foot", key=line.dossier))


def _kinds(archive: Archive, row: Dossier) -> dict[str, DossierKind]:
    pack = archive.packs.get(row.pack)
    return {} if pack is None else dict(pack.dossiers)


def _inside(session: Session, row: Dossier, name: str, shown: Collection[str]) -> Document:
    found = document_by(session, name)
    if found.dossier != row.id or found.id not in shown:
        raise NotInDossier(document=found.id, dossier=row.key)
    return found


def _not_yet(session: Session, row: Dossier, day: date, shown: Collection[str]) -> list[str]:
    """Return the dossier's documents that were there on the day and that no handover names yet, of those ``shown``."""
    handed = {document for one in handovers(session, dossiers=[row.id]) for document in one.documents}
    there = session.exec(select(Document).where(Document.dossier == row.id).order_by(col(Document.received))).all()
    there = [document for document in there if document.id in shown and document.received <= day]
    return [document.id for document in there if document.id not in handed]


def _line(archive: Archive, session: Session, one: Handover, row: Dossier) -> Line:
    shown = documents_shown(archive, session, Deed.SEARCH, row)
    found = {each.id: each for each in session.exec(select(Document).where(col(Document.id).in_(shown)))}
    papers = tuple(
        Paper(each.id, each.kind, each.issued or each.received, len(each.pages), each.copies)
        for each in (found[name] for name in one.documents if name in found)
    )
    return Line(
        id=one.id,
        dossier=row.key,
        label=row.label,
        kind=archive.packs[row.pack].dossiers[row.kind],
        on=one.on,
        gave=one.gave,
        took=one.took,
        documents=papers,
        missing=tuple(one.missing),
        doubtful=tuple(one.doubtful),
        note=one.note,
    )
