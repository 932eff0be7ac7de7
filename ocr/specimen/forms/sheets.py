"""Sheets that are no documents: separators with patch or bar codes, and blank pages."""

from ocr.specimen.pad import Pad, form
from ocr.specimen.sheet import GREY, Sheet

_PATCH_T = (5.1, 2.0, 2.0, 5.1)  # bars of a patch code in millimetres: wide and narrow, 2.0 apart


def _patch(page: Sheet, x: float, y: float, long: float, *, lying: bool) -> None:
    for wide in _PATCH_T:
        if lying:
            page.frame(x, y, long, wide, fill=(10, 10, 10))
            y += wide + 2.0
        else:
            page.frame(x, y, wide, long, fill=(10, 10, 10))
            x += wide + 2.0


@form("separator", "general", variants=4)
def separator(pad: Pad) -> None:
    """Draw a separator sheet: patch code T on all sides, Code 128 or Code 39 PATCHT, or a QR code."""
    page = pad.sheet()
    page.mark(105, 150)
    if pad.variant == 0:
        _patch(page, 40, 12, 130, lying=True)
        _patch(page, 40, 265, 130, lying=True)
        _patch(page, 12, 60, 170, lying=False)
        page.text(105, 120, pad.w("分 隔 页", "SEPARATOR SHEET"), 30, anchor="ma", bold=True)
        page.text(105, 136, "PATCH T", 14, anchor="ma", ink=GREY)
    elif pad.variant == 3:
        page.code(65, 50, 80, "PATCHT")
        page.text(105, 170, pad.w("文件分隔页　请勿取出", "Document separator – do not remove"), 16, anchor="ma")
    else:
        page.code(45, 70, 120, "PATCHT", kind="Code128" if pad.variant == 1 else "Code39", height=34)
        page.text(105, 108, "PATCHT", 14, anchor="ma", face="mono")
        page.text(105, 170, pad.w("扫描分隔页", "Scan separator page"), 18, anchor="ma")


@form("cover-sheet", "general", variants=2)
def cover_sheet(pad: Pad) -> None:
    """Draw the cover sheet that files what comes behind it: a QR code that names the dossier."""
    page, key = pad.sheet(), pad.case.vehicle.vin
    page.mark(105, 280)
    page.text(105, 36, pad.w("卷宗封面", "Dossier Cover Sheet"), 24, anchor="ma", bold=True)
    side = 70 if pad.variant == 0 else 46
    page.code(105 - side / 2, 60, side, f"juanzong:dossier:{key}")
    page.text(105, 150, key, 18, anchor="ma", face="mono")
    page.text(
        105,
        168,
        pad.w("请置于本卷宗文件之前一并扫描", "Scan in front of the papers of this dossier"),
        12,
        anchor="ma",
        ink=GREY,
    )


@form("blank", "general", variants=1)
def blank(pad: Pad) -> None:
    """Draw an empty page: nothing but a mark so faint that no reader should read it."""
    page = pad.sheet()
    page.text(105, 291, "SPECIMEN／樣本", 6, ink=(243, 243, 243), anchor="ma", silent=True)
