# ruff: noqa: E501, PLR0915, PLR0917 - a form is drawn top to bottom: its wording stands where it is drawn, coordinates come first
"""The unified invoice of vehicle sales: needle-printed, copied, digital."""

from ocr.specimen import numbers
from ocr.specimen.forms.vat_invoices import copied
from ocr.specimen.pad import Pad, form
from ocr.specimen.sheet import BLACK, BROWN, Ink, Sheet


@form("purchase-invoice", "sale", variants=4, english=False)
def purchase_invoice(pad: Pad) -> None:
    """Draw the 机动车销售统一发票: printed by needle, as a copy on A4, or in its digital form with a QR code."""
    slip = pad.sheet(241, 140) if pad.variant == 0 else pad.sheet(241, 150) if pad.variant == 2 else pad.loose(241, 140)
    if pad.variant == 2:
        _digital_vehicle_invoice(pad, slip)
        return
    _needle_printed(pad, slip, BROWN if pad.variant != 3 else (40, 70, 140))
    if pad.variant != 0:
        copied(pad, slip, share=0.94, y=pad.dice.uniform(15, 60), note=pad.dice.choice(("", "与原件相符", "复印件")))


def _needle_printed(pad: Pad, page: Sheet, ink: Ink) -> None:
    case, car = pad.case, pad.case.vehicle
    page.text(120, 6, "机动车销售统一发票", 19, ink=ink, anchor="ma", face="kai", bold=True)
    page.text(120, 15.5, "发　票　联", 13, ink=ink, anchor="ma", face="kai")
    page.stamp(120, 13, "全国统一发票监制章", "国家税务总局", across=30, shape="oval", middle="样本市税务局")
    page.mark(34, 8, points=9)
    day = pad.day(case.sold, 0)
    page.text(14, 19, "开票日期", 9.5, ink=ink)
    page.text(31, 19, day, 10.5, face="mono", field="issue_date", value=case.sold.isoformat())
    page.text(168, 11, "发票代码", 9.5, ink=ink)
    page.text(186, 10.4, case.invoice_code, 12, face="mono", field="invoice_code")
    page.text(168, 17, "发票号码", 9.5, ink=ink)
    page.text(186, 16.4, case.invoice_number, 12, face="mono", field="invoice_number")
    top, left, full = 24.0, 12.0, 218.0
    data = {"ink": BLACK}

    def label(x: float, y: float, w: float, h: float, text: str) -> None:
        page.frame(x, y, w, h, ink=ink, wide=0.3)
        page.cell(x, y, w, h, text, 9, ink=ink, align="middle")

    def value(
        x: float,
        y: float,
        w: float,
        h: float,
        text: str,
        field: str | None = None,
        plain: str | None = None,
        points: float = 10.5,
    ) -> None:
        page.frame(x, y, w, h, ink=ink, wide=0.3)
        page.cell(x, y, w, h, text, points, field=field, value=plain, ink=data["ink"])

    label(left, top, 26, 17, "机打代码\n机打号码\n机器编号")
    page.frame(left + 26, top, 62, 17, ink=ink, wide=0.3)
    for row, text in enumerate((case.invoice_code, case.invoice_number, "6610" + car.engine_number[-6:] + "01")):
        page.text(left + 29, top + 1 + row * 5.3, text, 10, face="mono")
    label(left + 88, top, 10, 17, "税控码")
    page.frame(left + 98, top, full - 98, 17, ink=ink, wide=0.3)
    for row in range(3):
        page.text(left + 100, top + 1 + row * 5.3, pad.dice.letters(36, "0123456789+-*/<>"), 10.5, face="mono")
    y = top + 17
    label(left, y, 26, 13, "购买方名称及\n身份证号码/\n组织机构代码")
    page.frame(left + 26, y, 112, 13, ink=ink, wide=0.3)
    page.text(left + 28, y + 1.2, case.buyer_name, 11, field="buyer_name", fit=106)
    page.text(
        left + 28,
        y + 7,
        case.company.organisation_code if case.company else case.buyer.id_number,
        11,
        face="mono",
        field=None if case.company else "id_number",
    )
    label(left + 138, y, 24, 13, "纳税人识别号")
    value(
        left + 162,
        y,
        full - 162,
        13,
        case.company.credit_code if case.company else "",
        "buyer_tax_id" if case.company else None,
    )
    y += 13
    third = [(26, 47), (22, 50), (22, 51)]
    table = [
        (
            ("车辆类型", "纯电动轿车" if car.electric else "小型轿车", None),
            ("厂牌型号", car.brand_model, "brand_model"),
            ("产地", case.dealer.city, None),
        ),
        (
            ("合格证号", car.certificate_number, "certificate_number"),
            ("进口证明书号", "", None),
            ("商检单号", "", None),
        ),
    ]
    for row_cells in table:
        x = left
        for (name, text, field), (a, b) in zip(row_cells, third, strict=True):
            label(x, y, a, 8, name)
            value(x + a, y, b, 8, text, field)
            x += a + b
        y += 8
    label(left, y, 26, 8, "发动机号码")
    value(left + 26, y, 68, 8, car.engine_number, "engine_number")
    label(left + 94, y, 40, 8, "车辆识别代号/车架号码")
    value(left + 134, y, full - 134, 8, car.vin, "vin", points=12)
    y += 8
    label(left, y, 26, 8, "价税合计")
    value(left + 26, y, 118, 8, "　" + numbers.words(case.price), None)
    page.crossed(left + 28.6, y + 4)
    page.text(left + 150, y + 2, "小写", 9, ink=ink)
    page.text(left + 160, y + 1.6, f"￥{case.price:.2f}", 11, field="total", value=numbers.plain(case.price))
    page.frame(left + 144, y, full - 144, 8, ink=ink, wide=0.3)
    y += 8
    for first, second in (
        (("销货单位名称", case.dealer.name, "seller_name"), ("电话", case.dealer.phone, None)),
        (("纳税人识别号", case.dealer.credit_code, "seller_tax_id"), ("账号", case.dealer.account, None)),
        (("地　　址", case.dealer.address, None), ("开户银行", case.dealer.bank, None)),
    ):
        label(left, y, 26, 8, first[0])
        value(left + 26, y, 94, 8, first[1], first[2])
        label(left + 120, y, 22, 8, second[0])
        value(left + 142, y, full - 142, 8, second[1], second[2])
        y += 8
    label(left, y, 26, 9, "增值税税率\n或征收率")
    value(left + 26, y, 18, 9, "13%")
    label(left + 44, y, 20, 9, "增值税\n税额")
    value(left + 64, y, 46, 9, f"￥{case.tax:.2f}", "tax_amount", numbers.plain(case.tax))
    label(left + 110, y, 26, 9, "主管税务\n机关及代码")
    value(left + 136, y, full - 136, 9, f"国家税务总局{case.dealer.city}税务局 1{case.dealer.credit_code[2:8]}00")
    y += 9
    label(left, y, 26, 8, "不含税价")
    value(left + 26, y, 54, 8, f"￥{case.net:.2f}", "amount_excl_tax", numbers.plain(case.net))
    label(left + 80, y, 26, 8, "完税凭证号码")
    value(left + 106, y, 44, 8, "")
    label(left + 150, y, 14, 8, "吨位")
    value(left + 164, y, 16, 8, "")
    label(left + 180, y, 20, 8, "限乘人数")
    value(left + 200, y, full - 200, 8, str(car.seats))
    y += 11
    page.text(left + 4, y, "销货单位盖章", 9.5, ink=ink)
    page.text(left + 92, y, "开票人", 9.5, ink=ink)
    page.text(left + 106, y, case.cashier.name, 10.5, field="drawer")
    page.text(left + 150, y, "备注：一车一票", 9.5, ink=ink)
    page.upright(234, 30, 90, "第一联发票联购货单位付款凭证", 7.5, ink=ink)
    page.stamp(
        left + 58, y - 4, case.dealer.name, "发票专用章", across=36, shape="oval", middle=case.dealer.credit_code
    )


