"""Turn the text of a value into the contract's form by its type, with how far to trust it and how it was proven."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from types import MappingProxyType
from typing import Final

from dossier import identifiers as ids
from dossier.folding import HAN, fold
from ocr.extract.sheet import clean
from ocr.validators import amounts, repair
from ocr.validators.dates import Order, find_dates
from ocr.validators.phones import phone

_GROUPS: Final = (
    "汉 蒙古 回 藏 维吾尔 苗 彝 壮 布依 朝鲜 满 侗 瑶 白 土家 哈尼 哈萨克 傣 黎 "
    "傈僳 佤 畲 高山 拉祜 水 东乡 纳西 景颇 柯尔克孜 土 达斡尔 仫佬 羌 布朗 撒拉 毛南 "
    "仡佬 锡伯 阿昌 普米 塔吉克 怒 乌孜别克 俄罗斯 鄂温克 德昂 保安 裕固 京 塔塔尔 独龙 "
    "鄂伦春 赫哲 门巴 珞巴 基诺"
)
_ETHNICITIES: Final = frozenset(_GROUPS.split())
"""The 56 ethnic groups. Source: GB 3304."""
_ORGANISATION: Final = re.compile(
    r"(公司|商行|商店|经营部|门市部?|服务部|工作室|事务所|中心|学校|大学|学院|医院|银行|[分支]行|合作社|协会|基金会|委员会|"
    r"(?<!.市|.省|.县)局|厂|店|院|所|部|社|站|馆|队|集团|企业|会|厅|行)(\(.{1,12}\))?$"
)
LEGAL_FORM: Final = re.compile(
    r"\b(?:sdn\.?\s*\(?m?\)?\s*bhd|s/b|5/b|berhad|pte\.?\s*ltd|pty\.?\s*ltd|co\.?,?\s*ltd|ltd|limited|llc|llp|l\.l\.c|inc|"
    r"corp(?:oration)?|gmbh|ag|kg|ohg|ug|b\.?v|n\.?v|s\.?a\.?r\.?l|sarl|s\.?a\.?s|sas|s\.?r\.?l|s\.?p\.?a|s\.?l|a/s|aps|oy|ab|"
    r"plc|s\.?a|e\.?u|kft|d\.?o\.?o)\b\.?",
    re.IGNORECASE,
)
"""Legal forms of companies as Western names end with them."""
_SEAL: Final = re.compile(r"(?:公|印|专用|受理|签|财务|合同|发票|业务)章(?:\(\d+\))?$|^(?:盖|签)章")
"""What stamps say of themselves: 合同专用章, 财务专用章, 业务受理章."""
_FORM_WORDS: Final = re.compile(
    r"\b(?:form|card|sheet|record|list|report|certificate|invoice|receipt|number|date|address|information|details|service"
    r"|department|signature|copy|order|policy|contract|agreement|phone|telephone|type|page|office|authority|code|bank"
    r"|account|total|amount|notes|remarks|complaint|inspection|delivery|vehicle)\b",
    re.IGNORECASE,
)
"""Words of titles and headings, which are no part of a person's name."""
_PLACED: Final = re.compile(r"[省市区县州旗镇乡村路街道巷弄里号楼室栋组屯湾庄坊港澳台厦园广场]")
"""Characters of which a Chinese address has at least one."""
_TRAILING_LATIN: Final = re.compile(rf"(?<=[{HAN}])\s*[A-Za-z][A-Za-z .]*$")


@dataclass(frozen=True, slots=True)
class Parsed:
    """A value in the contract's form, how far to trust it (0…1), and how it was proven."""

    value: str
    trust: float
    checked: str = "label"


Reading = Callable[[str], Parsed | None]


def _vin(text: str) -> Parsed | None:
    run = _runs(text, 16, 19)
    fixed = repair.repair_vin(run)
    if fixed:
        return Parsed(fixed.value, fixed.trust, fixed.checked)
    if len(run) == 16:
        # The frame of a form swallows the L that Chinese VINs begin with (ISO 3780: China is L).
        whole = repair.repair_vin("L" + run)
        return Parsed(whole.value, 0.8, "check-digit") if whole and whole.changes == 0 else None
    return Parsed(run, 0.5, "pattern") if ids.is_vin_shaped(run) else None


def _resident_id(text: str) -> Parsed | None:
    run = _runs(text.replace("×", "X"), 17, 20)
    fixed = repair.repair_resident_id(run)
    if fixed:
        return Parsed(fixed.value, fixed.trust, fixed.checked)
    if ids.is_resident_id_shaped(run):
        return Parsed(run, 0.6, "pattern")
    old = _runs(text, 15, 16)
    return Parsed(old, 0.6, "pattern") if ids.is_old_resident_id(old) else None


def _credit_code(text: str) -> Parsed | None:
    run = _runs(text, 17, 20)
    fixed = repair.repair_credit_code(run)
    if fixed:
        return Parsed(fixed.value, fixed.trust, fixed.checked)
    return Parsed(run, 0.5, "pattern") if ids.is_credit_code_shaped(run) else None


