"""The paper's own number is nobody's tax number."""

from dossier.reading import Line, Page
from ocr.extract import extract

NUMBER = "26734448186864071026"


def test_an_invoice_number_read_beside_a_tax_label_is_no_tax_number() -> None:
    """The long number of an electronic invoice stands near the buyer's label; as data it is the invoice's."""
    lines = (
        Line("电子发票（普通发票）", (300, 20, 700, 60), 0.99),
        Line("统一社会信用代码/纳税人识别号：", (40, 120, 360, 150), 0.99),
        Line(NUMBER, (380, 120, 700, 150), 0.99),
        Line("购买方名称：样本商贸有限公司", (40, 160, 400, 190), 0.99),
    )
    page = Page(1, 1000, 600, 150, 0, "ocr", "test", "\n".join(line.text for line in lines), lines)
    found = extract("e-invoice", [page], {"invoice_number": NUMBER})
    assert found["invoice_number"].value == NUMBER
    assert found.get("buyer_tax_id") is None or found["buyer_tax_id"].value != NUMBER
    assert found.get("seller_tax_id") is None or found["seller_tax_id"].value != NUMBER
