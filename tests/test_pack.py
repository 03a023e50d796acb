"""The pack as blocks and as HTML: what it says, what it never says, and whether it can be read by all."""

import itertools
import re
from dataclasses import replace
from datetime import date, time, timedelta
from html.parser import HTMLParser
from pathlib import Path

import pytest

from complaints_sheet.core.brand import Brand
from complaints_sheet.core.findings import finding
from complaints_sheet.core.model import Flag
from complaints_sheet.errors import ConfigError
from complaints_sheet.formats import FORMATS, html, write_all
from complaints_sheet.pack.beside import Beside
from complaints_sheet.pack.blocks import IdeaCard, Note, Pack, Panels, Table, charts, headings, plain
from complaints_sheet.pack.fortnightly import fortnightly
from complaints_sheet.pack.options import PackOptions, Standard
from tests.pack_by_hand import CALENDAR, PERIOD, Sheet, known_fortnight, nov

STANDARD = Standard("follow-up", "followed up within 5 working days", 0.9)
BRAND = Brand("Example Homes")
NASTY = "<script>alert(1)</script> {{ 7*7 }} =cmd|' /C calc'!A0 \U0001f600 \u202eabc 漢字"


def pack_of(sheet: Sheet, **options: object) -> Pack:
    choices = PackOptions("Example Homes", STANDARD, version="0.1.0", **options)  # type: ignore[arg-type]
    return fortnightly([sheet.judged()], PERIOD, CALENDAR, choices, Beside(nov(24), time(14)))


def html_of(pack: Pack) -> str:
    return html.write(pack, BRAND, ()).content.decode("utf-8")


