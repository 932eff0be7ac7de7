"""Repair identifiers by their check digits: the fewest look-alike substitutions that make it right, and only if unique.

Strong look-alikes are those every engine mixes up (O/0, I/1, B/8, S/5, Z/2, G/6, D/0); weak ones happen on blurred
scans. A repair that more than one substitution would explain is no repair.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from typing import Final

from dossier import identifiers as ids

_STRONG_PAIRS: Final = (
    "0O",
    "0D",
    "0Q",
    "0U",
    "1I",
    "1L",
    "1T",
    "8B",
    "5S",
    "2Z",
    "6G",
    "OQ",
    "OD",
    "7T",
    "4A",
    "VY",
    "UV",
)
_WEAK_PAIRS: Final = (
    "17 27 38 35 56 68 69 89 08 06 09 3B 3S 4H 9G 9S 1J 0C 6B CG EF PR MN HN "
    "HM KX VW UJ DB EB RB KR 7Y 7Z XY NW GQ CQ 2S 8S 5B 5G 6S 4L FP"
)


def _table(pairs: Sequence[str]) -> dict[str, str]:
    table: dict[str, str] = {}
    for a, b in map(tuple, pairs):
        table[a] = table.get(a, "") + b
        table[b] = table.get(b, "") + a
    return table


_STRONG: Final = _table(_STRONG_PAIRS)
_WEAK: Final = _table([*_STRONG_PAIRS, *_WEAK_PAIRS.split()])
_EDGES: Final = "1IJLTU7"
"""What engines make of a ruled line."""
_DIGITS: Final = "0123456789"

_PROVINCE_GROUPS: Final = (
    "粤粵奥 沪滬护泸 浙渐断淅 苏蘇荪办 鲁魯 晋普晉 皖院 豫像 冀翼 渝输榆愉 辽遼过 桂挂柱 赣贛戆 黑墨 湘相 "
    "闽閩闵 陕陝陜映 吉古告 津律 川州 云雲去 琼瓊谅 甘廿 青请 宁寧 新薪斩 藏臧 蒙豪 贵貴贯 京景亰"
)
HAN_PROVINCE_LOOK_ALIKES: Final = {wrong: group[0] for group in _PROVINCE_GROUPS.split() for wrong in group[1:]}
"""Han characters that engines (or Traditional writing) give for a plate's province."""


@dataclass(frozen=True, slots=True)
class Repair:
    """An identifier that is right by its check digit; ``changes`` counts the characters that had to be replaced.

    ``guessed`` says that characters were replaced which could have stood there: one check digit in eleven is right by
    chance, so such a number must be borne out by something else before anything is done on the strength of it.
    """

    value: str
    changes: int
    weak: bool = False
    guessed: bool = False

    @property
    def trust(self) -> float:
        """How far the value can be trusted, 0…1: as read, or changed for strong or for weak look-alikes."""
        if not self.changes:
            return 1.0
        return 0.7 if self.weak else 0.8 if self.guessed else 0.9

    @property
    def checked(self) -> str:
        """How the value is proven: by its check digit, or only made to fit it."""
        return "repaired" if self.guessed else "check-digit"


@dataclass(frozen=True, slots=True)
class _Rule:
    """What an identifier may hold at each place, and the proof that it is right."""

    alphabets: tuple[str, ...]
    proves: Callable[[str], bool]
    prefers: Callable[[str], bool] | None = None


_VIN: Final = _Rule(
    tuple("0123456789X" if i == 8 else _DIGITS if i > 12 else ids.VIN_ALPHABET for i in range(17)), ids.is_vin
)
_RESIDENT: Final = _Rule((_DIGITS,) * 17 + (_DIGITS + "X",), ids.is_resident_id)
_CREDIT: Final = _Rule(
    (ids.CREDIT_ALPHABET,) + (_DIGITS,) * 7 + (ids.CREDIT_ALPHABET,) * 10,
    ids.is_credit_code,
    lambda code: ids.is_organisation_code(code[8:17]),
)


def repair_vin(text: str) -> Repair | None:
    """Return the VIN that this text must be, or None when no or more than one VIN explains it.

    Vehicles made in China have an L first (ISO 3780), which is soonest lost to a line beside it: that is tried first.
    """
    plain = ids.normal(text)
    if len(plain) == 17 and plain[0] in _EDGES + "|[{(E" and not ids.is_vin(plain) and ids.is_vin("L" + plain[1:]):
        return Repair("L" + plain[1:], 1, guessed=True)
    return _repair(plain, _VIN)


def repair_resident_id(text: str) -> Repair | None:
    """Return the resident ID that this text must be, or None."""
    return _repair(ids.normal(text).replace("×", "X").replace("*", "X"), _RESIDENT)


def repair_credit_code(text: str) -> Repair | None:
    """Return the unified social credit code that this text must be, or None; the organisation code in it must agree."""
    return _repair(ids.normal(text), _CREDIT)


