# ruff: noqa: E501, PLR0917 - a form is drawn top to bottom: its wording stands where it is drawn, coordinates come first
"""Contracts: the two-page contract of a car sale, a lease, a plain contract, each with clauses, signatures and stamps."""

from ocr.specimen import numbers
from ocr.specimen.pad import Pad, form
from ocr.specimen.sheet import GREY, Sheet


def _parties(pad: Pad, page: Sheet, y: float, first: str, second: str) -> float:
    case = pad.case
    other = pad.w(case.buyer_name, case.company.latin if case.company else case.buyer.latin)
    for label, name, number, address, phone in (
        (first, pad.w(case.dealer.name, case.dealer.latin), case.dealer.credit_code, case.dealer.address, case.dealer.phone),
        (second, other, case.buyer_number, case.buyer_address, case.buyer.phone),
    ):  # fmt: skip
        page.ruled(20, y, label, name, 188 - 20 - page.measure(label), 10.5)
        number_label = pad.w("统一社会信用代码/身份证号码：", "Credit code / ID no.: ")
        page.ruled(20, y + 7, number_label, number, 62, 10)
        page.ruled(134, y + 7, pad.w("电话：", "Tel. "), phone, 40, 10)
        page.ruled(20, y + 14, pad.w("住所：", "Address: "), address, 150, 10)
        y += 23
    pad.put("seller_name", pad.w(case.dealer.name, case.dealer.latin))
    pad.put("buyer_name", other)
    return y


def _clauses(page: Sheet, y: float, clauses: list[tuple[str, str]], points: float = 10) -> float:
    for title, text in clauses:
        page.text(20, y, title, points + 0.5, bold=True)
        y = page.paragraph(20, y + 6, 170, text, points) + 2
    return y


def _seal_block(pad: Pad, page: Sheet, y: float, first: str, second: str, purpose: str = "合同专用章") -> None:
    case = pad.case
    other = pad.w(case.buyer.name, case.buyer.latin)
    for x, label, who, signed in (
        (20.0, first, pad.w(case.dealer.name, case.dealer.latin), pad.w(case.seller.name, case.seller.latin)),
        (112.0, second, pad.w(case.buyer_name, case.buyer.latin), other),
    ):
        page.text(x, y, label, 10.5, bold=True)
        page.text(x, y + 8, who, 10, fit=76)
        page.ruled(x, y + 17, pad.w("代表人（签字）：", "Signed by: "), signed, 40, 10, by_hand=True)
        page.ruled(x, y + 27, pad.w("签订日期：", "Date: "), pad.day(case.sold, 1), 44, 10, by_hand=True)
    if not pad.english:
        page.stamp(58, y + 16, case.dealer.name, purpose, across=40)
        if case.company:
            page.stamp(150, y + 16, case.company.name, "合同专用章", across=40)


