"""Who gets which mail: routes switched off or pointed elsewhere, the weekly review, links, the pack."""

from dataclasses import replace
from datetime import date, time, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest

from complaints_sheet.cli import main
from complaints_sheet.config.policies import load_policies
from complaints_sheet.config.settings import load_config
from complaints_sheet.core.announcements import PackNews, pack_alerts
from complaints_sheet.core.judging import judge
from complaints_sheet.core.lines import LineRules
from complaints_sheet.core.meetings import Period
from complaints_sheet.core.messages import Attachment
from complaints_sheet.core.notice import Decision, MailRules, Notice
from complaints_sheet.core.notices import decisions
from complaints_sheet.core.people import directory
from complaints_sheet.core.policy import PolicyChoice
from complaints_sheet.errors import ConfigError
from complaints_sheet.mail import compose_alert
from tests.mail_by_hand import (
    AMIRA,
    CALENDAR,
    DANA,
    LETTERHEAD,
    LUCY,
    MONDAY,
    OFFICE,
    PEOPLE,
    ROLES,
    SAM,
    TOM,
    decided,
    done,
    of,
    reviewed,
    row,
    sent,
)
from tests.registers import make_register


def routed(**routes: tuple) -> MailRules:
    return MailRules(routes={name.replace("_", " "): people for name, people in routes.items()})


def notice(decision: Decision) -> Notice:
    assert decision.notice is not None
    return decision.notice


def listed(found: Notice) -> list[str]:
    return [entry.case for section in found.sections for entry in section.entries]


def kinds(rules: MailRules) -> set[tuple[str, str]]:
    return {(each.kind, each.receiver.name) for each in decided(OFFICE, rules=rules) if each.notice}


# --- switched off, or pointed to somebody else ----------------------------------------------------------


def test_each_route_can_be_switched_off_and_the_others_stay_as_they_are() -> None:
    usual = kinds(MailRules())
    for kind in ("owner digest", "manager exceptions", "coordinator"):
        assert kinds(routed(**{kind: ()})) == {each for each in usual if each[0] != kind}
    assert reviewed(OFFICE, rules=routed(weekly_review=())) == ()


def test_a_route_pointed_to_somebody_else_brings_them_everything_of_it_once() -> None:
    found = decided(OFFICE, rules=routed(owner_digest=(DANA,), manager_exceptions=(TOM,)))
    digests = [each for each in found if each.kind == "owner digest"]
    assert [each.receiver for each in digests] == [DANA]
    usual = decided(OFFICE)
    assert len(listed(notice(digests[0]))) == sum(
        len(listed(notice(each))) for each in usual if each.kind == "owner digest"
    )
    late = listed(notice(of(found, "manager exceptions", TOM)))
    assert sorted(late) == sorted(set(late)) == ["Row 2", "Row 3", "Row 9"]


def test_a_route_pointed_to_somebody_away_goes_to_the_deputy() -> None:
    away = ((date(2026, 11, 16), date(2026, 11, 27)),)
    tom = replace(TOM, away=away, deputy="Lucy Marsh")
    people = directory([AMIRA, tom, LUCY, DANA, SAM])
    found = decided(OFFICE, people=people, rules=routed(coordinator=(tom,)))
    assert [each.receiver for each in found if each.kind == "coordinator"] == [LUCY]


def test_while_the_coordinator_is_away_the_deputy_hears_what_nobody_else_can_act_on() -> None:
    dana = replace(DANA, away=((date(2026, 11, 16), date(2026, 11, 27)),), deputy="Lucy Marsh")
    people = directory([AMIRA, TOM, LUCY, dana, SAM])
    roles = replace(ROLES, coordinator=dana)
    judgement = judge(make_register(list(OFFICE)), POLICY, CALENDAR, MONDAY, people)
    found = decisions([judgement], people, roles, [], MONDAY, calendar=CALENDAR)
    assert [each.receiver for each in found if each.kind == "coordinator"] == [LUCY]


POLICY = PolicyChoice(load_policies(["customer-issue-reporting"], None))

