"""Tokens in place of a mail password: signing in to Microsoft 365 and Google, keeping and revoking them."""

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from complaints_sheet.core.token_refusals import GOOGLE_SIGN_IN, SIGN_IN, Refused, google_refusal, ms_refusal
from complaints_sheet.errors import DeliveryError
from complaints_sheet.mail_access import password_from, unreached

if TYPE_CHECKING:
    import msal
    import requests
    from google.auth.credentials import Credentials

Way: TypeAlias = Literal["microsoft", "microsoft-app", "google", "google-service"]
"""A person who signed in once, or the program as itself; at Microsoft 365 or at Google."""

Service: TypeAlias = Literal["mail", "graph"]

MICROSOFT = "https://login.microsoftonline.com"
GRAPH = "https://graph.microsoft.com"
HTTPS_PORT = 443
SECONDS_TO_SIGN_IN = 600
GOOD_FOR_ANOTHER = timedelta(minutes=4)

# learn.microsoft.com "Authenticate an IMAP, POP or SMTP connection using OAuth"; Google: "XOAUTH2".
_MAIL_SCOPES = ("https://outlook.office.com/SMTP.Send", "https://outlook.office.com/IMAP.AccessAsUser.All")
_MAIL_APP_SCOPES = ("https://outlook.office365.com/.default",)
_GOOGLE_SCOPES = ("https://mail.google.com/",)


@dataclass(frozen=True, slots=True)
class Access:
    """Who signs in, how, and where the tokens are kept: a folder for the account of the program alone."""

    way: Way
    user: str
    folder: Path
    tenant: str = ""
    client_id: str = ""
    secret_variable: str = ""
    secret_file: Path | None = None
    key_file: Path | None = None
    ca_file: Path | None = None
    authority: str = MICROSOFT
    service: Service = "mail"
    graph: str = GRAPH
    timeout: float = 60

    @property
    def file(self) -> Path:
        """Return the file of the tokens: one for each mailbox, program and service."""
        who = "\0".join((self.way, self.user.casefold(), self.tenant, self.client_id, self.service))
        return self.folder / f"tokens-{self.way}-{blake2b(who.encode(), digest_size=6).hexdigest()}.json"

    @property
    def scopes(self) -> tuple[str, ...]:
        """Return what the token is to allow, in the provider's words."""
        if self.way.startswith("google"):
            return _GOOGLE_SCOPES
        if self.service == "graph":
            names = (".default",) if self.way == "microsoft-app" else ("Mail.Send", "Mail.Read")
            return tuple(f"{self.graph}/{name}" for name in names)
        return _MAIL_APP_SCOPES if self.way == "microsoft-app" else _MAIL_SCOPES

    @property
    def by_person(self) -> bool:
        """Return True where a person has to sign in once."""
        return self.way in ("microsoft", "google")


def token(access: Access, *, anew: bool = False) -> str:
    """Return a token that is good now: the one kept, or a new one once it has run out, or with `anew`.

    Raises DeliveryError: a refusal stops the queue and says what to do, a provider that does not answer is
    tried again later.
    """
    with _reported(access):
        return _TOKENS[access.way](access, anew)


def sign_in(access: Access, show: Callable[[str], None]) -> str:
    """Sign a person in and keep their tokens; return what was done. `show` gets what they have to do.

    Raises DeliveryError where they did not, or where the provider refuses.
    """
    with _reported(access):
        if access.way == "microsoft":
            return _microsoft_sign_in(access, show)
        if access.way == "google":
            return _google_sign_in(access, show)
    token(access, anew=True)
    return f"{access.user} needs nobody to sign in; the provider gave a token."