def _digital_vehicle_invoice(pad: Pad, page: Sheet) -> None:
    case, car = pad.case, pad.case.vehicle
    ink: Ink = (150, 40, 40)
    page.text(120, 8, "电子发票（机动车销售统一发票）", 17, ink=ink, anchor="ma", face="kai", bold=True)
    page.line(72, 18, 168, 18, ink=ink, wide=0.3)
    page.line(72, 19, 168, 19, ink=ink, wide=0.3)
    page.code(
        14,
        5,
        19,
        f"01,83,,{case.invoice_code_number_long},{case.price:.2f},{case.sold:%Y%m%d},,{pad.dice.letters(4, '0123456789ABCDEF')}",
    )
    page.text(172, 8, "发票号码：", 9.5, ink=ink)
    page.text(189, 8, case.invoice_code_number_long, 9.5, field="invoice_number")
    page.text(172, 14, "开票日期：", 9.5, ink=ink)
    page.text(189, 14, pad.day(case.sold, 2), 9.5, field="issue_date", value=case.sold.isoformat())
    page.mark(52, 11, points=8.5)
    rows: list[tuple[tuple[str, str, str | None, str | None], ...]] = [
        (
            ("购买方名称", case.buyer_name, "buyer_name", None),
            (
                "统一社会信用代码/\n纳税人识别号/\n身份证件号码",
                case.buyer_number,
                "buyer_tax_id" if case.company else "id_number",
                None,
            ),
        ),
        (
            ("销售方名称", case.dealer.name, "seller_name", None),
            ("统一社会信用代码/\n纳税人识别号", case.dealer.credit_code, "seller_tax_id", None),
        ),
        (("车辆类型", "小型轿车", None, None), ("厂牌型号", car.brand_model, "brand_model", None)),
        (("车辆识别代号/\n车架号码", car.vin, "vin", None), ("发动机号码", car.engine_number, "engine_number", None)),
        (("合格证号", car.certificate_number, "certificate_number", None), ("产地", case.dealer.city, None, None)),
        (
            ("不含税价", f"￥{case.net:.2f}", "amount_excl_tax", numbers.plain(case.net)),
            ("增值税税额", f"￥{case.tax:.2f}（税率 13%）", "tax_amount", numbers.plain(case.tax)),
        ),
        (
            ("价税合计（大写）", numbers.words(case.price), None, None),
            ("（小写）", f"￥{case.price:.2f}", "total", numbers.plain(case.price)),
        ),
        (
            ("销售方地址、电话", f"{case.dealer.address} {case.dealer.phone}", None, None),
            ("开户银行及账号", f"{case.dealer.bank} {case.dealer.account}", None, None),
        ),
    ]
    y, widths = 27.0, (32.0, 78.0, 36.0, 70.0)
    page.grid(12, y, widths, [12] * len(rows), ink=ink, wide=0.25)
    for row in rows:
        x = 12.0
        for place, (label, text, field, plain) in enumerate(row):
            page.cell(x, y, widths[place * 2], 12, label, 8.5, ink=ink, align="middle")
            x += widths[place * 2]
            page.cell(x, y, widths[place * 2 + 1], 12, text, 10, field=field, value=plain)
            x += widths[place * 2 + 1]
        y += 12
    page.text(14, y + 5, "备注：一车一票", 9, ink=ink)
    page.text(14, y + 14, "开票人：", 9.5, ink=ink)
    page.text(29, y + 14, case.cashier.name, 9.5, field="drawer")
