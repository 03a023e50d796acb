from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from complaints_sheet.core.digests import headline, subject
from complaints_sheet.core.lines import LineRules
from complaints_sheet.core.notice import Decision, MailRules, Notice
from complaints_sheet.core.notices import plan
from complaints_sheet.core.people import Person, directory
from complaints_sheet.core.telling import Steps, Told, told_from_text
from tests.mail_by_hand import (
    AMIRA,
    CALENDAR,
    DANA,
    LONDON,
    LUCY,
    MONDAY,
    OFFICE,
    PEOPLE,
    ROLES,
    SAM,
    TOM,
    decided,
    done,
    judged,
    of,
    row,
    sent,
)

FRIDAY = MONDAY + timedelta(days=4)


def notice(decision: Decision) -> Notice:
    assert decision.notice is not None
    return decision.notice


def groups(found: Notice) -> dict[str, list[str]]:
    return {section.id: [entry.case for entry in section.entries] for section in found.sections}


# --- what a digest lists --------------------------------------------------------------------------------


def test_a_digest_lists_one_line_a_case_in_the_order_people_should_act() -> None:
    amira = notice(of(decided(OFFICE), "owner digest", AMIRA))
    assert groups(amira) == {
        "over": ["Row 2", "Row 3", "Row 4"],
        "today": ["Row 5"],
        "soon": ["Row 6"],
        "open long": ["Row 7"],
        "missing": ["Row 8"],
    }


def test_the_most_urgent_fact_of_a_case_speaks_and_the_others_are_folded_in() -> None:
    both = row(date(2026, 10, 13), department=None, issue=None)
    entry = notice(of(decided([both]), "owner digest", AMIRA)).sections[0].entries[0]
    assert entry.action == "Call the customer and close the case"
    assert entry.why.endswith("Also: fill in Department and Issue.")


def test_a_case_that_became_overdue_on_friday_says_since_when_at_the_weekend() -> None:
    saturday = datetime(2026, 11, 21, 9, tzinfo=LONDON)
    found = decided([row(date(2026, 11, 13))], saturday)
    assert of(found, "owner digest", AMIRA).words == "closed day"
    from complaints_sheet.core.lines import lines_of

    (line,) = lines_of(judged([row(date(2026, 11, 13))], saturday), saturday.date(), CALENDAR, LineRules())
    assert (line.due_words, line.over_words) == ("20 Nov", "since Fri 20 Nov")


def test_a_case_followed_up_late_and_closed_needs_nobody() -> None:
    assert decided([done(date(2026, 10, 1), date(2026, 11, 3))]) == ()


def test_a_row_first_seen_today_is_not_chased_for_gaps() -> None:
    gap = done(date(2026, 11, 20), date(2026, 11, 20), resolution="")
    judgement = judged([gap])
    register = judgement.register
    new = replace(register.cases[0], first_seen=MONDAY.date())
    today = replace(judgement, register=replace(register, cases=(new,)))
    assert plan([judgement], PEOPLE, ROLES, [], MONDAY, calendar=CALENDAR)[0].count("missing") == 1
    assert plan([today], PEOPLE, ROLES, [], MONDAY, calendar=CALENDAR) == ()


def test_a_row_received_today_is_not_chased_where_no_memory_knows_better() -> None:
    assert decided([row(MONDAY.date(), department=None)]) == ()


def test_the_first_working_day_of_a_week_looks_ahead_to_its_end() -> None:
    later = row(date(2026, 11, 20))  # due on Friday 27 November
    assert groups(notice(of(decided([later]), "owner digest", AMIRA))) == {"week": ["Row 2"]}
    assert decided([later], MONDAY + timedelta(days=1)) == ()


def test_on_the_last_working_day_of_a_week_a_digest_thanks_for_what_was_closed() -> None:
    rows = [row(date(2026, 10, 1)), done(date(2026, 11, 20), date(2026, 11, 24))]
    assert notice(of(decided(rows, FRIDAY), "owner digest", AMIRA)).closed_this_week == 1
    assert notice(of(decided(rows, MONDAY), "owner digest", AMIRA)).closed_this_week == 0