def _tax_id(text: str) -> Parsed | None:
    for known in (_credit_code(text), _resident_id(text)):
        if known and known.checked in {"check-digit", "repaired"}:
            return known
    run = _runs(text, 15, 20)
    return Parsed(run, 0.75, "pattern") if ids.is_tax_id(run) else None


def _party_id(text: str) -> Parsed | None:
    return _resident_id(text) or _credit_code(text)


def _plate(text: str) -> Parsed | None:
    for match in re.finditer(
        rf"[{HAN}]\s?[A-Z0-9][\s·.・•\-—]?(?:[A-Z0-9]\s?){{4,5}}[A-Z0-9挂学警港澳]", clean(text).upper()
    ):
        for size in (8, 7):
            fixed = repair.repair_plate(ids.normal(match.group())[:size])
            if fixed:
                return Parsed(fixed.value, 0.97 if not fixed.changes else 0.85 if not fixed.weak else 0.7, "pattern")
    return None


def _date(prefer: Order) -> Reading:
    def read(text: str) -> Parsed | None:
        hits = find_dates(text, prefer)
        if not hits:
            return None
        return Parsed(hits[0].readings[0].isoformat(), 0.95 if hits[0].sure else 0.8)

    return read


def _amount(text: str) -> Parsed | None:
    words = amounts.words_amount(text)
    if words is not None and not re.search(r"\d", text):
        return Parsed(amounts.plain(words), 0.9, "words")
    figure = re.search(amounts.FIGURE, amounts.pointed(clean(text)))
    value = amounts.amount(figure.group()) if figure else None
    if value is not None and value >= 10**11:
        return None  # an account or serial number, not an amount
    return (
        Parsed(amounts.plain(value), 0.95 if "." in str(figure and figure.group()) else 0.85)
        if value is not None
        else None
    )


def _digits(low: int, high: int) -> Reading:
    def read(text: str) -> Parsed | None:
        for match in re.finditer(r"[\dOoIlQBSZ](?:[\dOoIlQBSZ]|\s(?=\d))*", clean(text)):
            run = ids.confusable_fold(match.group())
            if run.isdecimal() and low <= len(run) <= high:
                return Parsed(run, 0.95 if run == re.sub(r"\s", "", match.group()) else 0.75, "pattern")
        return None

    return read


def _invoice_number(text: str) -> Parsed | None:
    return _digits(20, 20)(text) or _digits(8, 8)(text)


def _invoice_code(text: str) -> Parsed | None:
    return _digits(12, 12)(text) or _digits(10, 10)(text)


def _code(text: str) -> Parsed | None:
    """Read a number of letters, digits and signs, with at least three digits: certificate, engine, contract, policy."""
    folded = re.sub(r"(?<=[A-Za-z0-9])\s(?=[0-9]{3})", "", clean(text)).replace("—", "-")
    match = re.search(
        rf"(?<![A-Za-z0-9])[{HAN}]{{0,6}}[\[(〔【]?[A-Za-z0-9][A-Za-z0-9\-/_.()\[\]〔〕【】第字号]*[A-Za-z0-9号]",
        folded,
    )
    if not match:
        return None
    value = match.group().strip(".-/_")
    return Parsed(value.upper(), 0.9) if sum(c.isdigit() for c in value) >= 3 and len(value) <= 40 else None


def _engine(text: str) -> Parsed | None:
    match = re.search(r"[A-Z0-9][A-Z0-9\-*/ ]{3,24}[A-Z0-9]", clean(text).upper())
    if not match:
        return None
    value = re.sub(r"[\s]+", "", match.group())
    if not any(c.isdigit() for c in value) or ids.is_vin(value) or find_dates(value):
        return None
    return Parsed(value, 0.85)


def _person(text: str) -> Parsed | None:
    text = re.split(r"[,，;；。、(（]", text.strip(" :：;；"))[0] if re.search(f"[{HAN}]", text) else text
    value = re.sub(r"[(（].{0,6}[)）]$", "", _TRAILING_LATIN.sub("", clean(text))).strip(" :;,.·、_-")
    if re.fullmatch(rf"[{HAN}·.]{{2,12}}", value):
        return None if _SEAL.search(fold(value)) else Parsed(value, 0.9 if len(value) <= 4 else 0.75)
    if _FORM_WORDS.search(value):
        return None
    if re.fullmatch(r"[A-Z][A-Za-zÀ-ÿ.'’-]*( [A-Z][A-Za-zÀ-ÿ.'’-]*){1,4}", value):
        return Parsed(value, 0.8)
    return None


