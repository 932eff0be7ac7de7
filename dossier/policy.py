"""Policy packs: regulations as TOML files, parsed strictly into frozen values and checked against their own cases."""

from collections.abc import Collection
from functools import cache
from importlib.resources import files
from typing import Final

from dossier.errors import ExitCode, JuanzongError
from dossier.pack import Pack
from dossier.packchecks import check_names
from dossier.packreading import read_pack
from dossier.tomlsource import Problem, read_toml
from dossier.wording import Lang

_LARGEST: Final = 2_000_000
"""Characters; a larger file is no policy pack."""


class PolicyWrong(JuanzongError):
    """A pack that does not follow the format; ``problems`` are all of them, in the order of the file."""

    exit_code = ExitCode.POLICY
    wording = "policy.pack_wrong"

    def __init__(self, source: str, problems: tuple[Problem, ...]) -> None:
        super().__init__(source=source, count=len(problems))
        self.problems = problems

    def say(self, lang: Lang) -> str:
        """Return the sentence with every problem on a line of its own."""
        return "\n".join((super().say(lang), *(problem.say(lang) for problem in self.problems)))


class PolicyUnknown(JuanzongError):
    """There is no pack of the name given."""

    exit_code = ExitCode.POLICY
    wording = "policy.pack_unknown"


def parse_pack(text: str, source: str, kinds: Collection[str] | None = None) -> Pack:
    """Parse the text of a pack; ``source`` is its name in messages.

    ``kinds`` are the document kinds there are; None leaves the kinds a pack names unchecked.

    Raises:
        PolicyWrong: the text is no pack; every problem found is in it.
    """
    if len(text) > _LARGEST:
        raise PolicyWrong(source, (Problem(source, 1, "policy.too_large", {"most": _LARGEST}),))
    section, found = read_toml(text, source)
    pack = None if section is None else read_pack(section, source)
    if pack is not None:
        check_names(pack, found, kinds)
    if pack is None or found.problems:
        raise PolicyWrong(source, tuple(sorted(found.problems, key=lambda problem: problem.line)))
    return pack


def shipped_packs() -> tuple[str, ...]:
    """Return the ids of the packs that come with the product."""
    folder = files("dossier") / "packs"
    return tuple(sorted(entry.name.removesuffix(".toml") for entry in folder.iterdir() if entry.name.endswith(".toml")))


@cache
def load_pack(name: str, kinds: frozenset[str] | None = None) -> Pack:
    """Return a pack that comes with the product.

    Raises:
        PolicyUnknown: there is no such pack.
        PolicyWrong: it does not follow the format.
    """
    if name not in shipped_packs():
        raise PolicyUnknown(name=name, known=", ".join(shipped_packs()))
    file = files("dossier") / "packs" / f"{name}.toml"
    return parse_pack(file.read_text(encoding="utf-8"), f"{name}.toml", kinds)
