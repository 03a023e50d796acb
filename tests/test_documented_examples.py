"""The examples of README.md and docs/policies.md are played as printed: a code as one new file, own rules."""

import json
import re
from pathlib import Path

import pytest

from complaints_sheet.cli import main

ROOT = Path(__file__).parent.parent
PAGES = ("README.md", "docs/policies.md")
AS_OF = "2026-11-23T08:00"
HEADING = "Case Owner,Department,Date received,Date acknowledged,Resolved,Customer Name,Issue,Channel\n"
LOG = HEADING + (
    "Amira Khan,Repairs,2026-11-02,2026-11-16,N,Pat Haddad,Leak under the sink,letter\n"
    "Amira Khan,Repairs,2026-11-12,,N,Jo Marsh,Door does not close,phone\n"
)


def examples(page: str, name: str) -> str:
    """Return the block that stands below the mark of that name."""
    text = (ROOT / page).read_text(encoding="utf-8")
    found = re.search(rf"<!-- example: {re.escape(name)} -->\n```\w+\n(.*?)```", text, re.DOTALL)
    assert found, f"{page} has no example {name}"
    return found[1]


@pytest.fixture
def office(tmp_path, monkeypatch):
    """Return a folder with a small register, and stand there."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "log.csv").write_text(LOG, encoding="utf-8")
    return tmp_path


def answer(capsys, *arguments):
    main([*arguments, "--json", "--as-of", AS_OF])
    return json.loads(capsys.readouterr().out)


@pytest.mark.parametrize("page", PAGES)
def test_a_code_is_one_new_file_and_judges_beside_the_own_procedure(office: Path, capsys, page):
    (office / "county-code.yaml").write_text(examples(page, "county-code.yaml"), encoding="utf-8")
    (office / "config.yaml").write_text(
        "register: log.csv\npolicy: [customer-issue-reporting, county-code]\n", encoding="utf-8"
    )
    cases = answer(capsys, "check")["cases"]
    clocks = {(each["policy"], each["clock"]): each["verdict"] for each in cases[0]["clocks"]}
    assert clocks["county-code", "acknowledge"] == "breached"
    assert ("customer-issue-reporting", "follow-up") in clocks
    [statement] = answer(capsys, "comply", "--policy", "county-code")["policies"]
    states = {each["where"]: each["state"] for each in statement["clauses"]}
    assert states["2.1"] == "not kept"
    assert states["6"] == "not yet"


def test_both_policies_stand_in_the_explanation_of_a_case(office: Path, capsys):
    (office / "county-code.yaml").write_text(examples("README.md", "county-code.yaml"), encoding="utf-8")
    (office / "config.yaml").write_text(
        "register: log.csv\npolicy: [customer-issue-reporting, county-code]\n", encoding="utf-8"
    )
    assert main(["explain", "2", "--as-of", AS_OF]) == 0
    out = capsys.readouterr().out
    assert "acknowledge (county-code): breached" in out
    assert "follow-up (customer-issue-reporting)" in out


def test_the_rules_of_ones_own_work_as_printed(office: Path, capsys):
    (office / "our_rules.py").write_text(examples("docs/policies.md", "our_rules.py"), encoding="utf-8")
    config = "register: log.csv\nrules: {own: our_rules.py, busy-owner: {most: 1}}\n"
    (office / "config.yaml").write_text(config, encoding="utf-8")
    found = {each["rule"]: each for each in answer(capsys, "check")["findings"]}
    assert found["letter-unanswered"]["message"] == "A letter has waited for 21 days."
    assert found["letter-unanswered"]["severity"] == "medium"
    assert found["busy-owner"]["message"] == "Amira Khan has 2 open cases."
    (office / "config.yaml").write_text(
        config.replace("busy-owner: {most: 1}", "letter-unanswered: {days: 30}"), encoding="utf-8"
    )
    assert "letter-unanswered" not in {each["rule"] for each in answer(capsys, "check")["findings"]}
