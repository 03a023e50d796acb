"""Letters to customers: every policy and kind, dates really reckoned, drafts that open ready to edit."""

import email.policy
import re
from datetime import date, datetime
from email import message_from_bytes
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner
from docx import Document

from complaints_sheet.app.setup import initialise
from complaints_sheet.cli import cli
from complaints_sheet.config.closed_days import CalendarConfig, calendar_from
from complaints_sheet.config.policies import load_policies, shipped
from complaints_sheet.core.brand import Brand
from complaints_sheet.core.letters import (
    KINDS,
    Desk,
    Office,
    case_of,
    case_part,
    letter_facts,
    letter_file,
    letters_due,
)
from complaints_sheet.core.model import Case, Column, Layout, Value
from complaints_sheet.core.people import Person, directory
from complaints_sheet.drafts import as_email, as_word, draft
from complaints_sheet.errors import ConfigError
from tests.office import opened
from tests.programs import needs

LONDON = ZoneInfo("Europe/London")
MONDAY = datetime(2026, 11, 23, 9, tzinfo=LONDON)
CALENDAR = calendar_from(CalendarConfig(), 2025, 2029)
PEOPLE = directory(
    [
        Person("Amira Khan", "a@example.org", title="Repairs Adviser"),
        Person("Dana Hughes", "d@example.org", title="Complaints Manager"),
        Person("Tom Ashworth", "t@example.org"),
    ]
)
OFFICE = Office("Example Homes", "the Housing Ombudsman, 0300 000 000", "01632 960 000", ("form.pdf",))
HOSTILE = (
    "=cmd|' /C calc'!A0", "<script>alert(1)</script>", "{{ 7*7 }}{% for x in y %}", "Subject: no\n\nBcc: x@y",
    "a\x0bb", "שלום 😀", "x" * 5000, "\r\nX-Header: 1", "%PDF", "]]>&amp;",
)  # fmt: skip


def case(*blank: str, **values: Value) -> Case:
    """Return a case received on Friday 20 November 2026; `blank` fields have a column and no value."""
    found: dict[str, Value] = {
        "case_ref": "EX-7", "case_owner": "Amira Khan", "department": "Repairs",
        "received_on": date(2026, 11, 20), "customer_name": "Quinn Lewis",
        "issue": "The lift is out of order.", "resolved": False, **values,
    }  # fmt: skip
    columns = {field: Column(field, n, "A", field) for n, field in enumerate([*found, *blank], 1)}
    return Case("main", 7, Layout("r.xlsx", "Register", 1, 1, columns), found, {}, ())


def desk(*policies: str, office: Office = OFFICE, moment: datetime = MONDAY) -> Desk:
    chosen = tuple(load_policies((name,))[-1] for name in policies)
    return Desk(chosen, CALENDAR, moment, PEOPLE, office)


def told(kind: str, about: Case, at: Desk) -> str:
    return draft(letter_facts(kind, about, at)).text


# --- every policy and every kind ---------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("policy", shipped())
def test_every_letter_of_every_policy_reads_as_a_letter(policy, kind):
    about = case(
        resolution="The lift runs again.", passed_to="Dana Hughes", extension_reason="a part is missing"
    )
    made = draft(letter_facts(kind, about, desk(policy)))
    body = "\n\n".join("\n".join(lines) for lines in made.paragraphs)
    assert made.subject.endswith("(EX-7)")
    assert made.paragraphs[0] == ("Dear Quinn Lewis",)
    assert made.paragraphs[-1] == ("Yours sincerely", "Amira Khan", "Example Homes")
    assert "Quinn" not in made.subject
    assert not re.search(r"\{\{|\}\}|\{%|None|\.\.|  ", body)
    gaps = re.findall(r"\[[^\]]+\]", body)
    assert len(made.before_sending) >= len(set(gaps))
    for words in _MUST_SAY[kind]:
        assert words in body


