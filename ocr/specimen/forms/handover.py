"""The dealer's own forms of a sale: green card, delivery checklist, derived services, PDI checklist, delivery photo."""

from decimal import Decimal

from ocr.specimen import numbers
from ocr.specimen.pad import Pad, form
from ocr.specimen.sheet import BLACK, GREEN, GREY, Ink, Sheet


def letterhead(pad: Pad, page: Sheet, y: float = 10, ink: Ink = BLACK) -> float:
    """Draw the dealer's head with an invented emblem; return where the form may start."""
    dealer = pad.case.dealer
    shape = pad.dice.randint(0, 2)
    if shape == 0:
        page.pen.ellipse((page.px(15), page.px(y), page.px(27), page.px(y + 12)), outline=ink, width=page.px(0.8))
        page.pen.polygon([(page.px(21), page.px(y + 2)), (page.px(25.5), page.px(y + 9)), (page.px(16.5), page.px(y + 9))], fill=ink)
    elif shape == 1:
        page.frame(15, y + 1, 14, 9, ink=ink, wide=0.7, round_mm=3)
        page.line(17, y + 7.5, 27, y + 3.5, ink=ink, wide=0.9)
    page.text(32 if shape < 2 else 15, y + 2, pad.w(dealer.name, dealer.latin), 11, ink=ink, fit=110)
    page.text(32 if shape < 2 else 15, y + 7.5, pad.w(f"电话：{dealer.phone}", f"Tel. {dealer.phone}"), 8, ink=GREY)
    page.mark(195, y + 5, anchor="rm")
    page.line(15, y + 13, 195, y + 13, ink=ink, wide=0.4)
    return y + 17


def signatures(pad: Pad, page: Sheet, y: float, roles: list[tuple[str, str]], x: float = 18, step: float = 60) -> None:
    """Draw signature lines: (label, name signed by hand or empty)."""
    for place, (label, name) in enumerate(roles):
        page.ruled(x + place * step, y, label, name, step - page.measure(label) - 6, by_hand=True)


