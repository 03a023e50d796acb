"""The memory at work: a register that changes from day to day, through the command line as people use it."""

import json
import sqlite3
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import openpyxl
import pytest

from complaints_sheet.app.explaining import explain_case
from complaints_sheet.cli import main
from complaints_sheet.core.fields import NINE
from complaints_sheet.core.ledger import Outgoing, PackRecord
from complaints_sheet.state import open_state

HEADINGS = [field.heading for field in NINE]
CONFIG = """organisation: {name: Example Homes, timezone: Europe/London, locale: en_GB}
register: {kind: excel, path: register.xlsx}
people:
  - {name: Amira Khan, email: amira.khan@example.org, manager: Dana Hughes}
  - {name: Tom Ashworth, email: tom.ashworth@example.org, manager: Dana Hughes}
  - {name: Dana Hughes, email: dana.hughes@example.org}
roles: {coordinator: Dana Hughes}
"""
OWN_POLICY = """id: own
version: "2026-01-01"
title: Our own
clocks:
  resolve: {title: Resolve it, limit: 20 working days, from: received_on, until: resolved_on}
"""
NAMES = [
    "Pat Haddad",
    "Jo Marsh",
    "Lee Winter",
    "Mei Stone",
    "Ola Brook",
    "Kit Vale",
    "Sam Reed",
    "Ann Frost",
]


def log(number: int) -> dict[str, object]:
    """Return one row of the register: an open case of Amira's, received in November 2026."""
    return {
        "Case Owner": "Amira Khan",
        "Department": "Repairs",
        "Date received": f"2026-11-{10 + number % 9:02}",
        "Resolved and followed up (Y/N)": "N",
        "Customer Name": f"{NAMES[number % 8]}{'' if number < 8 else ' ' + 'abcdefgh'[number // 8]}",
        "Issue": f"Boiler {number} has gone out again and nobody came",
    }


def save(rows: Sequence[Mapping[str, object]], path: str = "register.xlsx", more: Sequence[str] = ()) -> None:
    """Save the rows as the register, as Excel would, with columns besides the nine."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    headings = [*HEADINGS, *more]
    sheet.append(headings)
    for row in rows:
        cells = [row.get(heading) for heading in headings]
        dated = [
            heading.startswith("Date") and isinstance(cell, str)
            for heading, cell in zip(headings, cells, strict=True)
        ]
        sheet.append(
            [
                date.fromisoformat(str(cell)) if is_date else cell
                for cell, is_date in zip(cells, dated, strict=True)
            ]
        )
    book.save(path)


def run(day: int, *more: str, command: str = "run") -> int:
    """Run on a day of November 2026, at eight."""
    return main([command, "--as-of", f"2026-11-{day}T08:00", *more])


@pytest.fixture
def office(tmp_path, monkeypatch):
    """Return a folder with a register of twenty cases, on the day after the memory began."""
    monkeypatch.chdir(tmp_path)
    Path("config.yaml").write_text(CONFIG, encoding="utf-8")
    save([log(number) for number in range(20)])
    assert run(23) == 0
    return tmp_path


@pytest.fixture
def rows():
    """Return the rows of the office's register."""
    return [log(number) for number in range(20)]


def answer(capsys, *arguments: str) -> dict:
    """Return what a command answers in JSON."""
    capsys.readouterr()
    main([*arguments, "--json"])
    return json.loads(capsys.readouterr().out)


def mails(office: Path, day: int, *about: str) -> list[str]:
    """Return the names of the mails of a day whose text holds all these words."""
    found = []
    for path in sorted((office / "outbox").glob(f"2026-11-{day}*.eml")):
        text = " ".join(path.read_text(encoding="utf-8").replace("=\n", "").split())
        if all(words in text for words in about):
            found.append(path.name.split(" - ")[0].partition(" ")[2])
    return found


# --- the circuit breaker -----------------------------------------------------------------------------------


def test_a_register_that_shrank_stops_the_run_before_anything_is_sent_and_the_coordinator_is_told_once(
    office, rows, capsys
):
    save(rows[:10])
    assert run(24) == 3
    said = capsys.readouterr().err
    assert "10 of the 20 rows" in said
    assert "run --accept" in said
    assert mails(office, 24) == ["Dana Hughes"]
    assert run(24) == 3
    assert run(25, command="remind") == 3
    assert mails(office, 24) == ["Dana Hughes"]
    assert mails(office, 25) == []
    assert answer(capsys, "history")["runs"] == []


def test_a_partly_saved_file_recovers_by_itself(office, rows, capsys):
    save(rows[:10])
    assert run(24) == 3
    save(rows)
    assert run(25) == 0
    assert answer(capsys, "history")["runs"] == []
    save(rows[:9])
    assert run(26) == 3
    assert mails(office, 26) == ["Dana Hughes"]