_MUST_SAY = {
    "acknowledgement": (
        "Your complaint has been received and is being reviewed",
        "Amira Khan, Repairs Adviser, is looking into it",
        "You can expect to hear from us by ",
        "Complaining will never affect the service you receive from us.",
        "form.pdf",
    ),
    "passed-on": (
        "Dana Hughes, Complaints Manager, is dealing with it",
        "You can expect to hear from us by ",
    ),
    "delay": ("a part is missing", "You can now expect our answer by "),
    "response": ("The lift is out of order.", "The lift runs again.", "whether you agree with it"),
    "questions": ("handled fairly and properly?", "Are you happy with the resolution we offered?"),
    "signpost": ("You can ask us to look at it again", "the Housing Ombudsman, 0300 000 000"),
}


# --- dates by the real reckoning ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("policy", "by"),
    [
        ("customer-contacts", "Friday 4 December 2026"),  # 10 working days from receipt
        ("housing-ombudsman-2024", "Monday 7 December 2026"),  # 10 from the acknowledgement, that is today
        ("eight-step-procedure", "Wednesday 25 November 2026"),
        ("feedback-and-complaints", "Tuesday 1 December 2026"),
        ("customer-issue-reporting", "Friday 27 November 2026"),  # the follow-up, as it asks for no answer
        ("complaints-sop", "Monday 30 November 2026"),  # the next update
        ("fca-disp", "Friday 15 January 2027"),
    ],
)
def test_the_customer_is_told_the_day_that_the_procedure_gives(policy, by):
    assert f"hear from us by {by}." in told("acknowledgement", case(), desk(policy))


def test_who_it_was_passed_to_writes_by_the_next_day_that_is_due():
    about = case(passed_to="Dana Hughes")
    assert "hear from us by Friday 27 November 2026." in told(
        "passed-on", about, desk("housing-ombudsman-2024")
    )


def test_a_promise_counts_where_the_procedure_says_so():
    about = case(promised_on=date(2026, 12, 18))
    assert "by Friday 18 December 2026." in told("acknowledgement", about, desk("eight-step-procedure"))


def test_appeal_and_ombudsman_have_their_dates():
    text = told("response", case(resolution="Done."), desk("customer-contacts"))
    assert "look at it again, until Monday 7 December 2026." in text
    assert "within 8 weeks after the appeal panel has decided" in text
    assert "for a letter that goes today, Monday 23 November 2026" in text
    answered = case(responded_on=date(2026, 11, 16), resolution="Done.")
    assert "until Monday 30 November 2026" in told("signpost", answered, desk("customer-contacts"))
    assert "until Sunday 23 May 2027" in told("response", case(resolution="Done."), desk("fca-disp"))


def test_an_answer_leads_on_even_where_the_procedure_names_no_time():
    text = told("response", case(resolution="Done."), desk("housing-ombudsman-2024"))
    assert "you can turn to the Housing Ombudsman, 0300 000 000." in text


def test_a_window_that_has_closed_is_said_to_the_writer():
    late = case(responded_on=date(2026, 10, 1), resolution="Done.")
    facts = letter_facts("signpost", late, desk("customer-contacts"))
    assert any("ended on Thursday 15 October 2026" in each for each in facts.before_sending)


def test_a_delay_names_the_new_date_and_the_old_one():
    about = case(extended_to=date(2026, 12, 14), extension_reason="the surveyor is away", complex=True)
    text = told("delay", about, desk("customer-contacts"))
    assert "We had expected to answer by Friday 4 December 2026." in text
    assert "You can now expect our answer by Monday 14 December 2026." in text


def test_a_delay_beyond_what_the_procedure_allows_is_said():
    at = desk("housing-ombudsman-2024")
    about = case(acknowledged_on=date(2026, 11, 20), extended_to=date(2027, 2, 1), extension_reason="x")
    said = letter_facts("delay", about, at).before_sending
    assert "The procedure allows no later date than Friday 18 December 2026." in said


