"""Working days: every day of three years against a second source, and the arithmetic over any span."""

from datetime import date, timedelta

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossier.workdays import SiteDays, work_calendar

CN = work_calendar("CN")
DAYS = st.dates(date(2024, 1, 1), date(2026, 12, 31))


def days_of(first: date, last: date) -> list[date]:
    return [first + timedelta(days=step) for step in range((last - first).days + 1)]


def test_every_day_of_2024_to_2026_agrees_with_chinesecalendar() -> None:
    """Holidays, weekends and make-up days are those of an independent package, day by day."""
    days = days_of(date(2024, 1, 1), date(2026, 12, 31))
    assert [day for day in days if CN.is_working(day) != chinese_calendar.is_workday(day)] == []


def test_adding_working_days_agrees_with_walking_chinesecalendar() -> None:
    """Three working days after any day of three years are what a walk over the other package gives."""
    for start in days_of(date(2024, 1, 1), date(2026, 12, 10)):
        day, left = start, 3
        while left:
            day += timedelta(days=1)
            left -= chinese_calendar.is_workday(day)
        assert CN.after(start, 3) == day


@given(DAYS, DAYS)
def test_between_counts_what_a_walk_counts(one: date, other: date) -> None:
    """The count of working days in a span is the count of its working days taken singly."""
    start, end = sorted((one, other))
    assert CN.between(start, end) == sum(CN.is_working(day) for day in days_of(start, end)[1:])


@given(DAYS, st.integers(0, 300))
def test_after_and_between_are_inverse(start: date, count: int) -> None:
    """The n-th working day after a day is a working day and n working days away."""
    day = CN.after(start, count)
    assert CN.between(start, day) == count
    assert count == 0 or CN.is_working(day)


@given(st.sampled_from(["CN", "HK", "MO", "TW"]), DAYS, st.integers(0, 60), st.integers(0, 60))
def test_steps_add_up(region: str, start: date, first: int, second: int) -> None:
    """Going n working days and then m goes n + m, in every region."""
    calendar = work_calendar(region)  # type: ignore[arg-type]  # one of the regions
    assert calendar.after(calendar.after(start, first), second) == calendar.after(start, first + second)


def test_the_national_day_week_of_2026() -> None:
    """1–7 October are off and Saturday the 10th is worked, so the third working day after 30 September is the 10th."""
    assert CN.after(date(2026, 9, 30), 3) == date(2026, 10, 10)


def test_a_year_without_published_makeup_days_is_provisional() -> None:
    """2026 is settled but for its last week, which New Year 2027 can still move; 2027 is provisional."""
    assert not CN.provisional(date(2026, 1, 1), date(2026, 12, 24))
    assert CN.provisional(date(2026, 12, 28))
    assert CN.provisional(date(2027, 1, 4))
    assert not work_calendar("TW").provisional(date(2027, 1, 4))


def test_the_regions_differ() -> None:
    """Each region keeps its own holidays: Double Ninth in Hong Kong, 228 in Taiwan, and China's week in China only."""
    assert not work_calendar("HK").is_working(date(2026, 10, 19))
    assert CN.is_working(date(2026, 10, 19))
    assert not work_calendar("TW").is_working(date(2026, 2, 27))
    assert CN.is_working(date(2026, 2, 28))
    assert work_calendar("MO").is_working(date(2026, 10, 5))
    assert not CN.is_working(date(2026, 10, 5))


def test_a_site_has_days_of_its_own() -> None:
    """A site's closed and worked days stand above the public calendar, and it may have another weekend."""
    saturday, monday = date(2026, 3, 7), date(2026, 3, 9)
    site = work_calendar("CN", SiteDays(closed=frozenset({monday}), worked=frozenset({saturday})))
    assert site.is_working(saturday)
    assert not site.is_working(monday)
    six_days = work_calendar("CN", SiteDays(weekend=frozenset({6})))
    assert six_days.is_working(saturday)
    assert not six_days.is_working(date(2026, 3, 8))


def test_counting_never_leaves_the_calendar() -> None:
    """Going on past the last day there is says so instead of wrapping round."""
    with pytest.raises(OverflowError):
        CN.after(date(9999, 12, 20), 30)
    with pytest.raises(ValueError):  # noqa: PT011  # a negative count is a fault of the caller
        CN.after(date(2026, 1, 1), -1)
