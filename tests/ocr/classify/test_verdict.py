"""What kind a page is taken for, and when a person is asked."""

import re
from pathlib import Path

import pytest

from dossier.reading import Code, Page
from dossier.wording import known
from ocr.classify.verdict import classify
from tests.ocr.classify.papers import CLAUSES, CONTRACT, INVOICE, LICENCE, NDA, POLICY, RECEIPT, page


@pytest.mark.parametrize(
    ("rows", "kind", "family"),
    [
        (INVOICE, "purchase-invoice", "invoice"),
        (POLICY, "insurance-policy", "insurance"),
        (LICENCE, "vehicle-licence", "vehicle-licence"),
        (CONTRACT, "sales-contract", "contract"),
        (NDA, "confidentiality-undertaking", "contract"),
        (
            ("# 新车PDI检查表", "车架号 LSVAM4187C2184841", "蓄电池电压 | 轮胎气压 | 制动液", "检查员"),
            "pdi-checklist",
            "checklist",
        ),
        (("# 交車檢查表", "客戶姓名 樣例", "隨車工具 | 備胎 | 鑰匙", "客戶簽字"), "delivery-checklist", "checklist"),
        (("# 用電申請表", "用戶名稱 樣例公司", "用電地址 | 申請容量 100kVA", "供電電壓"), "connection-request", "form"),
        (
            (
                "# COMMERCIAL INVOICE",
                "Invoice No: 118 | Invoice Date: 2026-01-05",
                "Bill To: Sample Ltd",
                "Amount Due 120.00",
            ),
            "invoice",
            "invoice",
        ),
    ],
)
def test_a_clear_paper_is_told(rows: tuple[str, ...], kind: str, family: str) -> None:
    """A paper with its title and labels is told without a person, whichever script it is in."""
    verdict = classify((page(*rows),))
    assert (verdict.kind, verdict.family, verdict.doubts) == (kind, family, ())
    assert verdict.evidence


def test_a_misread_title_still_tells() -> None:
    """Two wrong characters in a long title do not hide it."""
    assert classify((page("# 机动军销售统一发粟", *INVOICE[1:]),)).kind == "purchase-invoice"


def test_a_till_slip_is_a_receipt() -> None:
    """A narrow strip of prices is a receipt though it never says so in a title."""
    slip = page(*RECEIPT, wide=420)
    assert classify((slip,)).family == "receipt"


def test_printed_matter_waits_for_a_person() -> None:
    """A page known by who published it may be kept as proof, annex or news: what for, its words do not say."""
    words = "was king for sixteen years and issued laws that were kept by those who came after him"
    rows = ("# WIKIPEDIA", "The Free Encyclopedia", "Edgar of Sample", *(words for _ in range(12)))
    verdict = classify((page(*rows),))
    assert (verdict.kind, verdict.doubts) == ("printed-matter", ("kinds.doubt_confidence",))


def test_a_stamp_does_not_name_the_paper() -> None:
    """A company seal over a contract leaves it a contract."""
    assert classify((page(*CONTRACT, "# 合同专用章", *CLAUSES),)).kind == "sales-contract"


def test_a_title_in_a_sentence_is_not_a_title() -> None:
    """A letter that speaks of invoices and contracts stays a letter."""
    verdict = classify(
        (
            page(
                "Blue Heron Ltd",
                "5 March 2026",
                "Dear Ms Farrow,",
                "Thank you for sending the invoice and the signed contract.",
                "We are writing to confirm the delivery of your car next week.",
                "Yours sincerely,",
                "Daniel Okafor",
            ),
        )
    )
    assert verdict.family == "letter"


def test_the_head_of_a_chinese_title_stands_last() -> None:
    """关于客户资料更新的函 is a letter about client data, not client data."""
    rows = ("# 关于客户资料更新的函", "尊敬的客户：", "请于本月底前告知联系人变更情况。", "此致", "敬礼")
    assert classify((page(*rows),)).family == "letter"


def test_words_that_tell_nothing_go_to_a_person() -> None:
    """What nothing speaks for is other, and waits."""
    verdict = classify((page("一二三", "四五六七", "样本 12.02"),))
    assert verdict.kind == "other"
    assert verdict.doubts == ("kinds.doubt_nothing_fits",)


def test_no_text_goes_to_a_person() -> None:
    """A page with a picture and not a word is never called anything for sure."""
    picture = Page(1, 1000, 1400, 150, 0, "ocr", "test", "", ())
    assert classify((picture,)).doubts != ()


def test_a_vat_code_proves_an_invoice() -> None:
    """The QR code of a VAT invoice tells its kind where the print is faint."""
    code = Code("QRCode", "01,10,011001900111,12345678,100.00,20260105,12345678901234567890,A1B2,", (0, 0, 90, 90))
    verdict = classify((page("名称 样例公司", "价税合计 壹佰元整", "开票人 样例", codes=(code,)),))
    assert verdict.kind == "vat-invoice"
    assert any(reason.what == "code" for reason in verdict.evidence)


def test_faint_text_is_doubted() -> None:
    """Letters read with little confidence do not decide alone."""
    clear = page(*POLICY)
    faint = tuple(type(line)(line.text, line.box, 0.4) for line in clear.lines)
    assert "kinds.doubt_faint" in classify((Page(1, 1240, 1754, 150, 0, "ocr", "test", clear.text, faint),)).doubts


def test_confidence_and_alternatives_are_shares() -> None:
    """Confidence and the alternatives lie between 0 and 1, the best of them first."""
    verdict = classify((page(*CONTRACT),))
    shares = [share for _, share in verdict.alternatives]
    assert 0 < verdict.confidence <= 1
    assert shares == sorted(shares, reverse=True)
    assert len(shares) <= 3


def test_every_doubt_has_words() -> None:
    """A doubt that reading may raise can be told in three languages."""
    folder = Path(__file__).parents[3] / "ocr"
    sources = [folder / "recognise.py", folder / "split.py", *(folder / "classify").glob("*.py")]
    doubts = {key for source in sources for key in re.findall(r'"(kinds\.\w+)"', source.read_text(encoding="utf-8"))}
    assert len(doubts) >= 6
    assert [key for key in sorted(doubts) if not known(key)] == []
