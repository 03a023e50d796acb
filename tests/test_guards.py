"""The guards of mail as plain decisions: hours, back-off, floods, addresses, and what arming is bound to."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaints_sheet.core.calendar import Calendar
from complaints_sheet.core.guards import (
    GIVE_UP_AFTER,
    Hours,
    flood,
    flood_limit,
    header_addresses,
    next_try,
    opening,
    outside_domains,
    stop_pause,
    why_disarmed,
    wrong_recipient,
)
from complaints_sheet.core.ledger import Binding, MailChannel
from complaints_sheet.core.messages import Letter, message, redirected

LONDON = ZoneInfo("Europe/London")
CALENDAR = Calendar("ours", {date(2026, 12, 25): "Christmas Day", date(2026, 12, 28): "Boxing Day"})
AMIRA = "amira.khan@example.org"
BOUND = Binding("host", "/srv/memory.sqlite3", ("main",), {"config.yaml": "a", "your own templates": "b"})
ARMED = MailChannel(
    "smtp", armed=datetime(2026, 11, 23, 9, tzinfo=LONDON), binding=BOUND, rounds=4, rounds_on_file=4
)


@pytest.mark.parametrize(
    ("now", "opens"),
    [
        (datetime(2026, 11, 23, 8, tzinfo=LONDON), None),
        (datetime(2026, 11, 23, 7, 0, tzinfo=LONDON), None),
        (datetime(2026, 11, 23, 6, 59, tzinfo=LONDON), datetime(2026, 11, 23, 7, tzinfo=LONDON)),
        (datetime(2026, 11, 23, 19, 0, tzinfo=LONDON), datetime(2026, 11, 24, 7, tzinfo=LONDON)),
        (datetime(2026, 11, 20, 20, 0, tzinfo=LONDON), datetime(2026, 11, 23, 7, tzinfo=LONDON)),
        (datetime(2026, 11, 22, 10, 0, tzinfo=LONDON), datetime(2026, 11, 23, 7, tzinfo=LONDON)),
        (datetime(2026, 12, 24, 19, 30, tzinfo=LONDON), datetime(2026, 12, 29, 7, tzinfo=LONDON)),
        (
            datetime(2026, 3, 28, 12, tzinfo=LONDON),
            datetime(2026, 3, 30, 7, tzinfo=LONDON),
        ),  # clocks go forward
        (datetime(2026, 10, 24, 12, tzinfo=LONDON), datetime(2026, 10, 26, 7, tzinfo=LONDON)),  # and back
    ],
)
def test_mail_leaves_in_the_hours_of_working_days(now, opens):
    assert opening(now, Hours(), CALENDAR) == opens


@given(st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 1), timezones=st.just(LONDON)))
def test_the_next_opening_is_always_open(now):
    opens = opening(now, Hours(time(8), time(18)), CALENDAR)
    assert opens is None or (opens > now and opening(opens, Hours(time(8), time(18)), CALENDAR) is None)


def test_a_mail_put_off_is_tried_after_1_5_15_and_60_minutes_then_every_4_hours_for_two_days():
    waits = []
    while (pause := next_try(len(waits) + 1)) is not None:
        waits.append(pause)
    minutes = [int(each.total_seconds() // 60) for each in waits]
    assert minutes[:5] == [1, 5, 15, 60, 240]
    assert set(minutes[4:]) == {240}
    assert GIVE_UP_AFTER - timedelta(hours=4) < sum(waits, timedelta()) <= GIVE_UP_AFTER


def test_a_stopped_queue_waits_longer_each_time():
    assert [stop_pause(stops) for stops in (0, 1, 2, 9)] == [
        timedelta(minutes=15),
        timedelta(hours=1),
        timedelta(hours=4),
        timedelta(hours=4),
    ]


@pytest.mark.parametrize(
    ("by_day", "expected", "limit"),
    [({}, 0, 20), ({"a": 4, "b": 6, "c": 5}, 0, 20), ({"a": 10, "b": 12, "c": 11}, 0, 33), ({}, 50, 150)],
)
def test_a_flood_is_more_than_three_times_the_usual_and_never_so_few_as_twenty(by_day, expected, limit):
    assert flood_limit(by_day, expected, 20) == limit
    assert flood(limit, 0, limit) == ""
    assert str(limit) in flood(limit, 1, limit)


def letter(**changes):
    values = {
        "key": "owner-digest:amira",
        "kind": "owner digest",
        "to_name": "Amira Khan",
        "to": AMIRA,
        "from_name": "Example Homes",
        "sender": "robot@example.org",
        "subject": "3 cases need you",
        "text": "Three cases.\n",
        "html": "<html><body class='x'><p>Three cases.</p></body></html>",
        "date": datetime(2026, 11, 23, 8, tzinfo=LONDON),
    }
    return message(Letter(**(values | changes)))


@given(st.text(max_size=60))
def test_the_receiver_is_read_back_from_the_headers_whatever_the_name(name):
    assert header_addresses(letter(to_name=name).content) == (AMIRA,)


def test_a_mail_goes_to_exactly_one_known_address_which_its_own_headers_name():
    content = letter().content
    assert wrong_recipient(AMIRA, content, {AMIRA}) == ""
    assert wrong_recipient(AMIRA.title(), content, {AMIRA}) == ""
    for address in (f"{AMIRA}, tom@example.org", f"{AMIRA};tom@example.org", "amira", "", f"<{AMIRA}>"):
        assert wrong_recipient(address, content, {address, AMIRA})
    assert wrong_recipient(AMIRA, content, set())
    assert wrong_recipient("tom@example.org", content, {"tom@example.org"})
    for more in (b"Cc: tom@example.org\r\n", b"Bcc: tom@example.org\r\n", b"To: tom@example.org\r\n"):
        assert wrong_recipient(AMIRA, more + content, {AMIRA})
    two = content.replace(AMIRA.encode(), f"{AMIRA}>, <tom@example.org".encode(), 1)
    assert wrong_recipient(AMIRA, two, {AMIRA, "tom@example.org"})


def test_words_in_the_body_that_look_like_headers_are_no_receivers():
    assert header_addresses(letter(text="Dear all\n\nTo: everyone@example.org\n").content) == (AMIRA,)


def test_a_test_mail_says_whom_it_is_for_and_has_a_key_of_its_own():
    real = letter()
    test = redirected(real, "tester@example.org")
    assert header_addresses(test.content) == ("tester@example.org",)
    assert test.short_key != real.short_key
    assert test.message_id != real.message_id
    assert test.subject.startswith(f"[Test, for Amira Khan <{AMIRA}>]")
    assert test.content.count(b"This is a test.") == 2


def test_domains_that_are_listed_are_the_only_ones():
    assert outside_domains(AMIRA, ()) == ""
    assert outside_domains(AMIRA, ("Example.org",)) == ""
    assert "example.com" in outside_domains(AMIRA, ("example.com",))
    assert outside_domains("amira@evil-example.org", ("example.org",))


@pytest.mark.parametrize(
    ("kept", "now", "words"),
    [
        (ARMED, BOUND, ""),
        (replace(ARMED, armed=None), BOUND, "not switched on"),
        (ARMED, replace(BOUND, host="other"), "another computer"),
        (ARMED, replace(BOUND, place="/tmp/memory.sqlite3"), "copy"),
        (replace(ARMED, rounds=3), BOUND, "older copy"),
        (replace(ARMED, rounds_on_file=None), BOUND, "older copy"),
        (replace(ARMED, rounds=5), BOUND, ""),  # cut off between the memory and the file
        (ARMED, replace(BOUND, registers=("main", "other")), "registers"),
        (ARMED, replace(BOUND, prints={**BOUND.prints, "config.yaml": "x"}), "config.yaml changed"),
        (ARMED, replace(BOUND, prints={"config.yaml": "a"}), "templates changed"),
    ],
)
def test_arming_is_bound_to_machine_memory_registers_and_what_was_looked_at(kept, now, words):
    assert (words in why_disarmed(kept, now)) if words else why_disarmed(kept, now) == ""
