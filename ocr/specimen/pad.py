"""The pad that forms are drawn on, and the register of the forms that can be drawn."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import ClassVar, Final, Literal

from dossier.errors import ExitCode, JuanzongError
from dossier.wording import Lang
from ocr.specimen.case import Case
from ocr.specimen.dice import Dice
from ocr.specimen.fonts import Face
from ocr.specimen.paper import Paper, Truth
from ocr.specimen.script import write
from ocr.specimen.sheet import A4, Ink, Sheet

Group = Literal["sale", "service", "general"]
_MONTHS: Final = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


class UnknownKind(JuanzongError):
    """No form is registered for a kind."""

    exit_code: ClassVar[ExitCode] = ExitCode.USAGE
    wording: ClassVar[str] = "specimen.unknown_kind"


@dataclass
class Pad:
    """One paper in the making: its case, how it is written, and the pages drawn so far."""

    case: Case
    script: Lang
    variant: int
    dpi: int
    dice: Dice
    body: Face
    fields: dict[str, str] = field(default_factory=dict)
    sheets: list[Sheet] = field(default_factory=list)

    @property
    def english(self) -> bool:
        """Whether the paper is in English."""
        return self.script == "en"

    def w(self, chinese: str, english: str) -> str:
        """Return the wording for the paper's language."""
        return english if self.script == "en" else chinese

    def loose(self, width: float, height: float, tint: Ink = (255, 255, 255)) -> Sheet:
        """Return a sheet in millimetres that is not a page of the paper yet: a card to copy, a slip to paste."""
        return Sheet((width, height), self.dpi, self.script, self.dice, self.fields, tint, self.body)

    def sheet(self, width: float = A4[0], height: float = A4[1], tint: Ink = (255, 255, 255)) -> Sheet:
        """Return the paper's next page."""
        page = self.loose(width, height, tint)
        self.sheets.append(page)
        return page

    def day(self, day: date, style: int | None = None) -> str:
        """Write a date as people of the paper's language do; ``style`` picks one of three ways."""
        way = self.dice.randint(0, 2) if style is None else style
        if self.english:
            return (
                f"{day:%Y-%m-%d}",
                f"{day.day} {_MONTHS[day.month - 1]} {day.year}",
                f"{_MONTHS[day.month - 1]} {day.day}, {day.year}",
            )[way]
        return (
            f"{day:%Y-%m-%d}",
            f"{day.year}年{day.month}月{day.day}日",
            f"{day.year}年{day.month:02d}月{day.day:02d}日",
        )[way]

    def put(self, name: str, value: str) -> None:
        """Note the true value of a field that is drawn in pieces or implied by the paper."""
        self.fields.setdefault(name, write(value, self.script))


Draw = Callable[[Pad], None]


@dataclass(frozen=True, slots=True)
class Form:
    """How to draw one paper: ``variants`` layouts, in English too where offices have that; ``kind`` is what it is
    filed as.
    """

    name: str
    kind: str
    group: Group
    draw: Draw
    variants: int
    scripts: tuple[Lang, ...]


FORMS: Final[dict[str, Form]] = {}
"""Every paper that can be drawn, by its name, in the order of the register; the name is the kind's id where one form
serves it.
"""


def form(
    name: str, group: Group, *, variants: int, english: bool = True, chinese: bool = True, kind: str | None = None
) -> Callable[[Draw], Draw]:
    """Register the decorated function as the drawing of ``name``, which is a paper of ``kind`` (the same, unless
    given).
    """
    scripts: tuple[Lang, ...] = (("zh-Hans", "zh-Hant") if chinese else ()) + (("en",) if english else ())

    def enter(draw: Draw) -> Draw:
        FORMS[name] = Form(name, kind or name, group, draw, variants, scripts)
        return draw

    return enter


def draw(
    name: str, case: Case, *, script: Lang = "zh-Hans", variant: int | None = None, dpi: int = 200, seed: object = 0
) -> Paper:
    """Draw the paper ``name`` of the register, telling of ``case``.

    ``variant`` is one of the form's layouts (taken modulo their number), chance picks it where it is not given. A form
    that is not made in ``script`` is drawn in the nearest it is made in.

    Raises:
        UnknownKind: no form is registered as ``name``.
        FontsMissing: no Chinese font is installed.
    """
    if name not in FORMS:
        raise UnknownKind(kind=name, kinds=", ".join(FORMS))
    made = FORMS[name]
    if script not in made.scripts:
        script = made.scripts[0]
    dice = Dice(name, case.seed, script, seed)
    chosen = dice.randint(0, made.variants - 1) if variant is None else variant % made.variants
    body: Face = dice.choice(("sans", "sans", "sans", "serif", "serif", "kai"))
    pad = Pad(case, script, chosen, dpi, dice, body)
    made.draw(pad)
    truth = Truth(made.kind, dict(pad.fields), tuple(page.spoken() for page in pad.sheets), script, chosen)
    return Paper(truth, tuple(page.image for page in pad.sheets), dpi)
