# ruff: noqa: E501, PLR0917 - a form is drawn top to bottom: its wording stands where it is drawn, coordinates come first
"""Official papers of a car: vehicle licence and conformity certificate."""

from ocr.specimen.pad import Pad, form
from ocr.specimen.sheet import Ink, Sheet


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

    def entry(
        x: float,
        y: float,
        label: str,
        latin: str,
        at: float,
        text: str,
        field: str | None = None,
        value: str | None = None,
        fit: float | None = None,
    ) -> None:
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
    entry(
        57, 50, "发证日期", "Issue Date", 69, f"{case.registered:%Y-%m-%d}", "issue_date", case.registered.isoformat()
    )
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
            card.cell(
                (4, 20, 50, 69)[place], y - 1, (16, 30, 19, 15)[place], 6, text, 7 if place % 2 == 0 else 7.5, pad=0.6
            )
        y += 6
    card.text(5, 35, "检验记录", 7.5)
    card.text(22, 35, f"检验有效期至{case.registered.year + 2}年{case.registered.month:02d}月", 8)
    card.text(44, 41, "中华人民共和国机动车行驶证副页", 8, anchor="ma", face="serif")
    card.code(18, 48, 52, pad.dice.digits(13), kind="Code128", height=7)
    return card


@form("vehicle-certificate", "sale", variants=3, english=False)
def vehicle_certificate(pad: Pad) -> None:
    """Draw a 机动车整车出厂合格证: numbered entries with a bar code, upright or landscape, with a border."""
    car = pad.case.vehicle
    landscape = pad.variant == 1
    page = (
        pad.sheet(297, 210, (248, 246, 252))
        if landscape
        else pad.sheet(tint=(250, 249, 244) if pad.variant == 0 else (255, 255, 255))
    )
    wide, tall = page.width, page.height
    border: Ink = (90, 110, 160)
    page.frame(7, 7, wide - 14, tall - 14, ink=border, wide=1.5)
    page.frame(10, 10, wide - 20, tall - 20, ink=border, wide=0.3)
    page.text(
        wide / 2,
        18,
        "机动车整车出厂合格证" if pad.variant != 2 else "机动车整车合格证",
        23,
        anchor="ma",
        face="kai",
        bold=True,
    )
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
        page.text(
            at,
            y,
            text,
            10 if columns == 1 else 9,
            field=field,
            value=plain,
            fit=x + span - at + (6 if columns == 1 else -1),
        )
    if columns == 1:
        page.code(wide - 52, 40, 34, car.certificate_number + car.vin)
        page.code(wide - 62, 84, 46, car.vin, kind="Code128", height=10)
    else:
        page.code(wide - 50, tall - 44, 26, car.certificate_number + car.vin)
    y = 34 + per * step
    page.text(18, y, "备注：本产品经过检验，符合国家机动车产品标准的要求，特此证明，准予出厂。", 9)
    page.text(18, y + 8, f"车辆制造企业信息：{maker}", 9)
    page.stamp(
        wide - 62 if landscape else wide - 45, y - 4 if not landscape else y + 4, maker, "合格证专用章", across=38
    )
