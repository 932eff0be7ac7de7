"""What is wrong in a file somebody wrote, gathered so that all of it is told at once: file, line, remedy."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from dossier.tomllines import Path
from dossier.wording import Lang, say


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in a file, and what to do about it: ``wording`` names the sentence, ``facts`` fill it."""

    source: str
    line: int
    wording: str
    facts: Mapping[str, object]

    def say(self, lang: Lang) -> str:
        """Return ``file:line: sentence`` in ``lang``."""
        return f"{self.source}:{self.line}: {say(self.wording, lang, **self.facts)}"


@dataclass(slots=True)
class Source:
    """One file being read: its name, where each key stands, and the problems found so far."""

    name: str
    lines: Mapping[Path, int]
    problems: list[Problem] = field(default_factory=list)

    def line(self, path: Path) -> int:
        """Return the line of ``path``, or of the nearest thing around it that has one."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def complain(self, path: Path, wording: str, /, **facts: object) -> None:
        """Note a problem at ``path``."""
        self.problems.append(Problem(self.name, self.line(path), f"policy.{wording}", facts))
