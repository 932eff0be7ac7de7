"""The loan slip 出借單: what went out, to whom, until when, with room to sign at handing out and at return."""

from pathlib import Path

from sqlmodel import Session

from desk.archive import Archive
from desk.custodians import hidden, keeps_lent
from desk.print.files import write_file
from desk.print.page import gap, look, pdf
from desk.rights import needs
from dossier.rights import Duty
from dossier.wording import Lang, say
from index import lending
from index.lending import Loan
from index.paper import PaperTwin
from index.tables import Dossier


@needs(Duty.LEND)
def save_slip(archive: Archive, loan: str, output: Path, *, lang: Lang, replace: bool = False) -> None:
    """Write the slip of a loan to a new PDF.

    Raises:
        index.NoSuchThing: there is no such loan, or it is another custodian's.
        OutputExists, OutputIsFolder, OutputFailed: the file cannot be written.
        PrintFontMissing: no Chinese font is installed.
    """
    write_file(output, loan_slip(archive, loan, lang=lang), replace=replace)


@needs(Duty.LEND)
def loan_slip(archive: Archive, loan: str, *, lang: Lang) -> bytes:
    """Return the slip of a loan as a PDF.

    Raises:
        index.NoSuchThing: there is no such loan, or it is another custodian's.
        PrintFontMissing: no Chinese font is installed.
    """
    with archive.index.write() as session:
        row = lending.loan(session, loan)
        if not keeps_lent(archive, session, row):
            raise hidden(archive, Duty.LEND, loan)
        asked = lending.request(session, row.request)
        dossier = session.get(Dossier, row.dossier) if row.dossier else None
        title = f"{dossier.key}  {dossier.label}" if dossier is not None else asked.given
        facts = [
            (say("slip.number", lang), row.id),
            (say("slip.dossier", lang), title),
            (say("slip.borrower", lang), f"{row.borrower}  {asked.department}".strip()),
            (say("slip.purpose", lang), f"{asked.purpose}; {asked.reason}"),
            (say("slip.approved", lang), _approved(session, row)),
            (say("slip.lent", lang), f"{row.lent.astimezone():%Y-%m-%d %H:%M}  {row.lent_by}"),
            (say("slip.due", lang), row.due.isoformat()),
        ]
        papers = [found for one in row.papers if (found := session.get(PaperTwin, one)) is not None]
        archive.note(session, "loan-slip", row.id)
    return _drawn(row, facts, papers, lang)


def _approved(session: Session, row: Loan) -> str:
    made = lending.decisions(session, row.request)
    return "; ".join(f"{one.by} {one.at.astimezone():%Y-%m-%d}" for one in made if one.verdict == "approved") or "—"


def _drawn(row: Loan, facts: list[tuple[str, str]], papers: list[PaperTwin], lang: Lang) -> bytes:
    page, heading = look(lang), say("slip.title", lang)
    names = ("ledger", "paper", "place", "copies", "condition", "back")
    items = [
        [
            f"{say(f'paper.ledger-{one.ledger}', lang)} {one.number}",
            one.title,
            f"{say(f'paper.sort-{one.sort}', lang)} {one.place}",
            str(one.copies),
            one.condition,
            "",
        ]
        for one in papers
    ]
    story = [
        page.text(heading, "title"),
        page.table([["", ""], *([name, value] for name, value in facts)], (1, 3)),
        gap(6),
        page.table([[say(f"slip.column-{name}", lang) for name in names], *items], (2, 5, 3, 1, 3, 3), row_height=24),
        gap(8),
        page.table(
            [
                [say("slip.sign-out", lang), say("slip.sign-back", lang)],
                [say("slip.borrower", lang), say("slip.borrower", lang)],
                [say("slip.custodian", lang), say("slip.custodian", lang)],
                [say("slip.day", lang), say("slip.day", lang)],
            ],
            (1, 1),
            row_height=30,
        ),
    ]
    return pdf(f"{heading} {row.id}", story, lang, foot=row.id)
