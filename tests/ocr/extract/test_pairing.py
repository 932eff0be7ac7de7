"""Labels and values by where they stand."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossier.reading import Line, Page
from ocr.extract import extract
from ocr.extract.sheet import Sheet, levelled, sloping, tilt
from tests.ocr.extract.drawn import HEIGHT, line, page, values

VIN = "LX9ZDCXT5TZ942410"


def turned(sheet: Page, degrees: float) -> Page:
    """Return the page as it lies skewed: every box around its turned text."""
    slope = math.tan(math.radians(degrees))
    lines = []
    for one in sheet.lines:
        left, top, right, bottom = one.box
        x, y = (left + right) / 2, (top + bottom) / 2
        x, y = x - slope * y, y + slope * x
        high = bottom - top + abs(slope) * (right - left)
        half = (right - left) / 2
        lines.append(
            Line(one.text, (round(x - half), round(y - high / 2), round(x + half), round(y + high / 2)), one.confidence)
        )
    return page(*lines)


@pytest.mark.parametrize(
    "lines",
    [
        [line(f"车架号：{VIN}", 100, 100)],
        [line("车架号", 100, 100), line(VIN, 300, 104)],
        [line("车 架 号", 100, 100), line(VIN, 300, 100)],
        [line("車身號碼", 100, 100), line(VIN, 320, 100)],
        [line("车辆识别代号/车架号码", 100, 100), line(VIN, 900, 100)],
        [line("车辆识别代号", 100, 100), line(VIN, 100, 140)],
        [line("车架号（VIN）", 100, 100), line(VIN[:9], 400, 100), line(VIN[9:], 560, 100)],
        [line("VIN", 100, 100), line(VIN, 300, 100)],
        [line("牛辆识别代号", 100, 100), line(VIN, 400, 100)],
        [line(f"以上车辆{VIN}已交付", 100, 100)],
        [line("车架号", 100, 100), line(VIN[1:], 320, 100)],
        [line("交车检查表", 100, 40), line(VIN[1:], 320, 100)],
        [line("车架号", 100, 100), line(VIN.replace("0", "O"), 320, 100)],
    ],
    ids=[
        *("colon", "cell", "spaced", "traditional", "far", "below", "pieces", "english", "misread", "none"),
        *("beheaded", "beheaded-none", "letters"),
    ],
)
def test_a_vin_is_found_wherever_its_label_stands(lines: list[Line]) -> None:
    """After a colon, in the next cell, under the label, in two pieces, without a label."""
    found = extract("delivery-checklist", [page(*lines)], family="checklist")
    assert found["vin"].value == VIN
    assert found["vin"].checked == "check-digit"


def test_a_plate_glued_to_its_label_is_found() -> None:
    """Engines read label and plate as one text; a stamp's shred beside it is left out."""
    shred = line("司", 420, 100, confidence=0.1)
    found = extract("insurance-policy", [page(line("号牌号码陕XF54247", 100, 100), shred)], family="insurance")
    assert values(found) == {"plate": "陕XF54247"}


def test_evidence_is_where_the_value_stands() -> None:
    """The box of a value lies in its line and leaves the label out; page and raw text are given."""
    one = line(f"车架号：{VIN}", 100, 100)
    found = extract("delivery-checklist", [page(one, number=3)], family="checklist")["vin"]
    assert found.page == 3
    assert found.raw == VIN
    assert found.box is not None
    assert found.box[0] >= 100 + 3 * HEIGHT
    assert found.box[2] <= one.box[2] + 1


def test_a_value_ends_where_the_next_label_begins() -> None:
    """Three persons on one line are told apart."""
    found = extract(
        "vat-invoice",
        [page(line("收款人：付强", 50, 900), line("复核：王宝宝", 500, 900), line("开票人：李大山", 900, 902))],
    )
    assert values(found)["drawer"] == "李大山"


def test_an_address_goes_on_over_lines_but_not_into_the_next_label() -> None:
    """Lines flush with the beginning belong to it; a label ends it."""
    found = extract(
        "vehicle-licence",
        [
            page(
                line("住址", 50, 100),
                line("样本市北林区和平路", 200, 100),
                line("524号3栋2单元", 202, 138),
                line("使用性质", 50, 180),
                line("非营运", 200, 180),
            )
        ],
    )
    assert values(found)["address"] == "样本市北林区和平路524号3栋2单元"


def test_nothing_is_made_of_empty_labels() -> None:
    """A form that nobody filled in gives no values."""
    labels = ["车架号", "车牌号码", "联系电话", "身份证号码", "合同编号", "开票日期", "价税合计", "客户姓名"]
    assert values(extract("green-card", [page(*(line(one, 100, 60 * row) for row, one in enumerate(labels)))])) == {}
    assert extract("green-card", []) == {}


@given(st.floats(-4.5, 4.5))
def test_a_skewed_form_reads_like_a_level_one(degrees: float) -> None:
    """Three forms beside each other are paired by row at any skew a scanner leaves."""
    left = ["车架号", "号牌号码", "发动机号码", "品牌型号", "所有人", "住址", "注册日期", "发证日期"]
    right = [
        VIN,
        "甘X10892",
        "MEP115107",
        "示例牌SL7142GN",
        "韩示例",
        "虚构市开发区人民路4号",
        "2026-03-18",
        "2026-03-20",
    ]
    lines = [line(text, 100, 90 * row + 60) for row, text in enumerate(left)]
    lines += [line(text, 620, 90 * row + 60) for row, text in enumerate(right)]
    lines += [line("总质量", 1150, 90 * row + 60) for row in range(8)]
    found = values(extract("vehicle-licence", [turned(page(*lines), degrees)]))
    assert found == {
        "vin": VIN,
        "plate": "甘X10892",
        "engine_number": "MEP115107",
        "brand_model": "示例牌SL7142GN",
        "name": "韩示例",
        "address": "虚构市开发区人民路4号",
        "issue_date": "2026-03-20",
    }


@given(st.integers(-35, 35), st.integers(0, 1500), st.integers(0, 1500), st.integers(10, 600))
def test_levelling_a_box_can_be_undone(step: int, left: int, top: int, width: int) -> None:
    """The place of a value on a sloping page is that of its line, give or take two pixels and the slope."""
    slope = step / 400
    box = (left, top, left + width, top + 30 + round(abs(slope) * width))
    back = sloping(levelled(box, slope), slope)
    middles = [((b[0] + b[2]) / 2, (b[1] + b[3]) / 2) for b in (box, back)]
    if min(back[0], back[1]) > 0:
        assert abs(middles[0][0] - middles[1][0]) <= 3 + abs(slope) * 10
        assert abs(middles[0][1] - middles[1][1]) <= 3 + abs(slope) * 10


def test_a_page_of_few_lines_has_no_slope() -> None:
    """A slope is only told where many lines show it."""
    assert tilt([(0, 0, 10, 10), (100, 50, 120, 60)]) == 0.0
    assert Sheet(()).rows == ()


@given(st.lists(st.tuples(st.text(max_size=24), st.integers(0, 1500), st.integers(0, 1000)), max_size=14))
def test_any_lines_are_read_without_fault(lines: list[tuple[str, int, int]]) -> None:
    """Whatever an engine gives, each kind gives fields or none, with confidences between 0 and 1."""
    sheet = page(*(line(text, left, top) for text, left, top in lines))
    for kind in ("other", "vat-invoice", "id-card", "purchase-invoice", "passport", "insurance-policy"):
        for value in extract(kind, [sheet]).values():
            assert 0.0 < value.confidence <= 1.0
            assert value.value