def test_thanks_alone_are_no_reason_for_a_mail() -> None:
    assert decided([done(date(2026, 11, 20), date(2026, 11, 24))], FRIDAY) == ()


def test_what_a_person_accepted_as_right_stays_silent() -> None:
    rows = [done(date(2026, 11, 2), date(2026, 11, 3), resolution="")]
    (finding,) = judged(rows).findings
    found = decided(rows, rules=MailRules(accepted=frozenset({finding.key})))
    assert [(each.reason, each.notice) for each in found] == [("muted", None)]
    assert "accepted as right" in found[0].words


def test_at_most_so_many_rows_are_shown_and_the_rest_is_counted() -> None:
    amira = notice(of(decided(OFFICE, rules=MailRules(cap=4)), "owner digest", AMIRA))
    assert sum(len(section.entries) for section in amira.sections) == 4
    assert amira.left_out == 3
    assert len(amira.told) == 7  # what is not shown counts as told: it is in the register


# --- who it goes to -------------------------------------------------------------------------------------


def test_an_owner_who_fits_nobody_exactly_is_never_guessed() -> None:
    found = decided([row(date(2026, 10, 13), "Amirah Kahn")])
    assert {(each.kind, each.receiver) for each in found} == {("coordinator", DANA)}
    entry = notice(found[0]).sections[0].entries[0]
    assert "Is it Amira Khan?" in entry.why


def test_an_owner_who_fits_two_people_goes_to_the_coordinator() -> None:
    twins = directory(
        [*PEOPLE.people, Person("Ann Lee", "ann.lee@example.org", ("Sam",)), Person("Sam", "s@example.org")]
    )
    found = decided([row(date(2026, 10, 13), "Sam")], people=twins)
    assert {(each.kind, each.receiver) for each in found} == {("coordinator", DANA)}
    assert "fits Ann Lee and Sam" in notice(found[0]).sections[0].entries[0].why


@pytest.mark.parametrize(
    "address", [None, "", "not an address", "a@example.org, b@example.org", "a@b@example.org"]
)
def test_an_owner_without_one_good_address_goes_to_the_coordinator_and_their_manager(
    address: str | None,
) -> None:
    people = directory([replace(AMIRA, email=address), LUCY, DANA, SAM])
    found = decided([row(date(2026, 10, 13))], people=people)
    assert [(each.kind, each.receiver) for each in found] == [
        ("manager exceptions", LUCY),
        ("manager exceptions", SAM),
        ("coordinator", DANA),
    ]


def test_managers_hear_of_a_case_after_three_days_and_those_above_after_five() -> None:
    three, five = row(date(2026, 11, 11)), row(date(2026, 11, 9))
    found = decided([three, five])
    assert groups(notice(of(found, "manager exceptions", LUCY))) == {"Amira Khan": ["Row 3", "Row 2"]}
    assert groups(notice(of(found, "manager exceptions", SAM))) == {"Amira Khan": ["Row 3"]}
    assert all(each.kind != "manager exceptions" for each in decided([row(date(2026, 11, 12))]))


def test_a_manager_is_told_once_at_each_level_and_not_again() -> None:
    alone = directory([replace(each, manager=None) if each == LUCY else each for each in PEOPLE.people])
    lucy = next(each for each in alone.people if each.name == "Lucy Marsh")
    rows, memory, told = [row(date(2026, 11, 9))], (), []  # due Mon 16 November
    for offset in range(14):
        now = datetime(2026, 11, 17, 8, tzinfo=LONDON) + timedelta(days=offset)
        found = decided(rows, now, memory, alone)
        told += [(now.date(), each.reason) for each in found if each.receiver == lucy and each.notice]
        memory = sent(found, now, memory)
    assert told == [(date(2026, 11, 19), "first notice"), (date(2026, 11, 23), "escalated")]


def test_the_director_hears_what_the_coordinator_cannot_where_there_is_none() -> None:
    roles = replace(ROLES, coordinator=None)
    found, review = plan(
        [judged([row(date(2026, 10, 13), "")])], PEOPLE, roles, [], MONDAY, calendar=CALENDAR
    )
    assert (review.kind, review.receiver) == ("weekly review", SAM)
    assert (found.kind, found.receiver) == ("coordinator", SAM)


