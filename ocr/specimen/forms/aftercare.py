# ruff: noqa: E501 - a form is drawn top to bottom: its wording stands where it is drawn, coordinates come first
"""What follows a visit: the free check sheet and the complaint form."""

from datetime import timedelta

from ocr.specimen.forms.letterhead import letterhead, signatures, vehicle_head
from ocr.specimen.forms.workshop import visit_head
from ocr.specimen.pad import Pad, form

_TWELVE = (
    ("机油液位及品质", "Engine oil"), ("冷却液液位", "Coolant"), ("制动液液位", "Brake fluid"), ("玻璃清洗液", "Washer fluid"), ("蓄电池状态", "Battery"), ("轮胎气压及花纹深度", "Tyre pressure and tread"),
    ("全车灯光", "Lamps"), ("雨刮片", "Wipers"), ("制动片厚度", "Brake pads"), ("空调系统", "Air conditioning"), ("底盘及悬架", "Underbody"), ("皮带及管路", "Belts and hoses"),
)  # fmt: skip


@form("free-check-sheet", "service", variants=2)
def free_check_sheet(pad: Pad) -> None:
    """Draw the sheet of the free check of twelve points."""
    case, page = pad.case, pad.sheet()
    y = letterhead(pad, page)
    title = (
        pad.w("12项免费检查表", "Free 12-Point Check Sheet"),
        pad.w("免费十二项安全检测表", "Free Twelve-Point Safety Check"),
    )[pad.variant]
    page.text(105, y, title, 19, anchor="ma", bold=True)
    y = visit_head(pad, page, y + 14, f"MF{case.sold:%y%m%d}{pad.dice.digits(3)}") + 5
    widths = (14, 70, 20, 24, 24, 28)
    page.rows(
        15,
        y,
        widths,
        9,
        [
            [
                pad.w("序号", "No."),
                pad.w("检查项目", "Item"),
                pad.w("正常", "Good"),
                pad.w("需关注", "Watch"),
                pad.w("需更换", "Replace"),
                pad.w("备注", "Notes"),
            ]
        ],
        9.5,
    )
    y += 9
    page.grid(15, y, widths, [9] * 12)
    for number, (name, latin) in enumerate(_TWELVE, 1):
        page.cell(15, y, 14, 9, str(number), 9.5, align="middle")
        page.cell(29, y, 70, 9, pad.w(name, latin), 9.8)
        state = pad.dice.choice((0, 0, 0, 0, 1, 2))
        page.check((107, 129, 153)[state], y + 3)
        y += 9
    y = page.paragraph(
        16,
        y + 4,
        178,
        pad.w(
            "维修建议：以上检查为免费项目，检查结果仅供参考，如需维修请与服务顾问联系。",
            "Advice: this check is free of charge; for repairs please talk to your adviser.",
        ),
        9.5,
    )
    signatures(
        page,
        y + 10,
        [
            (pad.w("客户签名：", "Customer: "), pad.w(case.buyer.name, case.buyer.latin)),
            (pad.w("检查技师：", "Technician: "), pad.w(case.mechanic.name, case.mechanic.latin)),
            (pad.w("服务顾问：", "Adviser: "), pad.w(case.seller.name, case.seller.latin)),
        ],
    )


@form("complaint-form", "service", variants=2)
def complaint_form(pad: Pad) -> None:
    """Draw the form that a complaint is written down and answered on."""
    case, page = pad.case, pad.sheet()
    y = letterhead(pad, page)
    title = (pad.w("客户投诉处理表", "Customer Complaint Form"), pad.w("客户投诉登记处理单", "Complaint Record"))[
        pad.variant
    ]
    page.text(105, y, title, 19, anchor="ma", bold=True)
    day = case.sold + timedelta(days=40)
    y = vehicle_head(page, y + 14, [
        (pad.w("投诉人", "Complainant"), pad.w(case.buyer.name, case.buyer.latin), "name"), (pad.w("联系电话", "Phone"), case.buyer.phone, "phone"),
        (pad.w("车牌号", "Plate no."), case.vehicle.plate, "plate"), (pad.w("车架号", "VIN"), case.vehicle.vin, "vin"),
        (pad.w("投诉时间", "Time"), f"{day:%Y-%m-%d} {pad.dice.randint(9, 17)}:{pad.dice.randint(10, 59)}", None), (pad.w("受理人", "Taken by"), pad.w(case.cashier.name, case.cashier.latin), None),
    ], height=9)  # fmt: skip
    pad.put("issue_date", day.isoformat())
    page.frame(15, y, 26, 11)
    page.cell(15, y, 26, 11, pad.w("投诉类别", "Type"), 9.5, align="middle")
    page.frame(41, y, 154, 11)
    x, chosen = 44.0, pad.dice.randint(0, 4)
    for place, label in enumerate(
        (
            pad.w("产品质量", "Product"),
            pad.w("销售合同", "Contract"),
            pad.w("维修质量", "Repair"),
            pad.w("服务质量", "Service"),
            pad.w("建议", "Suggestion"),
        )
    ):
        page.tick(x, y + 3.8, on=place == chosen)
        x = page.text(x + 5, y + 3.4, label, 9.5) + 6
    y += 11
    words = pad.dice.choice(
        (
            pad.w("保养后仍有异响，要求重新检查并说明原因。", "Noise after service; wants a new check."),
            pad.w("交车时间比约定晚三天，要求解释并补偿。", "Delivered three days late; wants an explanation."),
        )
    )
    for label, text, tall in (
        (pad.w("投诉内容", "Complaint"), words, 46), (pad.w("原因分析", "Cause"), pad.w("经与相关部门核实，情况属实。", "Checked with the department; true."), 34),
        (pad.w("处理方案", "Solution"), pad.w("致歉并安排免费复检，一个工作日内答复客户。", "Apology and free check; answer within one working day."), 34),
        (pad.w("总经理审批", "General manager"), pad.w("同意", "Approved"), 24), (pad.w("客户反馈", "Follow-up"), pad.w("客户表示满意", "Customer satisfied"), 24),
    ):  # fmt: skip
        page.frame(15, y, 26, tall)
        page.cell(15, y, 26, tall, label, 9.5, align="middle")
        page.frame(41, y, 154, tall)
        for row, line in enumerate(page.wrap(text, 120, 15)):
            page.hand(46, y + 6 + row * 8, line, 13)
        y += tall
    signatures(
        page,
        y + 6,
        [
            (pad.w("经办人：", "Handled by: "), pad.w(case.cashier.name, case.cashier.latin)),
            (pad.w("部门主管：", "Head: "), pad.w(case.mechanic.name, case.mechanic.latin)),
            (pad.w("归档日期：", "Filed: "), f"{day:%Y-%m-%d}"),
        ],
    )
