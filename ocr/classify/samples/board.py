"""A board to lay sample text out on: rows and columns in character cells, read with mistakes like a scan."""

import random
from dataclasses import dataclass, field
from typing import Final

from dossier.reading import Line, Page

_LOOK_ALIKE: Final = {
    "o": "0", "0": "O", "l": "1", "1": "l", "i": "l", "s": "5", "5": "S", "b": "6", "e": "c", "c": "e", "m": "rn",
    "u": "v", "日": "目", "目": "日",
    "未": "末", "己": "已", "人": "入", "入": "人", "贷": "货", "货": "贷", "号": "导",
    "证": "让", "车": "军", "票": "粟", "合": "台", "单": "草", "名": "各", "生": "主", "发": "友", "税": "锐",
    "险": "睑",
}  # fmt: skip
CELL: Final = 12
"""Width of a Latin character in pixels; a Han character takes two, a line is two high."""


@dataclass
class Board:
    """Text being laid out, ``columns`` cells wide; ``mistakes`` is the chance of misreading a character."""

    dice: random.Random
    columns: int = 96
    mistakes: float = 0.0
    row: float = 2.0
    lines: list[Line] = field(default_factory=list)

    def put(self, text: str, column: float = 0.0, *, size: float = 1.0, centred: bool = False) -> None:
        """Write ``text`` on the present row, at a column or centred."""
        if not text.strip():
            return
        width = sum(1 if character.isascii() else 2 for character in text) * size
        if centred:
            column = max(0.0, (self.columns - width) / 2)
        left, top = (column + 3) * CELL, self.row * 2 * CELL
        box = (int(left), int(top), int(left + width * CELL), int(top + 2 * CELL * size * 0.85))
        self.lines.append(Line(self._misread(text), box, round(self.dice.uniform(0.8, 0.99), 3)))

    def feed(self, rows: float = 1.0) -> None:
        """Go down by some rows."""
        self.row += rows

    def say(self, text: str, column: float = 0.0, *, size: float = 1.0, centred: bool = False) -> None:
        """Write a line and go to the next."""
        self.put(text, column, size=size, centred=centred)
        self.feed(max(1.0, size) * self.dice.uniform(1.0, 1.3))

    def tell(self, text: str, column: float = 0.0, width: int | None = None) -> None:
        """Write running text, broken into lines of ``width`` cells."""
        width = width or self.columns
        if text.isascii():
            line = ""
            for word in text.split():
                if len(line) + len(word) > width and line:
                    self.say(line, column)
                    line = ""
                line += (" " if line else "") + word
            self.say(line, column)
        else:
            for start in range(0, len(text), width // 2):
                self.say(text[start : start + width // 2], column)

    def page(self, number: int = 1, height: float | None = None) -> Page:
        """Return what was laid out as a page; ``height`` in rows where the paper is longer than the text."""
        rows = max(self.row + 2, height or 0)
        lines = tuple(line for line in self.lines if line.text.strip())
        text = "\n".join(line.text for line in lines)
        return Page(number, (self.columns + 6) * CELL, int(rows * 2 * CELL), 150, 0, "ocr", "sample", text, lines)

    def _misread(self, text: str) -> str:
        if not self.mistakes:
            return text
        told = []
        for character in text:
            if self.dice.random() < self.mistakes:
                kind = self.dice.random()
                if kind < 0.6:
                    told.append(_LOOK_ALIKE.get(character.lower(), character))
                elif kind < 0.8 and character != "\n":
                    continue
                else:
                    told.append(character + self.dice.choice(".,·- "))
            elif character == " " and self.dice.random() < 3 * self.mistakes:
                continue
            else:
                told.append(character)
        return "".join(told)
