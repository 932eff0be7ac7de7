"""A condition in plain words: the titles of facts and values, comparisons as people say them, in three languages."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Final

from dossier.expressions import AllOf, Among, AnyOf, Compared, Expression, Negated, Sign, Value, contrary
from dossier.pack import FactRule
from dossier.wording import Lang, known, say

_SIGNS: Final[Mapping[Sign, str]] = {
    "==": "is",
    "!=": "is-not",
    "<": "below",
    "<=": "at-most",
    ">": "above",
    ">=": "at-least",
}
_DAYS: Final[Mapping[Sign, str]] = {"<": "before", "<=": "until", ">": "after", ">=": "from"}


def in_words(expression: Expression, facts: Mapping[str, FactRule], lang: Lang) -> str:
    """Return what a condition asks for; facts that the pack does not declare are fields of a document."""
    match expression:
        case Compared(name, sign, value):
            if isinstance(value, bool):
                held = value if sign == "==" else not value
                return say(f"conditions.{'holds' if held else 'holds-not'}", lang, fact=_fact(name, facts, lang))
            wording = (_DAYS if isinstance(value, date) else _SIGNS).get(sign, _SIGNS[sign])
            return say(
                f"conditions.{wording}", lang, fact=_fact(name, facts, lang), value=_value(name, value, facts, lang)
            )
        case Among(name, values, inside):
            listed = say("conditions.or", lang).join(_value(name, value, facts, lang) for value in values)
            return say(
                f"conditions.{'is' if inside else 'is-none-of'}", lang, fact=_fact(name, facts, lang), value=listed
            )
        case Negated(inner):
            return in_words(contrary(inner), facts, lang)
        case AllOf(parts):
            said = [_part(part, facts, lang, bracket=isinstance(part, AnyOf)) for part in map(_plain, parts)]
            return say("conditions.and", lang).join(said)
        case AnyOf(parts):
            said = [_part(part, facts, lang, bracket=isinstance(part, AllOf)) for part in map(_plain, parts)]
            return say("conditions.or", lang).join(said)


def _plain(expression: Expression) -> Expression:
    """Return an expression whose top is no ``not``, so that it is seen whether it needs brackets."""
    while isinstance(expression, Negated):
        expression = contrary(expression.inner)
    return expression


def _part(part: Expression, facts: Mapping[str, FactRule], lang: Lang, *, bracket: bool) -> str:
    text = in_words(part, facts, lang)
    return say("conditions.bracket", lang, text=text) if bracket else text


def _fact(name: str, facts: Mapping[str, FactRule], lang: Lang) -> str:
    if name in facts:
        return facts[name].title[lang]
    return say(f"fields.{name}", lang) if known(f"fields.{name}") else name


def value_title(rule: FactRule, value: Value, lang: Lang) -> str:
    """Return what people call a fact's value: a choice's title, yes or no, a date or number as it is written."""
    if isinstance(value, bool):
        return say(f"conditions.{'yes' if value else 'no'}", lang)
    return _value(rule.id, value, {rule.id: rule}, lang)


def _value(name: str, value: Value, facts: Mapping[str, FactRule], lang: Lang) -> str:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value:f}"
    titles = facts[name].named.get(str(value)) if name in facts else None
    return str(value) if titles is None else titles[lang]
