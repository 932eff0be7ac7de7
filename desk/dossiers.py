"""What people do to a dossier: open it, say what happened, enter facts, rename, close. All of it is on record."""

from datetime import UTC, date, datetime

from desk.archive import Archive
from desk.days import plausible
from desk.lookup import DossierView
from desk.lookup import dossier as look_up
from desk.rights import dossier_for, needs
from dossier.conditions import value_of
from dossier.errors import ExitCode, JuanzongError
from dossier.identifiers import normal
from dossier.model import Event
from dossier.pack import DossierKind, Pack
from dossier.rights import Deed
from index import dossiers as shelf
from ingest import filing as placing


class RoleUnknown(JuanzongError):
    """The pack of the dossier has no such role."""

    exit_code = ExitCode.POLICY
    wording = "dossiers.role-unknown"


class LabelEmpty(JuanzongError):
    """A dossier was to be called nothing."""

    exit_code = ExitCode.USAGE
    wording = "dossiers.label-empty"


class KindUnclear(JuanzongError):
    """No dossier kind goes by this name in the packs in force, or several do."""

    exit_code = ExitCode.POLICY
    wording = "desk.dossier-kind-unclear"


class KeyEmpty(JuanzongError):
    """A dossier was to be opened under no key."""

    exit_code = ExitCode.USAGE
    wording = "desk.key-empty"


class FactUnknown(JuanzongError):
    """The dossier's kind has no such fact."""

    exit_code = ExitCode.POLICY
    wording = "desk.fact-unknown"


class FactWrong(JuanzongError):
    """A fact's value is not of its type."""

    exit_code = ExitCode.USAGE
    wording = "desk.fact-wrong"


class EventUnknown(JuanzongError):
    """The dossier's kind has no such event."""

    exit_code = ExitCode.POLICY
    wording = "desk.event-unknown"


@needs(Deed.CHANGE)
def open_by_hand(
    archive: Archive, kind: str, key: str, *, label: str = "", on: date | None = None, anyway: bool = False
) -> DossierView:
    """Open a dossier of ``kind`` (``new-vehicle``, or ``auto-dealer/new-vehicle``) under ``key``.

    Papers that waited for it file themselves.

    Raises:
        KindUnclear, KeyEmpty: no such kind, or one in several packs; no key.
        DayFar: the day is likely to be mistyped; ``anyway`` takes it all the same.
    """
    pack, found = kind_by(archive, kind)
    if on is not None:
        plausible(on, anyway=anyway)
    now = datetime.now(UTC)
    plain = normal(key) or key.strip()
    if not plain:
        raise KeyEmpty
    with archive.index.write() as session:
        made = shelf.open_dossier(
            session,
            key=plain,
            kind=found.id,
            pack=pack.id,
            opened=on or date.today(),  # noqa: DTZ011  # a day where the office is
            at=now,
            label=label,
            department=archive.asker.department,
            identifiers={found.key[0]: [plain]},
            by=archive.who if label else placing.MACHINE,
        )
        archive.note(session, "open-dossier", made.id, {"kind": found.id, "pack": pack.id})
        placing.file_waiting(session, archive.shelves, now)
    return look_up(archive, plain)


@needs(Deed.CHANGE)
def enter_event(
    archive: Archive, dossier: str, event: str, on: date, *, by: str = "", role: str = "", anyway: bool = False
) -> DossierView:
    """Say that something happened on a day; ``by`` is who did it (the person who asks, unless said), ``role`` as what.

    Raises:
        index.NoSuchThing: no dossier, or more than one, goes by that name.
        EventUnknown, RoleUnknown: its kind has no such event, its pack no such role.
        DayFar: the day is likely to be mistyped; ``anyway`` takes it all the same.
    """
    plausible(on, anyway=anyway)
    with archive.index.write() as session:
        row = dossier_for(archive, session, Deed.CHANGE, dossier)
        kind = archive.packs[row.pack].dossiers[row.kind]
        if event not in kind.events:
            raise EventUnknown(event=event, known=", ".join(kind.events))
        known_role(archive, row.pack, role)
        shelf.add_event(session, row.id, Event(event, on, by=by or archive.who, role=role))
        archive.note(session, "event", row.id, {"event": event, "on": on.isoformat()})
    return look_up(archive, row.key)


