# ruff: noqa: E501, PLR0915 - a form is drawn top to bottom: its wording stands where it is drawn, coordinates come first
"""VAT invoices on paper and fully digital ones."""

from decimal import Decimal

from ocr.specimen import numbers
from ocr.specimen.pad import Pad, form
from ocr.specimen.sheet import BROWN, GREY, Ink, Sheet


def copied(pad: Pad, slip: Sheet, *, share: float = 0.8, y: float = 22, note: str = "") -> None:
    """Copy a slip onto a page of A4, as offices keep invoices and cards; ``share`` of the page's width."""
    page = pad.sheet()
    scale = min(1.0, page.width * share / slip.width)
    page.take(slip, (page.width - slip.width * scale) / 2, y, scale)
    page.mark(105, 285)
    if note:
        page.hand(110, y + slip.height * scale + 14, note, 15)


_GOODS = (
    ("*汽车配件*机油滤清器", "LX-20", "只", 38), ("*润滑油*发动机机油", "5W-30", "桶", 268), ("*汽车配件*雨刮片", "24寸", "副", 96), ("*劳务*汽车维修服务", "", "次", 420),
    ("*纸制品*复印纸", "A4 70g", "箱", 145), ("*计算机*显示器", "27寸", "台", 1180), ("*办公用品*文件柜", "双门", "个", 760), ("*信息技术服务*软件服务费", "", "年", 3600),
)  # fmt: skip


def _bill(pad: Pad, rate: Decimal) -> tuple[list[tuple[str, str, str, str, str, str, str]], Decimal, Decimal]:
    lines, net, tax = [], Decimal(0), Decimal(0)
    for name, size, unit, price in pad.dice.some(_GOODS, pad.dice.randint(1, 4)):
        count, single = pad.dice.randint(1, 12), Decimal(price) + Decimal(pad.dice.randint(0, 99)) / 100
        amount = single * count
        levy = (amount * rate).quantize(Decimal("0.01"))
        net, tax = net + amount, tax + levy
        lines.append((name, size, unit, str(count), f"{single:.2f}", f"{amount:.2f}", f"{levy:.2f}"))
    return lines, net, tax


