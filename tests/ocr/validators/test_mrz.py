"""Machine-readable zones, on the specimens of ICAO Doc 9303."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocr.validators.mrz import check_digit, read_zone
from ocr.validators.phones import is_mainland_mobile, phone

TD3 = ["P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<10"]
TD1 = ["I<UTOD231458907<<<<<<<<<<<<<<<", "7408122F1204159UTO<<<<<<<<<<<6", "ERIKSSON<<ANNA<MARIA<<<<<<<<<<"]
TD2 = ["I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<", "D231458907UTO7408122F1204159<<<<<<<6"]


@pytest.mark.parametrize(
    ("lines", "form", "number"), [(TD3, "TD3", "L898902C3"), (TD1, "TD1", "D23145890"), (TD2, "TD2", "D23145890")]
)
def test_the_specimens_are_read(lines: list[str], form: str, number: str) -> None:
    """All three forms give name, number, dates and sex, proven by their check digits."""
    zone = read_zone(["UTOPIA", *lines])
    assert zone is not None
    assert (zone.form, zone.name, zone.document_number, zone.sex) == (form, "ERIKSSON ANNA MARIA", number, "F")
    assert (zone.birth_date, zone.expiry_date) == (date(1974, 8, 12), date(2012, 4, 15))
    assert zone.proven == {"document_number", "birth_date", "expiry_date"}


def test_misread_letters_and_lost_fillers_are_put_right() -> None:
    """0 for O in names, O for 0 in dates, and fillers too few or other marks."""
    zone = read_zone(["P<UT0ERIKSS0N<<ANNA<MARIA<<<<<<<<<<<<<<<<", "L898902C36UT074O8122F12O4159ZE184226B<<<<<10"])
    assert zone is not None
    assert (zone.name, zone.birth_date, zone.issuer) == ("ERIKSSON ANNA MARIA", date(1974, 8, 12), "UTO")


@given(st.lists(st.text(max_size=50), max_size=6))
def test_other_text_is_no_zone_and_no_fault(lines: list[str]) -> None:
    """Any lines at all give a zone with a proof, or none."""
    zone = read_zone(lines)
    assert zone is None or zone.proven


def test_check_digits_follow_the_standard() -> None:
    """The examples of Doc 9303-3."""
    assert check_digit("520727") == "3"
    assert check_digit("AB2134<<<") == "5"


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("手机：138 1234 5678", "13812345678"),
        ("Tel. 0755-80003697", "075580003697"),
        ("(02) 2345-6789", "0223456789"),
        ("+852 2345 6789", "+85223456789"),
        ("400-123-4567", "4001234567"),
    ],
)
def test_phones_have_one_form(text: str, number: str) -> None:
    """Spaces, hyphens and brackets go; a country code keeps its plus."""
    assert phone(text) == number


def test_other_numbers_are_no_phones() -> None:
    """Too short, too long, and the rule for mobiles."""
    assert phone("发票号码 123") is None
    assert is_mainland_mobile("13812345678")
    assert not is_mainland_mobile("12812345678")
