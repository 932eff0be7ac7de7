"""The one place where the desk asks whether somebody may: every function people use goes through here, and a refusal
is on record. The rules themselves are pure, in ``dossier.rights``.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, wraps
from typing import Concatenate, Final, ParamSpec, TypeVar

from sqlalchemy import Select, tuple_
from sqlalchemy import select as sa_select
from sqlmodel import Session, col, select

from desk.archive import Archive
from dossier.errors import ExitCode, JuanzongError
from dossier.pack import Pack
from dossier.rights import ORDINARY, Deed, Need, Subject, covers, levels_of, may, unlimited
from dossier.wording import Lang, say
from index import record
from index.custody import DossierMark, levels_marked
from index.dossiers import dossier_by
from index.errors import NoSuchThing
from index.kept import REACH, kept
from index.tables import Document, Dossier, DossierFact

P = ParamSpec("P")
R = TypeVar("R")

NOTED: Final = "on_record"
_ABOUT: Final = ("request", "loan", "document", "dossier", "dossiers", "paper", "incident")
"""Facts of an error that say what it is about, in this order."""
GUARDED: Final = "needs"
"""The attribute under which a guarded function says what it needs."""


class Refused(JuanzongError):
    """No standing right of this person covers it; the sentence says what to do instead."""

    exit_code = ExitCode.REFUSED
    wording = "rights.refused"

    def __init__(self, need: Need, who: str, about: str = "", *, instead: JuanzongError | None = None) -> None:
        super().__init__(need=need.value, who=who, about=about)
        self.need, self.about = need, about
        self.instead = instead
        """What the person is told, where the refusal itself would tell that something is there."""

    def say(self, lang: Lang) -> str:
        """Return the sentence in ``lang``, with the deed or duty in words."""
        named = "rights.refused-that" if self.about else self.wording
        return say(named, lang, what=say(f"rights.need-{self.need}", lang), about=self.about, who=self.facts["who"])


@dataclass(frozen=True, slots=True)
class Sight:
    """What a deed reaches: documents at these levels, in these dossiers (None: in all, and in none yet)."""

    levels: frozenset[str]
    dossiers: frozenset[str] | None

    def holds(self, dossier: str | None, level: str = ORDINARY) -> bool:
        """Tell whether something of this level, in this dossier (by id; None: in none), is covered."""
        return level in self.levels and (self.dossiers is None or dossier in self.dossiers)


def needs(need: Need) -> Callable[[Callable[Concatenate[Archive, P], R]], Callable[Concatenate[Archive, P], R]]:
    """Let a function of the desk be called only by whoever may do ``need`` at all; what it is done to it asks itself.

    A refusal, wherever in the function it came from, goes on record before it is passed on.
    """

    def guard(work: Callable[Concatenate[Archive, P], R]) -> Callable[Concatenate[Archive, P], R]:
        @wraps(work)
        def guarded(archive: Archive, /, *args: P.args, **kwargs: P.kwargs) -> R:
            try:
                require(archive, need)
                return work(archive, *args, **kwargs)
            except Refused as refusal:
                note_refusal(archive, refusal)
                if refusal.instead is not None:
                    raise refusal.instead from None
                raise
            except JuanzongError as error:
                if error.exit_code is ExitCode.REFUSED:
                    note_futile(archive, need, error)
                raise

        setattr(guarded, GUARDED, need)
        return guarded

    return guard


def require(archive: Archive, need: Need) -> None:
    """Let pass whoever may do this at all.

    Raises:
        Refused: the person who asks may not.
    """
    if not may(archive.asker, need):
        raise Refused(need, archive.who)


def check(archive: Archive, session: Session, deed: Deed, dossier: Dossier | None, level: str = ORDINARY) -> None:
    """Let pass whoever may do this to that dossier, or to a document of a level in it (None: filed nowhere).

    Raises:
        Refused: no standing right covers it.
    """
    if not allowed(archive, session, deed, dossier, level):
        raise Refused(deed, archive.who, dossier.key if dossier is not None else "")


def allowed(archive: Archive, session: Session, deed: Deed, dossier: Dossier | None, level: str = ORDINARY) -> bool:
    """Tell whether a standing right covers a deed to that dossier, or to a document of a level in it."""
    if dossier is None:
        return covers(archive.asker, deed, Subject(level=level, filed=False))
    subject = subjects(archive, session, [dossier], level)[dossier.id]
    return covers(archive.asker, deed, subject, archive.packs.get(dossier.pack))


def dossier_for(archive: Archive, session: Session, deed: Deed, name: str) -> Dossier:
    """Return the dossier that ``name`` means, if whoever asks may do this to it.

    Raises:
        index.NoSuchThing: none or more than one goes by that name, or one that this person may not know of.
        Refused: they may know of it, and not do this.
    """
    found = dossier_by(session, name)
    if not allowed(archive, session, deed, found):
        hidden = None if allowed(archive, session, Deed.LIST, found) else NoSuchThing(id=name)
        raise Refused(deed, archive.who, found.key, instead=hidden)
    return found


def check_document(
    archive: Archive, session: Session, deed: Deed, document: Document, *, instead: JuanzongError | None = None
) -> None:
    """Let pass whoever may do this to that document.

    Raises:
        Refused: no standing right covers it; ``instead`` is told to who may not even know of it.
    """
    dossier = session.get(Dossier, document.dossier) if document.dossier else None
    if not allowed(archive, session, deed, dossier, document.level):
        known = allowed(archive, session, Deed.LIST, dossier, document.level)
        raise Refused(deed, archive.who, document.id, instead=None if known else instead)


def sight(archive: Archive, session: Session, deed: Deed) -> Sight:
    """Return what a deed of the person who asks reaches.

    Where the levels reach different dossiers, only levels that reach the same ones as the lowest are kept: too little
    is shown rather than too much.
    """
    asker = archive.asker
    everywhere = unlimited(asker, deed, archive.packs.values())
    if everywhere and everywhere == levels_of(asker, deed):
        return Sight(everywhere, None)

    def limited() -> Sight:
        reached = _covered(archive, session, deed, levels_of(asker, deed))
        lowest = reached.get(ORDINARY, frozenset())
        return Sight(frozenset(level for level, found in reached.items() if found == lowest), lowest)

    return kept(session).get(session, REACH, ("sight", asker, deed, _These(archive.packs)), limited)


def listed(archive: Archive, session: Session, deed: Deed = Deed.LIST) -> frozenset[str] | None:
    """Return the ids of the dossiers a deed reaches as a whole, each at its own level; None when that is all."""
    asker = archive.asker
    if asker.owner or unlimited(asker, deed, archive.packs.values()) == {"ordinary", "confidential", "secret"}:
        return None
    name = ("listed", asker, deed, _These(archive.packs))
    return kept(session).get(session, REACH, name, lambda: _covered(archive, session, deed, {ORDINARY})[ORDINARY])


def subjects(
    archive: Archive, session: Session, dossiers: Sequence[Dossier], level: str = ORDINARY
) -> dict[str, Subject]:
    """Return what rights are asked about, by the dossiers' ids; ``level`` is that of a document in them."""
    marked = levels_marked(session)
    named = _in_charge(session, dossiers, archive.packs)
    return {
        one.id: Subject(
            pack=one.pack,
            kind=one.kind,
            department=one.department or default_department(archive.packs.get(one.pack), one.kind),
            level=_higher(level, marked.get(one.id, ORDINARY)),
            in_charge=named.get(one.id, frozenset()),
        )
        for one in dossiers
    }