def test_a_person_who_looked_goes_on(office, rows, capsys):
    save(rows[:10])
    assert run(24) == 3
    assert run(24, "--accept") == 0
    changes = answer(capsys, "history")["runs"][0]["changes"]
    assert [change["kind"] for change in changes] == ["removed"] * 10
    assert run(25) == 0


@pytest.mark.parametrize("spoil", ["unreadable", "column", "shifted"])
def test_a_spoilt_register_stops_the_run_too(office, rows, capsys, spoil):
    if spoil == "unreadable":
        (office / "register.xlsx").write_bytes(b"PK half a file")
    elif spoil == "column":
        save([{name: cell for name, cell in row.items() if name != "Issue"} for row in rows])
        book = openpyxl.load_workbook("register.xlsx")
        book.worksheets[0].delete_cols(HEADINGS.index("Issue") + 1)
        book.save("register.xlsx")
    else:
        names = [row["Customer Name"] for row in rows]
        save([{**row, "Customer Name": name} for row, name in zip(rows, sorted(names), strict=True)])
    assert run(24) == 3
    assert "Nothing was sent" in capsys.readouterr().err
    assert mails(office, 24) == ["Dana Hughes"]
    save(rows)
    assert run(25) == 0


@pytest.mark.parametrize("how", ["renamed away", "another sheet"])
def test_a_register_whose_sheet_changed_stops_the_run_and_recovers(office, rows, capsys, how):
    book = openpyxl.load_workbook("register.xlsx")
    if how == "renamed away":
        named = CONFIG.replace("path: register.xlsx", f"path: register.xlsx, sheet: {book.sheetnames[0]}")
        Path("config.yaml").write_text(named, encoding="utf-8")
        assert run(23) == 0
        book.worksheets[0].title = "Old complaints"
    else:
        sheet = book.worksheets[0]
        for row, cells in enumerate(sheet.iter_rows(min_row=2), start=2):
            for heading, cell in zip(HEADINGS, cells, strict=True):
                value = {"Customer Name": f"Someone Else {row}", "Issue": f"A wholly different matter, {row}"}
                cell.value = value.get(heading, cell.value)
        sheet.title = "Another team"
    book.save("register.xlsx")
    assert run(24) == 3
    assert "Nothing was sent" in capsys.readouterr().err
    assert mails(office, 24) == ["Dana Hughes"]
    assert run(24) == 3
    assert mails(office, 24) == ["Dana Hughes"]
    save(rows)
    assert run(25) == 0
    assert answer(capsys, "history")["runs"] == []


def test_a_dry_run_of_a_spoilt_register_stops_and_tells_nobody(office, rows, capsys):
    save(rows[:10])
    assert run(24, "--dry-run") == 3
    assert mails(office, 24) == []
    assert main(["check", "--exit-zero", "--summary", "--as-of", "2026-11-24T08:00"]) == 0
    assert "A run would stop here" in capsys.readouterr().err


# --- edits that somebody should look at --------------------------------------------------------------------


def test_edits_are_found_shown_and_told(office, rows, capsys):
    rows[0]["Case Owner"] = "Tom Ashworth"
    rows[1]["Date received"] = "2026-11-20"
    rows[2] |= {
        "Resolved and followed up (Y/N)": "Y",
        "Resolution": "Mended",
        "Date followed-up with customer": "2026-11-23",
    }
    save(rows)
    assert run(24) == 0
    rows[2] |= {"Resolved and followed up (Y/N)": "N", "Resolution": None}
    save(rows)
    assert run(25) == 0
    found = {
        (each["rule"], each["case"])
        for each in answer(capsys, "check", "--as-of", "2026-11-25T09:00")["findings"]
    }
    assert found >= {
        ("owner-changed", "C-00001"),
        ("date-moved", "C-00002"),
        ("reopened", "C-00003"),
        ("resolution-emptied", "C-00003"),
    }
    assert mails(office, 24, "The case owner was Amira Khan and is now Tom Ashworth") == ["Dana Hughes"]
    assert mails(office, 24, "The date received was moved later") == ["Dana Hughes"]


def test_a_follow_up_backdated_before_the_case_was_shown_as_late_is_found(office, rows, capsys):
    late = answer(capsys, "check", "--as-of", "2026-11-23T09:00")["findings"]
    assert ("clock-breached", "C-00001") in {(each["rule"], each["case"]) for each in late}
    rows[0] |= {"Date followed-up with customer": "2026-11-12"}
    rows[1] |= {"Date followed-up with customer": "2026-11-24"}
    save(rows)
    assert run(24) == 0
    found = answer(capsys, "check", "--as-of", "2026-11-24T09:00")["findings"]
    [moved] = [each for each in found if each["rule"] == "date-moved"]
    assert (moved["case"], moved["field"]) == ("C-00001", "followed_up_on")
    assert "shown as late" in moved["message"]