@form("sales-contract", "sale", variants=3)
def sales_contract(pad: Pad) -> None:
    """Draw the contract of a car sale: two pages, the vehicle in a table, signatures on the second."""
    case, car, page = pad.case, pad.case.vehicle, pad.sheet()
    first, second = (
        (pad.w("甲方（卖方）：", "Party A (Seller): "), pad.w("乙方（买方）：", "Party B (Buyer): ")),
        (pad.w("出卖人：", "Seller: "), pad.w("买受人：", "Buyer: ")),
        (pad.w("供方：", "Supplier: "), pad.w("需方：", "Purchaser: ")),
    )[pad.variant]
    title = (
        pad.w("汽车销售合同", "Vehicle Sales Contract"),
        pad.w("汽车买卖合同", "Contract for the Sale of a Motor Vehicle"),
        pad.w("新车销售合同书", "New Car Sales Agreement"),
    )[pad.variant]
    page.mark(190, 12, anchor="rm")
    page.text(105, 18, title, 22, anchor="ma", face="serif" if pad.variant else "sans", bold=True)
    page.text(190, 32, pad.w("合同编号：", "Contract no.: ") + case.contract_number, 10.5, anchor="ra")
    pad.put("contract_number", case.contract_number)
    page.text(20, 32, pad.w("签订地点：", "Signed at: ") + case.dealer.city, 10.5)
    y = _parties(pad, page, 42, first, second)
    intro = pad.w("根据《中华人民共和国民法典》及有关法律法规，甲乙双方在平等、自愿、协商一致的基础上，就汽车买卖事宜达成如下协议：", "In accordance with the Civil Code and related laws, both parties agree on an equal and voluntary basis on the sale of a motor vehicle as follows:")  # fmt: skip
    y = page.paragraph(20, y, 170, "　　" + intro if not pad.english else intro, 10) + 2
    page.text(20, y, pad.w("第一条　车辆基本情况", "Article 1  The vehicle"), 10.5, bold=True)
    rows = [[pad.w("品牌型号", "Model"), pad.w("颜色", "Colour"), pad.w("数量", "Qty"), pad.w("单价（元）", "Price (CNY)"), pad.w("金额（元）", "Amount (CNY)")],
            [pad.w(car.brand_model, f"{car.brand_latin} {car.model}"), pad.w(car.colour, car.colour_latin), pad.w("1辆", "1"), numbers.figures(case.price), numbers.figures(case.price)]]  # fmt: skip
    y = page.rows(20, y + 6, (56, 24, 18, 36, 36), 8, rows, 9.5, aligns="lmmrr")
    page.grid(20, y, (30, 64, 28, 48), (8,))
    page.cell(20, y, 30, 8, pad.w("车辆识别代号", "VIN"), 9.5, align="middle")
    page.cell(50, y, 64, 8, car.vin, 10, field="vin")
    page.cell(114, y, 28, 8, pad.w("发动机号", "Engine no."), 9.5, align="middle")
    page.cell(142, y, 48, 8, car.engine_number, 10, field="engine_number")
    y += 8
    page.grid(20, y, (40, 130), (8,))
    page.cell(20, y, 40, 8, pad.w("合计金额（大写）", "Total"), 9.5, align="middle")
    spelled = f"{numbers.words(case.price)}（￥{numbers.figures(case.price)}）"
    page.cell(
        60,
        y,
        130,
        8,
        pad.w(spelled, f"CNY {numbers.figures(case.price)}"),
        10,
        field="total",
        value=numbers.plain(case.price),
    )
    pad.put("brand_model", pad.w(car.brand_model, f"{car.brand_latin} {car.model}"))
    y += 12
    y = _clauses(page, y, [
        (pad.w("第二条　付款方式", "Article 2  Payment"), pad.w(f"乙方于本合同签订之日支付定金人民币{numbers.words(case.deposit)}（￥{numbers.figures(case.deposit)}），余款于提车之前一次付清。甲方收到全部车款后开具机动车销售统一发票。", f"The buyer pays a deposit of CNY {numbers.figures(case.deposit)} on signing and the rest before taking the car over. The seller then issues the invoice.")),
        (pad.w("第三条　交付时间、地点及方式", "Article 3  Delivery"), pad.w(f"甲方应于{pad.day(case.delivered, 1)}前在甲方营业场所将车辆交付乙方，双方共同填写交车检查表并签字确认。车辆交付后，毁损、灭失的风险由乙方承担。", f"The seller hands the vehicle over at its premises by {pad.day(case.delivered, 1)}; both sides sign the delivery checklist. From then on the buyer bears the risk.")),
        (pad.w("第四条　质量及售后服务", "Article 4  Quality and service"), pad.w("甲方保证所售车辆为合格新车，符合国家机动车产品标准，随车交付合格证、保修手册及使用说明书。质量担保按生产厂家公布的政策执行。", "The seller warrants that the vehicle is new, conforms to national standards and comes with its certificate of conformity, service booklet and manual.")),
    ])  # fmt: skip
    page.text(105, 286, pad.w("第 1 页　共 2 页", "Page 1 of 2"), 8.5, anchor="ma", ink=GREY)
    page = pad.sheet()
    page.mark(190, 12, anchor="rm")
    page.text(20, 12, f"{title}　{case.contract_number}", 8.5, ink=GREY)
    y = _clauses(page, 24, [
        (pad.w("第五条　双方的权利义务", "Article 5  Rights and duties"), pad.w("甲方应如实告知车辆状况、价格及售后服务政策；乙方应按约定付款提车，并提供办理登记所需的真实有效证件。乙方委托甲方代办保险、上牌等服务的，另行签署衍生服务清单。", "The seller tells truthfully about the vehicle, its price and service; the buyer pays and takes over as agreed and hands in valid papers. Insurance and registration services are listed apart.")),
        (pad.w("第六条　违约责任", "Article 6  Breach"), pad.w("任何一方逾期履行的，每逾期一日应按车价款的千分之一向对方支付违约金；逾期超过三十日的，守约方有权解除合同。定金罚则按法律规定执行。", "A party in delay pays 0.1 % of the price for every day; after thirty days the other party may terminate the contract.")),
        (pad.w("第七条　不可抗力", "Article 7  Force majeure"), pad.w("因不可抗力不能履行合同的，根据不可抗力的影响，部分或者全部免除责任，但应及时通知对方并提供证明。", "A party hindered by force majeure is released from its duties as far as it is hindered, if it gives notice and proof in time.")),
        (pad.w("第八条　争议解决", "Article 8  Disputes"), pad.w(f"本合同履行过程中发生争议，由双方协商解决；协商不成的，向{case.dealer.city}人民法院提起诉讼。", f"Disputes are settled by negotiation, failing which by the people's court of {case.dealer.city}.")),
        (pad.w("第九条　其他约定", "Article 9  Other"), pad.w("本合同一式两份，甲乙双方各执一份，自双方签字盖章之日起生效。本合同附件与本合同具有同等法律效力。未尽事宜由双方另行签订补充协议。", "This contract is made in two copies, one for each party, and takes effect when signed and sealed. Annexes have the same force.")),
    ])  # fmt: skip
    _seal_block(pad, page, y + 10, first.strip("：: "), second.strip("：: "))
    pad.put("issue_date", case.sold.isoformat())
    page.text(105, 286, pad.w("第 2 页　共 2 页", "Page 2 of 2"), 8.5, anchor="ma", ink=GREY)


