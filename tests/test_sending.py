"""Mail that really leaves: what goes, what is kept back and why, and what happens when a server refuses."""

import io
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import SMTP
from pathlib import Path

import openpyxl
import pytest

from complaints_sheet.app import arming, posting, sending
from complaints_sheet.app.customers import tell_handler
from complaints_sheet.app.mailing import alert
from complaints_sheet.app.sending import Delivery, send_queued
from complaints_sheet.app.working import Task, WorkAnswer, work, worked
from complaints_sheet.app.workplace import Desk
from complaints_sheet.cli import main
from complaints_sheet.config.settings import load_config
from complaints_sheet.core.alerts import Alert
from complaints_sheet.core.ledger import OutboxEntry
from complaints_sheet.core.messages import Attachment
from complaints_sheet.core.people import Person
from complaints_sheet.errors import ConfigError, SourceError
from complaints_sheet.state import open_state
from tests.mailserver.rogue import Rogue, rogue_server
from tests.test_app_memory import HEADINGS

CONFIG = """organisation: {name: Example Homes, timezone: Europe/London, locale: en_GB}
register: {kind: excel, path: register.xlsx}
people:
  - {name: Amira Khan, email: amira.khan@example.org}
  - {name: Tom Ashworth, email: tom.ashworth@example.org}
  - {name: Dana Hughes, email: dana.hughes@example.org}
roles: {coordinator: Dana Hughes}
delivery: {kind: smtp, host: 127.0.0.1, port: PORT, security: none, auth: none, sender: robot@example.org}
"""
AMIRA, TOM, DANA = "amira.khan@example.org", "tom.ashworth@example.org", "dana.hughes@example.org"
MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)  # London has no summer time then
TUESDAY = MONDAY + timedelta(days=1)


def case(owner: str, issue: str, done: bool = False) -> Mapping[str, object]:
    """Return a row received so long ago that its owner is reminded, unless it is done."""
    row: dict[str, object] = {
        "Case Owner": owner,
        "Department": "Repairs",
        "Date received": datetime(2026, 11, 2),
        "Resolved and followed up (Y/N)": "Y" if done else "N",
        "Customer Name": f"Customer of {issue}",
        "Issue": issue,
    }
    if done:
        row |= {"Date followed-up with customer": datetime(2026, 11, 5), "Resolution": "Mended"}
    return row


OPEN = (case("Amira Khan", "A boiler"), case("Tom Ashworth", "A leak"))


def save(rows: Sequence[Mapping[str, object]]) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(HEADINGS)
    for row in rows:
        sheet.append([row.get(heading) for heading in HEADINGS])
    book.save("register.xlsx")


@pytest.fixture
def server() -> Iterator[Rogue]:
    with rogue_server(None) as rogue:
        yield rogue


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: Rogue) -> Path:
    """Return a folder with a register of two open cases, and a mail server that takes everything."""
    folder = tmp_path / "office"
    folder.mkdir()
    monkeypatch.chdir(folder)
    Path("config.yaml").write_text(CONFIG.replace("PORT", str(server.port)), encoding="utf-8")
    save(OPEN)
    return folder


@pytest.fixture
def armed(office: Path) -> Path:
    """Return the office with mail switched on."""
    switch_on()
    return office


def switch_on(at: datetime = MONDAY) -> None:
    shown = arming.switch(Path("config.yaml"), now=at)
    arming.arm(Path("config.yaml"), len(shown.would_go), now=at)


def setting(words: str) -> None:
    """Add to the section `delivery`, and have the change accepted."""
    change(words)
    switch_on()


def change(words: str) -> None:
    file = Path("config.yaml")
    text = file.read_text(encoding="utf-8")
    file.write_text(
        text.replace("sender: robot@example.org", f"sender: robot@example.org, {words}"), encoding="utf-8"
    )


def remind(at: datetime = MONDAY) -> WorkAnswer:
    return work("remind", Path("config.yaml"), as_of=None, now=at)


