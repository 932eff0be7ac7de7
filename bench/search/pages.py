"""Pages that read like an archive's: words follow each other as in the packs, kinds and regulations of the product.

A character-bigram model for each source file is one topic; a page keeps mostly to one. Some pages are in Traditional
characters, some set apart by recognition, some with full-width digits, some with English, all with numbers.
"""

import random
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import opencc

ROOT: Final = Path(__file__).parents[2]
KINDS: Final = ("contract", "vat-invoice", "purchase-invoice", "letter", "report", "id-card", "insurance-policy")
_CHINESE: Final = re.compile(r"[^一-鿿，。；：、]+")
_ENGLISH: Final = re.compile(r"[a-z]{3,12}")
_VIN: Final = "0123456789ABCDEFGHJKLMNPRSTUVWXYZ"
_SURNAMES: Final = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
_GIVEN: Final = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂英文辉玲玉建华"


@dataclass(frozen=True, slots=True)
class Made:
    """One page: its text and the fields that a reading would have."""

    text: str
    kind: str
    fields: dict[str, str]


def make(count: int, seed: int = 7) -> Iterator[Made]:
    """Yield pages, the same for the same seed and sources."""
    chance = random.Random(seed)
    to_simplified, to_traditional = opencc.OpenCC("t2s"), opencc.OpenCC("s2t")
    topics = [_topic(to_simplified.convert(text)) for text in _sources()]
    everything = _topic("\n".join(to_simplified.convert(text) for text in _sources()))
    english = sorted({word for text in _sources() for word in _ENGLISH.findall(text)})
    for _ in range(count):
        topic = chance.choice(topics)
        vin = "".join(chance.choices(_VIN, k=17))
        number = f"{chance.randrange(10**8):08}"
        total = f"{chance.randrange(100, 10**8) / 100:.2f}"
        day = f"20{chance.randint(18, 26)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"
        name = chance.choice(_SURNAMES) + "".join(chance.choices(_GIVEN, k=2))
        lines = [
            _passage(chance, topic, everything, 24),
            f"发票号码：{number}　金额 {total}",
            f"车架号 {vin} 买方：{name} {day}",
            *(_passage(chance, topic, everything, 30) for _ in range(chance.randint(8, 22))),
        ]
        if chance.random() < 0.25:
            lines += [" ".join(chance.choices(english, k=9)).capitalize() for _ in range(chance.randint(2, 10))]
        text = "\n".join(lines)
        if chance.random() < 0.4:
            text = to_traditional.convert(text)
        if chance.random() < 0.2:
            text = re.sub(r"(?<=[一-鿿])(?=[一-鿿])", " ", text)
        if chance.random() < 0.2:
            text = text.translate({code: code + 0xFEE0 for code in range(ord("0"), ord("9") + 1)})
        fields = {"vin": vin, "invoice_number": number, "total": total, "issue_date": day, "buyer_name": name}
        yield Made(text, chance.choice(KINDS), fields)


def _sources() -> list[str]:
    places = ("dossier/packs", "dossier/kinds", "dossier/wording", "docs")
    files = [file for place in places for file in sorted((ROOT / place).glob("*.*")) if file.suffix in {".toml", ".md"}]
    texts = [file.read_text("utf-8") for file in files]
    return [text for text in texts if len(_CHINESE.sub("", text)) > 1_500]


def _topic(text: str) -> dict[str, list[str]]:
    follows: defaultdict[str, list[str]] = defaultdict(list)
    for run in _CHINESE.sub("\n", text).split("\n"):
        for before, after in zip("。" + run, run + "。", strict=True):
            follows[before].append(after)
    return dict(follows)


def _passage(chance: random.Random, topic: dict[str, list[str]], everything: dict[str, list[str]], length: int) -> str:
    character = "。"
    found: list[str] = []
    while len(found) < length:
        source = topic if character in topic and chance.random() < 0.85 else everything
        character = chance.choice(source[character])
        if found or character not in "，。；：、":
            found.append(character)
    return "".join(found)