@form("lease-contract", "general", variants=2)
def lease_contract(pad: Pad) -> None:
    """Draw a lease of a flat or an office."""
    case, page = pad.case, pad.sheet()
    first, second = (pad.w("出租方（甲方）：", "Lessor (Party A): "), pad.w("承租方（乙方）：", "Lessee (Party B): "))
    title = (pad.w("房屋租赁合同", "Lease Contract"), pad.w("写字楼租赁合同", "Office Lease Agreement"))[pad.variant]
    page.mark(190, 12, anchor="rm")
    page.text(105, 18, title, 22, anchor="ma", face="serif", bold=True)
    page.text(
        190, 32, pad.w("合同编号：", "Contract no.: ") + case.contract_number.replace("XS", "ZL"), 10.5, anchor="ra"
    )
    pad.put("contract_number", case.contract_number.replace("XS", "ZL"))
    y = _parties(pad, page, 42, first, second)
    rent, unit = case.deposit, f"{pad.dice.randint(1, 9)}栋{pad.dice.randint(2, 30)}0{pad.dice.randint(1, 8)}室"
    y = _clauses(page, y + 2, [
        (pad.w("第一条　租赁物", "1. Premises"), pad.w(f"甲方将位于{case.dealer.city}的{unit}出租给乙方使用，建筑面积{pad.dice.randint(60, 280)}平方米，用途为{'办公' if pad.variant else '居住'}。", f"The lessor lets unit {pad.dice.randint(201, 2808)}, {pad.dice.randint(60, 280)} square metres, to the lessee.")),
        (pad.w("第二条　租赁期限", "2. Term"), pad.w(f"租赁期自{pad.day(case.sold, 1)}起至{case.sold.year + 2}年{case.sold.month}月{case.sold.day}日止。", f"The lease starts on {pad.day(case.sold, 1)} and ends two years later.")),
        (pad.w("第三条　租金及支付方式", "3. Rent"), pad.w(f"月租金为人民币{numbers.words(rent)}（￥{numbers.figures(rent)}），按季度支付，乙方应于每季度首月五日前支付。", f"The monthly rent is CNY {numbers.figures(rent)}, due quarterly in advance.")),
        (pad.w("第四条　押金", "4. Deposit"), pad.w(f"乙方于签约时支付相当于两个月租金的押金人民币{numbers.words(rent * 2)}，租赁期满无违约的，甲方无息退还。", f"On signing the lessee pays a deposit of two months' rent, CNY {numbers.figures(rent * 2)}.")),
        (pad.w("第五条　物业管理及其他费用", "5. Other costs"), pad.w("水、电、燃气、物业管理费由乙方承担，按相关单位的收费标准按时缴纳。", "Water, power, gas and management fees are borne by the lessee.")),
        (pad.w("第六条　房屋修缮", "6. Repairs"), pad.w("甲方负责房屋主体结构的维修；乙方因使用不当造成损坏的，由乙方负责修复。未经甲方书面同意，乙方不得擅自装修或转租。", "The lessor maintains the structure; the lessee repairs damage it causes and may not sublet or rebuild without consent.")),
        (pad.w("第七条　违约责任", "7. Breach"), pad.w("逾期支付租金的，每日按欠付金额的千分之三支付违约金。任何一方提前解约的，应提前三十日书面通知对方。", "Late rent bears 0.3 % a day. Either party may terminate with thirty days' written notice.")),
    ])  # fmt: skip
    _seal_block(pad, page, min(y + 6, 250), first.strip("：: "), second.strip("：: "))
    pad.put("effective_date", case.sold.isoformat())


