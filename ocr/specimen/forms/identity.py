# ruff: noqa: E501 - a form is drawn top to bottom: its wording stands where it is drawn, coordinates come first
"""Papers that say who a person is: resident ID card, driving licence, passport."""

from datetime import date

from ocr.specimen.case import Person
from ocr.specimen.pad import Pad, form
from ocr.specimen.sheet import BLUE, GREY, Ink, Sheet

CARD = (85.6, 54.0)


_LABEL: Ink = (60, 96, 150)


def portrait(
    page: Sheet, x: float, y: float, wide: float, tall: float, *, female: bool = False, ground: Ink = (235, 238, 242)
) -> None:
    """Draw a head and shoulders that is nobody's."""
    page.frame(x, y, wide, tall, fill=ground, ink=ground)
    middle, head = x + wide / 2, wide * 0.2
    hair = (46, 40, 40)

    def oval(cx: float, cy: float, rx: float, ry: float, fill: Ink) -> None:
        page.pen.ellipse((page.px(cx - rx), page.px(cy - ry), page.px(cx + rx), page.px(cy + ry)), fill=fill)

    if female:
        oval(middle, y + tall * 0.42, head * 1.5, head * 1.9, hair)
    coat = (52, 62, 86)
    page.pen.pieslice(
        (page.px(x + wide * 0.08), page.px(y + tall * 0.66), page.px(x + wide * 0.92), page.px(y + tall * 1.34)),
        180,
        360,
        fill=coat,
    )
    page.frame(middle - head * 0.4, y + tall * 0.5, head * 0.8, tall * 0.2, fill=(224, 188, 160), ink=(224, 188, 160))
    oval(middle, y + tall * 0.36, head * 1.08, head * 1.32, hair)
    oval(middle, y + tall * 0.4, head, head * 1.25, (232, 198, 170))
    for side in (-0.4, 0.4):
        oval(middle + head * side, y + tall * 0.39, head * 0.12, head * 0.08, hair)
    page.line(middle - head * 0.3, y + tall * 0.47, middle + head * 0.3, y + tall * 0.47, ink=(170, 90, 90), wide=0.3)


def emblem(page: Sheet, x: float, y: float, radius: float, ink: Ink = (196, 40, 40)) -> None:
    """Draw an emblem that is no state's: rings and a star."""
    for share in (1.0, 0.86):
        reach = radius * share
        page.pen.ellipse(
            (page.px(x - reach), page.px(y - reach), page.px(x + reach), page.px(y + reach)),
            outline=ink,
            width=max(1, page.px(0.4)),
        )
    page.text(x, y, "★", radius * 2.6, ink=ink, anchor="mm", silent=True)