def test_history_tells_a_case_from_its_first_cells_on_with_what_was_observed(office, rows, capsys):
    rows[2] |= {"Resolved and followed up (Y/N)": "Y", "Resolution": "Mended"}
    save([*rows, log(20)])
    assert run(24) == 0
    one = answer(capsys, "history", "C-00003")
    assert one["began"]["Customer Name"] == "Lee Winter"
    assert one["changes"][0]["cells"]["Resolution"] == {"before": None, "after": "Mended"}
    assert one["observed"]["resolved"] == {
        "after": "2026-11-23T08:00:00+00:00",
        "until": "2026-11-24T08:00:00+00:00",
    }
    assert answer(capsys, "history", "--since", "2026-11-24")["runs"][0]["new"] == ["C-00021"]
    assert main(["history", "C-00003"]) == 0
    assert "(observed)" in capsys.readouterr().out
    assert main(["history", "C-00099"]) == 2
    assert "knows no case" in capsys.readouterr().err


def test_history_says_how_a_row_that_changed_was_recognised(office, rows, capsys):
    rows[4]["Issue"] = "Something else entirely is wrong with the front door"
    save(rows)
    run(24)
    [change] = answer(capsys, "history")["runs"][0]["changes"]
    assert change["case"] == "C-00005"
    assert change["why"]
    main(["history", "--why"])
    assert f"recognised: {change['why']}" in capsys.readouterr().out


# --- this is right, and this can wait ----------------------------------------------------------------------


def test_an_accepted_finding_is_silent_shown_and_counted_until_its_facts_change(office, rows, capsys):
    rows[0]["Department"] = None
    save(rows)
    run(24)
    check = ["check", "--as-of", "2026-11-24T09:00"]
    [gap] = [each for each in answer(capsys, *check)["findings"] if each["rule"] == "missing-field"]
    assert main(["accept", gap["key"]]) == 2
    assert main(["accept", gap["key"], "--reason", "never had one", "--as-of", "2026-11-24T09:00"]) == 0
    quiet = answer(capsys, *check)
    assert gap["key"] not in {each["key"] for each in quiet["findings"]}
    assert [(each["key"], each["reason"]) for each in quiet["accepted"]] == [(gap["key"], "never had one")]
    assert quiet["summary"]["accepted"] == 1
    run(25)
    rows[0]["Issue"] = "The boiler, and now the radiators too"
    save(rows)
    loud = answer(capsys, "check", "--as-of", "2026-11-26T09:00")
    assert gap["key"] in {each["key"] for each in loud["findings"]}
    assert main(["accept", gap["key"], "--withdraw"]) == 0
    assert main(["accept", gap["key"], "--withdraw"]) == 2
    assert main(["accept", "no-such-key", "--reason", "x"]) == 2


def test_what_was_accepted_is_counted_in_the_foot_of_the_digest(office, rows, capsys):
    rows[0]["Department"] = None
    save(rows)
    assert main(["run", "--as-of", "2026-11-24T07:00"]) == 0
    found = answer(capsys, "check", "--as-of", "2026-11-24T07:30")["findings"]
    [key] = [each["key"] for each in found if each["rule"] == "missing-field"]
    assert main(["accept", key[:9], "--reason", "x"]) == 2  # begins the key of its breach too
    assert main(["accept", key[:12], "--reason", "never had one", "--as-of", "2026-11-24T07:30"]) == 0
    rows[5]["Department"] = None
    save(rows)
    assert run(24) == 0
    assert mails(office, 24, "Accepted as right, and not listed: 1 finding") == ["Amira Khan"]


def test_clocks_use_what_was_observed_where_no_column_says_when(office, rows, capsys):
    Path("own.yaml").write_text(OWN_POLICY, encoding="utf-8")
    Path("config.yaml").write_text(f"{CONFIG}policy: own\n", encoding="utf-8")
    rows[0] |= {"Resolved and followed up (Y/N)": "Y", "Resolution": "Mended"}
    save(rows)
    for _ in range(2):  # the run that sees it and the next say the same
        assert run(24) == 0
        cases = answer(capsys, "check", "--as-of", "2026-11-24T09:00")["cases"]
        [resolve] = cases[0]["clocks"]
        assert (resolve["verdict"], resolve["stop"][:10]) == ("met", "2026-11-24")
        assert resolve["reason"] == "observed: first seen on 24 November 2026, not there the run before"


