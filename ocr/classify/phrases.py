"""Find phrases in text that was read with mistakes: exact where short, some wrong characters where long."""

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
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
        self._phrases: list[tuple[str, Owner]] = [(phrase, owner) for phrase, owner in phrases if phrase]
        self._by_pair: dict[str, list[int]] = {}
        for number, (phrase, _) in enumerate(self._phrases):
            for pair in set(_pairs(phrase)):
                self._by_pair.setdefault(pair, []).append(number)

    def find(self, text: str) -> list[Hit[Owner]]:
        """Return the phrases that occur in ``text``, each where it fits best."""
        shared: Counter[int] = Counter()
        for pair in set(_pairs(text)):
            shared.update(self._by_pair.get(pair, ()))
        hits: list[Hit[Owner]] = []
        for number, count in shared.items():
            phrase, owner = self._phrases[number]
            errors = allowed_errors(phrase)
            # A wrong character spoils two pairs: fewer in common cannot come from so few mistakes.
            if len(phrase) - errors > len(text) or count < len(set(_pairs(phrase))) - 2 * errors:
                continue
            found = best_match(phrase, text, errors)
            if found is not None:
                hits.append(Hit(phrase, owner, *found))
        return hits


def best_match(phrase: str, text: str, errors: int) -> tuple[int, int, int] | None:
    """Return errors, start and end of the part of ``text`` nearest to ``phrase``, or None beyond ``errors``.

    Sellers' dynamic programme for approximate substrings: a match may start anywhere at no cost.
    """
    at = text.find(phrase)
    if at >= 0:
        return 0, at, at + len(phrase)
    if not errors:
        return None
    costs: list[int] = list(range(len(phrase) + 1))
    starts: list[int] = [0] * (len(phrase) + 1)
    best: tuple[int, int, int] | None = None
    for end, character in enumerate(text, 1):
        diagonal, diagonal_start = costs[0], starts[0]
        costs[0], starts[0] = 0, end
        for i, wanted in enumerate(phrase, 1):
            cost, start = diagonal + (wanted != character), diagonal_start
            if costs[i] + 1 < cost:
                cost, start = costs[i] + 1, starts[i]
            if costs[i - 1] + 1 < cost:
                cost, start = costs[i - 1] + 1, starts[i - 1]
            diagonal, diagonal_start = costs[i], starts[i]
            costs[i], starts[i] = cost, start
        if costs[-1] <= errors and (best is None or costs[-1] < best[0]):
            best = costs[-1], starts[-1], end
    return best


def _pairs(text: str) -> Sequence[str]:
    return [text[i : i + 2] for i in range(len(text) - 1)] or [text]
