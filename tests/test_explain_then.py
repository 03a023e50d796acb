"""`explain --on DATE`: what the answer was then, from the memory where it reaches so far."""

import json

import pytest

from complaints_sheet.cli import main

HEADING = "Case Owner,Department,Date received,Date followed-up,Resolved,Customer Name,Issue,Resolution\n"
OPEN = "Amira Khan,Repairs,2026-11-02,,N,Pat Haddad,Leak under the sink,\n"
OTHER = "Amira Khan,Repairs,2026-11-05,2026-11-06,N,Jo Marsh,Door does not close,\n"
DONE = "Amira Khan,Repairs,2026-11-02,2026-11-06,Y,Pat Haddad,Leak under the sink,New pipe fitted\n"
CONFIG = "register: log.csv\npeople: [{name: Amira Khan, email: amira.khan@example.org}]\n"


@pytest.fixture
def office(tmp_path, monkeypatch, capsys):
    """A folder whose memory saw the case open on the 10th and resolved and dated back on the 17th."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "config.yaml").write_text(CONFIG, encoding="utf-8")
    for day, row in (("10", OPEN), ("17", DONE)):
        (tmp_path / "log.csv").write_text(HEADING + row + OTHER, encoding="utf-8")
        assert main(["run", "--as-of", f"2026-11-{day}T09:00"]) == 0
    capsys.readouterr()
    return tmp_path


def explained(capsys, *arguments):
    assert main(["explain", *arguments]) == 0
    return capsys.readouterr().out


def test_the_answer_of_then_is_not_changed_by_what_was_typed_later(office, capsys):
    then = explained(capsys, "2", "--on", "2026-11-12")
    assert "follow-up (customer-issue-reporting): breached" in then
    assert "clock-breached" in then
    now = explained(capsys, "2", "--as-of", "2026-11-18")
    assert "follow-up (customer-issue-reporting): met" in now


def test_it_says_when_the_row_was_seen_so_and_what_changed_since(office, capsys):
    then = explained(capsys, "2", "--on", "2026-11-12")
    assert "as it was seen on Tuesday 10 November 2026" in then
    assert "Changed since: “Date followed-up”, “Resolved” and “Resolution”." in then
    assert "those of today" in then


def test_a_row_that_did_not_change_says_nothing_of_changes(office, capsys):
    assert "Changed since" not in explained(capsys, "3", "--on", "2026-11-12")


def test_a_day_before_the_memory_is_todays_row_and_says_so(office, capsys):
    before = explained(capsys, "2", "--on", "2026-11-04")
    assert "The memory did not know this case on that day" in before
    assert "as it stands in the register now" in before


def test_those_who_had_been_told_are_named_with_the_day(office, capsys):
    then = explained(capsys, "2", "--on", "2026-11-12")
    assert "Who had been told" in then
    assert "Amira Khan <amira.khan@example.org>" in then
    assert "told on" in then


def test_without_a_memory_the_answer_says_on_what_it_rests(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "config.yaml").write_text(CONFIG, encoding="utf-8")
    (tmp_path / "log.csv").write_text(HEADING + OPEN, encoding="utf-8")
    assert "The memory did not know this case" in explained(capsys, "2", "--on", "2026-11-12")
    assert not (tmp_path / ".complaints").exists()


def test_json_has_the_notes_too(office, capsys):
    assert main(["explain", "2", "--on", "2026-11-12", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["as_of"].startswith("2026-11-12")
    assert len(answer["notes"]) == 3
    assert answer["case"]["clocks"][-1]["verdict"] == "breached"


def test_an_unreadable_cell_of_then_cannot_be_judged_then(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "config.yaml").write_text(CONFIG, encoding="utf-8")
    for day, received in (("10", "soon"), ("17", "2026-11-02")):
        row = OPEN.replace("2026-11-02", received)
        (tmp_path / "log.csv").write_text(HEADING + row + OTHER, encoding="utf-8")
        assert main(["run", "--as-of", f"2026-11-{day}T09:00"]) == 0
    capsys.readouterr()
    then = explained(capsys, "2", "--on", "2026-11-12")
    assert "follow-up (customer-issue-reporting): cannot judge" in then


# --- why this mail, to whom, when, from which facts -----------------------------------------------------

TEAM = """\
register: log.csv
people:
  - {name: Amira Khan, email: amira.khan@example.org, manager: Dana Hughes}
  - {name: Dana Hughes, email: dana.hughes@example.org}
roles: {coordinator: Dana Hughes}
"""


@pytest.fixture
def team(tmp_path, monkeypatch, capsys):
    """A folder in which Amira was told of the case on Thursday the 12th."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "config.yaml").write_text(TEAM, encoding="utf-8")
    (tmp_path / "log.csv").write_text(HEADING + OPEN, encoding="utf-8")
    assert main(["run", "--as-of", "2026-11-12T09:00"]) == 0
    capsys.readouterr()
    return tmp_path


def test_it_says_why_this_person_from_which_facts_and_when_again(team, capsys):
    found = explained(capsys, "2", "--as-of", "2026-11-12T10:00")
    assert "Case Owner is “Amira Khan”, which in the people list means Amira Khan." in found
    assert "owner digest: not today (muted: already told today)" in found
    assert "Past the standard, due 9 Nov, step 2 of at most 8; first told 12 Nov." in found
    assert "Next, if nothing changes: Monday 16 November 2026." in found
    assert "Dana Hughes is Amira Khan's manager, who is told 3 working days past the standard." in found


def test_each_mail_about_it_is_named_with_its_number_day_reason_and_facts(team, capsys):
    months_later = explained(capsys, "2", "--as-of", "2027-03-01T10:00")
    assert "1: sent Thursday 12 November 2026 09:00 to Amira Khan <amira.khan@example.org>" in months_later
    assert "Why: first notice. It said: Past the standard, due 9 Nov" in months_later
    assert "Mails about it" in explained(capsys, "2", "--on", "2026-11-12")
    assert "Mails about it" not in explained(capsys, "2", "--on", "2026-11-11")


def test_the_day_it_names_is_the_day_on_which_the_case_is_told_again(team, capsys):
    for day in ("13", "16"):
        assert main(["remind", "--as-of", f"2026-11-{day}T09:00"]) == 0
    capsys.readouterr()
    found = json.loads(explained(capsys, "2", "--as-of", "2026-11-16T10:00", "--json"))
    days = [each["moment"][:10] for each in found["sent"] if each["kind"] == "owner digest"]
    assert days == ["2026-11-12", "2026-11-16"]


def test_a_case_that_is_put_off_or_needs_nobody_says_so(team, capsys):
    assert main(["snooze", "2", "--until", "2026-11-20", "--as-of", "2026-11-12T09:30"]) == 0
    capsys.readouterr()
    assert "Put off until Fri 20 Nov" in explained(capsys, "2", "--as-of", "2026-11-13T10:00")
    (team / "log.csv").write_text(HEADING + DONE, encoding="utf-8")
    done = explained(capsys, "2", "--as-of", "2026-11-13T10:00")
    assert "Nothing about it needs anybody today." in done
