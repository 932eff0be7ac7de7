"""Put right what is known of a dossier: take entries back, let requirements go, say what a paper is like, merge two."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from desk.archive import Archive
from desk.dossiers import EventUnknown, known_role
from desk.lookup import DossierView
from desk.lookup import dossier as look_up
from desk.retrieval import NoSuchDocument, document_by
from desk.rights import check_document, dossier_for, needs
from dossier.errors import ExitCode, JuanzongError
from dossier.model import SIDES, Form, Ink, Waiver
from dossier.pack import Requirement
from dossier.rights import Deed
from dossier.wording import Lang
from index import corrections, custody
from index import dossiers as shelf
from index.tables import Dossier
from ingest import filing as placing


class NothingToTakeBack(JuanzongError):
    """No such entry was made."""

    exit_code = ExitCode.NOT_FOUND
    wording = "dossiers.nothing-to-take-back"


class RequirementUnknown(JuanzongError):
    """The dossier's kind has no such requirement."""

    exit_code = ExitCode.POLICY
    wording = "dossiers.requirement-unknown"


class MayNotWaive(JuanzongError):
    """The pack does not let that role let this requirement go."""

    exit_code = ExitCode.REFUSED
    wording = "dossiers.may-not-waive"


class ReasonMissing(JuanzongError):
    """A requirement was to be let go without saying why."""

    exit_code = ExitCode.USAGE
    wording = "dossiers.waiver-reason-missing"


class PaperWrong(JuanzongError):
    """What was said of a paper cannot be: an unknown side, no copies, nothing said at all."""

    exit_code = ExitCode.USAGE
    wording = "dossiers.paper-wrong"


class MergeUnlike(JuanzongError):
    """Two dossiers cannot become one: they are the same, of different kinds, or at different secrecy levels."""

    exit_code = ExitCode.REFUSED
    wording = "dossiers.merge-unlike"


@dataclass(frozen=True, slots=True)
class Merged:
    """What a merge did: which dossier went, how many documents moved, and the one that is left."""

    gone: str
    moved: int
    view: DossierView

    def as_json(self, lang: Lang) -> dict[str, Any]:
        """Return it as plain JSON values."""
        return {"gone": self.gone, "moved": self.moved, "dossier": self.view.as_json(lang)}


@needs(Deed.CHANGE)
def take_back_event(archive: Archive, dossier: str, event: str, on: date) -> DossierView:
    """Take back that something happened on a day; that it had been entered stays on record.

    Raises:
        index.NoSuchThing: no dossier, or more than one, goes by that name.
        EventUnknown: its kind has no such event.
        NothingToTakeBack: nobody entered it for that day (it may be read from a document).
    """
    with archive.index.write() as session:
        row = dossier_for(archive, session, Deed.CHANGE, dossier)
        kind = archive.packs[row.pack].dossiers[row.kind]
        if event not in kind.events:
            raise EventUnknown(event=event, known=", ".join(kind.events))
        if not corrections.take_back_event(session, row.id, event, on):
            raise NothingToTakeBack(what=event, day=on)
        archive.note(session, "take-back-event", row.id, {"event": event, "on": on.isoformat()})
    return look_up(archive, row.key)


@needs(Deed.CHANGE)
def waive(
    archive: Archive,
    dossier: str,
    requirement: str,
    *,
    role: str,
    reason: str,
    by: str = "",
    on: date | None = None,
    until: date | None = None,
) -> DossierView:
    """Let a requirement go (``survey``), or one turn of it (``survey/2026``); ``role`` is that of whoever decided.

    Raises:
        index.NoSuchThing: no dossier, or more than one, goes by that name.
        RequirementUnknown, RoleUnknown: there is no such requirement or role.
        MayNotWaive: the pack does not let that role do it.
        ReasonMissing: no reason was given.
    """
    if not reason.strip():
        raise ReasonMissing
    with archive.index.write() as session:
        row = dossier_for(archive, session, Deed.CHANGE, dossier)
        rule, occasion = _requirement(archive, row, requirement)
        known_role(archive, row.pack, role)
        if role not in rule.waivable_by:
            raise MayNotWaive(requirement=requirement, role=role, known=", ".join(rule.waivable_by) or "—")
        day = on or date.today()  # noqa: DTZ011  # a day where the office is
        shelf.waive(session, row.id, Waiver(rule.id, by or archive.who, role, day, reason.strip(), occasion, until))
        archive.note(session, "waive", row.id, {"requirement": requirement, "role": role, "on": day.isoformat()})
    return look_up(archive, row.key)


