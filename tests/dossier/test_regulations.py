"""Every article of the 22 regulations is carried out by rules, proven by cases, and on the page that says so."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from dossier.errors import JuanzongError
from dossier.examples import check_pack
from dossier.policy import load_pack, parse_pack, shipped_packs
from dossier.regulations import ARTICLES, SUBJECTS, carried, page

DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize("article", ARTICLES)
def test_an_article_has_rules_and_cases(article: int) -> None:
    """Some pack names the article, with a rule that carries it out and a case that proves it."""
    found = [each for each in carried() if each.article == article]
    assert found
    assert all(each.rules and each.examples for each in found)
    assert SUBJECTS[article]


def test_the_page_is_what_the_packs_say() -> None:
    """After a change of a pack run scripts/make_regulations.py."""
    assert (DOCS / "regulations.md").read_text(encoding="utf-8") == page()


@pytest.mark.parametrize(
    ("article", "pack", "numbers"),
    [
        (4, "guarantee", ["鴻借字第{number:03d}號"]),
        (7, "direct-sales", ["[3, 30, 60]", "[15, 30, 60]", "[3, 15]", "least = 50", "most = 500"]),
        (14, "grading", ["66"]),
        (15, "grading", ['"03-25"', '"03-30"', "within = 6"]),
        (16, "sales-basic", ["within = 5"]),
        (
            17,
            "auto-dealer",
            ["within = 3", "within = 1", "amount = 50", "amount = 20", "start = 2", "start = 3", "[10, 30]"],
        ),
        (18, "visits", ["within = 2"]),
        (19, "partners", ["count = 3", '"half-year"']),
        (20, "confidential", ["within = 3", '"half-year"']),
        (21, "utility", ["3000", "1000", "10", "amount = 13", "count = 3", "within = 3", "amount = 4", "amount = 67"]),
        (22, "grading", ["amount = 500", "amount = 300", "amount = 200", "amount = 150"]),
    ],
)
def test_the_numbers_of_an_article_are_in_its_pack(article: int, pack: str, numbers: list[str]) -> None:
    """Days, amounts, counts and ranges of the regulation stand in the pack's data."""
    text = (DOCS.parent / "dossier" / "packs" / f"{pack}.toml").read_text(encoding="utf-8")
    assert article in load_pack(pack).articles
    assert [number for number in numbers if number not in text] == []


def test_the_pack_in_the_manual_holds() -> None:
    """The pack that docs/packs.md starts from parses and its case comes out as written."""
    text = (DOCS / "packs.md").read_text(encoding="utf-8").split("```toml\n")[1].split("```")[0]
    assert check_pack(parse_pack(text, "packs.md")) == ()


NUMBER = re.compile(r'(?<![\w"-])\d+(?![\w-])|(?<=")\d\d-\d\d(?=")')
"""A whole number or a day of the year in a pack's line."""
SAID = re.compile(r"(title|articles|named|headings) = (\{.*?\}( \})?|\[.*?\])")
"""What a rule says of itself: no number it goes by."""


def other(number: str) -> str:
    """The number, or the day of the year, next to this one."""
    month, dash, day = number.partition("-")
    return f"{month}-{int(day) - 1:02d}" if dash else str(int(number) + 1)


def changed(line: str) -> Iterator[str]:
    """The line with one of its numbers changed."""
    if line.startswith(("#", "format", "id", "years", "sides")):
        return
    said = [range(*each.span()) for each in SAID.finditer(line)]
    for each in NUMBER.finditer(line):
        if not any(each.start() in span for span in said):
            yield f"{line[: each.start()]}{other(each.group())}{line[each.end() :]}"


def broken(text: str) -> bool:
    """Whether a pack no longer parses, or one of its cases comes out otherwise."""
    try:
        return bool(check_pack(parse_pack(text, "changed.toml")))
    except JuanzongError:
        return True


@pytest.mark.parametrize("name", shipped_packs())
def test_every_number_of_a_pack_is_proven_by_its_cases(name: str) -> None:
    """Days, amounts, counts, percentages and thresholds: with any of them changed, some case of the pack fails."""
    text = (DOCS.parent / "dossier" / "packs" / f"{name}.toml").read_text(encoding="utf-8")
    rules, mark, cases = text.partition("[[example]]")
    assert not broken(text)
    lines = rules.splitlines()
    unproven = [
        line
        for place, old in enumerate(lines)
        for line in changed(old)
        if not broken("\n".join((*lines[:place], line, *lines[place + 1 :], mark + cases)))
    ]
    assert unproven == []


@pytest.mark.parametrize("name", shipped_packs())
def test_every_approver_of_a_pack_is_proven_by_its_cases(name: str) -> None:
    """Were a role that approves an action not to be asked any more, some case of the pack would fail."""
    pack = load_pack(name)
    asked = {(approval.action, role) for approval in pack.approvals for role in approval.by}
    unproven = []
    for action, role in asked:
        without = (
            replace(each, by=tuple(by for by in each.by if by != role)) if each.action == action else each
            for each in pack.approvals
        )
        if not check_pack(replace(pack, approvals=tuple(without))):
            unproven.append((action, role))
    assert unproven == []