def test_a_date_that_has_passed_is_a_gap_to_fill():
    facts = letter_facts("acknowledgement", case(received_on=date(2026, 9, 1)), desk("customer-contacts"))
    assert facts.by == "[date]"
    assert any("has passed" in each for each in facts.before_sending)


# --- what must be seen before it goes ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"language": "Polish"}, "The customer needs: Polish."),
        ({"representative": "Jo Poole"}, "no column for the customer's consent"),
        (
            {"representative": "Jo Poole", "consent_on": date(2026, 11, 2)},
            "agreed to it on Monday 2 November 2026",
        ),
        ({"case_owner": "Tom Ashworth"}, "no title for Tom Ashworth"),
        ({"case_owner": "Nobody Known"}, "not in the people list"),
        ({"case_owner": ""}, "Nobody is named"),
    ],
)
def test_what_must_be_seen_stands_above_the_letter(values, words):
    made = draft(letter_facts("acknowledgement", case(**values), desk("customer-contacts")))
    assert any(words in each for each in made.before_sending)
    assert made.text.startswith("BEFORE YOU SEND THIS")
    assert "then delete this box" in made.html


def test_a_representative_without_written_consent_is_warned_about():
    about = case("consent_on", representative="Jo Poole")
    said = letter_facts("response", about, desk("customer-contacts")).before_sending
    assert any("without written consent" in each for each in said)


def test_nothing_stands_above_a_letter_with_nothing_to_see_to():
    about = case(responded_on=date(2026, 11, 20))
    facts = letter_facts("questions", about, desk("customer-contacts"))
    assert facts.before_sending == ()
    assert draft(facts).text.startswith("Dear Quinn Lewis")


def test_without_settings_the_gaps_are_named():
    at = desk("customer-contacts", office=Office("Example Homes"))
    said = " ".join(letter_facts("signpost", case(), at).before_sending)
    assert "ombudsman" in said
    assert "contact" in said
    at = desk("housing-ombudsman-2024", office=Office("Example Homes"))
    assert "the Housing Ombudsman Service" in told("signpost", case(), at)


# --- which are due -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("blank", "values", "kinds"),
    [
        (("acknowledged_on", "responded_on"), {}, ("acknowledgement",)),
        (("responded_on",), {"acknowledged_on": date(2026, 11, 20)}, ()),
        (("responded_on",), {"acknowledged_on": date(2026, 11, 20), "resolution": "Done."}, ("response",)),
        (
            ("responded_on", "passed_on"),
            {"acknowledged_on": date(2026, 11, 20), "passed_to": "Dana Hughes"},
            ("passed-on",),
        ),
        (
            ("responded_on", "extension_told_on"),
            {"received_on": date(2026, 11, 9), "acknowledged_on": date(2026, 11, 10)},
            ("delay",),
        ),
        (
            (),
            {
                "acknowledged_on": date(2026, 11, 20),
                "responded_on": date(2026, 11, 20),
                "happy_with_outcome": "no",
            },
            (),
        ),
        (
            ("appeal_received_on",),
            {
                "acknowledged_on": date(2026, 11, 20),
                "responded_on": date(2026, 11, 20),
                "happy_with_outcome": "no",
            },
            ("signpost",),
        ),
    ],
)
def test_a_case_asks_for_the_letters_that_its_clocks_wait_for(blank, values, kinds):
    assert letters_due(case(*blank, **values), desk("customer-contacts")) == kinds


def test_the_questions_are_due_with_the_follow_up():
    about = case("followed_up_on", resolved=True, resolved_on=date(2026, 11, 10), resolution="Done.")
    assert "questions" in letters_due(about, desk("eight-step-procedure"))


