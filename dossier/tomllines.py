"""Where each table and key of a TOML file stands, for messages that name a line."""

import re
from collections.abc import Mapping, Sequence
from typing import Final

Path = tuple[str | int, ...]
"""Keys and places in lists from the top of the file down to a value."""

_HEADER: Final = re.compile(r"\s*(\[\[?)\s*([^\]]+?)\s*\]")
_KEY: Final = re.compile(r"""\s*((?:[\w-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[\w-]+|"[^"]*"|'[^']*'))*)\s*=""")
_PART: Final = re.compile(r"""[\w-]+|"[^"]*"|'[^']*'""")
_QUOTES: Final = re.compile(
    r"""
      \"{3}(?:\\.|[^\\])*?\"{3}  |  '{3}.*?'{3}      # several lines
    | "(?:\\.|[^"\\\n])*"        |  '[^'\n]*'       # one line
    | \#[^\n]*                                         # a comment
    """,
    re.DOTALL | re.VERBOSE,
)


def _blank(match: re.Match[str]) -> str:
    return re.sub(r"[^\n\"']", "_", match[0]) if match[0][0] != "#" else ""


def line_map(text: str) -> Mapping[Path, int]:
    """Find the line on which each table and each key of the file begins."""
    lines: dict[Path, int] = {}
    counts: dict[Path, int] = {}
    base: Path = ()
    depth = 0
    # Strings are blanked (their line breaks kept) so that brackets inside them do not count; quoted keys are rare
    # enough to lose their own line and take their table's.
    for number, line in enumerate(_QUOTES.sub(_blank, text).split("\n"), start=1):
        if depth == 0 and (header := _HEADER.match(line)):
            parts = [part.strip("\"'") for part in _PART.findall(header[2])]
            base = _resolve(parts, counts, opens=header[1] == "[[")
            lines[base] = number
            continue
        if depth == 0 and (key := _KEY.match(line)):
            path = base
            for part in _PART.findall(key[1]):
                path = (*path, part.strip("\"'"))
                lines.setdefault(path, number)
        depth += sum(line.count(mark) for mark in "[{") - sum(line.count(mark) for mark in "]}")
    return lines


def _resolve(parts: Sequence[str], counts: dict[Path, int], *, opens: bool) -> Path:
    """Turn a header's dotted name into a path with the index of each array of tables on the way."""
    path: Path = ()
    for place, part in enumerate(parts):
        path = (*path, part)
        if opens and place == len(parts) - 1:
            counts[path] = counts.get(path, -1) + 1
        if path in counts:
            path = (*path, counts[path])
    return path
