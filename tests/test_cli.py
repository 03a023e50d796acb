"""The command line as people meet it: what it prints, what it refuses, and how it ends."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from complaints_sheet.cli import main
from complaints_sheet.core.fields import NINE

ROOT = Path(__file__).parent.parent
AS_OF = "2026-11-23T08:00"
HEADINGS = ",".join(f'"{field.heading}"' for field in NINE)
HEAVY = (
    "pandas",
    "openpyxl",
    "sqlalchemy",
    "pydantic",
    "jinja2",
    "gspread",
    "matplotlib",
    "rich",
    "holidays",
)


@pytest.fixture
def office(tmp_path, monkeypatch):
    """Return an empty folder with the sample in it, and stand there."""
    for name in ("config.yaml", "sample_register.xlsx"):
        shutil.copy(ROOT / name, tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _stopped(capsys, *arguments: str) -> tuple[int, str]:
    code = main(arguments)
    captured = capsys.readouterr()
    assert "Traceback" not in captured.err
    return code, captured.err


def test_help_imports_nothing_heavy():
    script = (
        "import sys; from complaints_sheet.cli import main; main(['--help']); "
        f"print(*[name for name in {HEAVY} if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert "Usage" in done.stdout
    assert done.stderr.split() == []


@pytest.mark.parametrize("command", ["check", "run", "remind", "pack", "explain", "init", "doctor"])
def test_every_command_has_help_with_an_example(command, capsys):
    assert main([command, "--help"]) == 0
    assert "Example:  complaints-sheet" in capsys.readouterr().out


def test_check_works_on_a_bare_file_with_no_config_and_says_what_it_found(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    Path("log.csv").write_text(
        f"{HEADINGS}\nAmira Khan,Repairs,2026-11-02,,N,Pat Haddad,Leak under the sink,,\n", encoding="utf-8"
    )
    assert main(["check", "log.csv", "--as-of", AS_OF]) == 10
    out = capsys.readouterr().out
    assert "1 case, 1 open" in out
    assert "Follow up with the customer" in out
    assert {path.name for path in tmp_path.iterdir()} == {"log.csv"}


def test_check_ends_with_0_when_nothing_needs_attention_or_when_asked_to(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    good = "Amira Khan,Repairs,2026-11-20,2026-11-20,Y,Pat Haddad,Leak under the sink,Mended,\n"
    late = "Amira Khan,Repairs,2026-11-02,,N,Jo Marsh,Door does not close,,\n"
    Path("good.csv").write_text(f"{HEADINGS}\n{good}", encoding="utf-8")
    Path("late.csv").write_text(f"{HEADINGS}\n{late}", encoding="utf-8")
    assert main(["check", "good.csv", "--as-of", AS_OF]) == 0
    assert main(["check", "late.csv", "--as-of", AS_OF]) == 10
    assert main(["check", "late.csv", "--as-of", AS_OF, "--exit-zero"]) == 0
    capsys.readouterr()


def test_run_writes_mail_and_pack_once_and_a_second_run_sends_nothing(office, capsys):
    assert main(["run", "--as-of", AS_OF]) == 0
    assert "for the meeting on Tuesday 24 November 2026" in capsys.readouterr().out
    mails = {path.name: path.read_bytes() for path in (office / "outbox").iterdir()}
    assert len(mails) > 5
    assert all(name.endswith(".eml") for name in mails)
    [pack] = (office / "packs").glob("*.html")
    before = pack.stat().st_mtime_ns

    assert main(["run", "--as-of", AS_OF]) == 0
    assert "No mail is due." in capsys.readouterr().out
    assert {path.name: path.read_bytes() for path in (office / "outbox").iterdir()} == mails
    assert pack.stat().st_mtime_ns == before


def test_the_register_is_byte_for_byte_what_it_was_after_a_run(office, capsys):
    register = office / "sample_register.xlsx"
    before = register.read_bytes()
    main(["run", "--as-of", AS_OF])
    main(["check", "sample_register.xlsx", "--as-of", AS_OF])
    capsys.readouterr()
    assert register.read_bytes() == before


def test_a_dry_run_says_what_it_would_do_and_writes_nothing(office, capsys):
    assert main(["run", "--dry-run", "--as-of", AS_OF]) == 0
    out = capsys.readouterr().out
    assert "nothing was written" in out
    assert "amira.khan@example.org" in out
    assert {path.name for path in office.iterdir()} == {"config.yaml", "sample_register.xlsx"}


def test_mail_waits_for_its_hour_and_stays_in_on_closed_days(office, capsys):
    main(["run", "--as-of", "2026-11-23T07:30"])
    assert "Mail waits until 08:00." in capsys.readouterr().out
    main(["run", "--as-of", "2026-11-22T10:00"])
    out = capsys.readouterr().out
    assert "No mail is due." in out
    assert "closed day" in out
    kinds = {path.name.split(" - ")[1].rsplit(" ", 1)[0] for path in (office / "outbox").iterdir()}
    assert kinds == {"pack ready"}  # the pack was due at 07:00, and the digests were not


def test_remind_writes_only_mail_and_pack_only_a_pack(office, capsys):
    assert main(["remind", "--as-of", AS_OF]) == 0
    assert (office / "outbox").is_dir()
    assert not (office / "packs").exists()
    assert main(["pack", "--until", "2026-11-08", "--as-of", AS_OF]) == 0
    assert "26 October to 8 November 2026" in capsys.readouterr().out
    assert len(list((office / "packs").glob("*.html"))) == 1


@pytest.mark.parametrize(
    ("edition", "days"),
    [("weekly", "16 to 22 November 2026"), ("quarterly", "24 August to 22 November 2026")],
)
def test_other_editions_of_the_pack_are_written_on_request(edition, days, office, capsys):
    assert main(["pack", "--kind", edition, "--as-of", AS_OF]) == 0
    assert days in capsys.readouterr().out
    [file] = (office / "packs").iterdir()
    assert edition in file.name


def test_mail_that_could_not_be_written_is_said_and_goes_out_on_the_next_run(office, capsys):
    (office / "outbox").write_text("a file where the folder should be", encoding="utf-8")
    code, said = _stopped(capsys, "remind", "--as-of", AS_OF)
    assert code in (2, 4)
    assert "outbox" in said
    (office / "outbox").unlink()
    assert main(["remind", "--as-of", AS_OF]) == 0
    assert any((office / "outbox").iterdir())


def test_explain_reckons_a_row_like_a_colleague(office, capsys):
    assert main(["explain", "131", "--as-of", AS_OF]) == 0
    out = capsys.readouterr().out
    assert "Not counted: Sat 10 Oct and Sun 11 Oct." in out
    assert "amira.khan@example.org" in out
    assert not (office / ".complaints").exists()


def test_explain_names_what_it_cannot_find(office, capsys):
    code, said = _stopped(capsys, "explain", "99999", "--as-of", AS_OF)
    assert code == 2
    assert "99999" in said


def test_doctor_examines_the_sample_and_finds_no_fault(office, capsys):
    assert main(["doctor"]) == 0
    assert "fault" not in capsys.readouterr().out


def test_init_writes_a_config_that_the_next_command_can_use(tmp_path, monkeypatch, capsys):
    shutil.copy(ROOT / "sample_register.xlsx", tmp_path / "our log.xlsx")
    monkeypatch.chdir(tmp_path)
    assert main(["init", "--from", "our log.xlsx"]) == 0
    assert "Wrote config.yaml" in capsys.readouterr().out
    assert main(["check", "--summary", "--exit-zero", "--as-of", AS_OF]) == 0
    assert "156 cases" in capsys.readouterr().out


def test_json_is_the_whole_answer_and_nothing_else_on_stdout(office, capsys):
    assert main(["check", "sample_register.xlsx", "--json", "--as-of", AS_OF]) == 10
    answer = json.loads(capsys.readouterr().out)
    assert answer["version"] == 1
    assert main(["run", "--json", "--dry-run", "--as-of", AS_OF]) == 0
    assert json.loads(capsys.readouterr().out)["pack"]["meeting"] == "2026-11-24"
    assert main(["explain", "131", "--json", "--as-of", AS_OF]) == 0
    assert json.loads(capsys.readouterr().out)["reckonings"]
    assert main(["doctor", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["checks"]


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["check", "nowhere.xlsx"], 3, "nowhere.xlsx"),
        (["check"], 2, "init"),
        (["run"], 2, "config.yaml"),
        (["check", "log.csv", "--as-of", "yesterday"], 2, "2026-11-23"),
        (["check", "log.csv", "--policy", "customer-isue-reporting"], 2, "customer-issue-reporting"),
        (["frobnicate"], 2, "frobnicate"),
        (["pack", "--until"], 2, "--until"),
    ],
)
def test_each_mistake_has_its_exit_code_and_says_what_to_do(
    arguments, code, words, tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    Path("log.csv").write_text(f"{HEADINGS}\nA,B,2026-11-20,,N,C,D,,\n", encoding="utf-8")
    found, said = _stopped(capsys, *arguments)
    assert found == code
    assert words in said


def test_a_bug_is_one_line_on_the_screen_and_a_log_without_values(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)

    def broken(*_args, **_options):
        raise RuntimeError("Mrs Planted")

    monkeypatch.setattr("complaints_sheet.app.setup.initialise", broken)
    code, said = _stopped(capsys, "init")
    assert code == 1
    assert "RuntimeError" in said
    assert "Planted" not in said
    log = Path(said.strip().rpartition(": ")[2])
    assert "Planted" not in log.read_text(encoding="utf-8")
    log.unlink()


def test_stopping_from_the_keyboard_is_130(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)

    def interrupted(*_args, **_options):
        raise KeyboardInterrupt

    monkeypatch.setattr("complaints_sheet.app.setup.initialise", interrupted)
    assert _stopped(capsys, "init")[0] == 130


def test_a_second_run_at_the_same_time_is_refused(office, capsys):
    from complaints_sheet.state import open_state

    with open_state(office / ".complaints"):
        code, said = _stopped(capsys, "run", "--as-of", AS_OF)
    assert code == 5
    assert said.strip()
