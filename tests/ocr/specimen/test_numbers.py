"""The invented numbers pass the rules of their standards."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossier.identifiers import (
    is_credit_code,
    is_organisation_code,
    is_plate,
    is_resident_id,
    is_vin,
    resident_birth,
    resident_sex,
)
from ocr.specimen import numbers
from ocr.specimen.dice import Dice


@given(st.integers(), st.integers(2010, 2039))
def test_vins_pass_their_check_digit(seed: int, year: int) -> None:
    """Every VIN is right for any model year."""
    assert is_vin(numbers.vin(Dice(seed), year))


@given(st.integers(), st.dates(date(1930, 1, 1), date(2015, 12, 31)), st.booleans())
def test_resident_ids_tell_birth_and_sex(seed: int, birth: date, female: bool) -> None:
    """A resident ID is right and tells its holder's birth date and sex."""
    number = numbers.resident_id(Dice(seed), birth, female=female)
    assert is_resident_id(number)
    assert resident_birth(number) == birth
    assert resident_sex(number) == ("女" if female else "男")


@given(st.integers(), st.booleans())
def test_company_numbers_and_plates_are_right(seed: int, electric: bool) -> None:
    """Organisation codes, credit codes and plates pass their rules; an electric car's plate is longer by one."""
    dice = Dice(seed)
    organisation = numbers.organisation_code(dice)
    plate = numbers.plate(dice, electric=electric)
    assert is_organisation_code(organisation)
    assert is_credit_code(numbers.credit_code(dice, organisation))
    assert is_plate(plate)
    assert len(plate) == (8 if electric else 7)


@pytest.mark.parametrize(
    ("amount", "spelled"),
    [
        ("128000", "壹拾贰万捌仟元整"),
        ("0.05", "伍分"),
        ("100.30", "壹佰元叁角整"),
        ("100.03", "壹佰元零叁分"),
        ("1004.56", "壹仟零肆元伍角陆分"),
        ("100200", "壹拾万零贰佰元整"),
        ("205000000", "贰亿零伍佰万元整"),
        ("300000020", "叁亿零贰拾元整"),
        ("10000", "壹万元整"),
        ("0", "零元整"),
    ],
)
def test_amounts_are_spelled_as_cheques_spell_them(amount: str, spelled: str) -> None:
    """Zeros between digits are said once, whole amounts end in 整."""
    assert numbers.words(Decimal(amount)) == spelled
