# ruff: noqa: E501 - a form is drawn top to bottom: its wording stands where it is drawn, coordinates come first
"""A property manager's papers: fee record and fit-out application."""

from datetime import timedelta
from decimal import Decimal

from ocr.specimen import numbers
from ocr.specimen.forms.letterhead import signatures
from ocr.specimen.pad import Pad, form


@form("fee-record", "general", variants=2)
def fee_record(pad: Pad) -> None:
    """Draw a property manager's record of fees."""
    case, page = pad.case, pad.sheet()
    page.mark(185, 12)
    title = (
        pad.w("物业服务费缴费记录", "Management Fee Record"),
        pad.w("物业费用收缴台账", "Ledger of Property Fees"),
    )[pad.variant]
    page.text(105, 18, title, 19, anchor="ma", bold=True)
    unit = f"{pad.dice.randint(1, 9)}-{pad.dice.randint(2, 30)}0{pad.dice.randint(1, 8)}"
    page.text(18, 34, pad.w("房号：", "Unit: ") + unit, 10.5)
    page.text(70, 34, pad.w("业主/租户：", "Owner/tenant: ") + pad.w(case.buyer_name, case.buyer.latin), 10.5, fit=84)
    page.text(192, 34, pad.w("面积：", "Area: ") + f"{pad.dice.randint(60, 300)}㎡", 10.5, anchor="ra")
    rows = [
        [
            pad.w("日期", "Date"),
            pad.w("费用项目", "Fee"),
            pad.w("计费期间", "Period"),
            pad.w("金额（元）", "CNY"),
            pad.w("收据号", "Receipt"),
            pad.w("经手人", "By"),
        ]
    ]
    total = Decimal(0)
    names = (
        (pad.w("物业服务费", "Management"), 900),
        (pad.w("水费", "Water"), 80),
        (pad.w("电费", "Power"), 320),
        (pad.w("停车费", "Parking"), 300),
        (pad.w("装修押金", "Fit-out deposit"), 2000),
    )
    for month in range(12):
        day = case.sold - timedelta(days=30 * (12 - month))
        name, price = pad.dice.choice(names)
        amount = Decimal(price + pad.dice.randint(0, 50))
        total += amount
        rows.append(
            [
                f"{day:%Y-%m-%d}",
                name,
                f"{day:%Y-%m}",
                f"{amount:.2f}",
                pad.dice.digits(6),
                pad.w(case.cashier.name, case.cashier.latin),
            ]
        )
    y = page.rows(18, 42, (28, 40, 28, 30, 26, 24), 9, rows, 9.5, aligns="mlmrmm") + 6
    page.text(18, y, pad.w("合计：", "Total: "), 11, bold=True)
    page.text(36, y, f"{total:.2f}", 11, field="total", value=numbers.plain(total))


@form("fit-out-application", "general", variants=2)
def fit_out_application(pad: Pad) -> None:
    """Draw a tenant's application to fit out a unit."""
    case, page = pad.case, pad.sheet()
    page.mark(185, 12)
    title = (pad.w("装修申请表", "Fit-out Application"), pad.w("二次装修申请审批表", "Application for Fit-out Works"))[
        pad.variant
    ]
    page.text(105, 18, title, 20, anchor="ma", bold=True)
    rows = (
        (pad.w("申请单位/业主", "Applicant"), pad.w(case.buyer_name, case.buyer.latin)), (pad.w("房号", "Unit"), f"{pad.dice.randint(1, 9)}-{pad.dice.randint(2, 30)}0{pad.dice.randint(1, 8)}"),
        (pad.w("联系人及电话", "Contact"), pad.w(case.buyer.name, case.buyer.latin) + " " + case.buyer.phone), (pad.w("装修施工单位", "Contractor"), pad.w(case.dealer.name.replace("汽车销售服务", "装饰工程"), "Nizhen Interiors Ltd.")),
        (pad.w("施工期限", "Works from/to"), f"{pad.day(case.sold, 0)} ~ {pad.day(case.sold + timedelta(days=45), 0)}"), (pad.w("装修内容", "Works"), pad.w("室内隔断、吊顶、强弱电改造、地面铺装", "Partitions, ceiling, cabling, floor")),
        (pad.w("申请人承诺", "Undertaking"), pad.w("遵守装修管理规定，不破坏承重结构，不占用公共区域，按规定时间施工并清运垃圾。", "Rules are kept; no load-bearing structure is touched; works only at the hours allowed.")),
        (pad.w("管理处意见", "Manager's decision"), pad.w("资料齐全，同意施工，须缴纳装修押金。", "Complete; approved; deposit to be paid.")), (pad.w("工程部意见", "Engineer's decision"), pad.w("图纸已审，注意消防设施保护。", "Drawings checked; protect fire equipment.")),
    )  # fmt: skip
    y = 34.0
    for place, (label, text) in enumerate(rows):
        tall = 12 if place < 5 else 32
        page.grid(18, y, (42, 134), (tall,))
        page.cell(18, y, 42, tall, label, 10.5, align="middle")
        page.cell(60, y, 134, tall, text, 10.5)
        y += tall
    signatures(
        page,
        y + 8,
        [
            (pad.w("申请人签字：", "Applicant: "), pad.w(case.buyer.name, case.buyer.latin)),
            (pad.w("日期：", "Date: "), f"{case.sold:%Y-%m-%d}"),
        ],
        step=88,
    )
    pad.put("issue_date", case.sold.isoformat())