@form("vat-invoice", "general", variants=3, english=False)
def vat_invoice(pad: Pad) -> None:
    """Draw a 增值税普通发票 or 专用发票 with its QR code, as a slip or copied on A4."""
    case, slip = pad.case, pad.sheet(215, 140) if pad.variant == 0 else pad.loose(215, 140)
    special = pad.variant == 2
    ink: Ink = BROWN if special else (150, 60, 40)
    page, dealer = slip, case.dealer
    lines, net, tax = _bill(pad, Decimal("0.13"))
    code, number, check = (
        "0" + pad.dice.digits(9 if special else 11),
        f"{pad.dice.randint(10**6, 10**8 - 1):08d}",
        pad.dice.digits(20),
    )
    title = f"{case.dealer.city[:2]}增值税{'专用' if special else '普通'}发票"
    page.text(107, 8, title, 17, ink=ink, anchor="ma", face="kai", bold=True)
    page.line(70, 17, 145, 17, ink=ink, wide=0.3)
    page.line(70, 18, 145, 18, ink=ink, wide=0.3)
    page.stamp(107, 14, "全国统一发票监制章", "国家税务总局", across=28, shape="oval", middle="样本市税务局")
    page.code(
        12,
        6,
        17,
        f"01,{'01' if special else '04'},{code},{number},{net:.2f},{case.sold:%Y%m%d},{check},{pad.dice.letters(4, '0123456789ABCDEF')},",
    )
    page.mark(48, 20, points=8)
    if special:
        page.text(34, 8, code, 13, face="mono", field="invoice_code")
        page.text(158, 7, "№", 13, ink=ink)
        page.text(166, 7, number, 14, face="mono", field="invoice_number")
        page.text(204, 14, code, 8, anchor="ra")
    else:
        for row, (label, text, field) in enumerate(
            (("发票代码：", code, "invoice_code"), ("发票号码：", number, "invoice_number"))
        ):
            page.text(156, 5 + row * 5, label, 9, ink=ink)
            page.text(172, 5 + row * 5, text, 9.5, face="mono", field=field)
    page.text(156, 16, "开票日期：", 9, ink=ink)
    page.text(172, 16, pad.day(case.sold, 2), 9, field="issue_date", value=case.sold.isoformat())
    if not special:
        page.text(156, 20.5, "校 验 码：", 9, ink=ink)
        page.text(172, 20.7, " ".join(check[at : at + 5] for at in range(0, 20, 5)), 8, field="check_code", value=check)
    y = 26.0
    buyer_name, buyer_tax = (case.company.name, case.company.credit_code) if case.company else (case.buyer.name, "")
    _party(page, y, "购买方", (("名　　　　称：", buyer_name, "buyer_name"), ("纳税人识别号：", buyer_tax, "buyer_tax_id" if buyer_tax else None),
                                  ("地 址、电 话：", f"{case.buyer_address} {case.buyer.phone}", None), ("开户行及账号：", case.company.bank + " " + case.company.account if case.company else "", None)), ink)  # fmt: skip
    page.frame(120, y, 85, 22, ink=ink)
    page.upright(123.5, y, 22, "密码区", 9, ink=ink)
    page.line(127, y, 127, y + 22, ink=ink)
    for row in range(4):
        page.text(129, y + 1.5 + row * 5, pad.dice.letters(27, "0123456789+-*/<>"), 11, face="mono")
    y += 22
    heads = ("货物或应税劳务、服务名称", "规格型号", "单位", "数量", "单价", "金额", "税率", "税额")
    widths = (54.0, 22.0, 12.0, 16.0, 23.0, 28.0, 14.0, 26.0)
    x = 10.0
    for head, width in zip(heads, widths, strict=True):
        page.frame(x, y, width, 42, ink=ink)
        page.cell(x, y, width, 6.5, head, 8.5, ink=ink, align="middle")
        x += width
    for row, line in enumerate(lines):
        x = 10.0
        for place, (text, width) in enumerate(zip((*line[:6], "13%", line[6]), widths, strict=True)):
            page.cell(
                x,
                y + 7 + row * 6,
                width,
                6,
                text,
                9,
                align="left" if place < 2 else "middle" if place in (2, 6) else "right",
            )
            x += width
    page.text(30, y + 36, "合　　　计", 9, ink=ink)
    page.text(163, y + 36, f"￥{net:.2f}", 9.5, anchor="ra", field="amount_excl_tax", value=numbers.plain(net))
    page.text(204, y + 36, f"￥{tax:.2f}", 9.5, anchor="ra", field="tax_amount", value=numbers.plain(tax))
    y += 42
    page.frame(10, y, 195, 8, ink=ink)
    page.text(24, y + 2, "价税合计（大写）", 9, ink=ink)
    page.line(64, y, 64, y + 8, ink=ink)
    page.text(68, y + 1.8, "　" + numbers.words(net + tax), 10.5)
    page.crossed(69, y + 4)
    page.text(150, y + 2, "（小写）", 9, ink=ink)
    page.text(164, y + 1.8, f"￥{net + tax:.2f}", 10.5, field="total", value=numbers.plain(net + tax))
    y += 8
    _party(page, y, "销售方", (("名　　　　称：", dealer.name, "seller_name"), ("纳税人识别号：", dealer.credit_code, "seller_tax_id"),
                                  ("地 址、电 话：", f"{dealer.address} {dealer.phone}", None), ("开户行及账号：", f"{dealer.bank} {dealer.account}", None)), ink)  # fmt: skip
    page.frame(120, y, 85, 22, ink=ink)
    page.upright(123.5, y, 22, "备注", 9, ink=ink)
    page.line(127, y, 127, y + 22, ink=ink)
    y += 24
    for x, label, name in (
        (14, "收款人：", case.seller.name),
        (62, "复核：", case.mechanic.name),
        (104, "开票人：", case.cashier.name),
    ):
        end = page.text(x, y, label, 9, ink=ink)
        page.text(end, y, name, 9.5, field="drawer" if label == "开票人：" else None)
    page.text(150, y, "销售方：（章）", 9, ink=ink)
    page.stamp(166, y - 6, dealer.name, "发票专用章", across=38, shape="oval", middle=dealer.credit_code)
    if pad.variant != 0:
        copied(pad, slip, share=0.96, y=pad.dice.uniform(12, 50))


def _party(page: Sheet, y: float, side: str, rows: tuple[tuple[str, str, str | None], ...], ink: Ink) -> None:
    page.frame(10, y, 110, 22, ink=ink)
    page.upright(13.5, y, 22, side, 9, ink=ink)
    page.line(17, y, 17, y + 22, ink=ink)
    for row, (label, text, field) in enumerate(rows):
        end = page.text(18.5, y + 1.2 + row * 5.1, label, 8.8, ink=ink)
        if text:
            page.text(end, y + 1.2 + row * 5.1, text, 9, field=field, fit=118 - end)


