"""Rules of one's own: read from a Python file, asked like the others, refused with the line at fault."""

from datetime import date
from pathlib import Path

import pytest

from complaints_sheet.config import own_rules
from complaints_sheet.config.own_rules import load_rules
from complaints_sheet.config.policies import load_policies
from complaints_sheet.core.judging import judge
from complaints_sheet.core.policy import PolicyChoice
from complaints_sheet.core.rules import RULES
from complaints_sheet.errors import ConfigError
from tests.registers import make_register
from tests.rule_examples import ENGLAND, as_of

ROWS = [
    {"case_owner": "Amira Khan", "received_on": date(2026, 11, 2), "resolved": False, "channel": "letter"},
    {"case_owner": "Amira Khan", "received_on": date(2026, 11, 2), "resolved": False, "channel": "phone"},
]
START = "from complaints_sheet.core.model import Flag\nfrom complaints_sheet.core.rules import rule\n\n"


def written(folder: Path, text: str) -> Path:
    path = folder / "our_rules.py"
    path.write_text(text, encoding="utf-8")
    return path


def judged(rules, **options):
    policies = PolicyChoice(load_policies(["customer-issue-reporting"]))
    every = {**RULES, **rules}
    return judge(make_register(ROWS), policies, ENGLAND, as_of("2026-11-23"), rules=every, options=options)


def example() -> str:
    """Return the example that the module itself gives."""
    return (own_rules.__doc__ or "").split("```")[1].removeprefix("python\n")


def test_the_example_in_the_module_works_and_its_option_can_be_set(tmp_path: Path):
    rules = load_rules(written(tmp_path, example()))
    found = [each for each in judged(rules).findings if each.rule == "letter-unanswered"]
    assert [(each.row, each.message) for each in found] == [(2, "A letter waits for an answer.")]
    patient = judged(rules, **{"letter-unanswered": {"days": 30}})
    assert "letter-unanswered" not in {each.rule for each in patient.findings}


def test_a_rule_about_all_cases_may_be_written_too(tmp_path: Path):
    text = START + (
        '@rule("high", scope="register")\n'
        "def many_letters(cases, today):\n"
        '    """More letters than the office can answer."""\n'
        "    letters = [case for case in cases if case.text('channel') == 'letter']\n"
        "    yield None, Flag(f'{len(letters)} letters')\n"
    )
    found = [
        each for each in judged(load_rules(written(tmp_path, text))).findings if each.rule == "many-letters"
    ]
    assert [(each.row, each.message, each.severity) for each in found] == [(None, "1 letters", "high")]


def test_a_rule_that_raises_is_named_once_and_marked_as_ones_own(tmp_path: Path):
    text = START + '@rule("low")\ndef always_fails(case, today):\n    """Fails."""\n    return 1 / 0\n'
    judgement = judged(load_rules(written(tmp_path, text)))
    assert [(each.rule, each.exception, each.custom) for each in judgement.faults] == [
        ("always-fails", "ZeroDivisionError", True)
    ]
    assert {each.rule for each in judgement.findings} >= {"clock-breached", "missing-field"}
    assert "our_rules.py:7 always_fails" in judgement.faults[0].trace


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("def broken(:\n", "our_rules.py:1:", "not valid Python"),
        ("import nowhere_to_be_found\n", "our_rules.py:1", "ModuleNotFoundError"),
        ("x = 1\n\nprint(y)\n", "our_rules.py:3", "NameError"),
        ("x = 1\n", "our_rules.py", "holds no rule"),
        (START + '@rule("low")\ndef no_words(case, today):\n    return ()\n', "our_rules.py:4", "docstring"),
        (
            START + '@rule("low")\ndef missing_field(case, today):\n    """Mine."""\n    return ()\n',
            "our_rules.py:4",
            "name of a shipped rule",
        ),
    ],
)
def test_what_cannot_be_used_is_refused_with_its_line(tmp_path: Path, text: str, place: str, words: str):
    with pytest.raises(ConfigError) as refused:
        load_rules(written(tmp_path, text))
    problem = str(refused.value.problems[0])
    assert problem.startswith(place)
    assert words in problem
    assert refused.value.next_step


def test_nothing_is_left_beside_the_file(tmp_path: Path):
    load_rules(written(tmp_path, example()))
    assert [path.name for path in tmp_path.iterdir()] == ["our_rules.py"]


def test_a_missing_file_is_named(tmp_path: Path):
    with pytest.raises(ConfigError, match=r"no file our_rules\.py"):
        load_rules(tmp_path / "our_rules.py")
