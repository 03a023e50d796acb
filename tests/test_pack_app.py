"""Packs through the command line: who they are for, what is approved, and the quality check's way round."""

from datetime import date, timedelta
from pathlib import Path

import openpyxl
import pytest

from complaints_sheet.cli import main
from complaints_sheet.config.settings import load_config
from complaints_sheet.errors import ConfigError
from complaints_sheet.state import open_state
from tests.test_app_memory import CONFIG, save

ISSUE = "The lift in the north stairwell stops between two floors"
AS_OF = ("--as-of", "2026-11-23T08:00")
PACK = "pack: {formats: [html], folder: packs, owner_names: yes}\n"


def rows() -> list[dict[str, object]]:
    """Eight closed cases and four open ones of the fortnight to 22 November."""
    found = []
    for number in range(12):
        received = date(2026, 11, 9) + timedelta(days=number)
        closed = number < 8
        found.append(
            {
                "Case Owner": "Amira Khan",
                "Department": "Repairs",
                "Date received": received.isoformat(),
                "Date followed-up with customer": (received + timedelta(days=1)).isoformat()
                if closed
                else None,
                "Resolved and followed up (Y/N)": "Y" if closed else "N",
                "Customer Name": f"Person Number{number}",
                "Issue": f"{ISSUE}, call {number}" if not closed else "Hall light is out",
                "Resolution": "Lamp changed" if closed else None,
            }
        )
    return found


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("config.yaml").write_text(CONFIG + PACK, encoding="utf-8")
    save(rows())
    return tmp_path


def pack(*more: str) -> int:
    return main(["pack", "--until", "2026-11-22", *AS_OF, *more])


def text_of(name: str) -> str:
    return (Path("packs") / name).read_text(encoding="utf-8")


