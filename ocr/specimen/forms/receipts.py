"""Small papers of money: receipts, bank slips, tickets."""

from decimal import Decimal

from ocr.specimen import numbers
from ocr.specimen.pad import Pad, form
from ocr.specimen.sheet import GREY, Ink


@form("receipt", "general", variants=3)
def receipt(pad: Pad) -> None:
    """Draw a receipt: the printed 收款收据 filled in by hand, or the paper strip of a till."""
    if pad.variant == 2:
        _till_receipt(pad)
        return
    case = pad.case
    page = pad.sheet(190, 95, (255, 253, 246)) if pad.variant == 0 else pad.sheet(210, 148)
    ink: Ink = (170, 40, 60) if pad.variant == 0 else (40, 60, 120)
    amount = case.deposit + pad.dice.randint(0, 900)
    page.text(page.width / 2, 8, pad.w("收　款　收　据", "RECEIPT"), 18, ink=ink, anchor="ma", face="kai", bold=True)
    page.line(page.width / 2 - 34, 18, page.width / 2 + 34, 18, ink=ink, wide=0.4)
    page.mark(28, 12, points=8.5)
    page.text(page.width - 14, 10, f"№ {pad.dice.digits(7)}", 12, ink=ink, anchor="ra", face="latin")
    page.text(
        page.width - 14, 21, pad.day(case.sold, 1), 10.5, anchor="ra", field="issue_date", value=case.sold.isoformat()
    )
    wide = page.width - 70
    page.ruled(
        14,
        30,
        pad.w("今收到：", "Received from: "),
        pad.w(case.buyer_name, case.buyer.latin),
        wide,
        11.5,
        by_hand=not pad.english,
        field="buyer_name",
        ink=ink,
    )
    page.ruled(
        14, 42, pad.w("交　来：", "For: "), pad.w("购车定金", "Deposit on a car"), wide, 11.5, by_hand=True, ink=ink
    )
    page.ruled(
        14,
        54,
        pad.w("人民币（大写）：", "The sum of: "),
        pad.w(numbers.words(amount), f"CNY {numbers.figures(amount)} only"),
        wide - 14,
        11.5,
        ink=ink,
    )
    page.ruled(
        14,
        66,
        pad.w("￥：", "Amount: "),
        numbers.figures(amount),
        44,
        12,
        field="total",
        value=numbers.plain(amount),
        ink=ink,
    )
    x = 86.0
    for place, label in enumerate((pad.w("现金", "Cash"), pad.w("转账", "Transfer"), pad.w("支票", "Cheque"))):
        page.tick(x, 67, on=place == 1, ink=ink)
        x = page.text(x + 5, 66.5, label, 10, ink=ink) + 5
    page.text(14, 80, pad.w("收款单位（盖章）：", "Issued by: "), 10, ink=ink)
    page.text(48, 80, pad.w(case.dealer.name, case.dealer.latin), 10, field="issuer", fit=72)
    page.text(page.width - 62, 80, pad.w("收款人：", "Received by: "), 10, ink=ink)
    page.hand(page.width - 44, 79, pad.w(case.cashier.name, case.cashier.latin.split(" ")[1]), 13)
    if not pad.english:
        page.stamp(70, 76, case.dealer.name, "财务专用章", across=34)


_WARES = (
    ("矿泉水", "Water", 2),
    ("面包", "Bread", 8),
    ("牛奶", "Milk", 13),
    ("签字笔", "Pen", 4),
    ("笔记本", "Notebook", 12),
    ("咖啡", "Coffee", 22),
    ("打印纸", "Paper", 25),
    ("电池", "Battery", 15),
)