@form("contract", "general", variants=3)
def contract(pad: Pad) -> None:
    """Draw a contract of services, goods or confidence."""
    case, page = pad.case, pad.sheet()
    first, second = (pad.w("甲　方：", "Party A: "), pad.w("乙　方：", "Party B: "))
    title = (
        pad.w("技术服务合同", "Technical Service Agreement"),
        pad.w("采购合同", "Purchase Agreement"),
        pad.w("咨询服务合同", "Consulting Agreement"),
    )[pad.variant]
    subject = (
        pad.w("软件系统维护与技术支持服务", "maintenance and support of software systems"),
        pad.w("办公设备及耗材的供应", "the supply of office equipment"),
        pad.w("企业管理咨询及人员培训服务", "management consulting and staff training"),
    )[pad.variant]
    page.mark(190, 12, anchor="rm")
    page.text(105, 20, title, 22, anchor="ma", face="serif", bold=True)
    page.text(190, 34, pad.w("合同编号：", "Agreement no.: ") + "HT-" + case.contract_number[2:], 10.5, anchor="ra")
    pad.put("contract_number", "HT-" + case.contract_number[2:])
    y = _parties(pad, page, 44, first, second)
    amount = case.deposit * 6
    clauses = [
        (pad.w("一、合同内容", "1. Subject"), pad.w(f"甲乙双方经友好协商，就{subject}事宜达成一致，签订本合同，共同遵守。", f"The parties agree on {subject} under the terms of this agreement.")),
        (pad.w("二、期限", "2. Term"), pad.w(f"本合同有效期自{pad.day(case.sold, 1)}起一年。期满前三十日，双方可协商续签。", f"This agreement takes effect on {pad.day(case.sold, 1)} and lasts for one year.")),
        (pad.w("三、价款及支付", "3. Price"), pad.w(f"合同总价款为人民币{numbers.words(amount)}（￥{numbers.figures(amount)}），甲方应于合同生效后十五日内支付百分之五十，验收合格后付清余款。", f"The total price is CNY {numbers.figures(amount)}: one half within fifteen days, the rest on acceptance.")),
        (pad.w("四、双方义务", "4. Duties"), pad.w("甲方应提供必要的工作条件并及时验收；乙方应按约定的质量和时间履行，不得将义务转让给第三人。", "Party A provides working conditions and accepts in time; Party B performs with due quality and may not assign its duties.")),
        (pad.w("五、保密", "5. Confidentiality"), pad.w("双方对在履行中知悉的对方商业秘密负有保密义务，该义务在合同终止后三年内继续有效。", "Each party keeps the other's business secrets during the term and three years after.")),
        (pad.w("六、违约责任", "6. Breach"), pad.w("一方违约给对方造成损失的，应当赔偿实际损失，并支付合同总价百分之五的违约金。", "A party in breach pays damages and a penalty of five per cent of the price.")),
        (pad.w("七、适用法律与争议解决", "7. Governing law"), pad.w(f"本合同适用中华人民共和国法律。争议协商不成的，提交{case.dealer.city}仲裁委员会仲裁。", f"This agreement is governed by the laws of Utopia. Disputes go to arbitration in {case.dealer.city}.")),
    ]  # fmt: skip
    pad.put("total", numbers.plain(amount))
    y = _clauses(page, y + 2, clauses)
    _seal_block(pad, page, min(y + 8, 246), first.strip("：: "), second.strip("：: "))
    pad.put("effective_date", case.sold.isoformat())
    pad.put("issue_date", case.sold.isoformat())
