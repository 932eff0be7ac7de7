"""Batches of scans: the papers of one sale, the demo's three sales, and as many as a measurement wants."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from PIL import Image

from dossier.wording import Lang
from ocr.specimen import case as cases
from ocr.specimen.case import Case
from ocr.specimen.dice import Dice
from ocr.specimen.encoding import SUFFIXES, FileFormat
from ocr.specimen.pad import FORMS, draw
from ocr.specimen.paper import Paper, Truth
from ocr.specimen.wear import Severity, Wear, degrade, wear_of

REQUIRED: Final = (
    "green-card",
    "purchase-invoice",
    "sales-contract",
    "id-card",
    "delivery-checklist",
    "vehicle-licence",
    "insurance-policy",
    "derived-services-list",
    "vehicle-certificate",
    "delivery-photo",
    "pdi-checklist",
    "other-certificate",
)
"""The twelve papers of a new vehicle's dossier, of a private buyer."""
_DRAWN_DPI: Final = 200
_NEVER_STAMPED: Final = frozenset({"blank", "separator", "cover-sheet", "delivery-photo"})
_STAMPED_IN_DEMO: Final = frozenset({"green-card", "sales-contract", "delivery-checklist", "pdi-checklist", "contract"})
_DEMO_LAYOUT: Final = {"id-card": 2, "delivery-photo": 0, "derived-services-list": 0}
"""Layouts the demo keeps to: a card's sides on two pages, and usual titles, so that one paper alone is undecidable."""
_FILED_AS: Final[dict[str, FileFormat]] = {
    "sales-contract": "pdf",
    "id-card": "tiff",
    "contract": "pdf",
    "report": "pdf",
    "unclear": "jpeg",
}


@dataclass(frozen=True, slots=True)
class Scan:
    """A file as a scanner leaves it, and the truth about the documents in it."""

    name: str
    content: bytes
    documents: tuple[Truth, ...]


@dataclass(frozen=True, slots=True)
class _Order:
    """A scan to be made: nothing is drawn before it is taken."""

    name: str
    kind: str
    case: Case
    script: Lang
    variant: int
    wear: Wear
    dossier: int
    undecidable: bool = False

    def made(self) -> Scan:
        paper = draw(self.kind, self.case, script=self.script, variant=self.variant, dpi=_DRAWN_DPI, seed=self.name)
        truth = replace(paper.truth, dossier=self.dossier, undecidable=self.undecidable)
        return Scan(self.name, degrade(paper.pages, self.wear, drawn_dpi=_DRAWN_DPI), (truth,))


@dataclass(frozen=True, slots=True)
class Batch:
    """Scans that are drawn one by one as they are asked for, so that a large batch needs no more memory than a small
    one.
    """

    orders: tuple[_Order, ...]

    def __len__(self) -> int:
        return len(self.orders)

    def __getitem__(self, place: int) -> Scan:
        return self.orders[place].made()

    def __iter__(self) -> Iterator[Scan]:
        return (order.made() for order in self.orders)

    @property
    def cases(self) -> dict[int, Case]:
        """The sales behind the batch, by the number that its truths give as ``dossier``."""
        return {order.dossier: order.case for order in self.orders if order.dossier}


def vehicle_papers(
    seed: object = 0,
    *,
    script: Lang = "zh-Hans",
    kinds: Sequence[str] = REQUIRED,
    sold: date = date(2026, 3, 18),
    for_company: bool = False,
    dpi: int = _DRAWN_DPI,
    variant: int | None = None,
) -> Iterator[Paper]:
    """Draw the papers of one sale, clean, one after the other.

    Raises:
        UnknownKind: no form is registered for one of ``kinds``.
        FontsMissing: no Chinese font is installed.
    """
    case = cases.sale(seed, sold=sold, for_company=for_company)
    return (draw(kind, case, script=script, variant=variant, dpi=dpi, seed=seed) for kind in kinds)


def general_papers(
    seed: object = 0, *, script: Lang = "zh-Hans", kinds: Sequence[str] = (), dpi: int = _DRAWN_DPI
) -> Iterator[Paper]:
    """Draw the papers of an office that belong to no car, each about another case; all kinds where none are named.

    Raises:
        UnknownKind: no form is registered for one of ``kinds``.
        FontsMissing: no Chinese font is installed.
    """
    chosen = kinds or [made.name for made in FORMS.values() if made.group == "general"]
    return (
        draw(kind, cases.sale(seed, kind, for_company=Dice(seed, kind).likely(0.5)), script=script, dpi=dpi, seed=seed)
        for kind in chosen
    )


