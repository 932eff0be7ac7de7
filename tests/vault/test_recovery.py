"""The recovery code: the same key from characters and from words, and a slip of the pen is noticed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vault.errors import WrongRecoveryCode
from vault.recovery import new_recovery_code, recovery_key, recovery_words


def test_words_and_code_are_one_key() -> None:
    """Whichever form is typed, with whatever case and spaces, the key is the same."""
    for _ in range(50):
        code = new_recovery_code()
        words = recovery_words(code)
        assert len(words.split()) == 11
        for typed in (words, words.upper(), "-".join(words.split()), code.lower().replace("-", " ")):
            assert recovery_key(typed) == recovery_key(code)


def test_known_words() -> None:
    """The words of a code never change, or paper would no longer open anything."""
    code = "JZR1-J6HV-MSZA-XMGQ-5S24-TDM6-Z24X-3TTX-01H2-TKTB"
    assert recovery_words(code) == "nakog ronol vorot fajuf vidah tatom kuvam nuhiv rilib bimof lalal"


@given(st.integers(0, 10), st.integers(1, 15))
def test_a_changed_word_is_noticed(place: int, by: int) -> None:
    """Any word changed in its first letter is refused."""
    consonants = "bdfghjklmnprstvz"
    words = recovery_words("JZR1-J6HV-MSZA-XMGQ-5S24-TDM6-Z24X-3TTX-01H2-TKTB").split()
    first = consonants[(consonants.index(words[place][0]) + by) % 16]
    words[place] = first + words[place][1:]
    with pytest.raises(WrongRecoveryCode):
        recovery_key(" ".join(words))


@pytest.mark.parametrize("typed", ["", "nakog", "nakog " * 11, "nakog " * 10, "JZR1-", "nakig ronol"])
def test_what_is_no_code(typed: str) -> None:
    """Too few, too many and any words are refused alike."""
    with pytest.raises(WrongRecoveryCode):
        recovery_key(typed)