def test_a_word_in_the_checked_column_silences_gaps_but_never_a_customer_who_waits(office, rows, capsys):
    rows[0] |= {"Department": None, "Checked": "DH 24 Nov"}
    save(rows, more=["Checked"])
    assert run(24) == 0
    found = answer(capsys, "check", "--as-of", "2026-11-24T09:00")
    assert [(each["rule"], each["reason"]) for each in found["accepted"]] == [
        ("missing-field", "checked: DH 24 Nov")
    ]
    late = {each["rule"] for each in found["findings"] if each["case"] == "C-00001"}
    assert "clock-breached" in late


def test_a_snoozed_case_is_left_out_of_the_digest_and_named_in_its_foot(office, rows, capsys):
    assert main(["snooze", "C-00001", "--until", "2026-11-20", "--as-of", "2026-11-23T09:00"]) == 2
    assert main(["snooze", "C-00001", "--until", "2026-12-01", "--as-of", "2026-11-23T09:00"]) == 0
    rows[5]["Department"] = None
    save(rows)
    run(24)
    assert mails(office, 24, "Put off, and not listed: C-00001 until Tue 1 Dec") == ["Amira Khan"]


def test_a_case_too_late_to_be_put_off_is_said_to_stay_listed(office, rows, capsys):
    assert main(["snooze", "C-00001", "--until", "2026-12-01", "--as-of", "2026-11-23T09:00"]) == 0
    assert "or until it is more than 10 working days past its standard" in capsys.readouterr().out
    late = rows[0] | {"Date received": date(2026, 9, 7), "Issue": "Damp in the hall"}
    rows.append(late)
    save(rows)
    run(24)
    capsys.readouterr()
    row = str(len(rows) + 1)
    assert main(["snooze", row, "--until", "2026-12-01", "--as-of", "2026-11-24T09:00"]) == 0
    assert "so it stays listed" in capsys.readouterr().out


def test_a_case_whose_row_is_gone_is_still_explained(office, rows, capsys):
    del rows[0]
    save(rows)
    assert run(24) == 0
    capsys.readouterr()
    assert main(["explain", "C-00001", "--as-of", "2026-11-24T10:00"]) == 0
    said = capsys.readouterr().out
    assert said.startswith("C-00001, whose row is no longer in the register")
    assert "[row-removed]" in said
    assert "Row removed; first told 24 Nov" in said
    assert "Case Owner is “Amira Khan”" in said
    assert mails(office, 24, "no longer in the register", "Dana Hughes can bring it back.") == ["Amira Khan"]
    assert mails(office, 24, "`complaints-sheet restore C-00001`") == ["Dana Hughes"]
    assert "sent Tuesday 24 November 2026" in said
    later = datetime(2026, 11, 24, 10, tzinfo=UTC)
    then = explain_case("C-00001", Path("config.yaml"), as_of=None, now=later, on="2026-11-23")
    assert "breached" in {each.verdict.outcome for each in then.reckonings}
    assert "clock-breached" in {each.rule for each in then.findings}
    assert main(["explain", "C-99999", "--as-of", "2026-11-24T10:00"]) == 2


# --- who is handling this ----------------------------------------------------------------------------------


def test_find_names_the_handler_and_tells_them_that_the_customer_rang_again(office, capsys):
    found = answer(capsys, "find", "hadd", "--as-of", "2026-11-23T10:00")
    assert {each["case"]: each["owner"] for each in found["cases"]} == {
        "C-00009": "Amira Khan",
        "C-00017": "Amira Khan",
        "C-00001": "Amira Khan",
    }
    assert "Amira Khan" in found["cases"][0]["say"]
    assert main(["find", "ha"]) == 2
    notify = ["find", "hadd", "--notify", "C-00001", "--as-of", "2026-11-23T10:00"]
    assert main([*notify, "--dry-run"]) == 0
    assert mails(office, 23, "rang again") == []
    assert main(notify) == 0
    assert mails(office, 23, "rang again") == ["Amira Khan"]
    [path] = (office / "outbox").glob("*customer rang*.eml")
    assert "Haddad" not in path.read_text(encoding="utf-8")
    assert main(["find", "hadd", "--notify", "C-00002"]) == 2
    capsys.readouterr()


# --- forgetting, next year, keeping ------------------------------------------------------------------------


