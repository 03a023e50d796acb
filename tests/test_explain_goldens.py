"""Hard cases explained, held against tests/explain/*.txt: each reads like a careful colleague's note.

To write the files anew after a change that is meant: python -m tests.test_explain_goldens
"""

from pathlib import Path

import pytest

from complaints_sheet.core.wording import wrap
from tests.policy_cases import case_of, preset, worked, written

EXPLAIN = Path(__file__).parent / "explain"

# name: (policy, clock, as of, values, blank columns, observed)
HARD_CASES = {
    "christmas-and-a-closed-office": (
        "customer-issue-reporting",
        "follow-up",
        "2027-01-06",
        {"received_on": "2026-12-21", "resolved": False},
    ),
    "late-since-the-weekend": (
        "customer-issue-reporting",
        "follow-up",
        "2026-11-22",
        {"received_on": "2026-11-13"},
    ),
    "resolved-but-no-date": (
        "customer-issue-reporting",
        "follow-up",
        "2026-11-22",
        {"received_on": "2026-11-02", "resolved": True},
    ),
    "first-contact": (
        "customer-issue-reporting",
        "follow-up",
        "2026-11-22",
        {"received_on": "2026-11-02", "followed_up_on": "2026-11-02", "resolved": True},
    ),
    "complex-on-a-saturday": (
        "customer-issue-reporting",
        "same-day-contact",
        "2026-11-22",
        {"received_on": "2026-11-07", "complex": True, "followed_up_on": "2026-11-09"},
    ),
    "month-end": (
        "eight-step-procedure",
        "follow-up",
        "2026-03-02",
        {"received_on": "2026-01-05", "resolved_on": "2026-01-31", "resolved": True},
        ("followed_up_on",),
    ),
    "promised-earlier": (
        "eight-step-procedure",
        "respond",
        "2026-11-22",
        {"received_on": "2026-11-02", "promised_on": "2026-11-04", "responded_on": "2026-11-05"},
    ),
    "twenty-four-hours-to-the-day": (
        "feedback-and-complaints",
        "acknowledge",
        "2026-11-22",
        {"received_on": "2026-11-13", "acknowledged_on": "2026-11-14"},
    ),
    "twenty-four-hours-by-the-minute": (
        "feedback-and-complaints",
        "acknowledge",
        "2026-11-22",
        {"received_on": "2026-10-24 16:40", "acknowledged_on": "2026-10-25 18:10"},
    ),
    "extension-told-too-late": (
        "feedback-and-complaints",
        "respond",
        "2026-11-22",
        {"received_on": "2026-11-02", "extended_to": "2026-11-20", "extension_told_on": "2026-11-12"},
        ("responded_on",),
    ),
    "extension-without-proof": (
        "feedback-and-complaints",
        "respond",
        "2026-11-22",
        {"received_on": "2026-11-02", "extended_to": "2026-11-20", "responded_on": "2026-11-18"},
    ),
    "paused-by-the-director": (
        "customer-contacts",
        "respond",
        "2026-12-01",
        {
            "received_on": "2026-11-02",
            "paused_from": "2026-11-06",
            "paused_until": "2026-11-19",
            "pause_decided_by": "Sam Osei",
        },
        ("responded_on",),
    ),
    "paused-without-an-end": (
        "customer-contacts",
        "respond",
        "2026-12-01",
        {"received_on": "2026-11-02", "paused_from": "2026-11-06", "pause_decided_by": "Sam Osei"},
        ("responded_on",),
    ),
    "became-formal-later": (
        "customer-contacts",
        "acknowledge",
        "2026-11-22",
        {
            "received_on": "2026-11-02",
            "contact_type": "dissatisfaction",
            "converted_on": "2026-11-19",
            "acknowledged_on": "2026-11-20",
        },
    ),
    "late-appeal": (
        "customer-contacts",
        "appeal-window",
        "2026-11-22",
        {"received_on": "2026-10-01", "responded_on": "2026-10-30", "appeal_received_on": "2026-11-17"},
    ),
    "only-observed": (
        "complaints-sop",
        "follow-up",
        "2026-11-22",
        {"received_on": "2026-10-01", "resolved": True, "followed_up_on": "2026-11-05"},
        (),
        {"resolved": ("2026-10-19 08:00", "2026-10-26 08:00")},
    ),
    "silence-between-updates": (
        "complaints-sop",
        "update",
        "2026-11-22",
        {"received_on": "2026-11-02", "contact_log": "05/11/2026 rang; 10 Nov 2026 wrote"},
    ),
    "no-column": (
        "customer-contacts",
        "acknowledge",
        "2026-11-22",
        {"received_on": "2026-11-02"},
    ),
    "held-and-then-late": (
        "held.yaml",
        "respond",
        "2027-01-08",
        {"received_on": "2026-11-02", "holding_reply_on": "2026-11-20"},
        ("responded_on",),
    ),
    "after-the-cut-off": (
        "held.yaml",
        "acknowledge",
        "2026-11-22",
        {"received_on": "2026-11-06 17:20", "acknowledged_on": "2026-11-11"},
    ),
}

HELD = """
id: held
version: "1"
title: With a holding reply
clocks:
  acknowledge:
    title: Acknowledge the complaint
    limit: 2 working days
    until: acknowledged_on
    counting: {cut_off: "17:00"}
    clause: "2.1"
  respond:
    title: Give the final response
    limit: 15 working days
    until: responded_on
    holding_reply: {limit: 35 working days}
    clause: "2.2"
"""


def note(name, folder):
    """Return the explanation of one of the hard cases, as a note."""
    policy_id, clock, as_of, values, *more = HARD_CASES[name]
    columns, observed = [*more, (), {}][: len(more)] + [(), {}][len(more) :]
    policy = written(HELD, folder, "held") if policy_id == "held.yaml" else preset(policy_id)
    found = worked(case_of(values, columns, observed), policy, clock, as_of)
    heading = f"{policy.title}, {clock}: {found.verdict.outcome.replace('_', ' ')}"
    return "\n".join([heading, "", *(wrap(text, width=90) for text in found.sentences)]) + "\n"


@pytest.mark.parametrize("name", HARD_CASES)
def test_a_hard_case_is_explained_as_a_careful_colleague_would(name, tmp_path):
    assert note(name, tmp_path) == (EXPLAIN / f"{name}.txt").read_text(encoding="utf-8")


def test_every_note_belongs_to_a_case():
    assert {path.stem for path in EXPLAIN.glob("*.txt")} == set(HARD_CASES)


if __name__ == "__main__":
    from tempfile import TemporaryDirectory

    EXPLAIN.mkdir(exist_ok=True)
    with TemporaryDirectory() as folder:
        for each in HARD_CASES:
            (EXPLAIN / f"{each}.txt").write_text(note(each, Path(folder)), encoding="utf-8")