def _guilloche(page: Sheet, ink: Ink) -> None:
    for row in range(0, round(page.height), 3):
        points = [(page.px(x), page.px(row + (1.5 if (x // 4) % 2 else 0))) for x in range(0, round(page.width) + 5, 4)]
        page.pen.line(points, ink, 1)


def id_front(pad: Pad, who: Person) -> Sheet:
    """Return the side of the card with the portrait."""
    card = pad.loose(*CARD, tint=(236, 243, 249))
    _guilloche(card, (222, 234, 244))
    ink = _LABEL
    y = 6.5
    for label, text, field, plain in (
        ("姓　名", who.name, "name", None),
        ("性　别", "女" if who.female else "男", "sex", None),
    ):
        card.text(6, y, label, 7.5, ink=ink)
        card.text(17, y - 0.4, text, 9 if field == "name" else 8.5, field=field, value=plain)
        y += 7.3
    card.text(27, 13.8, "民　族", 7.5, ink=ink)
    card.text(38, 13.4, who.ethnicity, 8.5, field="ethnicity")
    card.text(6, 21.2, "出　生", 7.5, ink=ink)
    x = 17.0
    for text, unit in ((str(who.birth.year), "年"), (str(who.birth.month), "月"), (str(who.birth.day), "日")):
        x = card.text(x, 20.9, text, 8.5) + 1
        x = card.text(x, 21.2, unit, 7.5, ink=ink) + 1.4
    pad.put("birth_date", who.birth.isoformat())
    card.text(6, 28.4, "住　址", 7.5, ink=ink)
    y = 28.1
    for line in card.wrap(who.address, 37, 8.3):
        card.text(17, y, line, 8.3)
        y += 4
    pad.put("address", who.address)
    card.text(6, 45, "公民身份号码", 7.5, ink=ink)
    card.text(29, 44.4, who.id_number, 10.5, field="id_number")
    portrait(card, 57, 6, 23, 31, female=who.female)
    card.mark(68.5, 40, points=6)
    return card


def id_back(pad: Pad, who: Person, issued: date) -> Sheet:
    """Return the side of the card with the issuing office."""
    card = pad.loose(*CARD, tint=(240, 240, 245))
    _guilloche(card, (228, 226, 238))
    emblem(card, 13, 13, 8.5)
    card.text(52, 6, "中华人民共和国", 13, anchor="ma", face="serif", bold=True)
    card.text(52, 15, "居 民 身 份 证", 18, anchor="ma", face="serif", bold=True)
    office = (
        who.address.split("市")[0]
        + "市公安局"
        + (who.address.split("市")[1][:3] if "市" in who.address else "")
        + "分局"
    )
    card.text(18, 36, "签发机关", 8, ink=_LABEL)
    card.text(33, 35.7, office, 8.5, field="issuer", fit=48)
    expiry = date(issued.year + 20, issued.month, issued.day)
    card.text(18, 43, "有效期限", 8, ink=_LABEL)
    card.text(33, 42.7, f"{issued:%Y.%m.%d}-{expiry:%Y.%m.%d}", 9)
    pad.put("issue_date", issued.isoformat())
    pad.put("expiry_date", expiry.isoformat())
    card.mark(68, 50, points=6)
    return card


@form("id-card", "sale", variants=4, english=False)
def id_card(pad: Pad) -> None:
    """Draw both sides of a resident ID card: over each other or side by side on A4, on two pages, or scanned bare."""
    who = pad.case.company.head if pad.case.company else pad.case.buyer
    issued = date(pad.case.sold.year - pad.dice.randint(1, 9), pad.dice.randint(1, 12), pad.dice.randint(1, 28))
    front, back = id_front(pad, who), id_back(pad, who, issued)
    scale = pad.dice.uniform(1.0, 1.25)
    if pad.variant == 0:
        page = pad.sheet()
        x = (210 - CARD[0] * scale) / 2
        page.take(front, x, 40, scale)
        page.take(back, x, 52 + CARD[1] * scale, scale)
        page.mark(105, 280)
        if pad.dice.likely(0.5):
            page.hand(60, 66 + CARD[1] * scale * 2, "仅供办理购车手续使用", 15)
    elif pad.variant == 1:
        page = pad.sheet()
        page.take(front, 14, 60)
        page.take(back, 110, 60)
        page.mark(105, 280)
    elif pad.variant == 2:
        for side in (front, back):
            page = pad.sheet()
            page.take(side, 40, 70, 1.4)
            page.mark(105, 280)
    else:
        for side in (front, back):
            page = pad.sheet(*CARD)
            page.take(side, 0, 0)


@form("driving-licence", "general", variants=2, english=False)
def driving_licence(pad: Pad) -> None:
    """Draw a driving licence: main page and second page, copied on A4."""
    case, who = pad.case, pad.case.buyer
    first = date(who.birth.year + 20, 6, pad.dice.randint(1, 28))
    start = date(first.year + 16, first.month, first.day) if first.year + 16 <= case.sold.year else first
    card = pad.loose(88, 60, (250, 250, 246))
    card.text(44, 3, "中华人民共和国机动车驾驶证", 11, anchor="ma", face="serif", bold=True)
    card.text(44, 8.4, "Driving License of the People's Republic of China", 6, anchor="ma")
    rows: tuple[tuple[float, str, str, str, str], ...] = (
        (14.0, "证号", "Driving License No.", who.id_number, "id_number"),
        (20.5, "姓名", "Name", who.name, "name"),
        (31.0, "住址", "Address", who.address, "address"),
    )
    for y, label, latin, entry, name in rows:
        card.text(4, y, label, 7.5)
        card.text(4, y + 3, latin, 4.6)
        card.text(24 if name == "id_number" else 15, y, entry, 9, field=name, fit=46 if name != "address" else 68)
    for at, label, latin, word, known in (
        (38, "性别", "Sex", "女" if who.female else "男", "sex"),
        (60, "国籍", "Nationality", "中国", None),
    ):
        card.text(at, 20.5, label, 7.5)
        card.text(at, 23.5, latin, 4.6)
        card.text(at + 10, 20.5, word, 9, field=known)
    portrait(card, 63, 34, 20, 23, female=who.female)
    x, y = 24.0, 37.0
    for label, latin, text, field, plain in (("出生日期", "Date of Birth", f"{who.birth:%Y-%m-%d}", "birth_date", who.birth.isoformat()), ("初次领证日期", "Date of First Issue", f"{first:%Y-%m-%d}", "issue_date", first.isoformat()),
                                             ("准驾车型", "Class", pad.dice.choice(("C1", "C1", "C2", "B2", "A1")), None, None)):  # fmt: skip
        card.text(x, y, label, 7)
        card.text(x, y + 2.8, latin, 4.4)
        card.text(x + 19, y, text, 8.5, field=field, value=plain)
        y += 6
    card.text(4, 55.4, "有效期限", 7)
    card.text(16, 55.2, f"{start:%Y-%m-%d} 至 {start.year + 10}-{start:%m-%d}", 8)
    pad.put("expiry_date", date(start.year + 10, start.month, start.day).isoformat())
    card.stamp(13, 46, "样本省虚构市公安局交通警察支队", across=17, shape="square")
    second = pad.loose(88, 60, (250, 250, 246))
    second.text(44, 4, "中华人民共和国机动车驾驶证副页", 10.5, anchor="ma", face="serif", bold=True)
    second.text(5, 13, f"证号　{who.id_number}", 8.5)
    second.text(5, 19, f"姓名　{who.name}", 8.5)
    second.text(5, 25, f"档案编号　{pad.dice.digits(12)}", 8.5)
    second.text(5, 32, "记录", 8.5)
    second.paragraph(
        15, 32, 66, f"请于{start.year + 10}年{start.month:02d}月{start.day:02d}日前九十日内申请换领新驾驶证。", 8
    )
    second.code(20, 48, 50, who.id_number, kind="Code128", height=7)
    page = pad.sheet()
    if pad.variant == 0:
        page.take(card, 58, 40)
        page.take(second, 58, 110)
    else:
        page.take(card, 30, 30, 1.6)
        page.take(second, 30, 140, 1.6)
    page.mark(105, 280)


@form("passport", "general", variants=2)
def passport(pad: Pad) -> None:
    """Draw the data page of a passport of no country, with its machine-readable zone (ICAO 9303)."""
    who = pad.case.buyer
    given, surname = who.latin.upper().replace("Ü", "YU").split(" ")
    page = pad.sheet(125, 88, (240, 244, 250)) if pad.variant == 0 else pad.loose(125, 88, (240, 244, 250))
    _guilloche(page, (226, 234, 244))
    number = "E" + pad.dice.digits(8)
    expiry = date(pad.case.sold.year + pad.dice.randint(1, 8), pad.dice.randint(1, 12), pad.dice.randint(1, 28))
    page.text(6, 4, "护照" if not pad.english else "PASSPORT", 12, bold=True, ink=BLUE)
    page.text(30, 5, "PASSPORT" if not pad.english else "Utopia", 8, ink=BLUE)
    portrait(page, 6, 14, 32, 42, female=who.female)
    issued = date(expiry.year - 10, expiry.month, expiry.day)
    rows = (
        ("类型/Type", "P", None, None), ("国家码/Country Code", "UTO", None, None), ("护照号/Passport No.", number, "id_number", None), ("姓/Surname", surname, None, None), ("名/Given names", given, None, None),
        ("性别/Sex", "F" if who.female else "M", "sex", "女" if who.female and not pad.english else "男" if not pad.english else None), ("出生日期/Date of birth", f"{who.birth:%d %b %Y}".upper(), "birth_date", who.birth.isoformat()),
        ("签发日期/Date of issue", f"{issued:%d %b %Y}".upper(), "issue_date", issued.isoformat()), ("有效期至/Date of expiry", f"{expiry:%d %b %Y}".upper(), "expiry_date", expiry.isoformat()),
        ("签发机关/Authority", "样本局/SPECIMEN OFFICE" if not pad.english else "SPECIMEN OFFICE", None, None),
    )  # fmt: skip
    for place, (label, text, field, plain) in enumerate(rows):
        column, row = place % 2, place // 2
        x, y = 42 + column * 42, 12 + row * 10
        page.text(x, y, label.split("/")[1] if pad.english else label, 5.5, ink=GREY)
        page.text(x, y + 3, text, 9, field=field, value=plain)
    pad.put("name", f"{surname} {given}")
    page.mark(105, 6, points=7)
    first = f"P<UTO{surname}<<{given}".ljust(44, "<")
    body = (
        number
        + _mrz_check(number)
        + "UTO"
        + f"{who.birth:%y%m%d}"
        + _mrz_check(f"{who.birth:%y%m%d}")
        + ("F" if who.female else "M")
        + f"{expiry:%y%m%d}"
        + _mrz_check(f"{expiry:%y%m%d}")
        + "<" * 14
        + "0"
    )
    second = body + _mrz_check(body[:10] + body[13:20] + body[21:43])
    page.frame(0, 68, 125, 20, fill=(250, 250, 250), ink=(250, 250, 250))
    page.text(5, 71, first, 11.2, face="mono", fit=116)
    page.text(5, 79, second, 11.2, face="mono", fit=116)
    if pad.variant == 1:
        whole = pad.sheet()
        whole.take(page, 30, 40, 1.2)
        whole.mark(105, 280)


def _mrz_check(text: str) -> str:
    values = (
        (0 if c == "<" else int(c) if c.isdigit() else ord(c) - 55) * (7, 3, 1)[place % 3]
        for place, c in enumerate(text)
    )
    return str(sum(values) % 10)
