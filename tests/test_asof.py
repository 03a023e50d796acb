from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from complaints_sheet.app.asof import day_asked, moment_asked
from complaints_sheet.errors import ConfigError

LONDON = ZoneInfo("Europe/London")
NOW = datetime(2026, 7, 1, 7, 30, tzinfo=UTC)


def test_without_a_date_it_is_now_in_the_organisations_zone():
    assert moment_asked(None, NOW, LONDON).isoformat() == "2026-07-01T08:30:00+01:00"


def test_a_bare_date_is_the_end_of_that_day():
    assert moment_asked("2026-11-23", NOW, LONDON).isoformat() == "2026-11-23T23:59:59+00:00"


def test_a_date_with_a_time_is_that_local_moment():
    assert moment_asked("2026-07-23T08:00", NOW, LONDON).isoformat() == "2026-07-23T08:00:00+01:00"


@pytest.mark.parametrize("text", ["tomorrow", "23/11/2026", "2026-13-01", "2026-11-23T25:00", ""])
def test_what_is_not_a_date_says_how_to_write_one(text):
    with pytest.raises(ConfigError) as stop:
        moment_asked(text, NOW, LONDON)
    assert "2026-11-23" in stop.value.next_step
    assert stop.value.exit_code == 2


def test_a_day_asked_for_is_a_date_or_a_clear_message():
    assert day_asked("2026-11-22").isoformat() == "2026-11-22"
    with pytest.raises(ConfigError):
        day_asked("last Sunday")