def test_a_person_is_forgotten_in_memory_mails_packs_and_backups(office, rows, capsys):
    assert main(["forget", "C-00001", "--reason", "asked"]) == 2
    assert "still in the register" in capsys.readouterr().err
    save(rows[1:])
    run(24)
    main(["backup"])
    (office / "packs").mkdir(exist_ok=True)
    speaks, silent = office / "packs" / "speaks.html", office / "packs" / "silent.html"
    speaks.write_text("<td>Boiler 0 has gone out again and nobody came</td>", encoding="utf-8")
    silent.write_text("<td>Something else</td>", encoding="utf-8")
    old = list((office / ".complaints" / "backups").iterdir())
    assert main(["forget", "C-00001", "--reason", "asked on 24 Nov", "--dry-run"]) == 0
    assert speaks.exists()
    assert old[0].exists()
    assert main(["forget", "C-00001", "--reason", "asked on 24 Nov"]) == 0
    assert not speaks.exists()
    assert silent.exists()
    assert mails(office, 24, "C-00001") == []
    assert not any(b"Pat Haddad" in path.read_bytes() for path in (office / ".complaints").rglob("*.sqlite3"))
    assert main(["restore", "C-00001"]) == 2
    one = answer(capsys, "history", "C-00001")
    assert one["began"] == {}
    assert [(each["kind"], each["why"]) for each in one["changes"]] == [("forgotten", "asked on 24 Nov")]
    save(rows[1:])
    assert run(25) == 0


def test_a_pack_kept_only_as_a_pdf_goes_with_the_case_behind_its_figures(office, rows, capsys):
    more = ["Case ref"]
    rows = [{**row, "Case ref": f"REF-{number}"} for number, row in enumerate(rows)]
    save(rows, more=more)
    run(24)
    _pack_recorded(office, date(2026, 11, 10), "REF-0")
    save(rows[1:], more=more)
    assert main(["forget", "C-00001", "--reason", "asked before any run missed it"]) == 2
    with open_state(office / ".complaints", dry_run=True) as state:
        [pack] = state.packs.written("fortnightly")
    assert pack.figures["received"]["cases"]["Received"] == ["REF-0"]
    run(25)
    _pack_recorded(office, date(2026, 11, 24), "REF-1")
    asked, other = (office / "packs" / f"2026-11-{day} pack.pdf" for day in (10, 24))
    assert main(["forget", "C-00001", "--reason", "asked", "--dry-run"]) == 0
    assert asked.exists()
    capsys.readouterr()
    assert main(["forget", "C-00001", "--reason", "asked"]) == 0
    told = capsys.readouterr()
    assert f"{asked.name}: the case is behind its figures" in told.out
    assert other.name in told.err
    assert not asked.exists()
    assert other.exists()
    with open_state(office / ".complaints", dry_run=True) as state:
        kept = [pack.figures["received"]["cases"]["Received"] for pack in state.packs.written("fortnightly")]
    assert kept == [["C-00001"], ["REF-1"]]


@pytest.mark.parametrize("kind", ["weekly", "quarterly", "fortnightly"])
def test_a_pdf_of_any_edition_is_known_to_speak_of_a_case_by_its_words(office, rows, capsys, kind):
    Path("config.yaml").write_text(
        f"{CONFIG}pack: {{formats: [pdf], customer_names: yes}}\n", encoding="utf-8"
    )
    idea = "Send the plumber with the right parts the first time"
    rows[0] |= {"Proposed Improvement Idea": idea, "Department": "Lettings"}
    save(rows)
    assert run(24) == 0
    save(rows[1:])
    assert run(25) == 0
    save(rows)
    before = set((office / "packs").glob("*.pdf"))
    assert main(["pack", "--kind", kind, "--until", "2026-11-22", "--as-of", "2026-11-24T09:00"]) == 0
    [made] = set((office / "packs").glob("*.pdf")) - before
    save(rows[1:])
    assert run(26) == 0
    capsys.readouterr()
    assert main(["forget", "C-00001", "--reason", "asked"]) == 0
    told = capsys.readouterr()
    with open_state(office / ".complaints", dry_run=True) as state:
        records = state.packs.written()
    assert made.name not in told.err
    assert made.exists() is (made.name not in told.out)
    assert not any(idea in str(each.figures) for each in records)
    if kind != "quarterly":
        assert not made.exists()


def _pack_recorded(office: Path, meeting: date, case: str) -> None:
    """Leave a pack that exists only as a PDF, and the record of its one figure."""
    (office / "packs").mkdir(exist_ok=True)
    file = office / "packs" / f"{meeting} pack.pdf"
    file.write_bytes(b"%PDF-1.7 nothing here can be searched")
    figures = {"received": {"shown": "1", "cases": {"Received": [case]}}}
    made = datetime(2026, 11, 23, 8, tzinfo=UTC)
    with open_state(office / ".complaints") as state:
        state.packs.record(PackRecord("fortnightly", meeting, meeting, meeting, figures, [file.name], made))


