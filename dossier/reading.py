"""What reading a capture yields: pages of lines, and the documents recognised in them. Plain frozen values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

Box = tuple[int, int, int, int]
"""Left, top, right, bottom in pixels of the upright page image (``Page.width`` × ``Page.height``)."""

PageSource = Literal["ocr", "text-layer", "structured"]
"""Where a page's text comes from: read from its image, a PDF's own text layer, or structured data (OFD, XML, DOCX)."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text where it stands on the page; ``confidence`` is 0…1."""

    text: str
    box: Box
    confidence: float


@dataclass(frozen=True, slots=True)
class Code:
    """A barcode or QR code: ``symbology`` as ZXing names it (``QRCode``, ``Code128`` …)."""

    symbology: str
    text: str
    box: Box


@dataclass(frozen=True, slots=True)
class SignatureRoom:
    """The room that a form leaves for a signature: its folded label, and what was seen in it.

    ``share`` is the ink of a pen in squares of the label's height.
    """

    label: str
    box: Box
    ink: Literal["signed", "unsigned", "unclear"]
    share: float


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a capture, upright.

    ``number`` counts from 1 in the capture; ``dpi`` is the resolution the image was read at; ``rotation`` is the
    clockwise turn in degrees that made it upright. ``text`` is the lines in reading order. A page that could not be
    read has ``failed`` set to a wording key and is never called blank.
    """

    number: int
    width: int
    height: int
    dpi: int
    rotation: int
    source: PageSource
    engine: str
    text: str
    lines: tuple[Line, ...]
    codes: tuple[Code, ...] = ()
    blank: bool = False
    failed: str | None = None
    signatures: tuple[SignatureRoom, ...] = ()

    @property
    def confidence(self) -> float:
        """Mean confidence of the lines weighted by their length, 0 for a page without lines."""
        weight = sum(len(line.text) for line in self.lines)
        return sum(line.confidence * len(line.text) for line in self.lines) / weight if weight else 0.0


@dataclass(frozen=True, slots=True)
class FieldValue:
    """A value read from a document, in the contract's form (dates ISO, amounts plain decimals, numbers unspaced).

    ``checked`` says how it was proven: ``check-digit``, ``repaired`` (look-alikes put in so that the check digit is
    right: likely, not proven), ``cross-sum``, ``words``, ``code`` (QR), ``structured``,
    ``pattern`` or ``label``; ``raw`` is the text it was read from.
    """

    value: str
    confidence: float
    page: int
    box: Box | None = None
    checked: str = "label"
    raw: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One reason for a kind, or one thing seen on the way to it.

    ``what`` is ``title``, ``cue``, ``field``, ``model``, ``code``, ``layout``, ``lesson`` (a person decided so on a
    page like this), ``side`` (``text`` is then ``front`` or ``back``) or ``signature`` (``text`` is then a role and
    what was seen where it signs: ``customer unsigned``); ``text`` is what was seen, ``weight`` what it counts.
    """

    what: str
    text: str
    weight: float
    page: int


@dataclass(frozen=True, slots=True)
class Recognised:
    """A document found in a capture's pages.

    ``review`` says that a person must decide; ``doubts`` are the wording keys that say why. ``alternatives`` are the
    next best kinds with their confidence. ``number`` is its number in the capture where a person split or merged
    documents; 0 means its place among them, from 1.
    """

    kind: str
    family: str
    confidence: float
    review: bool
    fields: Mapping[str, FieldValue]
    pages: tuple[int, ...]
    evidence: tuple[Evidence, ...] = ()
    doubts: tuple[str, ...] = ()
    alternatives: tuple[tuple[str, float], ...] = ()
    number: int = 0


@dataclass(frozen=True, slots=True)
class Reading:
    """All that reading one capture gave.

    ``error`` is a wording key when the whole capture could not be read; ``locked`` that it wants a password first.
    ``facts`` are the values that the wording of ``error`` names.
    """

    pages: tuple[Page, ...]
    documents: tuple[Recognised, ...]
    error: str | None = None
    locked: bool = False
    facts: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def numbered(self) -> dict[int, Recognised]:
        """Return the documents by their number in the capture."""
        return {one.number or place: one for place, one in enumerate(self.documents, 1)}
