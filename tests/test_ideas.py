"""Improvement ideas as values: which cell is which idea, what a decision changes, what the log may hold."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaints_sheet.core.idea_words import IdeaReport, Standing, said_did, stands, told_since
from complaints_sheet.core.ideas import (
    LIVE,
    STAGES,
    Comment,
    Effect,
    Idea,
    Wording,
    behind,
    decided,
    effect,
    idea_number,
    in_the_end,
)
from complaints_sheet.core.improvement_log import (
    CommentRow,
    Held,
    answer,
    by_number,
    log_from,
    planned,
    settled,
    torn,
    typed,
)
from complaints_sheet.core.log_columns import COLUMNS
from complaints_sheet.core.log_comments import heard
from complaints_sheet.core.model import Table
from complaints_sheet.core.proposals import Gathered, Proposal, alike, gathered

TODAY = date(2026, 11, 24)
RAISED = date(2026, 11, 10)
EVENING = "Text customers the evening before a visit"


def idea(number: int = 7, **facts: object) -> Idea:
    return replace(Idea(number, EVENING, RAISED, RAISED), **facts)  # type: ignore[arg-type]


def decide(before: Idea, *others: Idea, **wanted: object):
    known = {each.number: each for each in (before, *others)}
    return decided(before, wanted, TODAY, known, by="Sam Osei", place="the log")  # type: ignore[arg-type]


# --- the life of an idea ---------------------------------------------------------------------------------


def test_a_decision_moves_an_idea_and_is_an_event_of_it():
    after = decide(idea(), stage="agreed", owner="Lucy Marsh", due=date(2027, 1, 29))
    assert (after.idea.stage, after.idea.since, after.refused) == ("agreed", TODAY, {})
    assert [(each.field, each.before, each.after, each.by) for each in after.events] == [
        ("stage", "new", "agreed", "Sam Osei"),
        ("owner", "", "Lucy Marsh", "Sam Osei"),
        ("due", "", "2027-01-29", "Sam Osei"),
    ]


def test_the_day_of_the_decision_counts_not_the_day_it_was_typed():
    assert decide(idea(), stage="discussed", decided_on=date(2026, 11, 20)).idea.since == date(2026, 11, 20)
    later = decide(idea(), decided_on=date(2026, 12, 20))
    assert later.idea.decided_on is None
    assert later.refused == {"decided_on": "The day of the decision lies in the future."}


def test_declining_asks_for_a_reason_and_takes_everything_else_all_the_same():
    after = decide(idea(), stage="declined", owner="Lucy Marsh")
    assert (after.idea.stage, after.idea.owner) == ("new", "Lucy Marsh")
    assert after.refused == {"stage": "To decline it, write the reason."}
    assert decide(idea(), stage="declined", reason="Tried in 2024").idea.stage == "declined"


@pytest.mark.parametrize(
    ("into", "why"),
    [
        (None, "To merge it, write into which idea."),
        (7, "I-0007 cannot be merged into itself."),
        (9, "There is no idea I-0009."),
        (8, "I-0007 cannot be merged into itself."),
    ],
)
def test_an_idea_is_merged_only_into_another_that_does_not_lead_back(into, why):
    circle = idea(8, stage="merged", into=7)
    after = decide(idea(), circle, stage="merged", into=into)
    assert after.refused["stage"] == why
    assert after.idea.stage == "new"


def test_an_idea_that_leaves_merged_points_nowhere_any_more():
    assert decide(idea(stage="merged", into=8), idea(8), stage="discussed").idea.into is None


def test_each_round_of_comments_asks_the_team_anew():
    again = decide(idea(stage="discussed", circulated=RAISED, reply_by=RAISED), stage="out for comment")
    assert (again.idea.circulated, again.idea.reply_by) == (None, None)


@given(
    st.lists(
        st.tuples(st.integers(1, 4), st.sampled_from(STAGES), st.integers(1, 5), st.booleans()), max_size=40
    )
)
def test_whatever_is_decided_each_idea_is_in_one_stage_and_merging_never_goes_round(steps):
    known = {number: idea(number) for number in range(1, 5)}
    for number, stage, into, reason in steps:
        wanted = {"stage": stage, "into": into, **({"reason": "no"} if reason else {})}
        known[number] = decided(known[number], wanted, TODAY, known, by="", place="the log").idea
    for number, each in known.items():
        assert each.stage in STAGES
        end = in_the_end(number, known)
        assert known[end].stage != "merged" or known[end].into is None or known[end].into == end
        if each.stage == "merged":
            assert end != number


def test_complaints_stand_behind_what_an_idea_was_merged_into():
    known = {7: idea(), 8: idea(8, stage="merged", into=7)}
    said = [Wording(12, 7, EVENING, RAISED), Wording(30, 8, EVENING, RAISED), Wording(12, 8, EVENING, RAISED)]
    assert behind(said, known) == {7: (12, 30), 8: (12, 30)}


def test_the_effect_counts_twelve_weeks_on_either_side():
    done = idea(stage="implemented", since=date(2026, 6, 1), theme="Noise")
    days = [date(2026, 3, 8), date(2026, 3, 9), date(2026, 5, 31), date(2026, 6, 1), date(2026, 8, 23)]
    assert effect(done, [*days, date(2026, 8, 24)], TODAY) == Effect(2, 2, 84)
    assert effect(done, days, date(2026, 6, 10)) == Effect(2, 1, 10)
    assert effect(replace(done, theme=""), days, TODAY) is None


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("I-0007", 7),
        ("i7", 7),
        ("7", 7),
        ("I-0007 Text customers", 7),
        ("", None),
        ("the bins", None),
        ("I-", None),
    ],
)
def test_the_number_of_an_idea_is_understood_however_it_is_typed(text, number):
    assert idea_number(text) == number


# --- which cell is which idea ------------------------------------------------------------------------------


class Book:
    """The ideas known so far, as the memory would keep them."""

    def __init__(self) -> None:
        self.known: dict[int, Idea] = {}
        self.wordings: list[Wording] = []

    def hear(self, *said: tuple[int, str]) -> Gathered:
        found = gathered(
            [Proposal(case, words, RAISED) for case, words in said],
            self.wordings,
            self.known,
            TODAY,
            max(self.known, default=0) + 1,
        )
        self.known |= {each.number: each for each in (*found.new, *found.changed)}
        self.wordings += found.wordings
        return found


def test_a_cell_is_one_idea_however_often_it_is_read():
    book = Book()
    assert len(book.hear((12, EVENING)).new) == 1
    again = book.hear((12, EVENING), (12, f"  {EVENING.upper()}. "))
    assert (again.new, again.wordings, again.events) == ((), (), ())


def test_words_that_are_mended_or_added_are_the_same_idea_said_anew():
    book = Book()
    book.hear((12, "Text custmers the evening befor a visit"))
    found = book.hear((12, EVENING))
    assert [each.number for each in found.changed] == [1]
    assert book.known[1].words == EVENING
    longer = book.hear((12, f"{EVENING}, and say which two hours"))
    assert (len(longer.new), book.known[1].words) == (0, f"{EVENING}, and say which two hours")


def test_quite_other_words_in_a_cell_are_another_idea_and_the_first_one_stays():
    book = Book()
    book.hear((12, EVENING))
    found = book.hear((12, "Offer an interpreter on the first call"))
    assert ([each.number for each in found.new], sorted(book.known)) == ([2], [1, 2])
    assert book.hear((12, EVENING)).new == ()  # typed back: it is the idea it was


def test_the_same_words_beside_another_complaint_stand_behind_the_same_live_idea():
    book = Book()
    book.hear((12, EVENING), (30, EVENING))
    assert (len(book.known), behind(book.wordings, book.known)) == (1, {1: (12, 30)})
    book.known[1] = replace(book.known[1], stage="declined", reason="Too dear")
    assert len(book.hear((44, EVENING)).new) == 1  # a closed idea is not reopened: it is asked about anew


def test_ideas_that_read_alike_are_offered_and_not_merged():
    one = idea(1, words="Text the customer when the operative is running late")
    two = idea(2, words="Text the customer when running late")
    other = idea(3, words="Allow bigger photos in the portal")
    assert [(each.idea.number, each.other.number) for each in alike([one, two, other])] == [(2, 1)]
    assert alike([one, replace(two, stage="merged", into=1)]) == ()


# --- the log -----------------------------------------------------------------------------------------------

HEADINGS = [column.heading for column in COLUMNS]


def sheet(*rows: dict[str, object], first: int = 3) -> Table:
    keys = [column.key for column in COLUMNS]
    cells = [[row.get(key, "") for key in keys] for row in rows]
    return Table("log.xlsx", "Ideas", [HEADINGS, *cells], first_row=first)  # type: ignore[list-item]


def read(*rows: dict[str, object]):
    found = log_from([sheet(*rows)], day_first=True)
    assert not isinstance(found, str)
    return found


def test_columns_are_found_wherever_people_moved_them():
    table = sheet({"number": "I-0007", "words": EVENING, "stage": "AGREED", "due": date(2027, 1, 29)})
    order = sorted(range(len(HEADINGS)), key=lambda at: HEADINGS[at])
    moved = replace(table, rows=[["x", *(row[at] for at in order)] for row in table.rows])
    found = log_from([moved], day_first=True)
    assert not isinstance(found, str)
    cells = found.rows[0].cells
    assert (found.rows[0].number, cells["stage"], cells["due"]) == (7, "agreed", "2027-01-29")


def test_a_log_without_its_headings_is_not_guessed_at():
    said = log_from([Table("log.xlsx", "Ideas", [["No", "What"]])], day_first=True)
    assert said == "no worksheet has the headings “Idea no.”, “Idea” and “Stage” in one row"


@pytest.mark.parametrize(
    ("key", "text", "value", "trouble"),
    [
        ("due", "next week", None, "Due: “next week” is not a date."),
        ("due", "2027-01-29", date(2027, 1, 29), ""),
        ("into", "the other one", None, "“the other one” is no idea number."),
        ("customers_told", "yes", TODAY, ""),
        ("owner", "Lucy Marsh", "Lucy Marsh", ""),
        ("due", "", None, ""),
    ],
)
def test_what_a_cell_means(key, text, value, trouble):
    assert answer(key, text, TODAY) == (value, trouble)


def test_what_a_person_typed_is_taken_once_and_an_emptied_stage_decides_nothing():
    row = read({"number": "I-0007", "stage": "Agreed", "owner": "Lucy Marsh"}).rows[0]
    assert typed(row, {"stage": Held("new", ours=True)}) == {"stage": "agreed", "owner": "Lucy Marsh"}
    assert typed(row, {"stage": Held("agreed", ours=False), "owner": Held("Lucy Marsh", ours=False)}) == {}
    empty = read({"number": "I-0007", "words": EVENING}).rows[0]
    assert typed(empty, {"stage": Held("agreed", ours=False)}) == {}


TEXTS = st.sampled_from(["", "New", "typed", "ours", "other"])


@given(
    now=st.dictionaries(st.sampled_from(["owner", "reason", "solution", "theme"]), TEXTS),
    held=st.dictionaries(
        st.sampled_from(["owner", "reason", "solution", "theme"]), st.tuples(TEXTS, st.booleans())
    ),
    wanted=st.dictionaries(st.sampled_from(["owner", "reason", "solution", "theme"]), TEXTS),
)
def test_a_cell_is_written_only_where_it_is_blank_or_still_ours(now, held, wanted):
    log = read({"number": "I-0007", "words": EVENING, **now})
    base = {7: {key: Held(text, ours=ours) for key, (text, ours) in held.items()}}
    for _, key, text in planned(log, base, {7: wanted}).cells:
        before = now.get(key, "")
        assert text == wanted[key] != before
        assert before == "" or held[key] == (before, True)


def test_a_crash_after_writing_leaves_the_cells_known_as_ours():
    log = read({"number": "I-0007", "words": EVENING, "theme": "Noise", "department": "Repairs"})
    base = settled(log, {7: {"theme": Held("", ours=True)}}, {7: {"theme": "Noise", "department": "Estates"}})
    assert base == {7: {"theme": Held("Noise", ours=True)}}


def test_columns_sorted_without_the_others_are_noticed():
    words = ["Text the evening before", "Bigger photos", "An interpreter", "Ring back"]
    rows = [
        {"number": f"I-000{at}", "words": said, "stage": "New", "owner": f"P{at}"}
        for at, said in enumerate(words, 1)
    ]
    base = {
        at: {
            "words": Held(said, ours=True),
            "stage": Held("new", ours=True),
            "owner": Held(f"P{at}", ours=False),
        }
        for at, said in enumerate(words, 1)
    }
    assert not torn(read(*reversed(rows)), base)
    owners = [{**row, "owner": rows[-1 - at]["owner"]} for at, row in enumerate(rows)]
    assert torn(read(*owners), base)
    numbers = [{**row, "words": rows[-1 - at]["words"]} for at, row in enumerate(rows)]
    assert torn(read(*numbers), base)


def test_a_row_that_repeats_a_number_is_set_aside():
    log = read({"number": "I-0007", "words": EVENING}, {"number": "7", "words": "again"})
    first, again = by_number(log)
    assert ([*first], [row.row for row in again]) == ([7], [5])


def comment_row(row: int, tag: str, words: str, who: str = "") -> CommentRow:
    return CommentRow(row, tag, words, who, "", "")


def test_a_comment_is_heard_once_and_is_the_same_when_its_words_are_mended():
    found = heard([comment_row(4, "I-0007", "Works for us", "Tom")], [], [7], TODAY)
    said = replace(found.new[0][1], number=1, pack=date(2026, 12, 8))
    assert (said.idea, said.who, said.place) == (7, "Tom", "the log")
    assert heard([comment_row(9, "7", "Works for us", "Tom")], [said], [7], TODAY).new == ()
    again = heard([comment_row(9, "7", "Works for us all", "Tom")], [said], [7], TODAY)
    assert (again.new, again.changed[0].words, again.changed[0].pack) == ((), "Works for us all", None)
    assert heard([], [said], [7], TODAY).changed == ()  # a row that is deleted takes nothing away


def test_two_people_who_say_the_same_are_two_comments_and_an_unclear_one_is_kept():
    rows = [comment_row(4, "I-0007", "Yes", "Tom"), comment_row(5, "I-0007", "Yes", "Beth")]
    assert len(heard(rows, [], [7], TODAY).new) == 2
    unclear = heard([comment_row(6, "the bins", "Please do", "")], [], [7], TODAY).new[0][1]
    assert (unclear.idea, unclear.about) == (None, "the bins")


# --- what is said of an idea -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({}, "New: for the next meeting."),
        ({"stage": "out for comment"}, "The wider team is asked with the next run."),
        (
            {"stage": "agreed", "since": TODAY},
            "Agreed on 24 November 2026: nobody is named as its owner, no date is set.",
        ),
        (
            {"stage": "declined", "since": TODAY, "reason": "too dear"},
            "Declined on 24 November 2026: too dear.",
        ),
        ({"stage": "merged", "into": 3}, "Merged into I-0003."),
    ],
)
def test_where_an_idea_stands_in_words(facts, words):
    assert stands(Standing(idea(**facts))) == words


def test_what_could_not_be_taken_is_said_beside_it():
    assert stands(Standing(idea(), refused=("To decline it, write the reason.",))).endswith(
        "Not taken yet: To decline it, write the reason."
    )


def test_you_said_we_did_names_nobody_and_claims_no_cause():
    done = idea(
        stage="implemented", since=RAISED, theme="Noise", owner="Lucy Marsh", said="We now call first"
    )
    told = said_did(Standing(done, ("C-1", "C-2"), effect=Effect(8, 3, 84)))
    assert told.said == "2 of you told us about: Noise."
    assert (told.did, told.approved) == ("We now call first.", True)
    assert told.came_of_it.startswith("In the twelve weeks before, 8 complaints came in about this;")
    assert said_did(Standing(done, effect=Effect(8, 3, 20))).came_of_it == ""
    assert told_since([Standing(done), Standing(idea())], since=TODAY) == ()


def test_the_report_counts_every_idea_in_one_stage():
    stages = [idea(at, stage=stage) for at, stage in enumerate(STAGES, 1)]
    report = IdeaReport(tuple(map(Standing, stages)), (Comment(1, "", "x", TODAY, "the log"),))
    assert report.counts == tuple((stage, 1) for stage in STAGES)
    assert len(report.at(*LIVE)) == 4