def test_the_coordinator_is_told_what_no_owner_can_act_on() -> None:
    dana = notice(of(decided(OFFICE), "coordinator", DANA))
    assert [section.heading for section in dana.sections] == [
        "No owner",
        "Owner not in the people list",
        "Closed complaints without a known owner",
    ]


# --- when, and why --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "day", [date(2026, 11, 21), date(2026, 11, 22), date(2026, 12, 25), date(2026, 12, 28), date(2027, 1, 1)]
)
def test_nothing_goes_at_weekends_and_on_closed_days(day: date) -> None:
    now = datetime(day.year, day.month, day.day, 8, tzinfo=LONDON)
    found = decided(OFFICE, now)
    assert found
    assert {each.words for each in found} == {"closed day"}
    assert all(each.notice is None for each in found)


def test_the_same_morning_says_nothing_twice() -> None:
    first = decided(OFFICE)
    again = decided(OFFICE, MONDAY + timedelta(hours=3), sent(first, MONDAY))
    assert {each.reason for each in again} == {"muted"}


REASONS = {
    "nothing new": ([row(date(2026, 10, 15))], [row(date(2026, 10, 15))], 1, "nothing to say"),
    "a new case": (
        [row(date(2026, 10, 15))],
        [row(date(2026, 10, 15)), row(date(2026, 10, 16), issue="x")],
        1,
        "new cases added",
    ),
    "due today": ([row(date(2026, 11, 17))], [row(date(2026, 11, 17))], 1, "case changed"),
    "overdue since yesterday": ([row(date(2026, 11, 16))], [row(date(2026, 11, 16))], 1, "case changed"),
    "three days over": ([row(date(2026, 11, 13))], [row(date(2026, 11, 13))], 2, "repeat"),
    "two days over": ([row(date(2026, 11, 13))], [row(date(2026, 11, 13))], 1, "nothing to say"),
    "another due date": (
        [row(date(2026, 10, 15), case_ref="C1")],
        [row(date(2026, 10, 16), case_ref="C1")],
        1,
        "due date changed",
    ),
    "all done": (
        [row(date(2026, 10, 15))],
        [done(date(2026, 10, 15), date(2026, 11, 23))],
        1,
        "all resolved",
    ),
}


@pytest.mark.parametrize("name", REASONS)
def test_every_mail_and_every_silence_has_a_named_reason(name: str) -> None:
    before, after, days, reason = REASONS[name]
    memory = sent(decided(before), MONDAY)
    now = MONDAY + timedelta(days=days)
    assert of(decided(after, now, memory), "owner digest", AMIRA).reason == reason


def test_a_case_that_comes_back_counts_as_new() -> None:
    rows, closed = [row(date(2026, 10, 13))], [done(date(2026, 10, 13), date(2026, 11, 23))]
    memory = sent(decided(rows), MONDAY)
    tuesday, wednesday = (MONDAY + timedelta(days=days) for days in (1, 2))
    memory = sent(decided(closed, tuesday, memory), tuesday, memory)
    assert memory[0].told == {}
    assert of(decided(rows, wednesday, memory), "owner digest", AMIRA).reason == "first notice"


def test_a_case_that_comes_back_among_others_counts_as_new() -> None:
    other = row(date(2026, 10, 15), issue="Another")
    rows = [row(date(2026, 10, 15)), other]
    closed = [done(date(2026, 10, 15), date(2026, 11, 23)), other]
    memory = sent(decided(rows), MONDAY)
    tuesday, wednesday = (MONDAY + timedelta(days=days) for days in (1, 2))
    memory = sent(decided(closed, tuesday, memory), tuesday, memory)
    back = of(decided(rows, wednesday, memory), "owner digest", AMIRA)
    assert back.reason == "new cases added"
    assert [entry.note for entry in notice(back).sections[0].entries] == ["new", ""]