CONFIG = """\
register: {path: log.csv, link: "https://sheets.example.org/d/1#gid=0&range=A{row}"}
people:
  - {name: Amira Khan, email: amira.khan@example.org, digest_at: "10:30"}
  - {name: Sam Osei}
roles: {coordinator: Amira Khan}
mail:
  routes: {owner_digest: no, weekly_review: Amira Khan, wider_team: [everyone@example.org], pack: yes}
"""


@pytest.fixture
def office(tmp_path: Path) -> Path:
    (tmp_path / "log.csv").write_text("Case Owner,Date received\nAmira Khan,2026-11-02\n", encoding="utf-8")
    (tmp_path / "config.yaml").write_text(CONFIG, encoding="utf-8")
    return tmp_path / "config.yaml"


def test_routes_links_and_hours_are_read_from_the_config(office: Path) -> None:
    config = load_config(office)
    amira = config.directory.match("Amira Khan")
    assert amira is not None
    assert amira.digest_at == time(10, 30)
    routes = config.mail.rules.routes
    assert routes["owner digest"] == ()
    assert routes["weekly review"] == (amira,)
    assert [each.email for each in routes["wider team"]] == ["everyone@example.org"]
    assert "pack" not in routes
    assert config.mail.rules.lines.link("main", 17) == "https://sheets.example.org/d/1#gid=0&range=A17"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("owner_digest: no", "owner_digest: Sam Osei", "Sam Osei has no e-mail address"),
        ("owner_digest: no", "owner_digest: Samm Osei", 'the person "Samm Osei" is not known'),
        ("owner_digest: no", "owner_digest: x@example.org", 'the person "x@example.org" is not known'),
        ("https://", "javascript://", "expected an address that begins with https://"),
    ],
)
def test_a_route_or_link_that_cannot_be_is_told_with_its_place(
    office: Path, old: str, new: str, said: str
) -> None:
    office.write_text(CONFIG.replace(old, new), encoding="utf-8")
    with pytest.raises(ConfigError) as stopped:
        load_config(office)
    (problem,) = stopped.value.problems
    assert said in str(problem)


# --- links ----------------------------------------------------------------------------------------------


def test_each_row_leads_to_its_own_row_of_the_register() -> None:
    rules = MailRules(lines=LineRules(links={"main": "https://example.org/d#range=A{row}"}))
    amira = notice(of(decided(OFFICE, rules=rules), "owner digest", AMIRA))
    entries = [entry for section in amira.sections for entry in section.entries]
    assert all(entry.link.endswith(f"range=A{entry.case.removeprefix('Row ')}") for entry in entries)


# --- the weekly review ----------------------------------------------------------------------------------


def test_the_weekly_review_counts_every_open_case_by_department_the_worst_first() -> None:
    rows = [
        *OFFICE,
        row(date(2026, 11, 20), department="Lettings", issue="Gate"),
        done(date(2026, 11, 17), date(2026, 11, 18)),
    ]
    (found,) = reviewed(rows)
    review = notice(found)
    assert dict(review.figures) == {
        "Received last week": "5",
        "Closed last week": "1",
        "Open now": "10",
        "Past the standard": "5",
    }
    assert [(section.heading, section.count) for section in review.sections] == [
        ("Repairs", 9),
        ("Lettings", 1),
    ]
    assert found.receiver == DANA
    assert review.sections[0].entries[0].why.endswith("Owner: Amira Khan.")


def test_feedback_of_last_week_comes_first_and_says_whom_to_pass_it_to() -> None:
    rows = [
        row(date(2026, 11, 17), contact_type="feedback", issue="The new form is hard to find"),
        row(date(2026, 11, 18), contact_type="complaint", issue="Leak"),
        done(date(2026, 11, 16), date(2026, 11, 16), contact_type="compliment", passed_to="Lucy Marsh"),
    ]
    review = notice(reviewed(rows)[0])
    assert review.sections[0].heading == "Feedback received last week"
    assert [entry.action for entry in review.sections[0].entries] == [
        "Read it; pass it to Repairs",
        "Read it",
    ]
    assert review.sections[0].entries[1].why == "Compliment, received 16 Nov. Passed to Lucy Marsh."


