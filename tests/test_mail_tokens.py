"""Signing in to Microsoft 365 and Google: their own libraries against small services of ours, over TLS."""

import json
import os
import threading
import webbrowser
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import requests
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from complaints_sheet import mailbox
from complaints_sheet.channels import CHANNELS, smtp
from complaints_sheet.core.messages import message
from complaints_sheet.core.refusals import Reply, refusal
from complaints_sheet.core.token_refusals import google_refusal, ms_refusal
from complaints_sheet.errors import DeliveryError
from complaints_sheet.mail_tokens import Access, Way, sign_in, sign_out, token
from tests.mailserver import ROBOT, mail_server, needs_mail_server
from tests.mailserver.certificates import Authority
from tests.mailserver.cloud import CLIENT, DROP, HANG, SECRET, TENANT, Cloud, cloud_server
from tests.mailserver.rogue import rogue_server
from tests.test_smtp import AMIRA, BO, OURS

USER = "robot@example.org"


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


@pytest.fixture(scope="module")
def service_key() -> str:
    key = rsa.generate_private_key(65537, 2048)
    form = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, *form).decode()


@pytest.fixture
def access(cloud: Cloud, authority: Authority, tmp_path: Path, service_key: str) -> Callable[..., Access]:
    def made(way: Way, **more: object) -> Access:
        key_file = tmp_path / f"{way}.json"
        client = {
            "client_id": CLIENT,
            "client_secret": "s",
            "auth_uri": f"{cloud.url}/auth",
            "token_uri": f"{cloud.url}/token",
        }
        service = {
            "type": "service_account",
            "client_email": "sender@project.example",
            "private_key": service_key,
            "token_uri": f"{cloud.url}/token",
        }
        content = service if way == "google-service" else {"installed": client}
        key_file.write_text(json.dumps(content), encoding="utf-8")
        usual = Access(
            way=way,
            user=USER,
            folder=tmp_path / "private",
            tenant=TENANT,
            client_id=CLIENT,
            secret_variable="COMPLAINTS_MAIL_PASSWORD",
            key_file=key_file,
            ca_file=authority.file,
            authority=cloud.url,
            timeout=5,
        )
        return replace(usual, **more)

    return made


