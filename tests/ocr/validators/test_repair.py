"""Repair of identifiers by their check digits."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossier import identifiers as ids
from ocr.validators.repair import repair_credit_code, repair_plate, repair_resident_id, repair_vin

vins = st.builds(
    lambda head, tail: (body := "L" + head + f"{tail:04d}")[:8] + ids.vin_check(body) + body[9:],
    st.text(ids.VIN_ALPHABET, min_size=12, max_size=12),
    st.integers(0, 9999),
)
residents = st.builds(
    lambda region, born, order: (body := f"{region}{born:%Y%m%d}{order:03d}") + ids.resident_id_check(body),
    st.sampled_from(["110105", "310104", "440305"]),
    st.dates(date(1930, 1, 1), date(2020, 12, 31)),
    st.integers(0, 999),
)


def organisation(body: str) -> str:
    return body + ids.organisation_code_check(body)


credit_codes = st.builds(
    lambda region, inner: (body := "91" + f"{region:06d}" + organisation(inner)) + ids.credit_code_check(body),
    st.integers(110000, 659999),
    st.text(ids.CREDIT_ALPHABET, min_size=8, max_size=8),
)


@given(st.one_of(vins, residents, credit_codes))
def test_what_is_right_is_left_alone(number: str) -> None:
    """An identifier whose check digit is right comes back as it is, with no change counted."""
    mend = repair_vin if len(number) == 17 else repair_resident_id if ids.is_resident_id(number) else repair_credit_code
    found = mend(number)
    assert found is not None
    assert (found.value, found.changes) == (number, 0)


@given(vins)
def test_letters_that_no_vin_holds_are_read_as_digits(vin: str) -> None:
    """O and Q for 0 and I for 1 are put right wherever they stand."""
    blurred = vin.replace("0", "O").replace("1", "I")
    found = repair_vin(blurred)
    assert found is not None
    assert found.value == vin


@given(residents)
def test_letters_in_a_resident_id_are_read_as_digits(number: str) -> None:
    """Every digit of a resident ID may have been read as a letter that looks like it."""
    blurred = number.translate(str.maketrans("015826", "OISBZG"))
    found = repair_resident_id(blurred)
    assert found is not None
    assert found.value == number


@given(credit_codes, st.integers(0, 17), st.data())
def test_a_repair_never_gives_a_code_that_fails_its_checks(code: str, place: int, data: st.DataObject) -> None:
    """Whatever one character was misread as, what comes back is right by both check characters, or nothing does."""
    other = data.draw(st.sampled_from("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
    found = repair_credit_code(code[:place] + other + code[place + 1 :])
    if found is not None:
        assert ids.is_credit_code(found.value)
        assert found.changes <= 2


@given(vins, st.integers(0, 15))
def test_a_doubled_character_is_dropped(vin: str, place: int) -> None:
    """A character that the engine gave twice does not cost the VIN, unless dropping another one explains it as well."""
    found = repair_vin(vin[:place] + vin[place] + vin[place:])
    assert found is None or ids.is_vin(found.value)


def test_an_ambiguous_misreading_is_not_repaired() -> None:
    """Where two substitutions make the check digit right, neither is taken."""
    assert repair_vin("LSV8585B62B0B9377") is None
    assert repair_vin("不是车架号") is None


@pytest.mark.parametrize(
    ("seen", "plate"),
    [
        ("奥B·12345", "粤B12345"),
        ("粵B12345", "粤B12345"),
        ("粤812345", "粤B12345"),
        ("沪A1O34I", "沪A10341"),
        ("粤BD1234O", "粤BD12340"),
        ("京A·D12345", "京AD12345"),
    ],
)
def test_plates_are_repaired_by_their_form(seen: str, plate: str) -> None:
    """Provinces that look alike, a digit for the office letter, and letters that no plate holds."""
    found = repair_plate(seen)
    assert found is not None
    assert found.value == plate


@pytest.mark.parametrize("text", ["粤B123", "ABCDEFG", "发动机号码1"])
def test_what_is_no_plate_is_not_made_one(text: str) -> None:
    """Too short, without a province, or another text altogether."""
    assert repair_plate(text) is None


def test_a_guess_is_not_a_proof() -> None:
    """A look-alike that could have stood there is marked as put in; an impossible letter leaves no doubt."""
    vin = "LSVAA4182E2184847"
    read, forced = repair_vin(vin), repair_vin(vin.replace("0", "O"))
    assert read is not None
    assert forced is not None
    assert (read.checked, forced.checked) == ("check-digit", "check-digit")
    lost = repair_vin("1" + vin[1:])
    assert lost is not None
    assert (lost.value, lost.checked) == (vin, "repaired")


def test_a_ruled_line_beside_a_number_is_dropped() -> None:
    """The edges of a form's cell are read as I or 1 before or after what stands in it."""
    vin = "LSVAA4182E2184847"
    assert [found.value for found in (repair_vin("1" + vin), repair_vin(vin + "I")) if found] == [vin, vin]
