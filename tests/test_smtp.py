"""The mail channel against a server that misbehaves: nothing is sent twice, lost, or said in the clear."""

import re
import smtplib
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from textwrap import dedent

import pytest
from pydantic import ValidationError

from complaints_sheet.channels import CHANNELS, smtp
from complaints_sheet.config.settings import load_config
from complaints_sheet.core.messages import Message, message
from complaints_sheet.errors import ClaimLost, DeliveryError
from tests.mailserver.certificates import Authority
from tests.mailserver.rogue import Rogue, rogue_server
from tests.test_mail_message import LETTER

README = Path(__file__).parent.parent / "README.md"
ROBOT = "robot@example.org"
SECRET = "secret, with spaces: ä"
OURS = replace(LETTER, sender=ROBOT)


class Killed(BaseException):
    """Stands for the power going off."""


class Marks(list[str]):
    """How often the second mark was set."""

    def set(self) -> None:
        self.append("committing")


def mail_to(address: str, key: str = "") -> Message:
    return message(replace(OURS, to=address, key=key or f"owner digest:{address}"))


AMIRA = mail_to("amira.khan@example.org")
BO = mail_to("bo.day@example.org")


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def rogue(authority: Authority) -> Iterator[Rogue]:
    with rogue_server(authority.certificate()) as server:
        yield server


@pytest.fixture(autouse=True)
def _password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMPLAINTS_MAIL_PASSWORD", SECRET)


@pytest.fixture
def settings(authority: Authority) -> Callable[..., smtp.Settings]:
    def made(rogue: Rogue, **more: object) -> smtp.Settings:
        usual = {"host": "localhost", "port": rogue.port, "sender": ROBOT, "ca_file": authority.file}
        return smtp.Settings.model_validate(usual | {"timeout": 5, "timeout_at_end": 5} | more)

    return made


def test_many_messages_go_over_one_connection_and_each_has_one_recipient(rogue, settings) -> None:
    marks = Marks()
    with smtp.session(settings(rogue)) as deliver:
        words = [deliver(each, marks.set) for each in (AMIRA, BO, AMIRA)]
    assert rogue.recipients == [AMIRA.to, BO.to, AMIRA.to]
    assert rogue.accepted[0][1] == AMIRA.content
    assert (rogue.connections, len(marks)) == (1, 3)
    assert rogue.said[-1] == "quit"
    assert words[0] == "250 2.0.0 taken [31m as 17"


def test_the_second_mark_is_set_when_all_but_the_last_line_is_said(rogue, settings) -> None:
    seen: list[tuple[list[str], int]] = []
    with smtp.session(settings(rogue)) as deliver:
        deliver(AMIRA, lambda: seen.append((list(rogue.said), len(rogue.accepted))))
    ((said, accepted),) = seen
    assert said[-1] == "body"
    assert accepted == 0
    assert len(rogue.accepted) == 1


def test_the_server_hears_nothing_but_its_greeting_and_encryption_before_tls(rogue, settings) -> None:
    with smtp.session(settings(rogue)) as deliver:
        deliver(AMIRA, Marks().set)
    assert rogue.said[:3] == ["hello example.org", "hello example.org", "login"]


def test_encryption_from_the_first_byte(authority, settings) -> None:
    with rogue_server(authority.certificate(), encrypted_at_once=True) as rogue:
        assert "TLSv1.3" in smtp.probe(settings(rogue, security="tls"))
        CHANNELS["smtp"].deliver(AMIRA, settings(rogue, security="tls"), Marks().set)
    assert rogue.recipients == [AMIRA.to]


