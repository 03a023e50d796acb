"""The program's own columns in the register: what they say, and when nothing is written."""

import io
import os
import subprocess
import time
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import openpyxl
import pytest

from complaints_sheet.app.working import work
from complaints_sheet.core.calculated import STATUS, calculated
from complaints_sheet.sources.excel import write_status
from complaints_sheet.sources.safe_writing import MOST_BACKUPS
from complaints_sheet.sources.sheet_edit import safe_text
from complaints_sheet.state import open_state
from tests.editing.__main__ import fates, table
from tests.editing.kills import killed, quiet, task_for
from tests.programs import needs

ROWS = 3
LATE = "Call the customer and close the case (32 working days over)"
LONDON = ZoneInfo("Europe/London")
NINE = (
    "Case Owner", "Department", "Date received", "Date followed-up with customer",
    "Resolved and followed up (Y/N)", "Customer Name", "Issue", "Resolution", "Proposed Improvement Idea",
)  # fmt: skip


def a_register(path: Path, *, rows: int = ROWS, headings: tuple[str, ...] = STATUS) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Register"
    sheet.append([*(f"Heading {number}" for number in range(1, 13)), *headings])
    for row in range(rows):
        sheet.append([f"text {row}.{column}" for column in range(12)])
    book.save(path)
    quiet(path)
    return path


def an_office(folder: Path, *, headings: tuple[str, ...] = STATUS, config: str = "") -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Register"
    sheet.append([*NINE, *headings])
    late = datetime(2026, 10, 1)
    sheet.append(["Ann Lee", "Repairs", late, None, "N", "Quinn Lewis", "The lift stands still"])
    sheet.append(["Ann Lee", "Repairs", late, late, "Y", "Vera Doyle", "Rain comes in", "Mended"])
    sheet.append([None, "Repairs", late, late, "N", "Sam Brook", "=HYPERLINK(1)"])
    book.save(folder / "register.xlsx")
    quiet(folder / "register.xlsx")
    file = folder / "config.yaml"
    file.write_text(f"register: {{path: register.xlsx, status_columns: yes}}\n{config}", encoding="utf-8")
    return file


def ran(config: Path, now: datetime, **more: object):
    return work("sync", config, as_of=None, now=now, **more)  # type: ignore[arg-type]


def ours(path: Path) -> list[list[object]]:
    sheet = openpyxl.load_workbook(path)["Register"]
    return [[cell.value for cell in row[len(NINE) : len(NINE) + 4]] for row in sheet.iter_rows(min_row=2)]


NOW = datetime(2026, 11, 23, 8, 5, tzinfo=LONDON)


def test_a_run_writes_what_each_row_needs_and_the_next_run_writes_nothing(tmp_path: Path):
    config = an_office(tmp_path)
    answer = ran(config, NOW)
    assert [cells for _, cells in answer.statuses.written] == [10]
    assert ours(tmp_path / "register.xlsx") == [
        ["C-00001", "2026-10-08", LATE, "2026-11-23 08:05"],
        ["C-00002", None, "Nothing for now", "2026-11-23 08:05"],
        ["C-00003", None, "Close the case, or tell the customer what happens next", "2026-11-23 08:05"],
    ]  # fmt: skip
    written = (tmp_path / "register.xlsx").read_bytes()
    quiet(tmp_path / "register.xlsx")
    again = ran(config, NOW.replace(hour=12))
    assert again.statuses.written == again.statuses.problems == ()
    assert (tmp_path / "register.xlsx").read_bytes() == written


def test_the_columns_are_never_read_as_data_and_change_no_case(tmp_path: Path):
    config = an_office(tmp_path)
    ran(config, NOW)
    quiet(tmp_path / "register.xlsx")
    answer = ran(config, NOW.replace(day=24))
    assert [cells for _, cells in answer.statuses.written] == [
        4
    ]  # a new stamp each day, and one more day over
    [judgement] = answer.judgements
    assert [case.ref for case in judgement.register.cases] == [None] * 3
    assert "row-removed" not in {each.rule for each in judgement.findings}
    with open_state(tmp_path / ".complaints", None, dry_run=True) as state:
        assert [len(state.history.story(number).changes) for number in (1, 2, 3)] == [0, 0, 0]


