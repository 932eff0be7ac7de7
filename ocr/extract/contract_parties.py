"""Whose numbers a paper carries: on a contract those of the party that buys, on a letter never those of an agent."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

from ocr.extract.pairing import Candidate
from ocr.extract.sheet import Sheet

OWNED: Final = frozenset({"id_number", "credit_code", "phone", "address"})
"""Fields that each party of a contract has its own of, and a dossier is about only one of them."""
_SELLS: Final = (
    r"卖\s*方|出卖(?:人|方)|供\s*方|出租(?:人|方)|出让方|转让方|贷款(?:人|方)|发包方|经销商"
    r"|seller|lessor|landlord|vendor|dealer|supplier"
)
_BUYS: Final = (
    r"买\s*方|买受(?:人|方)|需\s*方|承租(?:人|方)|受让方|借款(?:人|方)|承包方|购车人"
    r"|buyer|lessee|tenant|purchaser|customer"
)
_MARK: Final = re.compile(
    rf"^\W{{0,3}}(?:(?P<which>[甲乙])\s*方|party\s(?P<letter>[ab])\b|(?P<sells>{_SELLS})|(?P<buys>{_BUYS}))"
    rf"\s*(?:[(（/]\s*(?:(?P<selling>{_SELLS})|(?P<buying>{_BUYS})|[^)）]{{0,12}})\s*[)）]?)?\s*(?:[:：]|$)",
)

_AGENT: Final = re.compile(
    r"受托人|受托方|被委托人|被授权人|代理人|代办人|经办人|联系人|担保人"
    r"|authori[sz]e[sd]?\b|appoint|attorney|on (?:my|our) behalf"
)
_PRINCIPAL: Final = re.compile(
    r"委托人(?<!被委托人)|委托方|授权人(?<!被授权人)|车主|买受人|购车人|兹证明|certify|\bi,|\bthe owner"
)

Side = Literal["sells", "buys", "a", "b"]


@dataclass(frozen=True, slots=True)
class _Mark:
    """Where a party is named: what is beside and below it is that party's, up to the next mark."""

    page: int
    top: float
    left: int
    height: float
    side: Side


def of_the_buyer(found: Iterable[Candidate], sheet: Sheet) -> list[Candidate]:
    """Return the candidates without those that belong to the selling party, or to either where nobody can tell.

    A company's code is given only where the contract says which side it is on: one of the two is always our own.
    """
    candidates = list(found)
    marks = _marks(sheet)
    if not marks:
        return candidates
    kept, unclear = [], []
    for one in candidates:
        side = _owner(one, marks) if one.field in OWNED else "buys"
        if side in {"buys", None}:
            kept.append(one)
        elif side in {"a", "b"}:
            unclear.append(one)
    for field in OWNED:
        values = {one.value for one in unclear if one.field == field}
        if len(values) == 1 and not any(one.field == field for one in kept) and field != "credit_code":
            kept += [one for one in unclear if one.field == field]
    return kept


def not_of_agents(found: Iterable[Candidate], sheet: Sheet) -> list[Candidate]:
    """Return the candidates without the numbers of those who act for the person that the paper is about."""
    return [one for one in found if one.field not in OWNED or not _of_agent(one, sheet)]


def _of_agent(one: Candidate, sheet: Sheet) -> bool:
    """Tell whether an agent is the last to be named before a value: on its row, or where running text goes on."""
    middle = (one.box[1] + one.box[3]) / 2
    rows = [row for row in sheet.rows if row.page == one.page]
    places = (place for place, row in enumerate(rows) if row.top <= middle <= row.bottom and one.raw in row.text)
    at = next(places, None)
    if at is None:
        return False
    told = rows[at].key[: max(0, rows[at].text.find(one.raw))]
    if at and len(told) < 24 and len(rows[at].cells) == len(rows[at - 1].cells) == 1:
        told = rows[at - 1].key[-60:] + " " + told
    agents, others = list(_AGENT.finditer(told)), list(_PRINCIPAL.finditer(told))
    return bool(agents) and (not others or others[-1].end() <= agents[-1].start())


def _marks(sheet: Sheet) -> list[_Mark]:
    marks = []
    for row in sheet.rows:
        for cell in row.cells:
            match = _MARK.match(cell.text.lower())
            if match:
                marks.append(_Mark(cell.page, cell.middle, cell.box[0], cell.height, _side(match)))
    roles = {mark.side for mark in marks} & {"sells", "buys"}
    return [mark for mark in marks if mark.side in roles] or marks if roles else marks


def _side(match: re.Match[str]) -> Side:
    if match["sells"] or match["selling"]:
        return "sells"
    if match["buys"] or match["buying"]:
        return "buys"
    return "a" if match["which"] == "甲" or match["letter"] == "a" else "b"


def _owner(one: Candidate, marks: list[_Mark]) -> Side | None:
    """Return the party whose name stands last before a value: above it, or on its row to the left."""
    middle, left = (one.box[1] + one.box[3]) / 2, one.box[0]
    above = [mark for mark in marks if mark.page == one.page and mark.top <= middle + 0.7 * mark.height]
    if not above:
        return None
    last = max(mark.top for mark in above)
    beside = [mark for mark in above if last - mark.top < 2 * mark.height]
    return max(beside, key=lambda mark: (mark.left <= left + mark.height, mark.left if mark.left <= left else 0)).side
