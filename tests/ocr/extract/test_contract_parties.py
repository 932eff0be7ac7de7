"""Whose numbers a contract or a letter carries."""

from ocr.extract import extract
from tests.ocr.extract.drawn import line, page, values

DEALER, BUYER = "91350100M000100Y43", "11010519491231002X"


def test_a_contract_gives_the_buyers_numbers_never_the_sellers() -> None:
    """The seller's code would file every contract in one dossier: our own."""
    found = values(
        extract(
            "sales-contract",
            [
                page(
                    line("汽车销售合同", 600, 40),
                    line("供方：样例汽车销售服务有限公司", 80, 120),
                    line(f"统一社会信用代码：{DEALER}", 80, 170),
                    line("电话：010-80001570", 1000, 170),
                    line("需方：赵样例", 80, 240),
                    line(f"身份证号码：{BUYER}", 80, 290),
                    line("电话：13912345678", 1000, 290),
                )
            ],
            None,
            "contract",
        )
    )
    assert (found.get("id_number"), found.get("phone"), found.get("credit_code")) == (BUYER, "13912345678", None)
    assert (found["seller_name"], found["buyer_name"]) == ("样例汽车销售服务有限公司", "赵样例")


def test_an_agents_number_is_not_the_principals() -> None:
    """Where the principal's own number cannot be read there is none."""
    paper = [
        line("委托书", 600, 40),
        line("委托人：赵样例，身份证号码：1101051949@31002X。", 80, 120),
        line(f"受托人：孙模拟，身份证号码：{BUYER}。", 80, 170),
        line("2026年3月2日", 900, 400),
    ]
    found = values(extract("power-of-attorney", [page(*paper)], None, "letter"))
    assert "id_number" not in found


def test_stamps_and_headings_are_nobodys_name_or_address() -> None:
    """What a stamp says of itself, a title, and a word of a sentence are no values."""
    paper = [
        line("Customer Complaint Form", 600, 40),
        line("客户名称", 80, 120),
        line("合同专用章", 260, 120),
        line("联系地址", 80, 190),
        line("业务受理章", 260, 190),
        line("Customer satisfied", 80, 260),
    ]
    found = values(extract("complaint-form", [page(*paper)], None, "form"))
    assert not {"name", "buyer_name", "address"} & found.keys()
