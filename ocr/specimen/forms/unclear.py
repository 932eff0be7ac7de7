"""A paper that nobody can tell: no title, no names, ticks in a table."""

from ocr.specimen.pad import Pad, form
from ocr.specimen.sheet import GREY


@form("unclear", "general", variants=1, kind="other")
def unclear(pad: Pad) -> None:
    """Draw a sheet without a heading whose entries could be of several forms."""
    page, case = pad.sheet(), pad.case
    page.mark(180, 14)
    page.text(20, 40, pad.w("车架号", "VIN") + f"：{case.vehicle.vin}", 11, ink=GREY)
    rows = [[pad.w("项目", "Item"), pad.w("情况", "State"), pad.w("备注", "Notes")]]
    rows += [[str(number), "", ""] for number in range(1, 13)]
    page.rows(20, 54, (30, 90, 50), 9, rows, 10, ink=GREY)
    for row in range(12):
        page.hand(
            56,
            65 + row * 9,
            pad.dice.choice((pad.w("已看", "seen"), pad.w("可以", "fine"), "—", pad.w("下次", "later"))),
            12,
        )
    page.hand(120, 190, f"{case.sold:%m.%d}", 14)