def test_case_ref_alone_stays_the_registers_own_reference():
    assert calculated(("Case ref", "Issue")) == frozenset()
    assert calculated(("Case ref", "Due by", "What this row needs")) == {"Due by", "What this row needs"}
    assert calculated(STATUS) == frozenset(STATUS)


def test_without_the_headings_it_says_where_to_type_them(tmp_path: Path):
    answer = ran(an_office(tmp_path, headings=()), NOW)
    [problem] = answer.statuses.problems
    assert "J1, K1, L1 and M1" in problem.next_step


def test_off_by_default_nothing_is_ever_written(tmp_path: Path):
    config = an_office(tmp_path)
    before = (tmp_path / "register.xlsx").read_bytes()
    config.write_text("register: register.xlsx\n", encoding="utf-8")
    ran(config, NOW)
    assert (tmp_path / "register.xlsx").read_bytes() == before


def test_a_dry_run_and_a_pretended_day_write_nothing(tmp_path: Path):
    config = an_office(tmp_path)
    before = (tmp_path / "register.xlsx").read_bytes()
    ran(config, NOW, dry_run=True)
    answer = work("sync", config, as_of="2026-11-20", now=NOW)
    assert "--as-of" in answer.statuses.problems[0].message
    assert (tmp_path / "register.xlsx").read_bytes() == before


def test_peoples_own_words_under_our_headings_are_never_overwritten(tmp_path: Path):
    config = an_office(tmp_path)
    path = tmp_path / "register.xlsx"
    book = openpyxl.load_workbook(path)
    book["Register"]["J3"] = "2026/44"
    book.save(path)
    quiet(path)
    before = path.read_bytes()
    [problem] = ran(config, NOW).statuses.problems
    assert "J3 (Case ref)" in problem.message
    assert path.read_bytes() == before


def outcome(path: Path) -> str:
    [done] = write_status(task_for(path, ROWS, "Follow up"))
    return done.problem.message if done.problem else f"{done.cells} written"


def test_a_copy_of_the_file_as_it_was_is_kept_and_old_ones_go(tmp_path: Path):
    path = a_register(tmp_path / "register.xlsx")
    before = path.read_bytes()
    (tmp_path / "copies").mkdir()
    for number in range(MOST_BACKUPS + 3):
        (tmp_path / "copies" / f"2025-01-{number + 1:02} 080000 register.xlsx").write_bytes(b"x")
    assert outcome(path) == f"{4 * ROWS} written"
    kept = sorted(each.name for each in (tmp_path / "copies").iterdir())
    assert len(kept) == MOST_BACKUPS
    assert kept[-1] == "2026-11-23 080000 register.xlsx"
    assert (tmp_path / "copies" / kept[-1]).read_bytes() == before
    assert not list(tmp_path.glob(".*.part"))


@pytest.mark.parametrize("lock", ["~$register.xlsx", ".~lock.register.xlsx#"])
def test_a_lock_file_beside_it_blocks_the_write(tmp_path: Path, lock: str):
    path = a_register(tmp_path / "register.xlsx")
    (tmp_path / lock).write_text("Ann", encoding="utf-8")
    assert lock in outcome(path)


def test_a_file_saved_a_minute_ago_is_left_alone(tmp_path: Path):
    path = a_register(tmp_path / "register.xlsx")
    os.utime(path)
    assert "less than two minutes ago" in outcome(path)


def test_a_file_saved_since_it_was_judged_is_left_alone(tmp_path: Path):
    path = a_register(tmp_path / "register.xlsx")
    task = task_for(path, ROWS, "Follow up")
    a_register(path, rows=ROWS + 1)
    [done] = write_status(task)
    assert done.problem is not None
    assert "saved it since it was read" in done.problem.message


@pytest.mark.parametrize(
    "folder", ["OneDrive - Example Homes", "Dropbox", "GoogleDrive-ann@example.org", "Nextcloud"]
)
def test_a_synced_folder_is_refused_by_its_name(tmp_path: Path, folder: str):
    (tmp_path / folder / "deep").mkdir(parents=True)
    assert "synced folder" in outcome(a_register(tmp_path / folder / "deep" / "register.xlsx"))


