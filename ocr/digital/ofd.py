"""OFD pages (GB/T 33190-2016): text objects into lines, rules into cells, pictures, and an invoice's data."""

import math
import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final
from xml.etree.ElementTree import Element

import cv2
import numpy as np

from dossier.reading import Box, Line
from ocr.digital.glyphs import Glyph, is_wide, lines_of
from ocr.digital.invoice_xml import FIELD_NAMES, fields_of_pairs, fields_of_tree, in_form, is_invoice
from ocr.digital.packed import Package, PackageFailed, local
from ocr.engines import Pixels

DPI: Final = 200
PIXELS_A_MM: Final = DPI / 25.4
MOST_OBJECTS: Final = 50_000
MOST_PAGES: Final = 2000
_ASCENT: Final = 0.86
"""Share of a glyph's size above the baseline, as Song type has it."""


@dataclass(frozen=True, slots=True)
class OfdPage:
    """What stands on a page; boxes in pixels at 200 dpi. ``pictures`` are the resources shown and where."""

    width: int
    height: int
    lines: tuple[Line, ...]
    rules: tuple[Box, ...]
    pictures: tuple[tuple[str, Box], ...]


@dataclass(frozen=True, slots=True)
class _Place:
    """A page in the package."""

    loc: str
    templates: Mapping[str, str]
    box: tuple[float, float, float, float]


@dataclass(slots=True)
class _Found:
    glyphs: list[Glyph] = field(default_factory=list)
    turned: list[Line] = field(default_factory=list)
    rules: list[Box] = field(default_factory=list)
    pictures: list[tuple[str, Box]] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)


class Ofd:
    """An open OFD file."""

    def __init__(self, content: bytes) -> None:
        self.package = Package(content)
        self._root = self.package.xml("OFD.xml")
        self._places: list[_Place] = []
        self._pictures: dict[str, str] = {}
        self._last: tuple[_Place, OfdPage] | None = None
        for element in self._root.iter():
            if local(element) == "DocRoot" and element.text:
                self._open_document(element.text.strip())
        if not self._places:
            raise PackageFailed
        self._texts: dict[str, str] = {}

    @property
    def count(self) -> int:
        """How many pages it has."""
        return min(len(self._places), MOST_PAGES)

    def page(self, number: int) -> OfdPage:
        """Return page ``number``, from 1.

        Raises:
            PackageFailed: it is missing or damaged.
        """
        place = self._places[number - 1]
        if self._last is None or self._last[0] != place:  # a file may name one page thousands of times
            self._last = place, self._parsed(place)
        return self._last[1]

    def _parsed(self, place: _Place) -> OfdPage:
        tree = self.package.xml(place.loc)
        area = _page_box(tree) or place.box
        found = _Found()
        for element in tree.iter():
            if local(element) == "Template":
                template = place.templates.get(element.get("TemplateID", ""))
                if template:
                    _collect(self.package.xml(template), area, found)
        _collect(tree, area, found)
        self._texts |= found.texts
        width, height = math.ceil(area[2] * PIXELS_A_MM), math.ceil(area[3] * PIXELS_A_MM)
        if not (0 < width <= 30_000 and 0 < height <= 30_000):
            raise PackageFailed
        lines = [*lines_of(found.glyphs), *found.turned]
        shown = tuple(line for line in lines if line.box[0] < width and line.box[1] < height)
        return OfdPage(width, height, shown, tuple(found.rules), tuple(found.pictures))

    def picture(self, resource: str) -> bytes:
        """Return the bytes of a picture resource.

        Raises:
            PackageFailed: it is missing or damaged.
        """
        return self.package.read(self._pictures.get(resource, ""))

    def invoice(self) -> dict[str, str]:
        """Return the fields of an invoice: its attached XML first, then its tags, then its custom data."""
        pairs = [
            (element.get("Name", ""), element.text or "")
            for element in self._root.iter()
            if local(element) == "CustomData"
        ]
        fields = fields_of_pairs(pairs)
        for root in self._trees(("tag", "attach")):
            attached = fields_of_tree(root) if is_invoice(root) else {}
            fields |= attached or self._tagged(root)
        return fields

    def _trees(self, folders: tuple[str, ...]) -> Iterator[Element]:
        for folder in folders:
            for name in self.package.names():
                if folder in name.casefold() and name.casefold().endswith(".xml"):
                    try:
                        yield self.package.xml(name)
                    except PackageFailed:
                        continue

    def _tagged(self, root: Element) -> dict[str, str]:
        """Return the fields whose tags point at text objects of the pages."""
        fields: dict[str, str] = {}
        for element in root.iter():
            name = FIELD_NAMES.get(local(element))
            if name is None or name in fields:
                continue
            texts = [self._texts.get((part.text or "").strip(), "") for part in element if local(part) == "ObjectRef"]
            plain = in_form(name, "".join(texts) if name != "drawer" else next((text for text in texts if text), ""))
            if plain:
                fields[name] = plain
        return fields

    def _open_document(self, loc: str) -> None:
        tree = self.package.xml(loc)
        folder = posixpath.dirname(loc)
        common = next((element for element in tree if local(element) == "CommonData"), tree)
        box = _page_box(common) or (0.0, 0.0, 210.0, 297.0)
        templates: dict[str, str] = {}
        for element in tree.iter():
            base = element.get("BaseLoc", "")
            if local(element) == "TemplatePage" and base:
                templates[element.get("ID", "")] = _within(folder, base)
            elif local(element) == "Page" and base:
                self._places.append(_Place(_within(folder, base), templates, box))
            elif local(element) in {"PublicRes", "DocumentRes"} and element.text:
                self._open_resources(_within(folder, element.text.strip()))

    def _open_resources(self, loc: str) -> None:
        try:
            tree = self.package.xml(loc)
        except PackageFailed:
            return
        folder = _within(posixpath.dirname(loc), tree.get("BaseLoc", ""))
        for element in tree.iter():
            if local(element) == "MultiMedia":
                file = next((part.text for part in element if local(part) == "MediaFile" and part.text), "")
                if file:
                    self._pictures[element.get("ID", "")] = _within(folder, file.strip())


