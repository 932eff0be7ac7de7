"""A field set right once is found on the next paper of the same layout."""

from dossier.reading import Page
from ocr.classify.lessons import Lesson, signature
from ocr.extract.taught import places_of
from ocr.recognise import recognise
from tests.ocr.extract.drawn import line, page, values


def slip(number: str, holder: str, sum_: str, *, sender: str = "样例仓储") -> Page:
    """Return a house form with labels that no table knows."""
    return page(
        line(sender, 700, 40, height=40),
        line("内部流转单据 第三联", 650, 110),
        line("流转凭号", 80, 200),
        line(number, 320, 200),
        line(f"持单之人＝{holder}，凭此领取", 80, 260),
        line("本次应交", 80, 340),
        line("备用栏目", 700, 340),
        line(sum_, 90, 400),
        line("逾期作废 请妥善留存 经手 复核 归口", 80, 700),
    )


def taught(fields: dict[str, str]) -> tuple[Lesson, ...]:
    """Return the lesson of a person who gave these values for one slip."""
    first = slip("KX-771", "赵样例", "1,250.00")
    return (Lesson("form", signature((first,)), places_of(fields, (first,))),)


def found(paper: Page, lessons: tuple[Lesson, ...]) -> dict[str, str]:
    """Return what is read from a paper by those who know the lessons."""
    (document,) = recognise((paper,), None, lessons)
    assert document.kind == "form"
    return values(document.fields)


def test_values_are_found_where_a_person_found_them() -> None:
    """Beside the label, inside a sentence, and in the cell below."""
    lessons = taught({"contract_number": "KX-771", "name": "赵样例", "total": "1250.00"})
    second = found(slip("KX-908", "孙模拟", "88.50"), lessons)
    assert {name: second.get(name) for name in ("contract_number", "name", "total")} == {
        "contract_number": "KX-908",
        "name": "孙模拟",
        "total": "88.50",
    }


def test_the_senders_name_is_taken_even_where_it_is_misread() -> None:
    """What the person wrote stands for what a blurred letterhead says; another field's value is never carried over."""
    lessons = taught({"issuer": "样例仓储", "drawer": "钱不在"})
    second = found(slip("KX-908", "孙模拟", "88.50", sender="样列仓储"), lessons)
    assert second.get("issuer") == "样例仓储"
    assert "drawer" not in second


def test_a_field_taken_away_stays_away() -> None:
    """What is no value of that field is not offered again."""
    plain = extracted_total(())
    assert plain == extracted_total(taught({"name": "赵样例"}))
    assert extracted_total(taught({"total": ""})) is None


def extracted_total(lessons: tuple[Lesson, ...]) -> str | None:
    paper = slip("KX-908", "孙模拟", "合计：88.50元")
    (document,) = recognise((paper,), None, lessons)
    return values(document.fields).get("total")


def test_a_lesson_survives_being_kept() -> None:
    """What is sealed is what is read back."""
    (lesson,) = taught({"name": "赵样例", "total": ""})
    assert Lesson.load("form", lesson.dump()) == lesson
