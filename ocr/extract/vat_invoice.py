"""Fields of mainland VAT invoices, paper, electronic and fully digital: two parties by place, sums that must agree."""

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Final

from ocr.extract.labels import is_label
from ocr.extract.pairing import Candidate, Place, candidate
from ocr.extract.sheet import Row, Sheet, Span
from ocr.extract.typed import READINGS, Parsed
from ocr.validators import amounts

_NAME: Final = re.compile(r"(?<![单位器品项])(?:名\s*称|(?<=[:\s])称|^称)\s*[:：;]|名\s*称(?=\s|$)|^称\s*[:：]")
_TAX_ID: Final = re.compile(r"(?:统一社会信用代码\s*[/／]?\s*)?纳?税人\s?识?别?号?\s*[:：;]?|识别号\s*[:：;]?")
_SUM_ROW: Final = re.compile(r"合\s*计(?!\s*[(（])")
_FIGURE: Final = re.compile(r"[¥￥羊Y]?\s*-?\d[\d,]*[.,]\d{2}(?!\d)")
_RATES: Final = tuple(Decimal(rate) / 100 for rate in ("1", "1.5", "3", "5", "6", "9", "10", "11", "13", "16", "17"))
"""Rates of value-added tax in mainland China since 1994."""
_SMALL: Final = re.compile(r"[(（]?\s*小\s*写\s*[)）]?\s*[:：]?")


def vat_invoice(sheet: Sheet) -> Iterator[Candidate]:
    """Yield the two parties, the sums and the numbers of a VAT invoice that labels alone do not settle."""
    yield from _parties(sheet)
    yield from sums(sheet)
    yield from _numbers(sheet)


def _parties(sheet: Sheet) -> Iterator[Candidate]:
    names = list(_marks(sheet, _NAME))
    taxes = [mark for mark in _marks(sheet, _TAX_ID) if mark[1].text.strip()]
    yield from _two(sheet, names, "party", "buyer_name", "seller_name")
    yield from _two(sheet, taxes, "tax-id", "buyer_tax_id", "seller_tax_id")


def _marks(sheet: Sheet, shape: re.Pattern[str]) -> Iterator[tuple[Row, Span]]:
    """Yield rows with a label of this shape and the stretch after it, up to the next wide gap or such label."""
    for row in sheet.rows:
        matches = list(shape.finditer(row.key))
        for place, match in enumerate(matches):
            start = match.end()
            while start < len(row.text) and row.text[start] in " :：;；":
                start += 1
            stop = matches[place + 1].start() if place + 1 < len(matches) else len(row.text)
            yield row, row.span(start, _value_end(row, start, stop, match.start()))


def _value_end(row: Row, start: int, stop: int, label: int) -> int:
    """Return where a value that starts at ``start`` ends: its cell, and cells close to it."""
    if start >= stop:
        return start
    last = row.cell_at(start)
    label_cell = row.cells[row.cell_at(label)]
    if row.cells[last].box[0] - label_cell.box[2] > 6 * label_cell.height:
        return start
    while last + 1 < len(row.cells) and row.starts[last + 1] < stop:
        if row.cells[last + 1].box[0] - row.cells[last].box[2] > 0.8 * row.height:
            break
        last += 1
    return min(stop, row.starts[last] + len(row.cells[last].text))


def _two(sheet: Sheet, marks: list[tuple[Row, Span]], kind: str, buyer: str, seller: str) -> Iterator[Candidate]:
    """Yield buyer and seller: left and right on one row (digital invoices), else above and below the sums."""
    sums_at = [row.top for row in sheet.rows if re.search(r"价税合计|小\s*写", row.key)]
    for row, span in marks:
        if not span.text.strip():
            continue
        parsed = READINGS[kind](span.text)
        if parsed is None or is_label(parsed.value):
            continue
        page = sheet.page(row.page)
        middle = sums_at[0] if sums_at else page.height * 0.52
        beside = [other for r, other in marks if r is row and other is not span]
        if beside:
            left = span.start < beside[0].start
        elif _digital(sheet):
            left = span.box[0] < page.width / 2
        else:
            left = span.box[1] < middle
        yield candidate(buyer if left else seller, parsed, Place.of_span(span), 1.0)


def _digital(sheet: Sheet) -> bool:
    """Tell whether this is a fully digital invoice, whose parties stand side by side."""
    return (
        sheet.says("购买方信息", "销售方信息", "下载次数") or re.search(r"发票号码\D{0,3}\d{20}", sheet.key) is not None
    )


def sums(sheet: Sheet) -> Iterator[Candidate]:
    """Yield net, tax and total: read from the sum row and the figures at 小写, proven by words and by their sum."""
    net, tax = _sum_row(sheet)
    total = _total(sheet)
    if total is None:
        yield from (one for one in (net, tax) if one)
        return
    if net and tax and Decimal(net.value) + Decimal(tax.value) == Decimal(total.value):
        yield from (replace(one, confidence=0.99, checked="cross-sum") for one in (net, tax, total))
        return
    share = _shares(sheet, Decimal(total.value), proven=total.checked == "words")
    if share:
        yield from (replace(one, confidence=max(one.confidence, 0.93), checked="cross-sum") for one in (*share, total))
        return
    # The three do not agree: a total that words prove stands, what is left is doubtful.
    doubt = 0.5 if net and tax else 0.8
    yield from (replace(one, confidence=one.confidence * doubt) for one in (net, tax) if one)
    yield (
        total if total.checked == "words" else replace(total, confidence=total.confidence * (0.7 if net and tax else 1))
    )


