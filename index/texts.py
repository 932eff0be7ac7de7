"""The shelves: page texts and what finds them, one set of tables per secrecy level.

A page's body, as stored, is its text as it was read, its lines as stretches of that text with their boxes, and the
values of its fields, compressed. What differs between databases is behind ``index.shelves``.
"""

import json
import re
import zlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from sqlmodel import Session

from dossier.folding import fold
from dossier.identifiers import confusable_fold
from dossier.reading import Box, Line
from index.errors import LevelClosed
from index.shelves import Shelves
from index.tokens import JOINER, SPACE, Words, classed, form

_EFFORT: Final = 6
_NUMBER: Final = re.compile(f"[a-z0-9]+(?:{JOINER}[a-z0-9]+)*")
_APART: Final = re.compile(f"[a-z0-9]+(?:{SPACE}[a-z0-9]+)+")
_IN_GROUPS: Final = re.compile(
    f"\\b(?:[0-9]{{3,4}}(?:{SPACE}[0-9]{{4}})+(?:{SPACE}[0-9]{{1,3}})?"  # accounts, cards, telephones
    f"|[0-9]{{6}}{SPACE}[0-9]{{8}}{SPACE}[0-9]{{3}}[0-9x]"  # numbers of identity cards
    f"|[a-z0-9](?:{SPACE}[a-z0-9]){{7,}})\\b"  # a form's boxes
)
"""Numbers that are printed in groups, or with each character apart."""
_DIGIT: Final = re.compile("[0-9]")
_SHORTEST: Final = 5
"""Characters of a number that is found whatever its hyphens and look-alikes."""
LATELY: Final = 4_096
"""Bodies whose parts an open index keeps: searches rank the newest pages again and again. Some 20 MiB."""
_END: Final = "\0"
"""Parts text, lines and values in a body; JSON never has it, and the text's own becomes a space."""
_TWO_OCTETS: Final = b"\1"
"""Before a body in GB 18030, which has all of Unicode and two octets for a usual Chinese character: an eighth less.

A body without it is in UTF-8; what zlib writes begins with another octet (RFC 1950 §2.2).
"""


@dataclass(frozen=True, slots=True)
class PageText:
    """A page's text, its lines (start and end in the text, box) and the values of its fields by name."""

    text: str
    lines: tuple[tuple[int, int, Box], ...] = ()
    values: tuple[tuple[str, str], ...] = ()

    @property
    def words(self) -> Words:
        """What the page is found by."""
        marked = classed(self.text)
        found = form(marked)
        forms = {form(classed(value)) for _, value in self.values}
        folded = {comparable(value) for _, value in self.values} | numbers(marked)
        more = sorted(value for value in forms if value not in found)
        return Words(found, tuple(more), tuple(sorted(filter(None, folded))))

    def boxes(self, start: int, end: int) -> list[Box]:
        """Return the boxes of the lines that a stretch of the text touches."""
        return [box for first, last, box in self.lines if first < end and start < last]


@lru_cache(maxsize=4_096)
def comparable(value: str) -> str:
    """Return what field values are compared by: width, script, case, spaces, hyphens and look-alikes taken out."""
    return "".join(filter(str.isalnum, confusable_fold(fold(value))))


def numbers(marked: str) -> set[str]:
    """Return, comparable, what in a classed text looks like a number whose digits have something among them.

    That is hyphens, letters, or the spaces of a number in groups.
    """
    whole = {
        comparable(found)
        for found in set(_NUMBER.findall(marked))
        if len(found) >= _SHORTEST and not found.isdigit() and not found.isalpha() and _DIGIT.search(found)
    }
    apart = [run for run in _APART.findall(marked) if _DIGIT.search(run)]
    return whole.union(comparable(found) for run in apart for found in _IN_GROUPS.findall(run) if _DIGIT.search(found))


def shelves_of(session: Session) -> Shelves:
    """Return what keeps the texts of this session's index."""
    shelves: Shelves = session.info["shelves"]
    return shelves


def placed(text: str, lines: Sequence[Line]) -> tuple[tuple[int, int, Box], ...]:
    """Return where each line stands in the text; a line that the text does not have in order is left out."""
    found: list[tuple[int, int, Box]] = []
    after = 0
    for line in lines:
        start = text.find(line.text, after) if line.text else -1
        if start >= 0:
            after = start + len(line.text)
            found.append((start, after, line.box))
    return tuple(found)


