"""Targets and published figures beside the office's own, service failures, and every count with its cases."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from complaints_sheet.config.settings import load_config
from complaints_sheet.core.findings import finding
from complaints_sheet.core.meetings import Period
from complaints_sheet.core.model import Flag
from complaints_sheet.errors import ConfigError
from complaints_sheet.pack.aims import MEASURES, Aims, Comparison
from complaints_sheet.pack.blocks import Cards, Pack, Pair, Paragraph, Table, plain
from complaints_sheet.pack.figure import Figure
from complaints_sheet.pack.figures import period_figures
from complaints_sheet.pack.fortnightly import fortnightly
from complaints_sheet.pack.frame import frame_of
from complaints_sheet.pack.measure import measure
from complaints_sheet.pack.options import PackOptions
from tests.pack_by_hand import CALENDAR, PERIOD, Sheet, known_fortnight, nov
from tests.pack_registers import BESIDE, one_edition, rich_year
from tests.test_pack import STANDARD

SOURCE = "Example ombudsman, yearly report"
AIMS = Aims(
    {"in_standard": 0.9, "follow-up": 0.8, "days_to_follow_up": 5, "acknowledge": 0.95},
    (
        Comparison("in_standard", 0.87, SOURCE, 2025),
        Comparison("satisfied_with_handling", 0.615, SOURCE, 2024),
    ),
)
"""The register known by hand has no time limit "acknowledge"."""


def tables(pack: Pack) -> dict[str, Table]:
    blocks = [block for page in pack.pages for block in page.blocks]
    pairs = [each for block in blocks if isinstance(block, Pair) for each in (block.left, block.right)]
    return {each.id: each for each in (*blocks, *pairs) if isinstance(each, Table)}


def rows(table: Table) -> list[tuple[str, ...]]:
    return [tuple(plain(cell.text) for cell in row) for row in table.rows]


def known_pack(aims: Aims) -> Pack:
    options = PackOptions("Example Homes", STANDARD, aims=aims)
    return fortnightly([known_fortnight().judged()], PERIOD, CALENDAR, options, BESIDE)


def test_each_figure_stands_beside_its_target_and_what_others_published() -> None:
    found = rows(tables(known_pack(AIMS))["targets"])
    # days to follow up by hand: A7 0, A1 5, A3 5, A2 6;
    # in standard by hand: A1, A3 in time; A2, A4, A6 missed; nothing fell due in the period before
    assert found == [
        ("Followed up within 5 working days", "2 of 5", "None", "90%", f"87% ({SOURCE}, 2025)"),
        ("Follow up", "2 of 5", "–", "80%", "–"),
        ("Median working days to follow up", "5", "None", "at most 5", "–"),
        ("acknowledge", "No procedure in use has it", "–", "95%", "–"),
        ("Satisfied with handling", "Not recorded", "Not recorded", "–", f"61.5% ({SOURCE}, 2024)"),
    ]


def test_the_target_stands_on_the_card_and_in_the_results_as_set_by_the_office() -> None:
    pack = known_pack(AIMS)
    (cards,) = (block for block in pack.pages[0].blocks if isinstance(block, Cards))
    details = {card.label: card.detail for card in cards.cards}
    assert details["Followed up within 5 working days"].endswith("; target set by you: 90%")
    assert "target set by you" not in details["Received"]
    results = {row[0]: row[2] for row in rows(tables(pack)["results"])}
    assert results["Median working days to follow up"].endswith("; target set by you: at most 5")


def test_without_targets_the_page_says_where_to_enter_them_and_invents_none() -> None:
    page = known_pack(Aims()).pages[1]
    said = [plain(block.text) for block in page.blocks if isinstance(block, Paragraph)]
    assert any(words.startswith("Targets and published figures: none are entered.") for words in said)
    assert "targets" not in tables(known_pack(Aims()))


def test_a_time_limit_of_two_procedures_is_one_figure_of_all_its_cases() -> None:
    first, second = known_fortnight().judged(), known_fortnight().judged()
    other = tuple(tuple(replace(each, policy="other") for each in verdicts) for verdicts in second.verdicts)
    options = PackOptions("Example Homes", STANDARD, aims=Aims({"follow-up": 0.8}))
    pack = fortnightly([first, replace(second, verdicts=other)], PERIOD, CALENDAR, options, BESIDE)
    assert rows(tables(pack)["targets"])[0][1] == "40% (4 of 10)"


def test_every_measure_has_a_figure_of_the_pack() -> None:
    measures = measure([rich_year().judged()], PERIOD, CALENDAR, PackOptions(standard=STANDARD))
    known = {each.id for each in measures.figures} | {"quality-check"}
    assert {figure for figure, _ in MEASURES.values()} <= known


# --- the settings ---------------------------------------------------------------------------------------


def read(folder: Path, section: str) -> Aims:
    path = folder / "config.yaml"
    path.write_text(f"register: r.xlsx\npack:\n{section}", encoding="utf-8")
    return load_config(path).pack.aims


def test_targets_and_published_figures_are_read_with_their_source_and_year(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        "  targets: {in_standard: 90%, days_to_follow_up: 5, acknowledge: 95}\n"
        "  compare:\n  - {measure: open_past, value: 2.5, source: A report, year: 2025}\n",
    )
    assert found.targets == {"in_standard": 0.9, "days_to_follow_up": 5.0, "acknowledge": 0.95}
    assert found.comparisons == (Comparison("open_past", 2.5, "A report", 2025),)
    assert found.published("open_past") == "2.5 (A report, 2025)"


@pytest.mark.parametrize(
    ("section", "said"),
    [
        ("  targets: {in_standrad: 90%}\n", "in_standard"),
        ("  targets: {in_standard: soon}\n", "percentage"),
        ("  targets: {open_past: 90%}\n", "a number such as 5"),
        ("  compare: [{measure: in_standard, value: 87%, year: 2025}]\n", "source"),
        ("  compare: [{measure: in_standard, value: 87%, source: A report}]\n", "year"),
        ("  compare: [{measure: in_standard, value: many, source: A, year: 2025}]\n", "percentage"),
    ],
)
def test_a_target_that_cannot_be_is_named_with_its_place(tmp_path: Path, section: str, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read(tmp_path, section)
    assert any(said in each.message for each in caught.value.problems)
    assert all(each.line for each in caught.value.problems)


# --- service failures -----------------------------------------------------------------------------------


def failures(sheet: Sheet) -> Figure:
    return period_figures(frame_of([sheet.judged()], PackOptions()), PERIOD, CALENDAR).failures


def test_service_failures_are_counted_and_a_blank_is_not_no() -> None:
    found = failures(
        Sheet("service_failure")
        .add("F1", nov(9), service_failure=True)
        .add("F2", nov(10), service_failure=False)
        .add("F3", nov(11))
        .add("F4", nov(22), service_failure=True)
        .add("F5", date(2026, 10, 1), service_failure=True)
    )
    assert (found.shown, found.numerator, found.denominator, found.not_judged) == ("2", 2, 3, 1)
    assert [(each.label, each.cases) for each in found.groups] == [
        ("Service failures", ("F1", "F4")),
        ("Not filled in or not readable", ("F3",)),
    ]


def test_without_its_column_service_failure_is_not_recorded_and_says_what_to_add() -> None:
    found = failures(Sheet().add("F1", nov(9)))
    assert (found.shown, found.value) == ("Not recorded", None)
    assert "Add a column “Service failure (Y/N)”" in found.note


# --- every number leads to its cases --------------------------------------------------------------------

COUNTS = {
    ("fortnightly", "health-departments"): (1, 2),
    ("quarterly", "theme-quarters"): (1, 2, 3, 4),
    ("quarterly", "root-causes"): (1,),
    ("annual", "limits"): (1, 2, 4),
    ("weekly", "changes"): (1, 2),
}


@pytest.fixture(scope="module")
def rich() -> dict[str, Pack]:
    judgement = rich_year().judged()
    return {edition: one_edition(edition, judgement) for edition in {edition for edition, _ in COUNTS}}


@pytest.mark.parametrize(("where", "columns"), COUNTS.items())
def test_each_number_of_a_table_leads_to_as_many_cases(
    rich: dict[str, Pack], where: tuple[str, str], columns: tuple[int, ...]
) -> None:
    pack = rich[where[0]]
    lists = {each.id: each for each in pack.case_lists}
    checked = 0
    for row in tables(pack)[where[1]].rows:
        for at in columns:
            (run,) = row[at].text
            if run.text not in {"0", "None"}:
                behind = lists[run.link]
                assert behind.shown == run.text
                if run.text.isdigit() and behind.groups[0].label != "Followed up":
                    assert sum(len(group.cases) for group in behind.groups) == int(run.text)
                checked += 1
    assert checked


def test_the_cases_behind_what_somebody_typed_are_listed_by_number_alone(rich: dict[str, Pack]) -> None:
    labels = {each.label for each in rich["quarterly"].case_lists}
    assert "Root cause 1" in labels
    assert not [each for each in labels if "price list" in each]


def test_findings_of_the_year_lead_to_their_cases() -> None:
    sheet = Sheet().add("A1", nov(2)).add("A2", nov(3))
    found = [finding(sheet.cases[0], "open-too-long", "medium", Flag("open"))] * 2
    pack = one_edition("annual", sheet.judged(findings=found))
    (row,) = rows(tables(pack)["findings"])
    assert row == ("open too long", "2", "1")
    (behind,) = (each for each in pack.case_lists if each.id == "cases-finding-open-too-long")
    assert [group.cases for group in behind.groups] == [("A1",)]


def test_an_earlier_quarters_theme_lists_the_cases_of_its_own_days(rich: dict[str, Pack]) -> None:
    pack = rich["quarterly"]
    shown = tables(pack)["theme-quarters"]
    label = f"Theme, {shown.columns[2].label}: {plain(shown.rows[0][0].text)}"
    (behind,) = (each for each in pack.case_lists if each.label == label)
    assert behind.shown == plain(shown.rows[0][2].text)
    before = Period(pack.start, pack.end).before((pack.end - pack.start).days + 1)
    received = {each.name: each.day("received_on") for each in rich_year().cases}
    assert all(before.holds(received[name]) for group in behind.groups for name in group.cases)
