"""The improvement log on the disk: what people did to it is kept, and nothing is written while it is open."""

import json
import os
import re
import shutil
import zipfile
from datetime import date
from email import message_from_bytes, policy
from pathlib import Path

import openpyxl
import pytest
from docx import Document
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill

from complaints_sheet.cli import main
from complaints_sheet.state import open_state
from tests.meetings import libreoffice
from tests.meetings.office import HEADINGS
from tests.meetings.trial import CONFIG, year
from tests.programs import needs

LOG = Path("improvement log.xlsx")
IDEAS = (
    "Text customers the evening before a visit",
    "Offer an interpreter on the first call",
    "Check block codes before bills go out",
    "Check block codes before the bills go out",
)


@pytest.fixture
def office(tmp_path, monkeypatch):
    """Return a folder with a register of four ideas, after its first run."""
    monkeypatch.chdir(tmp_path)
    Path("config.yaml").write_text(CONFIG, encoding="utf-8")
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(HEADINGS)
    for at, idea in enumerate(IDEAS):
        names = ("Pat Haddad", "Jo Marsh", "Lee Winter", "Mei Stone")
        said = ("No show", "Hold", "Wrong bill", "Wrong bill")
        sheet.append(
            ["Amira Khan", "Repairs", date(2026, 1, 5), None, "N", names[at], said[at] * 3, None, idea]
        )
    book.save("register.xlsx")
    run("2026-01-06T09:00")
    return tmp_path


def run(moment: str, *more: str) -> int:
    return main(["remind", "--as-of", moment, *more])


def opened():
    book = openpyxl.load_workbook(LOG)
    sheet = book["Ideas"]
    columns = {cell.value: cell.column for cell in sheet[3]}
    rows = {sheet.cell(row, 1).value: row for row in range(4, sheet.max_row + 1) if sheet.cell(row, 1).value}
    return book, lambda number, heading: sheet.cell(rows[number], columns[heading])


def put(*cells: tuple[str, str, object]) -> None:
    book, cell = opened()
    for number, heading, value in cells:
        cell(number, heading).value = value
    book.save(LOG)


def value(number: str, heading: str):
    return opened()[1](number, heading).value


def listed(capsys) -> dict[str, dict]:
    capsys.readouterr()
    assert main(["ideas", "--json"]) == 0
    return {each["idea"]: each for each in json.loads(capsys.readouterr().out)["ideas"]}


def mails(kind: str):
    found = [path for path in Path("outbox").glob("*.eml") if f"- {kind} " in path.name]
    return [message_from_bytes(path.read_bytes(), policy=policy.default) for path in sorted(found)]


def test_each_idea_of_the_register_has_a_row_to_decide_in(office):
    book, cell = opened()
    assert [cell(f"I-000{at}", "Idea").value for at in (1, 2, 3, 4)] == list(IDEAS)
    assert cell("I-0001", "Stage").value == "New"
    rule = next(each for each in book["Ideas"].data_validations.dataValidation if each.type == "list")
    assert rule.formula1 == '"New,Discussed,Out for comment,Agreed,Implemented,Merged,Declined"'


def test_what_people_did_to_the_workbook_is_kept(office):
    book, cell = opened()
    cell("I-0001", "Idea").fill = PatternFill("solid", fgColor="FFFF00")
    cell("I-0002", "Owner").value = "Lucy Marsh"
    cell("I-0002", "Owner").comment = Comment("ask her first", "Sam")
    book.create_sheet("Own notes")["B2"] = "=1+1"
    book["Ideas"].cell(3, 30).value = "Own column"
    book["Ideas"].cell(5, 30).value = "mine"
    book.save(LOG)
    before = zipfile.ZipFile(LOG)
    parts = {name: before.read(name) for name in before.namelist()}
    main(["ideas", "agree", "1", "--owner", "Tom Ashworth", "--due", "2026-03-01", "--as-of", "2026-01-07"])
    after = zipfile.ZipFile(LOG)
    changed = {name for name in parts if after.read(name) != parts[name]}
    assert set(after.namelist()) == set(parts)
    assert len(changed) == 2  # the ideas, and the history
    assert all(name.startswith("xl/worksheets/sheet") for name in changed)
    book, cell = opened()
    assert cell("I-0001", "Idea").fill.fgColor.rgb == "00FFFF00"
    assert (cell("I-0001", "Stage").value, cell("I-0001", "Owner").value) == ("Agreed", "Tom Ashworth")
    assert cell("I-0002", "Owner").comment.text == "ask her first"
    assert book["Own notes"]["B2"].value == "=1+1"
    assert book["Ideas"].cell(5, 30).value == "mine"