@pytest.mark.parametrize(
    ("phase", "answer", "fault"),
    [
        ("greeting", "421 4.3.2 busy", "later"),
        ("greeting", "554 5.7.1 not you", "stop"),
        ("hello", "421 4.3.0 restarting", "later"),
        ("login", "454 4.7.0 try later", "later"),
        ("login", "535 5.7.139 SmtpClientAuthentication is disabled for the Mailbox", "stop"),
        ("login", "550 5.7.30 Basic authentication is not supported for Client Submission", "stop"),
        ("sender", "451 4.3.0 later", "later"),
        ("sender", "550 5.7.1 not this sender", "stop"),
        ("sender", "552 5.3.4 too large", "message"),
        ("sender", "432 4.3.2 too many connections", "slow"),
        ("address", "450 4.2.0 greylisted, come back in five minutes", "later"),
        ("address", "450 4.2.1 too much mail for this user", "slow"),
        ("address", "550 5.1.1 nobody of that name", "address"),
        ("address", "550 5.4.1 Recipient address rejected: Access denied", "address"),
        ("address", "554 5.7.1 Relay access denied", "stop"),
        ("address", "553 5.1.8 Sender address rejected: Domain not found", "stop"),
        ("address", "552 5.2.2 mailbox full", "message"),
        ("body", "451 4.3.0 no room", "later"),
        ("body", "554 5.5.1 no valid recipients", "message"),
    ],
)
def test_a_refusal_before_the_last_line_means_nothing_was_taken(
    rogue, settings, phase: str, answer: str, fault: str
) -> None:
    rogue.orders = [(phase, answer)]
    marks = Marks()
    with smtp.session(settings(rogue)) as deliver:
        with pytest.raises(DeliveryError) as refused:
            deliver(AMIRA, marks.set)
        assert refused.value.fault == fault
        assert answer in refused.value.message
        assert refused.value.next_step
        assert (rogue.accepted, marks) == ([], [])
        deliver(BO, marks.set)
    assert rogue.recipients == [BO.to]


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        ("451 4.3.0 queue file write error", "unknown"),
        ("421 4.3.0 shutting down", "unknown"),
        ("250", ""),
        ("552 5.3.4 too large", "message"),
        ("554 5.6.0 cannot be read", "message"),
        ("550 5.1.1 nobody of that name", "address"),
        ("550 5.7.1 looks like spam", "stop"),
        ("554 5.2.252 SendAsDenied; robot not allowed to send as robot", "stop"),
        ("nonsense", "unknown"),
    ],
)
def test_after_the_last_line_only_a_refusal_for_good_is_one(rogue, settings, answer: str, fault: str) -> None:
    rogue.orders = [("end", answer)]
    marks = Marks()
    with smtp.session(settings(rogue)) as deliver:
        if fault:
            with pytest.raises(DeliveryError) as refused:
                deliver(AMIRA, marks.set)
            assert refused.value.fault == fault
        else:
            assert deliver(AMIRA, marks.set) == "250"
        deliver(BO, marks.set)
    assert rogue.recipients[-1] == BO.to
    assert len(marks) == 2


@pytest.mark.parametrize("what", ["drop", "hang"])
@pytest.mark.parametrize(
    "phase", ["greeting", "hello", "login", "sender", "address", "body", "middle", "end"]
)
def test_a_server_that_goes_away_or_falls_silent(rogue, settings, phase: str, what: str) -> None:
    rogue.orders = [(phase, what)]
    large = message(replace(OURS, text="long " * 100_000))
    with smtp.session(settings(rogue, timeout=0.3, timeout_at_end=0.3)) as deliver:
        with pytest.raises(DeliveryError) as lost:
            deliver(large if phase == "middle" else AMIRA, Marks().set)
        # What the server has not read yet may all have left this computer: then it is not known.
        possible = {"end": {"unknown"}, "middle": {"later", "unknown"}}.get(phase, {"later"})
        assert lost.value.fault in possible
        assert "localhost" in lost.value.message
        deliver(BO, Marks().set)
    taken_at_last_word = [AMIRA.to] if (phase, what) == ("end", "drop") else []
    assert rogue.recipients == [*taken_at_last_word, BO.to]
    assert rogue.connections == 2


def test_when_the_server_asks_for_fewer_after_the_last_line_the_next_waits(rogue, settings) -> None:
    rogue.orders = [("end", "432 4.3.2 STOREDRV.ClientSubmit; sender thread limit exceeded")]
    faults = []
    with smtp.session(settings(rogue)) as deliver:
        for each in (AMIRA, BO):
            with pytest.raises(DeliveryError) as told:
                deliver(each, Marks().set)
            faults.append(told.value.fault)
        deliver(BO, Marks().set)
    assert faults == ["unknown", "slow"]
    assert rogue.recipients == [BO.to]


@pytest.mark.parametrize("stop", [ClaimLost("taken over"), Killed(), DeliveryError("no room on the disk")])
def test_without_the_second_mark_the_last_line_is_never_said(rogue, settings, stop: BaseException) -> None:
    def cannot() -> None:
        raise stop

    with smtp.session(settings(rogue)) as deliver:
        with pytest.raises(type(stop)) as raised:
            deliver(AMIRA, cannot)
        assert raised.value is stop
        deliver(BO, Marks().set)
    assert rogue.recipients == [BO.to]
    assert rogue.connections == 2


