# ruff: noqa: E501 - a form is drawn top to bottom: its wording stands where it is drawn, coordinates come first
"""The checklists of a sale: delivery and pre-delivery inspection."""

from ocr.specimen.forms.letterhead import letterhead, signatures, vehicle_head
from ocr.specimen.pad import Pad, form
from ocr.specimen.sheet import GREY

_DELIVERY = (
    ("外观检查", "Exterior", (("车身漆面无划伤、无色差", "Paint without scratches"), ("前后挡风玻璃及车窗完好", "Windscreens and windows"), ("轮胎、轮毂及气压", "Tyres, rims, pressure"), ("灯具及后视镜完好", "Lamps and mirrors"))),
    ("内饰检查", "Interior", (("座椅、顶棚、地毯清洁无污损", "Seats, roof and carpet clean"), ("仪表及各指示灯工作正常", "Instruments and lamps"), ("空调、音响工作正常", "Air conditioning, audio"), ("安全带及车窗升降", "Seat belts, window lifts"))),
    ("随车物品", "Handed over", (("备胎、千斤顶及随车工具", "Spare wheel, jack, tools"), ("主、副钥匙共两把", "Two keys"), ("三角警示牌、反光背心", "Warning triangle, vest"))),
    ("随车文件", "Documents", (("使用说明书、保养手册", "Owner's and service manuals"), ("合格证、一致性证书", "Certificates of conformity"), ("购车发票、保险单", "Invoice, insurance policy"))),
    ("操作说明", "Explained", (("车辆主要功能及操作讲解", "Main functions explained"), ("保养周期及质量担保说明", "Service intervals, warranty"), ("服务热线及服务顾问介绍", "Hotline, service adviser"))),
)  # fmt: skip


@form("delivery-checklist", "sale", variants=3)
def delivery_checklist(pad: Pad) -> None:
    """Draw the checklist that customer and consultant go through when a car is handed over."""
    case, page = pad.case, pad.sheet()
    y = letterhead(pad, page)
    title = (
        pad.w("交车检查表", "Vehicle Delivery Checklist"),
        pad.w("新车交车确认单", "New Car Delivery Confirmation"),
        pad.w("新车交付检查表", "Delivery Checklist"),
    )[pad.variant]
    page.text(105, y, title, 19, anchor="ma", bold=True)
    y += 13
    car = case.vehicle
    y = vehicle_head(page, y, [
        (pad.w("客户姓名", "Customer"), pad.w(case.buyer_name, case.buyer.latin), "name"), (pad.w("联系电话", "Phone"), case.buyer.phone, "phone"),
        (pad.w("车型", "Model"), pad.w(car.brand_model, f"{car.brand_latin} {car.model}"), "brand_model"), (pad.w("颜色", "Colour"), pad.w(car.colour, car.colour_latin), None),
        (pad.w("车架号", "VIN"), car.vin, "vin"), (pad.w("发动机号", "Engine no."), car.engine_number, "engine_number"),
        (pad.w("交车日期", "Delivery date"), pad.day(case.delivered), None), (pad.w("里程表读数", "Odometer"), f"{pad.dice.randint(3, 60)} km", None),
    ])  # fmt: skip
    pad.put("issue_date", case.delivered.isoformat())
    y += 3
    widths = (24, 12, 92, 18, 18, 16) if pad.variant != 1 else (24, 12, 104, 40)
    columns = [pad.w("项目", "Group"), pad.w("序号", "No."), pad.w("检查内容", "Item")]
    columns += (
        [pad.w("合格", "OK"), pad.w("不合格", "Not OK"), pad.w("备注", "Notes")]
        if pad.variant != 1
        else [pad.w("客户确认", "Customer agrees")]
    )
    count = sum(len(items) for _, _, items in _DELIVERY)
    height = 7.4
    page.rows(15, y, widths, height, [columns], 9)
    y += height
    number, top = 0, y
    page.grid(15 + widths[0], y, widths[1:], [height] * count)
    for group, latin, items in _DELIVERY:
        page.frame(15, top, widths[0], height * len(items))
        page.cell(15, top, widths[0], height * len(items), pad.w(group, latin), 9, align="middle")
        for chinese, english in items:
            number += 1
            page.cell(15 + widths[0], top, widths[1], height, str(number), 9, align="middle")
            page.cell(15 + widths[0] + widths[1], top, widths[2], height, pad.w(chinese, english), 9)
            x = 15 + sum(widths[:3]) + widths[3] / 2 - 1.6
            good = pad.variant == 1 or pad.dice.likely(0.96)
            page.check(x + (0 if good else widths[3]), top + 2.2)
            top += height
    y = top + 5
    page.text(16, y, pad.w("交车照片已拍摄", "Delivery photo taken"), 9.5)
    page.tick(46 if not pad.english else 52, y + 0.3, on=True)
    page.text(70, y, pad.w("油量：", "Fuel: ") + pad.dice.choice(("1/4", "1/2", "3/4")), 9.5)
    y += 8
    y = page.paragraph(16, y, 178, pad.w("本人已对所购车辆逐项检查，确认车辆外观、内饰及随车物品、文件齐全完好，并已听取操作说明，同意接收该车辆。",
                                          "I have checked the vehicle item by item; it is in good order, complete with its accessories and documents, has been explained to me, and I accept it."), 9.5)  # fmt: skip
    signatures(page, y + 6, [(pad.w("客户签名：", "Customer: "), pad.w(case.buyer.name, case.buyer.latin)), (pad.w("销售顾问：", "Consultant: "), pad.w(case.seller.name, case.seller.latin)),
                                  (pad.w("日期：", "Date: "), f"{case.delivered:%Y-%m-%d}")])  # fmt: skip
    page.text(16, 286, f"JC-{pad.dice.randint(1, 9):02d}-A{pad.variant}", 7.5, ink=GREY)


