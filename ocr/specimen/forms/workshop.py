# ruff: noqa: E501 - a form is drawn top to bottom: its wording stands where it is drawn, coordinates come first
"""The workshop's papers of a visit: reception sheet, work order, settlement sheet."""

from datetime import timedelta
from decimal import Decimal

from ocr.specimen import numbers
from ocr.specimen.forms.letterhead import letterhead, signatures, vehicle_head
from ocr.specimen.pad import Pad, form
from ocr.specimen.sheet import GREY, Sheet

_JOBS = (
    ("更换机油及机油滤清器", "Engine oil and filter", 120), ("四轮定位", "Wheel alignment", 200), ("更换前制动片", "Front brake pads", 260), ("空调滤芯更换", "Cabin filter", 60),
    ("轮胎换位及动平衡", "Tyre rotation, balancing", 160), ("更换火花塞", "Spark plugs", 180), ("节气门清洗", "Throttle cleaning", 150), ("右前门钣金喷漆", "Door panel, paint", 680),
)  # fmt: skip


_PARTS = (
    ("机油滤清器", "Oil filter", 38), ("全合成机油 4L", "Engine oil 4 l", 398), ("前制动片组", "Brake pad set", 460), ("空调滤芯", "Cabin filter", 88), ("火花塞", "Spark plug", 62), ("雨刮片", "Wiper blade", 75),
)  # fmt: skip


def visit_head(pad: Pad, page: Sheet, y: float, number: str, *, handed: bool = False) -> float:
    """Draw the head table of a visit to the workshop; return its lower edge."""
    case, car = pad.case, pad.case.vehicle
    day = case.sold + timedelta(days=180)
    page.text(195, y - 8, pad.w("单号：", "No. ") + number, 9.5, anchor="ra")
    pairs: list[tuple[str, str, str | None]] = [
        (pad.w("车主姓名", "Owner"), pad.w(case.buyer_name, case.buyer.latin), "name"), (pad.w("联系电话", "Phone"), case.buyer.phone, "phone"),
        (pad.w("车牌号", "Plate no."), car.plate, "plate"), (pad.w("车型", "Model"), f"{car.model}", None),
        (pad.w("车架号", "VIN"), car.vin, "vin"), (pad.w("发动机号", "Engine no."), car.engine_number, "engine_number"),
        (pad.w("进厂日期", "Received"), pad.day(day), None), (pad.w("行驶里程", "Odometer"), f"{pad.dice.randint(3000, 42000)} km", None),
    ]  # fmt: skip
    if handed:
        pairs[6] = (pad.w("结算日期", "Settled"), pad.day(day), None)
    pad.put("issue_date", day.isoformat())
    if pad.variant == 1:
        pairs = [pairs[2], pairs[0], pairs[4], pairs[1], *pairs[5:], pairs[3]]
    return vehicle_head(page, y, pairs)