def sign_out(access: Access) -> str:
    """Give the kept tokens up, at the provider too where that is possible, and return what was done.

    The file is deleted in any case; raises DeliveryError where the provider could not be told.
    """
    if not access.file.exists():
        return f"No tokens of {access.user} are kept."
    kept = _kept(access)
    access.file.unlink()
    if access.way != "google":
        return (
            f"The tokens of {access.user} are deleted here. To end the permission too, remove the app's "
            f"consent "
            "in the Microsoft Entra admin centre, Enterprise applications."
        )
    with _reported(access):
        address = str(kept.get("token_uri", "")).removesuffix("/token") + "/revoke"
        answer = _web(access).post(address, data={"token": kept.get("refresh_token")})
    if answer.ok:
        return f"The tokens of {access.user} are deleted here and revoked at Google."
    raise DeliveryError(
        f"The tokens of {access.user} are deleted here, but Google answered {answer.status_code}.",
        "Remove the app under myaccount.google.com, Security, Your connections.",
    )


def xoauth2(user: str, bearer: str) -> bytes:
    """Return what a mail server is told in place of a password (the XOAUTH2 mechanism)."""
    return f"user={user}\1auth=Bearer {bearer}\1\1".encode()


# --- Microsoft ---------------------------------------------------------------------------------------------


def _microsoft_person(access: Access, anew: bool) -> str:
    with _msal_cache(access) as cache:
        app = _public_app(access, cache)
        account = next(iter(app.get_accounts()), None)
        if account is None:
            raise _refusal(access, SIGN_IN)
        found = app.acquire_token_silent_with_error(list(access.scopes), account, force_refresh=anew)
        return _microsoft_token(access, found)


def _microsoft_app(access: Access, anew: bool) -> str:
    import msal

    secret = password_from(access.secret_variable, access.secret_file)
    with _msal_cache(access) as cache:
        app = msal.ConfidentialClientApplication(
            access.client_id, client_credential=secret, token_cache=cache, **_msal_options(access)
        )
        if anew:
            app.remove_tokens_for_client()
        return _microsoft_token(access, app.acquire_token_for_client(list(access.scopes)))


def _microsoft_sign_in(access: Access, show: Callable[[str], None]) -> str:
    with _msal_cache(access) as cache:
        app = _public_app(access, cache)
        flow = app.initiate_device_flow(list(access.scopes))
        if "user_code" not in flow:
            raise _refusal(access, ms_refusal(flow))
        show(f"Open {flow['verification_uri']} in any browser and enter the code {flow['user_code']}.")
        show(f"Sign in as {access.user}. This waits until you have, for 15 minutes at most.")
        found = app.acquire_token_by_device_flow(flow)
        _microsoft_token(access, found)
        who = str((found.get("id_token_claims") or {}).get("preferred_username") or "")
        if who and who.casefold() != access.user.casefold():
            for account in app.get_accounts():
                app.remove_account(account)
            raise _refusal(access, Refused(f"{who} signed in.", f"Sign in again, as {access.user}."))
    return f"{access.user} is signed in at Microsoft 365; it is not needed again while mail keeps going out."


def _microsoft_token(access: Access, found: dict[str, Any] | None) -> str:
    if found is None:
        raise _refusal(access, SIGN_IN)
    if "access_token" not in found:
        raise _refusal(access, ms_refusal(found))
    return str(found["access_token"])


def _public_app(access: Access, cache: "msal.TokenCache") -> "msal.PublicClientApplication":
    import msal

    return msal.PublicClientApplication(access.client_id, token_cache=cache, **_msal_options(access))


def _msal_options(access: Access) -> dict[str, Any]:
    return {
        "authority": f"{access.authority}/{access.tenant}",
        "instance_discovery": False,  # the config says which authority it is
        "http_client": _web(access),
    }


@contextmanager
def _msal_cache(access: Access) -> Iterator["msal.SerializableTokenCache"]:
    """Yield the kept tokens, one process at a time, and keep what has changed."""
    import msal

    with _locked(access):
        cache = msal.SerializableTokenCache()
        if access.file.exists():
            cache.deserialize(json.dumps(_kept(access)))
        try:
            yield cache
        finally:
            if cache.has_state_changed:
                _keep(access, cache.serialize())


# --- Google ------------------------------------------------------------------------------------------------


