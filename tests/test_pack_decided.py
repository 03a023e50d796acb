"""What the pack says of ideas that are on their way: every idea in one stage, every comment, no names."""

from dataclasses import replace
from datetime import date
from itertools import pairwise

from complaints_sheet.core.idea_words import IdeaReport, Standing
from complaints_sheet.core.ideas import STAGES, Comment, Effect, Event, Idea
from complaints_sheet.core.proposals import Alike
from complaints_sheet.pack.beside import Beside
from complaints_sheet.pack.blocks import Pack, Table, headings, plain
from complaints_sheet.pack.fortnightly import fortnightly
from complaints_sheet.pack.options import PackOptions, Standard
from tests.pack_by_hand import CALENDAR, PERIOD, known_fortnight, nov

STANDARD = Standard("follow-up", "followed up within 5 working days", 0.9)
IDEAS = [
    replace(
        Idea(number, f"Idea number {number} for Mr Haddad", nov(2), nov(2), stage),
        owner="Lucy Marsh",
        due=nov(10),
        reply_by=nov(20),
        circulated=nov(10),
        into=1,
        theme="Noise",
        decided_by="Sam Osei",
    )
    for number, stage in enumerate(STAGES, 1)
]


def report(*comments: Comment) -> IdeaReport:
    standings = tuple(Standing(each, ("C-00001",), 2, Effect(8, 3, 20)) for each in IDEAS)
    return IdeaReport(
        standings,
        comments,
        (Event(4, nov(12), "stage", "new", "agreed", "Sam Osei", "the log"),),
        (Alike(IDEAS[1], IDEAS[0], 90),),
        {},
        {each.number: ("Pat Haddad",) for each in IDEAS},
        nov(10),
    )


def pack_with(ideas: IdeaReport, **choices: object) -> Pack:
    options = PackOptions("Example Homes", STANDARD, **choices)  # type: ignore[arg-type]
    return fortnightly([known_fortnight().judged()], PERIOD, CALENDAR, options, Beside(nov(24), ideas=ideas))


def table(pack: Pack, name: str) -> list[list[str]]:
    page = next(each for each in pack.pages if each.id == "earlier-ideas")
    found = next(block for block in page.blocks if isinstance(block, Table) and block.id == name)
    return [[plain(cell.text) for cell in row] for row in found.rows]


def words(pack: Pack) -> str:
    return str(pack.pages)


def test_every_idea_stands_in_one_table_of_its_stage():
    pack = pack_with(report())
    first = next(each for each in pack.pages if each.id == "earlier-ideas").blocks[0]
    assert "7 ideas so far: 1 new, 1 discussed, 1 out for comment, 1 agreed, 1 implemented" in str(first)
    names = {
        name: [row[0] for row in table(pack, name)] for name in ("out-for-comment", "agreed", "implemented")
    }
    assert names == {"out-for-comment": ["I-0003"], "agreed": ["I-0004"], "implemented": ["I-0005"]}
    assert [row[0] for row in table(pack, "waiting")] == ["I-0001", "I-0002"]
    assert table(pack, "implemented")[0][3:5] == ["8", "3 in 20 of 84 days"]
    assert table(pack, "agreed")[0][3:] == ["10 Nov", "13 days late"]
    assert table(pack, "alike")[0][0] == "I-0002"


def test_no_comment_is_left_out_however_many_there_are():
    said = [Comment(3, "Tom Ashworth", f"Comment {at}.", nov(12), "the log", at) for at in range(150)]
    unclear = Comment(None, "", "About the bins.", nov(12), "the log", 150, about="the bins")
    rows = table(pack_with(report(*said, unclear)), "comments")
    assert {row[1] for row in rows} == {each.words for each in (*said, unclear)}
    assert rows[-1] == ["not clear", "About the bins.", "no name given", "12 Nov"]


def test_names_are_shown_only_where_the_pack_may_show_them():
    said = Comment(3, "Tom Ashworth", "Mr Haddad would like it.", nov(12), "the log", 1)
    hidden = words(pack_with(report(said)))
    assert not [name for name in ("Haddad", "Tom Ashworth", "Lucy Marsh", "Sam Osei") if name in hidden]
    shown = pack_with(report(said), owner_names=True, customer_names=True)
    assert table(shown, "comments")[0] == ["I-0003", "Mr Haddad would like it.", "Tom Ashworth", "12 Nov"]
    assert table(shown, "decided")[0] == ["I-0004", "New → Agreed", "12 Nov", "Sam Osei"]


def test_the_meeting_is_asked_about_closed_rounds_and_late_changes():
    pack = pack_with(report())
    glance = str(pack.pages[0])
    assert "1 proposal has all comments in (I-0003): agree or decline?" in glance
    assert "1 agreed change is overdue (I-0004): new date, or what stands in the way?" in glance
    assert "1 agreed change to be done; 1 of them overdue (I-0004)" in glance


def test_headings_have_no_gaps_with_every_table_there():
    levels = [level for level, _ in headings(pack_with(report(Comment(3, "", "Yes.", nov(12), "the log"))))]
    assert all(later <= earlier + 1 for earlier, later in pairwise(levels))


def test_without_any_idea_known_the_pack_lists_those_of_the_register():
    pack = fortnightly(
        [known_fortnight().judged()],
        PERIOD,
        CALENDAR,
        PackOptions("Example Homes", STANDARD),
        Beside(date(2026, 11, 24)),
    )
    assert table(pack, "carried-over") is not None