def default_department(pack: Pack | None, kind: str) -> str:
    """Return the department that owes most of what a dossier of a kind must hold: its own until somebody says."""
    if pack is None or kind not in pack.dossiers:
        return ""
    owed = [pack.roles[one.owes].department for one in pack.dossiers[kind].requirements if one.owes in pack.roles]
    named = [department for department in owed if department]
    return max(sorted(set(named)), key=named.count) if named else ""


def note_refusal(archive: Archive, refusal: Refused) -> None:
    """Put a refusal on record."""
    with archive.index.write() as session:
        record.append(session, archive.who, "denied", refusal.about, {"need": refusal.need.value})


def note_futile(archive: Archive, need: Need, error: JuanzongError) -> None:
    """Put on record, once, that something was tried that cannot be: decided twice, returned without a loan, held."""
    if getattr(error, NOTED, False):
        return
    setattr(error, NOTED, True)
    about = next((str(error.facts[name]) for name in _ABOUT if error.facts.get(name)), "")
    with archive.index.write() as session:
        record.append(session, archive.who, "denied", about, {"need": need.value, "why": error.wording})


def person_facts(packs: Collection[Pack]) -> frozenset[str]:
    """Return the facts that name the person in charge of a dossier."""
    return frozenset(role.person for pack in packs for role in pack.roles.values() if role.person)


