"""Whatever stands in config.yaml, the answer is a config or a list of problems with their places."""

import json
import random
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from complaints_sheet.config.people_csv import HEADINGS
from complaints_sheet.config.settings import SECTION_NAMES, Config, load_config
from complaints_sheet.errors import ConfigError

SAMPLE = (Path(__file__).parent.parent / "config.yaml").read_text(encoding="utf-8")
KEYS = st.sampled_from(
    sorted(
        {
            *SECTION_NAMES,
            "name",
            "also",
            "email",
            "kind",
            "path",
            "folder",
            "first",
            "every",
            "at",
            "url",
            "file",
        }
        | {
            "closed",
            "country",
            "default",
            "departments",
            "logo",
            "main",
            "formats",
            "skipped",
            "limits",
            "sheet",
        }
        | {"coordinator", "wider_team", "manager", "id", "policy", "columns", "case_owner", "missing-field"}
    )
)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(max_size=12)
    | st.sampled_from(
        [
            "2026-01-13",
            "14:00",
            "2 weeks",
            "ann.lee@example.org",
            "\x00",
            "../..",
            "~",
            "a" * 300,
            "~nobody/x",
            "\ud800",
            "C:\\x",
        ]
    )
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(KEYS | st.text(max_size=5), inner, max_size=4)
    ),
)
CONFIGS = st.dictionaries(KEYS, VALUES, max_size=6)


def loaded(text: str, people: str = "") -> Config | ConfigError:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "config.yaml"
        (Path(folder) / "people.csv").write_bytes(people.encode("utf-8", "surrogatepass"))
        path.write_bytes(text.encode("utf-8", "surrogatepass"))
        try:
            return load_config(path)
        except ConfigError as error:
            return error


def insist_on_a_clear_answer(text: str, people: str = "") -> None:
    answer = loaded(text, people)
    if isinstance(answer, ConfigError):
        assert answer.problems
        assert answer.next_step
        for problem in answer.problems:
            assert problem.message.strip()
            assert "Input should" not in problem.message
            assert problem.line is not None or Path(problem.file).name == "people.csv"
    else:
        assert answer.registers


@settings(max_examples=120, deadline=None)
@given(st.text(max_size=200))
def test_any_text_is_answered_clearly(text: str):
    insist_on_a_clear_answer(text)


@settings(max_examples=120, deadline=None)
@given(CONFIGS)
def test_any_values_under_known_names_are_answered_clearly(data: dict[str, object]):
    insist_on_a_clear_answer(json.dumps(data, ensure_ascii=True))


@settings(max_examples=120, deadline=None)
@given(st.integers(min_value=0), st.text(max_size=4))
def test_the_sample_with_a_slip_of_the_hand_is_answered_clearly(seed: int, slip: str):
    dice = random.Random(seed)
    lines = SAMPLE.splitlines()
    for _ in range(dice.randint(1, 3)):
        at = dice.randrange(len(lines))
        cut = dice.randint(0, len(lines[at]))
        lines[at : at + 1] = dice.choice(
            [
                [],
                [lines[at], lines[at]],
                [f"{lines[at][:cut]}{slip}{lines[at][cut:]}"],
                [lines[at][:cut]],
                [f"{' ' * dice.randint(0, 4)}{lines[at].strip()}"],
                [lines[at].lstrip("# ")],
            ]
        )
    insist_on_a_clear_answer("\n".join(lines))


CELLS = st.text(max_size=6) | st.sampled_from(
    ["Ann Lee", "ann.lee@example.org", "Bo Day", "A. Lee; Al", '"', "", "=1"]
)
ROWS = st.lists(st.lists(CELLS | st.sampled_from([*HEADINGS]), max_size=7), max_size=5)


@settings(max_examples=120, deadline=None)
@given(st.text(max_size=80) | ROWS.map(lambda rows: "\n".join(",".join(row) for row in rows)), st.booleans())
def test_any_file_of_people_is_answered_clearly(csv: str, with_headings: bool):
    head = "name,also,email,title,department,manager,deputy\n" if with_headings else ""
    insist_on_a_clear_answer("register: r.xlsx\npeople: {file: people.csv}\n", head + csv)
