"""Fields that electronic Chinese invoices carry as data: element names of their XML, names of OFD custom data.

The names are those of the e-invoice schema of 2019 (``http://www.edrm.org.cn/schema/e-invoice/2019``), of the fully
digital invoice's XML (``EInvoice``), and the Chinese labels that OFD invoices put into ``CustomData``.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Final
from xml.etree.ElementTree import Element

from ocr.digital.packed import local

FIELD_NAMES: Final[Mapping[str, str]] = {
    # e-invoice 2019
    "InvoiceCode": "invoice_code",
    "InvoiceNo": "invoice_number",
    "IssueDate": "issue_date",
    "InvoiceCheckCode": "check_code",
    "BuyerName": "buyer_name",
    "BuyerTaxID": "buyer_tax_id",
    "SellerName": "seller_name",
    "SellerTaxID": "seller_tax_id",
    "TaxExclusiveTotalAmount": "amount_excl_tax",
    "TaxTotalAmount": "tax_amount",
    "TaxInclusiveTotalAmount": "total",
    "InvoiceClerk": "drawer",
    # fully digital invoice
    "InvoiceNumber": "invoice_number",
    "EIid": "invoice_number",
    "IssueTime": "issue_date",
    "BuyerIdNum": "buyer_tax_id",
    "SellerIdNum": "seller_tax_id",
    "TotalAmWithoutTax": "amount_excl_tax",
    "TotalTaxAm": "tax_amount",
    "TotalTax-includedAmount": "total",
    "Drawer": "drawer",
    # OFD custom data
    "发票代码": "invoice_code",
    "发票号码": "invoice_number",
    "开票日期": "issue_date",
    "校验码": "check_code",
    "购买方名称": "buyer_name",
    "购买方纳税人识别号": "buyer_tax_id",
    "销售方名称": "seller_name",
    "销售方纳税人识别号": "seller_tax_id",
    "合计金额": "amount_excl_tax",
    "合计税额": "tax_amount",
    "价税合计": "total",
    "开票人": "drawer",
}
_AMOUNTS: Final = frozenset({"amount_excl_tax", "tax_amount", "total"})
_NUMBERS: Final = frozenset({"invoice_code", "invoice_number", "check_code", "buyer_tax_id", "seller_tax_id"})
_INVOICE_ROOTS: Final = frozenset({"eInvoice", "EInvoice", "e-invoice"})


def is_invoice(root: Element) -> bool:
    """Tell whether an XML document is an electronic invoice."""
    return any(local(element) in _INVOICE_ROOTS for element in [root, *root])


def fields_of_tree(root: Element) -> dict[str, str]:
    """Return the fields in an e-invoice's XML; the first element of a name counts."""
    return fields_of_pairs((local(element), element.text or "") for element in root.iter() if not len(element))


def fields_of_pairs(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return the fields among names and values, in the contract's form."""
    fields: dict[str, str] = {}
    for name, value in pairs:
        field = FIELD_NAMES.get(name.strip())
        plain = in_form(field, value) if field else ""
        if field and plain:
            fields.setdefault(field, plain)
    return fields


def in_form(field: str, value: str) -> str:
    """Return a value in the contract's form, empty where it cannot be one."""
    text = value.strip()
    if field in _AMOUNTS:
        amount = re.sub(r"[¥￥,\s]", "", text)
        return amount if re.fullmatch(r"-?\d+(\.\d+)?", amount) else ""
    if field == "issue_date":
        date = re.match(r"(\d{4})\D{0,2}(\d{1,2})\D{0,2}(\d{1,2})", re.sub(r"\s", "", text))
        return f"{date[1]}-{int(date[2]):02}-{int(date[3]):02}" if date else ""
    return re.sub(r"\s", "", text) if field in _NUMBERS else text
