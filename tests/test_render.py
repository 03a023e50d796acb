from datetime import date, time
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaints_sheet import render
from complaints_sheet.core import wording
from complaints_sheet.errors import ConfigError


@pytest.fixture
def office(tmp_path: Path) -> Path:
    return tmp_path


def write(folder: Path, name: str, text: str) -> None:
    (folder / name).write_text(text, encoding="utf-8")


def test_html_escapes_what_the_register_says_and_text_does_not(office: Path) -> None:
    write(office, "a.html", "<p>{{ issue }}</p>")
    write(office, "a.txt", "{{ issue }}")
    issue = '<script>alert("&")</script> {{ 7 * 7 }}'
    assert render.page("a.html", {"issue": issue}, [office]) == (
        "<p>&lt;script&gt;alert(&#34;&amp;&#34;)&lt;/script&gt; {{ 7 * 7 }}</p>\n"
    )
    assert render.plain("a.txt", {"issue": issue}, [office]) == issue + "\n"


def test_a_line_of_text_that_ends_in_a_tag_keeps_its_line_end(office: Path) -> None:
    write(office, "a.txt", "Hello{% if x %} Ann{% endif %}\n{% if x %}\n2nd {# why #}\n{% endif %}\nthird\n")
    assert render.plain("a.txt", {"x": True}, [office]) == "Hello Ann\n2nd \nthird\n"
    assert render.plain("a.txt", {"x": False}, [office]) == "Hello\nthird\n"


def test_a_comment_over_several_lines_leaves_nothing(office: Path) -> None:
    write(office, "a.txt", "{# one\n   two #}\nHello\n")
    assert render.plain("a.txt", {}, [office]) == "Hello\n"


def test_the_offices_copy_comes_before_the_programs(office: Path) -> None:
    other = office / "shipped"
    other.mkdir()
    write(other, "a.txt", "ours")
    write(other, "b.txt", "ours")
    write(office, "a.txt", "theirs")
    assert render.plain("a.txt", {}, [office, other]) == "theirs\n"
    assert render.plain("b.txt", {}, [office, other]) == "ours\n"


BROKEN = {
    "an unclosed tag": ("one\ntwo {% if %}\n", 2),
    "a tag never closed": ("one\n{% if x %}\n", 2),
    "an unknown name": ("one\ntwo\n{{ custmoer }}\n", 3),
    "an unknown attribute": ("{{ case.nmae }}\n", 1),
    "an unknown filter": ("\n{{ x | loud }}\n", 2),
    "a wrong sum": ("\n\n{{ 1 / 0 }}\n", 3),
    "a wrong value for a filter": ("\n{{ 'soon' | weekday_day }}\n", 2),
    "a step out of the sandbox": ("{{ x.__class__ }}\n", 1),
}


@pytest.mark.parametrize("mistake", BROKEN)
def test_a_broken_template_names_its_file_line_and_what_to_do(office: Path, mistake: str) -> None:
    text, line = BROKEN[mistake]
    write(office, "a.html", text)
    with pytest.raises(ConfigError) as stopped:
        render.page("a.html", {"x": 1, "case": {}}, [office])
    assert stopped.value.exit_code == 2
    assert f"The template a.html, line {line} is broken" in stopped.value.message
    assert "Correct the line" in stopped.value.next_step
    assert stopped.value.problems[0].line == line
    assert stopped.value.problems[0].file == str(office / "a.html")


def test_a_mistake_in_an_included_template_names_the_included_one(office: Path) -> None:
    write(office, "a.html", "\n\n\n{% include 'b.html' %}")
    write(office, "b.html", "one\n{{ nobody }}")
    with pytest.raises(ConfigError, match=r"The template b\.html, line 2 is broken"):
        render.page("a.html", {}, [office])


def test_a_template_that_does_not_exist_is_named(office: Path) -> None:
    with pytest.raises(ConfigError, match=r"no-such\.html is broken: there is no such template"):
        render.page("no-such.html", {}, [office])


def test_a_template_in_another_encoding_says_how_to_save_it(office: Path) -> None:
    (office / "a.txt").write_bytes(b"caf\xe9")
    with pytest.raises(ConfigError, match="save it again as UTF-8"):
        render.plain("a.txt", {}, [office])


def test_an_error_in_a_template_never_repeats_a_value(office: Path) -> None:
    write(office, "a.txt", "\n{{ customer | money }}")
    with pytest.raises(ConfigError) as stopped:
        render.plain("a.txt", {"customer": "Margaret Ellis"}, [office])
    assert "Margaret" not in str(stopped.value)
    assert "Margaret" not in str(stopped.value.problems[0])


def test_a_template_cannot_reach_into_python(office: Path) -> None:
    write(office, "a.txt", "{{ ''.__class__.__mro__[1].__subclasses__() }}")
    with pytest.raises(ConfigError, match="unsafe"):
        render.plain("a.txt", {}, [office])


def test_dates_read_as_people_write_them() -> None:
    monday = date(2026, 11, 23)
    assert wording.weekday_day(monday) == "Mon 23 Nov"
    assert wording.weekday_long(date(2026, 5, 1)) == "Friday 1 May"
    assert wording.long_date(monday) == "23 November 2026"
    assert wording.full_date(monday) == "Monday 23 November 2026"
    assert wording.clock_time(time(7, 5)) == "07:05"
    assert wording.day_near(date(2026, 10, 16), monday) == "16 Oct"
    assert wording.day_near(date(2025, 3, 3), monday) == "3 Mar 2025"
    assert wording.day_near(date(2025, 12, 30), date(2026, 1, 5)) == "30 Dec"


def test_periods_name_month_and_year_once() -> None:
    assert wording.period(date(2026, 11, 9), date(2026, 11, 22)) == "9 to 22 November 2026"
    assert wording.period(date(2026, 10, 26), date(2026, 11, 8)) == "26 October to 8 November 2026"
    assert wording.period(date(2025, 12, 29), date(2026, 1, 11)) == "29 December 2025 to 11 January 2026"
    assert wording.period_short(date(2026, 11, 9), date(2026, 11, 22)) == "9 to 22 Nov"
    assert wording.period_short(date(2026, 10, 26), date(2026, 11, 8)) == "26 Oct to 8 Nov"


def test_numbers_and_words_agree() -> None:
    assert wording.count(1, "row") == "1 row"
    assert wording.count(1200, "row") == "1,200 rows"
    assert wording.count(2, "person", "people") == "2 people"
    assert wording.listing(["a", "b", "c"]) == "a, b and c"
    assert wording.listing([]) == ""
    assert wording.money(Decimal("1234.5")) == "£1,234.50"
    assert wording.money(25) == "£25"
    assert wording.money(Decimal("-3.005"), "CHF") == "-CHF 3.01"
    assert wording.number(1234.56, 1) == "1,234.6"


def test_a_share_is_never_rounded_to_all_or_nothing() -> None:
    assert wording.percent(999, 1000) == "99%"
    assert wording.percent(1, 1000) == "1%"
    assert wording.percent(0, 7) == "0%"
    assert wording.percent(7, 7) == "100%"
    assert wording.percent(1, 8) == "13%"
    assert wording.percent(0, 0) == "-"


@given(st.text(), st.integers(10, 200))
def test_shortened_text_is_one_line_and_never_too_long(text: str, most: int) -> None:
    short = wording.shorten(text, most)
    assert len(short) <= most
    assert "\n" not in short


def test_wrapping_keeps_a_long_address_whole() -> None:
    address = "https://example.org/" + "a" * 90
    assert address in wording.wrap(f"Open the register: {address} today", indent=2)
