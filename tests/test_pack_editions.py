"""The weekly report, and what a pack says of the one before it."""

from datetime import date, timedelta

import pytest

from complaints_sheet.core.meetings import Period
from complaints_sheet.formats import write_all
from complaints_sheet.pack.beside import Beside
from complaints_sheet.pack.blocks import Pack, Paragraph, Table, plain
from complaints_sheet.pack.figure import Figure, Group, number_of, share_of
from complaints_sheet.pack.fortnightly import fortnightly
from complaints_sheet.pack.options import PackOptions
from complaints_sheet.pack.quarterly import quarterly
from complaints_sheet.pack.restated import LastPack, Restated, kept, restated
from complaints_sheet.pack.weekly import weekly
from tests.pack_by_hand import CALENDAR, PERIOD, Sheet, known_fortnight, nov
from tests.test_pack import BRAND, STANDARD, Page, html_of

WEEK = Period(nov(16), nov(22))
OPTIONS = PackOptions("Example Homes", STANDARD, step_days=7)


def busy_week() -> Sheet:
    sheet = Sheet("theme")
    for number in range(200):
        day = nov(15) - timedelta(days=2 * number)
        sheet.add(f"Y{number}", day, day, True, theme="Delay")
    for number in range(3):
        sheet.add(f"N{number}", nov(17) + timedelta(days=number), theme="Noise", department="Estates")
    return sheet.add("N9", nov(16), theme="Delay").add("L1", nov(2)).add("L2", nov(3))


def block(pack: Pack, name: str) -> Table:
    tables = [found for page in pack.pages for each in page.blocks for found in (each, *_inside(each))]
    return next(each for each in tables if isinstance(each, Table) and each.id == name)


def _inside(each: object) -> tuple[object, ...]:
    return tuple(getattr(each, side) for side in ("left", "right") if hasattr(each, side))


def rows(table: Table) -> list[tuple[str, ...]]:
    return [tuple(plain(cell.text) for cell in row) for row in table.rows]


@pytest.fixture(scope="module")
def week() -> Pack:
    return weekly([busy_week().judged()], WEEK, CALENDAR, OPTIONS)


def test_the_weekly_report_is_one_page(week: Pack) -> None:
    assert len(week.pages) == 1
    assert week.title == "Weekly complaints report"
    assert week.file_stem == "weekly-pack-2026-11-22"


def test_what_falls_due_in_five_working_days_is_counted_soonest_first(week: Pack) -> None:
    assert rows(block(week, "coming")) == [("Repairs", "Mon 23 Nov", "1"), ("Estates", "Tue 24 Nov", "3")]


def test_this_week_stands_beside_the_one_before(week: Pack) -> None:
    changes = {row[0]: row[1:] for row in rows(block(week, "changes"))}
    assert changes["Received"] == ("4", "4")
    assert changes["Open at the end"] == ("6", "2")


def test_themes_of_the_week_lead_to_their_cases(week: Pack) -> None:
    said = [plain(each.text) for each in week.pages[0].blocks if isinstance(each, Paragraph)]
    assert said[:1] == ["Themes this week: Noise 3, Delay 1."]
    lists = {each.label: each.groups[0].cases for each in week.case_lists}
    assert lists["Theme in the period: Noise"] == ("N0", "N1", "N2")


def test_the_weekly_report_lists_the_cases_of_its_own_links_alone(week: Pack) -> None:
    assert not [each for each in week.case_lists if each.label.startswith("Register health")]


def test_a_week_without_themes_says_what_to_add() -> None:
    pack = weekly([known_fortnight().judged()], WEEK, CALENDAR, OPTIONS)
    said = [plain(each.text) for each in pack.pages[0].blocks if isinstance(each, Paragraph)]
    assert said[:1] == ["Themes: not recorded in the register. Add a column “Theme” to see them."]


def test_the_weekly_report_can_be_written_in_every_format(week: Pack) -> None:
    outcomes = write_all(week, ["html", "pdf", "docx", "xlsx"], BRAND, ())
    assert [each.problem for each in outcomes] == [""] * 4


def test_a_follow_up_entered_later_restates_the_last_pack_and_names_the_case() -> None:
    earlier = Period(date(2026, 10, 26), nov(8))
    then = Sheet().add("A1", date(2026, 10, 26)).add("A2", date(2026, 10, 27), date(2026, 10, 28), True)
    said = fortnightly([then.judged()], earlier, CALENDAR, OPTIONS).figures
    since = (
        Sheet()
        .add("A1", date(2026, 10, 26), date(2026, 10, 27), True)
        .add("A2", date(2026, 10, 27), date(2026, 10, 28), True)
    )
    last = LastPack(earlier, kept(said))
    pack = fortnightly([since.judged()], PERIOD, CALENDAR, OPTIONS, Beside(last=last))
    table = block(pack, "restated")
    assert table.caption == "Restated figures of the last pack, 26 Oct to 8 Nov"
    found = {row[0]: row[1:] for row in rows(table)}
    assert found["Followed up within 5 working days"] == (
        "1 of 2",
        "2 of 2",
        "A1 moved from “Missed” to “In time”",
    )
    assert "Received" not in found