def _till_receipt(pad: Pad) -> None:
    case, page = pad.case, pad.sheet(76, 150, (252, 252, 250))
    shop = pad.w(case.dealer.city + "样板便利店", "Specimen Corner Shop")
    page.text(38, 6, shop, 13, anchor="ma", bold=True, field="issuer", fit=66)
    page.text(
        38,
        13,
        pad.w(case.dealer.address, "12 Example Street, Specimen Town"),
        7.5,
        anchor="ma",
        fit=68,
        field="issuer_address",
    )
    page.text(38, 18, pad.w("购物小票", "SALES RECEIPT"), 9.5, anchor="ma")
    page.text(
        5,
        24,
        pad.w("日期：", "Date: ") + f"{case.sold:%Y-%m-%d} {pad.dice.randint(8, 21):02d}:{pad.dice.randint(0, 59):02d}",
        8.5,
    )
    pad.put("issue_date", case.sold.isoformat())
    page.text(
        5,
        29,
        pad.w("收银员：", "Cashier: ")
        + "0"
        + pad.dice.digits(2)
        + "   "
        + pad.w("机号：", "Till: ")
        + pad.dice.digits(2),
        8.5,
    )
    page.text(38, 33, "-" * 40, 8.5, anchor="ma", silent=True)
    y, total = 38.0, Decimal(0)
    for name, latin, price in pad.dice.some(_WARES, pad.dice.randint(3, 6)):
        count = pad.dice.randint(1, 3)
        amount = (Decimal(price) + Decimal("0.50")) * count
        total += amount
        page.text(5, y, pad.w(name, latin), 9)
        page.text(44, y, f"{count}×{price + 0.5:.2f}", 9, anchor="ra")
        page.text(70, y, f"{amount:.2f}", 9, anchor="ra")
        y += 6
    page.text(38, y, "-" * 40, 8.5, anchor="ma", silent=True)
    page.text(5, y + 5, pad.w("合计", "TOTAL"), 12, bold=True)
    page.text(70, y + 5, f"{total:.2f}", 12, anchor="ra", bold=True, field="total", value=numbers.plain(total))
    page.text(5, y + 13, pad.w("实收", "CASH"), 9)
    page.text(70, y + 13, f"{total + 5:.2f}", 9, anchor="ra")
    page.text(5, y + 18, pad.w("找零", "CHANGE"), 9)
    page.text(70, y + 18, "5.00", 9, anchor="ra")
    page.text(38, y + 28, pad.w("谢谢惠顾，欢迎再来", "Thank you, come again"), 9, anchor="ma")
    page.code(15, y + 35, 44, pad.dice.digits(12), kind="Code128", height=9)
    page.mark(38, y + 52, points=8.5)


@form("bank-slip", "general", variants=3)
def bank_slip(pad: Pad) -> None:
    """Draw a bank's slip: electronic receipt of a transfer, deposit slip, or remittance advice."""
    case, page = pad.case, pad.sheet(210, 110)
    ink: Ink = ((176, 30, 40), (20, 80, 140), (20, 100, 80))[pad.variant]
    bank = pad.w(case.dealer.bank.split("分行")[0][:-3], "Specimen Bank")
    page.pen.ellipse((page.px(12), page.px(7), page.px(24), page.px(19)), outline=ink, width=page.px(1.2))
    page.text(28, 9, bank, 14, ink=ink, bold=True, field="issuer", fit=34)
    title = (
        pad.w("电子回单", "Electronic Transfer Receipt"),
        pad.w("进账单（回单）", "Deposit Slip"),
        pad.w("汇款凭证", "Remittance Advice"),
    )[pad.variant]
    page.text(105, 9, title, 16, anchor="ma", bold=True)
    page.mark(196, 13, points=9, anchor="rm")
    page.text(14, 23, pad.w("交易日期：", "Date: ") + pad.day(case.sold, pad.variant), 9.5)
    pad.put("issue_date", case.sold.isoformat())
    page.text(196, 23, pad.w("回单编号：", "Slip no. ") + pad.dice.digits(14), 9.5, anchor="ra")
    amount = case.price - case.deposit
    payer, payee = pad.w(case.buyer_name, case.buyer.latin), pad.w(case.dealer.name, case.dealer.latin)
    y = 30.0
    for x, side, name, account, opened in (
        (
            14.0,
            pad.w("付款人", "Payer"),
            payer,
            "62" + pad.dice.digits(17),
            pad.w("虚构农村银行示例支行", "Xugou Rural Bank"),
        ),
        (
            105.0,
            pad.w("收款人", "Payee"),
            payee,
            case.dealer.account,
            pad.w(case.dealer.bank, "Specimen Bank, Head Office"),
        ),
    ):
        page.frame(x, y, 9, 27, ink=ink)
        if pad.english:
            page.cell(x, y, 9, 27, side, 6.5, ink=ink, pad=0.2)
        else:
            page.upright(x + 4.5, y, 27, side, 9.5, ink=ink)
        for row, (label, text) in enumerate(
            ((pad.w("户名", "Name"), name), (pad.w("账号", "Account"), account), (pad.w("开户行", "Bank"), opened))
        ):
            page.frame(x + 9, y + row * 9, 18, 9, ink=ink)
            page.cell(x + 9, y + row * 9, 18, 9, label, 9, ink=ink, align="middle")
            page.frame(x + 27, y + row * 9, 64, 9, ink=ink)
            page.cell(x + 27, y + row * 9, 64, 9, text, 9.5)
    y += 27
    page.frame(14, y, 182, 10, ink=ink)
    page.text(16, y + 2.8, pad.w("金额（大写）", "Amount"), 9.5, ink=ink)
    page.text(44, y + 2.6, pad.w("人民币" + numbers.words(amount), f"CNY {numbers.figures(amount)}"), 10.5)
    page.text(146, y + 2.8, pad.w("（小写）", "CNY"), 9.5, ink=ink)
    page.text(160, y + 2.6, f"￥{numbers.figures(amount)}", 10.5, field="total", value=numbers.plain(amount))
    y += 10
    page.frame(14, y, 182, 10, ink=ink)
    page.text(16, y + 2.8, pad.w("摘要", "Purpose"), 9.5, ink=ink)
    page.text(44, y + 2.6, pad.w("购车款", "Car purchase"), 10)
    page.text(100, y + 2.8, pad.w("交易流水号：", "Reference: ") + pad.dice.digits(16), 9.5)
    page.text(
        14,
        y + 16,
        pad.w("打印时间：", "Printed: ") + f"{case.sold:%Y-%m-%d} 15:{pad.dice.randint(10, 59)}:09",
        8.5,
        ink=GREY,
    )
    if not pad.english:
        page.stamp(172, y + 2, bank + "股份有限公司", "业务受理章", across=30)


