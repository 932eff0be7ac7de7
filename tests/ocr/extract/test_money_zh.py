"""Chinese invoices: two parties, sums that prove each other, and structured values that win."""

from ocr.extract import extract
from tests.ocr.extract.drawn import line, page, values

HEAD = (
    line("示例增值税电子普通发票", 500, 40),
    line("发票代码：034012000299", 1050, 30),
    line("发票号码：75505099", 1050, 80),
    line("开票日期：2021年04月28日", 1050, 130),
    line("校验码：57948 81670 27402 09571", 1050, 180),
    line("名", 100, 240),
    line("称：深圳市样本软件有限公司", 240, 240),
    line("纳税人识别号：91440300799214981G", 100, 290),
    line("密码区", 1000, 260),
    line("+*532//37>*--872/*39", 1080, 240),
)
FOOT = (
    line("名 称：安徽样本科技有限公司", 100, 820),
    line("纳税人识别号：91340100MA2NFR8P2R", 100, 870),
    line("开票人：李样本", 1000, 990),
    line("收款人：张示例", 100, 990),
)


def test_an_old_invoice_has_its_buyer_above_and_its_seller_below() -> None:
    """Names, tax numbers, codes and sums of a VAT invoice, the total proven by words and sum."""
    body = (
        line("合 计", 180, 700),
        line("¥29.43", 1100, 702),
        line("¥0.88", 1400, 702),
        line("价税合计（大写）", 100, 760),
        line("叁拾圆叁角壹分", 450, 760),
        line("（小写）¥30.31", 1200, 760),
    )
    found = extract("vat-invoice", [page(*HEAD, *body, *FOOT)])
    assert values(found) == {
        "invoice_code": "034012000299",
        "invoice_number": "75505099",
        "issue_date": "2021-04-28",
        "check_code": "57948816702740209571",
        "buyer_name": "深圳市样本软件有限公司",
        "buyer_tax_id": "91440300799214981G",
        "seller_name": "安徽样本科技有限公司",
        "seller_tax_id": "91340100MA2NFR8P2R",
        "amount_excl_tax": "29.43",
        "tax_amount": "0.88",
        "total": "30.31",
        "drawer": "李样本",
    }
    assert {found[name].checked for name in ("total", "amount_excl_tax", "tax_amount")} == {"cross-sum"}
    assert found["buyer_tax_id"].checked == "check-digit"


def test_a_misread_figure_is_put_right_by_words_and_rate() -> None:
    """The total in words and the tax at 13 % leave one net amount, whatever the engine made of it."""
    body = (
        line("合 计", 180, 700),
        line("¥11637", 1100, 702),
        line("¥15128.32", 1400, 702),
        line("价税合计（大写）", 100, 760),
        line("壹拾叁万壹仟伍佰元整", 450, 760),
        line("（小写）¥131500.00", 1200, 760),
    )
    found = values(extract("vat-invoice", [page(*HEAD, *body, *FOOT)]))
    assert (found["amount_excl_tax"], found["tax_amount"], found["total"]) == ("116371.68", "15128.32", "131500.00")


def test_a_digital_invoice_has_its_parties_side_by_side() -> None:
    """Left is the buyer, right the seller, though both stand on one row."""
    found = extract(
        "e-invoice",
        [
            page(
                line("电子发票（普通发票）", 500, 40),
                line("发票号码：24112000000048542199", 1000, 40),
                line("开票日期：2024年05月28日", 1000, 90),
                line("名称：海南样本云服科技有限公司", 80, 200),
                line("名称：北京样本科技有限公司", 820, 200),
                line("统一社会信用代码/纳税人识别号：91460300MAA92DJN95", 80, 260),
                line("统一社会信用代码/纳税人识别号：91110108690017781B", 820, 262),
                line("（小写）¥4449.00", 1100, 800),
            )
        ],
    )
    got = values(found)
    assert got["invoice_number"] == "24112000000048542199"
    assert (got["buyer_name"], got["seller_name"]) == ("海南样本云服科技有限公司", "北京样本科技有限公司")
    assert (got["buyer_tax_id"], got["seller_tax_id"]) == ("91460300MAA92DJN95", "91110108690017781B")


def test_structured_values_win_and_the_rest_is_read() -> None:
    """What came as data stands with confidence 1 in the contract's form; the drawer is read."""
    data = {"invoice_number": "7550 5099", "issue_date": "2021年4月28日", "total": "¥30.3", "buyer_name": " 样本 "}
    found = extract("vat-invoice", [page(*HEAD, *FOOT)], data)
    assert values(found)["drawer"] == "李样本"
    for name, value in {
        "invoice_number": "75505099",
        "issue_date": "2021-04-28",
        "total": "30.30",
        "buyer_name": "样本",
    }.items():
        assert (found[name].value, found[name].confidence, found[name].checked) == (value, 1.0, "structured")


def test_a_taxi_receipt_prints_labels_above_and_values_at_the_edge() -> None:
    """Year first in two digits, the fare with a faint point."""
    found = values(
        extract(
            "receipt",
            [
                page(
                    line("发票代码：", 20, 60),
                    line("161002018199", 60, 100),
                    line("发票号码：42609399", 20, 140),
                    line("日期：", 80, 300),
                    line("20-06-18", 180, 296),
                    line("金额：", 80, 500),
                    line("￥77-10元", 180, 500),
                    width=360,
                )
            ],
            family="receipt",
        )
    )
    assert found == {
        "invoice_code": "161002018199",
        "invoice_number": "42609399",
        "issue_date": "2020-06-18",
        "total": "77.10",
    }


def test_a_vehicle_invoice_tells_the_numbers_of_its_parties_apart() -> None:
    """The number beside the buyer is a person's, the one beside the seller a company's, though labels are alike."""
    found = extract(
        "purchase-invoice",
        [
            page(
                line("机动车销售统一发票", 600, 20),
                line("购买方名称", 100, 120),
                line("韩示例", 300, 120),
                line("统一社会信用代码/", 800, 100),
                line("11010519491231002X", 1100, 118),
                line("纳税人识别号/身份证件号码", 800, 140),
                line("厂牌型号", 800, 240),
                line("示例牌SL7142GN", 1100, 240),
                line("车辆识别代号/", 100, 300),
                line("LX9ZDCXT5TZ942410", 400, 312),
                line("车架号码", 100, 336),
                line("发动机号码", 800, 312),
                line("MEP115107", 1100, 312),
                line("价税合计（大写）", 100, 420),
                line("捌万肆仟柒佰捌拾捌元整", 450, 420),
                line("（小写）¥84788.00", 1150, 420),
                line("销货单位名称", 100, 520),
                line("样本市虚构汽车销售服务有限公司", 350, 520),
                line("纳税人识别号", 100, 580),
                line("91110108690017781B", 350, 580),
                line("账号", 1000, 580),
                line("6270150692714334729", 1150, 580),
                line("增值税税额", 800, 640),
                line("¥9754.37", 1100, 640),
            )
        ],
    )
    got = values(found)
    assert got["id_number"] == "11010519491231002X"
    assert got["seller_tax_id"] == "91110108690017781B"
    assert got["buyer_name"] == "韩示例"
    assert got["seller_name"] == "样本市虚构汽车销售服务有限公司"
    assert (got["vin"], got["engine_number"], got["brand_model"]) == (
        "LX9ZDCXT5TZ942410",
        "MEP115107",
        "示例牌SL7142GN",
    )
    assert (got["total"], got["tax_amount"], got["amount_excl_tax"]) == ("84788.00", "9754.37", "75033.63")
    assert "credit_code" not in got
