"""What a correction teaches."""

import pytest

from ocr.classify.lessons import Lesson, signature, taught
from ocr.classify.sight import look
from ocr.classify.verdict import classify
from tests.ocr.classify.papers import CONTRACT, INVOICE, RECEIPT, page

HOUSE_FORM = (
    "样例汽车 内部流转",
    "流转编号 {number}",
    "经手 {name} | 复核 | 归口",
    "事项 甲类 | 乙类 | 丙类",
    "处置 转入 | 转出 | 留置",
    "回执 {number} 号 {name}",
    "本流转仅供本店内部使用，逾期作废。",
    "第一联 留存 第二联 转送 第三联 归档",
)


def filled(number: str, name: str) -> tuple[str, ...]:
    """Return the house form filled in."""
    return tuple(row.format(number=number, name=name) for row in HOUSE_FORM)


def test_a_correction_is_not_needed_twice() -> None:
    """A house form nobody could know is told the second time, with other values filled in."""
    first, second = page(*filled("0012", "赵样例")), page(*filled("7781", "孙模拟"))
    assert classify((first,)).doubts
    verdict = classify((second,), [Lesson("derived-services-list", signature((first,)))])
    assert (verdict.kind, verdict.doubts) == ("derived-services-list", ())
    assert "lesson" in {reason.what for reason in verdict.evidence}


def test_a_lesson_leaves_other_papers_alone() -> None:
    """What was learned from a house form moves neither an invoice nor a contract."""
    lesson = Lesson("derived-services-list", signature((page(*filled("0012", "赵样例")),)))
    for rows in (INVOICE, CONTRACT, RECEIPT):
        assert taught(look((page(*rows),)), [lesson]) == {}


def test_the_nearer_of_two_lessons_is_believed() -> None:
    """Of two decisions about like papers the one about the more alike counts."""
    mine, near, far = page(*filled("1", "甲")), page(*filled("2", "乙")), page(*filled("3", "丙")[:5], *CONTRACT[-2:])
    points = taught(look((mine,)), [Lesson("work-order", signature((near,))), Lesson("letter", signature((far,)))])
    assert max(points, key=lambda kind: points[kind]) == "work-order"


def test_a_lesson_of_an_unknown_kind_is_ignored() -> None:
    """A kind that left the catalogue no longer decides anything."""
    paper = page(*filled("1", "甲"))
    assert classify((paper,), [Lesson("gone", signature((paper,)))]).kind != "gone"


@pytest.mark.parametrize("broken", [b"\0", b"\xff\xff\x01", b"\0\1\2" * 501])
def test_a_broken_signature_is_refused(broken: bytes) -> None:
    """A signature cut, too long or with a feature there is not is no signature."""
    with pytest.raises(ValueError, match=r"\d"):
        taught(look((page(*CONTRACT),)), [Lesson("contract", broken)])