def test_everyones_edition_keeps_free_text_back_until_somebody_approves_it(
    office: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert pack("--for", "everyone", "--kind", "review") == 0
    name = "2026-11-22 weekly feedback review, for everyone.html"
    assert ISSUE not in text_of(name)
    assert "[kept back until approved]" in text_of(name)
    assert "kept back. Read them in the meeting" in capsys.readouterr().out
    assert pack("--for", "everyone", "--kind", "review", "--approved-by", "Dana Hughes") == 0
    assert ISSUE in text_of(name)
    assert "as entered: Dana Hughes, 23 November 2026" in text_of(name)
    assert pack("--for", "everyone", "--kind", "review") == 0
    assert ISSUE in text_of(name)  # approved once, the same words stay approved
    with open_state(Path(".complaints"), dry_run=True) as state:
        (approval,) = state.packs.approvals()
    assert (approval.who, approval.edition, approval.day) == ("Dana Hughes", "review", date(2026, 11, 23))
    assert all(ISSUE not in mark for mark in approval.marks)


def test_a_passage_that_changed_since_waits_again(office: Path) -> None:
    assert pack("--for", "everyone", "--kind", "review", "--approved-by", "Dana Hughes") == 0
    changed = rows()
    changed[11]["Issue"] = "The lift is dangerous, says Mrs Other"
    save(changed)
    assert pack("--for", "everyone", "--kind", "review") == 0
    assert "Mrs Other" not in text_of("2026-11-22 weekly feedback review, for everyone.html")


def test_only_the_managers_edition_names_owners(office: Path) -> None:
    for reader in ("meeting", "manager", "everyone"):
        assert pack("--for", reader, "--kind", "review") == 0
    stem = "2026-11-22 weekly feedback review"
    assert "Amira Khan" in text_of(f"{stem}, for the manager.html")
    assert "Amira Khan" not in text_of(f"{stem}.html")
    assert "Amira Khan" not in text_of(f"{stem}, for everyone.html")


def test_the_manager_needs_the_configs_leave(office: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("config.yaml").write_text(CONFIG, encoding="utf-8")
    assert pack("--for", "manager") == 2
    assert "owner_names: yes" in capsys.readouterr().err
    assert pack("--approved-by", "Dana Hughes") == 2
    assert "--for everyone" in capsys.readouterr().err


def test_a_run_writes_the_meetings_pack_for_everybody_the_config_names(office: Path) -> None:
    meeting = "meeting: {first: 2026-11-24, every: 2 weeks, pack_before: 1 working day}\n"
    wanted = PACK.replace("owner_names: yes", "owner_names: yes, for: [everyone, manager]")
    Path("config.yaml").write_text(CONFIG + meeting + wanted, encoding="utf-8")
    assert main(["run", *AS_OF]) == 0
    assert sorted(path.name for path in Path("packs").glob("*.html")) == [
        "2026-11-24 improvement meeting pack, for everyone.html",
        "2026-11-24 improvement meeting pack, for the manager.html",
        "2026-11-24 improvement meeting pack.html",
    ]


def test_a_quality_check_is_drawn_filled_in_and_read_back(
    office: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert pack("--kind", "quality-check") == 0
    file = Path("packs/2026-11-22 quality check, checklist.xlsx")
    book = openpyxl.load_workbook(file)
    sheet = book["Checklist"]
    cases = [sheet.cell(row, 1).value for row in range(5, 10)]
    assert len(set(cases)) == 5
    assert sheet.cell(10, 1).value is None
    assert "The register says" in sheet["D5"].comment.text
    for row in range(5, 10):
        for column in range(4, 9):
            sheet.cell(row, column).value = "Yes"
    sheet["H6"].value = "no"
    sheet["I6"].value = "Ask the customer how it went"
    sheet["J6"].value = "Amira Khan"
    sheet["K6"].value = date(2026, 12, 4)
    sheet["D9"].value = "perhaps"
    book.save(file)
    assert pack("--kind", "quality-check") == 0  # again: what people typed stays
    assert "left as people filled it in" in capsys.readouterr().out
    assert openpyxl.load_workbook(file)["Checklist"]["D9"].value == "perhaps"
    assert pack() == 0
    page = text_of("2026-11-22 complaints pack to this day.html")
    assert "Quality check of cases closed 9 to 22 Nov" in page
    assert "3 of 4; 1 could not be judged" in page
    assert "Ask the customer how it went" in page
    assert "4 December 2026" in page
    sheet["L6"].value = "done 1 December"
    book.save(file)
    assert pack() == 0
    assert "Ask the customer how it went" not in text_of("2026-11-22 complaints pack to this day.html")


def test_a_checklist_that_is_no_checklist_any_more_is_said_to_be(office: Path) -> None:
    assert pack("--kind", "quality-check") == 0
    Path("packs/2026-11-22 quality check, checklist.xlsx").write_bytes(b"not a workbook")
    assert pack() == 0
    assert "could not be read" in text_of("2026-11-22 complaints pack to this day.html")


def test_the_usual_range_is_reckoned_anew_only_with_a_reason(office: Path) -> None:
    path = Path("config.yaml")
    path.write_text(CONFIG + "pack: {rebase: {from: 2026-06-01}}\n", encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load_config(path)
    assert any("reason" in each.message for each in caught.value.problems)
    path.write_text(
        CONFIG + 'pack: {rebase: {from: 2026-11-10, reason: "A new telephone system"}}\n', encoding="utf-8"
    )
    assert pack() == 0
    assert "Reckoned anew from 10 Nov: A new telephone system." in text_of(
        "2026-11-22 complaints pack to this day.html"
    )


def test_a_managers_edition_that_may_name_nobody_is_a_mistake_of_the_config(office: Path) -> None:
    Path("config.yaml").write_text(CONFIG + "pack: {for: [meeting, manager]}\n", encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load_config(Path("config.yaml"))
    assert any("owner_names: yes" in each.message for each in caught.value.problems)


def test_a_trial_run_writes_no_checklist(office: Path) -> None:
    assert pack("--kind", "quality-check", "--dry-run") == 0
    assert not Path("packs").exists()
