"""Chance that is the same for the same seed, on every machine."""

import random
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


class Dice(random.Random):
    """A seeded source of chance for drawings; never for keys."""

    def __init__(self, *seed: object) -> None:
        super().__init__("/".join(str(part) for part in seed))

    def digits(self, count: int) -> str:
        """Return ``count`` digits, the first of them not zero."""
        return str(self.randint(1, 9)) + "".join(str(self.randint(0, 9)) for _ in range(count - 1))

    def letters(self, count: int, alphabet: str) -> str:
        """Return ``count`` characters of ``alphabet``."""
        return "".join(self.choice(alphabet) for _ in range(count))

    def likely(self, share: float) -> bool:
        """Tell, true in ``share`` of all throws."""
        return self.random() < share

    def some(self, items: Sequence[T], count: int) -> list[T]:
        """Return ``count`` different items in their given order."""
        chosen = set(self.sample(range(len(items)), min(count, len(items))))
        return [item for place, item in enumerate(items) if place in chosen]