def _party(text: str) -> Parsed | None:
    value = re.sub(r"[(（](?:盖章|公章|签[字章名]|章|以下简称.*)[)）]?$", "", clean(text)).strip(" :;,、_-。")
    value = re.sub(r"^[(（](?:盖章|公章|签[字章])[)）]", "", value).strip(" :;")
    if not re.search(rf"[{HAN}A-Za-z]{{2}}", value) or len(value) > 90 or _names_nobody(value):
        return None
    if LEGAL_FORM.search(value):
        return Parsed(value, 0.9)
    if is_organisation(value) and len(value) >= 4:
        return Parsed(value, 0.95)
    person = _person(value)
    return person or (None if _FORM_WORDS.search(value) else Parsed(value, 0.6))


def _names_nobody(value: str) -> bool:
    """Tell whether a text cannot be a party's name: a number, a word of a sentence, a stamp, a label with its value."""
    return (
        ids.is_plate(value)
        or ids.is_vin(value)
        or value.islower()
        or re.search(rf"[{HAN}]\s*:", value) is not None
        or re.fullmatch("公司|名称|姓名|地址|单位|电话|盖章|签[字章名]", value) is not None
        or _SEAL.search(fold(value)) is not None
    )


def is_organisation(text: str) -> bool:
    """Tell whether a name ends as names of companies, offices and shops do."""
    return _ORGANISATION.search(fold(text)) is not None


def _address(text: str) -> Parsed | None:
    value = clean(text).strip(" :;,、。")
    if len(value) < 5 or not re.search(rf"[{HAN}]{{3}}|[A-Za-z]{{3}}", value) or _SEAL.search(fold(value)):
        return None
    placed = not re.search(f"[{HAN}]{{3}}", value) or _PLACED.search(fold(value))
    return Parsed(value, 0.85 if placed else 0.4)


def _sex(text: str) -> Parsed | None:
    match = re.search(r"[男女]|(?<![A-Za-z])(?:[MF](?![A-Za-z])|male|female)", clean(text), re.IGNORECASE)
    if not match:
        return None
    return Parsed({"m": "M", "f": "F", "male": "M", "female": "F"}.get(match.group().lower(), match.group()), 0.97)


def _ethnicity(text: str) -> Parsed | None:
    value = fold(re.sub(r"\s", "", clean(text))).removesuffix("族")
    for size in (4, 3, 2, 1):
        if value[:size] in _ETHNICITIES and len(value) <= size + 1:
            return Parsed(clean(text)[:size], 0.97)
    return None


def _phone(text: str) -> Parsed | None:
    number = phone(text)
    return Parsed(number, 0.9, "pattern") if number else None


def _model(text: str) -> Parsed | None:
    value = clean(text).strip(" :;,")
    if not re.search(r"[A-Za-z0-9]{3}", value) or len(value) > 40 or re.fullmatch(r"[A-Z0-9]{16,18}", value):
        return None
    return Parsed(re.sub(rf"(?<=[{HAN}])\s+|\s+(?=[{HAN}])", "", value), 0.85)


def _text(text: str) -> Parsed | None:
    value = clean(text).strip(" :;,、_")
    return Parsed(value, 0.75) if 2 <= len(value) <= 80 else None


def _capital(text: str) -> Parsed | None:
    value = _TRAILING_LATIN.sub("", clean(text)).strip(" :;,")
    if not re.search(r"[元圆圓万萬]", value):
        return None
    return Parsed(value, 0.85)


def _runs(text: str, low: int, high: int) -> str:
    """Return the first run of letters and digits of ``low`` to ``high`` characters, or "".

    One piece is taken before several; pieces with only spaces and hyphens between may belong together.
    """
    folded = re.sub(r"(?<=[A-Z]{4})(?=\d{15})", " ", clean(text).upper())  # a word runs into the number after it
    pieces = [(m.start(), m.end(), m.group()) for m in re.finditer(r"[A-Z0-9*]+", folded)]
    for count in range(1, 7):
        for first in range(len(pieces) - count + 1):
            group = pieces[first : first + count]
            joined = "".join(piece for _, _, piece in group)
            near = all(re.fullmatch(r"[\s\-]{1,3}", folded[a[1] : b[0]]) for a, b in pairwise(group))
            if near and low <= len(joined) <= high and any(c.isdigit() for c in joined):
                return joined
    return ""


READINGS: Final[Mapping[str, Reading]] = MappingProxyType(
    {
        "vin": _vin,
        "resident-id": _resident_id,
        "credit-code": _credit_code,
        "tax-id": _tax_id,
        "party-id": _party_id,
        "plate": _plate,
        "date": _date("day-first"),
        "date-year-first": _date("year-first"),
        "amount": _amount,
        "invoice-number": _invoice_number,
        "invoice-code": _invoice_code,
        "check-code": _digits(20, 20),
        "code": _code,
        "engine": _engine,
        "person": _person,
        "party": _party,
        "address": _address,
        "sex": _sex,
        "ethnicity": _ethnicity,
        "phone": _phone,
        "model": _model,
        "model-part": _text,
        "text": _text,
        "capital": _capital,
    }
)
"""The reading of each type of value; the label table names them."""
