# ruff: noqa: PLR0917 - a form is drawn top to bottom: its wording stands where it is drawn, coordinates come first
"""The picture of car and customer at the handover."""

from ocr.specimen.pad import Pad, form
from ocr.specimen.sheet import BLACK, Ink, Sheet


@form("delivery-photo", "sale", variants=3)
def delivery_photo(pad: Pad) -> None:
    """Draw the picture of car and customer at the handover, with its caption."""
    case, wide = pad.case, pad.variant != 1
    page = pad.sheet(178, 127) if wide else pad.sheet(127, 178)
    dice, car = pad.dice, case.vehicle
    horizon = page.height * (0.56 if wide else 0.5)
    sky = dice.choice(((176, 205, 228), (214, 220, 226), (228, 216, 200)))
    page.frame(0, 0, page.width, horizon, fill=sky, ink=sky)
    page.frame(0, horizon, page.width, page.height, fill=(150, 152, 150), ink=(150, 152, 150))
    for column in range(6):
        page.frame(
            column * page.width / 6 + 2,
            12,
            page.width / 6 - 4,
            horizon - 14,
            fill=(200, 218, 226),
            ink=(110, 120, 126),
            wide=0.6,
        )
    page.frame(0, 0, page.width, 10, fill=(30, 66, 120), ink=(30, 66, 120))
    page.text(
        page.width / 2,
        5,
        pad.w(case.dealer.name, case.dealer.latin),
        11,
        ink=(250, 250, 250),
        anchor="mm",
        fit=page.width - 10,
    )
    _draw_car(
        page,
        page.width * 0.14,
        horizon - page.width * 0.1,
        page.width * 0.66,
        dice.choice(((190, 30, 36), (40, 70, 140), (236, 238, 240), (36, 38, 42), (160, 164, 170))),
        car.plate if pad.variant != 2 else "",
    )
    for place in range(dice.randint(1, 2)):
        _draw_person(
            page,
            page.width * (0.84 + place * 0.09),
            horizon - page.width * 0.14,
            page.width * 0.3,
            dice.choice(((120, 40, 60), (40, 60, 90), (70, 90, 60))),
        )
    top = page.height - 26
    page.frame(8, top, page.width - 16, 22, fill=(252, 252, 248), ink=(60, 60, 60), wide=0.5)
    page.text(
        page.width / 2,
        top + 4.5,
        pad.w(("交车照片", "交车留念", "新车交车合影")[pad.variant], "Delivery photo"),
        13,
        anchor="mm",
        bold=True,
    )
    name = pad.w(case.buyer_name, case.buyer.latin)
    end = page.text(12, top + 9, pad.w("车主：", "Owner: "), 9)
    page.text(end, top + 9, name, 9, field="name", fit=page.width / 2 - 18)
    page.text(
        page.width / 2 + 4,
        top + 9,
        pad.w("交车日期：", "Delivered: ") + pad.day(case.delivered, 0),
        9,
        field="issue_date",
        value=case.delivered.isoformat(),
    )
    end = page.text(12, top + 15, pad.w("车架号：", "VIN: "), 9)
    page.text(end, top + 15, car.vin, 9, field="vin")
    end = page.text(page.width / 2 + 4, top + 15, pad.w("车型：", "Model: "), 9)
    page.text(end, top + 15, car.model, 9)
    page.mark(page.width - 6, 15, points=8.5, anchor="rm")


def _draw_car(page: Sheet, x: float, y: float, wide: float, paint: Ink, plate: str) -> None:
    def at(points: list[tuple[float, float]]) -> list[tuple[int, int]]:
        return [(page.px(x + px * wide), page.px(y + py * wide)) for px, py in points]

    shade = tuple(int(c * 0.7) for c in paint)
    page.pen.polygon(
        at([(0.0, 0.3), (0.02, 0.16), (0.2, 0.13), (0.33, 0.0), (0.7, 0.0), (0.84, 0.13), (0.98, 0.17), (1.0, 0.3)]),
        fill=paint,
        outline=shade,
    )
    page.pen.polygon(at([(0.235, 0.13), (0.345, 0.025), (0.51, 0.025), (0.51, 0.13)]), fill=(90, 110, 124))
    page.pen.polygon(at([(0.535, 0.13), (0.535, 0.025), (0.69, 0.025), (0.79, 0.13)]), fill=(90, 110, 124))
    page.pen.line(at([(0.52, 0.13), (0.52, 0.28)]), fill=shade, width=page.px(0.5))
    page.pen.ellipse(at([(0.94, 0.17), (0.99, 0.21)]), fill=(250, 246, 200))
    page.pen.ellipse(at([(0.005, 0.17), (0.04, 0.21)]), fill=(200, 40, 30))
    for wheel in (0.2, 0.79):
        page.pen.ellipse(at([(wheel - 0.085, 0.215), (wheel + 0.085, 0.385)]), fill=(30, 30, 32))
        page.pen.ellipse(at([(wheel - 0.05, 0.25), (wheel + 0.05, 0.35)]), fill=(170, 172, 176))
    if plate:
        left, top = x + wide * 0.37, y + wide * 0.19
        page.frame(
            left, top, 36, 10, fill=(20, 60, 150) if len(plate) < 8 else (120, 190, 120), ink=(240, 240, 240), wide=0.4
        )
        page.text(
            left + 18,
            top + 5,
            f"{plate[:2]}·{plate[2:]}",
            15,
            ink=(250, 250, 250) if len(plate) < 8 else BLACK,
            anchor="mm",
            field="plate",
            value=plate,
        )


def _draw_person(page: Sheet, x: float, y: float, tall: float, coat: Ink) -> None:
    head = tall * 0.12
    page.pen.ellipse((page.px(x - head), page.px(y - head), page.px(x + head), page.px(y + head)), fill=(226, 190, 160))
    page.frame(x - tall * 0.16, y + head, tall * 0.32, tall * 0.46, fill=coat, ink=coat, round_mm=3)
    page.frame(x - tall * 0.12, y + head + tall * 0.42, tall * 0.1, tall * 0.4, fill=(50, 52, 60), ink=(50, 52, 60))
    page.frame(x + tall * 0.02, y + head + tall * 0.42, tall * 0.1, tall * 0.4, fill=(50, 52, 60), ink=(50, 52, 60))
