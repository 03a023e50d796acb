"""A YAML file becomes a model, or every mistake in it with its line and column, in our own words."""

from datetime import date, time
from pathlib import Path
from typing import Annotated, Literal, get_args

import pytest
from pydantic import Field
from pydantic_core.core_schema import ErrorType

from complaints_sheet.config.typed import Line
from complaints_sheet.config.wording import told
from complaints_sheet.config.yaml_file import Written, load_yaml
from complaints_sheet.errors import ConfigError


class Clock(Written):
    id: str
    limit: Annotated[int, Field(gt=0)] = 5
    unit: Literal["hour", "working day", "calendar day"] = "working day"
    friendly: bool = False


class Sheet(Written):
    name: str
    since: date | None = None
    at: time = time(9)
    clocks: tuple[Clock, ...] = ()
    closed: dict[date, str] = Field(default_factory=dict)
    sheet: Line | tuple[Line, ...] = ""
    logo: Path | None = None


@pytest.fixture
def written(tmp_path: Path):
    def write(text: str | bytes) -> Path:
        path = tmp_path / "config.yaml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


def mistakes(path: Path) -> list[str]:
    with pytest.raises(ConfigError) as stopped:
        load_yaml(path, Sheet)
    assert stopped.value.next_step
    assert all(problem.file == str(path) for problem in stopped.value.problems)
    return [f"{problem.line}:{problem.column}: {problem.message}" for problem in stopped.value.problems]


def test_a_correct_file_becomes_the_model(written):
    text = (
        'name: Example\nsince: 2026-01-13\nat: "14:00"\nclocks:\n  - {id: reply, limit: 3}\nlogo: a/b.png\n'
    )
    sheet = load_yaml(written(text), Sheet)
    assert (sheet.name, sheet.since, sheet.at, sheet.logo) == (
        "Example",
        date(2026, 1, 13),
        time(14),
        Path("a/b.png"),
    )
    assert sheet.clocks == (Clock(id="reply", limit=3),)


def test_words_that_older_yaml_would_change_stay_as_typed(written):
    assert load_yaml(written("name: no\nat: 22:30\n"), Sheet) == Sheet(name="no", at=time(22, 30))


@pytest.mark.parametrize("typed", ["2026", "007", "1.10", "0x1F", "1_000", ".inf", "2026-01-13"])
def test_a_number_where_text_belongs_is_taken_exactly_as_typed(written, typed):
    assert load_yaml(written(f"name: {typed}\nsheet: [{typed}]\n"), Sheet) == Sheet(
        name=typed, sheet=(typed,)
    )


def test_a_key_with_nothing_after_it_counts_as_not_written(written):
    assert load_yaml(written("name: x\nclocks:\nclosed: ~\n"), Sheet) == Sheet(name="x")


def test_dates_may_be_keys(written):
    assert load_yaml(written("name: x\nclosed: {2026-12-24: Eve}\n"), Sheet).closed == {
        date(2026, 12, 24): "Eve"
    }


def test_a_file_saved_by_notepad_with_a_mark_at_its_start_is_read(written):
    assert load_yaml(written(b"\xef\xbb\xbfname: x\r\nsheet: y\r\n"), Sheet) == Sheet(name="x", sheet="y")


def test_all_mistakes_are_told_at_once_in_the_order_of_the_file(written):
    text = """\
nmae: x
since: 13/01/2026
at: 9
clocks:
  - id: a
    limit: 0
    unit: working days
  - limt: 3
    friendly: 1
closed:
  24/12/2026: Eve
"""
    assert mistakes(written(text)) == [
        '1:1: "name" is missing: add a line "name: …"',
        '1:1: "nmae" is not a known name here; did you mean "name"?',
        '2:8: expected a date like 2026-01-13, not "13/01/2026"',
        '3:5: expected a time like 14:00, not "9"',
        '6:12: expected more than 0, not "0"',
        '7:11: "working days" is not known here; did you mean "working day"?',
        '8:5: "id" is missing: add a line "id: …"',
        '8:5: "limt" is not a known name here; did you mean "limit"?',
        '9:15: expected true or false, not "1"',
        '11:3: expected a date like 2026-01-13, not "24/12/2026"',
    ]


def test_a_choice_between_two_kinds_is_told_as_one_mistake(written):
    expected = "expected text, or a list, each item on its own line after a dash"
    assert mistakes(written("name: x\nsheet: {a: b}\n")) == [
        f"2:8: {expected}, not a group of names and values"
    ]