def mails(answer: WorkAnswer) -> tuple[Delivery, ...]:
    assert answer.mailing is not None
    return answer.mailing.deliveries


def entries() -> tuple[OutboxEntry, ...]:
    config = load_config(Path("config.yaml"))
    with open_state(config.state.folder, dry_run=True) as state:
        return state.outbox.entries()


def owners(server: Rogue) -> list[str]:
    """Return which owners got mail; the coordinator gets some too."""
    return sorted(address for address in server.recipients if address in (AMIRA, TOM))


# --- switched on on purpose --------------------------------------------------------------------------------


def test_nothing_leaves_until_mail_is_switched_on_and_the_first_run_shows_what_would_go(office, server):
    shown = remind()
    assert server.accepted == []
    assert shown.undelivered
    assert {each.to for each in mails(shown)} >= {AMIRA, TOM}
    assert all("outbox arm" in each.words for each in mails(shown))
    switch_on()
    assert not remind(MONDAY + timedelta(minutes=5)).undelivered
    assert owners(server) == [AMIRA, TOM]
    assert remind(MONDAY + timedelta(minutes=9)).mailing.deliveries == ()
    assert owners(server) == [AMIRA, TOM]


def test_arming_shows_what_would_go_and_asks(office, server, capsys, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("n\n"))
    assert main(["outbox", "arm"]) == 130
    assert AMIRA in capsys.readouterr().out
    assert arming.switch(Path("config.yaml"), now=MONDAY).kept.armed is None
    assert main(["outbox", "arm", "--yes"]) == 0
    assert "switched on" in capsys.readouterr().out
    remind()
    assert owners(server) == [AMIRA, TOM]
    assert main(["outbox", "disarm"]) == 0
    save([*OPEN, case("Amira Khan", "A second boiler")])
    assert remind(TUESDAY).undelivered
    assert owners(server) == [AMIRA, TOM]


def test_each_mail_has_one_receiver_whom_its_own_headers_name(armed, server):
    remind()
    for receivers, content in server.accepted:
        message = message_from_bytes(content, policy=SMTP)
        assert [each.addr_spec for each in message["To"].addresses] == list(receivers)
        assert message["Cc"] is None
        assert len(receivers) == 1


def test_another_moment_is_refused_where_mail_is_switched_on(armed, capsys):
    assert main(["remind", "--as-of", "2026-11-23T09:00"]) == 2
    assert "--as-of" in capsys.readouterr().err
    assert main(["check", "--as-of", "2026-11-23T09:00", "--exit-zero"]) == 0


def test_a_file_named_stop_holds_all_mail_at_once(armed, server):
    Path("STOP").touch()
    assert "STOP" in mails(remind())[0].words
    assert server.accepted == []
    Path("STOP").unlink()
    remind(MONDAY + timedelta(minutes=1))
    assert owners(server) == [AMIRA, TOM]


def test_mail_switched_off_while_it_goes_out_stops_before_the_next(armed, server, monkeypatch):
    taken = sending._Sender._accepted

    def accepted(sender, entry, words):
        arming.disarm(Path("config.yaml"))
        return taken(sender, entry, words)

    monkeypatch.setattr(sending._Sender, "_accepted", accepted)
    answer = remind()
    assert len(server.accepted) == 1
    assert answer.undelivered
    assert any("switched off" in each.words for each in mails(answer))


def test_a_program_asked_to_stop_finishes_the_mail_in_hand(armed, server):
    asked = iter([False, True, True, True, True])
    config = load_config(Path("config.yaml"))
    remind(MONDAY.replace(hour=20))  # outside the hours: written down only
    with open_state(config.state.folder) as state:
        run = state.runs.begin("send", MONDAY, MONDAY.date(), MONDAY)
        fates = send_queued(Desk(config, state, run, MONDAY, False, stopping=lambda: next(asked)))
        states = {each.state for each in state.outbox.entries()}
    assert len(server.accepted) == 1
    assert states == {"sent", "queued"}
    assert sum(each.delivered for each in fates) == 1