@pytest.mark.skipif(os.name != "posix", reason="modes of files are a matter of POSIX")
def test_whoever_could_open_the_log_still_can(office):
    LOG.chmod(0o664)
    put(("I-0001", "Stage", "Discussed"))
    run("2026-01-07T09:00")
    assert LOG.stat().st_mode & 0o777 == 0o664
    assert not list(Path().glob(".*part*"))


def test_a_cell_that_a_person_typed_stays_whatever_the_command_line_says(office, capsys):
    put(
        ("I-0001", "Stage", "Discussed"),
        ("I-0001", "Where it stands", "On hold"),
        ("I-0002", "Theme", "Calls"),
    )
    run("2026-01-07T09:00")
    assert main(["ideas", "decline", "1", "--reason", "Too dear", "--as-of", "2026-01-08"]) == 0
    assert listed(capsys)["I-0001"]["stage"] == "declined"
    assert value("I-0001", "Stage") == "Discussed"
    assert value("I-0001", "Where it stands") == "On hold"
    assert value("I-0001", "Reason") == "Too dear"
    assert value("I-0002", "Theme") == "Calls"


def test_a_row_grows_with_what_the_program_writes_in_it_unless_a_person_chose_its_height(office, capsys):
    height = openpyxl.load_workbook(LOG)["Ideas"].row_dimensions[4].height
    long = "This was tried before, and it did not help anybody, so it is left for now. " * 3
    assert main(["ideas", "decline", "1", "2", "--reason", long, "--as-of", "2026-01-08"]) == 0
    book = openpyxl.load_workbook(LOG)
    assert book["Ideas"].row_dimensions[4].height > 2 * height
    book["Ideas"].row_dimensions[6].height = 15  # openpyxl writes down every height as one that was chosen
    book.save(LOG)
    assert main(["ideas", "decline", "3", "--reason", long, "--as-of", "2026-01-08"]) == 0
    assert openpyxl.load_workbook(LOG)["Ideas"].row_dimensions[6].height == 15


def test_what_cannot_be_taken_is_said_beside_it_and_taken_once_it_can(office, capsys):
    put(("I-0001", "Stage", "Declined"), ("I-0002", "Due", "soon"))
    run("2026-01-07T09:00")
    assert value("I-0001", "Where it stands").endswith("Not taken yet: To decline it, write the reason.")
    assert value("I-0002", "Where it stands").endswith("Due: “soon” is not a date.")
    put(("I-0001", "Reason", "Too dear"))
    run("2026-01-08T09:00")
    assert listed(capsys)["I-0001"]["stage"] == "declined"
    assert value("I-0001", "Where it stands") == "Declined on 8 January 2026: Too dear."


def test_nothing_is_written_while_the_log_is_open(office, capsys):
    lock = Path(".~lock.improvement log.xlsx#")
    lock.write_text(",sam,pc,;", encoding="utf-8")
    before = LOG.read_bytes()
    main(["ideas", "discuss", "1", "--as-of", "2026-01-07"])
    assert LOG.read_bytes() == before
    assert (
        "improvement log.xlsx is open; it is brought up to date once it is closed." in capsys.readouterr().err
    )
    lock.unlink()
    run("2026-01-07T12:00")
    assert value("I-0001", "Stage") == "Discussed"


def test_a_log_that_another_program_holds_is_waited_for(office, capsys, monkeypatch):
    """On Windows a file that is open cannot be replaced: the rename is refused."""
    tried: list[Path] = []
    replace = Path.replace

    def refused(part: Path, target: Path) -> Path:
        if Path(target).name != LOG.name:
            return replace(part, target)
        tried.append(part)
        raise PermissionError(13, "The process cannot access the file")

    before = LOG.read_bytes()
    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", refused)
        patch.setattr("time.sleep", lambda _seconds: None)
        main(["ideas", "discuss", "1", "--as-of", "2026-01-07"])
    assert "is open in another program" in capsys.readouterr().err
    assert (len(tried), LOG.read_bytes()) == (5, before)
    assert not tried[0].exists()
    run("2026-01-07T12:00")
    assert value("I-0001", "Stage") == "Discussed"


