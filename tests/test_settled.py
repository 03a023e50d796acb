"""Settled cases: the short cut past rules that have nothing to say of them is right under every policy."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from complaints_sheet.config.closed_days import CalendarConfig, calendar_from
from complaints_sheet.config.policies import load_policies
from complaints_sheet.config.policy_names import PRESETS
from complaints_sheet.core.asking import Asking, Circumstances
from complaints_sheet.core.clocks import verdicts
from complaints_sheet.core.fields import FIELDS
from complaints_sheet.core.model import Money
from complaints_sheet.core.people import Person, directory
from complaints_sheet.core.rules import RULES
from complaints_sheet.core.rules.settled import COMPLETE, ORDINARY, settled
from tests.registers import make_case

AS_OF = datetime(2026, 11, 23, 8, tzinfo=ZoneInfo("Europe/London"))
CALENDAR = calendar_from(CalendarConfig(), 2024, 2029)
POLICIES = load_policies(sorted(path.stem for path in PRESETS.glob("*.yaml")))
WORDS = st.text("abc Yn-?", min_size=1, max_size=12).map(str.strip).filter(bool)
DAYS = st.integers(0, 400).map(lambda back: AS_OF.date() - timedelta(days=back))


@st.composite
def _values(draw):
    values = {name: draw(WORDS) for name in COMPLETE if FIELDS[name].kind in ("name", "text")}
    received = draw(DAYS)
    values |= {
        "received_on": received,
        "followed_up_on": received + timedelta(days=draw(st.integers(-3, 40))),
        "resolved": draw(st.sampled_from([True, True, True, False])),
    }
    more = draw(st.sets(st.sampled_from(sorted((ORDINARY - COMPLETE) | {"complex", "stage_2_owner"}))))
    given_kinds = {"money": Money(10), "yes_no": True}
    return values | {name: given_kinds.get(FIELDS[name].kind, "words") for name in more}


@pytest.mark.parametrize("policy", POLICIES, ids=lambda policy: f"{policy.id}-{policy.version}")
@settings(max_examples=60, deadline=None)
@given(values=_values())
def test_no_rule_that_is_passed_over_would_have_spoken(policy, values):
    case = make_case(values)
    found = verdicts(case, policy, CALENDAR, AS_OF)
    if not settled(case, found, AS_OF.date()):
        return
    people = directory([Person("A", "a@example.org")])
    asking = Asking(RULES, Circumstances(AS_OF.date(), CALENDAR, people))
    asks = asking._bind_all(case.layout, (policy,))
    for ask in set(asks.all) - set(asks.of_settled):
        given = {"verdicts": found} if ask.with_verdicts else {}
        assert list(ask.call(case, AS_OF.date(), **given)) == [], ask.rule.id


def test_a_case_is_settled_only_when_everything_is_in_order():
    good = dict.fromkeys(COMPLETE, "words")
    good |= {"received_on": date(2026, 11, 2), "followed_up_on": date(2026, 11, 3), "resolved": True}
    assert settled(make_case(good), (), AS_OF.date())
    spoilt = (
        {"resolved": False},
        {"followed_up_on": date(2026, 11, 1)},
        {"followed_up_on": date(2026, 11, 24)},
        {"followed_up_on": datetime(2026, 11, 3, 9, 0)},
        {"complex": True},
    )
    for change in spoilt:
        assert not settled(make_case(good | change), (), AS_OF.date()), change
    for missing in COMPLETE:
        fewer = {name: value for name, value in good.items() if name != missing}
        assert not settled(make_case(fewer, fields=tuple(good)), (), AS_OF.date()), missing