@form("reception-sheet", "service", variants=3)
def reception_sheet(pad: Pad) -> None:
    """Draw the sheet that a service adviser fills in when a car comes in: wishes, damage sketch, belongings, fuel."""
    case, page = pad.case, pad.sheet()
    y = letterhead(pad, page)
    title = (
        pad.w("接车单", "Vehicle Reception Sheet"),
        pad.w("接车问诊单", "Service Reception Sheet"),
        pad.w("预检接车单", "Vehicle Check-in Sheet"),
    )[pad.variant]
    page.text(105, y, title, 19, anchor="ma", bold=True)
    y = visit_head(pad, page, y + 14, f"JC{case.sold:%y%m%d}{pad.dice.digits(3)}") + 4
    page.frame(15, y, 180, 30)
    page.text(17, y + 2, pad.w("客户描述 / 故障现象：", "Customer's words / fault:"), 9.5, bold=True)
    page.hand(
        22,
        y + 10,
        pad.dice.choice(
            (
                pad.w("例行保养，刹车有异响", "Service, brakes squeak"),
                pad.w("空调不凉，检查", "Air conditioning not cold"),
                pad.w("两万公里保养", "20 000 km service"),
            )
        ),
        14,
    )
    y += 33
    page.frame(15, y, 90, 62)
    page.text(17, y + 2, pad.w("车辆外观检查（划痕 X　凹陷 O　石击 △）", "Outside (scratch X  dent O)"), 8.5)
    _sketch(pad, page, 30, y + 12)
    page.frame(105, y, 90, 62)
    page.text(107, y + 2, pad.w("随车物品确认", "Belongings"), 9.5, bold=True)
    items = (
        ("备胎", "Spare wheel"),
        ("千斤顶", "Jack"),
        ("随车工具", "Tools"),
        ("点烟器", "Lighter"),
        ("音响", "Audio"),
        ("行驶证", "Licence"),
    )
    for place, (label, latin) in enumerate(items):
        x, at = 109 + place % 2 * 42, y + 10 + place // 2 * 8
        page.tick(x, at, on=pad.dice.likely(0.7))
        page.text(x + 5, at - 0.3, pad.w(label, latin), 9.5)
    page.text(109, y + 38, pad.w("贵重物品请自行带走，如有遗失本店不负责任。", "Please take valuables with you."), 8)
    page.text(109, y + 46, pad.w("油量：", "Fuel:"), 9.5)
    page.frame(122, y + 47, 60, 4)
    page.frame(122, y + 47, 60 * pad.dice.uniform(0.2, 0.9), 4, fill=(90, 90, 96))
    page.text(109, y + 54, pad.w("是否保留旧件：", "Keep old parts:"), 9.5)
    for place, label in enumerate((pad.w("是", "yes"), pad.w("否", "no"))):
        page.tick(142 + place * 16, y + 54.3, on=place == pad.dice.randint(0, 1))
        page.text(147 + place * 16, y + 54, label, 9.5)
    y += 66
    page.grid(15, y, (30, 60, 30, 60), (9, 9))
    for place, (label, text) in enumerate(
        (
            (pad.w("预计交车时间", "Ready by"), f"{pad.day(case.sold + timedelta(days=180), 0)} 17:00"),
            (pad.w("预估费用", "Estimate"), f"￥{pad.dice.randint(3, 30)}00"),
            (pad.w("是否洗车", "Wash"), pad.w("是", "yes")),
            (pad.w("付款方式", "Payment"), pad.w("现金/刷卡", "Cash/card")),
        )
    ):
        page.cell(15 + place % 2 * 90, y + place // 2 * 9, 30, 9, label, 9.5, align="middle")
        page.cell(45 + place % 2 * 90, y + place // 2 * 9, 60, 9, text, 10)
    page.text(16, y + 22, pad.w("本人确认以上内容属实。", "I confirm the above."), 9.5)
    signatures(
        page,
        y + 32,
        [
            (pad.w("客户签名：", "Customer: "), pad.w(case.buyer.name, case.buyer.latin)),
            (pad.w("服务顾问：", "Adviser: "), pad.w(case.seller.name, case.seller.latin)),
        ],
        step=88,
    )


def _sketch(pad: Pad, page: Sheet, x: float, y: float) -> None:
    page.frame(x, y, 60, 24, round_mm=8, wide=0.3)
    page.frame(x + 16, y + 3, 28, 18, round_mm=4, wide=0.3)
    page.line(x + 30, y + 3, x + 30, y + 21, wide=0.2)
    for wheel in (10, 48):
        page.frame(x + wheel - 4, y - 2.5, 8, 2.5)
        page.frame(x + wheel - 4, y + 24, 8, 2.5)
    for _ in range(pad.dice.randint(0, 3)):
        page.check(x + pad.dice.uniform(4, 54), y + pad.dice.uniform(2, 20), 3, cross=True)


@form("work-order", "service", variants=3)
def work_order(pad: Pad) -> None:
    """Draw the order that the customer signs: jobs, hours, parts, estimate."""
    case, page = pad.case, pad.sheet()
    y = letterhead(pad, page)
    title = (
        pad.w("任务委托书", "Work Order"),
        pad.w("维修任务委托书", "Repair Work Order"),
        pad.w("汽车维修委托书", "Vehicle Repair Order"),
    )[pad.variant]
    page.text(105, y, title, 19, anchor="ma", bold=True)
    y = visit_head(pad, page, y + 14, f"WT{case.sold:%y%m%d}{pad.dice.digits(3)}") + 4
    rows = [
        [
            pad.w("序号", "No."),
            pad.w("维修项目", "Job"),
            pad.w("工时", "Hours"),
            pad.w("工时费（元）", "Labour (CNY)"),
            pad.w("维修班组", "Team"),
        ]
    ]
    labour = Decimal(0)
    for number, (name, latin, fee) in enumerate(pad.dice.some(_JOBS, pad.dice.randint(2, 5)), 1):
        labour += fee
        rows.append(
            [
                str(number),
                pad.w(name, latin),
                f"{fee / 100:.1f}",
                f"{fee:.2f}",
                pad.w(f"机电{pad.dice.randint(1, 4)}组", f"Team {pad.dice.randint(1, 4)}"),
            ]
        )
    y = page.rows(15, y, (14, 82, 20, 34, 30), 8.5, rows, 9.5, aligns="mlmrm") + 4
    rows = [
        [
            pad.w("序号", "No."),
            pad.w("备件名称", "Part"),
            pad.w("数量", "Qty"),
            pad.w("单价（元）", "Price (CNY)"),
            pad.w("金额（元）", "Amount"),
        ]
    ]
    parts = Decimal(0)
    for number, (name, latin, price) in enumerate(pad.dice.some(_PARTS, pad.dice.randint(1, 4)), 1):
        count = pad.dice.randint(1, 2)
        parts += price * count
        rows.append([str(number), pad.w(name, latin), str(count), f"{price:.2f}", f"{price * count:.2f}"])
    y = page.rows(15, y, (14, 82, 20, 34, 30), 8.5, rows, 9.5, aligns="mlmrr") + 3
    page.text(
        16,
        y,
        pad.w(
            f"预估工时费：{labour:.2f} 元　　预估备件费：{parts:.2f} 元　　预估总费用：",
            f"Labour {labour:.2f}   Parts {parts:.2f}   Estimated total ",
        ),
        10,
    )
    page.text(150, y, f"￥{labour + parts:.2f}", 10.5, field="total", value=numbers.plain(labour + parts))
    y = page.paragraph(16, y + 10, 178, pad.w("客户须知：1. 本委托书经双方签字后生效，作为维修合同。2. 维修过程中如需增加项目，须征得客户同意。3. 客户同意由本店人员对车辆进行路试。4. 更换下来的旧件，客户未声明保留的由本店处理。",
                                              "Terms: 1. This order takes effect when both have signed. 2. Further jobs need the customer's consent. 3. Our staff may test-drive the vehicle. 4. Old parts not claimed are disposed of."), 9)  # fmt: skip
    signatures(
        page,
        y + 10,
        [
            (pad.w("委托人签字：", "Customer: "), pad.w(case.buyer.name, case.buyer.latin)),
            (pad.w("服务顾问：", "Adviser: "), pad.w(case.seller.name, case.seller.latin)),
            (pad.w("检验员：", "Inspector: "), pad.w(case.mechanic.name, case.mechanic.latin)),
        ],
    )
    page.text(
        16,
        285,
        pad.w("白联：客户　　红联：财务　　黄联：车间", "White: customer   Red: accounts   Yellow: workshop"),
        7.5,
        ink=GREY,
    )


@form("settlement-sheet", "service", variants=3)
def settlement_sheet(pad: Pad) -> None:
    """Draw the bill of a visit: jobs and parts in one table, totals, discount, amount in words."""
    case, page = pad.case, pad.sheet(210, 297 if pad.variant != 1 else 148)
    y = letterhead(pad, page, 10 if pad.variant != 1 else 6)
    title = (
        pad.w("结算单", "Settlement Sheet"),
        pad.w("维修结算单", "Repair Settlement"),
        pad.w("售后服务结算清单", "Service Settlement"),
    )[pad.variant]
    page.text(105, y, title, 18, anchor="ma", bold=True)
    y = visit_head(pad, page, y + 12, f"JS{case.sold:%y%m%d}{pad.dice.digits(3)}", handed=True) + 3
    rows = [
        [
            pad.w("类别", "Type"),
            pad.w("项目 / 备件名称", "Job / part"),
            pad.w("数量", "Qty"),
            pad.w("单价", "Price"),
            pad.w("金额", "Amount"),
            pad.w("性质", "Kind"),
        ]
    ]
    total = Decimal(0)
    for name, latin, fee in pad.dice.some(_JOBS, 2):
        total += fee
        rows.append(
            [pad.w("工时", "Labour"), pad.w(name, latin), "1.0", f"{fee:.2f}", f"{fee:.2f}", pad.w("自费", "own")]
        )
    for name, latin, price in pad.dice.some(_PARTS, pad.dice.randint(1, 3)):
        count = pad.dice.randint(1, 4)
        total += price * count
        rows.append(
            [
                pad.w("备件", "Part"),
                pad.w(name, latin),
                str(count),
                f"{price:.2f}",
                f"{price * count:.2f}",
                pad.w("自费", "own"),
            ]
        )
    height = 8.5 if pad.variant != 1 else 6.5
    y = page.rows(15, y, (20, 76, 18, 24, 26, 16), height, rows, 9.2, aligns="mlmrrm") + 2
    discount = Decimal(pad.dice.randint(0, 8)) * 10
    due = total - discount
    page.text(
        16,
        y,
        pad.w(
            f"合计：{total:.2f}　　优惠：{discount:.2f}　　应收金额：",
            f"Sum {total:.2f}   Discount {discount:.2f}   Due ",
        ),
        10,
    )
    page.text(120, y, f"￥{due:.2f}", 10.5, field="total", value=numbers.plain(due))
    page.text(16, y + 7, pad.w("金额大写：" + numbers.words(due), "Paid by card"), 10)
    signatures(
        page,
        y + 17,
        [
            (pad.w("客户签字：", "Customer: "), pad.w(case.buyer.name, case.buyer.latin)),
            (pad.w("结算员：", "Cashier: "), pad.w(case.cashier.name, case.cashier.latin)),
            (pad.w("服务顾问：", "Adviser: "), pad.w(case.seller.name, case.seller.latin)),
        ],
    )
    if not pad.english:
        page.stamp(160, y + 10, case.dealer.name, "结算专用章", across=34)
