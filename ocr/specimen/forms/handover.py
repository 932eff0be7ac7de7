# ruff: noqa: E501 - a form is drawn top to bottom: its wording stands where it is drawn, coordinates come first
"""The dealer's own papers of a sale: green card, derived services, delivery photo."""

from decimal import Decimal

from ocr.specimen import numbers
from ocr.specimen.forms.letterhead import letterhead, signatures, vehicle_head
from ocr.specimen.pad import Pad, form
from ocr.specimen.sheet import BLACK, GREEN, Ink


@form("green-card", "sale", variants=3)
def green_card(pad: Pad) -> None:
    """Draw the customer information card that dealers call green card."""
    case, card = pad.case, pad.variant == 1
    tint = (226, 243, 226) if pad.variant != 2 else (255, 255, 255)
    page = pad.sheet(210, 148, tint) if card else pad.sheet(tint=tint)
    ink: Ink = GREEN if pad.variant != 2 else BLACK
    title = (
        pad.w("绿　卡", "GREEN CARD"),
        pad.w("客户信息卡", "Customer Information Card"),
        pad.w("客户信息卡（绿卡）", "CUSTOMER INFORMATION CARD (GREEN CARD)"),
    )[pad.variant]
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
        ((pad.w("客户名称", "Customer name"), name, "name"), (pad.w("客户类别", "Type"), pad.w("单位" if case.company else "个人", "Company" if case.company else "Private"), None)),
        ((pad.w("联系人", "Contact person"), contact, None), (pad.w("性别", "Sex"), pad.w("女" if buyer.female else "男", "F" if buyer.female else "M"), "sex")),
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
            if (
                by_hand
                and not pad.english
                and page.measure(text, 12, "kai") < widths[place * 2 + 1] - 3
                and field != "vin"
            ):
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
    for place, label in enumerate(
        (
            pad.w("网络", "Web"),
            pad.w("朋友介绍", "Friend"),
            pad.w("广告", "Advert"),
            pad.w("展会", "Fair"),
            pad.w("其他", "Other"),
        )
    ):
        page.tick(x, y + 0.2, ink=ink, on=place == chosen)
        x = page.text(x + 4.5, y, label, 9, ink=ink) + 6
    y += 9
    if card:
        page.ruled(120, y, pad.w("客户签名：", "Signature: "), contact, 40, by_hand=True, ink=ink)
        return
    page.text(16, y, pad.w("客户关怀记录", "Customer care record"), 11, ink=ink, bold=True)
    head = [pad.w("日期", "Date"), pad.w("联系方式", "By"), pad.w("内容摘要", "Notes"), pad.w("跟进人", "By whom")]
    page.rows(15, y + 7, (28, 28, 96, 28), 9, [head] + [["", "", "", ""]] * 9, 9, ink=ink)
    signatures(
        page,
        280,
        [(pad.w("客户签名：", "Customer: "), contact), (pad.w("客服专员：", "Customer care: "), "")],
        step=88,
    )


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
    title = (
        pad.w("衍生服务清单", "Derived Services List"),
        pad.w("衍生业务服务清单", "List of Derived Services"),
        pad.w("新车衍生服务确认清单", "Derived Services Confirmation"),
    )[pad.variant]
    page.text(105, y, title, 19, anchor="ma", bold=True)
    y = vehicle_head(page, y + 13, [
        (pad.w("客户名称", "Customer"), pad.w(case.buyer_name, case.buyer.latin), "name"), (pad.w("联系电话", "Phone"), case.buyer.phone, "phone"),
        (pad.w("车架号", "VIN"), case.vehicle.vin, "vin"), (pad.w("车型", "Model"), case.vehicle.model, None),
    ])  # fmt: skip
    chosen = pad.dice.some(_SERVICES, pad.dice.randint(4, 7))
    total = Decimal(0)
    rows = [
        [
            pad.w("序号", "No."),
            pad.w("服务项目", "Service"),
            pad.w("服务内容", "Content"),
            pad.w("金额（元）", "Amount (CNY)"),
            pad.w("客户确认", "Confirmed"),
        ]
    ]
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
    spelled = (
        numbers.words(total) + f"　￥{numbers.figures(total)}" if not pad.english else f"CNY {numbers.figures(total)}"
    )
    page.cell(77, below, 118, 10, spelled, 10.5, field="total", value=numbers.plain(total))
    y = below + 16
    y = page.paragraph(16, y, 178, pad.w("说明：以上服务由客户自愿选择，价格及内容已向客户说明。办理完成后，相关凭证交客户留存。",
                                         "Note: the customer chose these services freely; price and content were explained. Receipts go to the customer when done."), 9.5)  # fmt: skip
    signatures(page, y + 8, [(pad.w("客户签字：", "Customer: "), pad.w(case.buyer.name, case.buyer.latin)), (pad.w("经办人：", "Handled by: "), pad.w(case.seller.name, case.seller.latin)),
                                  (pad.w("日期：", "Date: "), f"{case.sold:%Y-%m-%d}")])  # fmt: skip
    pad.put("issue_date", case.sold.isoformat())
    if not pad.english and pad.variant != 2:
        page.stamp(160, y + 30, case.dealer.name, "业务专用章", across=38)