def _sum_row(sheet: Sheet) -> tuple[Candidate | None, Candidate | None]:
    for row in reversed(sheet.rows):
        match = _SUM_ROW.search(row.key) or (re.search(r"^\W*合(\s|$)|(\s|^)计(\s|$)", row.key))
        if not match or "价税" in row.key or not row.text.strip():
            continue
        figures = list(_FIGURE.finditer(row.text, match.end())) or list(_FIGURE.finditer(row.text))
        if len(figures) < 2:
            figures = []
            spans = [s for r in _beside(sheet, row) for s in (r.span(*m.span()) for m in _FIGURE.finditer(r.text))]
        else:
            spans = [row.span(*m.span()) for m in figures]
        made = [_figure(span) for span in sorted(spans, key=lambda s: s.box[0])]
        found = [one for one in made if one]
        if len(found) >= 2:
            return replace(found[-2], field="amount_excl_tax"), replace(found[-1], field="tax_amount")
        if len(found) == 1 and re.search(r"免税|\*{2,}|不征税", row.text + sheet.text):
            return replace(found[0], field="amount_excl_tax"), None
    return None, None


def _shares(sheet: Sheet, total: Decimal, *, proven: bool) -> tuple[Candidate, Candidate] | None:
    """Return net and tax that add up to ``total`` at a rate the law has, if unique.

    Both must stand on the page; where words prove the total, one of them is enough and the other follows.
    """
    spans = [row.span(*m.span()) for row in sheet.rows for m in _FIGURE.finditer(row.text)]
    figures = {one.value: one for one in map(_figure, spans) if one}
    found: dict[Decimal, tuple[bool, Candidate, Candidate]] = {}
    for one in figures.values():
        for net in (Decimal(one.value), total - Decimal(one.value)):
            tax = total - net
            if tax <= 0 or net <= tax or not _lawful(net, tax):
                continue
            a, b = figures.get(amounts.plain(net)), figures.get(amounts.plain(tax))
            whole = a is not None and b is not None
            exact = any(abs(tax - net * rate) <= Decimal("0.02") for rate in _RATES)
            if whole or (proven and exact):
                a, b = a or replace(one, value=amounts.plain(net)), b or replace(one, value=amounts.plain(tax))
                found[net] = (whole, replace(a, field="amount_excl_tax"), replace(b, field="tax_amount"))
    best = [pair for pair in found.values() if pair[0]] or list(found.values())
    return best[0][1:] if len(best) == 1 else None


def _lawful(net: Decimal, tax: Decimal) -> bool:
    """Tell whether tax is what some rate asks of net, roundings of several lines allowed for."""
    return any(abs(tax - net * rate) < net / 2000 + Decimal("0.05") for rate in _RATES)


def _beside(sheet: Sheet, row: Row) -> Iterator[Row]:
    """Yield ``row`` and the rows within a line of it: 合 and 计 often stand lower than their figures."""
    middle = (row.top + row.bottom) / 2
    for other in sheet.rows:
        if other.page == row.page and abs((other.top + other.bottom) / 2 - middle) < 0.9 * row.height:
            yield other


def _figure(span: Span) -> Candidate | None:
    value = amounts.amount(span.text)
    if value is None:
        return None
    return candidate("", Parsed(amounts.plain(value), 0.93), Place.of_span(span))


def _total(sheet: Sheet) -> Candidate | None:
    words = [
        (value, row)
        for row in sheet.rows
        if (value := amounts.words_amount(row.text)) and not re.search("单价|税率", row.key)
    ]
    for row in sheet.rows:
        match = _SMALL.search(row.key)
        figure = _FIGURE.search(row.text, match.end()) if match else None
        if not figure:
            continue
        found = _figure(row.span(figure.start(), figure.end()))
        if found is None:
            continue
        if any(value == Decimal(found.value) for value, _ in words):
            return replace(found, field="total", confidence=0.99, checked="words")
        return replace(found, field="total", confidence=found.confidence * (0.8 if words else 1.0))
    if words:
        value, row = words[-1]
        match = amounts.AMOUNT_WORDS.search(row.text)
        place = Place.of_span(row.span(*(match.span() if match else (0, len(row.text)))))
        return candidate("total", Parsed(amounts.plain(value), 0.85, "words"), place)
    return None


def _numbers(sheet: Sheet) -> Iterator[Candidate]:
    """Yield invoice code and number that stand unlabelled in the head, as paper invoices print them large."""
    for row in sheet.rows:
        if row.bottom > sheet.page(row.page).height * 0.3:
            continue
        for match in re.finditer(
            r"(?<![\dA-Za-z])(?:(\d{12}|\d{10})|(?:N[o0º°]\.?|№)\s*(\d{8}))(?![\dA-Za-z])", row.text
        ):
            field, text = ("invoice_code", match.group(1)) if match.group(1) else ("invoice_number", match.group(2))
            if field == "invoice_code" and re.search(r"机器编号|电话|账号", row.key):
                continue
            yield candidate(field, Parsed(text, 0.8, "pattern"), Place.of_span(row.span(*match.span())), 0.85)