def test_next_years_file_goes_on_without_alarms(office, rows, capsys):
    save([*rows[15:], log(20)], "register 2027.xlsx")
    assert main(["rollover", "register 2027.xlsx", "--dry-run", "--as-of", "2026-11-24T07:00"]) == 0
    assert "path: register.xlsx" in Path("config.yaml").read_text(encoding="utf-8")
    told = answer(capsys, "rollover", "register 2027.xlsx", "--as-of", "2026-11-24T07:00")
    assert (told["carried"], told["left"], told["new"]) == (5, 15, 1)
    assert Path("config.yaml").read_text(encoding="utf-8") == CONFIG.replace(
        "register.xlsx", "register 2027.xlsx"
    )
    assert run(24) == 0
    found = answer(capsys, "check", "--as-of", "2026-11-24T09:00")
    assert "row-removed" not in found["summary"]["by_rule"]
    assert {each["case"] for each in found["cases"]} == {*(f"C-{n:05}" for n in range(16, 22))}


def test_an_idea_is_found_once_and_after_a_rollover_too(office, rows):
    rows[3] |= {"Proposed Improvement Idea": "Ring before the plumber comes"}
    save(rows)
    for day in (24, 24, 25):
        assert run(day) == 0
        assert _ideas(office) == ["Ring before the plumber comes"]
    late = {**log(20), "Proposed Improvement Idea": "Put a second lift key in the office"}
    save([*rows[15:], late], "register 2027.xlsx")
    assert main(["rollover", "register 2027.xlsx", "--as-of", "2026-11-26T07:00"]) == 0
    for _ in range(2):
        assert run(26) == 0
        assert _ideas(office) == ["Ring before the plumber comes", "Put a second lift key in the office"]


def _ideas(office: Path) -> list[str]:
    with open_state(office / ".complaints", dry_run=True) as state:
        return [each.words for each in state.ideas.known().values()]


def test_status_says_what_waits_and_what_is_wrong(office, rows, capsys):
    good = answer(capsys, "status", "--as-of", "2026-11-23T09:00")
    assert good["troubles"] == []
    assert good["runs"][0]["outcome"] == "done"
    save(rows[:5])
    run(24)
    bad = answer(capsys, "status", "--as-of", "2026-11-24T09:00")
    assert any("next run will stop" in each for each in bad["troubles"])
    assert any("last run was stopped" in each for each in bad["troubles"])


def test_closed_cases_kept_long_enough_are_listed_for_disposal_and_open_ones_never(office, rows, capsys):
    closed = {"Resolved and followed up (Y/N)": "Y", "Resolution": "Mended"}
    rows[0] |= {"Date received": "2022-11-01", "Date followed-up with customer": "2022-11-04", **closed}
    rows[1] |= {"Date received": "2022-11-01"}
    rows[2] |= {"Date received": "2024-11-01", "Date followed-up with customer": "2024-11-04", **closed}
    save(rows)
    run(24)
    told = answer(capsys, "status", "--as-of", "2026-11-24T09:00")
    assert told["disposal"] == [{"case": "C-00001", "since": "2025-11-04"}]


def test_a_policy_that_says_from_when_a_case_is_kept_decides_on_disposal(office, rows, capsys):
    kept = "retention: {keep: 12 months, since: closed_on}\n"
    Path("own.yaml").write_text(OWN_POLICY + kept, encoding="utf-8")
    Path("config.yaml").write_text(f"{CONFIG}policy: own\n", encoding="utf-8")
    closed = {"Resolved and followed up (Y/N)": "Y", "Resolution": "Mended", "Date received": "2025-01-06"}
    later = {"Date followed-up with customer": "2026-11-02"}
    rows[0] |= {**closed, **later, "Date closed": "2025-10-01"}
    rows[1] |= {**closed, "Date closed": "2026-10-01"}
    rows[2] |= {**closed, **later}
    rows[3] |= {**closed, "Resolved and followed up (Y/N)": "N", "Date closed": "2025-10-01"}
    save(rows, more=["Date closed"])
    run(24)
    told = answer(capsys, "status", "--as-of", "2026-11-24T09:00")
    assert told["disposal"] == [{"case": "C-00001", "since": "2026-10-01"}]


