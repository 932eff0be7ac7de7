"""The table of labels and where they stand on a sheet."""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Final

from dossier.folding import HAN, fold
from ocr.extract.sheet import Row

GLUED: Final = frozenset(
    {"id-card", "business-licence", "vehicle-licence", "driving-licence", "ticket", "vehicle-certificate"}
)
"""Natures of documents that print label and value without a colon, so that engines read them as one."""

_AFTER_LABEL: Final = re.compile(r"\s*(?:[(（][^)）\d]{1,12}[)）])?[\s:：;；.·/|#№_*＊]*")
_HAN_CHARACTER: Final = re.compile(f"[{HAN}]")


WESTERN: Final = frozenset({"receipt", "invoice"})
"""Natures with readers of their own, in which only labels count that are meant for them."""


@dataclass(frozen=True, slots=True)
class Label:
    """A name that stands before a value of ``field`` (none for a name that only ends the value before it)."""

    field: str
    type: str
    strength: float
    natures: frozenset[str]

    def fits(self, nature: str) -> bool:
        """Tell whether the label means its field in documents of this nature."""
        return nature in self.natures if self.natures or nature in WESTERN else True


@dataclass(frozen=True, slots=True)
class Found:
    """A label on a row: from ``start`` up to ``end``, where its value may begin."""

    labels: tuple[Label, ...]
    row: Row
    start: int
    end: int
    exact: bool


@cache
def _table() -> dict[str, tuple[Label, ...]]:
    table: dict[str, list[Label]] = {}
    data = tomllib.loads((files("ocr.extract") / "labels.toml").read_text(encoding="utf-8"))
    for entry in data["labels"]:
        label = Label(
            entry.get("field", ""),
            entry.get("type", ""),
            float(entry.get("strength", 1.0)),
            frozenset(entry.get("in", ())),
        )
        for name in entry["names"]:
            table.setdefault(_squeezed(name), []).append(label)
    return {name: tuple(found) for name, found in table.items()}


def _squeezed(text: str) -> str:
    return re.sub(r"\s+", "", fold(text).replace("（", "(").replace("）", ")").replace("：", ":"))


def _shape(name: str) -> str:
    flexible = {"(": r"[(（]", ")": r"[)）]", ":": "[:：]", "/": r"[/／、]"}
    letters = [flexible.get(c, re.escape(c)) for c in _squeezed(name)]
    body = r"\s*".join(letters)
    if name[0].isascii() and name[0].isalnum():
        body = rf"(?<![a-z0-9]){body}"
    return body + r"(?![a-z])" if name[-1].isascii() and name[-1].isalnum() else body


@cache
def _exact() -> re.Pattern[str]:
    names = sorted(_table(), key=len, reverse=True)
    return re.compile("|".join(_shape(name) for name in names))


@cache
def _fuzzy() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Return patterns for the longer Han labels with any one character misread."""
    made = []
    for name in sorted(_table(), key=len, reverse=True):
        if len(name) >= 4 and all(_HAN_CHARACTER.match(c) for c in name) and _table()[name][0].field:
            options = ([*name[:i], "[^a-z0-9]", *name[i + 1 :]] for i in range(len(name)))
            made.append((re.compile("|".join(r"\s?".join(option) for option in options)), name))
    return tuple(made)


@lru_cache(maxsize=64)
def _fuzzy_of(fields: frozenset[str]) -> tuple[tuple[re.Pattern[str], frozenset[str], tuple[Label, ...]], ...]:
    """Return the patterns of labels of ``fields`` with the letters of each, and those labels."""
    made = ((pattern, name, tuple(one for one in _table()[name] if one.field in fields)) for pattern, name in _fuzzy())
    return tuple((pattern, frozenset(name), labels) for pattern, name, labels in made if labels)


@cache
def field_types() -> Mapping[str, str]:
    """Return the type of each field's values: that of the first label of the table that leads to it."""
    types: dict[str, str] = {}
    for labels in _table().values():
        for label in labels:
            if label.field:
                types.setdefault(label.field, label.type)
    return types


def is_label(text: str) -> bool:
    """Tell whether a text is a label and nothing else."""
    return _squeezed(text).strip(":") in _table()


def find_labels(row: Row, nature: str) -> tuple[Found, ...]:
    """Return the labels of a row from left to right, those that belong together merged."""
    found: list[Found] = []
    for match in _exact().finditer(row.key):
        name = _squeezed(match.group())
        labels = _table().get(name, ())
        if not labels or not _stands_alone(row, match.start(), match.end(), nature, labels):
            continue
        after = _AFTER_LABEL.match(row.key, match.end())
        here = Found(labels, row, match.start(), after.end() if after else match.end(), exact=True)
        before = found[-1] if found else None
        if before and re.fullmatch(r"[\s/()（）:：]{0,4}", row.key[before.end : here.start]) and _same(before, here):
            found[-1] = Found(before.labels, row, before.start, here.end, exact=True)
        else:
            found.append(here)
    return tuple(found)


def guess_labels(row: Row, fields: frozenset[str]) -> Iterator[Found]:
    """Yield labels of ``fields`` that a row holds with one character misread."""
    if len(row.key) >= 200:
        return
    here = frozenset(row.key)
    for pattern, letters, labels in _fuzzy_of(fields):
        # Looking is dear, and no row that lacks more than one of the label's letters can hold it.
        match = pattern.search(row.key) if len(letters - here) <= 1 else None
        if match and not _HAN_CHARACTER.match(row.key[match.end() : match.end() + 1]):
            after = _AFTER_LABEL.match(row.key, match.end())
            yield Found(labels, row, match.start(), after.end() if after else match.end(), exact=False)


def _same(a: Found, b: Found) -> bool:
    return bool({label.field for label in a.labels} & {label.field for label in b.labels}) and bool(a.labels[0].field)


def _stands_alone(row: Row, start: int, end: int, nature: str, labels: Sequence[Label]) -> bool:
    """Tell whether a match is a label and not part of a sentence or of a longer word."""
    text = row.key
    before, after = text[start - 1 : start], text[end : end + 1]
    colon = re.match(r"\s*[:：]", text[end:]) is not None
    cell = row.cell_at(start)
    at_cell_start = start == row.starts[cell]
    if _HAN_CHARACTER.match(text[start]):
        if before and not at_cell_start and (_HAN_CHARACTER.match(before) or before.isalnum()) and not colon:
            return nature == "id-card" and start - row.starts[cell] <= 8
        if _HAN_CHARACTER.match(after) and not colon:
            inside_cell = end < row.starts[cell] + len(row.cells[cell].text)
            formed = nature in GLUED or any(label.type == "plate" for label in labels)
            return not inside_cell or (at_cell_start and formed)
        return True
    if colon or at_cell_start or before in "/(（":
        return True
    return bool(re.match(r"\s*[.#№:：]|\s{2}", text[end:])) or text[:start].endswith("  ")