def test_the_weekly_review_goes_once_a_week_on_its_first_working_day_or_later_if_that_was_missed() -> None:
    memory, went = (), []
    for offset in range(15):
        now = MONDAY + timedelta(days=offset)
        if now.date() == date(2026, 11, 30):
            continue  # the computer was off on that Monday
        found = reviewed(OFFICE, now, memory)
        went += [(now.date(), each.reason) for each in found if each.notice]
        memory = sent(found, now, memory)
    assert went == [
        (date(2026, 11, 23), "first notice"),
        (date(2026, 12, 1), "repeat"),
        (date(2026, 12, 7), "repeat"),
    ]
    assert [each.words for each in reviewed(OFFICE, MONDAY + timedelta(days=1))] == [
        "it goes on the first working day of a week"
    ]


def test_without_any_open_case_or_feedback_there_is_no_weekly_review() -> None:
    (found,) = reviewed([done(date(2026, 11, 2), date(2026, 11, 3))])
    assert (found.reason, found.notice) == ("nothing to say", None)


# --- approvals without their columns --------------------------------------------------------------------


def test_a_register_without_the_columns_for_confirming_says_cannot_judge_once() -> None:
    policy = PolicyChoice(load_policies(["eight-step-procedure"], None))
    fields = ("case_owner", "received_on", "resolved", "customer_name", "issue", "resolution", "responded_on")
    rows = [
        row(date(2026, 11, 2), department=None, resolution="Apology", responded_on=date(2026, 11, 12))
        for _ in range(5)
    ]
    judgement = judge(make_register(rows, fields), policy, CALENDAR, MONDAY, PEOPLE)
    found = decisions([judgement], PEOPLE, ROLES, [], MONDAY, calendar=CALENDAR)
    said = [
        entry
        for each in found
        if each.notice
        for section in each.notice.sections
        for entry in section.entries
        if "Cannot judge" in entry.why
    ]
    assert [(entry.case, entry.action) for entry in said] == [
        ("Register", "Add columns “Date confirmed” and “Confirmed by”")
    ]
    assert not any(each.kind == "approvals" for each in found)


# --- the pack is ready ----------------------------------------------------------------------------------

NEWS = PackNews(
    Period(date(2026, 11, 9), date(2026, 11, 22)),
    date(2026, 11, 24),
    time(14),
    "9 of 17 complaints due were followed up in time.",
    (("Received", "20"),),
    ("3 new ideas: take forward, merge or decline?",),
    "packs/pack.pdf",
    "pack.pdf",
)


def test_the_pack_goes_to_each_of_senior_management_with_the_file() -> None:
    pdf = Attachment("2026-11-24 pack.pdf", "application/pdf", b"%PDF-1.7 " + bytes(range(256)))
    first, second = (
        compose_alert(each, LETTERHEAD, MONDAY, attachments=[pdf]) for each in pack_alerts(NEWS, [SAM, LUCY])
    )
    assert (first.to, second.to) == ("sam.osei@example.org", "lucy.marsh@example.org")
    assert first.subject == "Improvement meeting pack, 9 to 22 Nov: 1 decision"
    mime = message_from_bytes(first.content, policy=default)
    assert isinstance(mime, EmailMessage)
    assert mime.get_content_type() == "multipart/mixed"
    assert [part.get_content_type() for part in mime.iter_parts()] == [
        "multipart/alternative",
        "application/pdf",
    ]
    (file,) = mime.iter_attachments()
    assert (file.get_filename(), file.get_content()) == (pdf.name, pdf.content)
    assert compose_alert(pack_alerts(NEWS, [SAM])[0], LETTERHEAD, MONDAY, attachments=[pdf]) == first


