"""What filters and their values are called in Chinese: accepted in queries, and used where a query is answered.

Each has its names in Traditional and Simplified characters; queries are folded, so one of them is enough to be found.
"""

from collections.abc import Mapping
from typing import Final

from dossier.folding import fold
from dossier.wording import Lang

Names = Mapping[str, tuple[str, str]]

FILTERS: Final[Names] = {
    "kind": ("種類", "种类"),
    "family": ("類別", "类别"),
    "dossier": ("卷宗", "卷宗"),
    "client": ("客戶", "客户"),
    "vin": ("車架號", "车架号"),
    "plate": ("車牌", "车牌"),
    "id": ("證號", "证号"),
    "invoice": ("發票號", "发票号"),
    "policy": ("保單號", "保单号"),
    "contract": ("合同號", "合同号"),
    "phone": ("電話", "电话"),
    "person": ("姓名", "姓名"),
    "department": ("部門", "部门"),
    "level": ("密級", "密级"),
    "status": ("狀態", "状态"),
    "missing": ("缺", "缺"),
    "from": ("自", "自"),
    "to": ("至", "至"),
    "amount": ("金額", "金额"),
}
STATUSES: Final[Names] = {
    "review": ("待審", "待审"),
    "missing": ("缺件", "缺件"),
    "late": ("逾期", "逾期"),
    "due": ("到期", "到期"),
    "met": ("已齊", "已齐"),
    "complete": ("齊全", "齐全"),
    "waived": ("豁免", "豁免"),
    "doubtful": ("存疑", "存疑"),
    "not-applicable": ("不適用", "不适用"),
}
FAMILIES: Final[Names] = {
    "contract": ("合同", "合同"),
    "invoice": ("發票", "发票"),
    "receipt": ("收據", "收据"),
    "id-card": ("身份證", "身份证"),
    "passport": ("護照", "护照"),
    "driving-licence": ("駕駛證", "驾驶证"),
    "vehicle-licence": ("行駛證", "行驶证"),
    "vehicle-certificate": ("車輛證書", "车辆证书"),
    "business-licence": ("營業執照", "营业执照"),
    "insurance": ("保險", "保险"),
    "certificate": ("證書", "证书"),
    "form": ("表單", "表单"),
    "checklist": ("清單", "清单"),
    "letter": ("信函", "信函"),
    "report": ("報告", "报告"),
    "bank": ("銀行", "银行"),
    "ticket": ("車票", "车票"),
    "shipping": ("運單", "运单"),
    "photo": ("照片", "照片"),
    "separator": ("分隔頁", "分隔页"),
    "blank": ("空白頁", "空白页"),
    "other": ("其他", "其他"),
}
LEVELS: Final[Names] = {
    "ordinary": ("普通", "普通"),
    "confidential": ("機密", "机密"),
    "secret": ("絕密", "绝密"),
}


def meant(names: Names, value: str) -> str | None:
    """Return what a folded value means: an id, or its name in Chinese; None for neither."""
    if value in names:
        return value
    return next((id_ for id_, spoken in names.items() if value in map(fold, spoken)), None)


def listed(names: Names, lang: Lang) -> str:
    """Return all names for a sentence."""
    if lang == "en":
        return ", ".join(names)
    return "、".join(spoken[lang == "zh-Hans"] for spoken in names.values())


def called(name: str, lang: Lang) -> str:
    """Return what a filter is called."""
    return name if lang == "en" or name not in FILTERS else FILTERS[name][lang == "zh-Hans"]
