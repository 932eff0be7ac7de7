"""Say which policy packs are in force: those that come with the product and the site's own, checked before they count.

What changes goes on record; whoever has the archive open elsewhere works by the packs it was opened with.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from sqlmodel import Session, col, select

from desk.archive import Archive
from desk.home import HomeClosed
from desk.policies import Checked, ExamplesFail, PackTwice, check
from desk.rights import needs
from dossier.catalogue import catalogue
from dossier.errors import ExitCode, JuanzongError
from dossier.examples import check_pack
from dossier.pack import Pack
from dossier.policy import parse_pack, shipped_packs
from dossier.rights import Duty
from dossier.wording import Lang
from index.tables import Dossier

OWN: Final = "packs"
"""Folder of the home for packs that were brought in by way of the page."""
_ID: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,60}")


class PackNameUnfit(JuanzongError):
    """A pack's id is none that a file can be named after."""

    exit_code = ExitCode.POLICY
    wording = "policy.name-unfit"


class PackInUse(JuanzongError):
    """A pack was to be put out of force that open dossiers follow."""

    exit_code = ExitCode.REFUSED
    wording = "policy.in-use"


@dataclass(frozen=True, slots=True)
class PackState:
    """One pack that could be in force: its name in the settings, whether it is, and what it holds or what is wrong."""

    name: str
    in_force: bool
    checked: Checked | None
    fault: JuanzongError | None = None
    dossiers: int = 0
    """Open dossiers that follow it."""

    @property
    def id(self) -> str:
        """The pack's id; of a file that cannot be used, its name."""
        return self.checked.pack.id if self.checked else self.name

    def title(self, lang: Lang) -> str:
        """Return what people call it."""
        return self.checked.pack.title[lang] if self.checked else self.name


@needs(Duty.KEEP)
def known(archive: Archive) -> list[PackState]:
    """Return the packs in force in their order, then the others: those of the product, and files of the site's own."""
    names = archive.home.settings().packs
    own = sorted(f"{OWN}/{file.name}" for file in (archive.home.path / OWN).glob("*.toml"))
    others = [name for name in (*shipped_packs(), *own) if name not in names]
    with archive.index.read() as session:
        used = _followed(session)
    return [_state(archive, name, name in names, used) for name in (*names, *others)]


@needs(Duty.KEEP)
def examine(archive: Archive, name: str) -> Checked:
    """Check one pack by the examples it carries.

    Raises:
        PackUnreadable, PolicyUnknown, PolicyWrong, ExamplesFail: it cannot be used.
    """
    (found,) = check([_place(archive, name)])
    return found


@needs(Duty.KEEP)
def put_in_force(archive: Archive, names: Sequence[str]) -> list[Checked]:
    """Let exactly these packs be in force, in this order; each is checked first.

    Raises:
        PackUnreadable, PolicyUnknown, PolicyWrong, ExamplesFail, PacksWrong: one cannot be used.
        PackTwice: two have one id.
        PackInUse: open dossiers follow a pack that is not among them.
        SettingsWrong, HomeClosed: the settings cannot be changed.
    """
    wanted = list(dict.fromkeys(names))
    right = check([_place(archive, name) for name in wanted])
    by_id: dict[str, str] = {}
    for one, name in zip(right, wanted, strict=True):
        if one.pack.id in by_id:
            raise PackTwice(pack=one.pack.id, one=by_id[one.pack.id], other=name, settings=archive.home.settings_file)
        by_id[one.pack.id] = name
    with archive.index.write() as session:
        _refuse_lost(session, archive.packs.values(), [one.pack for one in right])
        archive.home.amend({"packs": wanted})
        archive.note(session, "packs-in-force", archive.keys.public.archive, {"packs": wanted})
    return right


@needs(Duty.KEEP)
def bring_in(archive: Archive, text: str) -> Checked:
    """Keep a pack of the site's own under its id, in place of an earlier one of that id, once its examples hold.

    It is in force when the settings name it; one that is in force already counts as it now reads.

    Raises:
        PolicyWrong, ExamplesFail: it cannot be used; every problem is told.
        PackNameUnfit, PackTwice: its id is no plain name, or a pack of the product's.
        PackInUse: open dossiers follow a kind that the new one no longer has.
        HomeClosed: it cannot be written.
    """
    found = parse_pack(text, "pack.toml", frozenset(kind.id for kind in catalogue()))
    if not _ID.fullmatch(found.id):
        raise PackNameUnfit(pack=found.id)
    name = f"{OWN}/{found.id}.toml"
    if found.id in shipped_packs():
        raise PackTwice(pack=found.id, one=found.id, other=name, settings=archive.home.settings_file)
    differences = check_pack(found)
    if differences:
        raise ExamplesFail(found.source, differences)
    digest = sha256(text.encode()).hexdigest()
    with archive.index.write() as session:
        if name in archive.home.settings().packs:
            _refuse_lost(session, [archive.packs[found.id]] if found.id in archive.packs else [], [found])
        try:
            archive.home.keep(archive.home.beside(name), text)
        except OSError as fault:
            raise HomeClosed(home=archive.home.path, fault=fault.strerror) from fault
        archive.note(session, "pack-brought-in", archive.keys.public.archive, {"pack": found.id, "sha256": digest})
    return examine(archive, name)


def _state(archive: Archive, name: str, in_force: bool, used: Counter[tuple[str, str]]) -> PackState:
    try:
        (right,) = check([_place(archive, name)])
    except JuanzongError as fault:
        return PackState(name, in_force, None, fault)
    return PackState(name, in_force, right, dossiers=sum(n for (pack, _), n in used.items() if pack == right.pack.id))


def _followed(session: Session) -> Counter[tuple[str, str]]:
    """Return how many open dossiers follow each pack and kind."""
    rows = session.exec(select(Dossier.pack, Dossier.kind).where(col(Dossier.closed).is_(None)))
    return Counter((str(pack), str(kind)) for pack, kind in rows)


def _refuse_lost(session: Session, before: Iterable[Pack], after: Collection[Pack]) -> None:
    """Refuse to leave open dossiers without the rules they follow."""
    kept = {(pack.id, kind) for pack in after for kind in pack.dossiers}
    lost = {(pack.id, kind) for pack in before for kind in pack.dossiers} - kept
    used = _followed(session)
    for pack, kind in sorted(lost):
        if used[pack, kind]:
            raise PackInUse(pack=pack, kind=kind, count=used[pack, kind])


def _place(archive: Archive, name: str) -> str:
    return str(archive.home.beside(name)) if name.endswith(".toml") else name