def test_a_run_that_writes_the_pack_tells_senior_management_once(tmp_path, monkeypatch, capsys) -> None:
    from tests.test_cli import ROOT

    for name in ("config.yaml", "sample_register.xlsx"):
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    monkeypatch.chdir(tmp_path)
    assert main(["run", "--as-of", "2026-11-23T08:00"]) == 0
    told = sorted(path.name.split(" - ")[0] for path in (tmp_path / "outbox").glob("* pack ready *.eml"))
    assert told == ["2026-11-23 Imran Sadiq", "2026-11-23 Lucy Marsh", "2026-11-23 Sam Osei"]
    (one,) = (tmp_path / "outbox").glob("*Sam Osei - pack ready *.eml")
    mime = message_from_bytes(one.read_bytes(), policy=default)
    assert isinstance(mime, EmailMessage)
    (file,) = mime.iter_attachments()
    assert file.get_filename() == "2026-11-24 improvement meeting pack.html"
    assert main(["run", "--as-of", "2026-11-23T09:00"]) == 0
    assert main(["pack", "--as-of", "2026-11-23T10:00"]) == 0
    assert len(list((tmp_path / "outbox").glob("* pack ready *.eml"))) == 3


def test_a_pack_that_is_too_large_is_named_and_not_attached(tmp_path, monkeypatch, capsys) -> None:
    from tests.test_cli import ROOT

    config = (ROOT / "config.yaml").read_text(encoding="utf-8")
    config = config.replace("  folder: outbox\n", "  folder: outbox\n  largest_megabytes: 1\n")
    (tmp_path / "config.yaml").write_text(config, encoding="utf-8")
    (tmp_path / "sample_register.xlsx").write_bytes((ROOT / "sample_register.xlsx").read_bytes())
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("complaints_sheet.app.announcing.ROOM_FOR_WORDS", 1_000_000)
    assert main(["run", "--as-of", "2026-11-23T08:00"]) == 0
    (one,) = (tmp_path / "outbox").glob("*Sam Osei - pack ready *.eml")
    mime = message_from_bytes(one.read_bytes(), policy=default)
    assert isinstance(mime, EmailMessage)
    assert list(mime.iter_attachments()) == []
    body = mime.get_body(("plain",))
    assert body is not None
    assert "It is too large to attach; it is here:" in " ".join(body.get_content().split())


def test_a_run_that_fails_is_told_to_the_coordinator_once_a_day(tmp_path, monkeypatch, capsys) -> None:
    from tests.test_cli import ROOT

    for name in ("config.yaml", "sample_register.xlsx"):
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("complaints_sheet.app.packing.write_file", _full)
    for hour in ("08:00", "09:00"):
        assert main(["run", "--as-of", f"2026-11-23T{hour}"]) == 4
    told = list((tmp_path / "outbox").glob("*Dana Hughes - run failed *.eml"))
    assert len(told) == 1


def _full(path: Path, _content: bytes) -> None:
    from complaints_sheet.errors import DeliveryError

    raise DeliveryError(f"The pack folder {path.parent} cannot be written to.", "Free some space.")


@pytest.mark.parametrize(
    ("route", "told"), [("yes", "Dana Hughes"), ("Lucy Marsh", "Lucy Marsh"), ("no", "")]
)
def test_what_stops_a_run_follows_the_coordinators_route(
    tmp_path, monkeypatch, capsys, route: str, told: str
) -> None:
    from tests.test_cli import ROOT

    config = (ROOT / "config.yaml").read_text(encoding="utf-8")
    (tmp_path / "config.yaml").write_text(
        f"{config}\nmail: {{routes: {{coordinator: {route}}}}}\n", encoding="utf-8"
    )
    register = tmp_path / "sample_register.xlsx"
    register.write_bytes((ROOT / "sample_register.xlsx").read_bytes())
    monkeypatch.chdir(tmp_path)
    assert main(["remind", "--as-of", "2026-11-23T08:00"]) == 0
    register.write_bytes(b"this is no workbook")
    assert main(["remind", "--as-of", "2026-11-23T09:00"]) == 3
    found = list((tmp_path / "outbox").glob("*register stopped*.eml"))
    assert [path.name.split(" - ")[0].removeprefix("2026-11-23 ") for path in found] == (
        [told] if told else []
    )
