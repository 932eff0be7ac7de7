"""Cards, licences, policies, contracts and letters in Chinese."""

from ocr.extract import extract
from tests.ocr.extract.drawn import line, page, values


def test_an_id_card_is_read_though_labels_and_values_are_glued() -> None:
    """Six fields of the front; birth date and sex agree with the number."""
    found = extract(
        "id-card",
        [
            page(
                line("姓名韩示例", 40, 60),
                line("性别女", 40, 110),
                line("民族汉", 180, 110),
                line("出生1949年12 月 31 日", 40, 160),
                line("住址样本市北林区和平路", 40, 210),
                line("524号", 110, 246),
                line("公民身份号码", 40, 320),
                line("11010519491231002X", 260, 320),
                width=640,
            )
        ],
    )
    assert values(found) == {
        "name": "韩示例",
        "sex": "女",
        "ethnicity": "汉",
        "birth_date": "1949-12-31",
        "address": "样本市北林区和平路524号",
        "id_number": "11010519491231002X",
    }
    assert found["birth_date"].checked == "check-digit"


def test_the_number_tells_what_was_not_read() -> None:
    """Birth date and sex come from a proven number when their lines are lost; an unproven number tells nothing."""
    proven = extract("id-card", [page(line("公民身份号码", 40, 320), line("11010519491231002X", 260, 320))])
    assert (values(proven)["birth_date"], values(proven)["sex"]) == ("1949-12-31", "女")
    unproven = extract("id-card", [page(line("公民身份号码", 40, 320), line("110105194912310021", 260, 320))])
    assert values(unproven) == {"id_number": "110105194912310021"}
    assert unproven["id_number"].confidence < 0.7


def test_the_back_of_an_id_card_gives_its_term() -> None:
    """Issuing office, first and last day."""
    found = values(
        extract(
            "id-card",
            [
                page(
                    line("签发机关", 40, 60),
                    line("样本市公安局", 240, 60),
                    line("有效期限 2024.07.26-2044.07.26", 40, 120),
                )
            ],
        )
    )
    assert found == {"issuer": "样本市公安局", "issue_date": "2024-07-26", "expiry_date": "2044-07-26"}


def test_a_business_licence_in_traditional_characters() -> None:
    """Letter-spaced labels, two columns, the closing date at the bottom."""
    found = values(
        extract(
            "business-licence",
            [
                page(
                    line("營 業 執 照", 600, 40),
                    line("統一社會信用代碼", 60, 120),
                    line("91110108690017781B", 60, 170),
                    line("名 稱", 60, 260),
                    line("樣本市虛構商貿有限公司", 260, 260),
                    line("註冊資本", 900, 260),
                    line("貳佰萬元整", 1100, 260),
                    line("法定代表人", 60, 330),
                    line("周示例", 260, 330),
                    line("成立日期", 900, 330),
                    line("2008年08月06日", 1100, 330),
                    line("住 所", 900, 400),
                    line("樣本市開發區濱河東路443號", 1100, 400),
                    line("登記機關", 900, 800),
                    line("2022年06月17日", 1100, 900),
                )
            ],
        )
    )
    assert found == {
        "credit_code": "91110108690017781B",
        "name": "樣本市虛構商貿有限公司",
        "registered_capital": "貳佰萬元整",
        "legal_representative": "周示例",
        "established": "2008-08-06",
        "address": "樣本市開發區濱河東路443號",
        "issue_date": "2022-06-17",
    }


def test_a_policy_gives_its_period_and_premium() -> None:
    """The premium in words, not the sum insured; the company without its branch."""
    found = values(
        extract(
            "insurance-policy",
            [
                page(
                    line("被保险人", 60, 100),
                    line("韩示例", 260, 100),
                    line("保险单号：PDAA20269439990401510", 800, 100),
                    line("第三者责任保险", 60, 200),
                    line("1,000,000.00", 700, 200),
                    line("保险费合计（人民币大写）：柒仟零肆拾伍元壹角整（￥:7045.10元）", 60, 300),
                    line("保险期间", 60, 360),
                    line("自2026年03月18日零时起至2027年03月18日二十四时止", 260, 360),
                    line("保险人", 60, 460),
                    line("公司名称：样本联合保险股份有限公司示例市分公司", 260, 440),
                    line("签单日期：2026-03-17", 260, 500),
                )
            ],
        )
    )
    assert found == {
        "insured": "韩示例",
        "policy_number": "PDAA20269439990401510",
        "total": "7045.10",
        "effective_date": "2026-03-18",
        "expiry_date": "2027-03-18",
        "insurer": "样本联合保险股份有限公司",
        "issue_date": "2026-03-17",
    }


def test_a_contract_gives_its_parties_and_who_sells() -> None:
    """甲方（卖方） and 乙方（买方） are seller and buyer; the first amount in words with 合计 is the total."""
    found = values(
        extract(
            "sales-contract",
            [
                page(
                    line("合同编号：XS2026030477", 900, 60),
                    line("甲方（卖方）：样本市虚构汽车销售服务有限公司", 60, 120),
                    line("乙方（买方）：韩示例", 60, 180),
                    line("合计金额（大写）：捌万肆仟柒佰捌拾捌元整（￥84,788.00）", 60, 300),
                    line("乙方于签订之日支付定金人民币伍仟元整（￥5,000.00）", 60, 360),
                    line("签订日期：2026年3月18日", 60, 700),
                )
            ],
            family="contract",
        )
    )
    assert found == {
        "contract_number": "XS2026030477",
        "parties": "样本市虚构汽车销售服务有限公司；韩示例",
        "seller_name": "样本市虚构汽车销售服务有限公司",
        "buyer_name": "韩示例",
        "total": "84788.00",
        "issue_date": "2026-03-18",
        "effective_date": "2026-03-18",
    }


def test_a_certificate_names_its_person_and_closes_with_date_and_office() -> None:
    """兹证明…, the number after it, the office above the date."""
    found = values(
        extract(
            "other-certificate",
            [
                page(
                    line("居住证明", 700, 60),
                    line("兹证明韩示例，性别女，身份证号码11010519491231002X，现居住于本社区。", 60, 160),
                    line("样本市虚构社区居民委员会", 1000, 500),
                    line("2026年3月18日", 1100, 560),
                )
            ],
            family="certificate",
        )
    )
    assert found["name"] == "韩示例"
    assert found["id_number"] == "11010519491231002X"
    assert found["issue_date"] == "2026-03-18"
    assert found["issuer"] == "样本市虚构社区居民委员会"


def test_a_passport_is_read_from_its_zone() -> None:
    """The specimen of ICAO Doc 9303."""
    found = extract(
        "passport",
        [
            page(
                line("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", 40, 600),
                line("L898902C36UTO7408122F1204159ZE184226B<<<<<10", 40, 660),
            )
        ],
    )
    assert values(found) == {
        "name": "ERIKSSON ANNA MARIA",
        "sex": "F",
        "birth_date": "1974-08-12",
        "expiry_date": "2012-04-15",
        "id_number": "L898902C3",
    }
    assert {value.checked for value in found.values()} == {"check-digit"}


def test_a_document_of_unknown_kind_is_read_by_what_it_says() -> None:
    """A vehicle licence that nobody recognised still gives its numbers."""
    found = values(
        extract(
            "other",
            [
                page(
                    line("中华人民共和国机动车行驶证", 200, 20),
                    line("号牌号码", 60, 100),
                    line("甘X·10892", 260, 100),
                    line("所有人", 60, 160),
                    line("韩示例", 260, 160),
                )
            ],
        )
    )
    assert found == {"plate": "甘X10892", "name": "韩示例"}
