"""Numbers of the two parties of a motor-vehicle sales invoice, told apart by which name they stand beside."""

import re
from collections.abc import Iterator
from typing import Final

from dossier import identifiers as ids
from ocr.extract.pairing import Candidate, Place, candidate
from ocr.extract.sheet import Cell, Row, Sheet, search_key
from ocr.extract.typed import READINGS, Parsed

_BUYER: Final = re.compile(r"购\s*买\s*方|购\s*货\s*单\s*位|买\s*方|身份证(?:件|明)?号")
_SELLER: Final = re.compile(r"销\s*货\s*单\s*位|销\s*售\s*方|卖\s*方|销\s*售\s*单\s*位")
_SELLER_END: Final = re.compile(r"开户银?行|账\s*号|帐\s*号|开\s*票\s*人|不含税|价税合计")


def party_numbers(sheet: Sheet) -> Iterator[Candidate]:
    """Yield the buyer's resident ID or tax number and the seller's tax number."""
    marks = [
        (row.top, side)
        for row in sheet.rows
        for side, shape in (("b", _BUYER), ("s", _SELLER))
        if shape.search(row.key)
    ]
    if not any(side == "s" for _, side in marks):
        return
    numbers = list(_numbers(sheet))
    told = {number: min((abs(top - row.top), side) for top, side in marks) for number, row, *_ in numbers}
    near = [one for one in numbers if told[one[0]][0] <= 5 * sheet.line_height]
    in_order = len({parsed.value for _, _, _, parsed in near}) == len(near) == 2
    for number, _, cell, parsed in near:
        # The buyer stands above the seller; where there are just two numbers, their order says more than the distance.
        side = ("b", "s")[number != near[0][0]] if in_order else told[number][1]
        place = Place.of_cells([cell])
        if side == "s":
            yield candidate("seller_tax_id", parsed, place, 0.98)
        elif ids.is_resident_id_shaped(parsed.value):
            yield candidate("id_number", parsed, place, 0.98)
        else:
            yield candidate("buyer_tax_id", parsed, place, 0.98)
            yield candidate("credit_code", parsed, place, 0.97)


def _numbers(sheet: Sheet) -> Iterator[tuple[int, Row, Cell, Parsed]]:
    """Yield the numbers that can be a party's, from the top, each counted, with its row and cell."""
    count = 0
    for row in sheet.rows:
        for place_in_row, cell in enumerate(row.cells):
            before = search_key(row.cells[place_in_row - 1].text) if place_in_row else ""
            plain = ids.normal(re.sub(r"[^\dA-Za-z*]", "", cell.text[-24:]))
            if len(plain) < 15 or not sum(c.isdigit() for c in plain) >= 8:
                continue
            parsed = READINGS["tax-id"](cell.text)
            if (
                parsed is None
                or ids.is_vin(parsed.value)
                or re.search("合格证|证明书|发动机|车架|账号|帐号|脹号|银行|完税", before)
                or re.search("发票号|发票代码", search_key(cell.text))
            ):
                continue
            yield count, row, cell, parsed
            count += 1
