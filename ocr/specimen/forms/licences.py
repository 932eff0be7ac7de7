# ruff: noqa: E501 - a form is drawn top to bottom: its wording stands where it is drawn, coordinates come first
"""Papers that say what a company is: business licence, organisation code certificate."""

from datetime import date

from ocr.specimen import numbers
from ocr.specimen.case import Company
from ocr.specimen.forms.identity import emblem
from ocr.specimen.pad import Pad, form
from ocr.specimen.sheet import GREY, Ink


def _licence_rows(firm: Company) -> list[tuple[str, str, str | None, str | None]]:
    return [
        ("名　　称", firm.name, "name", None),
        ("类　　型", "有限责任公司（自然人投资或控股）", None, None),
        ("法定代表人", firm.head.name, "legal_representative", None),
        ("注册资本", f"{numbers.words(firm.capital * 10000).removesuffix('元整')}元整", "registered_capital", None),
        ("成立日期", f"{firm.established.year}年{firm.established.month:02d}月{firm.established.day:02d}日", "established", firm.established.isoformat()),
        ("住　　所", firm.address, "address", None),
        ("营业期限", f"{firm.established.year}年{firm.established.month:02d}月{firm.established.day:02d}日至长期", None, None),
        ("经营范围", "汽车及配件销售；汽车维修；二手车经纪；机械设备、办公用品、日用百货批发零售；信息咨询服务（依法须经批准的项目，经相关部门批准后方可开展经营活动）。", None, None),
    ]  # fmt: skip


@form("business-licence", "sale", variants=3, english=False)
def business_licence(pad: Pad) -> None:
    """Draw a business licence with the unified social credit code, upright or landscape, original or duplicate."""
    firm = pad.case.company or pad.case.dealer
    landscape = pad.variant != 1
    page = pad.sheet(297, 210, (253, 250, 240)) if landscape else pad.sheet(tint=(253, 250, 240))
    wide, tall = page.width, page.height
    gold: Ink = (176, 136, 60)
    for inset, line in ((7, 1.2), (10, 0.3), (13, 0.5)):
        page.frame(inset, inset, wide - 2 * inset, tall - 2 * inset, ink=gold, wide=line)
    emblem(page, wide / 2, 32, 12)
    page.text(wide / 2, 48, "营 业 执 照", 34, anchor="ma", face="kai", bold=True)
    if pad.variant != 2:
        page.text(wide / 2, 64, "（副　本）", 14, anchor="ma", face="kai")
    page.text(24, 60, "统一社会信用代码", 11, face="serif")
    page.text(24, 66, firm.credit_code, 13, face="latin", field="credit_code")
    side = 26
    page.code(wide - 24 - side, 44, side, f"https://example.invalid/licence/{firm.credit_code}")
    page.text(wide - 24 - side / 2, 44 + side + 6, "扫描二维码了解更多信息", 6.5, anchor="ma", ink=GREY)
    page.mark(44, 24, points=11)
    rows = _licence_rows(firm)
    if landscape:
        y = 84.0
        for place, (label, text, field, plain) in enumerate(rows):
            column = 0 if place < 4 else 1
            if place == 4:
                y = 84.0
            x = 26 + column * 132
            page.text(x, y, label, 12, face="serif")
            lines = page.wrap(text, 94, 12)
            for row, part in enumerate(lines):
                page.text(x + 30, y + row * 6, part, 12)
            if field:
                pad.put(field, plain if plain is not None else text)
            y += max(13, 6 * len(lines) + 6)
        y = 168.0
    else:
        y = 88.0
        for label, text, field, plain in rows:
            page.text(28, y, label, 12, face="serif")
            lines = page.wrap(text, 122, 12)
            for row, part in enumerate(lines):
                page.text(60, y + row * 6.2, part, 12)
            if field:
                pad.put(field, plain if plain is not None else text)
            y += max(13, 6.2 * len(lines) + 7)
        y = 232.0
    page.text(wide - 92, y, "登 记 机 关", 13, face="serif")
    issued = date(max(firm.established.year, pad.case.sold.year - 4), 6, pad.dice.randint(1, 28))
    page.text(
        wide - 100,
        y + 14,
        f"{issued.year} 年 {issued.month:02d} 月 {issued.day:02d} 日",
        12,
        field="issue_date",
        value=issued.isoformat(),
    )
    page.stamp(wide - 78, y + 6, f"{firm.city}市场监督管理局", "", across=42)
    page.text(24, tall - 19, "国家企业信用信息公示系统网址：http://example.invalid", 7.5, ink=GREY)
    page.text(wide - 24, tall - 19, "国家市场监督管理总局监制", 7.5, ink=GREY, anchor="ra")


@form("organisation-code-certificate", "sale", variants=2, english=False)
def organisation_code_certificate(pad: Pad) -> None:
    """Draw an organisation code certificate as it was issued before the credit code."""
    firm = pad.case.company or pad.case.dealer
    page = pad.sheet(210, 148, (246, 250, 246)) if pad.variant == 0 else pad.sheet(tint=(250, 250, 246))
    wide, tall = page.width, page.height
    for inset, line in ((6, 1.4), (9, 0.4)):
        page.frame(inset, inset, wide - 2 * inset, tall - 2 * inset, ink=(60, 120, 90), wide=line)
    page.text(wide / 2, 16, "中华人民共和国", 15, anchor="ma", face="kai")
    page.text(wide / 2, 25, "组织机构代码证", 26, anchor="ma", face="kai", bold=True)
    page.text(wide / 2, 38, "（副　本）", 12, anchor="ma", face="kai")
    page.mark(wide - 36, 20, points=10)
    code = f"{firm.organisation_code[:8]}-{firm.organisation_code[8:]}"
    page.text(20, 48, "代　　码：", 13)
    page.text(44, 47.6, code, 14, face="mono")
    start = date(pad.case.sold.year - 2, 5, pad.dice.randint(1, 28))
    y = 60.0 if tall < 200 else 72.0
    step = 12.0 if tall < 200 else 22.0
    for label, text, field in (("机构名称：", firm.name, "name"), ("机构类型：", "企业法人", None), ("法定代表人：", firm.head.name, "legal_representative"),
                               ("地　　址：", firm.address, "address"), ("有 效 期：", f"自{start.year}年{start.month:02d}月{start.day:02d}日至{start.year + 4}年{start.month:02d}月{start.day:02d}日", None)):  # fmt: skip
        end = page.text(20, y, label, 12)
        page.text(end, y, text, 12, field=field, fit=wide - end - 16)
        y += step
    pad.put("expiry_date", date(start.year + 4, start.month, start.day).isoformat())
    page.text(20, y, "颁发单位：", 12)
    page.text(46, y, f"{firm.city}质量技术监督局", 12, field="issuer")
    page.stamp(72, y + 2, f"{firm.city}质量技术监督局", "", across=36)
    page.text(wide - 90, y, f"登记号：组代管{firm.credit_code[2:8]}-{firm.organisation_code[:6]}", 10)
    page.code(wide - 60, y - 16, 40, code.replace("-", ""), kind="Code128", height=9)