def put(session: Session, level: str, pages: Mapping[int, PageText]) -> None:
    """Put pages on a shelf, in place of what it had of them.

    Raises:
        LevelClosed
    """
    _opened(session, level)
    if pages:
        shelves, connection = shelves_of(session), session.connection()
        shelves.remove(connection, level, pages.keys())
        shelves.put(connection, level, [(page, packed(text), text.words) for page, text in pages.items()])


def add(session: Session, level: str, pages: Mapping[int, PageText]) -> None:
    """Put pages on a shelf that has nothing of them yet.

    Raises:
        LevelClosed
    """
    _opened(session, level)
    if pages:
        shelves_of(session).put(
            session.connection(), level, [(page, packed(text), text.words) for page, text in pages.items()]
        )


def remove(session: Session, level: str, pages: Collection[int]) -> None:
    """Take pages off a shelf.

    Raises:
        LevelClosed
    """
    _opened(session, level)
    if pages:
        shelves_of(session).remove(session.connection(), level, pages)


def clear(session: Session) -> None:
    """Empty every open shelf."""
    for level in session.info["levels"]:
        shelves_of(session).clear(session.connection(), level)


def damaged(session: Session) -> list[str]:
    """Return the parts of the open shelves that are not what was written; reads all of them."""
    shelves, connection = shelves_of(session), session.connection()
    return [part for level in session.info["levels"] for part in shelves.damaged(connection, level)]


def astray(session: Session, level: str) -> Sequence[int]:
    """Return pages whose text is on the shelf of a level but not in its indexes, or the other way round, or nobody's.

    Raises:
        LevelClosed
    """
    _opened(session, level)
    return shelves_of(session).astray(session.connection(), level)


def get(session: Session, pages: Iterable[tuple[str, int]]) -> dict[int, PageText]:
    """Return the texts of these pages (level and id); one that has none is left out.

    Raises:
        LevelClosed
    """
    return {page: _unpacked(body) for page, body in _bodies(session, pages)}


def plain(session: Session, pages: Iterable[tuple[str, int]]) -> dict[int, tuple[str, str]]:
    """Return of these pages (level and id) only the text, and the field values as one text: enough to rank them.

    Raises:
        LevelClosed
    """
    found: dict[int, tuple[str, str]] = {}
    opened = session.info["parted"]  # ``parted``, with what the index opened lately at hand
    for page, body in _bodies(session, pages):
        text, _, values = opened(body)
        found[page] = text, values
    return found


def _bodies(session: Session, pages: Iterable[tuple[str, int]]) -> Iterator[tuple[int, bytes]]:
    wanted: defaultdict[str, list[int]] = defaultdict(list)
    for level, page in pages:
        wanted[level].append(page)
    for level, ids in wanted.items():
        _opened(session, level)
        yield from shelves_of(session).bodies(session.connection(), level, ids)


def _opened(session: Session, level: str) -> None:
    if level not in session.info["levels"]:
        raise LevelClosed(level=level)


def packed(page: PageText) -> bytes:
    """Return a page's body, as the shelves keep it."""
    values = json.dumps(page.values, ensure_ascii=False, separators=(",", ":"))
    parts = (page.text.replace(_END, " "), " ".join(map(str, _steps(page.lines))), values)
    whole = _END.join(parts)
    try:
        return _TWO_OCTETS + zlib.compress(whole.encode("gb18030"), _EFFORT)
    except UnicodeEncodeError:  # half a surrogate pair: nothing that is written, but files hold it
        return zlib.compress(whole.encode("utf-8", "surrogatepass"), _EFFORT)


def _steps(lines: Iterable[tuple[int, int, Box]]) -> Iterator[int]:
    """Yield six numbers for each line, by how it differs from the one before: lines of a page are much alike."""
    after = above = 0
    for start, end, (left, top, right, bottom) in lines:
        yield from (start - after, end - start, left, top - above, right - left, bottom - top)
        after, above = end, top


def _from_steps(steps: Iterator[int]) -> Iterator[tuple[int, int, Box]]:
    after = above = 0
    for gap, length, left, step, width, height in zip(*[steps] * 6, strict=True):
        start, top = after + gap, above + step
        after, above = start + length, top
        yield start, after, (left, top, left + width, top + height)


def parted(body: bytes) -> list[str]:
    """Return the parts of a body: text, lines, values."""
    if body[:1] == _TWO_OCTETS:
        return zlib.decompress(body[1:]).decode("gb18030").split(_END)
    return zlib.decompress(body).decode("utf-8", "surrogatepass").split(_END)


def _unpacked(body: bytes) -> PageText:
    text, lines, values = parted(body)
    return PageText(
        text,
        tuple(_from_steps(map(int, lines.split()))),
        tuple((name, value) for name, value in json.loads(values)),
    )
