"""Whole mails as files. After a wanted change run with UPDATE_GOLDENS=1, then look at them."""

import os
from dataclasses import replace
from datetime import date, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest

from complaints_sheet.core.brand import contrast
from complaints_sheet.core.digests import RegisterPlace
from complaints_sheet.core.lines import LineRules
from complaints_sheet.core.messages import Message
from complaints_sheet.core.notice import MailRules, Notice
from complaints_sheet.errors import ConfigError
from complaints_sheet.mail import compose
from complaints_sheet.render import shipped_folder
from tests.mail_by_hand import AMIRA, DANA, LETTERHEAD, LUCY, MONDAY, OFFICE, SAM, TOM, decided, of, row, sent

GOLDENS = Path(__file__).parent / "mail"
HEAD = replace(LETTERHEAD, registers=(RegisterPlace("", "https://example.org/register.xlsx"),))
LINKED = MailRules(lines=LineRules(links={"main": "https://example.org/register.xlsx"}))
MAILS = {
    "owner_digest": ("owner digest", AMIRA, LINKED),
    "owner_digest_one_call": ("owner digest", TOM, MailRules()),
    "manager_exceptions": ("manager exceptions", LUCY, LINKED),
    "manager_above": ("manager exceptions", SAM, MailRules()),
    "coordinator": ("coordinator", DANA, LINKED),
    "owner_digest_capped": ("owner digest", AMIRA, replace(LINKED, cap=2)),
}


def notice(name: str) -> Notice:
    kind, person, rules = MAILS[name]
    found = of(decided(OFFICE, rules=rules), kind, person).notice
    assert found is not None
    return found


def written(name: str) -> Message:
    return compose(notice(name), HEAD, MAILS[name][2], MONDAY)


def parts(message: Message) -> tuple[EmailMessage, str, str]:
    mime = message_from_bytes(message.content, policy=default)
    text, html = mime.iter_parts()
    return mime, *(part.get_content().replace("\r\n", "\n") for part in (text, html))


def compare(path: Path, found: str) -> None:
    if os.environ.get("UPDATE_GOLDENS"):
        path.write_text(found, encoding="utf-8", newline="\n")
    assert found == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", MAILS)
def test_each_mail_reads_as_its_golden_files(name: str) -> None:
    _, text, html = parts(written(name))
    compare(GOLDENS / f"{name}.txt", text)
    compare(GOLDENS / f"{name}.html", html)


@pytest.mark.parametrize("name", MAILS)
def test_the_text_twin_is_never_wider_than_78_columns_but_for_an_address(name: str) -> None:
    _, text, _ = parts(written(name))
    wide = [line for line in text.splitlines() if len(line) > 78 and "https://" not in line]
    assert wide == []
    assert "\n\n\n\n" not in text


@pytest.mark.parametrize("name", MAILS)
def test_text_and_html_say_the_same_of_every_row(name: str) -> None:
    _, text, html = parts(written(name))
    for section in notice(name).sections:
        for entry in section.entries:
            assert f"* {entry.case}" in text
            assert f">{entry.case}<" in html or f"{entry.case}\n" in html
            for words in (entry.action, entry.due_words, entry.over_words):
                assert words in html
                assert " ".join(words.split()) in " ".join(text.split())


@pytest.mark.parametrize("name", MAILS)
def test_subject_preheader_and_file_name_never_hold_a_customers_name(name: str) -> None:
    message = written(name)
    _, text, html = parts(message)
    preheader = html.split("mso-hide:all;", 1)[1].split("&#847;", 1)[0]
    for place in (message.subject, preheader, message.file_name, text, html):
        assert "Ellis" not in place
        assert "Margaret" not in place
    assert len(message.subject) <= 60


@pytest.mark.parametrize("name", MAILS)
def test_headings_have_no_gap_and_lists_are_real_tables(name: str) -> None:
    _, _, html = parts(written(name))
    assert html.count("<h1") == 1
    assert html.index("<h1") < html.index("<h2")
    assert "<h3" not in html
    assert '<th scope="col"' in html
    assert "<img" not in html
    assert "<div" not in html.replace('<div style="display:none', "")


