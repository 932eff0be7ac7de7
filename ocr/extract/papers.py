"""What Chinese papers say in sentences and by shape: periods, worded amounts, parties, closing date and issuer."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from dossier.folding import HAN
from ocr.extract.pairing import Candidate, Place, candidate
from ocr.extract.sheet import Cell, Row, Sheet, clean, search_key
from ocr.extract.typed import READINGS, Parsed, is_organisation
from ocr.validators import amounts
from ocr.validators.dates import find_dates

if TYPE_CHECKING:
    from decimal import Decimal

_PERIOD: Final = re.compile(
    r"(?:自|从|由)?\s*(?P<a>\d{4}\s*[年./-]\s*\d{1,2}\s*[月./-]\s*\d{1,2}\s*日?)\s*(?:[零0二]?[十]?[四\d]{0,2}\s*[时點点]\s*)?(?:起)?"
    r"\s*(?:至|到|止|—|-|–|~|～)+\s*(?P<b>\d{4}\s*[年./-]\s*\d{1,2}\s*[月./-]\s*\d{1,2}\s*日?)"
)
_START: Final = re.compile(r"自\s*(\d{4}\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日)\s*起")
_ENDS_ONLY: Final = frozenset({"driving-licence", "other-certificate", "business-licence"})
_WORDED: Final = re.compile(r"合计|总计|共计|总价|价款|保险费|保费|金额|总额|人民币|大写|实收|应付|实付")
_ASIDE: Final = re.compile(r"定金|订金|押金|违约金|保证金|首付|预付|月租|单价|尾款")
"""Words for amounts that are part of a contract but not what it is about."""
_SELLER: Final = re.compile(
    r"卖方|出卖|seller|supplier|vendor|lender|lessor|landlord|出租|供方|出让|转让方|委托方(?!.*受)|发包|售房|房东|贷款人|出借"
)
_BUYER: Final = re.compile(
    r"买方|买受|buyer|borrower|lessee|tenant|purchaser|承租|需方|受让|承包|购房|租客|借款人|购车"
)
_ROLE: Final = (
    r"(?P<label>(?:party\s(?P<letter>[abcd])|(?P<which>[甲乙丙丁])\s*方|出租(?:方|人)|承租(?:方|人)|出卖(?:方|人)|买受人"
    r"|买\s*方|卖\s*方|供\s*方|需\s*方|借款人|贷款人|委托人|受托人|出让方|受让方|发包方|承包方"
    r"|seller|supplier|vendor|lessor|landlord|lender|buyer|purchaser|lessee|tenant|borrower)"
    rf"\s*(?:[(（][{HAN}a-z\s、/]{{1,14}}[)）])?)"
)
_PARTY: Final = re.compile(rf"{_ROLE}\s*[:：]\s*(?P<name>.+)")
_PARTY_ALONE: Final = re.compile(rf"{_ROLE}\W*")
_ORDER: Final = {
    name: f"party_{'abcd'[place]}" for place, pair in enumerate(("甲a", "乙b", "丙c", "丁d")) for name in pair
}
_NAMED: Final = re.compile(
    rf"(?:(?:兹?证明|兹有|现有|委托人\s*[:：])\s*(?P<name>[{HAN}·]{{2,4}}?)\s*(?:[(（,，、;；]|先生|女士|同志|系|为|申请|于|在|自))|"
    r"(?:certify that|\bi,)\s+(?P<latin>[a-z]+(?: [a-z'-]+){1,3}),"
)
_ALONE: Final = re.compile(
    r"\W*(?:日期|签发日期)?\W*[〇零一二三四五六七八九十\d]{2,4}\s*年.{1,6}月.{1,4}日?\W*|\d{1,2} [A-Z][a-z]+ 20\d\d"
)
_SHOP: Final = re.compile(
    r"(?:店|公司|超市|商场|商行|酒店|饭店|餐厅|药房|书店|中心|加油站|便利|百货|酒楼|食府|宾馆|咖啡)"
)
_STREET: Final = re.compile(r"[市区县镇乡].{0,12}(?:路|街|道|巷|村|号|大厦|广场)|(?:路|街|道|巷)\d+号")


def periods(sheet: Sheet, nature: str) -> Iterator[Candidate]:
    """Yield the first and last day of the period a paper holds for: 自2026年3月18日起至2028年3月18日止."""
    for row in sheet.rows:
        if re.search(r"成立|营业期限|免费|保养", row.key) and nature != "insurance":
            continue
        for match in _PERIOD.finditer(row.key):
            for field, group in (("effective_date", "a"), ("expiry_date", "b")):
                if field == "effective_date" and nature in _ENDS_ONLY:
                    continue
                parsed = READINGS["date"](match.group(group))
                if parsed:
                    yield candidate(field, parsed, Place.of_span(row.span(*match.span(group))), 0.97)
        begin = _START.search(row.key)
        if begin and nature == "contract":
            parsed = READINGS["date"](begin.group(1))
            if parsed:
                yield candidate("effective_date", parsed, Place.of_span(row.span(*begin.span(1))), 0.97)


def worded_total(sheet: Sheet) -> Iterator[Candidate]:
    """Yield the amount that is written in words, proven where the figures beside it say the same."""
    found: list[tuple[int, Decimal, Row, bool]] = []
    for index, row in enumerate(sheet.rows):
        near = " ".join(other.text for other in sheet.rows[max(0, index - 1) : index + 2] if other.page == row.page)
        for match in amounts.AMOUNT_WORDS.finditer(re.sub(r"\s", " ", row.text)):
            value = amounts.words_amount(match.group())
            if value is None or value == 0:
                continue
            agree = any(amounts.amount(f) == value for f in re.findall(amounts.FIGURE, clean(near)))
            named = bool(_WORDED.search(row.key[: match.start()]))
            aside = _ASIDE.search(row.key[max(0, match.start() - 14) : match.start()])
            rank = (
                -2 * bool(aside)
                + 2 * bool(re.search("合计|总|保险费|价税|共计", row.key[: match.start()]))
                + named
                + agree
            )
            found.append((rank, value, row, agree))
    if not found:
        return
    best = max(rank for rank, *_ in found)
    values = {value for _, value, *_ in found}
    if best == 0 and len(values) == 1 and len(sheet.rows) < 40:
        row = found[0][2]  # a receipt of fixed value says its amount and nothing more
        yield candidate(
            "total", Parsed(amounts.plain(values.pop()), 0.75, "words"), Place.of_span(row.span(0, len(row.text)))
        )
        return
    top = [one for one in found if one[0] == best]
    if best <= 0 or (len({value for _, value, *_ in top}) > 1 and best < 3):
        return
    _, value, row, agree = max(top, key=lambda one: one[1])
    parsed = Parsed(amounts.plain(value), 0.99 if agree else 0.9, "words")
    yield candidate("total", parsed, Place.of_span(row.span(0, len(row.text))))


def parties(sheet: Sheet) -> Iterator[Candidate]:
    """Yield the parties of a contract, and which of them sells or buys where their names say so."""
    seen: set[str] = set()
    for row in sheet.rows:
        for cell in row.cells:
            match = _PARTY.match(search_key(cell.text))
            if not match:
                yield from _signed(sheet, row, cell)
                continue
            key = match["which"] or match["letter"] or match["label"][:6]
            length = len(
                re.split(r"\s{2,}|电话|联系|地址|身份证|统一社会|法定代表|签[字章]|盖章|tel\.", match["name"])[0]
            )
            name = cell.text[match.start("name") : match.start("name") + length]
            parsed = READINGS["party"](name)
            if parsed is None or parsed.trust < 0.7 or key in seen:
                continue
            seen.add(key)
            place = Place.of_cells([cell])
            label = match["label"]
            field = _ORDER.get(match["which"] or match["letter"] or "")
            if field is None:
                field = "party_a" if _SELLER.search(label) else "party_b"
            yield candidate(field, parsed, place)
            if _SELLER.search(label) or _BUYER.search(label):
                yield candidate("seller_name" if _SELLER.search(label) else "buyer_name", parsed, place)


def _signed(sheet: Sheet, row: Row, label: Cell) -> Iterator[Candidate]:
    """Yield the party whose name stands under its role at the end of a contract, where it signs."""
    match = _PARTY_ALONE.fullmatch(search_key(label.text))
    if not match or not (_SELLER.search(match["label"]) or _BUYER.search(match["label"])):
        return
    below = [
        cell
        for other in sheet.following(row)
        for cell in other.cells
        if 0 < cell.box[1] - label.box[1] < 3 * label.height and abs(cell.box[0] - label.box[0]) < 2 * label.height
    ]
    parsed = READINGS["party"](below[0].text) if below else None
    if parsed and parsed.trust >= 0.75 and not re.search("[:：]", below[0].text):
        field = "seller_name" if _SELLER.search(match["label"]) else "buyer_name"
        yield candidate(field, parsed, Place.of_cells(below[:1]), 0.9)


def closing(sheet: Sheet, nature: str) -> Iterator[Candidate]:
    """Yield the date that stands alone near the end of a letter or certificate, and who signed above it."""
    alone = [
        (index, cell)
        for index, row in enumerate(sheet.rows)
        for cell in row.cells
        if _ALONE.fullmatch(clean(cell.text))
        and find_dates(cell.text)
        and not re.search("日期|期限|date|出生", row.key.replace("签发日期", ""))
    ]
    if not alone:
        return
    index, cell = alone[-1]
    hit = find_dates(cell.text, "year-first")[0]
    yield candidate("issue_date", Parsed(hit.readings[0].isoformat(), 0.93), Place.of_cells([cell]), 0.8)
    if nature not in {"letter", "other-certificate", "paper"}:
        return
    for row in reversed(sheet.rows[max(0, index - 4) : index]):
        for other in row.cells:
            name = re.sub(r"\((?:盖章|公章|章)\).*", "", clean(other.text))
            near = other.box[0] < cell.box[2] and cell.box[0] < other.box[2] + 4 * row.height
            if near and is_organisation(name) and len(name) >= 6 and not re.search("[:：，。]", name):
                yield candidate("issuer", Parsed(name, 0.9), Place.of_cells([other]), 0.95)
                return


def named_person(sheet: Sheet) -> Iterator[Candidate]:
    """Yield the person that a certificate or power of attorney speaks of: 兹证明…, 委托人：…."""
    for row in sheet.rows:
        match = _NAMED.search(row.key)
        if match:
            found = "name" if match["name"] else "latin"
            place = Place.of_span(row.span(*match.span(found)))
            yield candidate("name", Parsed(clean(place.text).strip(), 0.85), place)
            following = READINGS["resident-id"](row.text[match.end(found) :])
            if following:
                yield candidate("id_number", following, Place.of_span(row.span(match.end(found), len(row.text))), 0.98)
            return


def fare(sheet: Sheet) -> Iterator[Candidate]:
    """Yield the price of a ticket: its only figure with a currency."""
    shape = re.compile(r"(?:[¥￥]|nt\$|hk\$|\$|元)\s*\d[\d,]*(?:\.\d{1,2})?|\d[\d,]*(?:\.\d{1,2})?\s*元")
    found = [(row, m) for row in sheet.rows for m in shape.finditer(row.key)]
    values = {amounts.amount(m.group()) for _, m in found}
    if len(values) == 1:
        row, match = found[0]
        value = amounts.amount(match.group())
        if value:
            yield candidate(
                "total", Parsed(amounts.plain(value), 0.85, "pattern"), Place.of_span(row.span(*match.span()))
            )


def taiwan_invoice(sheet: Sheet) -> Iterator[Candidate]:
    """Yield the number of a Taiwan uniform invoice (two letters, eight digits) and its seller's number."""
    if not sheet.says("统一发票", "电子发票证明联", "统一编号"):
        return
    for row in sheet.rows:
        number = re.search(r"(?<![A-Za-z0-9])([A-Z]{2})\s?-?\s?(\d{8})(?!\d)", row.text)
        if number:
            place = Place.of_span(row.span(*number.span()))
            yield candidate("invoice_number", Parsed(number[1] + number[2], 0.92, "pattern"), place)
        for field, label in (("seller_tax_id", "卖方"), ("buyer_tax_id", "买方")):
            party = re.search(label + r"\D{0,6}(\d{8})(?!\d)", row.key)
            if party:
                yield candidate(field, Parsed(party[1], 0.9, "pattern"), Place.of_span(row.span(*party.span(1))))