def test_columns_sorted_without_the_others_are_not_read(office, capsys):
    put(*((f"I-000{at}", "Owner", name) for at, name in enumerate(("Ann", "Bo", "Cy", "Di"), 1)))
    run("2026-01-07T09:00")
    put(*((f"I-000{at}", "Owner", name) for at, name in enumerate(("Di", "Cy", "Bo", "Ann"), 1)))
    before = LOG.read_bytes()
    capsys.readouterr()
    run("2026-01-08T09:00")
    assert "some columns were sorted without the others" in capsys.readouterr().err
    assert LOG.read_bytes() == before
    assert listed(capsys)["I-0001"]["owner"] == "Ann"


def test_an_idea_typed_into_the_log_gets_a_number_and_a_deleted_row_comes_back(office, capsys):
    book, cell = opened()
    sheet = book["Ideas"]
    sheet.cell(8, 2).value = "Open the counter on Saturdays"
    for column in range(1, 26):
        sheet.cell(cell("I-0002", "Idea").row, column).value = None
    book.save(LOG)
    run("2026-01-07T09:00")
    assert value("I-0005", "Idea") == "Open the counter on Saturdays"
    assert value("I-0002", "Idea") == IDEAS[1]
    assert set(listed(capsys)) == {f"I-000{at}" for at in range(1, 6)}


def test_the_log_is_made_again_where_somebody_deleted_it(office):
    put(("I-0001", "Stage", "Agreed"), ("I-0001", "Owner", "Lucy Marsh"))
    run("2026-01-07T09:00")
    LOG.unlink()
    run("2026-01-08T09:00")
    assert (value("I-0001", "Stage"), value("I-0001", "Owner")) == ("Agreed", "Lucy Marsh")
    copies = list(Path(".complaints/improvement log").glob("*.xlsx"))
    assert copies  # the log as it was before each writing


def test_similar_ideas_are_offered_and_merged_only_by_a_person(office, capsys):
    capsys.readouterr()
    main(["ideas"])
    assert "I-0004 like I-0003 (new)" in capsys.readouterr().out
    put(("I-0004", "Stage", "Merged"), ("I-0004", "Merge into", 3))
    run("2026-01-07T09:00")
    assert listed(capsys)["I-0003"]["complaints"] == ["C-00003", "C-00004"]
    assert value("I-0004", "Where it stands") == "Merged into I-0003."


def test_the_loop_reaches_everybody_once(office, capsys):
    put(
        ("I-0001", "Stage", "Out for comment"),
        ("I-0001", "Proposed solution", "A text at 18:00 the day before, as Ms Haddad said"),
    )
    run("2026-01-14T09:00")
    run("2026-01-14T10:00")
    asked = mails("comment round")
    assert {mail["To"].addresses[0].addr_spec for mail in asked} == {
        "everyone@example.org",
        "lucy.marsh@example.org",
    }
    assert {mail["Subject"] for mail in asked} == {"Your view by Mon 26 Jan: 1 proposed change"}
    words = " ".join(asked[0].get_body(("plain",)).get_content().split())
    assert "A text at 18:00 the day before, as [customer] said" in words
    book, _ = opened()
    for column, text in enumerate(("1", "Please name the two hours", "Tom Ashworth"), 1):
        book["Comments"].cell(4, column).value = text
    book.save(LOG)
    main(["run", "--as-of", "2026-01-23T09:00"])
    assert "Please name the two hours" in next(Path("packs").glob("2026-01-27*")).read_text(encoding="utf-8")
    main(
        ["ideas", "agree", "1", "--owner", "lucy marsh", "--due", "2026-02-06", "--as-of", "2026-01-27T16:00"]
    )
    for day in ("01-28", "02-02", "02-03", "02-09", "02-10", "02-17"):
        run(f"2026-{day}T09:00")
    assert [mail["Subject"] for mail in mails("agreed change")] == [
        "Improvement I-0001: yours to see through by Fri 6 Feb",
        "Improvement I-0001: due by Fri 6 Feb",
        "Improvement I-0001: due 3 days ago",
        "Improvement I-0001: due 11 days ago",
    ]
    put(("I-0001", "Stage", "Implemented"))
    run("2026-02-18T09:00")
    run("2026-02-19T09:00")
    assert len(mails("change made")) == 2
    tell = mails("customers to tell")
    assert [mail["To"].addresses[0].addr_spec for mail in tell] == ["dana.hughes@example.org"]
    assert "C-00001, row 2" in tell[0].get_body(("plain",)).get_content()
    assert "Haddad" not in tell[0].as_string()
    assert value("I-0001", "Staff told").date() == date(2026, 2, 18)
    capsys.readouterr()
    main(["ideas", "customers", "1", "--as-of", "2026-02-19"])
    assert "Pat Haddad (handled by Amira Khan)" in capsys.readouterr().out
    main(["ideas", "told", "1", "--customers", "--as-of", "2026-02-20"])
    assert value("I-0001", "Customers told").date() == date(2026, 2, 20)


