"""People kept in a sheet: the same checks as in config.yaml, with the row and column of each mistake."""

from datetime import date
from pathlib import Path

import pytest

from complaints_sheet.config.settings import load_config
from complaints_sheet.core.people import Directory, Person
from complaints_sheet.errors import ConfigError

HEADINGS = "name,also,email,title,department,manager,deputy\n"


@pytest.fixture
def people(tmp_path: Path):
    def load(csv: str | bytes, accepted: str = "", config: str = "people: {file: people.csv}") -> Directory:
        path = tmp_path / "config.yaml"
        path.write_text(f"register: r.xlsx\n{config}\n", encoding="utf-8")
        (tmp_path / "people.csv").write_bytes(csv if isinstance(csv, bytes) else csv.encode())
        if accepted:
            (tmp_path / "people.accepted.csv").write_text(accepted, encoding="utf-8")
        return load_config(path).directory

    return load


def problems(load, *arguments, **named) -> list[str]:
    with pytest.raises(ConfigError) as stopped:
        load(*arguments, **named)
    return [
        f"{Path(each.file).name}:{each.line}:{each.column}: {each.message}" for each in stopped.value.problems
    ]


def test_a_row_is_a_person(people):
    row = "Ann Lee,A. Lee; Annie,ann.lee@example.org,Adviser,Repairs,Bo Day,\nBo Day,,,,,,\n"
    assert people(HEADINGS + row).people == (
        Person("Ann Lee", "ann.lee@example.org", ("A. Lee", "Annie"), "Adviser", "Repairs", "Bo Day"),
        Person("Bo Day"),
    )


def test_a_cell_may_hold_several_stretches_of_days(people):
    text = "name,away,digest days\nAnn Lee,2026-08-03 to 2026-08-14; 2026-09-01,Mon; Thursday\n"
    ann = people(text).people[0]
    assert ann.away == (
        (date(2026, 8, 3), date(2026, 8, 14)),
        (date(2026, 9, 1), date(2026, 9, 1)),
    )
    assert ann.digest_days == {0, 3}


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_headings_may_have_other_names_and_any_order_and_cells_any_separator(people, separator):
    rows = [
        ["Line manager", "E-mail", "Full name", "Shoe size"],
        ["", "ann.lee@example.org", "Ann Lee", "39"],
    ]
    text = "\ufeff" + "".join(f"{separator.join(row)}\r\n" for row in rows)
    assert people(text).people == (Person("Ann Lee", "ann.lee@example.org"),)


def test_blank_rows_do_not_count_and_rows_keep_their_numbers(people):
    text = f'{HEADINGS},,,,,,\n"Ann\nLee",,,,,,\nBo Day,,nonsense,,,,\n'
    assert problems(people, text) == [
        "people.csv:3:1: expected text on one line, without tabs",
        'people.csv:5:3: "nonsense" is not an e-mail address such as ann.lee@example.org',
    ]


def test_mistakes_stand_at_their_row_and_column(people):
    rows = (
        "Ann Lee,Al,a.lee@example.org,,,Bo Dey,\nAlan Lee,Al,,,,,\nBo Day,,,,,,Bo Day\n,,x@example.org,,,,\n"
    )
    assert problems(people, HEADINGS + rows) == [
        'people.csv:2:6: the manager "Bo Dey" is not known; did you mean "Bo Day"?',
        'people.csv:3:2: "Al" also belongs to Ann Lee: two people cannot share it',
        "people.csv:4:7: Bo Day cannot be their own deputy: name somebody else, or leave it out",
        'people.csv:5:1: "name" is missing: add a line "name: …"',
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "people.csv:1:1: the file is empty: its first row must hold the headings name and email"),
        (
            "who,email\nAnn,a@example.org\n",
            'people.csv:1:1: no column is headed "name" (found: who, email); '
            "the headings are name, also, email, title, department, manager, deputy, away, digest days, "
            "digest at, trained",
        ),
        ("name,email,e-mail\n", 'people.csv:1:3: two columns hold "email": keep one'),
        (
            "name\nSiobh\xe1n\n".encode("latin-1"),
            'people.csv:None:None: the file is not saved as UTF-8: in Excel choose "CSV UTF-8"',
        ),
    ],
)
def test_a_file_that_cannot_be_used_says_why(people, text, expected):
    assert problems(people, text) == [expected]


def test_accepted_people_count_and_the_config_has_the_last_word(people):
    accepted = "name,email\nAnn Lee,old@example.org\nCy Fox,cy.fox@example.org\n"
    found = people("name,email\nAnn Lee,ann.lee@example.org\n", accepted)
    assert found.people == (Person("Ann Lee", "ann.lee@example.org"), Person("Cy Fox", "cy.fox@example.org"))


def test_accepted_people_count_without_any_in_the_config(people):
    assert people("", "name,email\nCy Fox,cy.fox@example.org\n", config="").match("cy fox")