def test_an_owner_is_told_at_the_printed_steps_and_at_most_eight_times() -> None:
    rows, memory, told = [row(date(2026, 9, 1))], (), []  # due Tue 8 September
    for offset in range(90):
        now = datetime(2026, 9, 9, 8, tzinfo=LONDON) + timedelta(days=offset)
        found = decided(rows, now, memory)
        told += [
            CALENDAR.working_days_between(date(2026, 9, 8), now.date())
            for each in found
            if each.receiver == AMIRA and each.notice
        ]
        memory = sent(found, now, memory)
    assert told == [1, 3, 5, 10, 15, 20, 25, 30]


def test_a_gap_is_asked_again_every_week_at_most_eight_times() -> None:
    rows, memory, told = [done(date(2026, 9, 1), date(2026, 9, 2), resolution="")], (), []
    for offset in range(90):
        now = datetime(2026, 9, 9, 8, tzinfo=LONDON) + timedelta(days=offset)
        found = decided(rows, now, memory)
        told += [now.date() for each in found if each.receiver == AMIRA and each.notice]
        memory = sent(found, now, memory)
    assert told == [date(2026, 9, 9) + timedelta(weeks=week) for week in range(8)]


def test_a_reminder_says_when_it_was_first_sent() -> None:
    rows = [row(date(2026, 11, 13))]
    memory = sent(decided(rows), MONDAY)
    found = notice(of(decided(rows, MONDAY + timedelta(days=2), memory), "owner digest", AMIRA))
    assert found.sections[0].entries[0].note == "reminder, first sent 23 Nov"
    assert found.why_now == "1 repeat after 3 working days"


def test_steps_are_said_as_people_say_them() -> None:
    assert Steps().days() == (0, 3, 5, 10, 15, 20, 25, 30)
    assert (
        Steps().words() == "at once, after 3 and 5 working days, then every 5 working days, at most 8 times"
    )
    assert Steps(at=(0,), then_every=0, most=3).days() == (0,)
    assert (
        Steps(at=(1,), then_every=1, most=2).words()
        == "after 1 working day, then every 1 working day, at most 2 times"
    )


def test_what_was_told_survives_being_written_down() -> None:
    told = Told("over", date(2026, 10, 20), 3, date(2026, 10, 21))
    assert told_from_text(told.as_text()) == told
    assert told_from_text(replace(told, due=None).as_text()) == replace(told, due=None)
    assert told_from_text("something else") is None
    assert told_from_text("over|soon|x|y") is None


# --- the words ------------------------------------------------------------------------------------------

SUBJECTS = {
    "overdue and due": ([0, 1, 3], "Complaints: 2 overdue, 1 due today (Mon 23 Nov)"),
    "due today": ([3], "Complaints: 1 follow-up due today (Mon 23 Nov)"),
    "coming": ([4], "Complaints: 1 due within 2 working days (Mon 23 Nov)"),
    "open long": ([5], "Complaints: 1 case open a long time (Mon 23 Nov)"),
    "gaps": ([6], "Complaints: 1 row needs filling in (Mon 23 Nov)"),
}


@pytest.mark.parametrize("name", SUBJECTS)
def test_the_subject_counts_the_most_urgent_first(name: str) -> None:
    rows, words = SUBJECTS[name]
    found = notice(of(decided([OFFICE[each] for each in rows]), "owner digest", AMIRA))
    assert subject(found) == words


def test_the_managers_subject_counts_cases_and_owners() -> None:
    found = notice(of(decided([*OFFICE[:2], row(date(2026, 10, 1), TOM.name)]), "manager exceptions", LUCY))
    assert subject(found) == "Complaints: 3 past the standard, 2 owners (Mon 23 Nov)"
    assert headline(found) == "3 complaints with 2 owners are past the standard"


def test_a_subject_is_never_longer_than_sixty_characters() -> None:
    many = [each for _ in range(120) for each in OFFICE]
    for each in decided(many):
        assert len(subject(notice(each))) <= 60


def test_the_headline_reads_as_a_sentence() -> None:
    found = decided([OFFICE[3], OFFICE[4]])
    assert headline(notice(of(found, "owner digest", AMIRA))) == (
        "1 complaint is due today; 1 is due within 2 working days"
    )