# --- copies, other computers, changes ----------------------------------------------------------------------


def test_a_copied_folder_sends_nothing_and_says_why(armed, server, monkeypatch):
    copy = armed.parent / "copy"
    shutil.copytree(armed, copy)
    monkeypatch.chdir(copy)
    assert "copy" in mails(remind())[0].words
    assert server.accepted == []
    monkeypatch.chdir(armed)
    remind()
    assert owners(server) == [AMIRA, TOM]


def test_another_computer_sends_nothing_and_says_why(armed, server, monkeypatch):
    monkeypatch.setattr("complaints_sheet.state.arming.host_id", lambda: "another")
    assert "another computer" in mails(remind())[0].words
    assert server.accepted == []


def test_a_restored_memory_that_knows_less_than_went_out_sends_nothing(armed, server):
    memory = Path(".complaints/memory.sqlite3")
    before = memory.read_bytes()
    remind()
    assert owners(server) == [AMIRA, TOM]
    for each in memory.parent.glob("memory.sqlite3*"):
        each.unlink()
    memory.write_bytes(before)
    assert "older copy" in mails(remind(MONDAY + timedelta(minutes=5)))[0].words
    assert owners(server) == [AMIRA, TOM]
    switch_on(MONDAY + timedelta(minutes=10))
    assert not remind(MONDAY + timedelta(minutes=15)).undelivered


def test_a_changed_config_or_template_holds_mail_until_a_person_has_looked(armed, server):
    change("rate_per_minute: 6000")
    assert "config.yaml changed" in mails(remind())[0].words
    switch_on()
    own = armed / "templates" / "mail"
    own.mkdir(parents=True)
    (own / "note.txt").write_text("ours", encoding="utf-8")
    assert "templates changed" in mails(remind(MONDAY + timedelta(minutes=1)))[0].words
    assert server.accepted == []
    switch_on()
    remind(MONDAY + timedelta(minutes=2))
    assert owners(server) == [AMIRA, TOM]


# --- hours, floods, domains, tests -------------------------------------------------------------------------


@pytest.mark.parametrize("at", [MONDAY.replace(hour=19), MONDAY.replace(hour=6)])
def test_outside_the_hours_mail_waits_and_goes_later_as_it_is_true_then(armed, server, at):
    waiting = remind(at)
    assert not waiting.undelivered
    assert all(each.waits for each in mails(waiting))
    assert server.accepted == []
    save([case("Amira Khan", "A boiler", done=True), case("Dana Hughes", "A leak")])
    remind(TUESDAY)
    assert AMIRA not in server.recipients
    assert TOM not in server.recipients
    assert DANA in server.recipients


def test_on_a_weekend_nothing_goes_and_on_monday_it_does(armed, server):
    remind(MONDAY - timedelta(days=1))
    assert server.accepted == []
    remind(MONDAY)
    assert owners(server) == [AMIRA, TOM]


def test_more_mail_than_usual_is_held_until_a_person_says_yes(office, server):
    change("flood: 1")
    config = load_config(Path("config.yaml"))
    with open_state(config.state.folder) as state:
        state.arming.arm("smtp", MONDAY, arming.binding_of(config, state), expected=0)
    answer = remind()
    assert {each.state for each in mails(answer) if each.to in (AMIRA, TOM)} == {"held"}
    assert owners(server) == []
    assert server.recipients == [DANA]  # who is told that mail is held, and whose own digest is held with it
    released = posting.release_all(Path("config.yaml"), as_of=None, now=MONDAY, dry_run=False)
    assert {each.state for each in released} == {"queued"}
    remind(MONDAY + timedelta(minutes=1))
    assert owners(server) == [AMIRA, TOM]


def test_mail_goes_only_to_allowed_domains(office, server):
    setting("allowed_domains: [example.com]")
    answer = remind()
    assert {each.state for each in mails(answer)} == {"held"}
    assert "allowed domains" in mails(answer)[0].words
    assert server.accepted == []


