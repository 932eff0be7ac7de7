"""Amounts of money: figures in any writing, and in Chinese words (壹拾贰万捌仟元整), against each other."""

import re
import unicodedata
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

_CENT: Final = Decimal("0.01")

_WORD_DIGITS: Final = {
    c: value
    for value, same in enumerate(
        (
            "零〇Ｏ",
            "壹一弌弍壶壱",
            "贰二貳弐贷两兩",
            "叁三參参叄",
            "肆四",
            "伍五",
            "陆六陸",
            "柒七染",
            "捌八别",
            "玖九政",
        )
    )
    for c in same
} | {"弍": 2}
_WORD_UNITS: Final = {"拾": 10, "十": 10, "抬": 10, "佰": 100, "百": 100, "伯": 100, "仟": 1000, "千": 1000, "任": 1000}
_WORD_GROUPS: Final = {"万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8}
_YUAN: Final = "元圆圓"
_WORDS: Final = "".join({*_WORD_DIGITS, *_WORD_UNITS, *_WORD_GROUPS})
AMOUNT_WORDS: Final = re.compile(
    rf"[{_WORDS}]+\s*[{_YUAN}][{_WORDS}\s角分毛整正]*|[{_WORDS}]\s*[角毛][{_WORDS}\s分整正]*|[{_WORDS}]分"
)
"""Finds an amount in words inside a text."""

_CURRENCIES: Final = {
    "CNY": r"人民[币幣]|CNY|RMB|[¥￥]|元整?|圆",
    "USD": r"US\$|USD|\$",
    "EUR": r"EUR|€|Euro",
    "GBP": r"GBP|£",
    "MYR": r"\bRM\b|MYR|(?<![A-Z])RM(?=\s?\d)",
    "TWD": r"NT\$|TWD|新[台臺][币幣]",
    "HKD": r"HK\$|HKD|港[币幣元]",
    "JPY": r"JPY|円",
    "SGD": r"S\$|SGD",
    "INR": r"INR|₹|Rs\.?",
    "CHF": r"CHF",
    "AUD": r"A\$|AUD",
    "CAD": r"CA\$|CAD",
}
_NUMBER: Final = re.compile(r"\d(?:[\d.,'’  ]*\d)?")
FIGURE: Final = re.compile(
    r"(?<![\d.,A-Za-z/-])[-−]?\s?(?:RM|MYR|US\$|NT\$|HK\$|S\$|USD|EUR|GBP|CNY|RMB|CHF|[¥￥$€£])?\s?[-−]?\s?"
    r"(?:\d{1,3}(?:[.,'’  ]\d{3})+(?:[.,]\d{1,2})?|\d+[.,]\d{1,2}|\d+-\d\d(?=\s*[元圆])|\.\d{2}|\d+)"
    r"(?![\d/:]|[.,]\d|-\d)"
)
"""Finds a figure that can be an amount inside a text."""


def amount(text: str) -> Decimal | None:
    """Return the last figure in ``text`` as a number: 1,234.50, 1.234,50, RM 30.90, ¥4449.00, (12.00), 12.00-.

    A mark with one or two digits after it at the end is the decimal mark; any other groups thousands.
    """
    folded = re.sub(r"(?<![\d.,])\.(?=\d{2}(?!\d))", "0.", unicodedata.normalize("NFKC", pointed(text)))
    folded = re.sub(r"(?<=\d)-(?=\d{2}\s*(?:[元圆]|$))", ".", folded)  # a faint decimal point on till rolls
    figures = _NUMBER.findall(folded)
    if not figures:
        return None
    digits = re.sub(r"[\s'’]", "", figures[-1])
    mark = max(digits.rfind("."), digits.rfind(","))
    decimals = len(digits) - mark - 1 if mark >= 0 else 0
    grouped = mark >= 0 and decimals == 3 and (digits.count(digits[mark]) > 1 or digits[mark] == ",")
    if mark >= 0 and decimals in {1, 2}:
        whole, fraction = re.sub(r"[.,]", "", digits[:mark]), digits[mark + 1 :]
    elif mark < 0 or grouped or decimals == 3:
        whole, fraction = re.sub(r"[.,]", "", digits), ""
    else:
        whole, fraction = re.sub(r"[.,]", "", digits[:mark]), digits[mark + 1 :]
    value = Decimal(f"{whole}.{fraction or '0'}")
    before, _, after = folded.rpartition(figures[-1])
    negative = re.search(r"[-−]\s*(?:RM|[¥$€£]|[A-Z]{3})?\s*$|\($", before) or re.match(r"-(?!\w)|\s*CR\b", after)
    return -value if negative and value else value


def pointed(text: str) -> str:
    """Return ``text`` with decimal points that were read as Chinese full stops, or set apart, as they should be."""
    return re.sub(r"(?<=\d)\s*[。．]\s*(?=\d{1,2}(?:\s*[元圆]|\s*$))", ".", text)


def plain(value: Decimal) -> str:
    """Return the contract's form of an amount: plain decimals, two places."""
    return f"{value.quantize(_CENT, ROUND_HALF_UP):f}"


def currency(text: str) -> str | None:
    """Return the ISO 4217 code of the first currency that ``text`` names, or None."""
    folded = unicodedata.normalize("NFKC", text)
    hits = [
        (m.start(), -len(m.group()), code) for code, shape in _CURRENCIES.items() if (m := re.search(shape, folded))
    ]
    return min(hits)[2] if hits else None


def words_amount(text: str) -> Decimal | None:
    """Return the amount that Chinese words say, Simplified or Traditional, or None when they say none.

    Source: the writing of amounts on bills, 支付结算办法 (Payment and Settlement Measures), annex 1.
    """
    words = re.sub(r"[\s⊗ⓧ×:：]", "", text)
    found = AMOUNT_WORDS.search(words)
    if not found:
        return None
    whole_words, yuan, rest = re.sub(f"[{_YUAN}]", "元", found.group()).rpartition("元")
    whole = _whole(whole_words) if yuan else 0
    if whole is None:
        return None
    value = Decimal(whole)
    for word, share in (("[角毛]", Decimal("0.1")), ("分", _CENT)):
        part = re.search(rf"(.){word}", rest)
        if part:
            if part.group(1) not in _WORD_DIGITS:
                return None
            value += _WORD_DIGITS[part.group(1)] * share
    return value.quantize(_CENT)


def _whole(words: str) -> int | None:
    total = group = digit = 0
    seen = False
    for c in words:
        if c in _WORD_DIGITS:
            digit = _WORD_DIGITS[c]
            seen = True
        elif c in _WORD_UNITS:
            group += (digit or 1) * _WORD_UNITS[c]
            digit, seen = 0, True
        elif c in _WORD_GROUPS:
            if _WORD_GROUPS[c] == 10**8:
                total = (total + group + digit) * 10**8
            else:
                total += (group + digit) * 10**4
            group = digit = 0
        else:
            return None
    return total + group + digit if seen else None


def amount_words(value: Decimal) -> str:
    """Return ``value`` (0 ≤ value < 10¹², whole cents) in Chinese words, as bills have them. Raises ValueError."""
    if not 0 <= value < 10**12 or value != value.quantize(_CENT):
        raise ValueError(value)
    cents = int(value * 100)
    yuan, jiao, fen = cents // 100, cents // 10 % 10, cents % 10
    text = _whole_words(yuan) + "元" if yuan or not cents else ""
    if not jiao and not fen:
        return text + "整"
    if jiao:
        text += "零壹贰叁肆伍陆柒捌玖"[jiao] + "角"
    elif yuan:
        text += "零"
    return text + ("零壹贰叁肆伍陆柒捌玖"[fen] + "分" if fen else "整")


def _whole_words(number: int) -> str:
    if not number:
        return "零"
    text, gap = "", False
    for power, name in ((8, "亿"), (4, "万"), (0, "")):
        group = number // 10**power % 10**4
        if not group:
            gap = bool(text)
            continue
        if text and (gap or group < 1000):
            text += "零"
        text += _group_words(group) + name
        gap = False
    return text


def _group_words(group: int) -> str:
    text, zero = "", False
    for place, unit in ((1000, "仟"), (100, "佰"), (10, "拾"), (1, "")):
        digit = group // place % 10
        if digit:
            text += ("零" if zero and text else "") + "零壹贰叁肆伍陆柒捌玖"[digit] + unit
            zero = False
        else:
            zero = True
    return text