def test_after_ctrl_c_no_answer_is_taken_for_that_to_another_message(rogue, settings, monkeypatch) -> None:
    def interrupted(_self: smtplib.SMTP) -> tuple[int, bytes]:
        raise KeyboardInterrupt

    with smtp.session(settings(rogue)) as deliver:
        deliver(AMIRA, Marks().set)
        with monkeypatch.context() as patched:
            patched.setattr(smtplib.SMTP, "getreply", interrupted)
            with pytest.raises(KeyboardInterrupt):
                deliver(AMIRA, Marks().set)
        rogue.refused = {BO.to: "550 5.1.1 nobody of that name"}
        with pytest.raises(DeliveryError, match="nobody of that name"):
            deliver(BO, Marks().set)
    assert rogue.connections == 2


def test_one_of_three_addresses_is_refused_and_the_other_two_have_their_mail(rogue, settings) -> None:
    rogue.refused = {BO.to: "550 5.1.1 nobody of that name"}
    refused = []
    with smtp.session(settings(rogue)) as deliver:
        for each in (AMIRA, BO, mail_to("dana.hughes@example.org")):
            try:
                deliver(each, Marks().set)
            except DeliveryError as error:
                refused.append((each.to, error.fault))
    assert rogue.recipients == [AMIRA.to, "dana.hughes@example.org"]
    assert refused == [(BO.to, "address")]
    assert rogue.connections == 1


def test_a_server_that_hangs_up_between_two_messages_is_called_again(rogue, settings) -> None:
    with smtp.session(settings(rogue)) as deliver:
        deliver(AMIRA, Marks().set)
        for order in (("sender", "drop"), ("sender", "421 4.4.2 too many messages in this session")):
            rogue.orders = [order]
            deliver(BO, Marks().set)
    assert rogue.recipients == [AMIRA.to, BO.to, BO.to]
    assert rogue.connections == 3


def test_a_slow_server_is_waited_for(rogue, settings) -> None:
    rogue.pause = 0.2
    with smtp.session(settings(rogue, timeout=1)) as deliver:
        deliver(AMIRA, Marks().set)
    assert rogue.recipients == [AMIRA.to]


def test_a_message_that_the_server_says_is_too_large_is_not_begun(authority, settings) -> None:
    with rogue_server(authority.certificate(), largest=1000) as rogue:
        with smtp.session(settings(rogue)) as deliver, pytest.raises(DeliveryError) as refused:
            deliver(AMIRA, Marks().set)
        assert refused.value.fault == "message"
        assert "1,000 bytes at most" in refused.value.message
        assert not any(each.startswith("sender") for each in rogue.said)


def test_dots_and_line_ends_arrive_as_they_were(rogue, settings) -> None:
    odd = replace(AMIRA, content=b"Subject: x\r\n\r\n.\n..\r.a\r\nno end")
    with smtp.session(settings(rogue)) as deliver:
        deliver(odd, Marks().set)
    assert rogue.accepted[0][1] == b"Subject: x\r\n\r\n.\r\n..\r\n.a\r\nno end\r\n"


def test_the_copy_for_the_journal_goes_with_the_message_itself_or_nothing_goes(rogue, settings) -> None:
    with smtp.session(settings(rogue, copy_to=ROBOT)) as deliver:
        deliver(AMIRA, Marks().set)
        assert rogue.accepted == [((AMIRA.to, ROBOT), AMIRA.content)]
        rogue.refused = {ROBOT: "550 5.1.1 nobody of that name"}
        with pytest.raises(DeliveryError, match="refused the address for copies") as refused:
            deliver(BO, Marks().set)
        assert refused.value.fault == "stop"
    assert len(rogue.accepted) == 1


# --- who the server is, and who we are ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "ends", "says", "advises"),
    [
        ("localhost", timedelta(days=-1), "certificate has expired", "renew it"),
        ("mail.example.org", timedelta(days=9), "Hostname mismatch", "exactly as the certificate has it"),
    ],
)
def test_a_certificate_that_is_not_right_stops_everything(
    authority, settings, name: str, ends: timedelta, says: str, advises: str
) -> None:
    with rogue_server(authority.certificate(name, ends=ends)) as rogue:
        with smtp.session(settings(rogue)) as deliver, pytest.raises(DeliveryError, match=says) as stop:
            deliver(AMIRA, Marks().set)
        assert stop.value.fault == "stop"
        assert advises in stop.value.next_step
        assert "login" not in rogue.said


def test_a_certificate_of_nobody_known_stops_everything(rogue, settings) -> None:
    with pytest.raises(DeliveryError, match="issuer certificate") as stop:
        smtp.probe(settings(rogue, ca_file=None))
    assert stop.value.fault == "stop"
    assert "ca_file" in stop.value.next_step