def test_until_mail_is_switched_on_a_test_address_gets_all_of_it_and_it_does_not_count(office, server):
    change("test_address: tester@example.org")
    assert not remind().undelivered
    assert set(server.recipients) == {"tester@example.org"}
    for _, content in server.accepted:
        message = message_from_bytes(content, policy=SMTP)
        assert message["Subject"].startswith("[Test, for ")
        for kind in ("plain", "html"):
            assert "This is a test." in message.get_body((kind,)).get_content()
    save([*OPEN, case("Dana Hughes", "A door")])
    remind(MONDAY.replace(hour=20))  # written down for the tester, and never sent
    switch_on()
    assert "queued" not in {each.state for each in entries()}
    remind(MONDAY + timedelta(minutes=5))
    assert owners(server) == [AMIRA, TOM]


# --- what is no longer true --------------------------------------------------------------------------------


def test_a_register_read_too_long_ago_is_read_again_and_what_is_still_true_goes(armed, server, monkeypatch):
    monkeypatch.setattr(sending, "TOO_OLD_TO_SEND_BY", timedelta(0))
    assert not remind().undelivered
    assert owners(server) == [AMIRA, TOM]


def test_what_was_mended_after_the_register_was_read_is_not_sent(armed, server, monkeypatch):
    monkeypatch.setattr(sending, "TOO_OLD_TO_SEND_BY", timedelta(0))
    session = sending._Sender._session

    def edited_meanwhile(sender, stack):
        save([case("Amira Khan", "A boiler", done=True), case("Tom Ashworth", "A leak")])
        return session(sender, stack)

    monkeypatch.setattr(sending._Sender, "_session", edited_meanwhile)
    answer = remind()
    assert owners(server) == [TOM]
    assert [each.state for each in mails(answer) if each.to == AMIRA] == ["dropped"]


def test_a_register_that_cannot_be_read_again_before_sending_sends_nothing(armed, server, monkeypatch):
    monkeypatch.setattr(sending, "TOO_OLD_TO_SEND_BY", timedelta(0))
    session = sending._Sender._session

    def gone_meanwhile(sender, stack):
        Path("register.xlsx").write_bytes(b"half a file")
        return session(sender, stack)

    monkeypatch.setattr(sending._Sender, "_session", gone_meanwhile)
    assert remind().undelivered
    assert server.accepted == []
    assert {each.state for each in entries()} == {"queued"}


def test_a_failed_read_resolves_nothing_and_sends_nothing_but_word_to_the_coordinator(armed, server):
    remind()
    before = len(server.accepted)
    Path("register.xlsx").write_bytes(b"half a file")
    with pytest.raises(SourceError):
        remind(TUESDAY)
    assert server.recipients[before:] == [DANA]
    save([OPEN[0]] * 0)
    config = load_config(Path("config.yaml"))
    with open_state(config.state.folder, dry_run=True) as state:
        told = state.outbox.last_sent("smtp")
    assert told[(AMIRA, "owner digest")].told


def test_the_same_day_a_mail_that_waits_is_written_again_where_the_register_has_changed(armed, server):
    Path("STOP").touch()
    remind()
    save([*OPEN, case("Amira Khan", "A second boiler")])
    Path("STOP").unlink()
    remind(MONDAY + timedelta(minutes=1))
    assert owners(server) == [AMIRA, TOM]
    states = sorted(each.state for each in entries() if each.message.address == AMIRA)
    assert states == ["dropped", "sent"]


def test_the_second_digests_take_no_first_one_along_that_is_true_no_more(armed, server):
    server.orders = [("address", "450 4.3.0 come back later")] * 9
    remind()
    assert owners(server) == []
    server.orders = []
    save([case("Amira Khan", "A boiler", done=True), case("Tom Ashworth", "A leak")])
    later = MONDAY + timedelta(hours=5)
    config = load_config(Path("config.yaml"))
    with open_state(config.state.folder) as state:
        worked(Task("remind", slot="second"), config, state, later, now=later)
    assert owners(server) == [TOM]
    (waited,) = (each for each in entries() if each.message.address == AMIRA)
    assert waited.state == "dropped"