def ruling_image(page: OfdPage) -> Pixels:
    """Return the page's rules drawn on white, half its size, for finding its cells."""
    image = np.full((page.height // 2 + 1, page.width // 2 + 1), 255, np.uint8)
    for left, top, right, bottom in page.rules:
        cv2.line(image, (left // 2, top // 2), (right // 2, bottom // 2), 0, 1)
    return image


def _within(folder: str, loc: str) -> str:
    return loc.lstrip("/") if loc.startswith("/") else posixpath.normpath(posixpath.join(folder, loc))


def _page_box(tree: Element) -> tuple[float, float, float, float] | None:
    for element in tree.iter():
        if local(element) == "PhysicalBox":
            box = _numbers(element.text)
            if len(box) == 4 and box[2] > 0 and box[3] > 0:
                return (box[0], box[1], box[2], box[3])
    return None


def _collect(tree: Element, area: tuple[float, float, float, float], found: _Found) -> None:
    for count, element in enumerate(tree.iter()):
        if count > MOST_OBJECTS:
            raise PackageFailed
        boundary = _numbers(element.get("Boundary"))
        if len(boundary) != 4:
            continue
        origin = (boundary[0] - area[0], boundary[1] - area[1])
        match local(element):
            case "TextObject":
                _collect_text(element, origin, found)
            case "PathObject":
                _collect_rules(element, origin, found)
            case "ImageObject":
                box = _pixels(*origin, origin[0] + boundary[2], origin[1] + boundary[3])
                found.pictures.append((element.get("ResourceID", ""), box))


def _collect_text(element: Element, origin: tuple[float, float], found: _Found) -> None:
    size = (_numbers(element.get("Size")) or [3.175])[0]
    move = _numbers(element.get("CTM"))
    a, b, c, d, e, f = move if len(move) == 6 else (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
    level = abs(b) < 0.05 * abs(a) and a > 0 and d > 0
    whole: list[str] = []
    for code in element:
        if local(code) != "TextCode" or not code.text:
            continue
        text = code.text.strip("\r\n\t") if "\n" in code.text else code.text
        x = (_numbers(code.get("X")) or [0.0])[0]
        y = (_numbers(code.get("Y")) or [0.0])[0]
        across, down = _deltas(code.get("DeltaX"), len(text)), _deltas(code.get("DeltaY"), len(text))
        boxes: list[Glyph] = []
        for index, letter in enumerate(text):
            own = size if is_wide(letter) else size / 2
            corners = [
                (origin[0] + a * px + c * py + e, origin[1] + b * px + d * py + f)
                for px in (x, x + own)
                for py in (y - _ASCENT * size, y + (1 - _ASCENT) * size)
            ]
            left, top = min(p for p, _ in corners), min(q for _, q in corners)
            right, bottom = max(p for p, _ in corners), max(q for _, q in corners)
            if not letter.isspace():
                left, top, right, bottom = (edge * PIXELS_A_MM for edge in (left, top, right, bottom))
                boxes.append(Glyph(letter, left, top, right, bottom))
            x += across[index] if across else (0.0 if down else own)
            y += down[index] if down else 0.0
        if not boxes:
            continue
        whole.append(text)
        if level and not any(down):
            found.glyphs += boxes
        else:
            found.turned.append(_one_line(boxes))
    if whole and element.get("ID"):
        found.texts[element.get("ID", "")] = "".join(whole)


def _one_line(glyphs: list[Glyph]) -> Line:
    box = (
        round(min(one.left for one in glyphs)),
        round(min(one.top for one in glyphs)),
        round(max(one.right for one in glyphs)),
        round(max(one.bottom for one in glyphs)),
    )
    return Line("".join(one.letter for one in glyphs), box, 1.0)


def _collect_rules(element: Element, origin: tuple[float, float], found: _Found) -> None:
    """Keep the level and upright strokes of a path: ``M x y L x y`` (GB/T 33190 table 35)."""
    words = next(((part.text or "") for part in element if local(part) == "AbbreviatedData"), "").split()
    at: tuple[float, float] | None = None
    index = 0
    while index + 2 < len(words) and len(found.rules) < MOST_OBJECTS:
        if words[index] in {"M", "S", "L"}:
            point = _numbers(" ".join(words[index + 1 : index + 3]))
            if len(point) != 2:
                return
            to = (origin[0] + point[0], origin[1] + point[1])
            straight = at is not None and (abs(at[0] - to[0]) < 0.3 or abs(at[1] - to[1]) < 0.3)
            if words[index] == "L" and at is not None and straight:
                found.rules.append(_pixels(min(at[0], to[0]), min(at[1], to[1]), max(at[0], to[0]), max(at[1], to[1])))
            at = to
            index += 3
        else:
            index += 1


def _pixels(left: float, top: float, right: float, bottom: float) -> Box:
    edges = [max(-100_000, min(100_000, round(edge * PIXELS_A_MM))) for edge in (left, top, right, bottom)]
    return (edges[0], edges[1], edges[2], edges[3])


def _deltas(text: str | None, count: int) -> list[float]:
    """Return advances, ``g n d`` meaning n times d (GB/T 33190 clause 11.3)."""
    words = (text or "").split()
    deltas: list[float] = []
    index = 0
    while index < len(words) and len(deltas) < count:
        if words[index] == "g" and index + 2 < len(words):
            times, step = _numbers(words[index + 1]), _numbers(words[index + 2])
            deltas += (step or [0.0]) * min(count, int(times[0]) if times else 0)
            index += 3
        else:
            deltas += _numbers(words[index]) or [0.0]
            index += 1
    if not deltas:
        return []
    return (deltas + [deltas[-1]] * count)[:count]


def _numbers(text: str | None) -> list[float]:
    try:
        numbers = [float(word) for word in (text or "").replace(",", " ").split()]
    except ValueError:
        return []
    return numbers if all(math.isfinite(one) and abs(one) < 1e6 for one in numbers) else []