def test_two_days_later_the_mail_says_what_is_new_what_is_a_reminder_and_why_it_came() -> None:
    put_off = row(date(2026, 11, 9), snooze_until=date(2026, 11, 30), issue="Waiting for a part")
    new = row(date(2026, 11, 12), case_ref="C-0412", issue="Scaffold left up & car park blocked")
    wednesday = MONDAY + timedelta(days=2)
    memory = sent(decided([*OFFICE, put_off], rules=LINKED), MONDAY)
    found = of(
        decided([*OFFICE, put_off, new], wednesday, memory, rules=LINKED), "owner digest", AMIRA
    ).notice
    assert found is not None
    assert found.why_now == "1 new, 2 changed since last time and 2 repeats after 3 and 25 working days"
    letterhead = replace(HEAD, read_at=wednesday.replace(hour=7, minute=55))
    _, text, html = parts(compose(found, letterhead, LINKED, wednesday))
    compare(GOLDENS / "owner_digest_later.txt", text)
    compare(GOLDENS / "owner_digest_later.html", html)


LIGHT = {"ink": "#1f2a30", "quiet": "#55616b", "main": "#0b4f6c", "late": "#b04500"}
DARK = {"ink": "#e9edf0", "quiet": "#aab4bd", "late": "#f7a35c"}


@pytest.mark.parametrize(
    ("colours", "papers"),
    [(LIGHT, ("#ffffff", "#f2f5f7", "#eef1f3")), (DARK, ("#1b2128", "#252d36", "#101418"))],
)
def test_every_text_colour_can_be_read_on_every_paper_light_and_dark(
    colours: dict[str, str], papers: tuple[str, ...]
) -> None:
    _, _, html = parts(written("owner_digest"))
    assert all(colour in html for colour in (*colours.values(), *papers))
    for colour in colours.values():
        assert min(contrast(colour, paper) for paper in papers) >= 5.0
    assert contrast("#ffffff", LIGHT["main"]) >= 7


def test_what_the_register_says_is_escaped_in_html_and_plain_in_text() -> None:
    _, text, html = parts(written("owner_digest"))
    assert "&lt;third visit&gt; &amp; &#34;still leaking&#34;" in html
    assert "<third visit>" not in html
    assert '<third visit> & "still leaking"' in text


def test_the_phone_script_names_agent_brand_and_issue() -> None:
    _, text, html = parts(written("owner_digest_one_call"))
    plain = " ".join(text.split())
    assert "Hello, my name is Tom Ashworth calling from Example Homes." in plain
    assert "We were speaking earlier regarding fence panel down." in plain
    assert "Is there anything else I can assist you with today?" in plain
    assert "Thank you for your time." in html


def test_a_broken_copy_of_a_mail_template_names_the_file_and_the_line(tmp_path: Path) -> None:
    copy = tmp_path / "mail" / "parts.html"
    copy.parent.mkdir()
    shipped = (shipped_folder() / "mail" / "parts.html").read_text(encoding="utf-8")
    copy.write_text(shipped.replace("{{ each.action }}", "{{ each.acton }}"), encoding="utf-8")
    with pytest.raises(ConfigError) as stopped:
        compose(notice("owner_digest"), LETTERHEAD, LINKED, MONDAY, folders=[tmp_path])
    assert "The template parts.html, line" in stopped.value.message
    assert "acton" in stopped.value.message
    assert "use the template that comes with the program" in stopped.value.next_step


def test_a_customers_name_is_in_the_body_only_where_the_config_allows() -> None:
    rules = MailRules(lines=LineRules(customer_names=True))
    found = of(decided(OFFICE, rules=rules), "owner digest", AMIRA).notice
    assert found is not None
    message = compose(found, LETTERHEAD, rules, MONDAY)
    mime, text, _ = parts(message)
    assert "Customer: Margaret Ellis." in text
    assert "Ellis" not in f"{mime['Subject']}{message.file_name}"


def test_a_mail_at_its_cap_stays_below_what_mail_programs_cut_off() -> None:
    many = [{**OFFICE[0], "issue": "x" * 400, "department": "Repairs and Maintenance"} for _ in range(60)]
    found = of(decided(many, rules=LINKED), "owner digest", AMIRA).notice
    assert found is not None
    assert found.left_out == 35
    message = compose(found, HEAD, LINKED, MONDAY)
    _, text, _ = parts(message)
    assert "and 35 more in the register" in text
    assert len(message.content) < 102_000
