"""Tell text that office paper could hold from the letters of a font whose map is wrong."""

from functools import cache
from typing import Final

_VOWELS: Final = frozenset("aeiouyAEIOUYáéíóúàèìòùâêîôûäëïöüÁÉÍÓÚ")
_LEAST_TO_JUDGE: Final = 24


def odd_share(text: str) -> float:
    """Return the share of characters that hardly occur in Chinese or Western office paper: 0 for plain text, to 1.

    Counts rare Han characters, scripts that no office here writes in, runs of Latin letters without vowels, and
    punctuation in the place of letters. Too little text to judge counts as plain.
    """
    letters = [letter for letter in text if not letter.isspace()]
    if len(letters) < _LEAST_TO_JUDGE:
        return 0.0
    odd = sum(_is_odd(letter) for letter in letters)
    ascii_letters = [letter for letter in letters if letter.isascii() and letter.isalpha()]
    marks = [letter for letter in letters if letter in _MARKS]
    if len(ascii_letters) >= _LEAST_TO_JUDGE:
        vowels = sum(letter in _VOWELS for letter in ascii_letters) / len(ascii_letters)
        odd += len(ascii_letters) if vowels < 0.15 else 0
    if len(marks) > 0.3 * len(letters):
        odd += len(marks)
    return min(1.0, odd / len(letters))


_MARKS: Final = frozenset("!\"#$%&'()*+,;<=>?@[\\]^`{|}~")


def _is_odd(letter: str) -> bool:
    code = ord(letter)
    if code < 0x250 or 0x2000 <= code < 0x2800 or 0x3000 <= code < 0x3100 or 0xFF00 <= code < 0xFFF0:
        return False
    if 0x370 <= code < 0x400 or 0x400 <= code < 0x460:  # Greek and Cyrillic: formulas and names
        return False
    if 0x3400 <= code < 0x4DC0 or 0x4E00 <= code < 0xA000 or 0xF900 <= code < 0xFB00:
        return not _is_common_han(letter)
    return True


@cache
def _is_common_han(letter: str) -> bool:
    """Tell the Han characters of GB 2312 and Big5 level 1 from those that only dictionaries hold."""
    try:
        letter.encode("gb2312")
    except UnicodeEncodeError:
        pass
    else:
        return True
    try:
        big5 = letter.encode("big5")
    except UnicodeEncodeError:
        return False
    return big5[0] < 0xC9  # level 1: A440…C67E
