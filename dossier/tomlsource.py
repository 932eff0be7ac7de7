"""A TOML file read strictly: every key must be known and of its type, and each complaint names file and line.

Complaints are gathered, not raised one by one, so that who wrote the file sees all of them at once.
"""

import re
import tomllib
from datetime import date
from typing import Final

from tomlkit import parse as tomlkit_parse
from tomlkit.exceptions import ParseError

from dossier.problems import Problem, Source
from dossier.tomllines import line_map
from dossier.tomlsection import Section

__all__ = ["Problem", "Section", "Source", "read_toml"]

_SOME_DAY: Final = "2000-01-01"
_DAYS_OR_TEXTS: Final = re.compile(
    r"""\"{3}.*?\"{3}|'{3}.*?'{3}|"(?:\\.|[^"\\\n])*"|'[^'\n]*'|\#[^\n]*|(?<![\w-])(?P<day>\d{4}-\d{2}-\d{2})(?![\w-])""",
    re.DOTALL,
)


def read_toml(text: str, name: str) -> tuple[Section | None, Source]:
    """Parse a file; without a section when it is no TOML at all (the one problem is then in the source)."""
    # A day that does not exist makes the whole file no TOML; every other problem in it should be told as well.
    sound, problems = _possible_days(text, name)
    try:
        root = tomllib.loads(sound)
    except RecursionError:
        return None, Source(name, {}, [*problems, Problem(name, 1, "policy.too_deep", {})])
    except tomllib.TOMLDecodeError:
        return None, Source(name, {}, [*problems, Problem(name, _broken_line(sound), "policy.not_toml", {})])
    source = Source(name, line_map(sound), problems)
    return Section(root, (), source), source


def _possible_days(text: str, name: str) -> tuple[str, list[Problem]]:
    """Return the text with days that no calendar has replaced, and a complaint of each."""
    problems: list[Problem] = []

    def replaced(match: re.Match[str]) -> str:
        if match["day"] is None:
            return match[0]
        try:
            date.fromisoformat(match["day"])
        except ValueError:
            line = text.count("\n", 0, match.start()) + 1
            problems.append(Problem(name, line, "policy.day_impossible", {"value": match["day"]}))
            return _SOME_DAY
        return match[0]

    return _DAYS_OR_TEXTS.sub(replaced, text), problems


def _broken_line(text: str) -> int:
    # tomllib gives the line only inside its message; tomlkit gives it as a number.
    try:
        tomlkit_parse(text)
    except ParseError as error:
        return int(error.line)
    return 1
