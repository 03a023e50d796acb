"""`comply`: every clause of every policy on the sample, as a table, as JSON and as a page."""

import csv
import json
import re
import shutil
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path

import pytest

from complaints_sheet.cli import main
from complaints_sheet.config.policies import load_policies, shipped
from complaints_sheet.core.compliance import STATES
from complaints_sheet.core.fields import FIELDS
from tests.test_policy_shipped import SEEDS

ROOT = Path(__file__).parent.parent
AS_OF = "2026-11-23T08:00"
WRITTEN = (ROOT / "tests" / "requirements.csv").read_text(encoding="utf-8")
ROWS = {row["id"]: row["seed"] for row in csv.DictReader(WRITTEN.splitlines())}


@pytest.fixture
def office(tmp_path, monkeypatch):
    """Return an empty folder with the sample in it, and stand there."""
    for name in ("config.yaml", "sample_register.xlsx"):
        shutil.copy(ROOT / name, tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def stated(capsys, *arguments: str) -> list[dict]:
    """Return the policies of `comply --json`."""
    assert main(["comply", "--json", "--exit-zero", "--as-of", AS_OF, *arguments]) == 0
    return json.loads(capsys.readouterr().out)["policies"]


def test_all_152_requirements_stand_in_the_clauses_of_their_own_policy(office, capsys):
    assert len(ROWS) == 152
    for seed, policy_id in SEEDS.items():
        [statement] = stated(capsys, "--policy", policy_id)
        listed = {row for clause in statement["clauses"] for row in clause["rows"]}
        assert listed == {row for row, of in ROWS.items() if of == f"00{seed[1]}"}


@pytest.mark.parametrize("policy_id", shipped())
def test_every_clause_on_the_sample_is_covered_or_honestly_not_yet(office, capsys, policy_id):
    [statement] = stated(capsys, "--policy", policy_id)
    assert statement["clauses"]
    for clause in statement["clauses"]:
        assert clause["state"] in STATES
        assert bool(clause["covered_by"]) != bool(clause["why_not"])
        assert set(clause["needs"]) <= set(FIELDS)
        assert all(cover["said"] for cover in clause["covered_by"])
    assert statement["summary"] == {
        state: Counter(each["state"] for each in statement["clauses"])[state] for state in STATES
    }


@pytest.mark.parametrize("policy_id", shipped())
def test_the_page_of_every_policy_holds_every_clause_and_closes_every_element(office, capsys, policy_id):
    page = office / "statements" / "page.html"
    assert main(["comply", "--exit-zero", "--policy", policy_id, "--html", str(page), "--as-of", AS_OF]) == 0
    capsys.readouterr()
    text = page.read_text(encoding="utf-8")
    policy = load_policies([policy_id])[-1]
    elements = Elements()
    elements.feed(text)
    assert elements.open == []
    assert len(re.findall(r'<tr><th scope="row">.+<td|<tr><th scope="row">[^\n]*\n<td>', text)) >= len(
        policy.clauses
    )
    assert text.count('class="state') >= len(policy.clauses)
    assert "<script" not in text
    for source in policy.sources:
        assert source.replace("&", "&amp;") in text
    assert not policy.sources or "checked November 2026" in text


class Elements(HTMLParser):
    """The elements that were opened and not closed."""

    def __init__(self):
        super().__init__()
        self.open = []

    def handle_starttag(self, tag, attrs):
        if tag not in {"meta", "img", "br", "link"}:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_a_clause_says_which_column_it_needs(office, capsys):
    [statement] = stated(capsys, "--policy", "housing-ombudsman-2024")
    first = statement["clauses"][0]
    assert (first["state"], first["needs"]) == ("cannot be judged", ["acknowledged_on"])


def test_the_version_in_force_on_the_day_is_stated(office, capsys):
    [now] = stated(capsys, "--policy", "ofcom-c4")
    assert now["version"] == "2026-04-08"
    assert main(["comply", "--json", "--exit-zero", "--policy", "ofcom-c4", "--as-of", "2026-03-01"]) == 0
    assert json.loads(capsys.readouterr().out)["policies"][0]["version"] == "8 weeks"


def test_without_a_policy_named_those_of_the_config_are_stated_each_by_itself(office, capsys):
    text = (office / "config.yaml").read_text(encoding="utf-8")
    two = "policy: {default: customer-issue-reporting, departments: {Billing: complaints-sop}}\n"
    text = text.replace("policy: customer-issue-reporting\n", two)
    (office / "config.yaml").write_text(text, encoding="utf-8")
    own, billing = stated(capsys)
    assert [own["id"], billing["id"]] == ["customer-issue-reporting", "complaints-sop"]
    assert 0 < billing["cases"] < own["cases"]
    assert own["cases"] + billing["cases"] == 156


def test_the_table_names_clauses_rows_states_and_columns(office, capsys):
    assert main(["comply", "--as-of", AS_OF]) == 10
    out = capsys.readouterr().out
    assert "19 clauses" in out
    assert "S1-11" in out
    assert "not kept" in out
    assert "Columns that would let more be judged" in out


def test_it_works_on_a_bare_file_and_a_dry_run_writes_no_page(office, capsys):
    (office / "config.yaml").unlink()
    page = office / "page.html"
    arguments = ["comply", "sample_register.xlsx", "--html", str(page), "--as-of", AS_OF]
    assert main([*arguments, "--dry-run"]) == 10
    assert not page.exists()
    assert main([*arguments, "--exit-zero"]) == 0
    assert page.exists()
    capsys.readouterr()


def test_a_rule_switched_off_is_not_called_kept(office, capsys):
    with (office / "config.yaml").open("a", encoding="utf-8") as config:
        config.write("rules: {repeat-customer: off}\n")
    [statement] = stated(capsys)
    covers = [cover for clause in statement["clauses"] for cover in clause["covered_by"]]
    [found] = [cover for cover in covers if cover["name"] == "repeat-customer"]
    assert (found["state"], found["said"]) == ("cannot be judged", "switched off in the config")


def test_a_policy_that_nobody_knows_is_refused_with_the_nearest_name(office, capsys):
    assert main(["comply", "--policy", "customer-contact"]) == 2
    assert "customer-contacts" in capsys.readouterr().err


def test_names_of_customers_are_never_on_the_page(office, capsys):
    page = office / "page.html"
    main(["comply", "--html", str(page), "--as-of", AS_OF])
    assert main(["check", "--json", "--as-of", AS_OF]) == 10
    capsys.readouterr()
    from complaints_sheet.app.judged import understood_file

    names = {case.text("customer_name") for case in understood_file(office / "sample_register.xlsx").cases}
    text = page.read_text(encoding="utf-8")
    assert not [name for name in names if name and name in text]