def test_an_owner_who_is_nobody_in_the_people_list_is_never_guessed(office):
    main(["ideas", "agree", "2", "--owner", "Lucy", "--due", "2026-03-06", "--as-of", "2026-01-14T08:00"])
    run("2026-01-14T09:00")
    (mail,) = mails("agreed change")
    assert mail["To"].addresses[0].addr_spec == "dana.hughes@example.org"
    assert "entered as “Lucy”, who cannot be written to" in mail.get_body(("plain",)).get_content()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["decline", "99", "--reason", "x"], "There is no idea “99”."),
        (["merge", "1", "--into", "1"], "I-0001 cannot be merged into itself."),
        (["circulate", "1", "--reply-by", "2026-13-01"], "2026-13-01"),
        (["customers", "1"], "I-0001 is not implemented yet."),
        (["said", "-o", "said.pdf"], "said.pdf must end in one of: .html, .docx, .txt."),
        (["list", "--stage", "done"], "There is no stage “done”."),
        (["--json", "list"], "Write the options behind it: ideas list …"),
    ],
)
def test_a_mistake_is_said_and_nothing_changes(office, capsys, arguments, words):
    before = listed(capsys)
    assert main(["ideas", *arguments, "--as-of", "2026-01-07"]) == 2
    assert words in capsys.readouterr().err
    assert {key: each["stage"] for key, each in listed(capsys).items()} == {
        key: each["stage"] for key, each in before.items()
    }


def test_a_trial_run_writes_nothing(office, capsys):
    before = LOG.read_bytes()
    assert main(["ideas", "discuss", "1", "--dry-run"]) == 0
    assert "A trial run: nothing was written." in capsys.readouterr().out
    assert (LOG.read_bytes(), listed(capsys)["I-0001"]["stage"]) == (before, "new")


def test_you_said_we_did_in_three_formats(office, capsys):
    main(["ideas", "implement", "1", "--as-of", "2026-01-20"])
    put(("I-0001", "You said, we did", "We text you <the> evening before & name the hours"))
    for ending in ("html", "docx", "txt"):
        assert main(["ideas", "said", "-o", f"said.{ending}", "--as-of", "2026-01-21"]) == 0
    page = Path("said.html").read_text(encoding="utf-8")
    assert "We text you &lt;the&gt; evening before &amp; name the hours." in page
    words = [each.text for each in Document("said.docx").paragraphs]
    assert "We text you <the> evening before & name the hours." in words
    assert "Since 20 January 2026." in Path("said.txt").read_text(encoding="utf-8")


def test_no_log_is_made_where_the_config_names_none(office):
    Path("config.yaml").write_text(
        CONFIG.replace("ideas: {log: improvement log.xlsx}\n", ""), encoding="utf-8"
    )
    LOG.unlink()
    shutil.rmtree(".complaints")
    run("2026-01-07T09:00")
    assert not LOG.exists()
    assert main(["ideas", "agree", "1", "--owner", "Lucy Marsh", "--due", "2026-03-01"]) == 0