def demo_batch(seed: object = "demo", *, today: date) -> Batch:
    """Return the demo's scans: three sales and some papers of none, dated back from ``today``.

    Dossier 1, sold two days before, is whole and in Simplified Chinese; dossier 2 in Traditional Chinese was sold four
    weeks before and lacks insurance policy, derived-services list and delivery photo; dossier 3, a company's of the
    day before, mixes in English, lacks insurance policy and delivery photo, and holds one stained paper that nobody
    can tell.

    Raises:
        FontsMissing: no Chinese font is installed.
    """
    dice = Dice("demo", seed)
    whole = cases.sale(seed, 1, sold=today - timedelta(days=2), today=today)
    late = cases.sale(seed, 2, sold=today - timedelta(days=28), today=today)
    mixed = cases.sale(seed, 3, sold=today - timedelta(days=1), for_company=True, today=today)
    missing = {"insurance-policy", "derived-services-list", "delivery-photo", "other-certificate"}
    english = {"green-card", "sales-contract", "delivery-checklist", "pdi-checklist", "derived-services-list"}
    plan: list[tuple[str, Case, Lang, int]] = [(kind, whole, "zh-Hans", 1) for kind in REQUIRED]
    plan += [(kind, late, "zh-Hant", 2) for kind in REQUIRED if kind not in missing]
    for kind in (
        "green-card",
        "purchase-invoice",
        "sales-contract",
        "business-licence",
        "delivery-checklist",
        "derived-services-list",
        "vehicle-licence",
        "vehicle-certificate",
        "pdi-checklist",
        "unclear",
    ):
        plan.append((kind, mixed, "en" if kind in english else "zh-Hans", 3))
    plan += [
        (kind, cases.sale(seed, kind, sold=today - timedelta(days=9), for_company=kind != "id-card"), "zh-Hans", 0)
        for kind in ("contract", "id-card", "vat-invoice", "e-invoice")
    ]
    orders = []
    for number, (kind, case, script, dossier) in enumerate(plan, 1):
        wear = wear_of("office" if number % 3 else "light", seed, number)
        usual: FileFormat = "pdf" if number % 6 == 0 else "png" if number % 11 == 0 else "jpeg"
        file_format = _FILED_AS.get(kind, usual)
        wear = replace(wear, file_format=file_format, stamps=wear.stamps if kind in _STAMPED_IN_DEMO else 0)
        if kind == "unclear":
            wear = replace(wear, stains=2, faded=0.45, noise=9, blur=1.1, quality=45)
        variant = _DEMO_LAYOUT.get(kind, dice.randint(0, 11))
        orders.append(
            _Order(
                _scanner_name(number, today, file_format), kind, case, script, variant, wear, dossier, kind == "unclear"
            )
        )
    return Batch(tuple(orders))


def _scanner_name(number: int, today: date, file_format: FileFormat) -> str:
    style = number % 3
    stem = (f"SCAN{number:04d}", f"扫描_{today:%Y%m%d}_{number:04d}", f"IMG_{today:%Y%m%d}_{number:03d}")[style]
    return stem + SUFFIXES[file_format]


def stack(
    seed: object = 0,
    *,
    kinds: Sequence[str] = REQUIRED,
    parted_by: int | None = 0,
    script: Lang = "zh-Hans",
    severity: Severity = "office",
    file_format: FileFormat = "pdf",
) -> Scan:
    """Return one file of several documents, as a feeder scans a stack: each document begins on a new page.

    ``parted_by`` is the variant of the separator sheet between them (0 patch code T, 1 Code 128, 2 Code 39, 3 QR code),
    None for no separators. ``documents`` has the truth of each in order; a document has as many pages as texts.

    Raises:
        UnknownKind: no form is registered for one of ``kinds``.
        FontsMissing: no Chinese font is installed.
    """
    case = cases.sale(seed)
    wear = replace(wear_of(severity, seed, "stack"), file_format=file_format)
    truths: list[Truth] = []

    def sheets() -> Iterator[Image.Image]:
        for kind in kinds:
            if truths and parted_by is not None:
                yield from draw("separator", case, script=script, variant=parted_by, dpi=_DRAWN_DPI).pages
            paper = draw(kind, case, script=script, dpi=_DRAWN_DPI, seed=seed)
            truths.append(replace(paper.truth, dossier=1))
            yield from paper.pages

    content = degrade(sheets(), wear, drawn_dpi=_DRAWN_DPI)
    return Scan(f"stack{SUFFIXES[file_format]}", content, tuple(truths))


def larger_batch(
    n: int,
    seed: object = 0,
    severity: Severity = "hard",
    *,
    kinds: Sequence[str] = (),
    scripts: Sequence[Lang] = ("zh-Hans", "zh-Hant", "en"),
) -> Batch:
    """Return ``n`` scans for measuring or training, kinds and scripts in turn, every one about another case.

    Raises:
        FontsMissing: no Chinese font is installed.
    """
    chosen = list(kinds or FORMS)
    orders = []
    for number in range(n):
        made = FORMS[chosen[number % len(chosen)]]
        dice = Dice("larger", seed, severity, number)
        script = dice.choice([script for script in scripts if script in made.scripts] or list(made.scripts))
        case = cases.sale(
            seed,
            severity,
            number,
            sold=date(2026, 11, 1) - timedelta(days=dice.randint(1, 1500)),
            for_company=dice.likely(0.3),
        )
        wear = wear_of(severity, seed, number)
        if made.kind in _NEVER_STAMPED:
            wear = replace(wear, stamps=0)
        file_format = _FILED_AS.get(made.name, "jpeg")
        orders.append(
            _Order(
                f"{made.name}_{number:05d}{SUFFIXES[file_format]}",
                made.name,
                case,
                script,
                dice.randint(0, 11),
                replace(wear, file_format=file_format),
                number + 1,
            )
        )
    return Batch(tuple(orders))