@pytest.mark.parametrize("mark", [".dropbox.cache", ".stfolder", "._sync_0a1b2c3d.db", ".sync_0a1b2c3d.db"])
def test_a_synced_folder_is_refused_by_what_its_client_leaves_there(tmp_path: Path, mark: str):
    (tmp_path / mark).mkdir()
    assert "sync client" in outcome(a_register(tmp_path / "register.xlsx"))


@pytest.mark.parametrize("ending", [".xls", ".ods", ".csv", ".xlsb"])
def test_other_kinds_of_file_are_refused_with_the_marked_copy_instead(tmp_path: Path, ending: str):
    path = a_register(tmp_path / "register.xlsx").rename(tmp_path / f"register{ending}")
    [done] = write_status(task_for(path, ROWS, "x"))
    assert done.problem is not None
    assert "--mark" in done.problem.next_step


@pytest.mark.skipif(os.name != "posix", reason="names of one file as POSIX systems have them")
def test_a_file_of_two_names_is_refused_and_through_a_link_the_file_itself_is_written(tmp_path: Path):
    path = a_register(tmp_path / "register.xlsx")
    (tmp_path / "link.xlsx").symlink_to(path)
    linked = task_for(path, ROWS, "Follow up")
    [done] = write_status(
        type(linked)(
            linked.settings.model_copy(update={"path": tmp_path / "link.xlsx"}),
            linked.fingerprint, linked.sheets, linked.moment, linked.copies,
        )
    )  # fmt: skip
    assert done.cells == 4 * ROWS
    assert (tmp_path / "link.xlsx").is_symlink()
    quiet(path)
    (tmp_path / "second.xlsx").hardlink_to(path)
    assert "several names" in outcome(path)


@pytest.mark.skipif(os.name != "posix", reason="rights as POSIX systems have them")
def test_the_new_file_has_the_rights_of_the_old_one(tmp_path: Path):
    path = a_register(tmp_path / "register.xlsx")
    path.chmod(0o664)
    assert "written" in outcome(path)
    assert path.stat().st_mode & 0o777 == 0o664


def test_text_that_a_spreadsheet_would_run_is_neutralised():
    assert [safe_text(each)[0] for each in ("=1+1", "+1", "-1", "@x", "\t=1", "＝1")] == ["'"] * 6
    assert safe_text("Call \x07 Ann") == "Call  Ann"


@pytest.mark.skipif(os.name != "posix", reason="kills processes as only POSIX systems have them")
def test_killed_at_any_moment_the_original_or_the_finished_file_stands(tmp_path: Path):
    found = killed(a_register(tmp_path / "register.xlsx", rows=500), 500, 6)
    assert (found.kills, found.half) == (6, 0)


@needs("soffice")
def test_libreoffice_with_the_file_open_blocks_the_write(tmp_path: Path):
    path = a_register(tmp_path / "register.xlsx")
    before = path.read_bytes()
    profile = (tmp_path / "profile").as_uri()
    with subprocess.Popen(
        ["soffice", f"-env:UserInstallation={profile}", "--headless", "--norestore", str(path)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as office:
        try:
            lock = tmp_path / ".~lock.register.xlsx#"
            until = time.monotonic() + 60
            while not lock.exists() and time.monotonic() < until:
                time.sleep(0.1)
            assert lock.exists()
            assert lock.name in outcome(path)
            assert path.read_bytes() == before
        finally:
            os.killpg(office.pid, 9)


def test_many_workbooks_are_edited_or_refused_and_none_goes_wrong(tmp_path: Path):
    found = fates(16, tmp_path, fetch=False)
    assert [each for each in found if each.outcome == "wrong"] == []
    assert sum(each.outcome == "edited" for each in found) > 30
    assert "refused because" in table(found)


def test_what_a_register_holds_already_is_compared_in_shared_strings_too(tmp_path: Path):
    path = a_register(tmp_path / "register.xlsx")
    outcome(path)
    book = openpyxl.load_workbook(path)  # saves every text into the list that the cells share
    content = io.BytesIO()
    book.save(content)
    path.write_bytes(content.getvalue())
    quiet(path)
    assert outcome(path) == "0 written"