def test_word_of_a_call_that_waits_goes_to_whoever_looks_after_the_case_by_then(armed, server):
    remind()
    before = len(server.accepted)
    evening = MONDAY.replace(hour=20)
    tell_handler(
        "Customer of A boiler", "C-00001", Path("config.yaml"), as_of=None, now=evening, dry_run=False
    )
    assert len(server.accepted) == before
    save([case("Tom Ashworth", "A boiler"), OPEN[1]])
    remind(TUESDAY)
    rang = [(to, content) for to, content in server.accepted[before:] if b"rang again" in content]
    assert [to for to, _ in rang] == [(TOM,)]
    assert b"20:00 on Monday" in rang[0][1]


# --- what a server says ------------------------------------------------------------------------------------


def test_a_refused_address_is_suspended_until_its_entry_is_corrected(armed, server):
    server.refused[AMIRA] = "550 5.1.1 no such user"
    answer = remind()
    assert [each.state for each in mails(answer) if each.to == AMIRA] == ["failed"]
    assert owners(server) == [TOM]
    trouble = [content for receivers, content in server.accepted if receivers == (DANA,)]
    assert any(b"no such user" in content for content in trouble)
    server.refused.clear()
    save([*OPEN, case("Amira Khan", "A second boiler")])
    later = remind(TUESDAY)
    assert [each.state for each in mails(later) if each.to == AMIRA] == ["held"]
    file = Path("config.yaml")
    corrected = file.read_text(encoding="utf-8").replace(f"email: {AMIRA}", f"email: {AMIRA}, title: Adviser")
    file.write_text(corrected, encoding="utf-8")
    switch_on(TUESDAY)
    remind(TUESDAY + timedelta(minutes=1))
    assert owners(server) == [AMIRA, TOM]


def test_an_address_is_freed_by_hand(armed, server):
    server.refused[AMIRA] = "550 5.1.1 no such user"
    remind()
    with pytest.raises(ConfigError, match="not suspended"):
        posting.release_address(TOM, Path("config.yaml"), as_of=None, now=MONDAY, dry_run=False)
    assert posting.release_address(AMIRA, Path("config.yaml"), as_of=None, now=MONDAY, dry_run=False) == ()
    server.refused.clear()
    remind(TUESDAY)
    assert AMIRA in server.recipients


def test_a_server_that_refuses_everything_is_asked_once_and_not_for_every_mail(armed, server):
    server.orders = [("sender", "550 5.7.30 not allowed")] * 3
    answer = remind()
    assert len(server.orders) == 2
    assert answer.undelivered
    assert {each.state for each in entries()} == {"queued"}
    assert {each.attempts for each in entries()} == {0}
    again = remind(MONDAY + timedelta(minutes=1))
    assert "tried again" in mails(again)[0].words
    assert len(server.orders) == 2
    posting.release_all(Path("config.yaml"), as_of=None, now=MONDAY, dry_run=False)
    server.orders.clear()
    remind(MONDAY + timedelta(minutes=2))
    assert owners(server) == [AMIRA, TOM]


def test_a_mail_put_off_is_tried_again_after_a_while_and_not_before(armed, server):
    server.orders = [("address", "450 4.3.0 come back later")]
    assert remind().undelivered
    first = [each for each in entries() if each.next_try]
    assert len(first) == 1
    assert first[0].next_try - MONDAY < timedelta(minutes=2)
    assert remind(MONDAY + timedelta(seconds=30)).undelivered
    assert len(owners(server)) < 2 or len(server.accepted) < len(entries())
    assert not remind(MONDAY + timedelta(minutes=3)).undelivered
    assert owners(server) == [AMIRA, TOM]


