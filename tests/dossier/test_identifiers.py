"""Identifiers: check digits, forms and look-alikes. Every number here is made up or a published example."""

from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from dossier import identifiers as ids

vin_bodies = st.text(ids.VIN_ALPHABET, min_size=13, max_size=13).flatmap(
    lambda head: st.from_regex(r"[0-9]{4}", fullmatch=True).map(lambda tail: head + tail)
)
resident_bodies = st.builds(
    lambda region, born, sequence: f"{region}{born:%Y%m%d}{sequence:03d}",
    st.sampled_from(["110105", "310104", "440305", "650102"]),
    st.dates(date(1900, 1, 1), date(2099, 12, 31)),
    st.integers(0, 999),
)
credit_bodies = st.builds(
    lambda region, tail: "91" + f"{region:06d}" + tail,
    st.integers(110000, 659999),
    st.text(ids.CREDIT_ALPHABET, min_size=9, max_size=9),
)


def value(character: str) -> int:
    """What a character counts in the sum: A and J are 1, B, K and S are 2 …"""
    return next(
        n
        for n, same in enumerate(("0", "1AJ", "2BKS", "3CLT", "4DMU", "5ENV", "6FW", "7GPX", "8HY", "9RZ"))
        if character in same
    )


def with_check(body: str) -> str:
    return body[:8] + ids.vin_check(body) + body[9:]


@given(vin_bodies, st.integers(0, 16), st.sampled_from(ids.VIN_ALPHABET))
def test_a_vin_with_one_character_changed_to_another_value_is_refused(body: str, place: int, other: str) -> None:
    """The check digit of GB 16735 sees every substitution by a character of another value."""
    vin = with_check(body)
    assert ids.is_vin(vin)
    changed = vin[:place] + other + vin[place + 1 :]
    assume(place != 8 and value(other) != value(vin[place]) and changed[13:].isdigit())
    assert not ids.is_vin(changed)


@given(resident_bodies, st.integers(0, 16), st.integers(1, 9))
def test_a_resident_id_with_one_digit_changed_is_refused(body: str, place: int, step: int) -> None:
    """MOD 11-2 sees every single wrong digit."""
    number = body + ids.resident_id_check(body)
    assert ids.is_resident_id(number)
    changed = number[:place] + str((int(number[place]) + step) % 10) + number[place + 1 :]
    assert not ids.is_resident_id(changed)


@given(credit_bodies, st.integers(0, 16), st.integers(1, 30))
def test_a_credit_code_with_one_character_changed_is_refused(body: str, place: int, step: int) -> None:
    """The check character of GB 32100 sees every single wrong character."""
    code = body + ids.credit_code_check(body)
    assert ids.is_credit_code(code)
    alphabet = ids.CREDIT_ALPHABET
    changed = code[:place] + alphabet[(alphabet.index(code[place]) + step) % 31] + code[place + 1 :]
    assert not ids.is_credit_code(changed)


@pytest.mark.parametrize("vin", ["1M8GDM9AXKP042788", "1m8gdm9ax-kp04 2788", "11111111111111111"])
def test_published_vins_are_right(vin: str) -> None:
    """Examples of ISO 3779 from 49 CFR 565, in any writing."""
    assert ids.is_vin(vin)


@pytest.mark.parametrize("vin", ["1M8GDM9AXKP042789", "1M8GDM9AXKP04278", "1M8GDM9AXKPO42788", "", "牌" * 17])
def test_wrong_vins_are_refused(vin: str) -> None:
    """A wrong check digit, a wrong length, a letter O, nothing, and Han text are no VINs."""
    assert not ids.is_vin(vin)


def test_a_resident_id_tells_birth_and_sex() -> None:
    """The example of GB 11643: a woman born on 31 December 1949."""
    number = "11010519491231002X"
    assert ids.is_resident_id(number)
    assert ids.resident_birth(number) == date(1949, 12, 31)
    assert ids.resident_sex(number) == "女"


def test_a_resident_id_of_fifteen_digits_is_upgraded() -> None:
    """The old form gets its century and check character."""
    assert ids.is_old_resident_id("110105491231002")
    assert ids.upgraded_resident_id("110105491231002") == "11010519491231002X"
    assert ids.resident_sex("110105491231002") == "女"
    with pytest.raises(ValueError, match="12"):
        ids.upgraded_resident_id("12")


@pytest.mark.parametrize("number", ["110105194913310022", "000105194912310025", "11010519491231002x1", "一二三"])
def test_wrong_resident_ids_are_refused(number: str) -> None:
    """An impossible month, an unknown province, a wrong length and Han numerals are refused."""
    assert not ids.is_resident_id(number)
    assert ids.resident_sex("一" * 18) is None


def test_organisation_codes_follow_gb_11714() -> None:
    """The example of GB 11714 and its neighbour."""
    assert ids.is_organisation_code("D2143569-X")
    assert not ids.is_organisation_code("D2143569-1")


@pytest.mark.parametrize(
    "plate", ["粤B12345", "粤B·12345", "京A D1234", "粤BD12345", "粤B12345D", "沪A1234学", "使123456", "粤Z1234港"]
)
def test_mainland_plates_are_known(plate: str) -> None:
    """Ordinary, new-energy, learner, embassy and border plates, in any writing."""
    assert ids.is_plate(plate)


@pytest.mark.parametrize("plate", ["粤I12345", "B12345", "粤B1234O", "粤B1234", "粤BZ12345", "ABCDEFG"])
def test_texts_that_are_no_plates_are_refused(plate: str) -> None:
    """Letters I and O, a missing province and wrong lengths are refused."""
    assert not ids.is_plate(plate)


@pytest.mark.parametrize("plate", ["AB 1234", "MA-12-34", "ABC-1234", "1234-AB"])
def test_plates_of_hong_kong_macau_and_taiwan_have_their_own_rule(plate: str) -> None:
    """The forms of the three regions, which are not mainland plates."""
    assert ids.is_regional_plate(plate)
    assert not ids.is_plate(plate)


def test_confusable_fold_makes_look_alikes_equal() -> None:
    """A VIN typed with O, I and spaces finds the one with 0 and 1."""
    assert ids.confusable_fold("lsvab2 18-OI23456Z") == ids.confusable_fold(
        "LSVA8218012345 62".replace(" ", "").lower()
    )


@given(st.text(max_size=40))
def test_normal_form_is_stable(text: str) -> None:
    """Bringing a text into its normal form, or folding it, a second time changes nothing."""
    assert ids.confusable_fold(ids.confusable_fold(text)) == ids.confusable_fold(text)


def test_invoice_numbers_and_tax_ids_have_forms() -> None:
    """Lengths of invoice codes and numbers, and the tax numbers of companies and persons."""
    assert ids.is_invoice_code("034012000211")
    assert ids.is_invoice_number("75505018")
    assert ids.is_invoice_number("24112000000048542163")
    assert not ids.is_invoice_code("12345678")
    assert ids.is_tax_id("110108690017781")
    assert not ids.is_tax_id("1234")