def _google_person(access: Access, anew: bool) -> str:
    from google.oauth2.credentials import Credentials

    with _locked(access):
        if not access.file.exists():
            raise _refusal(access, GOOGLE_SIGN_IN)
        kept = _kept(access)
        expiry = datetime.fromisoformat(kept["expiry"]).replace(tzinfo=None) if kept.get("expiry") else None
        names = ("token", "refresh_token", "token_uri", "client_id", "client_secret")
        made: Any = Credentials
        found = made(**{name: kept.get(name) for name in names}, scopes=list(access.scopes), expiry=expiry)
        if anew or not found.valid:
            found.refresh(_google_request(access))
            _keep_google(access, found)
        return str(found.token)


def _google_service(access: Access, anew: bool) -> str:
    from google.oauth2 import service_account

    file = _key_file(access)
    kept = {} if anew or not access.file.exists() else _kept(access)
    if kept and datetime.fromisoformat(kept["expiry"]) > _soon():
        return str(kept["token"])
    made: Any = service_account.Credentials
    try:
        found = made.from_service_account_file(str(file), scopes=list(access.scopes), subject=access.user)
    except (OSError, ValueError, KeyError) as error:
        raise _unusable(access, file) from error
    found.refresh(_google_request(access))
    with _locked(access):
        _keep(access, json.dumps({"token": found.token, "expiry": found.expiry.isoformat()}))
    return str(found.token)


def _soon() -> datetime:
    """Return the moment until which a kept token must last, in UTC without a zone as google-auth has it."""
    return datetime.now(UTC).replace(tzinfo=None) + GOOD_FOR_ANOTHER


def _google_sign_in(access: Access, show: Callable[[str], None]) -> str:
    from google_auth_oauthlib.flow import InstalledAppFlow

    file = _key_file(access)
    try:
        flow = InstalledAppFlow.from_client_secrets_file(str(file), scopes=list(access.scopes))
    except (OSError, ValueError) as error:
        raise _unusable(access, file) from error
    _trusting(flow.oauth2session, access)
    show(f"A browser opens; sign in as {access.user} and allow the program to send and read its mail.")
    found = flow.run_local_server(
        port=0,
        authorization_prompt_message="If none opens, open this address on this computer: {url}",
        success_message="You are signed in. You can close this window.",
        timeout_seconds=SECONDS_TO_SIGN_IN,
        login_hint=access.user,
        access_type="offline",
        prompt="consent",
    )
    with _locked(access):
        _keep_google(access, found)
    return f"{access.user} is signed in at Google; it is not needed again while mail keeps going out."


def _keep_google(access: Access, found: "Credentials") -> None:
    _keep(access, found.to_json())  # type: ignore[attr-defined]


def _google_request(access: Access) -> Any:
    from google.auth.transport.requests import Request

    made: Any = Request
    return made(session=_web(access))


def _key_file(access: Access) -> Path:
    if access.key_file is None:
        raise DeliveryError(
            "No file with Google's keys is named.",
            "Name the JSON file downloaded from the Google Cloud console as `key_file` under delivery: in "
            "the "
            "config.",
            fault="stop",
        )
    return access.key_file


def _unusable(access: Access, file: Path) -> DeliveryError:
    kind = "of the OAuth client (Desktop app)" if access.way == "google" else "with the service account's key"
    return DeliveryError(
        f"{file} cannot be used as the file {kind}.",
        "Download it again from the Google Cloud console, and name it as `key_file` in the config.",
        fault="stop",
    )


# --- what is kept, and what goes wrong ---------------------------------------------------------------------


def _web(access: Access) -> "requests.Session":
    import requests

    session = requests.Session()
    _trusting(session, access)
    return session


def _trusting(session: "requests.Session", access: Access) -> None:
    """Let a session wait only so long, and trust only the authority of the config where it names one.

    On its own `requests` prefers an authority of the environment to that of a session.
    """
    session.request = partial(session.request, timeout=access.timeout)  # type: ignore[method-assign]
    if access.ca_file is None:
        return
    authority, usual = str(access.ca_file), session.merge_environment_settings

    def ours(url: Any, proxies: Any, stream: Any, verify: Any, cert: Any) -> Any:
        return usual(url, proxies, stream, authority if verify is None else verify, cert)

    session.merge_environment_settings = ours  # type: ignore[method-assign]