def test_a_server_that_wants_it_slower_is_waited_for_and_that_is_no_attempt(armed, server):
    server.orders = [("sender", "432 4.3.2 too many mails")]
    remind(MONDAY.replace(hour=20))
    config = load_config(Path("config.yaml"))
    waited: list[float] = []
    with open_state(config.state.folder) as state:
        run = state.runs.begin("send", MONDAY, MONDAY.date(), MONDAY)
        fates = send_queued(Desk(config, state, run, MONDAY, False), pause=waited.append)
        attempts = {each.attempts for each in state.outbox.entries()}
    assert all(each.delivered for each in fates)
    assert sum(waited) == pytest.approx(60)
    assert attempts == {1}


def test_no_more_mails_go_in_a_minute_than_the_config_says(office, server):
    setting("rate_per_minute: 30")
    remind(MONDAY.replace(hour=20))
    config = load_config(Path("config.yaml"))
    waited: list[float] = []
    with open_state(config.state.folder) as state:
        run = state.runs.begin("send", MONDAY, MONDAY.date(), MONDAY)
        fates = send_queued(Desk(config, state, run, MONDAY, False), pause=waited.append)
    assert sum(waited) == pytest.approx(2 * (len(fates) - 1), abs=0.5)


def test_a_mail_of_unknown_outcome_is_held_without_a_journal_and_settled_by_hand(armed, server):
    server.orders = [("end", "drop")]
    answer = remind()
    [unknown] = [each for each in mails(answer) if each.state == "unknown"]
    taken = len(server.accepted)
    remind(MONDAY + timedelta(minutes=1))
    held = {each.number: each for each in entries() if each.state in ("unknown", "held")}
    assert list(held) == [unknown.number]
    remind(MONDAY + timedelta(minutes=30))
    [now_held] = [each for each in entries() if each.state == "held"]
    assert "outbox settle" in now_held.words
    assert len(server.accepted) <= taken + 1  # no more than the word to the coordinator
    with pytest.raises(ConfigError):
        posting.release(unknown.number, Path("config.yaml"), as_of=None, now=MONDAY, dry_run=False)
    settled = posting.settle(
        unknown.number, Path("config.yaml"), went_out=True, as_of=None, now=TUESDAY, dry_run=False
    )
    assert settled.state == "sent"


def test_a_message_whose_headers_name_somebody_else_is_not_sent(armed, server):
    remind(MONDAY.replace(hour=20))
    config = load_config(Path("config.yaml"))
    with open_state(config.state.folder) as state:
        first = next(each for each in state.outbox.entries() if each.message.address == AMIRA)
        spoilt = replace(
            first.message,
            key="smtp:spoilt",
            content=first.message.content.replace(b"To: ", b"Cc: a@example.org\r\nTo: ", 1),
        )
        (number,) = state.outbox.queue([spoilt], MONDAY)
        run = state.runs.begin("send", MONDAY, MONDAY.date(), MONDAY)
        send_queued(Desk(config, state, run, MONDAY, False))
        assert state.outbox.entry(number).state == "failed"
    assert server.recipients.count(AMIRA) == 1


# --- asked later -------------------------------------------------------------------------------------------


def test_months_later_it_is_still_said_why_a_mail_went_to_whom_and_from_which_facts(armed, server):
    server.orders = [("address", "450 4.3.0 come back later")]
    remind()
    remind(MONDAY + timedelta(minutes=3))
    save([])
    number = next(each.number for each in entries() if each.message.address == AMIRA)
    months_later = MONDAY + timedelta(days=200)
    story = posting.message_of(number, Path("config.yaml"), as_of=None, now=months_later)
    assert story.name == "Amira Khan"
    assert story.entry.message.reason
    assert [each.case for each in story.facts] == ["C-00001"]
    assert story.run is not None