@pytest.fixture
def browser(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    """A browser whose person agrees to everything."""

    class Browser:
        def open(self, url: str, **_: object) -> bool:
            trusted = str(authority.file)
            threading.Thread(target=requests.get, args=(url,), kwargs={"verify": trusted}).start()
            return True

    monkeypatch.setattr(webbrowser, "get", lambda _=None: Browser())


def signed_in(access: Access) -> tuple[str, list[str]]:
    shown: list[str] = []
    return sign_in(access, shown.append), shown


# --- signing in, renewing, signing out ---------------------------------------------------------------------


def test_a_person_signs_in_at_microsoft_with_a_code_and_the_token_is_kept_privately(cloud, access) -> None:
    done, shown = signed_in(access("microsoft"))
    assert "https://microsoft.com/devicelogin" in shown[0]
    assert "ABCD1234" in shown[0]
    assert USER in done
    kept = access("microsoft")
    assert kept.file.exists()
    if os.name == "posix":
        assert (kept.file.stat().st_mode & 0o777, kept.folder.stat().st_mode & 0o777) == (0o600, 0o700)
    asked = len(cloud.given)
    assert token(kept) in cloud.tokens
    assert len(cloud.given) == asked


def test_a_person_signs_in_at_google_in_a_browser(cloud, access, browser) -> None:
    done, _ = signed_in(access("google"))
    assert USER in done
    assert cloud.given[-1]["grant_type"] == "authorization_code"
    asked = len(cloud.given)
    assert token(access("google")) in cloud.tokens
    assert len(cloud.given) == asked


@pytest.mark.parametrize("way", ["microsoft-app", "google-service"])
def test_the_program_gets_a_token_as_itself_and_keeps_it(cloud, access, way: Way) -> None:
    first = token(access(way))
    assert first in cloud.tokens
    assert token(access(way)) == first
    assert token(access(way), anew=True) != first
    kinds = {each["grant_type"] for each in cloud.given}
    wanted = "client_credentials" if way == "microsoft-app" else "urn:ietf:params:oauth:grant-type:jwt-bearer"
    assert kinds == {wanted}


@pytest.mark.parametrize("way", ["microsoft", "google"])
def test_a_token_that_has_run_out_is_renewed_and_a_revoked_sign_in_is_told(
    cloud, access, browser, way: Way
) -> None:
    cloud.lasts = 1
    signed_in(access(way))
    cloud.lasts = 3600
    first = token(access(way))
    assert cloud.given[-1]["grant_type"] == "refresh_token"
    assert token(access(way)) == first
    cloud.refresh.clear()
    with pytest.raises(DeliveryError, match="expired or revoked") as ended:
        token(access(way), anew=True)
    assert ended.value.fault == "stop"
    assert "outbox sign-in" in ended.value.next_step


def test_signing_out_deletes_the_tokens_and_revokes_them_at_google(cloud, access, browser) -> None:
    for way in ("google", "microsoft"):
        signed_in(access(way))
        assert "deleted here" in sign_out(access(way))
        assert not access(way).file.exists()
        with pytest.raises(DeliveryError, match="nobody has signed in yet") as nobody:
            token(access(way))
        assert nobody.value.next_step == "Sign in once: complaints-sheet outbox sign-in"
        assert sign_out(access(way)) == f"No tokens of {USER} are kept."
    assert cloud.asked.count("revoke") == 1


def test_somebody_else_who_signs_in_is_not_taken(cloud, access) -> None:
    cloud.user = "somebody@example.org"
    with pytest.raises(DeliveryError, match=r"somebody@example\.org signed in"):
        signed_in(access("microsoft"))
    with pytest.raises(DeliveryError, match="nobody has signed in yet"):
        token(access("microsoft"))


# --- every refusal -----------------------------------------------------------------------------------------

MICROSOFT_REFUSALS = [
    ("AADSTS7000215: Invalid client secret provided", "Make a new one under Certificates"),
    ("AADSTS7000222: The provided client secret keys are expired", "The client secret has expired"),
    ("AADSTS700016: Application was not found in the directory", "Check `client_id` and `tenant`"),
    ("AADSTS90002: Tenant not found", "Check `tenant`"),
    ("AADSTS65001: The user or administrator has not consented", "grant the app its permissions"),
    ("AADSTS7000218: The request body must contain client_assertion or client_secret", "public client flows"),
    ("AADSTS50076: you must use multi-factor authentication", "second factor"),
    ("AADSTS700082: The refresh token has expired due to inactivity", "Sign in again"),
    ("AADSTS50173: The provided grant has expired due to it being revoked", "Sign in again"),
    ("AADSTS53003: Access has been blocked by Conditional Access policies", "Conditional Access"),
    ("AADSTS530036: Device code flow is blocked", "device code"),
    ("AADSTS50034: The user account does not exist", "No such account"),
    ("AADSTS50057: The user account is disabled", "switched off"),
    ("AADSTS50105: The signed in user is not assigned to a role", "assign it"),
    ("AADSTS99999: something new", "Sign in again"),
]


@pytest.mark.parametrize(("said", "advice"), MICROSOFT_REFUSALS)
def test_each_refusal_of_microsoft_is_answered_with_what_to_do(cloud, access, said: str, advice: str) -> None:
    cloud.orders = [("token", 400, {}, {"error": "invalid_grant", "error_description": said})]
    with pytest.raises(DeliveryError) as refused:
        token(access("microsoft-app"))
    assert refused.value.fault == "stop"
    assert said.partition(":")[0] in refused.value.message
    assert advice in refused.value.next_step
    assert SECRET not in f"{refused.value.message} {refused.value.next_step}"


GOOGLE_REFUSALS = [
    ("unauthorized_client", "Client is unauthorized to retrieve access tokens", "Domain-wide delegation"),
    ("invalid_grant", "Invalid email or User ID", "must be a mailbox"),
    (
        "invalid_grant",
        "Invalid JWT: Token must be a short-lived token and in a reasonable timeframe",
        "clock",
    ),
    ("invalid_client", "The OAuth client was not found", "Download its JSON file again"),
    ("invalid_scope", "Bad scope", "https://mail.google.com/ exactly"),
    ("admin_policy_enforced", "blocked", "Google administrator"),
    ("something_new", "?", "Ask the IT department"),
]


@pytest.mark.parametrize(("kind", "said", "advice"), GOOGLE_REFUSALS)
def test_each_refusal_of_google_is_answered_with_what_to_do(
    cloud, access, kind: str, said: str, advice: str
) -> None:
    cloud.orders = [("token", 400, {}, {"error": kind, "error_description": said})]
    with pytest.raises(DeliveryError) as refused:
        token(access("google-service"))
    assert refused.value.fault == "stop"
    assert advice in refused.value.next_step


@pytest.mark.parametrize("way", ["microsoft-app", "google-service"])
@pytest.mark.parametrize("order", [503, DROP, HANG])
def test_a_token_service_that_does_not_answer_is_tried_again_later(
    cloud, access, way: Way, order: int | str, monkeypatch
) -> None:
    monkeypatch.setattr("time.sleep", threading.Event().wait if order == HANG else lambda _: None)
    cloud.orders = [("token", order, {}, {"error": "temporarily_unavailable"})] * 9
    with pytest.raises(DeliveryError) as fault:
        token(access(way, timeout=1))
    assert fault.value.fault == "later"


def test_a_wrong_directory_a_foreign_certificate_and_files_that_are_no_keys_stop_mail(
    cloud, access, tmp_path: Path
) -> None:
    (tmp_path / "no.json").write_text("no", encoding="utf-8")
    kept = access("microsoft")
    kept.folder.mkdir()
    kept.file.write_text("no", encoding="utf-8")
    wrong = {
        "Check `tenant`": access("microsoft-app", tenant="elsewhere.example"),
        "authority": access("microsoft-app", ca_file=None),
        "ca_file": access("google-service", ca_file=None),
        "Download it again": access("google-service", key_file=tmp_path / "no.json"),
        "as `key_file`": access("google-service", key_file=None),
        "Set the environment variable": access("microsoft-app", secret_variable="COMPLAINTS_NO_SUCH_SECRET"),
        "Delete the file": kept,
    }
    for advice, given in wrong.items():
        with pytest.raises(DeliveryError) as fault:
            token(given)
        assert (fault.value.fault, advice in fault.value.next_step) == ("stop", True), fault.value.next_step


def test_a_declined_permission_is_told(cloud, access, browser) -> None:
    cloud.approved = False
    for way in ("google", "microsoft"):
        with pytest.raises(DeliveryError) as declined:
            signed_in(access(way))
        assert "declined" in declined.value.next_step


def test_answers_without_words_are_understood_too() -> None:
    assert ms_refusal({}).fault == "stop"
    assert ms_refusal({"error": "temporarily_unavailable"}).fault == "later"
    assert google_refusal((), "TransportError").fault == "later"


@pytest.mark.parametrize(
    ("answer", "advice"),
    [
        ("5.7.3 Authentication unsuccessful", "SMTP.SendAsApp"),
        ("5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled", "Authenticated SMTP"),
        ("5.7.8 Username and Password not accepted", "https://mail.google.com/"),
        ("5.7.57 Client not authenticated to send mail", "whether this app may send"),
    ],
)
def test_a_mail_server_that_does_not_take_the_token_is_answered_with_what_to_do(
    answer: str, advice: str
) -> None:
    error = refusal("token", Reply(535, answer), "mail.example.org")
    assert (error.fault, advice in error.next_step) == ("stop", True)


# --- over SMTP and IMAP ------------------------------------------------------------------------------------


def settings(cloud: Cloud, authority: Authority, port: int, tmp_path: Path, **more: object) -> smtp.Settings:
    usual = {
        "host": "localhost",
        "port": port,
        "sender": USER,
        "auth": "microsoft-app",
        "tenant": TENANT,
        "client_id": CLIENT,
        "authority": cloud.url,
        "token_folder": tmp_path / "private",
        "ca_file": authority.file,
        "timeout": 5,
    }
    return smtp.Settings.model_validate(usual | more)


def test_mail_goes_out_with_a_token_and_one_that_was_revoked_is_replaced(cloud, authority, tmp_path) -> None:
    with rogue_server(authority.certificate(), tokens=True) as rogue:
        rogue.tokens = cloud.tokens
        channel = settings(cloud, authority, rogue.port, tmp_path)
        assert "logged in as robot@example.org" in smtp.probe(channel)
        CHANNELS["smtp"].deliver(AMIRA, channel, lambda: None)
        cloud.tokens.clear()
        CHANNELS["smtp"].deliver(BO, channel, lambda: None)
        assert rogue.recipients == [AMIRA.to, BO.to]
        assert len(cloud.given) == 2
        rogue.tokens = set()
        with pytest.raises(DeliveryError, match=r"535 5\.7\.3") as refused:
            CHANNELS["smtp"].deliver(BO, channel, lambda: None)
        assert refused.value.fault == "stop"
        assert "recipe" in refused.value.next_step
    unable = pytest.raises(DeliveryError, match="no login by token")
    with rogue_server(authority.certificate()) as rogue, unable:
        smtp.probe(settings(cloud, authority, rogue.port, tmp_path))


@needs_mail_server()
def test_a_real_mail_server_takes_the_token_for_sending_and_for_the_journal(
    authority, tmp_path: Path
) -> None:
    with cloud_server(authority.certificate(), user=ROBOT) as cloud:
        introspection = f"{cloud.url}/introspect"
        with mail_server(tmp_path / "mail", introspection=(introspection, authority.file)) as server:
            channel = settings(cloud, authority, server.smtp_port, tmp_path, sender=ROBOT)
            # The token service and the mail server have an authority each: both are trusted.
            both = tmp_path / "both.pem"
            both.write_bytes(authority.file.read_bytes() + server.ca_file.read_bytes())
            channel = channel.model_copy(update={"ca_file": both})
            sent = message(replace(OURS, sender=ROBOT, key="by token"))
            assert CHANNELS["smtp"].deliver(sent, channel, lambda: None).startswith("250 2.0.0 Ok")
            server.settle()
            box = mailbox.Settings(
                server.host, ROBOT, "", port=server.imap_port, ca_file=both, access=channel.access
            )
            since = datetime.now(UTC) - timedelta(hours=1)
            with mailbox.journal(box) as journal:
                assert journal.seen([sent.short_key], since) == {sent.short_key}
            cloud.tokens.clear()  # as if the kept one had been revoked
            with mailbox.journal(box) as journal:
                assert journal.seen([sent.short_key], since) == {sent.short_key}
            elsewhere = replace(box, user="dana.hughes@example.org")
            unable = pytest.raises(DeliveryError, match="refused the login by token")
            with unable as refused, mailbox.journal(elsewhere):
                pass
            assert refused.value.fault == "stop"
