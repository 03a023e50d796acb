"""Delivery by Microsoft Graph, and Sent Items as the journal: every answer, and a connection cut anywhere."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from openpyxl import Workbook

from complaints_sheet import mailbox
from complaints_sheet.app import mail_check
from complaints_sheet.app.doctor import examine
from complaints_sheet.app.examination import Check
from complaints_sheet.app.sending import send_queued
from complaints_sheet.app.workplace import Desk
from complaints_sheet.channels import CHANNELS, graph
from complaints_sheet.cli import cli
from complaints_sheet.config.settings import load_config
from complaints_sheet.core.graph_refusals import MOST_SECONDS, seconds_to_wait
from complaints_sheet.core.messages import message
from complaints_sheet.core.sign_in_recipes import NEVER_TRIED, RECIPES
from complaints_sheet.errors import ClaimLost, ConfigError, DeliveryError
from complaints_sheet.state import open_state
from tests.mailserver.certificates import Authority
from tests.mailserver.cloud import (
    CLIENT,
    DROP,
    DROP_TAKEN,
    HANG,
    SECRET,
    TENANT,
    Cloud,
    cloud_server,
)
from tests.postkills.graph import office as graph_office
from tests.postkills.trial import BEGIN, arm, outgoing
from tests.test_smtp import AMIRA, BO, OURS, Marks

USER = "robot@example.org"
SINCE = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def cloud(authority: Authority) -> Iterator[Cloud]:
    with cloud_server(authority.certificate()) as running:
        yield running


@pytest.fixture(autouse=True)
def _secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMPLAINTS_MAIL_PASSWORD", SECRET)


@pytest.fixture
def settings(cloud: Cloud, authority: Authority, tmp_path: Path) -> graph.Settings:
    return graph.Settings.model_validate(
        {
            "sender": USER,
            "auth": "microsoft-app",
            "tenant": TENANT,
            "client_id": CLIENT,
            "authority": cloud.url,
            "graph": cloud.url,
            "token_folder": tmp_path / "private",
            "ca_file": authority.file,
            "timeout": 2,
            "timeout_at_end": 2,
        }
    )


@pytest.fixture
def journal(settings: graph.Settings) -> mailbox.Settings:
    return mailbox.Settings(settings.host, USER, "", access=settings.access, timeout=2)


def contents(cloud: Cloud) -> list[bytes]:
    return [content for _, content in cloud.sent]


def test_messages_go_as_they_are_over_one_connection_and_one_token(cloud, settings) -> None:
    marks = Marks()
    with graph.session(settings) as deliver:
        words = [deliver(each, marks.set) for each in (AMIRA, BO)]
    assert words == ["202 accepted", "202 accepted"]
    assert contents(cloud) == [AMIRA.content, BO.content]
    assert {user for user, _ in cloud.sent} == {USER}
    assert (len(marks), len(cloud.given)) == (2, 1)


def test_a_claim_that_is_lost_at_the_mark_leaves_nothing_behind(cloud, settings) -> None:
    def lost() -> None:
        raise ClaimLost("Another sender has it.")

    with graph.session(settings) as deliver:
        with pytest.raises(ClaimLost):
            deliver(AMIRA, lost)
        deliver(BO, Marks().set)
    assert contents(cloud) == [BO.content]


ANSWERS: list[tuple[int, str, str, str]] = [
    (400, "ErrorInvalidRecipients", "address", "people list"),
    (400, "ErrorMimeContentInvalid", "message", "not sent again"),
    (403, "ErrorAccessDenied", "stop", "Mail.Send"),
    (403, "ErrorSendAsDenied", "stop", "Mail.Send"),
    (403, "ErrorMessageSubmissionBlocked", "stop", "release it"),
    (403, "ErrorExceededMessageLimit", "slow", "more slowly"),
    (404, "ErrorInvalidUser", "stop", "Check `sender`"),
    (413, "ErrorMessageSizeExceeded", "message", "too large"),
    (429, "ApplicationThrottled", "slow", "more slowly"),
]


@pytest.mark.parametrize(("status", "code", "fault", "advice"), ANSWERS)
def test_each_refusal_says_that_nothing_was_taken_and_what_to_do(
    cloud, settings, status: int, code: str, fault: str, advice: str
) -> None:
    cloud.orders = [("sendMail", status, {"Retry-After": "7"}, {"error": {"code": code, "message": "no"}})]
    with graph.session(settings) as deliver:
        with pytest.raises(DeliveryError) as refused:
            deliver(AMIRA, Marks().set)
        deliver(BO, Marks().set)
    found = refused.value
    assert (found.fault, found.refused, found.pause) == (fault, True, 7.0)
    assert advice in found.next_step
    assert f"{status} {code} no" in found.message
    assert contents(cloud) == [BO.content]


@pytest.mark.parametrize("order", [500, 502, 503, 504, DROP, DROP_TAKEN, HANG])
def test_a_server_that_fails_or_is_silent_at_the_end_leaves_the_outcome_unknown(
    cloud, settings, journal, order: int | str
) -> None:
    cloud.orders = [("sendMail", order, {}, None)]
    with graph.session(settings) as deliver:
        with pytest.raises(DeliveryError) as fault:
            deliver(AMIRA, Marks().set)
        assert (fault.value.fault, fault.value.refused) == ("unknown", False)
        deliver(BO, Marks().set)
    taken = {AMIRA.short_key} if order in (504, DROP_TAKEN) else set()
    with mailbox.journal(journal) as box:
        assert box.seen([AMIRA.short_key, BO.short_key], SINCE) == taken | {BO.short_key}


def test_no_connection_and_no_token_mean_that_nothing_was_taken(cloud, settings) -> None:
    marks = Marks()
    cases = {
        "later": settings.model_copy(update={"graph": "https://localhost:1"}),
        "stop": settings.model_copy(update={"ca_file": None}),
    }
    for fault, wrong in cases.items():
        with graph.session(wrong) as deliver, pytest.raises(DeliveryError) as found:
            deliver(AMIRA, marks.set)
        assert found.value.fault == fault
    assert (marks, cloud.sent) == ([], [])


def test_a_token_that_was_revoked_is_replaced_once_and_then_told(cloud, settings) -> None:
    with graph.session(settings) as deliver:
        deliver(AMIRA, Marks().set)
        cloud.tokens.clear()
        with pytest.raises(DeliveryError) as again:
            deliver(BO, Marks().set)
        assert (again.value.fault, again.value.refused) == ("slow", True)
        deliver(BO, Marks().set)
        said = {"error": {"code": "InvalidAuthenticationToken", "message": "no"}}
        cloud.orders = [("sendMail", 401, {}, said)] * 2
        faults = []
        for _ in range(2):
            with pytest.raises(DeliveryError) as refused:
                deliver(BO, Marks().set)
            faults.append(refused.value)
    assert [each.fault for each in faults] == ["slow", "stop"]
    assert "outbox sign-in" in faults[1].next_step
    assert contents(cloud) == [AMIRA.content, BO.content]


def test_an_acceptance_that_asks_to_wait_is_an_acceptance_and_the_next_waits(cloud, settings) -> None:
    cloud.orders = [("sendMail", 202, {"Retry-After": "30"}, None)]
    with graph.session(settings) as deliver:
        deliver(AMIRA, Marks().set)
        with pytest.raises(DeliveryError) as slow:
            deliver(BO, Marks().set)
        assert (slow.value.fault, slow.value.pause) == ("slow", 30.0)
        deliver(BO, Marks().set)
    assert contents(cloud) == [AMIRA.content, BO.content]


def test_how_long_to_wait_is_a_number_or_a_date_and_never_long() -> None:
    now = datetime(2026, 11, 23, 9, tzinfo=UTC)
    asked = {
        None: None,
        "": None,
        "7": 7.0,
        "-3": 0.0,
        "1e9": MOST_SECONDS,
        "nan": None,
        "soon": None,
        "Mon, 23 Nov 2026 09:00:20 GMT": 20.0,
    }
    assert {text: seconds_to_wait(text, now) for text in asked} == asked


def test_a_message_too_large_for_one_request_is_not_begun(cloud, settings) -> None:
    large = message(replace(OURS, key="large", text="long " * 700_000))
    with pytest.raises(DeliveryError, match="3,000,000 bytes at most") as refused:
        CHANNELS["graph"].deliver(large, settings, Marks().set)
    assert refused.value.fault == "message"
    assert cloud.asked == []


# --- the journal -------------------------------------------------------------------------------------------


def test_the_journal_finds_what_was_sent_on_every_page(cloud, settings, journal) -> None:
    sent = [message(replace(OURS, key=f"page {each}")) for each in range(5)]
    with graph.session(settings) as deliver:
        for each in sent[:4]:
            deliver(each, Marks().set)
    with mailbox.journal(journal) as box:
        assert str(box) == "localhost answers (sentitems)"
        keys = [each.short_key for each in sent]
        assert box.seen(keys, SINCE) == set(keys[:4])
        assert box.seen([], SINCE) == frozenset()


@pytest.mark.parametrize(
    ("status", "body", "fault"),
    [
        (403, {"error": {"code": "ErrorAccessDenied", "message": "no"}}, "stop"),
        (429, {}, "later"),
        (504, {}, "later"),
        (200, [], "later"),
        (200, {"value": [], "@odata.nextLink": "https://elsewhere.example/next"}, "later"),
        (DROP, {}, "later"),
        (HANG, {}, "later"),
    ],
)
def test_a_journal_that_cannot_be_read_proves_nothing(
    cloud, journal, status: int | str, body: object, fault: str
) -> None:
    cloud.orders = [("messages", status, {}, body)]
    with pytest.raises(DeliveryError) as found, mailbox.journal(journal) as box:
        box.seen(["x"], SINCE)
    assert found.value.fault == fault
    assert found.value.next_step


def test_doctor_signs_in_and_looks_without_sending(cloud, settings) -> None:
    assert graph.probe(settings) == f"localhost answers for {USER} (signed in as {USER})."
    cloud.orders = [("sentitems", 404, {}, {"error": {"code": "ErrorInvalidUser", "message": "no"}})]
    with pytest.raises(DeliveryError, match="cannot be read") as refused:
        graph.probe(settings)
    assert "Check `sender`" in refused.value.next_step
    assert cloud.sent == []


# --- the config --------------------------------------------------------------------------------------------


def config(tmp_path: Path, delivery: str) -> Path:
    file = tmp_path / "config.yaml"
    file.write_text(f"register: register.xlsx\ndelivery:\n  {delivery}\n", encoding="utf-8")
    return file


def test_sent_items_are_the_journal_without_being_asked_and_the_rate_is_that_of_the_provider(
    tmp_path,
) -> None:
    keys = "{kind: graph, sender: robot@example.org, tenant: example.org, client_id: abc%s}"
    found = load_config(config(tmp_path, keys % "")).delivery
    assert found.journal
    assert (found.journal.user, found.journal.host) == (USER, "graph.microsoft.com")
    assert (found.rate_per_minute, found.settings.token_folder) == (30, tmp_path / ".complaints")
    other = load_config(
        config(tmp_path, keys % ", rate_per_minute: 10, journal: {settle_after: 40}")
    ).delivery
    assert (other.rate_per_minute, other.settle_after) == (10, timedelta(minutes=40))


# --- doctor ------------------------------------------------------------------------------------------------


@pytest.fixture
def office(cloud: Cloud, authority: Authority, tmp_path: Path) -> Callable[..., dict[str, Check]]:
    """Return a function that examines a config whose mail leaves by Graph."""
    Workbook().save(tmp_path / "register.xlsx")
    keys = (
        f"{{kind: graph, auth: AUTH, sender: {USER}, tenant: {TENANT}, client_id: {CLIENT}, "
        f"authority: '{cloud.url}', graph: '{cloud.url}', ca_file: '{authority.file}', test_address: {USER}}}"
    )

    def examined(auth: str, test_address: str | None = None) -> dict[str, Check]:
        file = config(tmp_path, keys.replace("AUTH", auth))
        found = examine(file, now=datetime.now(UTC), test_address=test_address)
        return {each.name: each for each in found.checks}

    return examined


def test_doctor_shows_the_steps_while_nobody_has_signed_in_and_what_was_never_tried(office) -> None:
    checks = office("microsoft")
    assert checks["mail server"].outcome == "fault"
    assert checks["mail server"].next_step == "Sign in once: complaints-sheet outbox sign-in"
    steps = tuple(f"{at}. {step}" for at, step in enumerate(RECIPES["graph", "microsoft"], 1))
    assert checks["mail server"].details == steps
    assert checks["never tried live"].details == NEVER_TRIED


def test_doctor_sends_a_test_mail_and_finds_its_copy_in_sent_items_or_says_that_it_does_not(
    office, cloud, monkeypatch
) -> None:
    checks = office("microsoft-app", USER)
    assert checks["test mail"].sentence == f"A test mail for {USER} was handed over: 202 accepted"
    assert checks["journal"].sentence == "The copy of the test mail is in the journal."
    assert checks["mail server"].details == ()
    assert len(cloud.sent) == 1
    monkeypatch.setattr(mail_check, "COPY_SECONDS", 0.0)
    monkeypatch.setattr(type(cloud), "take", lambda *_: None)
    lost = office("microsoft-app", USER)["journal"]
    assert (lost.outcome, "Sent Items" in lost.next_step) == ("warning", True)


def test_every_way_to_sign_in_has_its_steps() -> None:
    ways = {(kind, way) for kind in ("smtp", "graph") for way in ("microsoft", "microsoft-app")}
    assert set(RECIPES) == ways | {("smtp", "google"), ("smtp", "google-service")}


# --- the command, and sending with every guard -------------------------------------------------------------


def test_the_command_signs_in_for_sending_and_for_a_journal_by_imap_and_out_again(
    cloud, authority, tmp_path: Path
) -> None:
    keys = (
        f"{{kind: graph, auth: microsoft, sender: {USER}, tenant: {TENANT}, client_id: {CLIENT}, "
        f"authority: '{cloud.url}', graph: '{cloud.url}', ca_file: '{authority.file}', "
        "journal: {host: imap.example.org}}"
    )
    file = config(tmp_path, keys)
    done = CliRunner().invoke(cli, ["outbox", "sign-in", "--config", str(file)])
    assert (done.exit_code, done.stdout.count("is signed in at Microsoft 365")) == (0, 2)
    assert "ABCD1234" in done.stderr
    assert len(list((tmp_path / ".complaints").glob("tokens-*.json"))) == 2
    assert graph.probe(load_config(file).delivery.settings)
    out = CliRunner().invoke(cli, ["outbox", "sign-out", "--config", str(file)])
    assert (out.exit_code, out.stdout.count("deleted here")) == (0, 2)
    assert list((tmp_path / ".complaints").glob("tokens-*.json")) == []
    nobody = CliRunner().invoke(cli, ["outbox", "sign-in", "--config", str(config(tmp_path, "kind: folder"))])
    assert isinstance(nobody.exception, ConfigError)


def test_where_graph_asks_to_wait_it_is_waited_for_and_no_attempt_is_counted(
    cloud, authority, tmp_path
) -> None:
    office = graph_office(tmp_path, cloud.url, authority.file)
    arm(office)
    busy = {"error": {"code": "ApplicationThrottled", "message": "busy"}}
    cloud.orders = [
        ("sendMail", 429, {"Retry-After": "7"}, busy),
        ("sendMail", 202, {"Retry-After": "4"}, None),
    ]
    waited: list[float] = []
    mails = outgoing("throttled", 3, channel="graph")
    with open_state(office.state.folder) as state:
        run = state.runs.begin("run", BEGIN, BEGIN.date(), BEGIN)
        state.outbox.queue(mails, BEGIN, run)
        found = send_queued(Desk(office, state, run, BEGIN, False), pause=waited.append)
        assert [each.state for each in found] == ["sent"] * 3
        assert {entry.attempts for entry in state.outbox.entries("sent")} == {1}
    assert 11.0 <= sum(waited) < 12.0  # and a moment to keep to the rate
    assert contents(cloud) == [mail.content for mail in mails]
