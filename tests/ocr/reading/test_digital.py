"""Text and data that files carry themselves."""

import io
import zipfile
from collections.abc import Mapping
from email.message import EmailMessage

import docx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossier.reading import Code
from ocr.digital.glyphs import Glyph, lines_of
from ocr.digital.invoice_code import fields_in, invoice_fields
from ocr.digital.invoice_xml import fields_of_tree, in_form
from ocr.digital.ofd import Ofd
from ocr.digital.packed import MOST_MEMBER_BYTES, Package, PackageFailed, parse_xml
from ocr.digital.plausible import odd_share
from ocr.digital.typeset import HEIGHT, WIDTH, typeset
from ocr.reader import Reader
from tests.ocr.reading.conftest import encoded, page_image

OFD = "http://www.ofdspec.org/2016"


def zipped(members: Mapping[str, str | bytes]) -> bytes:
    """Return a ZIP file."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as package:
        for name, held in members.items():
            package.writestr(name, held)
    return content.getvalue()


def ofd(objects: str, custom: str = "", extra: Mapping[str, str | bytes] | None = None) -> bytes:
    """Return an OFD file of one page 210 × 140 mm."""
    return zipped(
        {
            "OFD.xml": f'<ofd:OFD xmlns:ofd="{OFD}"><ofd:DocBody><ofd:DocInfo>{custom}</ofd:DocInfo>'
            "<ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>",
            "Doc_0/Document.xml": f'<ofd:Document xmlns:ofd="{OFD}"><ofd:CommonData><ofd:PageArea><ofd:PhysicalBox>'
            "0 0 210 140</ofd:PhysicalBox></ofd:PageArea></ofd:CommonData><ofd:Pages>"
            '<ofd:Page ID="1" BaseLoc="Pages/Page_0/Content.xml"/></ofd:Pages></ofd:Document>',
            "Doc_0/Pages/Page_0/Content.xml": f'<ofd:Page xmlns:ofd="{OFD}"><ofd:Content><ofd:Layer>{objects}'
            "</ofd:Layer></ofd:Content></ofd:Page>",
            **(extra or {}),
        }
    )


def text_object(number: int, text: str, x: float, y: float, step: float = 3.175) -> str:
    """Return an OFD text object whose letters stand ``step`` mm apart."""
    return (
        f'<ofd:TextObject ID="{number}" Boundary="{x} {y} 80 5" Size="3.175"><ofd:TextCode X="0" Y="3.6" '
        f'DeltaX="g {len(text) - 1} {step}">{text}</ofd:TextCode></ofd:TextObject>'
    )


def test_ofd_text_has_its_place_and_its_data(reader: Reader) -> None:
    """The text objects of an OFD page become lines at 200 dpi."""
    page = reader.read(ofd(text_object(1, "电子发票样本", 60, 10) + text_object(2, "发票号码", 20, 30))).pages[0]
    assert (page.source, page.width, page.height) == ("structured", 1654, 1103)
    assert page.text == "电子发票样本\n发票号码"
    left, top, right, bottom = page.lines[0].box
    assert abs(left - 60 / 25.4 * 200) <= 2
    assert abs(right - (60 + 6 * 3.175) / 25.4 * 200) <= 2
    assert 10 / 25.4 * 200 <= (top + bottom) / 2 <= 15 / 25.4 * 200


def test_ofd_invoice_data_comes_from_tags_and_custom_data() -> None:
    """An OFD invoice's fields are those of its tags, completed by its custom data."""
    objects = text_object(7, "12345678901234567890", 100, 10, 1.6) + text_object(8, "样本市虚构汽车有限公司", 20, 30)
    tags = (
        "<root><InvoiceNo><ObjectRef>7</ObjectRef></InvoiceNo>"
        "<Buyer><BuyerName><ObjectRef>8</ObjectRef></BuyerName></Buyer></root>"
    )
    custom = '<ofd:CustomDatas><ofd:CustomData Name="合计税额">251.83</ofd:CustomData></ofd:CustomDatas>'
    opened = Ofd(ofd(objects, custom, {"Doc_0/Tags/CustomTag.xml": tags}))
    opened.page(1)
    assert opened.invoice() == {
        "tax_amount": "251.83",
        "invoice_number": "12345678901234567890",
        "buyer_name": "样本市虚构汽车有限公司",
    }


def test_xml_with_entities_is_refused() -> None:
    """XML that declares a document type is not parsed."""
    bomb = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;&b;">]><a>&c;</a>'
    with pytest.raises(PackageFailed):
        parse_xml(bomb)


def test_zip_bomb_is_refused() -> None:
    """A member that unfolds past the cap is not read to its end."""
    package = Package(zipped({"big": bytes(MOST_MEMBER_BYTES + 1)}))
    with pytest.raises(PackageFailed):
        package.read("big")


def test_gbk_xml_is_understood() -> None:
    """XML in an encoding that the parser lacks is read all the same."""
    root = parse_xml('<?xml version="1.0" encoding="GBK"?><EInvoice><Drawer>样本</Drawer></EInvoice>'.encode("gbk"))
    assert fields_of_tree(root) == {"drawer": "样本"}


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        (
            "01,10,034012000211,75505018,29.43,20210428,57948816702740209571,34F1,",
            {
                "invoice_number": "75505018",
                "issue_date": "2021-04-28",
                "invoice_code": "034012000211",
                "amount_excl_tax": "29.43",
                "check_code": "57948816702740209571",
            },
        ),
        (
            "01,32,,24112000000012345678,4449.00,20240528,,B2B6",
            {"invoice_number": "24112000000012345678", "issue_date": "2024-05-28", "total": "4449.00"},
        ),
        ("01,10,034012000211,75505018,29.43,20211328,,", {}),
        ("https://example.org/01,10,1,2,3,4,5", {}),
        ("", {}),
    ],
)
def test_vat_invoice_code_gives_its_fields(text: str, fields: dict[str, str]) -> None:
    """The tax system's QR code is taken apart; anything else gives nothing."""
    assert dict(fields_in(text)) == fields
    assert invoice_fields([Code("QRCode", text, (0, 0, 1, 1))]) == fields
    assert invoice_fields([Code("Code128", text, (0, 0, 1, 1))]) == {}