def test_an_item_of_a_list_that_may_also_be_one_text_is_told_at_the_item(written):
    assert mistakes(written("name: x\nsheet: [a, ' ']\n")) == ["2:12: expected text, not an empty value"]
    assert mistakes(written("name: x\nsheet: ' '\n")) == ["2:8: expected text, not an empty value"]
    assert mistakes(written("name: x\nsheet: [a, [b]]\n")) == ["2:12: expected text, not a list"]


def test_a_name_far_from_all_others_gets_the_list_of_names(written):
    assert mistakes(written("name: x\nxylophone: 1\n")) == [
        '2:1: "xylophone" is not a known name here; '
        "possible here: name, since, at, clocks, closed, sheet, logo"
    ]


@pytest.mark.parametrize("key", ["password", "smtp_password", "api_key", "Token", "client_secret"])
def test_a_secret_is_refused_with_advice_and_never_repeated(written, key):
    (message,) = mistakes(written(f"name: x\n{key}: hunter2\n"))
    assert "environment variable" in message
    assert "hunter2" not in message


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "1:1: the file is empty"),
        ("# only a comment\n", "1:1: the file is empty"),
        ("- name: x\n", '1:1: the file must consist of lines like "name: value"'),
        ("name:x\n", '1:1: the file must consist of lines like "name: value"'),
        ("name: x\nname: y\n", '2:1: "name" is written twice (first on line 1): keep one'),
        ("name: &a x\nsheet: *a\n", "2:1: an alias (*name) is not used here: write the value out"),
        ("name: !x y\n", "1:1: a tag (!name) is not used here: put text that begins with ! in quotes"),
        ("? [a]\n: x\n", "1:3: a key must be a single word or name, not a list or a group"),
        ("name: x\n\tat: 9\n", "2:1: a tab cannot be used here: use spaces"),
        ("name: 'x\n", "2:1: a quotation mark is opened before this and never closed"),
        ("sheet: [a, b\n", "2:1: a list that starts with [ needs commas between its items and ] at its end"),
        ("name: x\nat 9\nlogo: y\n", '3:1: the line above has no colon: write "name: value"'),
        (
            'logo: "C:\\Users\\x"\n',
            "1:12: a backslash inside double quotes: use single quotes, or / in paths",
        ),
        ("name: @x\n", "1:7: text that begins with this character must stand in quotes"),
        (
            "name: x\n---\nname: y\n",
            '2:1: "---" starts a second document here: keep one document in the file',
        ),
        (
            "name: a: b\n",
            '1:8: a colon too many, or lines that do not start level; put text with ": " in quotes',
        ),
        (
            'sheet: "a\\0b"\n',
            "1:1: a character that cannot be seen stands here: delete it and type again",
        ),
        (
            'sheet: ["\\ud800"]\n',
            "1:9: a character that cannot be seen stands here: delete it and type again",
        ),
        ("name: x\x07\n", "1:8: a character that cannot be seen stands here: delete it and type again"),
        (
            b"name: caf\xe9\n",
            "1:10: the file is not saved as UTF-8: in Notepad choose Save as, then Encoding: UTF-8",
        ),
    ],
)
def test_a_file_that_is_not_yaml_says_where_and_what_to_do(written, text, expected):
    assert mistakes(written(text)) == [expected]


def test_a_file_with_a_thousand_levels_is_refused_calmly(written):
    assert "levels" in mistakes(written("name: " + "[" * 100 + "]" * 100))[0]
    assert len(mistakes(written("name: " + "[" * 5000 + "]" * 5000))) == 1


def test_a_missing_file_says_how_to_make_one(tmp_path):
    with pytest.raises(ConfigError, match="There is no file") as stopped:
        load_yaml(tmp_path / "config.yaml", Sheet)
    assert "init" in stopped.value.next_step


def test_a_folder_in_place_of_the_file_is_told(tmp_path):
    with pytest.raises(ConfigError, match="cannot be read"):
        load_yaml(tmp_path, Sheet)


LIMITS = ("gt", "ge", "lt", "le", "multiple_of", "min_length", "max_length")


@pytest.mark.parametrize("kind", get_args(ErrorType))
def test_every_kind_of_mistake_is_told_in_our_own_words(kind):
    context = {"expected": "'a' or 'b'", "error": "say this", **dict.fromkeys(LIMITS, 3)}
    error = {"type": kind, "loc": ("name",), "msg": "Input should be valid", "input": "x", "ctx": context}
    (sentence,) = told([error], Sheet)
    assert sentence
    assert "Input" not in sentence
    assert "{" not in sentence