@needs(Deed.CHANGE)
def enter_fact(archive: Archive, dossier: str, name: str, value: str | None) -> DossierView:
    """Enter a fact, or take it away with None.

    Raises:
        index.NoSuchThing: no dossier, or more than one, goes by that name.
        FactUnknown, FactWrong: its kind has no such fact, or the value does not fit.
    """
    now = datetime.now(UTC)
    with archive.index.write() as session:
        row = dossier_for(archive, session, Deed.CHANGE, dossier)
        kind = archive.packs[row.pack].dossiers[row.kind]
        rule = kind.facts.get(name)
        if rule is None:
            raise FactUnknown(fact=name, known=", ".join(kind.facts))
        wrong = value is not None and (value_of(value, rule.type) is None or (rule.values and value not in rule.values))
        if wrong:
            raise FactWrong(fact=name, value=value, type=", ".join(rule.values) or rule.type)
        shelf.set_fact(session, row.id, name, value, by=archive.who, at=now)
        archive.note(session, "fact", row.id, {"fact": name})
        placing.name_dossier(session, row.id, archive.shelves, now)
    return look_up(archive, row.key)


@needs(Deed.CHANGE)
def rename(archive: Archive, dossier: str, label: str | None) -> DossierView:
    """Call a dossier something else, or (None) what is known of it calls it; the earlier name stays in its history.

    Raises:
        index.NoSuchThing: no dossier, or more than one, goes by that name.
        LabelEmpty: it would be called nothing.
    """
    if label is not None and not label.strip():
        raise LabelEmpty
    now = datetime.now(UTC)
    with archive.index.write() as session:
        row = dossier_for(archive, session, Deed.CHANGE, dossier)
        if label is None:
            placing.name_dossier(session, row.id, archive.shelves, now, even_named=True)
        else:
            shelf.relabel(session, row.id, label.strip(), by=archive.who, at=now)
        archive.note(session, "rename", row.id, {})
    return look_up(archive, row.key)


@needs(Deed.CHANGE)
def close(archive: Archive, dossier: str, on: date, *, anyway: bool = False) -> DossierView:
    """Close a dossier on a day: nothing more is asked of it, and nothing more is filed into it by itself.

    Raises:
        index.NoSuchThing: no dossier, or more than one, goes by that name.
        DayFar: the day is likely to be mistyped; ``anyway`` takes it all the same.
    """
    plausible(on, anyway=anyway)
    with archive.index.write() as session:
        row = dossier_for(archive, session, Deed.CHANGE, dossier)
        shelf.close_dossier(session, row.id, on)
        archive.note(session, "close", row.id, {"on": on.isoformat()})
    return look_up(archive, row.key)


@needs(Deed.CHANGE)
def reopen(archive: Archive, dossier: str) -> DossierView:
    """Open a closed dossier again: what it lacks is asked for again, and papers file themselves into it.

    Raises:
        index.NoSuchThing: no dossier, or more than one, goes by that name.
    """
    with archive.index.write() as session:
        row = dossier_for(archive, session, Deed.CHANGE, dossier)
        shelf.close_dossier(session, row.id, None)
        archive.note(session, "reopen", row.id, {})
        placing.file_waiting(session, archive.shelves, datetime.now(UTC))
    return look_up(archive, row.key)


def known_role(archive: Archive, pack: str, role: str) -> None:
    """See that a pack has a role; an empty one says nothing.

    Raises:
        RoleUnknown
    """
    roles = archive.packs[pack].roles
    if role and role not in roles:
        raise RoleUnknown(role=role, known=", ".join(roles))


def kind_by(archive: Archive, name: str) -> tuple[Pack, DossierKind]:
    """Return the dossier kind that ``name`` means, with or without its pack before a slash.

    Raises:
        KindUnclear
    """
    wanted_pack, _, wanted_kind = name.rpartition("/")
    found = [
        (pack, kind)
        for pack in archive.packs.values()
        for kind in pack.dossiers.values()
        if kind.id == wanted_kind and wanted_pack in {"", pack.id}
    ]
    if len(found) != 1:
        known = ", ".join(f"{pack.id}/{kind}" for pack in archive.packs.values() for kind in pack.dossiers)
        raise KindUnclear(kind=name, known=known)
    return found[0]