@form("green-card", "sale", variants=3)
def green_card(pad: Pad) -> None:
    """Draw the customer information card that dealers call green card."""
    case, card = pad.case, pad.variant == 1
    tint = (226, 243, 226) if pad.variant != 2 else (255, 255, 255)
    page = pad.sheet(210, 148, tint) if card else pad.sheet(tint=tint)
    ink: Ink = GREEN if pad.variant != 2 else BLACK
    title = (pad.w("绿　卡", "GREEN CARD"), pad.w("客户信息卡", "Customer Information Card"), pad.w("客户信息卡（绿卡）", "CUSTOMER INFORMATION CARD (GREEN CARD)"))[pad.variant]
    page.text(105, 9, title, 20 if not pad.english else 16, ink=ink, anchor="ma", bold=True, face="sans")
    if pad.variant == 0:
        page.text(105, 19, pad.w("客户信息登记", "Customer record"), 10, ink=ink, anchor="ma")
    page.mark(178, 12, points=9)
    page.text(16, 14, pad.w(case.dealer.name, case.dealer.latin), 8.5, ink=ink, fit=62)
    page.text(16, 26, pad.w("编号：", "No. ") + f"LK{case.sold:%y%m}{case.vehicle.vin[-4:]}", 9, ink=ink)
    page.text(196, 26, pad.w("建卡日期：", "Date: ") + pad.day(case.sold), 9, ink=ink, anchor="ra")
    buyer = case.buyer
    name = pad.w(case.buyer_name, buyer.latin if not case.company else case.company.latin)
    contact = pad.w(buyer.name, buyer.latin)
    rows: list[tuple[tuple[str, str, str | None], ...]] = [
        ((pad.w("客户名称", "Customer name"), name, "buyer_name"), (pad.w("客户类别", "Type"), pad.w("单位" if case.company else "个人", "Company" if case.company else "Private"), None)),
        ((pad.w("联系人", "Contact person"), contact, "name"), (pad.w("性别", "Sex"), pad.w("女" if buyer.female else "男", "F" if buyer.female else "M"), "sex")),
        ((pad.w("手机", "Mobile"), buyer.phone, "phone"), (pad.w("固定电话（含区号）", "Landline (area code)"), buyer.landline, None)),
        ((pad.w("证件号码", "ID number"), case.buyer_number, "credit_code" if case.company else "id_number"), (pad.w("邮政编码", "Postcode"), "999" + case.vehicle.vin[-3:], None)),
        ((pad.w("车型", "Model"), pad.w(case.vehicle.series, case.vehicle.series_latin) + " " + case.vehicle.model, None), (pad.w("颜色", "Colour"), pad.w(case.vehicle.colour, case.vehicle.colour_latin), None)),
        ((pad.w("车架号（VIN）", "VIN"), case.vehicle.vin, "vin"), (pad.w("车牌号码", "Plate no."), case.vehicle.plate, "plate")),
        ((pad.w("购车日期", "Purchase date"), pad.day(case.sold, 0), None), (pad.w("销售顾问", "Sales consultant"), pad.w(case.seller.name, case.seller.latin), None)),
    ]  # fmt: skip
    if pad.variant == 2:
        pad.dice.shuffle(rows)
    height = 10.5 if card else 13
    y = 32.0
    widths = (32.0, 62.0, 38.0, 48.0)
    by_hand = pad.variant == 0
    page.grid(15, y, widths, [height] * len(rows), ink=ink, wide=0.3)
    for row in rows:
        x = 15.0
        for place, (label, text, field) in enumerate(row):
            page.cell(x, y, widths[place * 2], height, label, 9.5, ink=ink, align="middle")
            x += widths[place * 2]
            if by_hand and not pad.english and page.measure(text, 12, "kai") < widths[place * 2 + 1] - 3 and field != "vin":
                page.hand(x + 1.5, y + height / 2 - 2.2, text, 12, field=field)
            else:
                page.cell(x, y, widths[place * 2 + 1], height, text, 10.5, field=field)
            x += widths[place * 2 + 1]
        y += height
    page.grid(15, y, (32, 148), (height,), ink=ink, wide=0.3)
    page.cell(15, y, 32, height, pad.w("联系地址", "Address"), 9.5, ink=ink, align="middle")
    page.cell(47, y, 148, height, case.buyer_address, 10.5, field="address")
    y += height + 4
    page.text(16, y, pad.w("获知途径：", "How did you hear of us:"), 9, ink=ink)
    x, chosen = 46.0 if not pad.english else 60.0, pad.dice.randint(0, 4)
    for place, label in enumerate((pad.w("网络", "Web"), pad.w("朋友介绍", "Friend"), pad.w("广告", "Advert"), pad.w("展会", "Fair"), pad.w("其他", "Other"))):
        page.tick(x, y + 0.2, ink=ink, on=place == chosen)
        x = page.text(x + 4.5, y, label, 9, ink=ink) + 6
    y += 9
    if card:
        page.ruled(120, y, pad.w("客户签名：", "Signature: "), contact, 40, by_hand=True, ink=ink)
        return
    page.text(16, y, pad.w("客户关怀记录", "Customer care record"), 11, ink=ink, bold=True)
    head = [pad.w("日期", "Date"), pad.w("联系方式", "By"), pad.w("内容摘要", "Notes"), pad.w("跟进人", "By whom")]
    page.rows(15, y + 7, (28, 28, 96, 28), 9, [head] + [["", "", "", ""]] * 9, 9, ink=ink)
    signatures(pad, page, 280, [(pad.w("客户签名：", "Customer: "), contact), (pad.w("客服专员：", "Customer care: "), "")], step=88)


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
    title = (pad.w("交车检查表", "Vehicle Delivery Checklist"), pad.w("新车交车确认单", "New Car Delivery Confirmation"), pad.w("新车交付检查表", "Delivery Checklist"))[pad.variant]
    page.text(105, y, title, 19, anchor="ma", bold=True)
    y += 13
    car = case.vehicle
    y = vehicle_head(pad, page, y, [
        (pad.w("客户姓名", "Customer"), pad.w(case.buyer_name, case.buyer.latin), "buyer_name"), (pad.w("联系电话", "Phone"), case.buyer.phone, "phone"),
        (pad.w("车型", "Model"), pad.w(car.brand_model, f"{car.brand_latin} {car.model}"), "brand_model"), (pad.w("颜色", "Colour"), pad.w(car.colour, car.colour_latin), None),
        (pad.w("车架号", "VIN"), car.vin, "vin"), (pad.w("发动机号", "Engine no."), car.engine_number, "engine_number"),
        (pad.w("交车日期", "Delivery date"), pad.day(case.delivered), None), (pad.w("里程表读数", "Odometer"), f"{pad.dice.randint(3, 60)} km", None),
    ])  # fmt: skip
    pad.put("issue_date", case.delivered.isoformat())
    y += 3
    widths = (24, 12, 92, 18, 18, 16) if pad.variant != 1 else (24, 12, 104, 40)
    columns = [pad.w("项目", "Group"), pad.w("序号", "No."), pad.w("检查内容", "Item")]
    columns += [pad.w("合格", "OK"), pad.w("不合格", "Not OK"), pad.w("备注", "Notes")] if pad.variant != 1 else [pad.w("客户确认", "Customer agrees")]
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
    signatures(pad, page, y + 6, [(pad.w("客户签名：", "Customer: "), pad.w(case.buyer.name, case.buyer.latin)), (pad.w("销售顾问：", "Consultant: "), pad.w(case.seller.name, case.seller.latin)),
                                  (pad.w("日期：", "Date: "), f"{case.delivered:%Y-%m-%d}")])  # fmt: skip
    page.text(16, 286, f"JC-{pad.dice.randint(1, 9):02d}-A{pad.variant}", 7.5, ink=GREY)


