# ruff: noqa: E501 - a form is drawn top to bottom: its wording stands where it is drawn, coordinates come first
"""Letters and reports."""

from ocr.specimen.pad import Pad, form
from ocr.specimen.sheet import GREY


@form("letter", "general", variants=2)
def letter(pad: Pad) -> None:
    """Draw a business letter."""
    case, page = pad.case, pad.sheet()
    page.text(
        105,
        14,
        pad.w(case.dealer.name, case.dealer.latin),
        15 if not pad.english else 13,
        anchor="ma",
        bold=True,
        face="serif",
        field="issuer",
    )
    page.text(
        105,
        22,
        pad.w(
            f"{case.dealer.address}　电话：{case.dealer.phone}",
            f"12 Example Street, Specimen Town · Tel. {case.dealer.phone}",
        ),
        8.5,
        anchor="ma",
        ink=GREY,
    )
    page.line(20, 28, 190, 28, ink=(160, 30, 30), wide=0.6)
    page.mark(180, 34, points=9)
    day = pad.day(case.sold, 1)
    name = pad.w(case.buyer_name, case.buyer.latin)
    y = 46.0
    if pad.english:
        page.text(24, y, day, 11, face="latin-serif")
        y = page.paragraph(24, y + 12, 100, f"{name}\n88 Sample Road\nSpecimen Town", 11, face="latin-serif") + 8
        page.text(
            24,
            y,
            ("Re: Reminder of your first service", "Re: Your enquiry of last week")[pad.variant],
            11,
            face="latin-serif",
            bold=True,
        )
        y = page.paragraph(24, y + 10, 162, (f"Dear {name},\n\nthank you for buying your car from us. It is now time for its first service, which is free of charge within six months of delivery. Please call our service desk to agree on a date that suits you. Bring along the service booklet and the vehicle licence.\n\nWe look forward to your visit.\n\nYours sincerely,",
                                             f"Dear {name},\n\nwe thank you for your letter. Enclosed you will find our present price list together with a short description of each model. Orders received before the end of the month are delivered within four weeks. Should you have further questions, please do not hesitate to write or call.\n\nYours sincerely,")[pad.variant], 11, face="latin-serif", leading=1.5)  # fmt: skip
        page.hand(26, y + 6, case.seller.latin, 15)
        page.text(24, y + 16, f"{case.seller.latin}\nCustomer Care".split("\n", maxsplit=1)[0], 11, face="latin-serif")
    else:
        page.text(
            105, y, ("关于首次保养的函", "关于客户资料更新的函")[pad.variant], 18, anchor="ma", face="serif", bold=True
        )
        y += 16
        page.text(24, y, f"尊敬的{name}：", 12.5, face="serif")
        body = ("感谢您选购我公司车辆。根据保养手册的规定，您的爱车已到首次保养时间。自交车之日起六个月内首次保养免费，请您提前致电我公司服务热线预约时间，并携带保养手册及行驶证到店。",
                "为更好地为您提供服务，我公司现对客户资料进行更新核对。请您在收到本函后十五日内，将联系人、联系电话及通讯地址的变更情况书面告知我公司客户服务部。")[pad.variant]  # fmt: skip
        for part in (body, "如有任何疑问，欢迎随时与我们联系。", "此致"):
            y = page.paragraph(24, y + 10, 162, "　　" + part, 12.5, face="serif", leading=1.75)
        page.text(24, y + 8, "敬礼！", 12.5, face="serif")
        page.text(186, y + 26, case.dealer.name, 12.5, face="serif", anchor="ra")
        page.text(186, y + 36, day, 12.5, face="serif", anchor="ra")
        page.stamp(156, y + 32, case.dealer.name, "", across=40)
    pad.put("issue_date", case.sold.isoformat())