def busy() -> Sheet:
    """A year of cases, a bad fortnight, a risen theme, ideas old and new, and sensitive words."""
    sheet = Sheet("theme", "handled_fairly", "goodwill_amount")
    for number in range(260):
        day = nov(6) - timedelta(days=number * 3 // 2)
        done = day + timedelta(days=1 + number % 3)
        sheet.add(f"Y{number}", day, done, True, theme=f"Theme {number % 4}")
    for number in range(14):
        sheet.add(f"Z{number}", nov(9), theme="Missed appointment", department="Billing")
    sheet.add(
        "Z99", nov(12), customer_name="Wilhelmina Quillfeather", case_owner="Tom Ashworth",
        issue="Mrs Quillfeather says Tom Ashworth never rang",
        improvement_idea="Ring Wilhelmina back the same day",
    )  # fmt: skip
    sheet.add("Y900", date(2026, 3, 1), nov(1), True, improvement_idea="Publish waiting times")
    return sheet


class Page(HTMLParser):
    """What a test needs of a page: its ids, links, headings, cells and any address outside it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.levels: list[int] = []
        self.scopes: list[str | None] = []
        self.outside: list[str] = []
        self.tags: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.tags.add(tag)
        if found.get("id"):
            self.ids.append(found["id"] or "")
        for name in ("href", "src"):
            value = found.get(name) or ""
            if value.startswith("#"):
                self.links.append(value[1:])
            elif value and not value.startswith("data:"):
                self.outside.append(value)
        if re.fullmatch(r"h[1-6]", tag):
            self.levels.append(int(tag[1]))
        if tag == "th":
            self.scopes.append(found.get("scope"))


@pytest.fixture(scope="module")
def busy_pack() -> Pack:
    return pack_of(busy())


@pytest.fixture(scope="module")
def busy_page(busy_pack: Pack) -> str:
    return html_of(busy_pack)


def test_there_are_eight_pages_each_answering_a_question(busy_pack: Pack) -> None:
    assert [page.short for page in busy_pack.pages] == [
        "At a glance", "Standards", "Where and what", "Overdue cases",
        "New ideas", "Earlier ideas", "Customers and staff", "Trust and definitions",
    ]  # fmt: skip


@pytest.mark.parametrize("sheet", [busy(), known_fortnight(), Sheet()], ids=["busy", "known", "empty"])
def test_headings_have_no_gaps(sheet: Sheet) -> None:
    pack = pack_of(sheet)
    levels = [level for level, _ in headings(pack)]
    assert levels[0] == 1
    assert all(later <= level + 1 for level, later in itertools.pairwise(levels))
    written = Page(html_of(pack)).levels
    assert written[0] == 1
    assert all(later <= level + 1 for level, later in itertools.pairwise(written))


def test_every_link_leads_somewhere_and_every_id_is_used_once(busy_page: str) -> None:
    page = Page(busy_page)
    assert set(page.links) <= set(page.ids)
    assert len(page.ids) == len(set(page.ids))


def test_numbers_lead_to_the_cases_behind_them(busy_pack: Pack, busy_page: str) -> None:
    links = set(Page(busy_page).links)
    assert {"cases-received", "cases-in-standard", "cases-open-past", "cases-closing"} <= links
    lists = {each.id: each for each in busy_pack.case_lists}
    assert len(lists["cases-received"].groups[0].cases) == 15


def test_the_page_needs_nothing_from_outside(busy_page: str) -> None:
    page = Page(busy_page)
    assert page.outside == []
    assert "script" not in page.tags
    assert "url(http" not in busy_page
    assert "@import" not in busy_page
    assert "default-src 'none'" in busy_page


def test_every_table_heading_has_a_scope(busy_page: str) -> None:
    scopes = Page(busy_page).scopes
    assert scopes
    assert set(scopes) == {"col", "row"}


def test_every_chart_has_a_title_and_a_description(busy_pack: Pack, busy_page: str) -> None:
    drawn = list(charts(busy_pack))
    assert [chart.id for chart in drawn] == ["in-standard", "received", "themes"]
    for chart in drawn:
        assert chart.alt.endswith(".")
        assert f'id="{chart.id}-title"' in busy_page
        assert f'id="{chart.id}-description"' in busy_page
    assert busy_page.count('role="img"') == 3


def test_the_headline_says_the_counts_and_whether_anything_changed(busy_pack: Pack) -> None:
    assert busy_pack.pages[0].title == (
        "4 of 19 complaints due in this period were followed up within 5 working days (21%); "
        "the target is 90%. That is a change for the worse."
    )


def test_with_nothing_signalled_the_pack_says_no_change() -> None:
    sheet = Sheet()
    for number in range(400):
        day = nov(22) - timedelta(days=number)
        sheet.add(f"Q{number}", day, day if number % 7 else None, bool(number % 7))
    pack = pack_of(sheet)
    panel = next(block for block in pack.pages[0].blocks if isinstance(block, Panels)).panels[0]
    assert panel.items == ()
    assert "No change" in pack.pages[0].title


def test_at_most_three_things_are_different_and_a_risen_theme_is_one(busy_pack: Pack) -> None:
    panel = next(block for block in busy_pack.pages[0].blocks if isinstance(block, Panels)).panels[0]
    said = [plain(item) for item in panel.items]
    assert 1 <= len(said) <= 3
    assert any(item.startswith("Missed appointment: 14 complaints in four weeks") for item in said)


def test_decisions_name_the_ideas_and_cases_they_are_about(busy_pack: Pack) -> None:
    panel = next(block for block in busy_pack.pages[0].blocks if isinstance(block, Panels)).panels[1]
    assert [plain(item) for item in panel.items] == [
        "1 new idea (Z99): take forward, merge or decline?",
        "1 idea is over 12 weeks old (Y900): agree or decline?",
    ]


def test_no_customer_and_no_owner_is_named_unless_allowed(busy_page: str) -> None:
    for name in ("Wilhelmina", "Quillfeather", "Tom Ashworth", "Ashworth", "Customer Y1", "Amira"):
        assert name not in busy_page
    assert "[customer] says [colleague] never rang" in busy_page


def test_owners_and_customers_are_named_where_allowed() -> None:
    page = html_of(pack_of(busy(), customer_names=True, owner_names=True))
    assert "Wilhelmina Quillfeather" in page
    assert "Tom Ashworth" in page
    assert "This pack names customers. It names case owners." in page


def test_a_missing_column_says_what_to_add_and_never_0() -> None:
    pack = pack_of(known_fortnight())
    page = html_of(pack)
    assert "Add a column “Handled fairly?” to show it." in page
    assert "Add a column “Theme”" in page
    results = next(block for block in pack.pages[6].blocks if isinstance(block, Table))
    shown = {plain(row[0].text): plain(row[1].text) for row in results.rows}
    assert shown["Goodwill paid"] == "Not recorded"
    assert shown["Satisfied with outcome"] == "Not recorded"


def test_pages_that_wait_for_recorded_decisions_say_so_honestly(busy_pack: Pack) -> None:
    notes = [block.title for page in busy_pack.pages for block in page.blocks if isinstance(block, Note)]
    assert "Actions from earlier meetings" in notes
    assert "Decisions and what came of them" in notes


def test_new_ideas_stand_in_the_words_of_their_proposer_with_their_complaints(busy_pack: Pack) -> None:
    (card,) = [block for block in busy_pack.pages[4].blocks if isinstance(block, IdeaCard)]
    assert plain(card.idea) == "Ring [customer] back the same day"
    assert card.choices == ("Take forward", "Merge with", "Decline, because")


def test_the_overdue_list_stops_at_forty_and_says_how_many_more() -> None:
    sheet = Sheet()
    for number in range(52):
        sheet.add(f"L{number:02}", nov(2))
    table = next(block for block in pack_of(sheet).pages[3].blocks if isinstance(block, Table))
    assert len(table.rows) == 40
    assert table.more == "And 12 more in the register."


def test_a_case_that_is_0_days_over_says_since_when() -> None:
    monday = known_fortnight()
    saturday = monday.judged(monday.judged().as_of.replace(day=21))
    pack = fortnightly([saturday], PERIOD, CALENDAR, PackOptions("Example Homes", STANDARD))
    assert "since Fri 20 Nov" in html_of(pack)
    assert ">0 working days<" not in html_of(pack)


def test_an_empty_register_makes_a_short_honest_pack() -> None:
    pack = pack_of(Sheet())
    assert pack.pages[0].title.startswith("No complaint fell due in this period.")
    page = html_of(pack)
    assert "No open case is past the standard." in page
    assert "Nothing to show yet." in page


def test_hostile_text_stays_text() -> None:
    sheet = Sheet("theme").add(
        "X1", nov(2), issue=NASTY, department=NASTY, theme=NASTY, improvement_idea=NASTY * 50
    )
    pack = replace(pack_of(sheet), footer='"} body{display:none} </style><script>', organisation=NASTY)
    page = html_of(pack)
    assert "<script" not in page
    assert "</style><" not in page.replace("</style>\n</head>", "")
    assert "{{ 7*7 }}" in page
    assert 'content:"\\22 ' in page


def test_the_facts_name_period_meeting_moment_and_rows(busy_pack: Pack) -> None:
    assert busy_pack.facts == (
        "9 to 22 November 2026",
        "meeting Tuesday 24 November 2026, 14:00",
        "register as at 23 November 2026, 08:00, 276 rows",
    )
    assert busy_pack.file_stem == "fortnightly-pack-2026-11-22"


def test_the_last_page_says_where_everything_comes_from(busy_page: str) -> None:
    assert "by-hand (version 1)" in busy_page
    assert "11 November 2026 (Office closed)" in busy_page
    assert "fingerprint abababababababab" in busy_page
    assert "Complaints Sheet 0.1.0" in busy_page


def test_the_same_register_gives_the_same_bytes(busy_pack: Pack) -> None:
    assert html.write(busy_pack, BRAND, ()) == html.write(pack_of(busy()), BRAND, ())


def test_the_brand_reaches_the_page_and_stays_readable_in_the_dark() -> None:
    page = html.write(pack_of(Sheet()), Brand("Homes", main="#4a0d3c"), ()).content.decode("utf-8")
    assert "--main:#4a0d3c" in page
    assert "#0b4f6c" not in page


def test_a_logo_is_carried_inside_the_page(tmp_path: Path) -> None:
    logo = tmp_path / "logo.png"
    logo.write_bytes(b"\x89PNG not really")
    page = html.write(pack_of(Sheet()), Brand("Homes", logo=logo), ()).content.decode("utf-8")
    assert 'src="data:image/png;base64,iVBORyBub3QgcmVhbGx5"' in page
    assert 'alt="Homes"' in page


def test_a_broken_template_of_the_office_costs_that_format_only(tmp_path: Path) -> None:
    (tmp_path / "pack").mkdir()
    (tmp_path / "pack" / "pack.html").write_text("<p>{{ pack.titel }}</p>", encoding="utf-8")
    (outcome,) = write_all(pack_of(Sheet()), ["html"], BRAND, [tmp_path])
    assert outcome.document is None
    assert "pack.html, line 1" in outcome.problem
    with pytest.raises(ConfigError):
        html.write(pack_of(Sheet()), BRAND, [tmp_path])


def test_html_is_a_format() -> None:
    assert FORMATS["html"] is html.write


def test_too_long_open_cases_are_counted_below_the_list() -> None:
    sheet = Sheet().add("M1", nov(2), nov(3))
    flagged = [finding(sheet.cases[0], "open-too-long", "medium", Flag("open"))]
    pack = fortnightly(
        [sheet.judged(findings=flagged)], PERIOD, CALENDAR, PackOptions("Example Homes", STANDARD)
    )
    assert "1 more case has been followed up" in html_of(pack)
