"""Policy packs: which there are and which are in force, whether one is right, and what one asks for."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from desk.home import Home, Settings
from dossier.catalogue import Kind, catalogue, install
from dossier.errors import ExitCode, JuanzongError
from dossier.examples import Difference, check_pack
from dossier.folding import fold
from dossier.pack import Pack
from dossier.policy import PolicyUnknown, PolicyWrong, load_pack, parse_pack, shipped_packs
from dossier.sitecalendar import SiteCalendar, read_calendar
from dossier.wording import Lang
from dossier.workdays import REGIONS


class PackUnreadable(JuanzongError):
    """A pack file, or the calendar of the site, cannot be read."""

    exit_code = ExitCode.POLICY
    wording = "desk.pack-unreadable"


class PackNotText(JuanzongError):
    """A pack file, or the calendar of the site, is not text in UTF-8."""

    exit_code = ExitCode.POLICY
    wording = "desk.pack-not-text"


class NoPacks(JuanzongError):
    """A folder was to be checked that holds no pack file."""

    exit_code = ExitCode.POLICY
    wording = "desk.no-packs"


class PackTwice(JuanzongError):
    """Two packs in force have one id, so nobody could tell which one a dossier follows."""

    exit_code = ExitCode.POLICY
    wording = "desk.pack-twice"


class ExamplesFail(JuanzongError):
    """A pack does not do what its own examples say."""

    exit_code = ExitCode.POLICY
    wording = "desk.examples-fail"

    def __init__(self, source: str, differences: tuple[Difference, ...]) -> None:
        super().__init__(source=source, count=len(differences))
        self.differences = differences

    def say(self, lang: Lang) -> str:
        """Return the sentence with every difference on a line of its own."""
        return "\n".join((super().say(lang), *(difference.say(lang) for difference in self.differences)))


class PacksWrong(JuanzongError):
    """Several packs cannot be used; ``faults`` say of each what is wrong with it."""

    exit_code = ExitCode.POLICY
    wording = "desk.packs-wrong"

    def __init__(self, faults: tuple[JuanzongError, ...]) -> None:
        super().__init__(count=len(faults))
        self.faults = faults

    def say(self, lang: Lang) -> str:
        """Return the sentence with what is wrong with each pack below it."""
        return "\n".join((super().say(lang), *(fault.say(lang) for fault in self.faults)))


@dataclass(frozen=True, slots=True)
class Checked:
    """A pack that is right: what it holds, in numbers."""

    pack: Pack
    requirements: int
    examples: int

    def as_json(self, lang: Lang) -> dict[str, Any]:
        """Return it as plain JSON values."""
        return {
            "id": self.pack.id,
            "title": self.pack.title[lang],
            "articles": list(self.pack.articles),
            "dossiers": [{"kind": kind.id, "title": kind.title[lang]} for kind in self.pack.dossiers.values()],
            "requirements": self.requirements,
            "examples": self.examples,
        }


def packs() -> list[Checked]:
    """Return the packs that come with the product."""
    return [_numbers(load_pack(name, _kinds())) for name in shipped_packs()]


def kinds(words: str = "") -> list[Kind]:
    """Return the kinds of documents there are whose id or title, in any language, has these words in it."""
    wanted = fold(words)
    return [kind for kind in catalogue() if any(wanted in fold(text) for text in (kind.id, *kind.titles.values()))]


def check(names: Iterable[str]) -> list[Checked]:
    """Parse packs and run the examples they carry: shipped ones by id, files, and every pack file in a folder.

    Raises:
        PackUnreadable, NoPacks, PolicyUnknown, PolicyWrong, ExamplesFail: one of them cannot be used.
        PacksWrong: several cannot; it has the fault of each.
    """
    found, faults = _all(_files(names))
    right: list[Checked] = []
    for pack in found:
        differences = check_pack(pack)
        if differences:
            faults.append(ExamplesFail(pack.source, differences))
        else:
            right.append(_numbers(pack))
    _refuse(faults)
    return right


def find(name: str) -> Pack:
    """Return the pack in a file, or a shipped one by its id.

    Raises:
        PackUnreadable, PolicyUnknown, PolicyWrong
        CatalogueWrong: a file of kinds that lies in `kinds/` beside it cannot be used.
    """
    if not name.endswith(".toml"):
        return load_pack(name, _kinds())
    file = Path(name)
    own = _site_kinds(file.parent / "kinds")
    if own:
        install(own)
    return parse_pack(_text(file), file.name, _kinds())


def packs_in_force(home: Home, settings: Settings) -> Mapping[str, Pack]:
    """Return the packs that the settings name, by their ids, in their order.

    Raises:
        PackUnreadable, PolicyUnknown, PolicyWrong: one of them cannot be used.
        PacksWrong: several cannot; it has the fault of each.
        PackTwice: two have one id.
        PackUnreadable, dossier.CatalogueWrong: a file of the site's own kinds cannot be used.
    """
    install(_site_kinds(home.beside("kinds")))
    names = [str(home.beside(name)) if name.endswith(".toml") else name for name in settings.packs]
    found, faults = _all(names)
    _refuse(faults)
    by_id: dict[str, Pack] = {}
    for pack in found:
        if pack.id in by_id:
            raise PackTwice(pack=pack.id, one=by_id[pack.id].source, other=pack.source, settings=home.settings_file)
        by_id[pack.id] = pack
    return by_id


def site_calendar(home: Home, settings: Settings) -> SiteCalendar:
    """Return the working days of the site.

    Raises:
        PackUnreadable: the file the settings name cannot be read.
        CalendarWrong: it does not follow its format; every problem is told.
    """
    region = next((one for one in REGIONS if one == settings.calendar.region), None)
    if not settings.calendar.file:
        return SiteCalendar(region=region)
    file = home.beside(settings.calendar.file)
    return SiteCalendar(read_calendar(_text(file), file.name), region)


def _files(names: Iterable[str]) -> list[str]:
    found: list[str] = []
    for name in names:
        folder = Path(name)
        if not folder.is_dir():
            found.append(name)
            continue
        inside = sorted(str(file) for file in folder.glob("*.toml"))
        if not inside:
            raise NoPacks(folder=folder)
        found += inside
    return found


def _all(names: Iterable[str]) -> tuple[list[Pack], list[JuanzongError]]:
    found: list[Pack] = []
    faults: list[JuanzongError] = []
    for name in names:
        try:
            found.append(find(name))
        except (PackUnreadable, PolicyUnknown, PolicyWrong) as fault:
            faults.append(fault)
    return found, faults


def _refuse(faults: list[JuanzongError]) -> None:
    if len(faults) == 1:
        raise faults[0]
    if faults:
        raise PacksWrong(tuple(faults))


def _site_kinds(folder: Path) -> dict[str, str]:
    """Return the files in a folder of kinds that a site describes itself; none where there is no such folder."""
    return {file.name: _text(file) for file in sorted(folder.glob("*.toml"))}


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as fault:
        raise PackNotText(file=file, byte=fault.start + 1) from fault
    except OSError as fault:
        raise PackUnreadable(file=file, fault=fault.strerror or str(fault)) from fault


def _kinds() -> frozenset[str]:
    return frozenset(kind.id for kind in catalogue())


def _numbers(pack: Pack) -> Checked:
    requirements = sum(len(kind.requirements) for kind in pack.dossiers.values())
    return Checked(pack, requirements, len(pack.examples))
