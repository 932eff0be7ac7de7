"""Policy packs: which there are, whether one is right, and what one asks for."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dossier.catalogue import catalogue
from dossier.errors import ExitCode, JuanzongError
from dossier.examples import check_pack
from dossier.pack import Pack
from dossier.policy import load_pack, parse_pack, shipped_packs
from dossier.wording import Lang


class PackUnreadable(JuanzongError):
    """A pack file cannot be read."""

    exit_code = ExitCode.POLICY
    wording = "desk.pack-unreadable"


class ExamplesFail(JuanzongError):
    """A pack does not do what its own examples say."""

    exit_code = ExitCode.POLICY
    wording = "desk.examples-fail"

    def __init__(self, source: str, differences: tuple[Any, ...]) -> None:
        super().__init__(source=source, count=len(differences))
        self.differences = differences

    def say(self, lang: Lang) -> str:
        """Return the sentence with every difference on a line of its own."""
        return "\n".join((super().say(lang), *(difference.say(lang) for difference in self.differences)))


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


def check(name: str) -> Checked:
    """Parse the pack in a file, or a shipped one by its id, and run the examples it carries.

    Raises:
        PackUnreadable, PolicyUnknown: there is no such file or pack.
        PolicyWrong: it does not follow the format; every problem is told.
        ExamplesFail: it does not do what its examples say.
    """
    pack = find(name)
    differences = check_pack(pack)
    if differences:
        raise ExamplesFail(name, differences)
    return _numbers(pack)


def find(name: str) -> Pack:
    """Return the pack in a file, or a shipped one by its id.

    Raises:
        PackUnreadable, PolicyUnknown, PolicyWrong
    """
    file = Path(name)
    if file.suffix != ".toml":
        return load_pack(name, _kinds())
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as fault:
        raise PackUnreadable(file=file, fault=getattr(fault, "strerror", None) or str(fault)) from fault
    return parse_pack(text, file.name, _kinds())


def _kinds() -> frozenset[str]:
    return frozenset(kind.id for kind in catalogue())


def _numbers(pack: Pack) -> Checked:
    requirements = sum(len(kind.requirements) for kind in pack.dossiers.values())
    return Checked(pack, requirements, len(pack.examples))