# --- files -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("kind", ["acknowledgement", "response"])
def test_hostile_text_in_every_field_stays_text(kind, text):
    fields = ("case_ref", "case_owner", "department", "customer_name", "issue", "resolution", "passed_to")
    more = ("extension_reason", "language", "representative")
    about = case(**dict.fromkeys((*fields, *more), text))
    made = draft(letter_facts(kind, about, desk("customer-contacts")))
    message = message_from_bytes(as_email(made), policy=email.policy.default)
    assert set(message.keys()) == {"Subject", "X-Unsent", "MIME-Version", "Content-Type"}
    assert "<script>" not in message.get_body(("html",)).get_content()
    assert "49" not in made.text.replace(text, "")
    Document(BytesIO(as_word(made, Brand())))
    name = letter_file(made.kind, made.case, MONDAY.date(), ".eml")
    assert not set('<>:"/\\|?*\n\r') & set(name)
    assert len(name) < 120
    assert case_of(name) == case_part(made.case)


def test_an_email_opens_unsent_with_nobody_in_it():
    made = draft(letter_facts("acknowledgement", case(), desk("customer-contacts")))
    message = message_from_bytes(as_email(made), policy=email.policy.default)
    assert message["X-Unsent"] == "1"
    assert message["To"] is None
    assert message["From"] is None
    assert "Dear Quinn Lewis" in message.get_body(("plain",)).get_content()
    assert "Dear Quinn Lewis" in message.get_body(("html",)).get_content()