def test_a_row_that_is_gone_may_go_once_its_policy_no_longer_keeps_it(office, rows, capsys):
    closed = {"Resolved and followed up (Y/N)": "Y", "Resolution": "Mended", "Date received": "2025-01-06"}
    rows[0] |= {**closed, "Date followed-up with customer": "2025-01-08"}
    rows[1] |= {**closed, "Date followed-up with customer": "2025-12-08"}
    for keep, day in (("12 months", 24), ("6 years", 26)):
        kept = f"retention: {{keep: {keep}, since: followed_up_on}}\n"
        Path("own.yaml").write_text(OWN_POLICY + kept, encoding="utf-8")
        Path("config.yaml").write_text(f"{CONFIG}policy: own\n", encoding="utf-8")
        save(rows)
        run(day)
        save(rows[2:])
        said = _gone(answer(capsys, "check", "--as-of", f"2026-11-{day + 1}T08:00"))
        assert said["C-00001"][0] == ("low" if keep == "12 months" else "high")
        assert said["C-00002"][0] == "high"
        old = "It had to be kept until 8 January 2026" in said["C-00001"][1]
        assert old is (keep == "12 months")


def _gone(found: dict) -> dict[str, tuple[str, str]]:
    """Return how grave each removed row is and what is said of it, by case."""
    return {
        each["case"]: (each["severity"], each["message"])
        for each in found["findings"]
        if each["rule"] == "row-removed"
    }


def _in_doubt(office: Path, rows: Sequence[Mapping[str, object]]) -> None:
    """Let a run miss two rows that are alike and see one that is like both."""
    alike = {**log(20), "Customer Name": "Maya Birch", "Date received": "2026-11-16"}
    pipes = [{**alike, "Issue": f"Leaking pipe in the {room}"} for room in ("bathroom", "kitchen", "hall")]
    save([*rows, *pipes[:2]])
    assert run(24) == 0
    save([*rows, {**pipes[2], "Proposed Improvement Idea": "Send the plumber with the right parts"}])
    assert run(25) == 0


def test_a_person_says_which_case_a_row_is_and_its_history_goes_on(office, rows, capsys):
    _in_doubt(office, rows)
    found = answer(capsys, "check", "--as-of", "2026-11-26T08:00")["findings"]
    asks = next(each for each in found if each["rule"] == "uncertain-row")
    assert asks["case"] == "C-00023"
    assert "`complaints-sheet same C-00023 C-00021` joins them" in asks["message"]
    assert main(["same", "C-00023", "C-00022", "--dry-run"]) == 0
    assert len(_gone(answer(capsys, "check", "--as-of", "2026-11-26T08:00"))) == 2
    told = answer(capsys, "same", "22", "C-00022", "--as-of", "2026-11-25T10:00")
    assert told == {"version": 1, "dry_run": False, "row": "C-00023", "case": "C-00022"}
    after = answer(capsys, "check", "--as-of", "2026-11-26T08:00")
    assert {each["rule"] for each in after["findings"] if each["case"] in ("C-00022", "C-00023")}.isdisjoint(
        {"uncertain-row", "row-removed"}
    )
    assert [each["row"] for each in after["cases"] if each["case"] == "C-00022"] == [22]
    assert set(_gone(after)) == {"C-00021"}
    one = answer(capsys, "history", "C-00022")
    assert one["began"]["Issue"] == "Leaking pipe in the kitchen"
    assert [each["kind"] for each in one["changes"]] == ["removed", "returned"]
    assert one["changes"][1]["why"] == "A person said that this row is the same case."
    other = answer(capsys, "history", "C-00023")
    assert [(each["kind"], each["why"]) for each in other["changes"]] == [("same", "C-00022")]
    assert run(26) == 0
    assert run(27) == 0
    again = answer(capsys, "history", "C-00022")
    assert [each["kind"] for each in again["changes"]] == ["removed", "returned"]
    assert main(["restore", "C-00023"]) == 2
    assert "C-00023 is the case C-00022" in capsys.readouterr().err
    save([*rows])
    assert run(30) == 0
    assert set(_gone(answer(capsys, "check", "--as-of", "2026-11-30T09:00"))) == {"C-00021", "C-00022"}


def test_two_cases_that_cannot_be_one_are_refused(office, rows, capsys):
    _in_doubt(office, rows)
    capsys.readouterr()
    for row, older, why in (
        ("C-00023", "C-00001", "C-00001 is still in the register"),
        ("C-00021", "C-00022", "The row of C-00021 is no longer in the register"),
        ("C-00023", "C-00023", "are not two cases of one register"),
        ("C-00023", "C-00099", "knows no case"),
    ):
        assert main(["same", row, older]) == 2
        assert why in capsys.readouterr().err
    assert [each["number"] for each in _joined(office)] == []


def _joined(office: Path) -> list[dict[str, object]]:
    with sqlite3.connect(office / ".complaints" / "memory.sqlite3") as database:
        return [
            {"number": row[0]} for row in database.execute("select number from cases where gone = 'same'")
        ]