@contextmanager
def _locked(access: Access) -> Iterator[None]:
    from filelock import FileLock, Timeout

    access.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        with FileLock(f"{access.file}.lock", timeout=access.timeout):
            yield
    except Timeout as error:
        raise DeliveryError(
            "Another run is renewing the token of the mailbox.", "It is tried again by itself."
        ) from error


def _kept(access: Access) -> dict[str, Any]:
    try:
        found = json.loads(access.file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        found = None
    if not isinstance(found, dict):
        raise DeliveryError(
            f"The kept tokens in {access.file} cannot be read.",
            "Delete the file; then: complaints-sheet outbox sign-in",
            fault="stop",
        )
    return found


def _keep(access: Access, content: str) -> None:
    """Write the tokens whole or not at all, for the program's own account alone."""
    waiting = access.file.with_suffix(f".{os.getpid()}.part")
    with os.fdopen(
        os.open(waiting, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8"
    ) as file:
        file.write(content)
    waiting.replace(access.file)


_TOKENS: dict[Way, Callable[[Access, bool], str]] = {
    "microsoft": _microsoft_person,
    "microsoft-app": _microsoft_app,
    "google": _google_person,
    "google-service": _google_service,
}


def _refusal(access: Access, refused: Refused) -> DeliveryError:
    provider = "Google" if access.way.startswith("google") else "Microsoft 365"
    return DeliveryError(
        f"{provider} gives no token for {access.user}: {refused.words}", refused.advice, fault=refused.fault
    )


@contextmanager
def _reported(access: Access) -> Iterator[None]:
    """Turn what the providers' libraries raise into errors that say what to do."""
    try:
        import requests

        if access.way.startswith("google"):
            from google.auth.exceptions import GoogleAuthError
            from oauthlib.oauth2 import OAuth2Error

            own: tuple[Any, ...] = (GoogleAuthError, OAuth2Error, Warning)
        else:
            from msal.exceptions import MsalError

            own = (MsalError,)
    except ImportError as error:
        extra = access.way.partition("-")[0]
        raise DeliveryError(
            f"A part of the program is not installed that signs in at {extra.capitalize()}.",
            f'pip install "complaints-sheet[{extra}]"',
            fault="stop",
        ) from error
    failures = [requests.RequestException, ValueError, *own]
    try:
        yield
    except tuple(failures) as error:
        raise _fault(access, error) from error


def _fault(access: Access, error: Exception) -> DeliveryError:
    import requests

    if (network := _below(error, OSError)) is not None and not isinstance(error, ValueError):
        return unreached(network, _provider_host(access), HTTPS_PORT, "Usual for HTTPS is port 443.")
    if access.way.startswith("google"):
        return _refusal(access, google_refusal(error.args, type(error).__name__))
    if not isinstance(error, ValueError) or isinstance(error, requests.RequestException):
        return DeliveryError(
            f"{_provider_host(access)} did not give an answer that can be used.",
            "It is tried again by itself.",
        )
    return _refusal(access, ms_refusal({"error": "invalid_tenant"}))


def _provider_host(access: Access) -> str:
    from urllib.parse import urlsplit

    return "Google" if access.way.startswith("google") else urlsplit(access.authority).hostname or ""


def _below(error: BaseException, kind: type[OSError]) -> OSError | None:
    """Return the fault of the network or certificate that the libraries have wrapped, if it is one."""
    import ssl

    import requests

    found: OSError | None = None
    seen: set[int] = set()
    todo: list[object] = [error]
    while todo:
        each = todo.pop()
        if not isinstance(each, BaseException) or id(each) in seen:
            continue
        seen.add(id(each))
        if isinstance(each, ssl.SSLError):
            return each
        if isinstance(each, requests.Timeout):
            found = found or TimeoutError()
        elif isinstance(each, kind) and not isinstance(each, requests.RequestException):
            found = found or each
        elif isinstance(each, requests.ConnectionError):
            found = found or ConnectionError()
        todo += [each.__cause__, each.__context__, getattr(each, "reason", None), *each.args]
    return found
