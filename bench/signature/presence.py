"""Measure whether ink beside signature labels is seen for what it is: names, scrawls, nothing, stamps alone.

    nice .venv/bin/python -m bench.signature.presence [--pages 30] [--severity office] [--seed 1] [-v]

Draws pages of signature lines (underlined, in ruled cells, without a rule; Chinese and English labels), wears them as
scans are worn, reads them whole, and prints what was seen of each room, with precision and recall of *signed* and of
*unsigned*. A room that is *unclear* asks a person and counts for neither; the share of those is printed. Beside it, in
the same run: the plain rule that any dark pixel in the room is a signature.
"""

import argparse
import collections
import io
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, get_args

import cv2
import numpy as np
from PIL import Image, ImageDraw

from dossier.reading import Page
from ocr.reader import Reader, ReadingSettings
from ocr.signed import squeezed
from ocr.specimen.dice import Dice
from ocr.specimen.sheet import BLACK, BLUE, Sheet
from ocr.specimen.wear import Severity, degrade, wear_of

LABELS: Final = (
    "客户签字：", "客户签名：", "车主签名：", "委托人签字：", "服务顾问签字：", "销售顾问签名：", "检查人签字：",
    "技师签名：", "经办人签字：", "交车人签名：",
    "Customer signature: ", "Inspector's signature: ", "Advisor's signature: ",
)  # fmt: skip
PRINT: Final = "本人已对所购车辆逐项检查，确认车辆外观、内饰及随车物品、文件齐全完好，同意接收该车辆。"
NAMES: Final = ("陈大文", "王芳", "李明", "張志偉", "周婉儀", "A. Sample", "林美玲")
SIGNED: Final = frozenset({"name", "scrawl", "name-and-stamp"})
WHAT: Final = ("name", "name", "scrawl", "scrawl", "name-and-stamp", "blank", "blank", "blank", "stamp", "date-only")


@dataclass(frozen=True)
class Drawn:
    """A room as drawn: its label, what is in it, and the file's page it is on."""

    label: str
    what: str


def scrawl(page: Sheet, x: float, y: float, dice: Dice) -> None:
    """Write a signature nobody could read: a few swinging strokes of a pen."""
    pen = ImageDraw.Draw(page.image)
    wide = max(1, page.px(dice.uniform(0.25, 0.55)))
    ink = dice.choice((BLUE, BLACK, (40, 40, 60)))
    for _ in range(dice.randint(2, 5)):
        at = [(x + dice.uniform(0, 6), y + dice.uniform(-1, 4))]
        points = [at[0]]
        for _ in range(dice.randint(5, 11)):
            last = points[-1]
            points.append((last[0] + dice.uniform(-1.5, 4.2), y + dice.uniform(-2.5, 5)))
        curve = spline(points)
        pen.line([(page.px(a), page.px(b)) for a, b in curve], ink, wide, joint="curve")