@form("e-invoice", "general", variants=2, english=False)
def e_invoice(pad: Pad) -> None:
    """Draw a fully digital invoice 电子发票（普通发票／增值税专用发票) as people print it."""
    case, page = pad.case, pad.sheet(210, 140)
    ink: Ink = (138, 36, 36)
    special = pad.variant == 1
    lines, net, tax = _bill(pad, Decimal("0.06") if not special else Decimal("0.13"))
    total, rate = net + tax, "13%" if special else "6%"
    number = case.invoice_code_number_long
    page.text(
        105,
        9,
        f"电子发票（{'增值税专用发票' if special else '普通发票'}）",
        16,
        ink=ink,
        anchor="ma",
        face="kai",
        bold=True,
    )
    page.line(65, 18, 145, 18, ink=ink, wide=0.3)
    page.line(65, 19, 145, 19, ink=ink, wide=0.3)
    page.code(
        10,
        6,
        19,
        f"01,{'31' if special else '32'},,{number},{total:.2f},{case.sold:%Y%m%d},,{pad.dice.letters(4, '0123456789ABCDEF')}",
    )
    page.mark(47, 12, points=8)
    for row, (label, text, field, plain) in enumerate(
        (
            ("发票号码：", number, "invoice_number", None),
            ("开票日期：", pad.day(case.sold, 2), "issue_date", case.sold.isoformat()),
        )
    ):
        page.text(150, 9 + row * 6, label, 9, ink=ink)
        page.text(166, 9 + row * 6, text, 9, field=field, value=plain)
    y = 28.0
    buyer_name, buyer_tax = (case.company.name, case.company.credit_code) if case.company else (case.buyer.name, "")
    for x, side, rows in (
        (8.0, "购买方信息", ((buyer_name, "buyer_name"), (buyer_tax, "buyer_tax_id" if buyer_tax else None))),
        (105.0, "销售方信息", ((case.dealer.name, "seller_name"), (case.dealer.credit_code, "seller_tax_id"))),
    ):
        page.frame(x, y, 97, 20, ink=ink)
        page.upright(x + 3, y, 20, side, 8, ink=ink)
        page.line(x + 6, y, x + 6, y + 20, ink=ink)
        for row, (label, (name, known)) in enumerate(
            zip(("名称：", "统一社会信用代码/纳税人识别号："), rows, strict=True)
        ):
            end = page.text(x + 8, y + 2.5 + row * 10, label, 8.5, ink=ink)
            if name:
                page.text(end, y + 2.5 + row * 10, name, 9, field=known, fit=x + 96 - end)
    y += 20
    widths = (48.0, 22.0, 14.0, 18.0, 24.0, 28.0, 18.0, 22.0)
    page.frame(8, y, sum(widths), 44, ink=ink)
    x = 8.0
    for place, (head, width) in enumerate(
        zip(("项目名称", "规格型号", "单位", "数量", "单价", "金额", "税率/征收率", "税额"), widths, strict=True)
    ):
        page.cell(x, y, width, 7, head, 8.5, ink=ink, align="left" if place == 0 else "middle")
        for row, line in enumerate(lines):
            page.cell(
                x,
                y + 7 + row * 6,
                width,
                6,
                (*line[:6], rate, line[6])[place],
                8.8,
                align="left" if place < 2 else "right",
            )
        x += width
    page.text(24, y + 38, "合　　计", 9, ink=ink)
    page.text(
        8 + sum(widths[:6]) - 1,
        y + 38,
        f"¥{net:.2f}",
        9,
        anchor="ra",
        field="amount_excl_tax",
        value=numbers.plain(net),
    )
    page.text(8 + sum(widths) - 1, y + 38, f"¥{tax:.2f}", 9, anchor="ra", field="tax_amount", value=numbers.plain(tax))
    y += 44
    page.frame(8, y, sum(widths), 8, ink=ink)
    page.text(18, y + 2, "价税合计（大写）", 9, ink=ink)
    page.text(60, y + 1.8, "　" + numbers.words(total), 10)
    page.crossed(61, y + 4)
    page.text(140, y + 2, "（小写）", 9, ink=ink)
    page.text(154, y + 1.8, f"¥{total:.2f}", 10, field="total", value=numbers.plain(total))
    y += 8
    page.frame(8, y, sum(widths), 18, ink=ink)
    page.upright(11, y, 18, "备注", 8.5, ink=ink)
    page.line(14, y, 14, y + 18, ink=ink)
    page.text(14, y + 21, "开票人：", 9, ink=ink)
    page.text(28, y + 21, case.cashier.name, 9, field="drawer")
    page.text(120, y + 22, "下载次数：1", 7.5, ink=GREY)