def test_the_list_and_a_message_are_printed_and_the_exit_code_says_that_something_waits(
    armed, server, capsys
):
    server.refused[AMIRA] = "550 5.1.1 no such user"
    remind()
    assert main(["outbox", "list"]) == 4
    assert "no such user" in capsys.readouterr().out
    number = next(each.number for each in entries() if each.message.address == AMIRA)
    assert main(["outbox", "show", str(number)]) == 0
    shown = capsys.readouterr().out
    for words in ("Amira Khan", "From these facts", "C-00001", "failed", "no such user"):
        assert words in shown
    assert main(["outbox", "show", str(number), "--json"]) == 0
    assert '"facts"' in capsys.readouterr().out
    assert main(["outbox", "release", AMIRA]) == 0


# --- too large -------------------------------------------------------------------------------------------

TOO_LARGE = "552 5.3.4 message size exceeds the limit"


def sent_with(*files: Attachment) -> Delivery:
    """Return what became of one mail with these files."""
    config = load_config(Path("config.yaml"))
    said = Alert(
        "run failed",
        "run-failed:one",
        Person("Dana Hughes", "dana.hughes@example.org"),
        "A mail with files",
        "A mail with files",
        ("The files are attached.",),
        "You get this because you coordinate complaints.",
    )
    with open_state(config.state.folder) as state:
        run = state.runs.begin("run", MONDAY, MONDAY.date(), MONDAY)
        return alert(Desk(config, state, run, MONDAY, False), said, files)


def kept(name: str, content: bytes, folder: str = "packs") -> Attachment:
    Path(folder).mkdir(exist_ok=True)
    (Path(folder) / name).write_bytes(content)
    return Attachment(name, "application/pdf", content)


@pytest.mark.parametrize(
    ("phase", "answer"),
    [("sender", TOO_LARGE), ("end", TOO_LARGE), ("end", "550 5.2.3 message length exceeds limit")],
)
def test_a_mail_refused_for_its_size_goes_without_its_files_and_says_where_they_are(
    armed, server, phase, answer
):
    pack, draft = kept("pack.pdf", b"%PDF"), Attachment("draft.docx", "application/octet-stream", b"Dear")
    server.orders.append((phase, answer))
    assert sent_with(pack, draft).delivered
    ((_, content),) = server.accepted
    mail = message_from_bytes(content, policy=SMTP)
    assert list(mail.iter_attachments()) == []
    assert Path("letters/draft.docx").read_bytes() == b"Dear"
    for kind in ("plain", "html"):
        said = "".join(mail.get_body((kind,)).get_content().split())
        assert "its2filesthismailistoolargetosend" in said
        for place in ("packs/pack.pdf", "letters/draft.docx"):
            assert "".join(str(Path(place).resolve()).split()) in said
    (entry,) = entries()
    assert mail["Message-ID"] == entry.message.message_id
    assert b"too large to send" in entry.message.content
    assert b'draft.docx"' not in entry.message.content
    assert sorted(each.name for each in Path("letters").iterdir()) == ["draft.docx"]


def test_a_mail_larger_than_the_config_allows_goes_without_its_files(armed, server):
    setting("largest_megabytes: 1")
    assert sent_with(kept("pack.pdf", bytes(1_200_000))).delivered
    ((_, content),) = server.accepted
    assert b"too large to send" in content
    assert not Path("letters").exists()


def test_a_mail_without_files_that_is_refused_for_its_size_is_failed_and_told(armed, server):
    server.orders.append(("sender", TOO_LARGE))
    refused = sent_with()
    assert refused.state == "failed"
    assert TOO_LARGE in refused.words


def test_where_the_files_of_a_mail_cannot_be_kept_it_is_failed_and_says_so(armed, server):
    Path("letters").write_text("a file, not a folder", encoding="utf-8")
    server.orders.append(("end", TOO_LARGE))
    refused = sent_with(Attachment("draft.docx", "application/octet-stream", b"Dear"))
    assert refused.state == "failed"
    assert "cannot be kept" in refused.words


def test_a_full_mailbox_is_no_reason_to_leave_files_out(armed, server):
    server.orders.append(("end", "552 5.2.2 mailbox full"))
    assert sent_with(kept("pack.pdf", b"%PDF")).state == "failed"
    assert server.accepted == []
