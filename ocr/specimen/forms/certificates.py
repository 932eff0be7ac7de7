# ruff: noqa: E501 - a form is drawn top to bottom: its wording stands where it is drawn, coordinates come first
"""Certificates that only some customers bring, and powers of attorney."""

from ocr.specimen.pad import Pad, form
from ocr.specimen.sheet import GREY, Sheet


@form("other-certificate", "sale", variants=3)
def other_certificate(pad: Pad) -> None:
    """Draw one of the certificates that particular customers bring: of residence, of a car quota, of employment."""
    case, page, buyer = pad.case, pad.sheet(), pad.case.buyer
    page.mark(178, 16)
    title = (
        pad.w("居住证明", "Certificate of Residence"),
        pad.w("小客车指标证明", "Car Quota Certificate"),
        pad.w("在职证明", "Certificate of Employment"),
    )[pad.variant]
    page.text(105, 46, title, 26, anchor="ma", face="serif", bold=True)
    name = pad.w(buyer.name, buyer.latin)
    sex = pad.w("女" if buyer.female else "男", "female" if buyer.female else "male")
    text = (
        pad.w(f"兹证明{name}，性别{sex}，身份证号码{buyer.id_number}，现居住于本社区{buyer.address}，居住时间已满三年。该证明仅用于办理购车及车辆登记手续。\n特此证明。",
              f"This is to certify that {name} ({sex}), ID number {buyer.id_number}, has lived in our community for more than three years. This certificate serves the purchase and registration of a car only."),
        pad.w(f"兹证明{name}申请的小客车配置指标已获批准。指标类型：个人普通小客车指标。证件号码：{buyer.id_number}。指标有效期至{case.sold.year}年12月31日，请在有效期内办理购车及登记手续，逾期视为放弃。\n特此证明。",
              f"This is to certify that the application of {name}, ID number {buyer.id_number}, for a car quota has been granted. Type: private car. The quota is valid until 31 December {case.sold.year}."),
        pad.w(f"兹证明{name}（身份证号码：{buyer.id_number}）系我单位正式员工，任部门主管一职，工作年限五年，月收入人民币捌仟元整。\n本证明仅用于办理汽车消费贷款，不作其他用途。\n特此证明。",
              f"This is to certify that {name}, ID number {buyer.id_number}, is a regular employee of our company with five years of service and a monthly income of CNY 8,000. This certificate is for a car loan only."),
    )[pad.variant]  # fmt: skip
    y = _typed(pad, page, 70, text)
    pad.put("name", name)
    pad.put("id_number", buyer.id_number)
    office = (
        pad.w(f"{case.dealer.city}虚构社区居民委员会", "Xugou Neighbourhood Committee"),
        pad.w(f"{case.dealer.city}小客车指标管理办公室", "Car Quota Office"),
        pad.w(case.dealer.name.replace("汽车销售服务", "机械设备"), "Xugou Machinery Co., Ltd."),
    )[pad.variant]
    page.text(184, y + 20, office, 13, anchor="ra", face="serif", field="issuer")
    page.text(
        184,
        y + 30,
        pad.day(case.sold, 1),
        13,
        anchor="ra",
        face="serif",
        field="issue_date",
        value=case.sold.isoformat(),
    )
    if not pad.english:
        page.stamp(156, y + 25, office, "", across=40)
    page.text(26, 280, pad.w("经办人：", "Handled by: ") + pad.w(case.cashier.name, case.cashier.latin), 10, ink=GREY)


@form("power-of-attorney", "sale", variants=2)
def power_of_attorney(pad: Pad) -> None:
    """Draw the authority to buy, take over and register a car for somebody else."""
    case, page, buyer = pad.case, pad.sheet(), pad.case.buyer
    page.mark(178, 16)
    title = (pad.w("授权委托书", "Power of Attorney"), pad.w("委 托 书", "Letter of Authorisation"))[pad.variant]
    page.text(105, 46, title, 26, anchor="ma", face="serif", bold=True)
    name = pad.w(buyer.name, buyer.latin)
    y = _typed(pad, page, 70, pad.w(
        f"委托人：{name}，身份证号码：{buyer.id_number}。\n受托人：{case.seller.name}，身份证号码：{case.seller.id_number}。\n委托人因工作原因不能亲自办理购车、交车及车辆登记手续，特委托受托人代为办理下列车辆的全部手续。车架号：{case.vehicle.vin}。受托人在委托权限内签署的文件，委托人均予承认。委托期限自签署之日起三十日。",
        f"I, {name}, ID number {buyer.id_number}, authorise {case.seller.latin}, ID number {case.seller.id_number}, to buy, take over and register the vehicle with VIN {case.vehicle.vin} on my behalf. I recognise every document signed under this power of attorney, which is valid for thirty days."))  # fmt: skip
    for field, value in (("name", name), ("id_number", buyer.id_number), ("vin", case.vehicle.vin)):
        pad.put(field, value)
    page.ruled(110, y + 14, pad.w("委托人（签名）：", "Signed: "), name, 40, 12, by_hand=True)
    page.text(110, y + 26, pad.day(case.sold, 1), 12, field="issue_date", value=case.sold.isoformat())
    page.pen.ellipse((page.px(166), page.px(y + 8), page.px(174), page.px(y + 19)), fill=(226, 120, 120))


def _typed(pad: Pad, page: Sheet, y: float, text: str) -> float:
    for part in text.split("\n"):
        y = page.paragraph(26, y, 158, ("" if pad.english else "　　") + part, 13, leading=1.8, face="serif")
    return y