_PDI = (
    ("外部检查", "Outside", ("车身漆面及装饰件", "车门、引擎盖、行李箱开闭", "轮胎气压及轮胎螺母扭矩", "全车灯光", "雨刮及洗涤器"),
     ("Paint and trim", "Doors, bonnet, boot", "Tyre pressure, wheel nuts", "All lamps", "Wipers and washers")),
    ("发动机舱", "Engine bay", ("机油液位", "冷却液液位", "制动液液位", "蓄电池电压及桩头", "管路及线束有无渗漏松动"),
     ("Engine oil level", "Coolant level", "Brake fluid level", "Battery voltage", "Hoses and cables")),
    ("车内检查", "Inside", ("仪表及故障指示灯", "空调制冷制热", "音响导航", "座椅及安全带", "中控锁、玻璃升降", "时钟及运输模式解除"),
     ("Instruments, warning lamps", "Air conditioning", "Audio, navigation", "Seats and belts", "Central lock, windows", "Clock, transport mode off")),
    ("底盘检查", "Underbody", ("悬架及转向紧固件", "制动管路", "排气系统", "底盘有无损伤"), ("Suspension, steering", "Brake lines", "Exhaust", "Damage below")),
    ("路试及诊断", "Road test", ("起动及怠速", "换挡及制动性能", "故障码读取与清除"), ("Start and idle", "Gears and brakes", "Fault codes read")),
)  # fmt: skip


@form("pdi-checklist", "sale", variants=3)
def pdi_checklist(pad: Pad) -> None:
    """Draw the checklist of the pre-delivery inspection."""
    case, page = pad.case, pad.sheet()
    y = letterhead(pad, page)
    title = (
        pad.w("新车PDI检查表", "New Car PDI Checklist"),
        pad.w("新车交车前检查（PDI）记录表", "Pre-Delivery Inspection (PDI) Record"),
        pad.w("PDI检查表", "PDI Checklist"),
    )[pad.variant]
    page.text(105, y, title, 18, anchor="ma", bold=True)
    car = case.vehicle
    y = vehicle_head(page, y + 12, [
        (pad.w("车型代码", "Model code"), car.model, None), (pad.w("车身颜色", "Colour"), pad.w(car.colour, car.colour_latin), None),
        (pad.w("车架号", "VIN"), car.vin, "vin"), (pad.w("发动机号", "Engine no."), car.engine_number, "engine_number"),
        (pad.w("生产日期", "Built"), f"{car.made:%Y-%m}", None), (pad.w("行驶里程", "Odometer"), f"{pad.dice.randint(2, 15)} km", None),
    ])  # fmt: skip
    y += 3
    if pad.variant == 1:
        page.text(16, y, pad.w("检查结果：√ 正常　× 异常　— 不适用", "Result: √ good   × fault   — not fitted"), 9)
        y += 6
        for side in (0, 1):
            top = y
            for group, latin, items, items_latin in _PDI[side * 2 : side * 2 + (2 if side == 0 else 3)]:
                x = 15 + side * 91
                page.frame(x, top, 89, 7, fill=(225, 228, 232))
                page.cell(x, top, 89, 7, pad.w(group, latin), 9.5, bold=True)
                top += 7
                for chinese, english in zip(items, items_latin, strict=True):
                    page.grid(x, top, (73, 16), (8,))
                    page.cell(x, top, 73, 8, pad.w(chinese, english), 9)
                    page.check(x + 79, top + 2.4, cross=pad.dice.likely(0.03))
                    top += 8
                top += 2
        y = top + 4
    else:
        widths = (26, 12, 90, 18, 18, 16)
        page.rows(
            15,
            y,
            widths,
            7,
            [
                [
                    pad.w("检查部位", "Part"),
                    "No.",
                    pad.w("检查项目", "Item"),
                    pad.w("正常", "Good"),
                    pad.w("异常", "Fault"),
                    pad.w("处理", "Done"),
                ]
            ],
            9,
        )
        y += 7
        number = 0
        for group, latin, items, items_latin in _PDI:
            page.frame(15, y, widths[0], 6.6 * len(items))
            page.cell(15, y, widths[0], 6.6 * len(items), pad.w(group, latin), 9, align="middle")
            page.grid(15 + widths[0], y, widths[1:], [6.6] * len(items))
            for chinese, english in zip(items, items_latin, strict=True):
                number += 1
                page.cell(41, y, 12, 6.6, str(number), 8.5, align="middle")
                page.cell(53, y, 90, 6.6, pad.w(chinese, english), 8.8)
                page.check(15 + sum(widths[:3]) + 7 + (18 if pad.dice.likely(0.03) else 0), y + 1.7)
                y += 6.6
        y += 5
    page.text(16, y, pad.w("异常情况及处理：", "Faults and remedy:"), 9.5)
    page.line(45, y + 5, 194, y + 5, wide=0.15)
    y += 11
    signatures(page, y, [(pad.w("检查技师：", "Technician: "), pad.w(case.mechanic.name, case.mechanic.latin)), (pad.w("质检员：", "Inspector: "), pad.w(case.seller.name, case.seller.latin)),
                              (pad.w("检查日期：", "Date: "), f"{case.sold:%Y-%m-%d}")])  # fmt: skip
    pad.put("issue_date", case.sold.isoformat())