def spline(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Return a smooth line through points (Catmull–Rom)."""
    padded = [points[0], *points, points[-1]]
    found = []
    for one, two, three, four in zip(padded, padded[1:], padded[2:], padded[3:], strict=False):
        for step in range(8):
            t = step / 8
            found.append(
                tuple(
                    0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)
                    for a, b, c, d in zip(one, two, three, four, strict=True)
                )
            )
    return found  # type: ignore[return-value]  # pairs, as zip keeps them


def drawn_page(seed: int, number: int) -> tuple[Image.Image, list[Drawn]]:
    """Draw a form's last page: a heading, some lines of print, and rooms to sign, each label once."""
    dice = Dice("signature", seed, number)
    page = Sheet((210.0, 297.0), 200, "zh-Hans", dice, {})
    page.text(105, 18, "交车检查表", 18, anchor="ma", bold=True)
    y = page.paragraph(16, 36, 178, PRINT * 3, 9.5)
    drawn = []
    y += 12
    for place, label in enumerate(dice.sample(LABELS, 8)):
        what, style = dice.choice(WHAT), ("rule", "cell", "bare")[(number + place) % 3]
        x = 18 + 92 * (place % 2)
        after = room(page, x, y, label, style)
        fill(page, after + 1.5, y, what, dice)
        if dice.likely(0.25) or what == "date-only":
            page.text(x, y + 8, "日期：    年   月   日", 9.5)
        drawn.append(Drawn(squeezed(label), what))
        y += 24 if place % 2 else 0
    return page.image, drawn


def room(page: Sheet, x: float, y: float, label: str, style: str) -> float:
    """Draw a label and the room beside it; return where the room begins."""
    if style == "cell":
        page.grid(x - 2, y - 3.5, [page.measure(label) + 4, 40], [11])
        page.text(x, y, label, 10.5)
        return x + page.measure(label) + 3
    after = page.text(x, y, label, 10.5)
    if style == "rule":
        page.line(after + 0.8, y + 4.4, after + 42, y + 4.4, wide=0.15)
    return after


def fill(page: Sheet, x: float, y: float, what: str, dice: Dice) -> None:
    """Put into a room what is to be there."""
    if what.startswith("name"):
        page.hand(x + dice.uniform(0, 5), y - dice.uniform(0, 1), dice.choice(NAMES), dice.uniform(11, 15))
    if what == "scrawl":
        scrawl(page, x + dice.uniform(0, 5), y, dice)
    if what.endswith("stamp"):
        page.stamp(x + 18, y + 2, "樣本汽車銷售服務有限公司", "業務專用章", across=dice.uniform(26, 38))


def seen(pages: tuple[Page, ...], label: str) -> tuple[str, tuple[int, int, int, int] | None]:
    """Return what reading saw in the room of a label: ``not found`` where it did not read the label."""
    for page in pages:
        for one in page.signatures:
            if one.label == label:
                return one.ink, one.box
    return "not found", None


def any_ink(image: Image.Image, page: Page, box: tuple[int, int, int, int]) -> bool:
    """Tell what the plain rule says: more than a hundredth of the room is dark."""
    grey = np.asarray(image.convert("L").resize((page.width, page.height)))
    part = grey[box[1] : box[3], box[0] : box[2]]
    return bool(part.size and (part < np.percentile(part, 75) - 45).mean() > 0.01)


def results(count: int, seed: int, severity: Severity, reader: Reader) -> Iterator[tuple[Drawn, str, bool | None]]:
    """Yield each room drawn, what reading saw in it, and what the plain rule says."""
    files, truths = [], []
    for number in range(count):
        image, drawn = drawn_page(seed, number)
        files.append((str(number), degrade(image, wear_of(severity, seed, number))))
        truths.append(drawn)
    for (name, reading), (_, content), drawn in zip(reader.read_many(files), files, truths, strict=True):
        image = Image.open(io.BytesIO(content)).convert("RGB")
        for one in drawn:
            ink, box = seen(reading.pages, one.label)
            page = reading.pages[0]
            if page.rotation:
                image = image.rotate(-page.rotation, expand=True)
            yield one, ink, None if box is None else any_ink(image, page, box)
        del name


def main() -> int:
    """Draw, read, print; fail where signed is claimed too often of empty rooms."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--pages", type=int, default=30)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--severity", choices=get_args(Severity), default="office")
    chosen = options.parse_args()
    cv2.setNumThreads(1)
    table: collections.Counter[tuple[str, str]] = collections.Counter()
    plain: collections.Counter[tuple[bool, bool]] = collections.Counter()
    with Reader(ReadingSettings(workers=2)) as reader:
        for one, ink, dark in results(chosen.pages, chosen.seed, chosen.severity, reader):
            table[one.what, ink] += 1
            if dark is not None:
                plain[one.what in SIGNED, dark] += 1
    columns = ("signed", "unsigned", "unclear", "not found")
    print(f"{'drawn':16}" + "".join(f"{name:>11}" for name in columns))
    for what in dict.fromkeys(WHAT):
        print(f"{what:16}" + "".join(f"{table[what, name]:11}" for name in columns))
    judged = {name: sum(n for (_, ink), n in table.items() if ink == name) for name in columns}
    right = {
        "signed": sum(n for (what, ink), n in table.items() if ink == "signed" and what in SIGNED),
        "unsigned": sum(n for (what, ink), n in table.items() if ink == "unsigned" and what not in SIGNED),
    }
    there = {
        "signed": sum(n for (what, ink), n in table.items() if what in SIGNED and ink != "not found"),
        "unsigned": sum(n for (what, ink), n in table.items() if what not in SIGNED and ink != "not found"),
    }
    for name in ("signed", "unsigned"):
        precision, recall = right[name] / max(1, judged[name]), right[name] / max(1, there[name])
        print(f"{name:9} precision {precision:.3f}  recall {recall:.3f}")
    total = sum(judged.values())
    print(f"unclear {judged['unclear'] / total:.3f}, label not read {judged['not found'] / total:.3f} of {total} rooms")
    found = plain[True, True]
    claimed, signed = found + plain[False, True], found + plain[True, False]
    print(f"any ink   precision {found / max(1, claimed):.3f}  recall {found / max(1, signed):.3f} of signed")
    return 0 if right["signed"] >= 0.95 * judged["signed"] else 1


if __name__ == "__main__":
    sys.exit(main())
