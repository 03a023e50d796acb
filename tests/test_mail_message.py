from dataclasses import replace
from datetime import datetime, timedelta, timezone
from email import message_from_bytes
from email.policy import default

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaints_sheet.core.messages import Letter, message
from complaints_sheet.core.routing import one_address

LETTER = Letter(
    key="owner-digest:amira.khan@example.org:2026-11-23",
    kind="owner digest",
    to_name="Amira Khan",
    to="amira.khan@example.org",
    from_name="Example Homes complaints",
    sender="complaints-sheet@example.org",
    subject="Complaints: 2 overdue (Mon 23 Nov)",
    text="Plain words, £5 and 東京.\n" + "long " * 60,
    html="<p>Plain words, £5 and 東京.</p>" + "<b>long</b>" * 300,
    date=datetime(2026, 11, 23, 8, tzinfo=timezone(timedelta(hours=0))),
    reply_to_name="Dana Hughes",
    reply_to="dana.hughes@example.org",
    list_name="Example Homes complaints",
    series="owner digest:amira.khan@example.org",
)


def test_the_same_letter_becomes_the_same_bytes() -> None:
    assert message(LETTER) == message(LETTER)
    other = replace(LETTER, key="owner-digest:amira.khan@example.org:2026-11-24")
    assert message(other).message_id != message(LETTER).message_id


def test_a_message_has_the_headers_that_keep_robots_quiet_and_people_informed() -> None:
    mime = message_from_bytes(message(LETTER).content, policy=default)
    assert mime["From"] == "Example Homes complaints <complaints-sheet@example.org>"
    assert mime["To"] == "Amira Khan <amira.khan@example.org>"
    assert mime["Reply-To"] == "Dana Hughes <dana.hughes@example.org>"
    assert mime["Date"] == "Mon, 23 Nov 2026 08:00:00 +0000"
    assert mime["Auto-Submitted"] == "auto-generated"
    assert mime["X-Auto-Response-Suppress"] == "DR, RN, NRN, OOF, AutoReply"
    assert mime["List-Id"] == "Example Homes complaints <complaints-sheet.example.org>"
    assert mime["Message-ID"] == f"<cs.{mime['X-Complaints-Sheet-Key']}@example.org>"
    assert mime["In-Reply-To"] == mime["References"]
    assert mime["Bcc"] is None
    assert mime["Cc"] is None


def test_text_comes_first_and_both_parts_read_back_as_written() -> None:
    mime = message_from_bytes(message(LETTER).content, policy=default)
    assert mime.get_content_type() == "multipart/alternative"
    text, html = mime.iter_parts()
    assert (text.get_content_type(), html.get_content_type()) == ("text/plain", "text/html")
    assert text.get_content().replace("\r\n", "\n").rstrip("\n") == LETTER.text.rstrip("\n")
    assert html.get_content().replace("\r\n", "\n").rstrip("\n") == LETTER.html


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n\t"), max_size=400))
def test_any_text_reads_back_and_no_line_is_long_or_bare(text: str) -> None:
    made = message(replace(LETTER, text=text, html=f"<p>{text}</p>")).content
    mime = message_from_bytes(made, policy=default)
    read = [part.get_content().replace("\r\n", "\n").rstrip("\n") for part in mime.iter_parts()]
    assert read == [text.rstrip("\n"), f"<p>{text}</p>"]
    assert [part.defects for part in mime.walk()] == [[], [], []]
    lines = made.split(b"\r\n")
    assert max(map(len, lines)) <= 78
    assert all(line.isascii() and b"\n" not in line for line in lines)


def test_every_line_fits_what_mail_servers_take() -> None:
    lines = message(LETTER).content.split(b"\r\n")
    assert max(map(len, lines)) <= 998
    assert all(line.isascii() for line in lines)
    assert b"\n" not in b"".join(lines)


@pytest.mark.parametrize(
    "address",
    [
        "a@example.org, b@example.org",
        "a@example.org;b@example.org",
        "a@example.org b@example.org",
        "Amira <a@example.org>",
        "a@example.org\r\nBcc: b@example.org",
        "a@example.org\n",
        "",
        "a",
        "a@localhost",
        "a@@example.org",
        ".a@example.org",
        "a@-example.org",
        "a" * 65 + "@example.org",
        "ä@example.org",
    ],
)
def test_anything_but_exactly_one_address_is_refused(address: str) -> None:
    assert one_address(address) is None
    for changed in (replace(LETTER, to=address), replace(LETTER, sender=address)):
        with pytest.raises(ValueError, match="exactly one well-formed address"):
            message(changed)


@pytest.mark.parametrize(
    "address", ["a@example.org", "siobhan.o'dowd+x@mail.example.co.uk", "A_B@x1.example"]
)
def test_a_good_address_is_taken_as_it_is(address: str) -> None:
    assert one_address(address) == address
    assert message(replace(LETTER, to=address)).to == address


HOSTILE = st.text(st.one_of(st.characters(exclude_categories=["Cs"]), st.sampled_from('\r\n\u2028:,;<>@"\\')))


@given(HOSTILE, HOSTILE, HOSTILE)
def test_no_name_and_no_subject_can_add_a_header_or_a_recipient(name: str, subject: str, listed: str) -> None:
    letter = replace(
        LETTER, to_name=name, from_name=name, subject=subject, reply_to_name=name, list_name=listed
    )
    made = message(letter)
    mime = message_from_bytes(made.content, policy=default)
    assert sorted(mime.keys()) == sorted(message_from_bytes(message(LETTER).content, policy=default).keys())
    assert [each.addr_spec for each in mime["To"].addresses] == [LETTER.to]
    assert [each.addr_spec for each in mime["From"].addresses] == [LETTER.sender]
    assert [each.addr_spec for each in mime["Reply-To"].addresses] == [LETTER.reply_to]
    assert "\n" not in made.subject


@given(HOSTILE)
def test_a_file_name_is_good_on_every_system(name: str) -> None:
    file_name = message(replace(LETTER, to_name=name)).file_name
    assert not set(file_name) & set('<>:"/\\|?*\r\n\t\0')
    assert file_name.startswith("2026-11-23 ")
    assert file_name.endswith(".eml")
    assert len(file_name.encode()) < 255


def test_the_file_name_says_day_receiver_and_kind() -> None:
    assert message(LETTER).file_name == "2026-11-23 Amira Khan - owner digest 4c24f5e867.eml"
