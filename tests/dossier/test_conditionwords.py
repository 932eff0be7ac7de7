"""Conditions in plain words, in three languages."""

import pytest

from dossier.conditions import parse_condition
from dossier.conditionwords import in_words
from dossier.pack import FactRule
from dossier.policy import load_pack, shipped_packs
from dossier.wording import LANGS, Lang

KINDS = load_pack("auto-dealer").dossiers["new-vehicle"].facts
UTILITY = load_pack("utility").dossiers["project"].facts


def _said(source: str, facts: dict[str, FactRule], lang: Lang) -> str:
    return in_words(parse_condition(source).tree, facts, lang)


@pytest.mark.parametrize(
    ("source", "lang", "expected"),
    [
        ('customer_type == "company"', "en", "Type of customer is Company"),
        ('customer_type == "company"', "zh-Hant", "客戶類型為公司"),
        ('customer_type == "company"', "zh-Hans", "客户类型为公司"),
        ('not customer_type in ["company", "person"]', "en", "Type of customer is not Company or Person"),
        ("special_customer == false", "zh-Hant", "「需其他證明的特定客戶」為否"),
        (
            'not (special_customer or customer_type == "person")',
            "en",
            "“Customer who needs further certificates” is no and Type of customer is not Person",
        ),
        (
            'customer_type == "person" and not (customer_type == "company" and special_customer)',
            "zh-Hans",
            "客户类型为个人，且（客户类型不是公司或“需其他证明的特定客户”为否）",
        ),
        ("items_filled >= 66", "zh-Hant", "已填項數不少於 66"),
        ("issue_date < 2026-03-01", "en", "date of issue is before 2026-03-01"),
        ("unheard_of <= 2.50", "en", "unheard_of is at most 2.50"),
    ],
)
def test_a_condition_is_said_as_people_say_it(source: str, lang: Lang, expected: str) -> None:
    """Titles instead of ids, words instead of signs, no double negation, brackets where they matter."""
    assert _said(source, dict(KINDS), lang) == expected


def test_no_condition_of_a_shipped_pack_shows_an_id() -> None:
    """Facts and choices of every shipped pack have titles in every language."""
    for pack in map(load_pack, shipped_packs()):
        for kind in pack.dossiers.values():
            for requirement in kind.requirements:
                if requirement.when is None:
                    continue
                for lang in LANGS:
                    said = in_words(requirement.when.tree, kind.facts, lang)
                    ids = [fact for fact in requirement.when.names if "_" in fact and fact in said]
                    assert not ids, (pack.id, requirement.id, said)
                    for name in requirement.when.names:
                        rule = kind.facts[name]
                        unnamed = [value for value in rule.values if value not in rule.named and len(value) > 1]
                        assert not unnamed, (pack.id, name, unnamed)
