# ruff: noqa: E501, PLR0915 - a form is drawn top to bottom: its wording stands where it is drawn, coordinates come first
"""Insurance policies: compulsory, commercial, electronic."""

from decimal import Decimal

from ocr.specimen import numbers
from ocr.specimen.pad import Pad, form
from ocr.specimen.sheet import BLACK, BLUE, GREY, Ink


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
            page.cell(
                x,
                y,
                width,
                height,
                text,
                9.2,
                align="middle" if place % 2 == 0 else "left",
                ink=ink if place % 2 == 0 else BLACK,
                field=field,
            )
            x += width
        y += height

    row(8, (28, "被保险人", None), (158, case.buyer_name, "insured"))
    row(
        8,
        (28, "证件号码", None),
        (84, case.buyer_number, "credit_code" if case.company else "id_number"),
        (24, "联系电话", None),
        (50, case.buyer.phone, None),
    )
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
        limits = (
            ("死亡伤残赔偿限额", "180,000元", "无责任死亡伤残赔偿限额", "18,000元"),
            ("医疗费用赔偿限额", "18,000元", "无责任医疗费用赔偿限额", "1,800元"),
            ("财产损失赔偿限额", "2,000元", "无责任财产损失赔偿限额", "100元"),
        )
        page.frame(12, y, 12, 24, ink=ink)
        page.upright(18, y, 24, "责任限额", 9, ink=ink)
        for limit in limits:
            for place, entry in enumerate(limit):
                page.frame((24, 74, 104, 158)[place], y, (50, 30, 54, 40)[place], 8, ink=ink)
                page.cell((24, 74, 104, 158)[place], y, (50, 30, 54, 40)[place], 8, entry, 9)
            y += 8
    else:
        head = ["承保险种", "保险金额/责任限额（元）", "绝对免赔率", "保险费（元）"]
        rest = premium
        lines = [head]
        for name, most in (
            ("机动车损失保险", f"{case.price:,.2f}"),
            ("机动车第三者责任保险", "1,000,000.00"),
            ("车上人员责任保险（司机）", "10,000.00"),
            ("车上人员责任保险（乘客）", f"10,000.00×{car.seats - 1}座"),
            ("附加医保外医疗费用责任险", "100,000.00"),
        ):
            part = (rest * 4 // 10) if name != "附加医保外医疗费用责任险" else rest
            rest -= part
            lines.append([name, most, "--", f"{part:.2f}"])
        y = page.rows(12, y, (64, 56, 26, 40), 8, lines, 9.2, ink=ink, aligns="lrmr")
    amount = Decimal(premium)
    row(9, (40, "保险费合计（人民币大写）", None), (146, f"{numbers.words(amount)}　　（￥：{amount:.2f}元）", None))
    pad.put("total", numbers.plain(amount))
    row(
        9,
        (28, "保险期间", None),
        (
            158,
            f"自{start.year}年{start.month:02d}月{start.day:02d}日零时起至{end.year}年{end.month:02d}月{end.day:02d}日二十四时止",
            None,
        ),
    )
    pad.put("effective_date", start.isoformat())
    pad.put("expiry_date", end.isoformat())
    row(9, (28, "争议解决方式", None), (158, "诉讼", None))
    page.frame(12, y, 28, 30, ink=ink)
    page.cell(12, y, 28, 30, "特别约定", 9.2, ink=ink, align="middle")
    page.frame(40, y, 158, 30, ink=ink)
    page.paragraph(
        42,
        y + 2,
        153,
        "1. 收到本保险单后请立即核对，内容不符的请及时通知保险人。\n2. 发生保险事故时，请在四十八小时内报案，报案电话详见保单服务卡。\n3. 本保险单为样本，不具任何法律效力。",
        8.6,
    )
    y += 30
    page.frame(12, y, 28, 24, ink=ink)
    page.cell(12, y, 28, 24, "保险人", 9.2, ink=ink, align="middle")
    page.frame(40, y, 158, 24, ink=ink)
    page.paragraph(
        42,
        y + 2,
        112,
        f"公司名称：{case.insurer}{case.dealer.city}分公司\n公司地址：{case.dealer.city}建设大道88号\n签单日期：{case.sold:%Y-%m-%d}",
        9,
    )
    pad.put("issue_date", case.sold.isoformat())
    page.stamp(172, y + 12, case.insurer, "承保业务专用章", across=36)
    y += 28
    page.text(14, y, f"核保：{case.cashier.name}　　制单：{case.mechanic.name}　　经办：{case.seller.name}", 9)
    if pad.variant == 2:
        page.code(170, y + 4, 22, f"https://example.invalid/policy/{case.policy_number}")
    page.text(
        14, 284, "第一联　保险公司留存" if compulsory else "请妥善保管本保险单", 8, ink=BLUE if compulsory else GREY
    )
