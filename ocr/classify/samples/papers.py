"""Sample papers by family, as diverse as real ones: titled forms of every kind, prose, slips, tables, cards."""

import random
from collections.abc import Callable, Iterator
from typing import Final

from dossier.catalogue import Family, Kind, catalogue
from dossier.reading import Page
from ocr.classify.samples.board import Board
from ocr.classify.samples.words import Words

Lang = str
_LABELLED: Final = (": ", ":", "  ", " ", "：")


def samples(seed: int, count: int) -> Iterator[tuple[Family, Page]]:
    """Go through ``count`` sample pages with their families, every kind of the catalogue and every style in turn."""
    kinds = [kind for kind in catalogue() if kind.cues]
    for number in range(count):
        dice = random.Random(f"{seed}-{number}")  # noqa: S311 (samples, not secrets)
        if number % 2:
            yield _titled(dice, kinds[number // 2 % len(kinds)])
        else:
            yield _STYLES[number // 2 % len(_STYLES)](dice)


def _board(dice: random.Random, columns: int) -> Board:
    return Board(dice, columns, dice.choice((0.0, 0.0, 0.01, 0.02, 0.04)))


def _speaks(dice: random.Random, texts: list[str]) -> tuple[Lang, list[str]]:
    """Return a language and the texts that are in it."""
    english = [text for text in texts if text.isascii()]
    chinese = [text for text in texts if not text.isascii()]
    if not chinese or (len(english) > 2 and dice.random() < 0.45):
        return "en", english
    return "zh", chinese


def _titled(dice: random.Random, kind: Kind) -> tuple[Family, Page]:
    """Return a paper with a kind's title and labels, filled in."""
    lang, cues = _speaks(dice, [cue.phrase for cue in kind.cues])
    _, titles = _speaks(
        dice, [phrase for phrase in kind.phrases if phrase.isascii() == (lang == "en")] or [*kind.phrases]
    )
    words = Words(dice, lang)
    card, strip = kind.layout == "card", kind.layout == "strip" and dice.random() < 0.8
    board = _board(dice, dice.randint(32, 48) if strip else dice.randint(36, 60) if card else dice.randint(70, 110))
    if dice.random() < 0.5:
        board.say(words.firm(), centred=True, size=dice.uniform(1, 1.6))
    if titles and dice.random() < 0.8:
        title = dice.choice(titles)
        board.say(title.upper() if dice.random() < 0.5 else title.title(), centred=True, size=dice.uniform(1, 2.2))
    labels = dice.sample(cues, max(1, int(len(cues) * dice.uniform(0.3, 0.9))))
    if kind.family in ("contract", "letter", "report") and dice.random() < 0.6:
        for sentence in words.some(kind.family, 3, 9):
            board.tell(sentence)
    across = 1 if strip or card else dice.randint(1, 3)
    for start in range(0, len(labels), across):
        for place, label in enumerate(labels[start : start + across]):
            told = label.capitalize() if label.isascii() and dice.random() < 0.7 else label
            board.put(told + dice.choice(_LABELLED) + words.value(), place * board.columns / across)
        board.feed(dice.uniform(1, 1.6))
    return kind.family, board.page(height=dice.choice((None, 60)))


def _prose(family: Family, bank: str) -> Callable[[random.Random], tuple[Family, Page]]:
    """Return the maker of a page of running text, in one or several columns."""

    def make(dice: random.Random) -> tuple[Family, Page]:
        words = Words(dice, dice.choice(("en", "en", "zh")))
        board = _board(dice, dice.randint(80, 130))
        abreast = dice.choice((1, 1, 1, 2, 3)) if family in ("other", "report") else 1
        if dice.random() < 0.3:
            board.say(words.one(bank)[:30].rstrip("，。,. "), centred=True, size=1.4)
        top = board.row
        for column in range(abreast):
            board.row = top
            for _ in range(dice.randint(2, 6)):
                board.tell(
                    " ".join(words.some(bank, 1, 4)), column * board.columns / abreast, int(board.columns / abreast) - 2
                )
        return family, board.page(height=dice.choice((None, 60)))

    return make


def _agreement(dice: random.Random) -> tuple[Family, Page]:
    """Return a page from inside a contract: numbered clauses under no title."""
    words = Words(dice, dice.choice(("en", "zh")))
    board = _board(dice, dice.randint(80, 130))
    if dice.random() < 0.4:
        board.say(dice.choice(("Exhibit 10.2", "EX-10.1", "CONFIDENTIAL", words.firm(), "合同编号：" + words.number())))
    for number, clause in enumerate(words.some("contract", 4, 12), dice.randint(1, 9)):
        head = (
            f"第{number}条 "
            if words.lang == "zh"
            else dice.choice((f"{number}. ", f"Section {number}. ", f"({number}) ", ""))
        )
        board.tell(head + clause)
    if dice.random() < 0.4:
        board.put("By: ________" if words.lang == "en" else "甲方（盖章）：")
        board.put("Name: " + words.person() if words.lang == "en" else "乙方（盖章）：", board.columns / 2)
    return "contract", board.page(height=60)


def _letter(dice: random.Random) -> tuple[Family, Page]:
    """Return a letter: head, address, salutation, sentences, close."""
    words = Words(dice, dice.choice(("en", "zh")))
    board = _board(dice, dice.randint(70, 100))
    board.say(words.firm(), centred=True, size=1.3)
    for line in (words.place(), words.day(), words.person()):
        board.say(line)
    board.say(f"Dear {words.person()}," if words.lang == "en" else "尊敬的" + words.person() + "：")
    for sentence in words.some("letter", 3, 9):
        board.tell(sentence)
    board.say(dice.choice(("Yours sincerely,", "Best regards,", "Sincerely,")) if words.lang == "en" else "此致 敬礼")
    board.say(words.person(), board.columns * dice.choice((0.0, 0.6)))
    return "letter", board.page(height=60)


def _form(dice: random.Random) -> tuple[Family, Page]:
    """Return a form with whatever labels forms have, some boxes to tick, some notes."""
    words = Words(dice, dice.choice(("en", "en", "zh")))
    board = _board(dice, dice.randint(70, 120))
    if dice.random() < 0.4:
        board.say(words.firm(), centred=True)
    if dice.random() < 0.7:
        board.say(words.one("form_titles"), centred=True, size=dice.uniform(1, 1.8))
    across = dice.randint(1, 3)
    labels = words.some("form_labels", 8, 34)
    for start in range(0, len(labels), across):
        for place, label in enumerate(labels[start : start + across]):
            told = label.upper() if words.lang == "en" and dice.random() < 0.3 else label
            colon = ":" if words.lang == "en" and dice.random() < 0.75 else ""
            filled = " " + words.value() if dice.random() < 0.6 else dice.choice(("", " ______", "□", " □Yes □No"))
            board.put(told + colon + filled, place * board.columns / across)
        board.feed(dice.uniform(1, 1.7))
    for note in words.some("form_notes", 0, 3):
        board.tell(note)
    return "form", board.page(height=60)


def _table(dice: random.Random) -> tuple[Family, Page]:
    """Return a report's table: a heading, many figures, a source."""
    words = Words(dice, dice.choice(("en", "zh")))
    board = _board(dice, dice.randint(80, 130))
    if dice.random() < 0.6:
        board.say(
            ("Table " if words.lang == "en" else "表") + str(dice.randint(1, 30)) + " " + words.one("report")[:28]
        )
    across = dice.randint(3, 8)
    for _ in range(dice.randint(8, 32)):
        board.put(dice.choice((words.one("items"), words.one("form_labels"))))
        for place in range(1, across):
            figure = dice.choice(
                (words.sum(), f"{dice.uniform(0, 100):.1f}%", str(dice.randint(0, 99999)), "-", "(12.3)")
            )
            board.put(figure.lstrip("¥￥$RM€£ "), place * board.columns / across)
        board.feed()
    for sentence in words.some("report", 0, 4):
        board.tell(sentence)
    return "report", board.page(height=60)


def _slip(dice: random.Random) -> tuple[Family, Page]:
    """Return a till slip: shop, items with prices, total, payment, thanks."""
    words = Words(dice, dice.choice(("en", "en", "zh")))
    board = _board(dice, dice.randint(30, 46))
    zh = words.lang == "zh"
    for line in (words.firm(), words.place(), "TEL: " + words.number(8, 11)):
        board.say(line, centred=True)
    if dice.random() < 0.5:
        board.say(
            dice.choice(("结账单", "小票", "收银小票"))
            if zh
            else dice.choice(("TAX INVOICE", "RECEIPT", "CASH BILL", "INVOICE")),
            centred=True,
        )
    board.say(("日期：" if zh else "Date: ") + words.day())
    board.say(
        dice.choice(("流水号：", "桌号：", "收银员：")) + words.number(3, 9)
        if zh
        else dice.choice(("Cashier: ", "Bill No: ", "Doc No. : ", "Table: ", "Server: ")) + words.number(3, 9)
    )
    for item in words.some("items", 2, 12):
        board.put(item)
        board.put(words.sum(99), board.columns - 9)
        board.feed()
        if dice.random() < 0.4:
            board.say(f"{dice.randint(1, 5)} x {words.sum(50)}")
    ends = (
        ("合计", "实收", "找零", "优惠")
        if zh
        else ("Subtotal", "Total", "TOTAL", "Rounding", "CASH", "Change", "VISA", "GST 6%", "Tip")
    )
    for label in dice.sample(ends, dice.randint(2, len(ends))):
        board.put(label)
        board.put(words.sum(300), board.columns - 9)
        board.feed()
    thanks = (
        ("谢谢惠顾", "欢迎再次光临", "请保留小票")
        if zh
        else ("THANK YOU PLEASE COME AGAIN", "Goods sold are not returnable", "Have a nice day")
    )
    board.say(dice.choice(thanks), centred=True)
    return "receipt", board.page()


def _invoice(dice: random.Random) -> tuple[Family, Page]:
    """Return a commercial invoice: two parties, numbers, a table, a total."""
    words = Words(dice, "en")
    board = _board(dice, dice.randint(80, 120))
    board.put(words.firm(), size=1.3)
    board.put(
        dice.choice(("INVOICE", "Invoice", "Tax Invoice", "Facture", "Rechnung", "")), board.columns * 0.7, size=1.6
    )
    board.feed(2)
    for left, right in (
        ("Bill To", "Invoice Number"),
        (words.person(), words.number()),
        (words.place(), "Invoice Date"),
        ("Ship To", words.day()),
        (words.firm(), "Due Date"),
        ("P.O. Number", words.day()),
    ):
        board.put(left)
        board.put(right, board.columns * 0.6)
        board.feed()
    for place, head in enumerate(("Description", "Qty", "Unit Price", "Amount")):
        board.put(head, place * board.columns / 4)
    board.feed()
    for item in words.some("items", 1, 9):
        for place, told in enumerate((item, str(dice.randint(1, 20)), words.sum(500), words.sum())):
            board.put(told, place * board.columns / 4)
        board.feed()
    for label in ("Subtotal", "VAT 20%", "Sales Tax", "Total", "Balance Due", "Amount Due"):
        if dice.random() < 0.6:
            board.put(label, board.columns * 0.6)
            board.put(words.sum(), board.columns * 0.85)
            board.feed()
    board.tell(
        dice.choice(
            ("Payment is due within 30 days.", "Thank you for your business!", "IBAN DE12 5001 0517 0648 4898 90", "")
        )
    )
    return "invoice", board.page(height=60)


def _words_only(dice: random.Random) -> tuple[Family, Page]:
    """Return what is hardly a document: a sign, a label, some lines off a picture, sums from a school book."""
    words = Words(dice, dice.choice(("en", "zh")))
    board = _board(dice, dice.randint(20, 60))
    style = dice.random()
    if style < 0.4:
        for line in (words.firm(), words.one("items"), words.place())[: dice.randint(1, 3)]:
            board.say(line, size=dice.uniform(1, 3))
    elif style < 0.7:
        for _ in range(dice.randint(6, 30)):
            board.say(f"{dice.randint(1, 99)} {dice.choice('+-x÷')} {dice.randint(1, 99)} =", dice.choice((0, 16, 32)))
    else:
        for line in (
            words.firm(),
            words.person(),
            dice.choice(("Sales Manager", "总经理", "Director")),
            "Tel: " + words.number(8, 11),
            "Email: info@example.com",
            words.place(),
        ):
            board.say(line)
    return "other", board.page()


_STYLES: Final[tuple[Callable[[random.Random], tuple[Family, Page]], ...]] = (
    _agreement, _form, _slip, _invoice, _letter, _table, _prose("other", "print"), _prose("report", "report"),
    _form, _slip, _agreement, _prose("other", "print"), _words_only, _prose("letter", "letter"),
    _prose("contract", "contract"),
)  # fmt: skip
