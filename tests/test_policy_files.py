"""Policy files: what is refused and where, how one extends another, and which version judges a case."""

from datetime import date

import pytest

from complaints_sheet.config.policies import choose_policies, load_policies
from complaints_sheet.config.policy_names import PolicyNames
from complaints_sheet.core.limits import Limit, limit_from
from complaints_sheet.core.policy import PolicyChoice
from complaints_sheet.errors import ConfigError
from tests.policy_cases import at, case_of, england, judged, written
from tests.registers import make_case

OURS = """id: ours
version: "1"
title: Ours
clocks:
  respond:
    title: Answer
    limit: 5 working days
    until: responded_on
"""


def mistakes(text, folder):
    """Return every mistake in a policy file, as "line:column message"."""
    (folder / "ours.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as stopped:
        load_policies(["ours"], folder)
    return [f"{each.line}:{each.column} {each.message}" for each in stopped.value.problems]


@pytest.mark.parametrize(
    ("change", "place", "words"),
    [
        (("limit: 5 working days", "limit: 5 wd"), "7:12", '"5 wd" is not a limit'),
        (("limit: 5 working days", "limit: 0 working days"), "7:12", "is not a limit"),
        (("until: responded_on", "until: respondd_on"), "8:12", 'did you mean "responded_on"?'),
        (("until: responded_on", "until: issue"), "8:12", '"issue" is not a date field'),
        (("    until: responded_on\n", ""), "5:3", "say what stops it"),
        (("    title: Answer\n", ""), "5:3", '"title" is missing'),
        (("until: responded_on", "untill: responded_on"), "8:5", 'did you mean "until"?'),
        (("title: Ours", "title: Ours\ncalendar: Scotlnd"), "4:11", 'did you mean "Scotland"?'),
        (
            ("title: Ours", "title: Ours\nexcludes: {stage: stage 9}"),
            "4:19",
            '"stage 9" is never found in stage',
        ),
        (("Answer", "Answer\n    unless: {formal: maybe}"), "7:22", '"maybe" is never found in formal'),
        (("limit: 5 working days", "limit: 24 hours\n    pause: {}"), "8:12", "hours cannot be paused"),
        (("until: responded_on", "until: responded_on\n    kind: same day"), "7:12", '"same day" clock'),
        (("title: Ours", "title: Ours\nrequired: [ownr]"), "4:12", '"ownr" is not a field'),
        (
            ("title: Ours", "title: Ours\nclauses: [{where: a, must: b}]"),
            "4:11",
            "write either what covers it",
        ),
        (
            ("title: Ours", "title: Ours\nclauses: [{where: a, must: b, covered_by: clock respnd}]"),
            "4:43",
            'did you mean "clock respond"?',
        ),
        (("title: Ours", "extends: ours-too"), "3:10", 'There is no policy called "ours-too"'),
        (("title: Ours", "extends: ours"), "3:10", "extends this policy in turn"),
    ],
)
def test_a_mistake_is_named_with_its_place_and_the_way_out(change, place, words, tmp_path):
    found = mistakes(OURS.replace(*change), tmp_path)
    assert any(each.startswith(f"{place} ") and words in each for each in found), found


def test_every_mistake_is_told_at_once(tmp_path):
    text = OURS.replace("5 working days", "5 wd").replace("responded_on", "respondd_on")
    assert len(mistakes(text, tmp_path)) == 2


def test_an_unknown_policy_is_refused_with_the_nearest_name(tmp_path):
    with pytest.raises(ConfigError) as stopped:
        load_policies(["customer-isue-reporting"], tmp_path)
    assert 'did you mean "customer-issue-reporting"?' in stopped.value.next_step


@pytest.mark.parametrize(
    ("text", "limit", "said"),
    [
        ("5 Working Days", Limit(5, "working day"), "5 working days"),
        ("1 business day", Limit(1, "working day"), "1 working day"),
        ("3 years", Limit(36, "calendar month"), "3 years"),
        ("1 month", Limit(1, "calendar month"), "1 calendar month"),
        ("the same day", Limit(0, "calendar day"), "the same day"),
    ],
)
def test_a_limit_is_read_and_said_as_a_person_writes_it(text, limit, said):
    assert limit_from(text) == limit
    assert str(limit) == said


def test_a_policy_changes_single_values_of_another_and_leaves_out_what_it_names(tmp_path):
    text = """
id: ours
version: "2"
extends: customer-issue-reporting
title: Our own
clocks:
  follow-up: {limit: 3 working days}
without: [same-day-contact]
"""
    policy = written(text, tmp_path)
    assert [clock.id for clock in policy.clocks] == ["follow-up"]
    clock = policy.clock("follow-up")
    assert (str(clock.limit), clock.title) == ("3 working days", "Follow up with the customer")
    assert policy.required[0] == "case_owner"


def test_same_day_all_widens_the_same_day_contact_to_every_case(tmp_path):
    text = 'id: ours\nversion: "2"\nextends: customer-issue-reporting\nsame_day: all\n'
    case = case_of({"received_on": "2026-11-02", "followed_up_on": "2026-11-02"})
    assert judged(case, written(text, tmp_path), "same-day-contact", "2026-11-22").outcome == "met"


# --- versions and choice ---------------------------------------------------------------------------------

VERSIONS = """
id: ours
version: "2026-01-01"
title: Ours
in_force: {from: 2026-01-01}
clocks:
  respond: {title: Answer, limit: 8 weeks, until: responded_on}
versions:
  - version: "2026-04-08"
    from: 2026-04-08
    change: {clocks: {respond: {limit: 6 weeks}}}
"""


@pytest.mark.parametrize(
    ("received", "due"),
    [
        ("2025-12-31", None),
        ("2026-01-01", "2026-02-26"),
        ("2026-04-07", "2026-06-02"),
        ("2026-04-08", "2026-05-20"),
    ],
)
def test_the_version_in_force_on_the_date_received_judges_the_case(received, due, tmp_path):
    (tmp_path / "ours.yaml").write_text(VERSIONS, encoding="utf-8")
    choice = PolicyChoice(load_policies(["ours"], tmp_path))
    case = case_of({"received_on": received}, columns=["responded_on"])
    (policy,) = choice.policies_for(case)
    verdict = judged(case, policy, "respond", "2026-11-22")
    assert verdict.due == (date.fromisoformat(due) if due else None)
    if due is None:
        assert (verdict.outcome, verdict.reason) == (
            "not_applicable",
            "this version applies to complaints received from 1 January 2026 until 7 April 2026",
        )


def test_without_a_date_received_the_newest_version_is_asked(tmp_path):
    (tmp_path / "ours.yaml").write_text(VERSIONS, encoding="utf-8")
    choice = PolicyChoice(load_policies(["ours"], tmp_path))
    assert [policy.version for policy in choice.policies_for(make_case({}))] == ["2026-04-08"]


def test_a_mistake_in_a_later_version_is_named_where_it_stands(tmp_path):
    found = mistakes(VERSIONS.replace("6 weeks", "6 wks"), tmp_path)
    assert found[0].startswith("11:40 ")


def test_a_policy_is_chosen_by_department_then_type_of_contact_then_default():
    names = PolicyNames(
        default=("customer-issue-reporting", "complaints-sop"),
        departments={"Care": ("customer-contacts",)},
        contact_types={"feedback": ("feedback-and-complaints",)},
    )
    choice = choose_policies(names)

    def chosen(**values):
        return [policy.id for policy in choice.policies_for(make_case(values))]

    assert chosen(department="CARE", contact_type="feedback") == ["customer-contacts"]
    assert chosen(department="Repairs", contact_type="feedback") == ["feedback-and-complaints"]
    assert chosen(department="Repairs") == ["customer-issue-reporting", "complaints-sop"]
    assert len(choice.all) == 4


def test_a_policy_with_a_calendar_of_its_own_is_judged_by_it_and_keeps_the_offices_closed_days(tmp_path):
    (tmp_path / "ours.yaml").write_text(OURS + "calendar: Scotland\n", encoding="utf-8")
    closed = {date(2026, 11, 27): "Moving house"}
    (policy,) = load_policies(["ours"], tmp_path, closed)
    case = case_of({"received_on": "2026-11-23"}, columns=["responded_on"])
    # five working days over the closed Friday, the weekend and Saint Andrew's Day on Monday the 30th
    assert judged(case, policy, "respond", "2026-12-01").due == date(2026, 12, 2)
    assert england().is_working(date(2026, 11, 30))
    assert at("2026-12-01").tzinfo is not None