@needs("soffice")
def test_a_log_sorted_filtered_and_edited_in_libreoffice_still_works(office, capsys, tmp_path):
    steps = libreoffice.type_into(3, 3, "Out for comment") + libreoffice.type_into(4, 6, "Lucy Marsh")
    steps += "".join(
        libreoffice.type_into(3, column, text, "comments")
        for column, text in enumerate(("I-0002", "Which languages?", "Tom Ashworth"))
    )
    steps += libreoffice.sort(1, 4, descending=True) + libreoffice.hide(range(4, 6))
    libreoffice.edited(LOG, steps, tmp_path / "office")
    run("2026-01-07T09:00")
    now = listed(capsys)
    assert (now["I-0001"]["stage"], now["I-0002"]["owner"]) == ("out for comment", "Lucy Marsh")
    assert [each["comments"] for each in now.values()] == [0, 1, 0, 0]
    assert value("I-0001", "Where it stands").startswith("Out for comment until 19 January 2026")
    main(["ideas", "comment", "3", "Good, if checked twice", "--by", "Beth", "--as-of", "2026-01-08"])
    libreoffice.edited(
        LOG, libreoffice.type_into(4, 1, "Good, if checked twice a day", "comments"), tmp_path / "office"
    )
    run("2026-01-09T09:00")
    assert sum(each["comments"] for each in listed(capsys).values()) == 2
    rules = openpyxl.load_workbook(LOG)["Ideas"].data_validations.dataValidation
    assert any(each.type == "list" and "Out for comment" in each.formula1 for each in rules)