def test_a_last_pack_that_still_holds_is_said_to_hold() -> None:
    earlier = Period(date(2026, 10, 26), nov(8))
    sheet = known_fortnight()
    said = fortnightly([sheet.judged()], earlier, CALENDAR, OPTIONS).figures
    pack = fortnightly(
        [sheet.judged()], PERIOD, CALENDAR, OPTIONS, Beside(last=LastPack(earlier, kept(said)))
    )
    words = [plain(each.text) for each in pack.pages[7].blocks if isinstance(each, Paragraph)]
    assert "Restated figures: none. What the last pack said of 26 Oct to 8 Nov still holds." in words


def test_without_a_last_pack_there_is_nothing_to_restate() -> None:
    pack = fortnightly([known_fortnight().judged()], PERIOD, CALENDAR, OPTIONS)
    words = [plain(each.text) for each in pack.pages[7].blocks if isinstance(each, Paragraph)]
    assert "Restated figures: no earlier pack was kept, so there is nothing to restate." in words


def share(met: tuple[str, ...], missed: tuple[str, ...]) -> Figure:
    return share_of("s", "Share", Group("In time", met), Group("Missed", missed), Group("Unknown", ()))


def restate(before: Figure, now: Figure) -> tuple[Restated, ...]:
    return restated(LastPack(PERIOD, kept([before])), [now])


def test_rows_entered_later_and_rows_gone_are_both_named() -> None:
    (found,) = restate(share(("A", "B"), ("C",)), share(("A", "D", "E"), ()))
    assert found.why == "D and E were entered or dated later; B and C no longer count"
    assert (found.was, found.now) == ("2 of 3", "3 of 3")


def test_a_long_list_of_cases_is_cut() -> None:
    (found,) = restate(number_of("n", "Number", ()), number_of("n", "Number", tuple("ABCDEFGH")))
    assert found.why == "A, B, C, D, E and 3 more were entered or dated later"


def test_figures_kept_without_their_cases_are_restated_without_a_reason() -> None:
    old = {"s": {"shown": "1 of 2", "numerator": 1, "denominator": 2, "not_judged": 1}}
    (found,) = restated(LastPack(PERIOD, old), [share(("A", "B"), ())])
    assert found.was == "1 of 2 (1 not judged)"
    assert found.why == "The cases behind the last figure were not kept."


def test_an_amount_that_changed_says_so() -> None:
    before = Figure("g", "Goodwill", "£10", 10, 1, 1, groups=(Group("Goodwill", ("A",)),))
    now = Figure("g", "Goodwill", "£20", 20, 1, 1, groups=(Group("Goodwill", ("A",)),))
    (found,) = restate(before, now)
    assert (found.was, found.now) == ("£10 (1 of 1)", "£20 (1 of 1)")
    assert found.why == "The amounts or dates of its cases were changed."


QUARTER = Period(date(2026, 8, 24), nov(22))


@pytest.fixture(scope="module")
def board() -> Pack:
    sheet = busy_week()
    sheet.add(
        "Q1", nov(2), customer_name="Wilhelmina Quillfeather", case_owner="Tom Ashworth",
        issue="The roof above the stairs", improvement_idea="Look at roofs in spring",
    )  # fmt: skip
    options = PackOptions("Example Homes", STANDARD, customer_names=True, owner_names=True)
    return quarterly([sheet.judged()], QUARTER, CALENDAR, options)


def test_the_board_sees_four_quarters_of_themes_side_by_side(board: Pack) -> None:
    table = block(board, "theme-quarters")
    assert [column.label for column in table.columns] == [
        "Theme", "24 Aug to 22 Nov", "25 May to 23 Aug", "23 Feb to 24 May", "24 Nov to 22 Feb",
    ]  # fmt: skip
    assert rows(table) == [("Delay", "43", "46", "45", "46"), ("Noise", "3", "0", "0", "0")]


def test_the_board_report_names_nobody_and_prints_no_customers_words(board: Pack) -> None:
    (outcome,) = write_all(board, ["html"], BRAND, ())
    assert outcome.document is not None
    page = outcome.document.content.decode("utf-8")
    for words in ("Quillfeather", "Ashworth", "roof", "boiler"):
        assert words not in page


def test_the_board_report_has_room_for_a_response_and_reads_in_every_format(board: Pack) -> None:
    assert [page.short for page in board.pages] == [
        "At a glance", "Standards", "Where and what", "Four quarters", "Customers and staff",
        "Trust and definitions",
    ]  # fmt: skip
    outcomes = write_all(board, ["html", "pdf", "docx", "xlsx"], BRAND, ())
    assert [each.problem for each in outcomes] == [""] * 4
    assert all(each.document and each.document.notes == () for each in outcomes)


def test_a_board_report_without_themes_says_what_to_add() -> None:
    pack = quarterly([known_fortnight().judged()], QUARTER, CALENDAR, OPTIONS)
    assert "Add a column “Theme”" in plain(pack.pages[3].blocks[0].text)  # type: ignore[union-attr]


def test_no_link_of_any_edition_leads_nowhere(week: Pack, board: Pack) -> None:
    for pack in (week, board):
        page = Page(html_of(pack))
        assert set(page.links) <= set(page.ids)