def test_an_office_edits_a_template_and_a_slip_in_it_is_named(tmp_path):
    folder = tmp_path / "letters"
    folder.mkdir()
    facts = letter_facts("questions", case(), desk("customer-contacts"))
    (folder / "questions.txt").write_text(
        "Subject: Hello {{ case }}\n\nDear {{ customer }}\n", encoding="utf-8"
    )
    assert draft(facts, folders=(tmp_path,)).paragraphs == (("Dear Quinn Lewis",),)
    (folder / "questions.txt").write_text("Dear {{ customer }}\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="first line"):
        draft(facts, folders=(tmp_path,))
    (folder / "questions.txt").write_text("Subject: {{ custmer }}\n", encoding="utf-8")
    with pytest.raises(ConfigError):
        draft(facts, folders=(tmp_path,))


@needs("soffice")
def test_libreoffice_opens_the_word_documents(tmp_path):
    files = []
    about = case(resolution="Done.", passed_to="Dana Hughes", language="Polish")
    for kind in KINDS:
        path = tmp_path / f"{kind}.docx"
        path.write_bytes(as_word(draft(letter_facts(kind, about, desk("customer-contacts"))), Brand()))
        files.append(path)
    assert len(opened(files, tmp_path)) == len(KINDS)


# --- the command, and the digest ---------------------------------------------------------------------------


@pytest.fixture
def sample(tmp_path, monkeypatch):
    initialise(tmp_path, sample=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str) -> str:
    answer = CliRunner().invoke(cli, [*arguments, "--as-of", "2026-11-23T10:00"], catch_exceptions=False)
    assert answer.exit_code == 0, answer.output
    return answer.output


def test_letters_are_written_beside_the_config_and_never_over_one_that_is_there(sample):
    said = run("letters", "141", "--kind", "response")
    assert "not due" in said
    names = sorted(path.name for path in (sample / "letters").iterdir())
    assert names == ["2026-11-23 row 141 response.docx", "2026-11-23 row 141 response.eml"] or len(names) == 2
    first = (sample / "letters" / names[1]).read_bytes()
    run("letters", "141", "--kind", "response")
    assert len(list((sample / "letters").iterdir())) == 4
    assert (sample / "letters" / names[1]).read_bytes() == first
    assert not list((sample).glob("outbox/*"))


def test_forgetting_a_case_takes_its_drafts_along(sample):
    from openpyxl import load_workbook

    run("run")
    run("letters", "C-00017", "--kind", "questions")
    run("letters", "C-00018", "--kind", "questions")
    (sample / "letters" / "2026-11-23 questions.eml").write_bytes(b"a draft that names no case")
    book = load_workbook("sample_register.xlsx")
    book["Register"].delete_rows(20)
    book.save("sample_register.xlsx")
    run("run")
    said = run("forget", "C-00017", "--reason", "asked by the customer")
    left = sorted(path.name for path in (sample / "letters").iterdir())
    assert [name for name in left if "C-000" in name] == [
        "2026-11-23 C-00018 questions.docx",
        "2026-11-23 C-00018 questions.eml",
    ]
    assert "2026-11-23 questions.eml" in said


def test_a_trial_run_and_a_preview_write_nothing(sample):
    run("letters", "141", "--kind", "delay", "--dry-run")
    said = run("letters", "--preview")
    assert said.count("Dear Quinn Lewis") == len(KINDS)
    assert not (sample / "letters").exists()


def test_the_files_of_the_settings_go_with_an_acknowledgement(sample):
    (sample / "form.pdf").write_bytes(b"%PDF-1.7 form")
    text = (sample / "config.yaml").read_text(encoding="utf-8")
    (sample / "config.yaml").write_text(text + "\nletters: {complaint_form: form.pdf}\n", encoding="utf-8")
    run("letters", "141", "--kind", "acknowledgement")
    [path] = (sample / "letters").glob("*.eml")
    message = message_from_bytes(path.read_bytes(), policy=email.policy.default)
    [file] = message.iter_attachments()
    assert (file.get_filename(), file.get_content()) == ("form.pdf", b"%PDF-1.7 form")
    assert "With this letter come: form.pdf." in message.get_body(("plain",)).get_content()


def test_drafts_go_with_the_digest_where_the_config_asks_for_it(sample):
    from openpyxl import load_workbook

    book = load_workbook(sample / "sample_register.xlsx")
    sheet = book["Register"]
    heading = next(row for row in range(1, 6) if sheet.cell(row, 1).value == "Case Owner")
    sheet.cell(heading, sheet.max_column + 1).value = "Passed to"
    sheet.cell(142, sheet.max_column).value = "Lucy Marsh"
    book.save(sample / "sample_register.xlsx")
    text = (sample / "config.yaml").read_text(encoding="utf-8")
    (sample / "config.yaml").write_text(text + "\nletters: {attach: yes}\n", encoding="utf-8")
    run("run")
    mails = [
        message_from_bytes(path.read_bytes(), policy=email.policy.default)
        for path in Path("outbox").glob("*.eml")
    ]
    carrying = [mail for mail in mails if list(mail.iter_attachments()) and "Amira" in str(mail["To"])]
    [mail] = carrying
    names = sorted(str(each.get_filename()) for each in mail.iter_attachments())
    assert [Path(name).suffix for name in names] == [".docx", ".eml"]
    assert "passed-on" in names[0]
    assert "Attached: 1 draft of letters to customers" in mail.get_body(("plain",)).get_content().replace(
        "\n", " "
    )
    inner = next(each for each in mail.iter_attachments() if str(each.get_filename()).endswith(".eml"))
    letter = message_from_bytes(inner.get_content(), policy=email.policy.default)
    assert "Dear [the customer's name]" in letter.get_body(("plain",)).get_content()
    assert letter["To"] is None


@pytest.mark.parametrize("kind", KINDS)
def test_a_draft_that_goes_by_mail_does_not_name_the_customer(kind):
    about = case(
        resolution="Quinn's lift runs again.", issue="Ms Lewis waited.", extension_reason="Quinn is away"
    )
    made = draft(letter_facts(kind, about, desk("customer-contacts"), name_customer=False))
    assert "Quinn" not in made.text
    assert "Lewis" not in made.text
    assert "The customer's name is left out of mails: put it in." in made.before_sending


def test_the_page_about_letters_names_every_word_that_a_template_may_print():
    from complaints_sheet.drafts import _values

    page = (Path(__file__).parent.parent / "docs" / "letters.md").read_text(encoding="utf-8")
    words = set(re.findall(r"`([a-z_]+)`", page.partition("| word |")[2]))
    assert words - {"words", "is_ombudsman"} == set(_values(letter_facts("delay", case(), desk("spso"))))
    assert set(re.findall(r"^\| `([a-z-]+)` \|", page.partition("## Words")[0], re.MULTILINE)) == set(KINDS)
