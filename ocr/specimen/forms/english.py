# ruff: noqa: E501 - a form is drawn top to bottom: its wording stands where it is drawn, coordinates come first
"""Papers of English-speaking places: commercial invoice and identity card."""

from datetime import timedelta
from decimal import Decimal

from ocr.specimen import numbers
from ocr.specimen.forms.identity import CARD, portrait
from ocr.specimen.pad import Pad, form
from ocr.specimen.sheet import GREY, Sheet


def line_items(pad: Pad) -> tuple[list[list[str]], Decimal]:
    """Return the rows of an English bill and their sum."""
    rows, total = [["Description", "Qty", "Unit price", "Amount"]], Decimal(0)
    for name, price in pad.dice.some(
        (
            ("Office chair", 129),
            ("Desk lamp", 39),
            ("Filing cabinet", 240),
            ("Toner cartridge", 88),
            ("Consulting, day", 640),
            ("Software licence", 310),
            ("Shipping", 25),
        ),
        pad.dice.randint(2, 5),
    ):
        count = pad.dice.randint(1, 9)
        amount = Decimal(price * count)
        total += amount
        rows.append([name, str(count), f"{price:.2f}", f"{amount:.2f}"])
    return rows, total


def letter_block(page: Sheet, x: float, y: float, lines: list[str], points: float = 10) -> float:
    """Write lines under each other and return where the next would stand."""
    for text in lines:
        page.text(x, y, text, points, face="latin")
        y += points * 0.5
    return y


@form("commercial-invoice", "general", variants=3, chinese=False, kind="invoice")
def commercial_invoice(pad: Pad) -> None:
    """Draw an English invoice in one of three layouts."""
    case, page = pad.case, pad.sheet()
    rows, net = line_items(pad)
    tax = (net * Decimal("0.2")).quantize(Decimal("0.01"))
    number = f"INV-{case.sold.year}-{pad.dice.randint(100, 9999):04d}"
    seller, buyer = (
        case.dealer.latin.replace("Automobile Sales & Service", "Office Supplies"),
        case.company.latin if case.company else case.buyer.latin,
    )
    street = f"{pad.dice.randint(1, 99)} Example Street, Specimen Town"
    shift = pad.variant == 1
    page.mark(105, 288)
    page.text(
        20 if not shift else 190,
        18,
        "INVOICE" if pad.variant != 2 else "Commercial Invoice",
        26 if pad.variant != 2 else 20,
        face="latin-bold",
        anchor="la" if not shift else "ra",
        ink=(40, 70, 110),
    )
    page.text(
        190 if not shift else 20,
        18,
        seller,
        11,
        face="latin-bold",
        anchor="ra" if not shift else "la",
        field="issuer",
        fit=92 if pad.variant != 2 else 80,
    )
    page.text(
        190 if not shift else 20,
        24,
        street,
        9.5,
        face="latin",
        anchor="ra" if not shift else "la",
        field="issuer_address",
    )
    letter_block(page, 20, 46, ["Bill to:", buyer, f"{pad.dice.randint(1, 99)} Sample Road", "Specimen Town"])
    pad.put("buyer_name", buyer)
    y = 46.0
    for label, text, field, plain in (
        ("Invoice no.", number, "invoice_number", None),
        ("Invoice date", pad.day(case.sold), "issue_date", case.sold.isoformat()),
        ("Due date", pad.day(case.sold + timedelta(days=30)), None, None),
    ):
        page.text(125, y, label, 10, face="latin", ink=GREY)
        page.text(190, y, text, 10, face="latin", anchor="ra", field=field, value=plain)
        y += 6
    y = page.rows(20, 78, (92, 20, 28, 30), 9, rows, 10, aligns="lrrr", wide=0.2 if pad.variant else 0.4) + 6
    for label, amount, field in (
        ("Subtotal", net, "amount_excl_tax"),
        ("VAT 20 %", tax, "tax_amount"),
        ("Total", net + tax, "total"),
    ):
        page.text(140, y, label, 10.5, face="latin-bold" if field == "total" else "latin")
        page.text(
            190,
            y,
            f"USD {numbers.figures(amount)}",
            10.5,
            anchor="ra",
            face="latin-bold" if field == "total" else "latin",
            field=field,
            value=numbers.plain(amount),
        )
        y += 7
    letter_block(
        page,
        20,
        240,
        ["Payment within 30 days to", f"Specimen Bank, account {pad.dice.digits(10)}", "Thank you for your business."],
        9.5,
    )


@form("english-id-card", "general", variants=2, chinese=False, kind="id-card")
def english_id_card(pad: Pad) -> None:
    """Draw an identity card of an invented English-speaking country."""
    who = pad.case.buyer
    given, surname = who.latin.split(" ")
    card = pad.loose(*CARD, tint=(238, 244, 236))
    card.text(5, 4, "REPUBLIC OF UTOPIA", 9, face="latin-bold", ink=(20, 70, 50))
    card.text(5, 8.5, "IDENTITY CARD", 8, face="latin", ink=(20, 70, 50))
    portrait(card, 5, 14, 22, 29, female=who.female)
    rows = (("Surname", surname, None, None), ("Given names", given, None, None), ("Sex", "F" if who.female else "M", "sex", None), ("Date of birth", f"{who.birth:%d.%m.%Y}", "birth_date", who.birth.isoformat()),
            ("Card no.", pad.dice.letters(2, "ABCDEFGH") + pad.dice.digits(7), "id_number", None), ("Expires", f"{who.birth:%d.%m}.{pad.case.sold.year + 6}", "expiry_date", f"{pad.case.sold.year + 6}-{who.birth:%m-%d}"))  # fmt: skip
    for place, (label, text, field, plain) in enumerate(rows):
        x, y = 31 + place % 2 * 27, 14 + place // 2 * 10
        card.text(x, y, label, 5.5, face="latin", ink=GREY)
        card.text(x, y + 2.8, text, 8.5, face="latin", field=field, value=plain)
    pad.put("name", f"{given} {surname}")
    card.mark(60, 49, points=6.5)
    if pad.variant == 0:
        page = pad.sheet(*CARD)
        page.take(card, 0, 0)
    else:
        page = pad.sheet()
        page.take(card, 50, 50, 1.2)
        page.mark(105, 280)