@form("report", "general", variants=2)
def report(pad: Pad) -> None:
    """Draw a two-page report with headings, a table and a bar chart."""
    case, page = pad.case, pad.sheet()
    page.mark(185, 14)
    title = (
        pad.w(f"{case.sold.year}年度客户满意度调查报告", f"Customer Satisfaction Report {case.sold.year}"),
        pad.w(
            f"{case.sold.year}年第{(case.sold.month - 1) // 3 + 1}季度销售工作报告",
            f"Sales Report, Quarter {(case.sold.month - 1) // 3 + 1} of {case.sold.year}",
        ),
    )[pad.variant]
    page.text(105, 40, title, 20, anchor="ma", face="serif", bold=True)
    page.text(
        105,
        54,
        pad.w(case.dealer.name + "　客户服务部", case.dealer.latin),
        12,
        anchor="ma",
        field="issuer",
        value=pad.w(case.dealer.name, case.dealer.latin),
    )
    page.text(105, 62, pad.day(case.sold, 1), 11, anchor="ma", field="issue_date", value=case.sold.isoformat())
    y = 78.0
    sections = (
        (pad.w("一、概述", "1  Summary"), pad.w("本报告根据本期回访记录、投诉记录及问卷结果编制，共回收有效问卷若干份，覆盖新车销售与售后服务两个环节。总体情况良好，各项指标较上期均有提高。", "This report draws on follow-up calls, complaints and questionnaires of the period, for new cars and for service. The overall picture is good and all figures have improved.")),
        (pad.w("二、数据分析", "2  Figures"), pad.w("各项指标的得分及变化情况见下表。其中交车环节得分最高，维修等待时间得分最低，应作为下一阶段改进重点。", "The table shows the scores. Delivery scores best; waiting time in the workshop scores worst and comes first in what is to be improved.")),
    )  # fmt: skip
    for heading, text in sections:
        page.text(24, y, heading, 13, bold=True)
        y = page.paragraph(24, y + 9, 162, text, 11, leading=1.7) + 6
    names = (
        pad.w("接待", "Reception"),
        pad.w("交车", "Delivery"),
        pad.w("维修", "Workshop"),
        pad.w("回访", "Follow-up"),
    )
    scores = [pad.dice.randint(70, 98) for _ in names]
    rows = [[pad.w("指标", "Item"), pad.w("得分", "Score"), pad.w("上期", "Before")]] + [
        [name, str(score), str(score - pad.dice.randint(-2, 6))] for name, score in zip(names, scores, strict=True)
    ]
    y = page.rows(40, y, (60, 35, 35), 9, rows, 10.5, aligns="lmm") + 12
    for place, (name, score) in enumerate(zip(names, scores, strict=True)):
        x = 50 + place * 32
        page.frame(x, y + 50 - score / 2, 16, score / 2, fill=(90, 120, 160))
        page.text(x + 8, y + 52, name, 9, anchor="ma")
    page.text(105, 284, "1", 9, anchor="ma", ink=GREY)
    page = pad.sheet()
    page.mark(185, 14)
    page.text(24, 30, pad.w("三、存在问题及改进措施", "3  Problems and measures"), 13, bold=True)
    y = page.paragraph(24, 40, 162, pad.w("一是维修高峰期等待时间较长，拟增加预约工位；二是个别顾问对衍生服务说明不够清楚，拟组织专项培训；三是客户资料更新不及时，要求每次到店核对联系方式。",
                                          "First, waiting at peak hours: more bays by appointment. Second, some consultants explain derived services poorly: training. Third, customer data are out of date: contact details are checked at every visit."), 11, leading=1.7)  # fmt: skip
    page.text(24, y + 8, pad.w("四、下一步工作计划", "4  Plan"), 13, bold=True)
    page.paragraph(
        24,
        y + 18,
        162,
        pad.w(
            "下一季度将完成培训、预约系统上线及客户档案核对三项工作，并于季末提交总结。",
            "Training, appointments online and a check of all customer files are done by the end of next quarter.",
        ),
        11,
        leading=1.7,
    )
    page.text(105, 284, "2", 9, anchor="ma", ink=GREY)