@needs(Deed.CHANGE)
def take_back_waiver(archive: Archive, dossier: str, requirement: str) -> DossierView:
    """Ask again for what was let go.

    Raises:
        index.NoSuchThing, RequirementUnknown: as ``waive``.
        NothingToTakeBack: it was not let go.
    """
    with archive.index.write() as session:
        row = dossier_for(archive, session, Deed.CHANGE, dossier)
        rule, occasion = _requirement(archive, row, requirement)
        if not corrections.take_back_waiver(session, row.id, rule.id, occasion):
            raise NothingToTakeBack(what=requirement, day="")
        archive.note(session, "take-back-waiver", row.id, {"requirement": requirement})
    return look_up(archive, row.key)


@needs(Deed.CHANGE)
def describe_paper(
    archive: Archive,
    document: str,
    *,
    form: Form | None = None,
    copies: int | None = None,
    sides: Collection[str] = (),
    signatures: Mapping[str, Ink] | None = None,
) -> str:
    """Say what the paper behind a document is like, as somebody sees who holds it; return the document's id.

    Raises:
        NoSuchDocument, Ambiguous: there is no such document, or more than one.
        PaperWrong: a side is no side, there are no copies, or nothing was said.
    """
    seen = sorted(set(sides))
    if not (form or copies is not None or seen or signatures):
        raise PaperWrong(what="—")
    if any(side not in SIDES for side in seen) or (copies is not None and copies < 1):
        raise PaperWrong(what=", ".join([*seen, *([] if copies is None else [str(copies)])]))
    with archive.index.write() as session:
        found = document_by(session, document)
        check_document(archive, session, Deed.CHANGE, found, instead=NoSuchDocument(document=document))
        dossier = session.get(Dossier, found.dossier) if found.dossier else None
        if dossier is not None:
            for signer in signatures or {}:
                known_role(archive, dossier.pack, signer)
        corrections.describe_paper(
            session, found.id, form=form, copies=copies, sides=seen or None, signatures=dict(signatures or {})
        )
        said = {"form": form, "copies": copies, "sides": seen, "signatures": dict(signatures or {})}
        archive.note(session, "describe-paper", found.id, {name: value for name, value in said.items() if value})
        return found.id


@needs(Deed.CHANGE)
def merge(archive: Archive, gone: str, kept: str) -> Merged:
    """Make one dossier of two that were opened for the same thing; ``kept`` stays, and is found by both keys.

    Raises:
        index.NoSuchThing: no dossier, or more than one, goes by one of the names.
        MergeUnlike: they are the same dossier, of different kinds, or at different secrecy levels.
    """
    now = datetime.now(UTC)
    with archive.index.write() as session:
        leaving = dossier_for(archive, session, Deed.CHANGE, gone)
        staying = dossier_for(archive, session, Deed.CHANGE, kept)
        levels = custody.levels_marked(session)
        marks = {levels.get(row.id) for row in (leaving, staying)}
        same_kind = (leaving.pack, leaving.kind) == (staying.pack, staying.kind)
        if leaving.id == staying.id or not same_kind or len(marks) > 1:
            raise MergeUnlike(one=leaving.key, other=staying.key)
        key, old = staying.key, leaving.key
        facts = {"gone": leaving.id, "key": old}
        moved = corrections.merge_dossiers(session, leaving.id, staying.id, at=now)
        archive.note(session, "merge", staying.id, {**facts, "documents": moved})
        placing.name_dossier(session, staying.id, archive.shelves, now)
    return Merged(old, moved, look_up(archive, key))


def _requirement(archive: Archive, row: Dossier, name: str) -> tuple[Requirement, str]:
    kind = archive.packs[row.pack].dossiers[row.kind]
    wanted, _, occasion = name.partition("/")
    for requirement in kind.requirements:
        if requirement.id == wanted:
            return requirement, occasion
    raise RequirementUnknown(requirement=name, known=", ".join(each.id for each in kind.requirements))