def test_without_starttls_nothing_more_is_said(settings) -> None:
    with rogue_server(None) as rogue:
        with pytest.raises(DeliveryError, match="does not offer STARTTLS") as stop:
            smtp.probe(settings(rogue))
        assert stop.value.fault == "stop"
        assert "login" not in rogue.said


def test_tls_and_starttls_taken_for_one_another_are_told_apart(authority, rogue, settings) -> None:
    with pytest.raises(DeliveryError, match="could not agree on encryption") as stop:
        smtp.probe(settings(rogue, security="tls"))
    assert stop.value.fault == "stop"
    assert "587" in stop.value.next_step


def test_a_wrong_password_stops_everything_and_is_not_shown(rogue, settings, monkeypatch) -> None:
    monkeypatch.setenv("COMPLAINTS_MAIL_PASSWORD", "hunter2")
    with pytest.raises(DeliveryError, match=r"refused the login: 535 5\.7\.8") as stop:
        smtp.probe(settings(rogue))
    assert stop.value.fault == "stop"
    assert "app password" in stop.value.next_step
    assert "hunter2" not in f"{stop.value!r} {stop.value.next_step}"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_the_password_is_the_first_line_of_a_file(
    rogue, settings, tmp_path: Path, monkeypatch, encoding: str
) -> None:
    monkeypatch.delenv("COMPLAINTS_MAIL_PASSWORD")
    file = tmp_path / "password.txt"
    file.write_bytes(f"{SECRET}\r\n".encode(encoding))
    assert "logged in as robot@example.org" in smtp.probe(settings(rogue, password_file=file))


@pytest.mark.parametrize("content", [None, b"", b"\xff\xfe\x00"])
def test_without_a_password_nothing_is_connected(
    rogue, settings, tmp_path: Path, monkeypatch, content: bytes | None
) -> None:
    monkeypatch.delenv("COMPLAINTS_MAIL_PASSWORD")
    file = tmp_path / "password.txt"
    if content is not None:
        file.write_bytes(content)
    for missing in (settings(rogue), settings(rogue, password_file=file)):
        with pytest.raises(DeliveryError) as stop:
            smtp.probe(missing)
        assert stop.value.fault == "stop"
        assert stop.value.next_step
    assert rogue.connections == 0


def test_a_server_on_this_computer_may_do_without_encryption_and_login(settings) -> None:
    with rogue_server(None) as rogue:
        plain = settings(rogue, host="127.0.0.1", security="none", auth="none", ca_file=None)
        assert "not encrypted, without a login" in smtp.probe(plain)
        CHANNELS["smtp"].deliver(AMIRA, plain, Marks().set)
        assert rogue.recipients == [AMIRA.to]


@pytest.mark.parametrize(
    "more",
    [
        {"host": "mail.example.org", "security": "none", "auth": "none"},
        {"security": "none"},
        {"sender": "Robot <robot@example.org>"},
        {"copy_to": "a@example.org, b@example.org"},
        {"password": "hunter2"},
        {"host": ""},
        {"host": "mail.example.org\nX: y"},
    ],
)
def test_settings_that_are_refused(rogue, settings, more: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        settings(rogue, **more)


def test_a_server_that_is_not_there_is_tried_again_later(rogue, settings) -> None:
    for nowhere in (
        settings(rogue, port=1),
        settings(rogue, host="no-such-computer.invalid"),
    ):
        with pytest.raises(DeliveryError) as later:
            smtp.probe(nowhere)
        assert later.value.fault == "later"
        assert "again by itself" in later.value.next_step


def test_mail_that_leaves_counts_as_live_and_a_folder_does_not() -> None:
    assert {kind: channel.live for kind, channel in CHANNELS.items()} == {
        "folder": False,
        "smtp": True,
        "graph": True,
    }


def test_the_settings_that_the_readme_prints_are_understood(tmp_path: Path) -> None:
    text = README.read_text(encoding="utf-8")
    (printed,) = (each for each in re.findall(r"```yaml\n(.*?)```", text, re.DOTALL) if "kind: smtp" in each)
    file = tmp_path / "config.yaml"
    file.write_text(f"register: register.xlsx\n{dedent(printed)}", encoding="utf-8")
    delivery = load_config(file).delivery
    assert isinstance(delivery.settings, smtp.Settings)
    assert (delivery.settings.at, delivery.settings.login) == (587, "complaints-robot@example.org")
    assert delivery.settings.password_file == tmp_path / "mail-password.txt"
    assert delivery.journal is not None
    assert (delivery.journal.user, delivery.journal.password_file) == (
        delivery.settings.login,
        delivery.settings.password_file,
    )
    assert delivery.settle_after == timedelta(minutes=15)
