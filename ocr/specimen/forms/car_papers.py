"""Official papers of a car: vehicle licence, conformity certificate, and certificates that only some customers need."""

from decimal import Decimal

from ocr.specimen import numbers
from ocr.specimen.pad import Pad, form
from ocr.specimen.sheet import BLACK, BLUE, GREY, Ink, Sheet


@form("vehicle-licence", "sale", variants=3, english=False)
def vehicle_licence(pad: Pad) -> None:
    """Draw a 行驶证: main page and second page, copied on A4 or scanned bare."""
    main, second = _licence_main(pad), _licence_second(pad)
    if pad.variant == 0:
        page = pad.sheet()
        page.take(main, 61, 45)
        page.take(second, 61, 118)
        page.mark(105, 280)
    elif pad.variant == 1:
        page = pad.sheet(210, 148)
        page.take(main, 12, 30, 1.05)
        page.take(second, 108, 30, 1.05)
        page.mark(105, 132)
    else:
        page = pad.sheet()
        page.take(main, 28, 30, 1.7)
        page.take(second, 28, 150, 1.7)
        page.mark(105, 280)


def _licence_main(pad: Pad) -> Sheet:
    case, car = pad.case, pad.case.vehicle
    card = pad.loose(88, 60, (251, 251, 247))
    card.text(44, 2.6, "中华人民共和国机动车行驶证", 11, anchor="ma", face="serif", bold=True)
    card.text(44, 7.8, "Vehicle License of the People's Republic of China", 5.8, anchor="ma")

    def entry(x: float, y: float, label: str, latin: str, at: float, text: str, field: str | None = None, value: str | None = None, fit: float | None = None) -> None:
        card.text(x, y, label, 7)
        card.text(x, y + 2.8, latin, 4.3)
        card.text(at, y + 0.3, text, 8.8, field=field, value=value, fit=fit)

    entry(4, 12, "号牌号码", "Plate No.", 18, car.plate, "plate")
    entry(46, 12, "车辆类型", "Vehicle Type", 60, "小型新能源轿车" if car.electric else "小型轿车", fit=26)
    entry(4, 18.3, "所有人", "Owner", 18, case.buyer_name, "name", fit=66)
    entry(4, 24.6, "住　址", "Address", 18, case.buyer_address, "address", fit=66)
    entry(4, 31, "使用性质", "Use Character", 18, "非营运")
    entry(38, 31, "品牌型号", "Model", 51, car.brand_model, "brand_model", fit=34)
    entry(26, 37.3, "车辆识别代号", "VIN", 44, car.vin, "vin", fit=41)
    entry(26, 43.6, "发动机号码", "Engine No.", 44, car.engine_number, "engine_number")
    entry(26, 50, "注册日期", "Register Date", 38, f"{case.registered:%Y-%m-%d}")
    entry(57, 50, "发证日期", "Issue Date", 69, f"{case.registered:%Y-%m-%d}", "issue_date", case.registered.isoformat())
    card.stamp(14, 47, "样本省虚构市公安局交通警察支队", across=19, shape="square")
    return card


def _licence_second(pad: Pad) -> Sheet:
    case, car = pad.case, pad.case.vehicle
    card = pad.loose(88, 60, (251, 251, 247))
    card.text(5, 3, "号牌号码", 7.5)
    card.text(19, 3, car.plate, 8.5)
    card.text(46, 3, "档案编号", 7.5)
    card.text(60, 3, pad.dice.digits(12), 8.5)
    rows = (
        ("核定载人数", f"{car.seats}人", "总 质 量", f"{car.kerb_kg + 375}kg"), ("整备质量", f"{car.kerb_kg}kg", "核定载质量", "--"),
        ("外廓尺寸", f"{car.length_mm}×1820×1495mm", "准牵引总质量", "--"), ("备　注", "", "", ""),
    )  # fmt: skip
    y = 9.0
    card.grid(4, 8, (16, 30, 19, 15), (6, 6, 6, 6))
    for row in rows:
        for place, text in enumerate(row):
            card.cell((4, 20, 50, 69)[place], y - 1, (16, 30, 19, 15)[place], 6, text, 7 if place % 2 == 0 else 7.5, pad=0.6)
        y += 6
    card.text(5, 35, "检验记录", 7.5)
    card.text(22, 35, f"检验有效期至{case.registered.year + 2}年{case.registered.month:02d}月", 8)
    card.text(44, 41, "中华人民共和国机动车行驶证副页", 8, anchor="ma", face="serif")
    card.code(18, 48, 52, pad.dice.digits(13), kind="Code128", height=7)
    return card


