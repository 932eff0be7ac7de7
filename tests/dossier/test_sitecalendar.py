"""A site's own days: closed and worked days, spans, another weekend, another region, and what is refused."""

from datetime import date

import pytest

from dossier.sitecalendar import CalendarWrong, SiteCalendar, read_calendar

FILE = """\
closed = [2026-12-24, { from = 2027-02-01, to = 2027-02-05 }]
worked = [2026-12-26]

[HK]
weekend = ["saturday", "sunday"]
worked = [2026-12-24]
"""


def test_days_of_the_site_stand_above_the_public_calendar() -> None:
    """Single days and spans are closed, a Saturday is worked, and a region may say otherwise for itself."""
    site = SiteCalendar(read_calendar(FILE, "calendar.toml"))
    china, hong_kong = site.calendar("CN"), site.calendar("HK")
    assert [china.is_working(date(2026, 12, day)) for day in (23, 24, 25, 26)] == [True, False, True, True]
    assert not any(china.is_working(date(2027, 2, day)) for day in range(1, 6))
    assert hong_kong.is_working(date(2026, 12, 24))
    assert not hong_kong.is_working(date(2026, 12, 19))


def test_a_site_may_count_by_another_region_than_the_pack() -> None:
    """An office in Macau uses a pack written for China: 5 October 2026 is worked there."""
    assert SiteCalendar(region="MO").calendar("CN").is_working(date(2026, 10, 5))
    assert not SiteCalendar().calendar("CN").is_working(date(2026, 10, 5))


def test_a_week_without_weekend() -> None:
    """An empty weekend means that every day but holidays is worked."""
    site = SiteCalendar(read_calendar("weekend = []", "calendar.toml"))
    assert site.calendar("CN").is_working(date(2026, 11, 22))


def test_every_problem_is_told_with_its_line() -> None:
    """Impossible days, far years, turned spans, unknown keys and weekdays, contradictions: all at once."""
    text = """\
closed = [2026-02-30, 2026-03-09]
worked = [2026-03-09]
weekend = ["funday"]
open = true
[MO]
closed = ["2026-03-09"]
[TW]
closed = [{ from = 2026-03-09, to = 2026-03-01 }, 1026-03-09]
"""
    with pytest.raises(CalendarWrong) as caught:
        read_calendar(text, "calendar.toml")
    told = [(problem.line, problem.wording) for problem in caught.value.problems]
    assert told == [
        (1, "policy.day_impossible"),
        (2, "policy.closed_and_worked"),
        (3, "policy.not_among"),
        (4, "policy.unknown_key"),
        (6, "policy.not_days"),
        (8, "policy.span_wrong"),
        (8, "policy.day_out_of_range"),
        (8, "policy.day_out_of_range"),
    ]
    assert "calendar.toml:1: There is no day 2026-02-30" in str(caught.value)
