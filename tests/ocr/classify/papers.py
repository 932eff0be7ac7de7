"""Hand-set pages for the tests: lines with places and sizes, as reading would give them."""

from dossier.reading import Code, Line, Page


def page(*rows: str, number: int = 1, wide: int = 1240, codes: tuple[Code, ...] = (), title: int = 40) -> Page:
    """Return a page of rows; a row that begins with ``#`` is a centred title, ``|`` parts a row into cells."""
    lines = []
    top = 120
    for row in rows:
        if row.startswith("#"):
            text = row[1:].strip()
            width = sum(1 if character.isascii() else 2 for character in text) * title // 2
            lines.append(Line(text, ((wide - width) // 2, top, (wide + width) // 2, top + title), 0.97))
            top += title + 20
            continue
        cells = row.split("|")
        for place, cell in enumerate(cells):
            left = 60 + place * (wide - 120) // len(cells)
            width = sum(1 if character.isascii() else 2 for character in cell) * 11
            if cell.strip():
                lines.append(Line(cell.strip(), (left, top, left + width, top + 22), 0.95))
        top += 34
    text = "\n".join(line.text for line in lines)
    return Page(
        number,
        wide,
        max(1754, top + 60),
        150,
        0,
        "ocr",
        "test",
        text,
        tuple(lines),
        codes,
        blank=not lines and not codes,
    )


INVOICE = (
    "# 机动车销售统一发票",
    "发票代码 137002016220 | 发票号码 00123456",
    "购买方名称 样例甲 | 身份证号码 110101199003070011",
    "车辆类型 轿车 | 厂牌型号 样本牌SP7150",
    "合格证号 WAA012345678901 | 发动机号码 S123456",
    "车辆识别代号/车架号码 LSVAM4187C2184841",
    "价税合计 壹拾贰万捌仟元整 | 小写 ¥128000.00",
    "销货单位名称 示例汽车销售有限公司",
    "增值税税率 13% | 不含税价 113274.34 | 主管税务机关",
)
POLICY = (
    "# 机动车交通事故责任强制保险单",
    "保险单号 PDZA202611010000012345",
    "被保险人 样例甲",
    "号牌号码 沪A12345 | 使用性质 非营业",
    "死亡伤残赔偿限额 180000元",
    "保险费合计 950.00 | 代收车船税",
    "保险期间 2026年1月1日 至 2026年12月31日",
    "特别约定",
)
LICENCE = (
    "# 中华人民共和国机动车行驶证",
    "号牌号码 沪A12345 | 车辆类型 小型轿车",
    "所有人 样例甲",
    "使用性质 非营运 | 品牌型号 样本牌",
    "注册日期 2026-01-08 | 发证日期 2026-01-08",
)
CONTRACT = (
    "# 汽车销售合同",
    "合同编号：HT-2026-0001",
    "甲方（卖方）：示例汽车销售有限公司",
    "乙方（买方）：样例甲",
    "一、车型及车辆价款",
    "甲乙双方本着平等自愿的原则，就乙方购车事宜签订本合同。",
    "二、交车时间 三、违约责任",
)
CLAUSES = (
    "第四条 交车地点与方式",
    "乙方应在甲方通知之日起三日内提车，逾期未提的，甲方不承担保管责任。",
    "第五条 争议解决",
    "因本合同发生的争议，双方应协商解决；协商不成的，向甲方所在地人民法院起诉。",
    "本合同一式两份，双方各执一份，自签字盖章之日起生效。",
    "甲方（盖章）： | 乙方（签字）：",
)
RECEIPT = (
    "GREENWAY MART",
    "12 HARBOUR ROAD",
    "TEL: 03-5550 1234",
    "RECEIPT NO: 10023",
    "CASHIER: 07",
    "MILK 1L | 5.20",
    "BREAD | 3.10",
    "COFFEE | 12.00",
    "SUBTOTAL | 20.30",
    "ROUNDING | 0.00",
    "TOTAL | 20.30",
    "CASH | 50.00",
    "CHANGE | 29.70",
    "THANK YOU PLEASE COME AGAIN",
)
ID_FRONT = (
    "姓名 样例甲",
    "性别 男 民族 汉",
    "出生 1990年3月7日",
    "住址 示例市样本区模拟路1号",
    "公民身份号码 {number}",
)
ID_BACK = ("# 中华人民共和国", "# 居民身份证", "签发机关 示例市公安局", "有效期限 2015.03.01-2035.03.01")
NDA = (
    "# MUTUAL NON-DISCLOSURE AGREEMENT",
    "This Agreement is entered into by and between the parties as of January 5, 2026.",
    "WHEREAS, the parties wish to exchange certain Confidential Information;",
    "NOW, THEREFORE, the parties agree as follows:",
    "1. The Receiving Party shall not disclose Confidential Information to any third party.",
    "2. This Agreement shall be governed by and construed in accordance with the laws of Utopia.",
)
