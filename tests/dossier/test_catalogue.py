"""The catalogue of kinds: complete, consistent, and strict about what it is given."""

import re
from pathlib import Path

import pytest

from dossier.catalogue import FAMILIES, CatalogueWrong, KindUnknown, catalogue, install, parse, shipped
from dossier.errors import ExitCode
from dossier.kindpage import kind_page
from dossier.wording import LANGS, known
from ocr.classify.verdict import classify
from tests.ocr.classify.papers import page

GOOD = """
[other]
family = "other"
titles = { en = "Other", zh-Hant = "其他", zh-Hans = "其他" }
"""

PROMISED = """
green-card purchase-invoice sales-contract id-card business-licence organisation-code-certificate delivery-checklist
vehicle-licence insurance-policy derived-services-list vehicle-certificate delivery-photo pdi-checklist
other-certificate reception-sheet work-order settlement-sheet free-check-sheet complaint-form lease-contract fee-record
fit-out-application contract vat-invoice e-invoice receipt bank-slip letter report ticket passport driving-licence
blank separator other
"""


def entry(**lines: str) -> str:
    """Return a catalogue with one more kind, some of its lines replaced."""
    parts = {"family": '"form"', "titles": '{ en = "A", zh-Hant = "甲", zh-Hans = "甲" }', **lines}
    return GOOD + "[sample]\n" + "\n".join(f"{key} = {value}" for key, value in parts.items())


@pytest.mark.parametrize("kind_id", PROMISED.split())
def test_every_kind_the_commands_promise_is_there(kind_id: str) -> None:
    """A kind id of the command contract can be looked up."""
    assert catalogue().kind(kind_id).id == kind_id


def test_every_kind_is_named_in_three_languages() -> None:
    """No kind shows a user an empty or foreign title."""
    for kind in catalogue():
        assert all(kind.title(lang).strip() for lang in LANGS), kind.id
        assert re.search(r"[A-Za-z]", kind.title("en")), kind.id
        assert re.search(r"[一-鿿]", kind.title("zh-Hant")), kind.id


def test_every_family_has_a_kind() -> None:
    """The families of the contract are all in use."""
    assert {kind.family for kind in catalogue()} == set(FAMILIES)


def test_a_title_names_one_kind_only() -> None:
    """A phrase that is a title by itself never stands for two kinds at once."""
    owner: dict[str, str] = {}
    clashes = []
    for kind in catalogue():
        for phrase in kind.phrases:
            if phrase in owner:
                clashes.append((phrase, owner[phrase], kind.id))
            owner[phrase] = kind.id
    assert clashes == []


def test_unknown_kind_is_told_by_name() -> None:
    """Asking for a kind there is not names it in the message."""
    with pytest.raises(KindUnknown, match="no-such-kind"):
        catalogue().kind("no-such-kind")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (GOOD + "[sample", "kinds.wrong_toml"),
        (entry(family='"novel"'), "kinds.wrong_value"),
        (entry(level='"private"'), "kinds.wrong_value"),
        (entry(layout='"round"'), "kinds.wrong_value"),
        (entry(sides="3"), "kinds.wrong_value"),
        (entry(sides="true"), "kinds.wrong_value"),
        (entry(fields='["colour"]'), "kinds.wrong_value"),
        (entry(identifiers='["name"]'), "kinds.wrong_value"),
        (entry(titles='{ en = "A" }'), "kinds.wrong_titles"),
        (entry(titles='{ en = " ", zh-Hant = "甲", zh-Hans = "甲" }'), "kinds.wrong_titles"),
        (entry(phrases='"not a list"'), "kinds.wrong_texts"),
        (entry(phrases='["a", ""]'), "kinds.wrong_texts"),
        (entry(phrases='["a", "a"]'), "kinds.wrong_repeated"),
        (entry(cues='{ "a" = 0 }'), "kinds.wrong_weights"),
        (entry(cues='{ "a" = 9.5 }'), "kinds.wrong_weights"),
        (entry(cues='{ "a" = "much" }'), "kinds.wrong_weights"),
        (entry(cues='["a"]'), "kinds.wrong_weights"),
        (entry(patterns="{ '(' = 1.0 }"), "kinds.wrong_expression"),
        (entry(colour='"red"'), "kinds.wrong_key"),
        (GOOD.replace("[other]", "[Other]"), "kinds.wrong_id"),
        (GOOD.replace("[other]", "[else]"), "kinds.wrong_empty"),
    ],
)
def test_a_wrong_entry_is_refused_with_its_place(text: str, problem: str) -> None:
    """Each kind of mistake stops the parse and names file, entry and remedy in all three languages."""
    with pytest.raises(CatalogueWrong) as caught:
        parse({"sample.toml": text})
    assert caught.value.problem == problem
    assert caught.value.exit_code is ExitCode.POLICY
    for lang in LANGS:
        assert "sample.toml" in caught.value.say(lang)


def test_a_kind_described_twice_is_refused() -> None:
    """Two files cannot both describe a kind."""
    with pytest.raises(CatalogueWrong) as caught:
        parse({"a.toml": GOOD, "b.toml": GOOD})
    assert caught.value.problem == "kinds.wrong_twice"


def test_the_problems_have_words() -> None:
    """Every wording key the parser can name exists."""
    source = Path(__file__).parents[2].joinpath("dossier/catalogue.py").read_text()
    keys = set(re.findall(r'"(wrong_[a-z]+)"', source)) | set(re.findall(r'"kinds\.([a-z_]+)"', source))
    assert len(keys) > 8
    assert [key for key in sorted(keys) if not known(f"kinds.{key}")] == []


def test_the_page_of_kinds_is_what_the_catalogue_says() -> None:
    """After a change of the catalogue or of a pack run scripts/make_kinds.py."""
    assert (Path(__file__).parents[2] / "docs" / "kinds.md").read_text(encoding="utf-8") == kind_page()


def test_the_page_shows_a_kind_that_can_be_used_as_it_stands() -> None:
    """The example of a site's own kind is read like any other, and stands beside the shipped ones."""
    example = kind_page().partition("```toml\n")[2].partition("```")[0]
    try:
        install({"our-forms.toml": example})
        assert catalogue().kind("berth-transfer").title("zh-Hant") == "泊位轉讓單"
        assert catalogue().kind("green-card").id == "green-card"
        paper = page("# 泊位轉讓單", "編號 BT-2026-017", "泊位號 12 | 受讓船主 趙樣例")
        assert classify((paper,)).kind == "berth-transfer"
    finally:
        install({})
    assert "berth-transfer" not in catalogue()
    with pytest.raises(CatalogueWrong) as wrong:
        install({"twice.toml": '[green-card]\nfamily = "form"\ntitles = { en = "A", zh-Hant = "甲", zh-Hans = "甲" }'})
    assert wrong.value.facts["file"] == "kinds/twice.toml"
    assert catalogue() is shipped()