@form("vehicle-certificate", "sale", variants=3, english=False)
def vehicle_certificate(pad: Pad) -> None:
    """Draw a 机动车整车出厂合格证: numbered entries with a bar code, upright or landscape, with a border."""
    case, car = pad.case, pad.case.vehicle
    landscape = pad.variant == 1
    page = pad.sheet(297, 210, (248, 246, 252)) if landscape else pad.sheet(tint=(250, 249, 244) if pad.variant == 0 else (255, 255, 255))
    wide, tall = page.width, page.height
    border: Ink = (90, 110, 160)
    page.frame(7, 7, wide - 14, tall - 14, ink=border, wide=1.5)
    page.frame(10, 10, wide - 20, tall - 20, ink=border, wide=0.3)
    page.text(wide / 2, 18, "机动车整车出厂合格证" if pad.variant != 2 else "机动车整车合格证", 23, anchor="ma", face="kai", bold=True)
    page.mark(38, 17, points=9)
    maker = f"{car.brand.removesuffix('牌')}汽车制造有限公司"
    entries = [
        ("合格证编号", car.certificate_number, "certificate_number", None), ("发证日期", pad.day(car.made, 1), "issue_date", car.made.isoformat()), ("车辆制造企业名称", maker, "issuer", None),
        ("车辆品牌/车辆名称", f"{car.brand}/{'纯电动轿车' if car.electric else '轿车'}", None, None), ("车辆型号", car.model, None, None), ("车辆识别代号/车架号", car.vin, "vin", None), ("车身颜色", car.colour, None, None),
        ("底盘型号/底盘ID", "------", None, None), ("发动机型号", f"{car.model[:2]}{car.displacement or 'TZ200'}", None, None), ("发动机号", car.engine_number, "engine_number", None), ("燃料种类", "电" if car.electric else "汽油", None, None),
        ("排量/功率(ml/kW)", f"{car.displacement or '--'}/{car.kilowatts}", None, None), ("排放标准", "GB18352.6-2016 国Ⅵ" if not car.electric else "--", None, None), ("油耗", "6.1" if not car.electric else "--", None, None),
        ("外廓尺寸(mm)", f"{car.length_mm} 1820 1495", None, None), ("货厢内部尺寸(mm)", "--", None, None), ("钢板弹簧片数(片)", "-/-", None, None), ("轮胎数", "4", None, None), ("轮胎规格", "205/55R16", None, None),
        ("轮距(前/后)(mm)", "1540/1530", None, None), ("轴距(mm)", "2680", None, None), ("轴荷(kg)", f"{car.kerb_kg // 2}/{car.kerb_kg // 2}", None, None), ("轴数", "2", None, None), ("转向形式", "方向盘", None, None),
        ("总质量(kg)", str(car.kerb_kg + 375), None, None), ("整备质量(kg)", str(car.kerb_kg), None, None), ("额定载客(人)", str(car.seats), None, None), ("最高设计车速(km/h)", "190", None, None), ("车辆制造日期", pad.day(car.made, 1), None, None),
    ]  # fmt: skip
    columns = 2 if landscape or pad.variant == 2 else 1
    per = -(-len(entries) // columns)
    step = (tall - 70) / per if columns == 1 else min(9.5, (tall - 76) / per)
    left, span = 18.0, (wide - (74 if not landscape else 36)) / columns if columns == 1 else (wide - 36) / 2
    for place, (label, text, field, plain) in enumerate(entries):
        column, row = divmod(place, per)
        x, y = left + column * span, 32 + row * step
        end = page.text(x, y, f"{place + 1}.{label}", 9.5 if columns == 1 else 8.8)
        at = max(end + 1, x + (52 if columns == 1 else 40))
        page.text(at, y, text, 10 if columns == 1 else 9, field=field, value=plain, fit=x + span - at + (6 if columns == 1 else -1))
    if columns == 1:
        page.code(wide - 52, 40, 34, car.certificate_number + car.vin)
        page.code(wide - 62, 84, 46, car.vin, kind="Code128", height=10)
    else:
        page.code(wide - 50, tall - 44, 26, car.certificate_number + car.vin)
    y = 34 + per * step
    page.text(18, y, "备注：本产品经过检验，符合国家机动车产品标准的要求，特此证明，准予出厂。", 9)
    page.text(18, y + 8, f"车辆制造企业信息：{maker}", 9)
    page.stamp(wide - 62 if landscape else wide - 45, y - 4 if not landscape else y + 4, maker, "合格证专用章", across=38)


@form("other-certificate", "sale", variants=4)
def other_certificate(pad: Pad) -> None:
    """Draw one of the certificates that particular customers bring: residence, authority to act, right to buy, unit's letter."""
    case, page, buyer = pad.case, pad.sheet(), pad.case.buyer
    page.mark(178, 16)
    title = (pad.w("居住证明", "Certificate of Residence"), pad.w("授权委托书", "Power of Attorney"), pad.w("小客车指标确认通知书", "Car Quota Certificate"), pad.w("在职证明", "Certificate of Employment"))[pad.variant]
    page.text(105, 46, title, 26, anchor="ma", face="serif", bold=True)
    name = pad.w(buyer.name, buyer.latin)
    day = pad.day(case.sold, 1)
    sex = pad.w("女" if buyer.female else "男", "female" if buyer.female else "male")
    texts = (
        pad.w(f"兹证明{name}，性别{sex}，身份证号码{buyer.id_number}，现居住于本社区{buyer.address}，居住时间已满三年。该证明仅用于办理购车及车辆登记手续。\n特此证明。",
              f"This is to certify that {name} ({sex}), ID number {buyer.id_number}, has lived in our community for more than three years. This certificate serves the purchase and registration of a car only."),
        pad.w(f"委托人：{name}，身份证号码：{buyer.id_number}。\n受托人：{case.seller.name}，身份证号码：{case.seller.id_number}。\n委托人因工作原因不能亲自办理购车、交车及车辆登记手续，特委托受托人代为办理下列车辆的全部手续。车架号：{case.vehicle.vin}。受托人在委托权限内签署的文件，委托人均予承认。委托期限自签署之日起三十日。",
              f"I, {name}, ID number {buyer.id_number}, authorise {case.seller.latin}, ID number {case.seller.id_number}, to buy, take over and register the vehicle with VIN {case.vehicle.vin} on my behalf. I recognise every document signed under this power of attorney, which is valid for thirty days."),
        pad.w(f"{name}：\n您申请的小客车配置指标已获批准。指标类型：个人普通小客车指标。证件号码：{buyer.id_number}。指标有效期至{case.sold.year}年12月31日。请在有效期内办理购车及登记手续，逾期视为放弃。",
              f"{name}: your application for a car quota has been granted. Type: private car. ID number: {buyer.id_number}. The quota is valid until 31 December {case.sold.year}."),
        pad.w(f"兹证明{name}（身份证号码：{buyer.id_number}）系我单位正式员工，任部门主管一职，工作年限五年，月收入人民币捌仟元整。\n本证明仅用于办理汽车消费贷款，不作其他用途。\n特此证明。",
              f"This is to certify that {name}, ID number {buyer.id_number}, is a regular employee of our company with five years of service and a monthly income of CNY 8,000. This certificate is for a car loan only."),
    )  # fmt: skip
    y = 70.0
    for part in texts[pad.variant].split("\n"):
        y = page.paragraph(26, y, 158, ("" if pad.english or part.endswith("：") else "　　") + part, 13, leading=1.8, face="serif")
    pad.put("name", name)
    pad.put("id_number", buyer.id_number)
    if pad.variant == 1:
        pad.put("vin", case.vehicle.vin)
        page.ruled(110, y + 14, pad.w("委托人（签名）：", "Signed: "), name, 40, 12, by_hand=True)
        page.text(110, y + 26, day, 12, field="issue_date", value=case.sold.isoformat())
        page.pen.ellipse((page.px(164), page.px(y + 8), page.px(172), page.px(y + 19)), fill=(226, 120, 120))
        return
    office = (pad.w(f"{case.dealer.city}虚构社区居民委员会", "Xugou Neighbourhood Committee"), "", pad.w(f"{case.dealer.city}小客车指标管理办公室", "Car Quota Office"), pad.w(case.dealer.name.replace("汽车销售服务", "机械设备"), "Xugou Machinery Co., Ltd."))[pad.variant]
    page.text(184, y + 20, office, 13, anchor="ra", face="serif", field="issuer")
    page.text(184, y + 30, day, 13, anchor="ra", face="serif", field="issue_date", value=case.sold.isoformat())
    if not pad.english:
        page.stamp(156, y + 25, office, "", across=40)
    page.text(26, 280, pad.w("经办人：", "Handled by: ") + pad.w(case.cashier.name, case.cashier.latin), 10, ink=GREY)


@form("insurance-policy", "sale", variants=3, english=False)
def insurance_policy(pad: Pad) -> None:
    """Draw an insurance policy: compulsory (交强险), commercial, or the short electronic form."""
    case, car, page = pad.case, pad.case.vehicle, pad.sheet()
    compulsory = pad.variant == 0
    ink: Ink = (30, 70, 130) if compulsory else (40, 40, 44) if pad.variant == 2 else (120, 60, 30)
    page.frame(12, 10, 11, 11, ink=ink, wide=0.8, round_mm=2)
    page.text(17.5, 15.5, case.insurer[0], 17, ink=ink, anchor="mm", silent=True)
    page.text(26, 11, case.insurer, 12, ink=ink, field="insurer")
    page.mark(196, 14, anchor="rm")
    title = ("机动车交通事故责任强制保险单", "机动车商业保险保险单", "机动车辆保险单（电子保单）")[pad.variant]
    page.text(105, 26, title, 18, anchor="ma", face="serif", bold=True)
    page.text(105, 35, "（正本）" if pad.variant != 2 else "POLICY SCHEDULE", 11, anchor="ma", face="serif")
    page.text(196, 40, f"保险单号：{case.policy_number}", 10, anchor="ra")
    pad.put("policy_number", case.policy_number)
    page.text(14, 40, f"投保确认时间：{case.sold:%Y-%m-%d} 10:{pad.dice.randint(10, 59)}", 9)
    y = 47.0

    def row(height: float, *cells: tuple[float, str, str | None]) -> None:
        nonlocal y
        x = 12.0
        for place, (width, text, field) in enumerate(cells):
            page.frame(x, y, width, height, ink=ink)
            page.cell(x, y, width, height, text, 9.2, align="middle" if place % 2 == 0 else "left", ink=ink if place % 2 == 0 else BLACK, field=field)
            x += width
        y += height

    row(8, (28, "被保险人", None), (158, case.buyer_name, "insured"))
    row(8, (28, "证件号码", None), (84, case.buyer_number, "credit_code" if case.company else "id_number"), (24, "联系电话", None), (50, case.buyer.phone, None))
    row(8, (28, "地　　址", None), (158, case.buyer_address, None))
    page.upright(16, y, 32, "被保险机动车", 9, ink=ink)
    page.frame(12, y, 8, 32, ink=ink)
    for cells in (
        (("号牌号码", car.plate, "plate"), ("机动车种类", "六座以下客车" if car.seats < 6 else "六座至十座客车", None)), (("发动机号码", car.engine_number, "engine_number"), ("识别代码（车架号）", car.vin, "vin")),
        (("厂牌型号", car.brand_model, "brand_model"), ("核定载客", f"{car.seats}人", None)), (("排量/功率", f"{car.displacement or '--'}ml/{car.kilowatts}kW", None), ("登记日期", f"{case.registered:%Y-%m-%d}", None)),
    ):  # fmt: skip
        x = 20.0
        for (label, text, field), (a, b) in zip(cells, ((24, 60), (34, 60)), strict=True):
            page.frame(x, y, a, 8, ink=ink)
            page.frame(x + a, y, b, 8, ink=ink)
            page.cell(x, y, a, 8, label, 8.8, ink=ink, align="middle")
            page.cell(x + a, y, b, 8, text, 9.2, field=field)
            x += a + b
        y += 8
    premium = 950 if compulsory else case.premium
    start, end = case.delivered, case.delivered.replace(year=case.delivered.year + 1, day=min(28, case.delivered.day))
    if compulsory:
        limits = (("死亡伤残赔偿限额", "180,000元", "无责任死亡伤残赔偿限额", "18,000元"), ("医疗费用赔偿限额", "18,000元", "无责任医疗费用赔偿限额", "1,800元"), ("财产损失赔偿限额", "2,000元", "无责任财产损失赔偿限额", "100元"))
        page.frame(12, y, 12, 24, ink=ink)
        page.upright(18, y, 24, "责任限额", 9, ink=ink)
        for limit in limits:
            for place, text in enumerate(limit):
                page.frame((24, 74, 104, 158)[place], y, (50, 30, 54, 40)[place], 8, ink=ink)
                page.cell((24, 74, 104, 158)[place], y, (50, 30, 54, 40)[place], 8, text, 9)
            y += 8
    else:
        head = ["承保险种", "保险金额/责任限额（元）", "绝对免赔率", "保险费（元）"]
        rest = premium
        lines = [head]
        for name, limit in (("机动车损失保险", f"{case.price:,.2f}"), ("机动车第三者责任保险", "1,000,000.00"), ("车上人员责任保险（司机）", "10,000.00"), ("车上人员责任保险（乘客）", f"10,000.00×{car.seats - 1}座"), ("附加医保外医疗费用责任险", "100,000.00")):
            part = (rest * 4 // 10) if name != "附加医保外医疗费用责任险" else rest
            rest -= part
            lines.append([name, limit, "--", f"{part:.2f}"])
        y = page.rows(12, y, (64, 56, 26, 40), 8, lines, 9.2, ink=ink, aligns="lrmr")
    amount = Decimal(premium)
    row(9, (40, "保险费合计（人民币大写）", None), (146, f"{numbers.words(amount)}　　（￥：{amount:.2f}元）", None))
    pad.put("total", numbers.plain(amount))
    row(9, (28, "保险期间", None), (158, f"自{start.year}年{start.month:02d}月{start.day:02d}日零时起至{end.year}年{end.month:02d}月{end.day:02d}日二十四时止", None))
    pad.put("effective_date", start.isoformat())
    pad.put("expiry_date", end.isoformat())
    row(9, (28, "争议解决方式", None), (158, "诉讼", None))
    page.frame(12, y, 28, 30, ink=ink)
    page.cell(12, y, 28, 30, "特别约定", 9.2, ink=ink, align="middle")
    page.frame(40, y, 158, 30, ink=ink)
    page.paragraph(42, y + 2, 153, "1. 收到本保险单后请立即核对，内容不符的请及时通知保险人。\n2. 发生保险事故时，请在四十八小时内报案，报案电话详见保单服务卡。\n3. 本保险单为样本，不具任何法律效力。", 8.6)
    y += 30
    page.frame(12, y, 28, 24, ink=ink)
    page.cell(12, y, 28, 24, "保险人", 9.2, ink=ink, align="middle")
    page.frame(40, y, 158, 24, ink=ink)
    page.paragraph(42, y + 2, 112, f"公司名称：{case.insurer}{case.dealer.city}分公司\n公司地址：{case.dealer.city}建设大道88号\n签单日期：{case.sold:%Y-%m-%d}", 9)
    pad.put("issue_date", case.sold.isoformat())
    page.stamp(172, y + 12, case.insurer, "承保业务专用章", across=36)
    y += 28
    page.text(14, y, f"核保：{case.cashier.name}　　制单：{case.mechanic.name}　　经办：{case.seller.name}", 9)
    if pad.variant == 2:
        page.code(170, y + 4, 22, f"https://example.invalid/policy/{case.policy_number}")
    page.text(14, 284, "第一联　保险公司留存" if compulsory else "请妥善保管本保险单", 8, ink=BLUE if compulsory else GREY)