def vehicle_head(pad: Pad, page: Sheet, y: float, pairs: list[tuple[str, str, str | None]], widths: tuple[float, ...] = (26, 68, 26, 60), height: float = 8) -> float:
    """Draw a head table of label–value pairs, two a row; return its lower edge."""
    page.grid(15, y, widths, [height] * ((len(pairs) + 1) // 2))
    for place, (label, text, field) in enumerate(pairs):
        row, side = divmod(place, 2)
        x = 15 + sum(widths[: side * 2])
        page.cell(x, y + row * height, widths[side * 2], height, label, 9.5, align="middle")
        page.cell(x + widths[side * 2], y + row * height, widths[side * 2 + 1], height, text, 10, field=field)
    return y + height * ((len(pairs) + 1) // 2)


_SERVICES = (
    ("机动车保险代办", "Insurance agency", "交强险及商业险", "Compulsory and commercial"), ("上牌代办服务", "Registration service", "新车上牌一条龙", "Plates and licence"),
    ("汽车消费贷款", "Car loan", "二十四期", "24 instalments"), ("延长质量担保", "Extended warranty", "两年或六万公里", "2 years or 60 000 km"),
    ("精品装饰", "Accessories", "全车贴膜、脚垫", "Window film, mats"), ("保养套餐", "Service package", "基础保养四次", "Four basic services"),
    ("二手车置换", "Trade-in", "旧车评估收购", "Valuation of old car"), ("会员俱乐部", "Members' club", "一年会籍", "One year"),
)  # fmt: skip


@form("derived-services-list", "sale", variants=3)
def derived_services_list(pad: Pad) -> None:
    """Draw the list of services bought along with the car."""
    case, page = pad.case, pad.sheet()
    y = letterhead(pad, page)
    title = (pad.w("衍生服务清单", "Derived Services List"), pad.w("衍生业务服务清单", "List of Derived Services"), pad.w("新车衍生服务确认清单", "Derived Services Confirmation"))[pad.variant]
    page.text(105, y, title, 19, anchor="ma", bold=True)
    y = vehicle_head(pad, page, y + 13, [
        (pad.w("客户名称", "Customer"), pad.w(case.buyer_name, case.buyer.latin), "buyer_name"), (pad.w("联系电话", "Phone"), case.buyer.phone, "phone"),
        (pad.w("车架号", "VIN"), case.vehicle.vin, "vin"), (pad.w("车型", "Model"), case.vehicle.model, None),
    ])  # fmt: skip
    chosen = pad.dice.some(_SERVICES, pad.dice.randint(4, 7))
    total = Decimal(0)
    rows = [[pad.w("序号", "No."), pad.w("服务项目", "Service"), pad.w("服务内容", "Content"), pad.w("金额（元）", "Amount (CNY)"), pad.w("客户确认", "Confirmed")]]
    for number, (name, latin, what, what_latin) in enumerate(chosen, 1):
        amount = Decimal(pad.dice.randint(3, 60) * 100)
        total += amount
        rows.append([str(number), pad.w(name, latin), pad.w(what, what_latin), numbers.figures(amount), ""])
    widths = (14, 48, 56, 34, 28)
    below = page.rows(15, y + 5, widths, 10, rows, 9.5, aligns="mllrm")
    for row in range(1, len(rows)):
        page.check(15 + sum(widths[:4]) + 12, y + 5 + row * 10 + 3.2)
    page.grid(15, below, (62, 118), (10,))
    page.cell(15, below, 62, 10, pad.w("合计（大写）", "Total"), 10, align="middle", bold=True)
    spelled = numbers.words(total) + f"　￥{numbers.figures(total)}" if not pad.english else f"CNY {numbers.figures(total)}"
    page.cell(77, below, 118, 10, spelled, 10.5, field="total", value=numbers.plain(total))
    y = below + 16
    y = page.paragraph(16, y, 178, pad.w("说明：以上服务由客户自愿选择，价格及内容已向客户说明。办理完成后，相关凭证交客户留存。",
                                         "Note: the customer chose these services freely; price and content were explained. Receipts go to the customer when done."), 9.5)  # fmt: skip
    signatures(pad, page, y + 8, [(pad.w("客户签字：", "Customer: "), pad.w(case.buyer.name, case.buyer.latin)), (pad.w("经办人：", "Handled by: "), pad.w(case.seller.name, case.seller.latin)),
                                  (pad.w("日期：", "Date: "), f"{case.sold:%Y-%m-%d}")])  # fmt: skip
    pad.put("issue_date", case.sold.isoformat())
    if not pad.english and pad.variant != 2:
        page.stamp(160, y + 30, case.dealer.name, "业务专用章", across=38)


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
    title = (pad.w("新车PDI检查表", "New Car PDI Checklist"), pad.w("新车交车前检查（PDI）记录表", "Pre-Delivery Inspection (PDI) Record"), pad.w("PDI检查表", "PDI Checklist"))[pad.variant]
    page.text(105, y, title, 18, anchor="ma", bold=True)
    car = case.vehicle
    y = vehicle_head(pad, page, y + 12, [
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
        page.rows(15, y, widths, 7, [[pad.w("检查部位", "Part"), "No.", pad.w("检查项目", "Item"), pad.w("正常", "Good"), pad.w("异常", "Fault"), pad.w("处理", "Done")]], 9)
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
    signatures(pad, page, y, [(pad.w("检查技师：", "Technician: "), pad.w(case.mechanic.name, case.mechanic.latin)), (pad.w("质检员：", "Inspector: "), pad.w(case.seller.name, case.seller.latin)),
                              (pad.w("检查日期：", "Date: "), f"{case.sold:%Y-%m-%d}")])  # fmt: skip
    pad.put("issue_date", case.sold.isoformat())


@form("delivery-photo", "sale", variants=3)
def delivery_photo(pad: Pad) -> None:
    """Draw the picture of car and customer at the handover, with its caption."""
    case, wide = pad.case, pad.variant != 1
    page = pad.sheet(178, 127) if wide else pad.sheet(127, 178)
    dice, car = pad.dice, case.vehicle
    horizon = page.height * (0.56 if wide else 0.5)
    sky = dice.choice(((176, 205, 228), (214, 220, 226), (228, 216, 200)))
    page.frame(0, 0, page.width, horizon, fill=sky, ink=sky)
    page.frame(0, horizon, page.width, page.height, fill=(150, 152, 150), ink=(150, 152, 150))
    for column in range(6):
        page.frame(column * page.width / 6 + 2, 12, page.width / 6 - 4, horizon - 14, fill=(200, 218, 226), ink=(110, 120, 126), wide=0.6)
    page.frame(0, 0, page.width, 10, fill=(30, 66, 120), ink=(30, 66, 120))
    page.text(page.width / 2, 5, pad.w(case.dealer.name, case.dealer.latin), 11, ink=(250, 250, 250), anchor="mm", fit=page.width - 10)
    _draw_car(page, page.width * 0.14, horizon - page.width * 0.1, page.width * 0.66, dice.choice(((190, 30, 36), (40, 70, 140), (236, 238, 240), (36, 38, 42), (160, 164, 170))), car.plate if pad.variant != 2 else "")
    for place in range(dice.randint(1, 2)):
        _draw_person(page, page.width * (0.84 + place * 0.09), horizon - page.width * 0.14, page.width * 0.3, dice.choice(((120, 40, 60), (40, 60, 90), (70, 90, 60))))
    top = page.height - 26
    page.frame(8, top, page.width - 16, 22, fill=(252, 252, 248), ink=(60, 60, 60), wide=0.5)
    page.text(page.width / 2, top + 4.5, pad.w(("交车照片", "交车留念", "新车交付合影")[pad.variant], "Delivery photo"), 13, anchor="mm", bold=True)
    name = pad.w(case.buyer_name, case.buyer.latin)
    end = page.text(12, top + 9, pad.w("车主：", "Owner: ") , 9)
    page.text(end, top + 9, name, 9, field="buyer_name", fit=page.width / 2 - 18)
    page.text(page.width / 2 + 4, top + 9, pad.w("交车日期：", "Delivered: ") + pad.day(case.delivered, 0), 9, field="issue_date", value=case.delivered.isoformat())
    end = page.text(12, top + 15, pad.w("车架号：", "VIN: "), 9)
    page.text(end, top + 15, car.vin, 9, field="vin")
    end = page.text(page.width / 2 + 4, top + 15, pad.w("车型：", "Model: "), 9)
    page.text(end, top + 15, car.model, 9)
    page.mark(page.width - 6, 15, points=8.5, anchor="rm")


def _draw_car(page: Sheet, x: float, y: float, wide: float, paint: Ink, plate: str) -> None:
    def at(points: list[tuple[float, float]]) -> list[tuple[int, int]]:
        return [(page.px(x + px * wide), page.px(y + py * wide)) for px, py in points]

    shade = tuple(int(c * 0.7) for c in paint)
    page.pen.polygon(at([(0.0, 0.3), (0.02, 0.16), (0.2, 0.13), (0.33, 0.0), (0.7, 0.0), (0.84, 0.13), (0.98, 0.17), (1.0, 0.3)]), fill=paint, outline=shade)
    page.pen.polygon(at([(0.235, 0.13), (0.345, 0.025), (0.51, 0.025), (0.51, 0.13)]), fill=(90, 110, 124))
    page.pen.polygon(at([(0.535, 0.13), (0.535, 0.025), (0.69, 0.025), (0.79, 0.13)]), fill=(90, 110, 124))
    page.pen.line(at([(0.52, 0.13), (0.52, 0.28)]), fill=shade, width=page.px(0.5))
    page.pen.ellipse(at([(0.94, 0.17), (0.99, 0.21)]), fill=(250, 246, 200))
    page.pen.ellipse(at([(0.005, 0.17), (0.04, 0.21)]), fill=(200, 40, 30))
    for wheel in (0.2, 0.79):
        page.pen.ellipse(at([(wheel - 0.085, 0.215), (wheel + 0.085, 0.385)]), fill=(30, 30, 32))
        page.pen.ellipse(at([(wheel - 0.05, 0.25), (wheel + 0.05, 0.35)]), fill=(170, 172, 176))
    if plate:
        left, top = x + wide * 0.37, y + wide * 0.19
        page.frame(left, top, 36, 10, fill=(20, 60, 150) if len(plate) < 8 else (120, 190, 120), ink=(240, 240, 240), wide=0.4)
        page.text(left + 18, top + 5, f"{plate[:2]}·{plate[2:]}", 15, ink=(250, 250, 250) if len(plate) < 8 else BLACK, anchor="mm", field="plate", value=plate)


def _draw_person(page: Sheet, x: float, y: float, tall: float, coat: Ink) -> None:
    head = tall * 0.12
    page.pen.ellipse((page.px(x - head), page.px(y - head), page.px(x + head), page.px(y + head)), fill=(226, 190, 160))
    page.frame(x - tall * 0.16, y + head, tall * 0.32, tall * 0.46, fill=coat, ink=coat, round_mm=3)
    page.frame(x - tall * 0.12, y + head + tall * 0.42, tall * 0.1, tall * 0.4, fill=(50, 52, 60), ink=(50, 52, 60))
    page.frame(x + tall * 0.02, y + head + tall * 0.42, tall * 0.1, tall * 0.4, fill=(50, 52, 60), ink=(50, 52, 60))