def test_how_much_may_be_missing_before_a_run_stops_is_a_setting(office, rows, capsys):
    save(rows[3:])
    assert run(24, "--dry-run") == 0
    limits = "state: {missing_share: 10%, missing_rows: 3}\n"
    Path("config.yaml").write_text(CONFIG + limits, encoding="utf-8")
    assert run(24) == 3
    assert "3 of the 20 rows known so far are no longer in the register" in capsys.readouterr().err
    assert main(["check", "--exit-zero", "--as-of", "2026-11-24T08:00"]) == 0
    assert "3 of the 20 rows" in capsys.readouterr().err
    save(rows[2:])
    assert run(24) == 0
    save(rows[14:])
    Path("config.yaml").write_text(CONFIG + "state: {missing_share: 90%}\n", encoding="utf-8")
    assert run(25) == 0


def test_messages_are_shown_released_dropped_and_settled_by_hand(office, capsys):
    _stuck(office)
    waiting = answer(capsys, "outbox")["messages"]
    numbers = {each["subject"]: str(each["number"]) for each in waiting}
    assert {each["subject"]: each["state"] for each in waiting} == {
        "held": "held",
        "queued": "queued",
        "unknown": "unknown",
    }
    assert main(["outbox", "show", numbers["held"]]) == 0
    assert "To: amira.khan@example.org" in capsys.readouterr().out
    assert main(["outbox", "release", numbers["queued"]]) == 2
    assert main(["outbox", "release", numbers["unknown"]]) == 2
    assert main(["outbox", "settle", numbers["held"], "--sent"]) == 2
    assert main(["outbox", "settle", numbers["unknown"]]) == 2
    assert main(["outbox", "release", numbers["held"], "--dry-run"]) == 0
    assert main(["outbox", "release", numbers["held"]]) == 0
    assert main(["outbox", "drop", numbers["queued"]]) == 0
    assert main(["outbox", "settle", numbers["unknown"], "--sent"]) == 0
    left = {each["subject"]: each["state"] for each in answer(capsys, "outbox")["messages"]}
    assert left == {"held": "queued"}
    assert main(["outbox", "drop", numbers["unknown"]]) == 2
    assert main(["outbox", "show", "999"]) == 2
    assert main(["outbox", "drop"]) == 2


def _stuck(office: Path) -> None:
    """Leave three messages in the outbox: one queued, one held, one whose outcome is not known."""
    when = datetime(2026, 11, 23, 8, tzinfo=UTC)
    body = b"Subject: x\r\nContent-Type: text/plain\r\n\r\nHello"
    with open_state(office / ".complaints") as state:
        for name in ("queued", "held", "unknown"):
            message = Outgoing(
                name, "folder", "owner digest", "a", "amira.khan@example.org", f"<{name}@x>", name, body
            )
            [number] = state.outbox.queue([message], when)
            if name == "held":
                state.outbox.hold(number, when, "too many at once")
            elif name == "unknown":
                state.outbox.claim(number, when)
                state.outbox.committing(number, when)
                state.outbox.unknown(number, when, "cut off")


def test_a_backup_is_a_whole_copy_and_never_written_over(office, capsys):
    assert main(["backup", "copy.sqlite3"]) == 0
    assert main(["backup", "copy.sqlite3"]) == 2
    with sqlite3.connect("copy.sqlite3") as copy:
        assert copy.execute("SELECT count(*) FROM cases").fetchone() == (20,)
    capsys.readouterr()


def test_doctor_says_that_a_damaged_memory_is_damaged_and_what_to_do(office, capsys):
    main(["backup"])
    file = office / ".complaints" / "memory.sqlite3"
    content = bytearray(file.read_bytes())
    content[4096:12288] = b"\xff" * 8192
    file.write_bytes(content)
    capsys.readouterr()
    assert main(["doctor"]) in (2, 4)
    said = capsys.readouterr().out
    assert "fault" in said
    assert "backup" in said


def test_restore_takes_a_row_back_before_any_run_has_missed_it(office, rows, capsys):
    save(rows[1:])
    assert main(["restore", "C-00001", "-o", "back.xlsx", "--as-of", "2026-11-24T08:00"]) == 0
    assert main(["restore", "C-00001", "-o", "back.xlsx"]) == 2
    assert main(["restore", "C-00002"]) == 2
    [headings, cells] = openpyxl.load_workbook("back.xlsx").worksheets[0].iter_rows(values_only=True)
    assert dict(zip(headings, cells, strict=True))["Customer Name"] == "Pat Haddad"
    capsys.readouterr()
