"""Names, numbers and sentences for sample papers, drawn from the word banks."""

import random
import tomllib
from functools import cache
from importlib.resources import files


@cache
def banks() -> dict[str, dict[str, list[str]]]:
    """Return the word banks: language → bank → entries."""
    return tomllib.loads((files(__package__) / "banks.toml").read_text(encoding="utf-8"))


class Words:
    """Draws words of one language, ``en`` or ``zh``."""

    def __init__(self, dice: random.Random, lang: str) -> None:
        self.dice = dice
        self.lang = lang
        self.bank = banks()[lang]

    def one(self, bank: str) -> str:
        """Return an entry of a bank."""
        return self.dice.choice(self.bank[bank])

    def some(self, bank: str, least: int, most: int) -> list[str]:
        """Return some entries of a bank, each once where there are enough."""
        entries = self.bank[bank]
        return self.dice.sample(entries, min(len(entries), self.dice.randint(least, most)))

    def firm(self) -> str:
        """Return the name of a firm."""
        if self.lang == "zh":
            return (self.one("regions") if self.dice.random() < 0.6 else "") + self.one("firms") + self.one("suffixes")
        return f"{self.one('firms')} {self.one('suffixes')}"

    def person(self) -> str:
        """Return the name of a person."""
        return (
            self.one("surnames") + self.one("given")
            if self.lang == "zh"
            else f"{self.one('given')} {self.one('surnames')}"
        )

    def place(self) -> str:
        """Return an address."""
        if self.lang == "zh":
            return f"{self.one('regions')}{self.one('firms')[:2]}路{self.dice.randint(1, 900)}号"
        return f"{self.dice.randint(1, 999)} {self.one('streets')}, {self.one('cities')}"

    def day(self) -> str:
        """Return a date."""
        year, month, day = self.dice.randint(1996, 2026), self.dice.randint(1, 12), self.dice.randint(1, 28)
        if self.lang == "zh":
            return self.dice.choice(
                (f"{year}年{month}月{day}日", f"{year}-{month:02}-{day:02}", f"{year}.{month}.{day}")
            )
        return self.dice.choice(
            (
                f"{day:02}/{month:02}/{year}",
                f"{month:02}/{day:02}/{year % 100:02}",
                f"{year}-{month:02}-{day:02}",
                f"{day} March {year}",
            )
        )

    def sum(self, most: float = 9999.0) -> str:
        """Return an amount of money."""
        amount = f"{self.dice.uniform(1, most):,.2f}"
        sign = (
            self.dice.choice(("¥", "", "￥", ""))
            if self.lang == "zh"
            else self.dice.choice(("$", "", "RM ", "€", "£", ""))
        )
        return sign + amount

    def number(self, least: int = 4, most: int = 18) -> str:
        """Return a number as papers carry them."""
        prefix = self.dice.choice(("", "", "", "A", "NO.", "HT-", "X"))
        return prefix + "".join(str(self.dice.randint(0, 9)) for _ in range(self.dice.randint(least, most)))

    def value(self) -> str:
        """Return something to fill in a form with."""
        return self.dice.choice((self.person, self.day, self.number, self.place, self.sum, self.firm, str))()
