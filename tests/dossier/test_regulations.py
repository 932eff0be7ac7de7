"""Every article of the 22 regulations is carried out by rules, proven by cases, and on the page that says so."""

from pathlib import Path

import pytest

from dossier.examples import check_pack
from dossier.policy import load_pack, parse_pack
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
