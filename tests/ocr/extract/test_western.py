"""Till receipts, invoices and agreements in Western languages."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from ocr.extract import extract
from tests.ocr.extract.drawn import line, page, rolled, values


def test_a_receipt_gives_merchant_date_and_what_was_paid() -> None:
    """The total after rounding, not the subtotal, the tax, the cash or the change."""
    found = values(
        extract(
            "receipt",
            [
                rolled(
                    "SPECIMEN HARDWARE SDN BHD (123456-X)",
                    "No 7, Jalan Contoh 2,",
                    "51200 Kuala Lumpur.",
                    "TEL: 03-62580000",
                    "GST ID: 000750670000",
                    "TAX INVOICE",
                    "Invoice No: CS00013199",
                    "Date: 03/02/2018 11:49",
                    "WIRE ROPE  9.54",
                    "SCREWDRIVER  46.64",
                    "Sub-Total  56.18",
                    "GST 6%  3.37",
                    "Total  59.55",
                    "Rounding  -0.05",
                    "Total Rounded  59.50",
                    "CASH  100.00",
                    "CHANGE  40.50",
                )
            ],
            family="receipt",
        )
    )
    assert found["issuer"] == "SPECIMEN HARDWARE SDN BHD"
    assert found["issuer_address"] == "No 7, Jalan Contoh 2, 51200 Kuala Lumpur."
    assert found["issue_date"] == "2018-02-03"
    assert found["invoice_number"] == "CS00013199"
    assert found["total"] == "59.50"
    assert found["tax_amount"] == "3.37"


@given(st.lists(st.integers(50, 20000), min_size=1, max_size=6), st.sampled_from([0, 6, 10]), st.integers(0, 5000))
def test_cash_less_change_proves_the_total(cents: list[int], rate: int, more: int) -> None:
    """Whatever was bought at whatever tax, what was tendered less the change is the total, and is so marked."""
    net = Decimal(sum(cents)) / 100
    tax = (net * rate / 100).quantize(Decimal("0.01"))
    total = net + tax
    change = Decimal(more) / 100
    rows = ["SPECIMEN MART ENTERPRISE", "LOT 5, JALAN CONTOH, 43300 SERI", "Date: 21-04-2018"]
    rows += [f"ITEM {place}  {Decimal(one) / 100:.2f}" for place, one in enumerate(cents)]
    rows += [
        f"SUBTOTAL  {net:.2f}",
        f"GST  {tax:.2f}",
        f"TOTAL  {total:.2f}",
        f"CASH  {total + change:.2f}",
        f"CHANGE  {change:.2f}",
    ]
    found = extract("receipt", [rolled(*rows)], family="receipt")
    assert Decimal(found["total"].value) == total
    assert found["total"].checked == "cross-sum"


def test_an_invoice_of_another_language_is_read() -> None:
    """Decimal commas, month names, the issuer above the customer."""
    found = values(
        extract(
            "invoice",
            [
                page(
                    line("Muster Hosting GmbH", 1100, 60),
                    line("Musterweg 40, D-63571 Musterstadt", 1100, 100),
                    line("Max Beispiel", 80, 160),
                    line("Rechnung", 80, 240, height=50),
                    line("Rechnungsnr.", 80, 320),
                    line("30064499", 400, 320),
                    line("Rechnungsdatum", 80, 370),
                    line("7. Mai 2014", 400, 370),
                    line("Zwischensumme", 900, 700),
                    line("1.029,19 €", 1300, 700),
                    line("MwSt 19%", 900, 740),
                    line("195,55 €", 1300, 740),
                    line("Gesamtbetrag", 900, 780),
                    line("1.224,74 €", 1300, 780),
                )
            ],
            family="invoice",
        )
    )
    assert found["issuer"] == "Muster Hosting GmbH"
    assert found["invoice_number"] == "30064499"
    assert found["issue_date"] == "2014-05-07"
    assert (found["total"], found["tax_amount"], found["amount_excl_tax"]) == ("1224.74", "195.55", "1029.19")
    assert found["currency"] == "EUR"


def test_values_under_their_headings_are_found() -> None:
    """Date and number in a table head, values below."""
    found = values(
        extract(
            "invoice",
            [
                page(
                    line("Specimen Works Ltd", 80, 40, height=44),
                    line("INVOICE NUMBER", 80, 160),
                    line("DATE", 500, 160),
                    line("INT-0042", 80, 200),
                    line("12/31/2019", 500, 200),
                    line("TOTAL DUE", 900, 600),
                    line("$204.75", 1200, 600),
                )
            ],
            family="invoice",
        )
    )
    assert found == {
        "issuer": "Specimen Works Ltd",
        "invoice_number": "INT-0042",
        "issue_date": "2019-12-31",
        "total": "204.75",
        "currency": "USD",
    }


def test_an_agreement_gives_parties_day_and_law() -> None:
    """Parties by and between, the day it is made as of, the law that governs, over line ends."""
    found = values(
        extract(
            "contract",
            [
                page(
                    line("NON-DISCLOSURE AGREEMENT", 500, 40),
                    line("This Agreement is made and entered into as of June 22, 2016, by and", 80, 120),
                    line("between Specimen Diagnostics Group, Inc., a Delaware corporation, and", 80, 170),
                    line("Ann B. Example, an individual residing in Trenton (the “Recipient”).", 80, 220),
                    line("This Agreement shall be governed by and construed in accordance with", 80, 600),
                    line("the laws of the State of New Jersey without regard to conflicts of law.", 80, 650),
                )
            ],
            family="contract",
        )
    )
    assert found["effective_date"] == "2016-06-22"
    assert found["jurisdiction"] == "New Jersey"
    assert found["parties"] == "Specimen Diagnostics Group, Inc; Ann B. Example"


def test_an_invoice_is_not_issued_by_whom_it_is_billed_to() -> None:
    """The block under BILL TO is the buyer, however like a company it reads."""
    found = values(
        extract(
            "invoice",
            [
                page(
                    line("INVOICE", 1200, 40, height=50),
                    line("Specimen Office Supplies", 80, 50),
                    line("23 Example Street, Specimen Town", 80, 90),
                    line("Bill to:", 80, 240),
                    line("Buying Trading Co., Ltd.", 80, 280),
                    line("75 Sample Road", 80, 320),
                    line("Invoice no.", 900, 240),
                    line("INV-2026-4907", 1250, 240),
                    line("Total", 900, 700),
                    line("USD 7,351.20", 1250, 700),
                    line("www.specimenoffice.example", 80, 1000),
                )
            ],
            family="invoice",
        )
    )
    assert found["issuer"] == "Specimen Office Supplies"
    assert found["issuer_address"] == "23 Example Street, Specimen Town"
    assert found["buyer_name"] == "Buying Trading Co., Ltd."


def test_a_card_in_latin_script_prints_labels_above_values() -> None:
    """Names, number, sex and dates of a card of no machine-readable zone."""
    found = values(
        extract(
            "id-card",
            [
                page(
                    line("REPUBLIC OF UTOPIA", 40, 30),
                    line("Surname", 240, 120),
                    line("Given names", 640, 120),
                    line("Example", 240, 160),
                    line("Ann", 640, 160),
                    line("Sex", 240, 240),
                    line("Date of birth", 640, 240),
                    line("F", 240, 280),
                    line("26.10.1992", 640, 280),
                    line("Card no.", 240, 360),
                    line("Expires", 640, 360),
                    line("BC9686881", 240, 400),
                    line("26.10.2032", 640, 400),
                )
            ],
            family="id-card",
        )
    )
    assert found == {
        "name": "Ann Example",
        "sex": "F",
        "birth_date": "1992-10-26",
        "id_number": "BC9686881",
        "expiry_date": "2032-10-26",
    }
