"""Rules of one's own named in the config: asked and set like the others, and unable to stop them."""

from pathlib import Path

import pytest

from complaints_sheet.cli import main
from complaints_sheet.config.settings import load_config
from complaints_sheet.errors import ConfigError

AS_OF = "2026-11-23T08:00"
REGISTER = "Case Owner,Department,Date received,Resolved,Customer Name,Issue,Channel\n" + "".join(
    f"Amira Khan,Repairs,2026-11-{day:02},N,Pat Haddad,Leak under the sink {day},{channel}\n"
    for day, channel in ((2, "letter"), (3, "phone"))
)
RULES = '''
from complaints_sheet.core.model import Flag
from complaints_sheet.core.rules import rule

@rule("medium", needs=("channel",))
def letter_unanswered(case, today, days=10):
    """A letter has had no answer for so many days."""
    received = case.day("received_on")
    if case.open and case.text("channel") == "letter" and received and (today - received).days > days:
        yield Flag("A letter waits for an answer.", field="channel")
'''
FAILING = (
    RULES
    + '''
@rule("low")
def always_fails(case, today):
    """It fails on every case."""
    yield Flag(case.text("customer_name").no_such_thing)
'''
)


@pytest.fixture
def office(tmp_path, monkeypatch):
    """Return a folder with a register, a config and room for rules, and stand there."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "log.csv").write_text(REGISTER, encoding="utf-8")
    (tmp_path / "config.yaml").write_text("register: log.csv\nrules: {own: ours.py}\n", encoding="utf-8")
    (tmp_path / "ours.py").write_text(RULES, encoding="utf-8")
    return tmp_path


def test_a_rule_of_ones_own_speaks_beside_the_others(office, capsys):
    assert main(["check", "--as-of", AS_OF]) == 10
    out = capsys.readouterr().out
    assert "A letter waits for an answer." in out
    assert "open-too-long" in out


def test_its_options_are_set_and_checked_like_those_of_any_rule(office: Path):
    text = "register: log.csv\nrules:\n  own: [ours.py]\n  letter-unanswered: {days: 30}\n"
    (office / "config.yaml").write_text(text, encoding="utf-8")
    config = load_config(office / "config.yaml")
    assert config.rules == {"letter-unanswered": {"days": 30}}
    assert list(config.own_rules) == ["letter-unanswered"]
    (office / "config.yaml").write_text(text.replace("days: 30", "weeks: 3"), encoding="utf-8")
    with pytest.raises(ConfigError) as stopped:
        load_config(office / "config.yaml")
    [problem] = stopped.value.problems
    assert (problem.line, "weeks" in problem.message) == (4, True)


def test_a_rule_that_fails_is_named_once_the_others_go_on_and_the_exit_code_is_1(office, capsys):
    (office / "ours.py").write_text(FAILING, encoding="utf-8")
    (office / ".complaints").mkdir()
    assert main(["check", "--as-of", AS_OF]) == 1
    said = capsys.readouterr()
    assert "A letter waits for an answer." in said.out
    assert said.err.count("always-fails") == 1
    assert "Traceback" not in said.err
    [log] = (office / ".complaints").glob("*.log")
    lines = log.read_text(encoding="utf-8")
    assert "rule always-fails: AttributeError" in lines
    assert "ours.py:" in lines
    assert "Haddad" not in lines


@pytest.mark.parametrize("command", [["explain", "2"], ["comply"], ["export", "asic"], ["check"]])
def test_every_command_that_judges_says_so_and_ends_with_1(office, capsys, command):
    (office / "ours.py").write_text(FAILING, encoding="utf-8")
    assert main([*command, "--as-of", AS_OF]) == 1
    said = capsys.readouterr()
    assert said.out
    assert said.err.count("always-fails") == 1


def test_mails_go_out_although_a_rule_failed(office, capsys):
    (office / "ours.py").write_text(FAILING, encoding="utf-8")
    people = "people: [{name: Amira Khan, email: amira.khan@example.org}]\n"
    with (office / "config.yaml").open("a", encoding="utf-8") as config:
        config.write(people)
    assert main(["run", "--as-of", AS_OF]) == 1
    assert "always-fails" in capsys.readouterr().err
    assert list((office / "outbox").glob("*.eml"))


@pytest.mark.parametrize(
    ("rules", "place", "words"),
    [
        (None, "config.yaml:2", "no file ours.py"),
        ("def broken(:\n", "ours.py:1", "not valid Python"),
        ("x = 1\n", "ours.py", "holds no rule"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_with_its_place(office, capsys, rules, place, words):
    if rules is None:
        (office / "ours.py").unlink()
    else:
        (office / "ours.py").write_text(rules, encoding="utf-8")
    assert main(["check", "--as-of", AS_OF]) == 2
    said = capsys.readouterr().err
    assert place in said
    assert words in said


def test_two_files_with_a_rule_of_one_name_are_refused(office, capsys):
    (office / "more.py").write_text(RULES, encoding="utf-8")
    (office / "config.yaml").write_text(
        "register: log.csv\nrules: {own: [ours.py, more.py]}\n", encoding="utf-8"
    )
    assert main(["check", "--as-of", AS_OF]) == 2
    assert "two files have a rule" in capsys.readouterr().err