class _These:
    """Packs as part of a name under which something is kept: the very same, not some that say the same."""

    __slots__ = ("_packs",)

    def __init__(self, packs: Mapping[str, Pack]) -> None:
        self._packs = packs

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _These) and self._packs is other._packs

    def __hash__(self) -> int:
        return id(self._packs)


def _covered(archive: Archive, session: Session, deed: Deed, levels: Collection[str]) -> dict[str, frozenset[str]]:
    """Return the dossiers a deed reaches, for documents of each level.

    Ten thousand dossiers are of a few sorts: rights are asked about each sort, and about those marked one by one.
    """
    row = (Dossier.id, Dossier.pack, Dossier.kind, Dossier.department)
    sorts = session.exec(select(*row[1:]).distinct()).all()
    own = session.exec(select(*row).where(col(Dossier.id).in_(_in_charge_of(archive, session)))).all()
    marked = levels_marked(session)
    above = session.exec(select(*row).join(DossierMark, col(DossierMark.dossier) == col(Dossier.id))).all()
    mine, names = {id_ for id_, _, _, _ in own}, archive.asker.names

    @cache
    def reached(level: str, pack: str, kind: str, department: str, in_charge: frozenset[str]) -> bool:
        policy = archive.packs.get(pack)
        subject = Subject(pack, kind, department or default_department(policy, kind), level, in_charge)
        return covers(archive.asker, deed, subject, policy)

    found: dict[str, frozenset[str]] = {}
    for level in levels:
        whole = [sort for sort in sorts if reached(level, *sort, frozenset())]
        ids = _of_sorts(session, whole, all_of_them=len(whole) == len(sorts))
        ids |= {id_ for id_, pack, kind, of in own if reached(level, pack, kind, of, names)}
        ids -= marked.keys()
        ids |= {
            id_
            for id_, pack, kind, of in above
            if reached(_higher(level, marked[id_]), pack, kind, of, names if id_ in mine else frozenset())
        }
        found[level] = frozenset(ids)
    return found


def _of_sorts(session: Session, sorts: Sequence[tuple[str, str, str]], *, all_of_them: bool) -> set[str]:
    """Return the dossiers of these packs, kinds and departments."""
    if not sorts:
        return set()
    statement = select(Dossier.id)
    if not all_of_them:
        statement = statement.where(
            tuple_(col(Dossier.pack), col(Dossier.kind), col(Dossier.department)).in_([tuple(sort) for sort in sorts])
        )
    return set(session.exec(statement).all())


def _in_charge_of(archive: Archive, session: Session) -> Select[str]:
    """Return the query for the dossiers that whoever asks is in charge of, as people entered it."""
    named = col(DossierFact.name).in_(sorted(person_facts(archive.packs.values())))
    people = session.exec(select(DossierFact.value).where(named).distinct()).all()
    theirs = [value for value in people if _plain(value) in archive.asker.names]
    return sa_select(col(DossierFact.dossier)).where(named, col(DossierFact.value).in_(theirs))


def _in_charge(session: Session, dossiers: Sequence[Dossier], packs: Mapping[str, Pack]) -> dict[str, frozenset[str]]:
    """Return who is in charge of dossiers, as people entered it: a name read from a paper opens no door."""
    names = person_facts(packs.values())
    statement = select(DossierFact.dossier, DossierFact.value).where(col(DossierFact.name).in_(sorted(names)))
    if len(dossiers) <= 100:
        statement = statement.where(col(DossierFact.dossier).in_([one.id for one in dossiers]))
    found: dict[str, set[str]] = {}
    for dossier, person in session.exec(statement):
        found.setdefault(dossier, set()).add(_plain(person))
    return {dossier: frozenset(people) for dossier, people in found.items()}


def _plain(name: str) -> str:
    return " ".join(name.split()).casefold()


def _higher(one: str, other: str) -> str:
    order = ("ordinary", "confidential", "secret")
    return max(one, other, key=order.index)