def bank_name(sheet: Sheet) -> Iterator[Candidate]:
    """Yield the bank that issued a slip: its name in the head."""
    for row in sheet.rows[:4]:
        for cell in row.cells:
            name = clean(cell.text)
            if re.fullmatch(rf"[{HAN}]{{2,12}}(?:银行|銀行)(?:股份有限公司)?|[A-Z][\w&' ]+ Bank|Bank of [\w ]+", name):
                yield candidate("issuer", Parsed(name, 0.85), Place.of_cells([cell]))
                return


def shop(sheet: Sheet) -> Iterator[Candidate]:
    """Yield the shop that issued a Chinese till receipt, and its address, from the head of the roll."""
    head = sheet.rows[:8]
    for index, row in enumerate(head):
        text = clean(row.cells[0].text if len(row.cells) == 1 else row.text)
        if re.search(r"[:：]|发票|收据|小票|\d{5}|SPECIMEN", text) or row.cells[0].confidence < 0.85:
            continue
        if _SHOP.search(text) and 4 <= len(text) <= 30:
            yield candidate("issuer", Parsed(text, 0.8), Place.of_cells(row.cells), 0.9)
            for below in head[index + 1 : index + 3]:
                line = clean(below.cells[0].text)
                if _STREET.search(line):
                    line = re.sub(r"^地址\W*", "", line)
                    yield candidate("issuer_address", Parsed(line, 0.8), Place.of_cells(below.cells[:1]), 0.9)
                    break
            return