@form("ticket", "general", variants=2)
def ticket(pad: Pad) -> None:
    """Draw a train ticket or a car park ticket."""
    case = pad.case
    if pad.variant == 0:
        page = pad.sheet(86, 54, (226, 240, 250))
        page.text(5, 4, pad.dice.letters(1, "ABCDEFG") + pad.dice.digits(6), 9, ink=(190, 40, 40))
        page.text(16, 11, pad.w("样本站", "Specimen"), 12, bold=True)
        page.text(43, 11, "G" + pad.dice.digits(3), 11, anchor="ma")
        page.text(58, 11, pad.w("示例站", "Example"), 12, bold=True)
        page.line(36, 17, 50, 17, wide=0.3)
        page.text(5, 21, pad.day(case.sold, 2) + " 09:32", 8.5)
        pad.put("issue_date", case.sold.isoformat())
        page.text(60, 21, pad.w("06车12F号", "Coach 6 Seat 12F"), 8.5)
        amount = pad.dice.randint(40, 600)
        page.text(5, 27, f"￥{amount}.50" + pad.w("元", ""), 9.5, field="total", value=f"{amount}.50")
        page.text(60, 27, pad.w("二等座", "2nd class"), 8.5)
        page.text(
            5,
            34,
            case.buyer.id_number[:10]
            + "****"
            + case.buyer.id_number[14:]
            + " "
            + pad.w(case.buyer.name, case.buyer.latin),
            8,
            fit=52,
        )
        page.code(64, 33, 17, pad.dice.digits(40))
        page.mark(24, 46, points=7)
        return
    page = pad.sheet(70, 100, (252, 252, 250))
    page.text(35, 8, pad.w("停车场收费凭证", "CAR PARK TICKET"), 13, anchor="ma", bold=True)
    page.text(6, 22, pad.w("车牌号：", "Plate: "), 10)
    page.text(24, 22, case.vehicle.plate, 10, field="plate")
    page.text(6, 30, pad.w("入场：", "In: ") + f"{case.sold:%Y-%m-%d} 09:12", 9.5)
    page.text(6, 37, pad.w("出场：", "Out: ") + f"{case.sold:%Y-%m-%d} 17:48", 9.5)
    pad.put("issue_date", case.sold.isoformat())
    fee = pad.dice.randint(5, 60)
    page.text(6, 46, pad.w("金额：", "Paid: "), 11, bold=True)
    page.text(24, 46, f"{fee}.00" + pad.w("元", ""), 11, field="total", value=f"{fee}.00")
    page.mark(35, 90, points=8.5)