@given(st.text(max_size=80))
def test_any_code_text_is_survived(text: str) -> None:
    """No text of a QR code raises."""
    assert isinstance(fields_in(text), dict)


@pytest.mark.parametrize(
    ("field", "value", "form"),
    [
        ("issue_date", "2024年5月8日", "2024-05-08"),
        ("issue_date", "2024-05-08T10:00:00", "2024-05-08"),
        ("total", "¥4,449.00", "4449.00"),
        ("total", "肆仟", ""),
        ("buyer_tax_id", " 9146 0300MAA92DJN95", "91460300MAA92DJN95"),
    ],
)
def test_values_take_the_contracts_form(field: str, value: str, form: str) -> None:
    """Dates, amounts and numbers come out in one form, or not at all."""
    assert in_form(field, value) == form


def glyphs(text: str, left: float, top: float, step: float, width: float = 16) -> list[Glyph]:
    """Return the glyphs of a text, ``step`` pixels apart."""
    return [
        Glyph(letter, left + index * step, top, left + index * step + width, top + 20)
        for index, letter in enumerate(text)
        if letter != " "
    ]


@given(st.permutations(range(11)))
def test_letters_in_any_order_form_their_line(order: list[int]) -> None:
    """A file that draws its letters in any order still gives the words."""
    drawn = glyphs("hello again", 50, 50, 10, 9)
    lines = lines_of([drawn[index] for index in order if index < len(drawn)])
    assert [line.text for line in lines] == ["hello again"]


def test_spaced_out_han_closes_up() -> None:
    """Han characters set apart make one word."""
    assert [line.text for line in lines_of(glyphs("合同协议", 50, 50, 32, 20))] == ["合同协议"]


def test_bold_by_drawing_twice_is_read_once() -> None:
    """A glyph drawn over itself counts once; a real double letter counts twice."""
    bold = [
        glyph
        for one in glyphs("aa", 50, 50, 17)
        for glyph in (one, Glyph(one.letter, one.left + 0.5, 50, one.right + 0.5, 70))
    ]
    assert [line.text for line in lines_of(bold)] == ["aa"]


@pytest.mark.parametrize(
    ("text", "odd"),
    [
        ("The parties agree to the following terms and conditions.", False),
        ("甲乙双方经友好协商，就车辆买卖事宜达成如下协议，共同遵守。", False),
        ("甲乙雙方經友好協商，就車輛買賣事宜達成如下協議，共同遵守。", False),
        ("犐犆犛犔犌犕犜犛犲犮狌狉犲犲犾犲犮狋狉狅狀犻犮狊犲犪犾犮狉狔狆狋狅", True),
        ('!"#$%&\'()*+,-./!"#$%&\'()*+,-./!"#$%', True),
        ("bcdfg hjklm npqrst vwxz bcdfg hjklm npqrst", True),
    ],
)
def test_letters_of_a_wrong_map_look_odd(text: str, odd: bool) -> None:
    """Gibberish of fonts with wrong maps stands out from office text in any of the three languages."""
    assert (odd_share(text) > 0.2) is odd


@given(st.lists(st.lists(st.text(max_size=200), min_size=1, max_size=5), max_size=60))
def test_set_text_stays_on_its_sheet(rows: list[list[str]]) -> None:
    """Whatever is set, its lines stand on the sheet."""
    for page in typeset(rows):
        for line in page:
            assert 0 <= line.box[0] < WIDTH
            assert 0 <= line.box[1] < line.box[3] <= HEIGHT


def test_word_file_gives_text_tables_and_scans(reader: Reader) -> None:
    """Paragraphs and cells of a Word file come in order; a scan pasted into it is read as a further page."""
    document = docx.Document()
    document.add_paragraph("采购合同样本")
    table = document.add_table(rows=1, cols=2)
    table.cell(0, 0).text, table.cell(0, 1).text = "合同编号", "SPECIMEN-7"
    document.add_picture(io.BytesIO(encoded(page_image(("pasted scan SPECIMEN",)))))
    content = io.BytesIO()
    document.save(content)
    reading = reader.read(content.getvalue())
    assert reading.pages[0].text == "采购合同样本\n合同编号\nSPECIMEN-7"
    assert [page.source for page in reading.pages] == ["structured", "ocr"]
    assert "pasted scan" in reading.pages[1].text


def test_mail_gives_its_letter_and_attachments(reader: Reader) -> None:
    """A mail's headers and body are its first page, its attached scan the next."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "sample@example.org", "archive@example.org", "发票样本"
    mail.set_content("请查收附件。")
    mail.add_attachment(encoded(page_image(("attached SPECIMEN",))), maintype="image", subtype="png", filename="a.png")
    pages = reader.read(mail.as_bytes()).pages
    assert "Subject: 发票样本" in pages[0].text
    assert "请查收附件。" in pages[0].text
    assert "attached SPECIMEN" in pages[1].text
