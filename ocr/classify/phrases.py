"""Find phrases in text that was read with mistakes: exact where short, some wrong characters where long."""

from collections import Counter
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

Owner = TypeVar("Owner", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Hit(Generic[Owner]):
    """A phrase found: whose, with how many wrong characters, and the span of the text it took."""

    phrase: str
    owner: Owner
    errors: int
    start: int
    end: int


def allowed_errors(phrase: str) -> int:
    """Return how many characters of a phrase may be wrong: Han carry more each, so one in four; Latin one in six."""
    if phrase.isascii():
        return min(4, max(0, len(phrase) - 1) // 6)
    return min(3, len(phrase) // 4)


class PhraseIndex(Generic[Owner]):
    """Phrases by their pairs of characters, so that only the few that can match are compared."""

    def __init__(self, phrases: Iterable[tuple[str, Owner]]) -> None:
        self._phrases = [(phrase, owner, allowed_errors(phrase)) for phrase, owner in phrases if phrase]
        self._by_pair: dict[str, list[int]] = {}
        self._needed: list[int] = []
        self._single: list[int] = []
        self._letters = [frozenset(phrase) for phrase, _, _ in self._phrases]
        for number, (phrase, _, errors) in enumerate(self._phrases):
            pairs = _pairs(phrase)
            # A wrong character spoils two pairs: fewer in common cannot come from so few mistakes.
            self._needed.append(max(1, len(pairs) - 2 * errors))
            for pair in pairs:
                self._by_pair.setdefault(pair, []).append(number)
            if len(phrase) == 1:
                self._single.append(number)

    def find(self, text: str) -> list[Hit[Owner]]:
        """Return the phrases that occur in ``text``, each where it fits best."""
        shared: Counter[int] = Counter()
        for pair in _pairs(text):
            shared.update(self._by_pair.get(pair, ()))
        shared.update(self._single)
        needed, here = self._needed, frozenset(text)
        hits: list[Hit[Owner]] = []
        for number in [number for number, count in shared.items() if count >= needed[number]]:
            phrase, owner, errors = self._phrases[number]
            if len(self._letters[number] - here) > errors:  # each letter that is nowhere is a mistake
                continue
            found = best_match(phrase, text, errors)
            if found is not None:
                hits.append(Hit(phrase, owner, *found))
        return hits


def best_match(phrase: str, text: str, errors: int) -> tuple[int, int, int] | None:
    """Return errors, start and end of the part of ``text`` nearest to ``phrase``, or None beyond ``errors``.

    The end is found by Myers' bit-parallel matching (J. ACM 46, 1999), in which a match may begin anywhere at no cost;
    the start is then the one near it with the fewest mistakes.
    """
    at = text.find(phrase)
    if at >= 0:
        return 0, at, at + len(phrase)
    if not errors or len(phrase) - errors > len(text):
        return None
    mistakes, end = _nearest_end(phrase, text)
    if mistakes > errors or not end:
        return None
    length = len(phrase)
    starts = sorted(range(max(0, end - length - errors), end), key=lambda start: abs(end - start - length))
    start = min(starts, key=lambda start: distance(phrase, text[start:end]))
    return mistakes, start, end


def distance(one: str, other: str) -> int:
    """Return the number of insertions, deletions and substitutions between two texts (Levenshtein)."""
    costs = list(range(len(other) + 1))
    for i, left in enumerate(one, 1):
        diagonal, costs[0] = costs[0], i
        for j, right in enumerate(other, 1):
            diagonal, costs[j] = costs[j], min(diagonal + (left != right), costs[j] + 1, costs[j - 1] + 1)
    return costs[-1]


def _nearest_end(phrase: str, text: str) -> tuple[int, int]:
    """Return the fewest mistakes with which ``phrase`` occurs in ``text``, and where that occurrence first ends."""
    where: dict[str, int] = {}
    for i, character in enumerate(phrase):
        where[character] = where.get(character, 0) | 1 << i
    mask, last = (1 << len(phrase)) - 1, 1 << (len(phrase) - 1)
    up, down, mistakes = mask, 0, len(phrase)
    best, end = mistakes, 0
    for position, character in enumerate(text, 1):
        equal = where.get(character, 0) | down
        diagonal = ((up + (equal & up)) ^ up) | equal
        right_up, right_down = down | ~(up | diagonal) & mask, up & diagonal
        mistakes += bool(right_up & last) - bool(right_down & last)
        if mistakes < best:
            best, end = mistakes, position
        shifted = right_up << 1
        down, up = shifted & diagonal & mask, (right_down << 1 | ~(shifted | diagonal)) & mask
    return best, end


def _pairs(text: str) -> set[str]:
    return {text[i : i + 2] for i in range(len(text) - 1)} or {text}