def repair_plate(text: str) -> Repair | None:
    """Return the mainland plate that this text must be: province and letter restored, I and O made 1 and 0."""
    plate = ids.normal(text)
    if len(plate) not in {7, 8}:
        return None
    province = HAN_PROVINCE_LOOK_ALIKES.get(plate[0], plate[0])
    office = {"8": "B", "5": "S", "2": "Z", "6": "G", "4": "A", "7": "T", "0": "D"}.get(plate[1], plate[1])
    tail = plate[2:].replace("I", "1").replace("O", "0").replace("粵", "粤").replace("學", "学")
    candidates = [province + office + tail]
    if len(plate) == 8:
        # New energy: five of the six are digits; the one letter stands first or last (GA 36-2018, A.2).
        digits = dict(zip("OQDIZSGB", "00012568", strict=True))
        small = tail[0] + tail[1] + "".join(digits.get(c, c) for c in tail[2:])
        large = "".join(digits.get(c, c) for c in tail[:5]) + tail[5]
        candidates += [province + office + small, province + office + large]
    right = [c for c in dict.fromkeys(candidates) if ids.is_plate(c)]
    if not right:
        return None
    changes = sum(a != b for a, b in zip(plate, right[0], strict=True))
    return Repair(right[0], changes, weak=changes > 1)


def _repair(text: str, rule: _Rule) -> Repair | None:
    size = len(rule.alphabets)
    if len(text) == size + 1:
        return _shortened(text, rule)
    if len(text) != size:
        return None
    impossible = [i for i, (c, allowed) in enumerate(zip(text, rule.alphabets, strict=True)) if c not in allowed]
    return (_replaced(text, impossible, rule) if impossible else None) or _guessed(text, rule)


def _shortened(text: str, rule: _Rule) -> Repair | None:
    """Return the number that is left when one character too many is dropped, where engines add one, if unique."""
    # A narrow character is doubled; the lines of a form's cell are read as a character before or after the number.
    shorter = {text[:i] + text[i + 1 :] for i in range(len(text) - 1) if text[i] == text[i + 1]}
    shorter |= {rest for edge, rest in ((text[0], text[1:]), (text[-1], text[:-1])) if edge in _EDGES}
    found = {s for s in shorter if _fits(s, rule) and rule.proves(s)}
    return Repair(found.pop(), 1) if len(found) == 1 else None


def _guessed(text: str, rule: _Rule) -> Repair | None:
    """Return the number itself, or the fewest look-alikes that make it right, if unique."""
    forced = "".join(_forced(c, allowed) for c, allowed in zip(text, rule.alphabets, strict=True))
    cleaned = sum(a != b for a, b in zip(text, forced, strict=True))
    if _fits(forced, rule) and rule.proves(forced):
        return Repair(forced, cleaned, guessed=cleaned > 2)
    for table, changes, weak in ((_STRONG, 1, False), (_WEAK, 1, True), (_STRONG, 2, True)):
        if changes == 2 and (rule.prefers is None or cleaned):
            break  # one check digit cannot tell two wrong characters, nor two tell three
        found = set(_variants(text, rule, table, changes))
        if rule.prefers is not None:
            found = {value for value in found if rule.prefers(value)} or (set() if weak else found)
        if len(found) == 1:
            return Repair(found.pop(), cleaned + changes, weak, guessed=True)
        if found:
            return None
    return None


def _replaced(text: str, places: Sequence[int], rule: _Rule) -> Repair | None:
    """Return the repair that changes only what cannot stand where it does, all of it, if just one look-alike fits."""
    for table, weak in ((_STRONG, False), (_WEAK, True)):
        options = [
            [c for c in dict.fromkeys(ids.confusable_fold(text[i]) + table.get(text[i], "")) if c in rule.alphabets[i]]
            for i in places
        ]
        found = set()
        for chosen in product(*options):
            letters = list(text)
            for place, letter in zip(places, chosen, strict=True):
                letters[place] = letter
            value = "".join(letters)
            if rule.proves(value) and (rule.prefers is None or rule.prefers(value)):
                found.add(value)
        if len(found) == 1:
            return Repair(found.pop(), len(places), weak, guessed=weak or len(places) > 2)
        if found:
            return None
    return None


def _forced(character: str, allowed: str) -> str:
    """Replace a character that cannot stand here when exactly one of its strong look-alikes can."""
    if character in allowed:
        return character
    options = [c for c in ids.confusable_fold(character) + _STRONG.get(character, "") if c in allowed]
    return options[0] if options else character


def _fits(text: str, rule: _Rule) -> bool:
    return all(c in allowed for c, allowed in zip(text, rule.alphabets, strict=True))


def _variants(text: str, rule: _Rule, table: dict[str, str], changes: int) -> Iterator[str]:
    options = [
        [c for c in table.get(original, "") if c in allowed]
        for original, allowed in zip(text, rule.alphabets, strict=True)
    ]
    forced = [_forced(c, allowed) for c, allowed in zip(text, rule.alphabets, strict=True)]
    for places in combinations([i for i, o in enumerate(options) if o], changes):
        for chosen in product(*(options[i] for i in places)):
            candidate = list(forced)
            for place, character in zip(places, chosen, strict=True):
                candidate[place] = character
            value = "".join(candidate)
            if value != "".join(forced) and _fits(value, rule) and rule.proves(value):
                yield value
