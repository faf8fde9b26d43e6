"""When a daily digest is due, where clocks jump."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.model.schedule import due_daily, next_daily

BERLIN, NEW_YORK, LORD_HOWE = "Europe/Berlin", "America/New_York", "Australia/Lord_Howe"


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "at", "after", "expected"),
    [
        # An ordinary day, before and after the hour, and exactly on it.
        (BERLIN, "09:00", "2026-06-10 06:59", "2026-06-10 07:00"),
        (BERLIN, "09:00", "2026-06-10 07:00", "2026-06-11 07:00"),
        (BERLIN, "09:00", "2026-06-10 07:00:01", "2026-06-11 07:00"),
        # Spring: the wall clock goes from 02:00 to 03:00, so 02:30 comes as 03:30.
        (BERLIN, "02:30", "2026-03-28 12:00", "2026-03-29 01:30"),
        (BERLIN, "09:00", "2026-03-28 12:00", "2026-03-29 07:00"),
        (NEW_YORK, "02:30", "2026-03-07 12:00", "2026-03-08 07:30"),
        (NEW_YORK, "09:00", "2026-03-07 16:00", "2026-03-08 13:00"),
        (LORD_HOWE, "02:15", "2026-10-03 12:00", "2026-10-03 15:45"),
        # Autumn: the hour comes twice; the first one counts, and only that one.
        (BERLIN, "02:30", "2026-10-24 12:00", "2026-10-25 00:30"),
        (BERLIN, "02:30", "2026-10-25 00:30", "2026-10-26 01:30"),
        (NEW_YORK, "01:30", "2026-10-31 12:00", "2026-11-01 05:30"),
        (NEW_YORK, "01:30", "2026-11-01 05:30", "2026-11-02 06:30"),
        (LORD_HOWE, "01:45", "2026-04-04 12:00", "2026-04-04 14:45"),
        (LORD_HOWE, "01:45", "2026-04-04 14:45", "2026-04-05 15:15"),
    ],
)
def test_the_next_digest_is_at_its_hour_on_the_wall(zone: str, at: str, after: str, expected: str) -> None:
    assert next_daily(utc(after), at, zone) == utc(expected)


@pytest.mark.parametrize("zone", [BERLIN, NEW_YORK, LORD_HOWE, "Asia/Kolkata", "Pacific/Kiritimati", "UTC"])
@pytest.mark.parametrize("at", ["00:00", "01:45", "02:15", "02:30", "09:00", "23:59"])
def test_two_years_have_one_digest_for_each_local_date(zone: str, at: str) -> None:
    first = date(2026, 1, 1)
    moment = next_daily(datetime(2025, 12, 31, 23, 59, 59, tzinfo=ZoneInfo(zone)), at, zone)
    dates: Counter[date] = Counter()
    for _ in range(730):
        due = due_daily(moment, moment, at, zone)
        assert due is not None
        assert due.missed == 0
        dates[due.local_date] += 1
        moment = next_daily(moment, at, zone)
    assert dates == Counter(first + timedelta(days=day) for day in range(730))


def test_nothing_is_due_before_its_time() -> None:
    at_nine = utc("2026-06-10 07:00")
    assert due_daily(at_nine, at_nine - timedelta(microseconds=1), "09:00", BERLIN) is None
    due = due_daily(at_nine, at_nine, "09:00", BERLIN)
    assert due is not None
    assert (due.at, due.local_date, due.missed) == (at_nine, date(2026, 6, 10), 0)


@pytest.mark.parametrize(
    ("now", "local_date", "missed"),
    [
        ("2026-06-11 06:59", date(2026, 6, 10), 0),
        ("2026-06-11 07:00", date(2026, 6, 11), 1),
        ("2026-06-13 21:00", date(2026, 6, 13), 3),
        ("2026-12-24 07:59", date(2026, 12, 23), 196),
        ("2026-12-24 08:00", date(2026, 12, 24), 197),
    ],
)
def test_after_a_break_only_the_latest_is_due_and_the_others_are_counted(
    now: str, local_date: date, missed: int
) -> None:
    due = due_daily(utc("2026-06-10 07:00"), utc(now), "09:00", BERLIN)
    assert due is not None
    assert (due.local_date, due.missed) == (local_date, missed)


def test_a_break_over_a_repeated_hour_counts_that_night_once() -> None:
    due = due_daily(utc("2026-10-24 00:30"), utc("2026-10-26 12:00"), "02:30", BERLIN)
    assert due is not None
    assert (due.local_date, due.missed, due.at) == (date(2026, 10, 26), 2, utc("2026-10-26 01:30"))


def test_a_digest_late_in_the_evening_belongs_to_that_evening() -> None:
    due = due_daily(utc("2026-06-10 21:30"), utc("2026-06-10 23:00"), "23:30", BERLIN)
    assert due is not None
    assert due.local_date == date(2026, 6, 10)
