"""Tell which way of reading fields suits a document: by its kind where that is known, and by what it says."""

from typing import Final

from ocr.extract.sheet import Sheet

NATURES: Final = (
    "vat-invoice",
    "vehicle-invoice",
    "receipt-zh",
    "ticket",
    "bank",
    "id-card",
    "passport",
    "driving-licence",
    "vehicle-licence",
    "vehicle-certificate",
    "business-licence",
    "other-certificate",
    "insurance",
    "contract",
    "letter",
    "paper",
    "receipt",
    "invoice",
)
"""``paper`` is any other form; ``receipt`` and ``invoice`` are those in Western languages."""

_OF_KIND: Final = {
    "purchase-invoice": "vehicle-invoice",
    "vat-invoice": "vat-invoice",
    "e-invoice": "vat-invoice",
    "id-card": "id-card",
    "passport": "passport",
    "driving-licence": "driving-licence",
    "vehicle-licence": "vehicle-licence",
    "vehicle-certificate": "vehicle-certificate",
    "business-licence": "business-licence",
    "organisation-code-certificate": "other-certificate",
    "tax-registration-certificate": "other-certificate",
    "insurance-policy": "insurance",
    "insurance-card": "insurance",
    "bank-slip": "bank",
    "bank-statement": "bank",
    "ticket": "ticket",
    "settlement-sheet": "paper",
    "fee-record": "paper",
}
_OF_FAMILY: Final = {
    "contract": "contract",
    "insurance": "insurance",
    "bank": "bank",
    "letter": "letter",
    "certificate": "other-certificate",
    "ticket": "ticket",
}
_SAYS: Final = (
    ("vehicle-invoice", ("机动车销售统一发票", "二手车销售统一发票")),
    ("id-card", ("公民身份号码", "公民身份证号码", "居民身份证签发机关")),
    ("vehicle-licence", ("机动车行驶证", "号牌号码车辆类型", "platenovehicletype", "vehiclelicense")),
    ("driving-licence", ("机动车驾驶证", "准驾车型", "driverslicense", "drivinglicense")),
    ("vehicle-certificate", ("机动车整车出厂合格证", "机动车底盘出厂合格证", "整车出厂合格证")),
    ("business-licence", ("营业执照",)),
    ("insurance", ("保险单号", "被保险人", "保险期间")),
)  # fmt: skip


def nature(kind: str, family: str, sheet: Sheet) -> str:
    """Return one of ``NATURES`` for a document of this kind and family with this text.

    What a document says of itself beats a kind that says little (``other``, ``form``), never a special kind.
    """
    if kind in _OF_KIND:
        return _OF_KIND[kind]
    if sheet.chinese:
        said = next((name for name, phrases in _SAYS if sheet.says(*phrases)), None)
        if said and family in {"", "other", "form", "invoice", "receipt", "certificate", "insurance"}:
            return said
        if family in {"invoice", "receipt", "other", "form", "ticket", ""}:
            return _money_zh(sheet, family)
    if family in _OF_FAMILY:
        return _OF_FAMILY[family]
    if sheet.chinese:
        return "paper"
    return _western(sheet, family)


def _money_zh(sheet: Sheet, family: str) -> str:
    vat = sum(
        sheet.says(p)
        for p in ("增值税", "价税合计", "纳税人识别号", "密码区", "开票人", "电子发票", "购买方", "销售方")
    )
    if vat >= 3:
        return "vat-invoice"
    if family == "ticket" or sheet.says("车次", "乘车", "检票口", "登机牌"):
        return "ticket"
    if sheet.says("发票代码", "发票号码", "收据", "收款收据", "发票联") or family in {"invoice", "receipt"}:
        return "receipt-zh"
    return "paper"


def _western(sheet: Sheet, family: str) -> str:
    """Tell receipt from invoice by the width of the paper, whatever it was taken for: rolls are narrow."""
    if family in {"invoice", "receipt", "shipping", "ticket", "other", ""}:
        if sheet.says("agreement", "herein", "whereas") and len(sheet.rows) > 60:
            return "contract"
        if sheet.columns <= _ROLL and sheet.says(*_TILL):
            return "receipt"
        if family in {"invoice", "receipt", "shipping"} or sheet.says(*_BILL):
            return "invoice"
    return "paper"


_ROLL: Final = 60
"""Characters across, between till rolls (up to 48) and A4 or letter pages (85 and more)."""
_TILL: Final = ("total", "cash", "change", "subtotal", "receipt", "invoice", "amount", "visa", "summe", "totaal")
_BILL: Final = (
    *("invoice", "receipt", "rechnung", "facture", "factuur", "factura", "fattura"),
    *("amountdue", "subtotal", "grandtotal", "unitprice"),
)
