"""Deputies, digest days, cases put off, ticks, the second slot, and what waits for the director."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from complaints_sheet.config.policies import load_policies
from complaints_sheet.core.digests import foot, headline, subject
from complaints_sheet.core.judging import judge
from complaints_sheet.core.ledger import SentSet
from complaints_sheet.core.model import Judgement
from complaints_sheet.core.notice import Decision, MailRules, Notice
from complaints_sheet.core.notices import decisions, digest_hours
from complaints_sheet.core.people import Person, directory
from complaints_sheet.core.policy import PolicyChoice
from complaints_sheet.mail import compose
from tests.mail_by_hand import (
    AMIRA,
    CALENDAR,
    DANA,
    LETTERHEAD,
    LUCY,
    MONDAY,
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
from tests.registers import make_register
from tests.test_mail_goldens import GOLDENS, compare, parts

OVER = row(date(2026, 10, 15))
AWAY = ((date(2026, 11, 16), date(2026, 11, 27)),)


def notice(decision: Decision) -> Notice:
    assert decision.notice is not None
    return decision.notice


def with_amira(**changes: object) -> tuple[Person, ...]:
    return tuple(replace(each, **changes) if each == AMIRA else each for each in PEOPLE.people)


# --- deputies and days ----------------------------------------------------------------------------------


def test_while_an_owner_is_away_the_deputy_is_told_and_it_says_for_whom() -> None:
    people = directory(with_amira(away=AWAY, deputy="Tom Ashworth"))
    found = decided([OVER, row(date(2026, 10, 15), "Tom Ashworth", issue="His own")], people=people)
    owners = [each for each in found if each.kind == "owner digest"]
    assert [each.receiver for each in owners] == [TOM]
    whys = {entry.case: entry.why for entry in notice(owners[0]).sections[0].entries}
    assert whys["Row 2"].endswith("For Amira Khan, who is away.")
    assert "away" not in whys["Row 3"]


def test_while_a_manager_is_away_the_deputy_hears_of_what_is_past_the_standard() -> None:
    imran = Person("Imran Sadiq", "imran.sadiq@example.org", manager="Sam Osei")
    lucy = replace(LUCY, away=AWAY, deputy="Imran Sadiq")
    found = decided([row(date(2026, 11, 11))], people=directory([AMIRA, lucy, imran, DANA, SAM]))
    assert [each.receiver for each in found if each.kind == "manager exceptions"] == [imran]


def test_the_day_after_the_owner_is_told_again_in_person() -> None:
    people = directory(with_amira(away=AWAY, deputy="Tom Ashworth"))
    found = decided([OVER], MONDAY + timedelta(days=7), people=people)
    assert [each.receiver.name for each in found if each.kind == "owner digest"] == ["Amira Khan"]


def test_a_deputy_who_is_away_or_unknown_or_without_address_does_not_stand_in() -> None:
    for tom in (replace(TOM, away=AWAY), replace(TOM, email=None), replace(TOM, name="Somebody else")):
        people = directory(
            [tom if each == TOM else each for each in with_amira(away=AWAY, deputy="Tom Ashworth")]
        )
        found = decided([OVER], people=people)
        assert [each.receiver.name for each in found if each.kind == "owner digest"] == ["Amira Khan"]


def test_a_deputys_deputy_never_stands_in() -> None:
    chain = [
        replace(AMIRA, away=AWAY, deputy="Tom Ashworth"),
        replace(TOM, away=AWAY, deputy="Lucy Marsh"),
        LUCY,
        DANA,
        SAM,
    ]
    found = decided([OVER], people=directory(chain))
    assert [each.receiver.name for each in found if each.kind == "owner digest"] == ["Amira Khan"]


def test_somebody_with_digest_days_of_their_own_hears_on_those_only() -> None:
    people = directory(with_amira(digest_days=frozenset({1, 3})))
    amira = people.match("Amira Khan")
    assert amira is not None
    assert of(decided([OVER], people=people), "owner digest", amira).words == "not a digest day"
    tuesday = decided([OVER], MONDAY + timedelta(days=1), people=people)
    assert of(tuesday, "owner digest", amira).reason == "first notice"


def test_somebody_with_an_hour_of_their_own_hears_from_then_on() -> None:
    people = directory(with_amira(digest_at=time(10, 30)))
    amira = people.match("Amira Khan")
    assert amira is not None
    assert of(decided([OVER], people=people), "owner digest", amira).words == "before their hour"
    later = decided([OVER], MONDAY.replace(hour=10, minute=30), people=people)
    assert of(later, "owner digest", amira).reason == "first notice"
    assert digest_hours(people, time(8)) == (time(8), time(10, 30))


# --- what is kept quiet is counted ----------------------------------------------------------------------


def test_the_foot_of_a_mail_names_the_days_and_the_hour_of_its_reader() -> None:
    people = directory(with_amira(digest_days=frozenset({0, 3}), digest_at=time(7)))
    (amira, *_) = people.people
    found = notice(of(decided([OVER], people=people), "owner digest", amira))
    said = " ".join(foot(found, LETTERHEAD, MailRules()))
    assert "It is sent on Mondays and Thursdays at 07:00, and only when something needs you." in said
    assert "How to stop it, or to get it on other days: ask Dana Hughes." in said


def test_nobody_is_written_to_before_the_usual_hour_unless_their_own_is_earlier() -> None:
    early = with_amira(digest_at=time(7))
    seven = MONDAY.replace(hour=7)
    rules = MailRules(digest_at=time(8))
    assert notice(of(decided([OVER], seven, people=directory(early), rules=rules), "owner digest", early[0]))
    assert of(decided([OVER], seven, rules=rules), "owner digest", AMIRA).words == "before their hour"
    assert notice(of(decided([OVER], rules=rules), "owner digest", AMIRA))


def test_a_case_put_off_in_the_register_is_not_listed_but_named() -> None:
    later = row(date(2026, 11, 9), issue="Waiting for a part", snooze_until=date(2026, 11, 30))
    amira = notice(of(decided([OVER, later]), "owner digest", AMIRA))
    assert amira.count() == 1
    assert amira.asides == ("Put off, and not listed: Row 3 until Mon 30 Nov.",)


def test_a_case_put_off_alone_sends_nothing_and_comes_back_on_its_day() -> None:
    later = row(date(2026, 11, 12), snooze_until=date(2026, 11, 25))
    (found,) = decided([later])
    assert (found.reason, found.notice) == ("muted", None)
    assert of(decided([later], MONDAY + timedelta(days=2)), "owner digest", AMIRA).reason == "first notice"


def test_a_case_too_far_past_its_standard_cannot_be_put_off() -> None:
    later = {**OVER, "snooze_until": date(2026, 12, 18)}
    assert notice(of(decided([later]), "owner digest", AMIRA)).count("over") == 1


def test_nothing_is_put_off_for_longer_than_three_months() -> None:
    gap = done(date(2026, 11, 2), date(2026, 11, 3), resolution="", snooze_until=date(2062, 11, 30))
    assert notice(of(decided([gap]), "owner digest", AMIRA)).count("missing") == 1
    (later,) = decided([{**gap, "snooze_until": date(2027, 1, 30)}])
    assert (later.reason, later.words) == (
        "muted",
        "everything is put off, marked as checked or accepted as right",
    )


def test_a_pause_of_the_clock_silences_nothing() -> None:
    paused = {"paused_from": date(2026, 11, 16), "pause_decided_by": "Sam Osei", "issue": "Survey awaited"}
    contacts = PolicyChoice(load_policies(["customer-contacts"], None))
    rows = [row(date(2026, 11, 12), contact_type="complaint", acknowledged_on=date(2026, 11, 12), **paused)]

    def found(now: datetime, last: tuple[SentSet, ...] = ()) -> tuple[Decision, ...]:
        judgement = judge(make_register(rows), contacts, CALENDAR, now, PEOPLE)
        return decisions([judgement], PEOPLE, ROLES, last, now, calendar=CALENDAR)

    told, memory, now = [], (), MONDAY
    for _ in range(15):
        today = found(now, memory)
        amira = of(today, "owner digest", AMIRA).notice
        if amira is not None:
            told.append((now.date(), amira.count("paused")))
        memory, now = sent(today, now, memory), now + timedelta(days=1)
    assert told == [(date(2026, 11, 23), 1), (date(2026, 11, 30), 1), (date(2026, 12, 7), 1)]
    entry = next(
        entry
        for section in notice(of(found(MONDAY), "owner digest", AMIRA)).sections
        for entry in section.entries
    )
    assert entry.action == "Ask for what it waits for, or end the pause"
    assert entry.why == ("Paused since 16 Nov, with no end, decided by Sam Osei; no limit runs meanwhile.")


def test_a_case_put_off_is_still_shown_to_the_manager() -> None:
    later = row(date(2026, 11, 9), snooze_until=date(2026, 11, 30))
    entry = notice(of(decided([later]), "manager exceptions", LUCY)).sections[0].entries[0]
    assert entry.why.endswith("Put off by the owner until Mon 30 Nov.")


def test_a_case_put_off_by_hand_is_put_off_too() -> None:
    later = row(date(2026, 11, 12))
    key = next(iter(of(decided([later]), "owner digest", AMIRA).told))
    (found,) = decided([later], rules=MailRules(snoozed={key: date(2026, 11, 30)}))
    assert (found.reason, found.notice) == ("muted", None)


def test_a_tick_answers_for_gaps_but_never_for_a_customer_who_waits() -> None:
    gap = done(date(2026, 11, 2), date(2026, 11, 3), resolution="", issue="Nothing to write", checked="Y")
    waits = row(date(2026, 10, 15), department=None, checked="yes")
    amira = notice(of(decided([gap, waits]), "owner digest", AMIRA))
    assert [(section.id, section.count) for section in amira.sections] == [("over", 1)]
    assert "Also" not in amira.sections[0].entries[0].why
    assert amira.asides == ("Marked as checked, and not listed: Row 2.",)


def test_findings_accepted_as_right_are_counted() -> None:
    gap = done(date(2026, 11, 2), date(2026, 11, 3), resolution="", issue="Nothing to write")
    (finding,) = judged([gap]).findings
    amira = notice(
        of(decided([gap, OVER], rules=MailRules(accepted=frozenset({finding.key}))), "owner digest", AMIRA)
    )
    assert amira.asides == ("Accepted as right, and not listed: 1 finding.",)
    _, text, html = parts(compose(amira, LETTERHEAD, MailRules(), MONDAY))
    assert "Accepted as right, and not listed: 1 finding." in text
    assert "Accepted as right, and not listed: 1 finding." in html


# --- the second slot of a day ---------------------------------------------------------------------------


def second(rows: Sequence[object], last: Sequence[SentSet], people: object = PEOPLE) -> tuple[Decision, ...]:
    afternoon = MONDAY.replace(hour=14)
    return decisions(
        [judged(rows, afternoon)], PEOPLE, ROLES, last, afternoon, calendar=CALENDAR, slot="second"
    )


def test_the_second_slot_carries_only_what_is_due_today_and_new_since_the_morning() -> None:
    known, new = row(date(2026, 11, 16), issue="Known"), row(date(2026, 11, 16), issue="Just written down")
    memory = sent(decided([OVER, known]), MONDAY)
    found = of(second([OVER, known, new], memory), "owner digest", AMIRA)
    assert [entry.case for section in notice(found).sections for entry in section.entries] == ["Row 4"]
    assert len(found.told) == 3
    assert notice(found).key.endswith(":2026-11-23:second")


def test_the_second_slot_says_nothing_twice_and_nothing_that_can_wait() -> None:
    known, later = (
        row(date(2026, 11, 16), issue="Known"),
        row(date(2026, 11, 18), issue="New, due on Wednesday"),
    )
    memory = sent(decided([OVER, known]), MONDAY)
    assert all(each.notice is None for each in second([OVER, known, later], memory))
    new = row(date(2026, 11, 16), issue="Just written down")
    after = sent(second([OVER, known, new], memory), MONDAY.replace(hour=14), memory)
    assert all(each.notice is None for each in second([OVER, known, new], after))


# --- the director ---------------------------------------------------------------------------------------

FIELDS = (
    *("case_owner", "department", "received_on", "followed_up_on", "resolved", "customer_name", "issue"),
    *(
        "resolution",
        "confirmed_on",
        "confirmed_by",
        "responded_on",
        "handled_fairly",
        "director_followed_up_on",
    ),
)
EIGHT_STEPS = PolicyChoice(load_policies(["eight-step-procedure"], None))


def confirmations() -> Judgement:
    rows = [
        row(date(2026, 11, 16), resolution="Replace the tap and apologise", issue="Tap dripping since June"),
        row(
            date(2026, 11, 2),
            issue="Cleaner left the door open",
            resolution="Apology",
            responded_on=date(2026, 11, 12),
            handled_fairly="no",
        ),
    ]
    return judge(
        make_register(rows, FIELDS), EIGHT_STEPS, CALENDAR, MONDAY, PEOPLE, roles={"director": ("Sam Osei",)}
    )


def test_the_director_is_told_which_cell_to_fill_in() -> None:
    found = decisions([confirmations()], PEOPLE, ROLES, [], MONDAY, calendar=CALENDAR)
    sam = notice(of(found, "approvals", SAM))
    assert [section.heading for section in sam.sections] == [
        "To confirm before the customer hears",
        "Referred to you",
        "Answered without your confirmation",
    ]
    assert sam.sections[0].entries[0].action == "Read the resolution, then fill in Date confirmed (cell I2)"
    assert subject(sam) == "Complaints: 1 to confirm, 2 for you to see to (Mon 23 Nov)"
    assert headline(sam) == "1 resolution waits for you to confirm; 2 more for you to see to"
    _, text, html = parts(compose(sam, LETTERHEAD, MailRules(), MONDAY))
    compare(GOLDENS / "approvals.txt", text)
    compare(GOLDENS / "approvals.html", html)


def test_what_waits_for_the_director_is_not_in_an_owners_own_list() -> None:
    found = decisions([confirmations()], PEOPLE, ROLES, [], MONDAY, calendar=CALENDAR)
    whys = " ".join(
        f"{entry.action} {entry.why}"
        for each in found
        if each.kind == "owner digest" and each.notice
        for section in each.notice.sections
        for entry in section.entries
    )
    assert whys
    assert "waits for the director" not in whys
    assert "Handled fairly" not in whys


def test_without_a_director_the_coordinator_hears_it() -> None:
    roles = replace(ROLES, director=None)
    found = decisions([confirmations()], PEOPLE, roles, [], MONDAY, calendar=CALENDAR)
    headings = {section.heading for section in notice(of(found, "coordinator", DANA)).sections}
    assert "To confirm before the customer hears" in headings
