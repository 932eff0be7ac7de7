"""What the dealer's own forms share: the head of the sheet, the table of names, the lines to sign on."""

from ocr.specimen.pad import Pad
from ocr.specimen.sheet import BLACK, GREY, Ink, Sheet


def letterhead(pad: Pad, page: Sheet, y: float = 10, ink: Ink = BLACK) -> float:
    """Draw the dealer's head with an invented emblem; return where the form may start."""
    dealer = pad.case.dealer
    shape = pad.dice.randint(0, 2)
    if shape == 0:
        page.pen.ellipse((page.px(15), page.px(y), page.px(27), page.px(y + 12)), outline=ink, width=page.px(0.8))
        page.pen.polygon(
            [(page.px(21), page.px(y + 2)), (page.px(25.5), page.px(y + 9)), (page.px(16.5), page.px(y + 9))], fill=ink
        )
    elif shape == 1:
        page.frame(15, y + 1, 14, 9, ink=ink, wide=0.7, round_mm=3)
        page.line(17, y + 7.5, 27, y + 3.5, ink=ink, wide=0.9)
    page.text(32 if shape < 2 else 15, y + 2, pad.w(dealer.name, dealer.latin), 11, ink=ink, fit=110)
    page.text(32 if shape < 2 else 15, y + 7.5, pad.w(f"电话：{dealer.phone}", f"Tel. {dealer.phone}"), 8, ink=GREY)
    page.mark(195, y + 5, anchor="rm")
    page.line(15, y + 13, 195, y + 13, ink=ink, wide=0.4)
    return y + 17


def vehicle_head(
    page: Sheet,
    y: float,
    pairs: list[tuple[str, str, str | None]],
    widths: tuple[float, ...] = (26, 68, 26, 60),
    height: float = 8,
) -> float:
    """Draw a head table of label–value pairs, two a row; return its lower edge."""
    page.grid(15, y, widths, [height] * ((len(pairs) + 1) // 2))
    for place, (label, text, field) in enumerate(pairs):
        row, side = divmod(place, 2)
        x = 15 + sum(widths[: side * 2])
        page.cell(x, y + row * height, widths[side * 2], height, label, 9.5, align="middle")
        page.cell(x + widths[side * 2], y + row * height, widths[side * 2 + 1], height, text, 10, field=field)
    return y + height * ((len(pairs) + 1) // 2)


def signatures(page: Sheet, y: float, roles: list[tuple[str, str]], x: float = 18, step: float = 60) -> None:
    """Draw signature lines: (label, name signed by hand or empty)."""
    for place, (label, name) in enumerate(roles):
        page.ruled(x + place * step, y, label, name, step - page.measure(label) - 6, by_hand=True)
