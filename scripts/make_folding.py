"""Make ``dossier/folding.tsv``: which characters are one and the same to a search. Run at release time only.

Sources: the Unicode database of the Python that runs this (width, case, diacritics) and OpenCC's character conversion
from Traditional to Simplified (Apache-2.0). The table is stored, so that an index folds the same way on every machine.

    .venv/bin/python scripts/make_folding.py
"""

import sys
import unicodedata
from collections import defaultdict
from importlib.metadata import version
from pathlib import Path

import opencc

TARGET = Path(__file__).parents[1] / "dossier" / "folding.tsv"

# Forms that OpenCC leaves apart: 著 is Traditional for 着 and Simplified in 著作; others are what fonts and models of
# Taiwan, Hong Kong, Macau and Japan give for the same word.
EXTRA = {
    "著": "着",
    "妳": "你",
    "牠": "它",
    "値": "值",
    "戸": "户",
    "囯": "国",
    "郞": "郎",
    "汚": "污",
    "濶": "阔",
    "吿": "告",
    "淸": "清",
    "靑": "青",
    "愼": "慎",
    "緖": "绪",
    "衞": "卫",
    "歩": "步",
    "毎": "每",
    "○": "〇",  # as 二○二六 is usually typed
    "◯": "〇",
}
SAME_MARKS = {
    **dict.fromkeys("‐‑‒–—―−⁃﹘﹣", "-"),
    **dict.fromkeys("“”„‟〝〞", '"'),
    **dict.fromkeys("‘’‚‛′", "'"),
    **dict.fromkeys("•‧・∙⋅", "·"),
}
LETTERS_WITH_MARKS = ("LATIN", "GREEK", "CYRILLIC")


def plain(character: str) -> str:
    """Return ``character`` without width, case and diacritics when that is one character, else itself."""
    compatible = unicodedata.normalize("NFKC", character)
    if len(compatible) != 1:
        return character
    apart = unicodedata.normalize("NFKD", compatible)
    if unicodedata.name(apart[0], "").startswith(LETTERS_WITH_MARKS) and all(map(unicodedata.combining, apart[1:])):
        compatible = apart[0]
    lower = compatible.lower()
    return lower if len(lower) == 1 else compatible


def folded(character: str, converter: opencc.OpenCC) -> str:
    """Return the one character that ``character`` folds to, the same when it is folded again."""
    seen = character
    while True:
        after = SAME_MARKS.get(seen, plain(seen))
        after = EXTRA.get(after, after)
        simplified = converter.convert(after)
        if len(simplified) == 1:
            after = simplified
        if after == seen:
            return after
        seen = after


def main() -> None:
    """Write the table, one line per folded character: it, a tab, and all characters that fold to it."""
    converter = opencc.OpenCC("t2s")
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for code in range(0x80, sys.maxunicode + 1):
        character = chr(code)
        if unicodedata.category(character) in {"Cn", "Co", "Cs", "Cc"}:
            continue
        after = folded(character, converter)
        if after != character:
            groups[after].append(character)
    head = (
        f"# Made by scripts/make_folding.py from OpenCC {version('OpenCC')} (Apache-2.0) "
        f"and Unicode {unicodedata.unidata_version}; do not edit.\n"
    )
    lines = [f"{after}\t{''.join(groups[after])}\n" for after in sorted(groups)]
    TARGET.write_text(head + "".join(lines), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