def test_some_meetings_with_everything_that_people_do(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    score = year(tmp_path, 3, 3)
    assert score.faults == []
    assert (score.meetings, score.waited > 0, score.comments > 10, score.typed > 20) == (3, True, True, True)


def test_a_forgotten_case_no_longer_stands_behind_its_idea_and_no_name_was_ever_kept(office, capsys):
    book = openpyxl.load_workbook("register.xlsx")
    sheet = book.worksheets[0]
    sheet["I2"] = "Ring Mrs Haddad, and everybody else, the evening before"
    book.save("register.xlsx")
    run("2026-01-07T09:00")
    assert listed(capsys)["I-0005"]["words"] == "Ring [customer], and everybody else, the evening before"
    put(("I-0001", "Proposed solution", "Ring Mrs Haddad first"))
    main(["ideas", "comment", "1", "Mrs Haddad would like that", "--as-of", "2026-01-07T12:00"])
    sheet.delete_rows(2)
    book.save("register.xlsx")
    assert run("2026-01-08T09:00") == 0
    assert listed(capsys)["I-0001"]["complaints"] == ["C-00001"]
    assert main(["forget", "C-00001", "--reason", "asked in writing"]) == 0
    assert "improvement log.xlsx" in capsys.readouterr().err  # to be looked through by a person
    now = listed(capsys)
    assert (now["I-0001"]["complaints"], now["I-0005"]["complaints"]) == ([], [])
    assert now["I-0001"]["solution"] == "Ring [customer] first"
    assert b"Haddad" not in Path(".complaints/memory.sqlite3").read_bytes()
    assert list(Path(".complaints/improvement log").glob("*.xlsx")) == []
    assert main(["ideas", "show", "1", "--json"]) == 0
    assert "[customer] would like that" in capsys.readouterr().out


def test_a_forgotten_name_that_stays_in_the_log_is_not_remembered_again(office, capsys):
    book = openpyxl.load_workbook("register.xlsx")
    sheet = book.worksheets[0]
    sheet["I3"] = "Offer an interpreter, as for our neighbour Mrs Haddad"
    book.save("register.xlsx")
    run("2026-01-07T09:00")
    number = next(key for key, each in listed(capsys).items() if "neighbour" in each["words"])
    assert value(number, "Idea") == "Offer an interpreter, as for our neighbour Mrs Haddad"
    put(
        ("I-0001", "Proposed solution", "Ring Mrs Haddad first"),
        ("I-0002", "Owner", "Sam Haddad"),
        ("I-0002", "Due", date(2026, 3, 2)),
        ("I-0002", "Stage", "Agreed"),
    )
    _commented("I-0001", "Pat Haddad asked for this twice", "Lucy Marsh")
    sheet.delete_rows(2)
    book.save("register.xlsx")
    assert run("2026-01-08T09:00") == 0
    assert main(["forget", "C-00001", "--reason", "asked in writing"]) == 0
    put(("I-0004", "Reason", "Mr Haddad rang about it again"))
    _commented("I-0004", "I spoke to Haddad", "Tom Ashworth")
    main(["ideas", "comment", "4", "Haddad would like that", "--as-of", "2026-01-08T12:00"])
    for day in (9, 12, 13):
        assert run(f"2026-01-{day:02}T09:00") == 0
    now = listed(capsys)
    assert now["I-0001"]["solution"] == "Ring [customer] first"
    assert now["I-0004"]["reason"] == "[customer] rang about it again"
    assert now["I-0002"]["owner"] == "Sam Haddad"  # a colleague, who has to be told of the change
    assert now[number]["words"] == "Offer an interpreter, as for our neighbour [customer]"
    assert value("I-0001", "Proposed solution") == "Ring Mrs Haddad first"  # theirs: it is not written over
    assert value(number, "Idea") == "Offer an interpreter, as for our neighbour [customer]"  # ours
    comments = [row[1].value for row in opened()[0]["Comments"].iter_rows(min_row=4) if row[1].value]
    assert comments == ["Pat Haddad asked for this twice", "I spoke to Haddad", "[customer] would like that"]
    with open_state(Path(".complaints"), dry_run=True) as state:
        said = [each.words for each in state.ideas.comments()]
        taken = [each for each in state.ideas.events() if each.field in ("solution", "reason", "idea")]
        kept = (state.ideas.known(), state.ideas.wordings(), state.ideas.events(), state.ideas.log(), said)
    assert said == ["[customer] asked for this twice", "I spoke to [customer]", "[customer] would like that"]
    assert len([each for each in taken if each.idea in (1, 4)]) == 4  # and each was taken over once
    assert re.findall(r"(?i)(?<!sam )haddad", str(kept)) == []


def test_the_name_of_a_removed_row_is_masked_as_long_as_it_is_remembered(office, capsys):
    book = openpyxl.load_workbook("register.xlsx")
    book.worksheets[0].delete_rows(2)
    book.save("register.xlsx")
    assert run("2026-01-07T09:00") == 0
    put(
        ("I-0001", "Proposed solution", "Text Pat Haddad the evening before"),
        ("I-0001", "Stage", "Out for comment"),
    )
    assert run("2026-01-08T09:00") == 0
    asked = mails("comment round")
    assert len(asked) == 2
    for each in asked:
        assert "Haddad" not in each.as_string()
        assert "Text [customer] the evening before" in each.get_body(("plain",)).get_content()


def _commented(number: str, words: str, who: str) -> None:
    book, _ = opened()
    sheet = book["Comments"]
    last = max((row[0].row for row in sheet.iter_rows(min_row=4) if row[1].value), default=3)
    for column, text in enumerate((number, words, who), 1):
        sheet.cell(last + 1, column).value = text
    book.save(LOG)


def test_ideas_of_rows_removed_before_the_loop_began_are_not_lost(office, capsys):
    main(["run", "--as-of", "2026-01-07T09:00"])
    book = openpyxl.load_workbook("register.xlsx")
    book.worksheets[0].delete_rows(3)
    book.save("register.xlsx")
    run("2026-01-08T09:00")
    assert len(listed(capsys)) == 4
    assert listed(capsys)["I-0002"]["complaints"] == ["C-00002"]


def test_the_json_of_ideas_is_a_contract(office, capsys):
    found = listed(capsys)["I-0001"]
    assert list(found) == [
        *("idea", "words", "stage", "since", "days_in_stage", "raised", "department", "theme", "solution"),
        *("reply_by", "circulated", "owner", "due", "late", "reason", "merged_into", "decided_by"),
        *("approved_by", "staff_told", "customers_told", "complaints", "comments", "effect", "not_taken"),
    ]
    assert main(["ideas", "show", "1", "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert set(found) < set(shown)
    assert shown["history"] == [
        {
            "day": "2026-01-06",
            "what": "idea",
            "from": None,
            "to": IDEAS[0],
            "by": None,
            "where": "the register",
        }
    ]


def test_ideas_of_every_register_come_together(office, capsys):
    shutil.copy("register.xlsx", "care.xlsx")
    book = openpyxl.load_workbook("care.xlsx")
    for row, idea in enumerate(("Warm the van first", "Text customers the evening before a visit"), 2):
        book.worksheets[0].cell(row, 9).value = idea
        book.worksheets[0].cell(row, 6).value = f"Somebody Else {row}"
    book.worksheets[0].delete_rows(4, 2)
    book.save("care.xlsx")
    both = CONFIG.replace(
        "register: {path: register.xlsx}", "register: [{path: register.xlsx}, {path: care.xlsx}]"
    )
    Path("config.yaml").write_text(both, encoding="utf-8")
    assert run("2026-01-07T09:00") == 0
    found = listed(capsys)
    assert found["I-0005"]["words"] == "Warm the van first"
    assert len(found) == 5
    assert {"C-00005", "C-00010"} < set(found["I-0001"]["complaints"])  # the same words in two registers
