"""Getting at Google: credentials, patient calls that give up in time, and each refusal in plain words."""

import json
import random
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from google.auth.exceptions import GoogleAuthError, RefreshError, TransportError
from gspread.exceptions import APIError
from gspread.http_client import HTTPClient
from requests.exceptions import ConnectTimeout, RequestException

from complaints_sheet.errors import SourceError

if TYPE_CHECKING:
    from google.auth.credentials import Credentials
    from requests import Response

READ_SCOPES = (
    "https://www.googleapis.com/auth/spreadsheets.readonly",
    "https://www.googleapis.com/auth/drive.readonly",
)
GOOGLE = re.compile(r"https://(sheets|www)\.googleapis\.com(?=/)")
TIMEOUT_SECONDS = (10, 60)  # to connect, and between two pieces of the answer
MOST_TRIES = 6
FIRST_WAIT_SECONDS, LONGEST_WAIT_SECONDS = 1.0, 64.0
# developers.google.com/workspace/sheets/api/limits and drive/api/guides/handle-errors: tried again later.
TEMPORARY = frozenset({429, 500, 502, 503, 504})
USAGE_LIMITS = frozenset({"rateLimitExceeded", "userRateLimitExceeded", "RATE_LIMIT_EXCEEDED"})
SAME_TWICE = re.compile(r"/values:batch(Update|Clear)$|/values/[^/]+:clear$")  # a repeat changes nothing more
KEY_ADVICE = (
    "In the Google Cloud console, under IAM & Admin, Service accounts, Keys, make a new key (JSON), put the "
    "file in place of the old one, and run `complaints-sheet doctor`."
)


@dataclass(frozen=True, slots=True)
class Access:
    """How to get at Google: by a service account's key file, or the computer's own sign-in; and where.

    `address` is empty for Google itself; after `seconds` a call is given up, its repeats included.
    """

    credentials: Path | None = None
    address: str = ""
    seconds: float = 300.0


class NotUnderstood(SourceError):
    """Google takes a request for mistaken: mostly, a worksheet named in it is not there."""


class PatientClient(HTTPClient):
    """gspread's client with a time-out, and a bounded repeat of what failed for the moment only."""

    def __init__(self, auth: "Credentials", session: Any = None, *, access: Access, who: str) -> None:
        super().__init__(auth, session)
        self.access, self.who = access, who
        self.calls = 0  # made, repeats included, tokens apart
        self.timeout = TIMEOUT_SECONDS

    def request(self, method: str, endpoint: str, *args: Any, **options: Any) -> "Response":
        """Return Google's whole answer; SourceError in plain words once it refuses or time runs out.

        Repeated are usage limits, what Google calls temporary, and broken connections, with full jitter and
        never sooner than Retry-After says; what writes only where doing it twice is the same as once.
        """
        url = GOOGLE.sub(self.access.address, endpoint) if self.access.address else endpoint
        twice = method.lower() in ("get", "put") or bool(SAME_TWICE.search(urlsplit(url).path))
        ends = time.monotonic() + self.access.seconds
        for tried in range(MOST_TRIES):
            self.calls += 1
            try:
                return _whole(super().request(method, url, *args, **options))
            except (APIError, RequestException, GoogleAuthError) as error:
                least = _seconds_to_wait(error, twice)
                jitter = random.uniform(0, min(FIRST_WAIT_SECONDS * 2**tried, LONGEST_WAIT_SECONDS))  # noqa: S311
                wait = max(least or 0.0, jitter)
                if least is None or tried == MOST_TRIES - 1 or time.monotonic() + wait > ends:
                    raise refusal(error, self.who) from None
            time.sleep(wait)
        raise AssertionError("the last turn returns or raises")


def _whole(answer: "Response") -> "Response":
    if "json" in answer.headers.get("Content-Type", "") and not answer.content.rstrip().endswith(b"}"):
        raise RequestException("half an answer")
    return answer


def _seconds_to_wait(error: Exception, twice: bool) -> float | None:
    """Return how long to wait at least before a repeat, or None where none may be made or none would help.

    `twice` says that the request may be made again though it may have been carried out.
    """
    if isinstance(error, APIError):
        status, said = error.response.status_code, error.response.headers.get("Retry-After", "")
        limited = status == 429 or bool(reasons(error) & USAGE_LIMITS)  # so it was not carried out
        if not limited and not (twice and status in TEMPORARY):
            return None
        return float(said) if re.fullmatch(r"\d{1,4}", said) else 0.0
    if isinstance(error, GoogleAuthError):  # while signing in: the request itself was never sent
        return 0.0 if isinstance(error, TransportError) or error.retryable else None
    return 0.0 if twice or isinstance(error, ConnectTimeout) else None


def reasons(error: APIError) -> frozenset[str]:
    """Return every reason that an error of Google's names, in the old form or the new."""
    parts = (*_listed(error.error, "errors"), *_listed(error.error, "details"))
    return frozenset(str(each["reason"]) for each in parts if isinstance(each, Mapping) and "reason" in each)


def _listed(error: Mapping[str, Any], name: str) -> tuple[Any, ...]:
    found = error.get(name)
    return tuple(found) if isinstance(found, list) else ()


# --- who we are --------------------------------------------------------------------------------------------


def client(access: Access, scopes: tuple[str, ...] = READ_SCOPES) -> PatientClient:
    """Return a client that signs in as the config says; SourceError where the credentials cannot be used."""
    auth = _credentials(access, scopes)
    return PatientClient(auth, access=access, who=_address(auth))


def _address(auth: "Credentials") -> str:
    found = str(getattr(auth, "service_account_email", "") or "")
    return found if "@" in found else ""


def _credentials(access: Access, scopes: tuple[str, ...]) -> "Credentials":
    import google.auth
    from google.auth.exceptions import DefaultCredentialsError
    from google.oauth2 import service_account

    if access.credentials is None:
        try:
            auth, _ = google.auth.default(scopes=list(scopes))
        except DefaultCredentialsError:
            raise SourceError(
                "This computer is not signed in to Google, and no key file is named.",
                "Name the service account's key file as `credentials` under `register` in config.yaml.",
            ) from None
        return auth
    try:
        told = json.loads(_key_file(access.credentials))
        found = service_account.Credentials.from_service_account_info(  # type: ignore[no-untyped-call]
            told, scopes=list(scopes)
        )
    except (ValueError, TypeError, AttributeError, GoogleAuthError):
        raise SourceError(
            f"{access.credentials.name} is no key file of a Google service account.",
            "It is the JSON file that Google gives out once, when a key is made. " + KEY_ADVICE,
        ) from None
    return found  # type: ignore[no-any-return]


def _key_file(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise SourceError(
            f"The key file {path} cannot be read ({error.strerror or type(error).__name__}).",
            "Check `credentials` under `register` in config.yaml, and that this account may read the file.",
        ) from None


# --- what a refusal means ----------------------------------------------------------------------------------

LATER = "Try again later; the next run does so by itself."


def refusal(error: Exception, who: str = "") -> SourceError:
    """Return in plain words what went wrong, and what to do; nothing of the answer or the key is repeated.

    `who` is the address that the sheet must be shared with.
    """
    if isinstance(error, APIError):
        return _refused(error, who)
    if isinstance(error, RefreshError):
        return _not_signed_in(error)
    if isinstance(error, TransportError):
        return SourceError("Google could not be reached to sign in.", f"Check the network. {LATER}")
    return SourceError(
        "Google could not be reached, or its answer broke off; nothing of it was used.",
        f"Check the network and the proxy. {LATER}",
    )


def _refused(error: APIError, who: str) -> SourceError:
    status, why = error.response.status_code, reasons(error)
    if status == 429 or why & {*USAGE_LIMITS, "quotaExceeded"}:
        return SourceError("Google's limit of calls is used up for the moment.", LATER)
    if status in TEMPORARY:
        return SourceError(f"Google is not well at the moment (error {status}).", LATER)
    if status == 401:
        return SourceError("Google no longer takes the program's sign-in.", KEY_ADVICE)
    if status in (403, 404):
        return _not_allowed(error, who)
    return NotUnderstood(
        f"Google did not understand the request (error {status}).",
        "Check `spreadsheet` and `sheet` under `register` in config.yaml: a worksheet may have been renamed.",
    )


def _not_allowed(error: APIError, who: str) -> SourceError:
    why = reasons(error)
    share = f"share it with {who} as Viewer" if who else "share it with the account that the program uses"
    if why & {"SERVICE_DISABLED", "accessNotConfigured"}:
        api = "Google Drive API" if "/drive/" in error.response.url else "Google Sheets API"
        return SourceError(
            f"The {api} is not switched on in the project of the service account.",
            f"In the Google Cloud console, under APIs & Services, Library, look for {api} and press Enable; "
            "it takes a few minutes.",
        )
    if why & {"ACCESS_TOKEN_SCOPE_INSUFFICIENT", "insufficientPermissions"}:
        return SourceError(
            "This computer's own sign-in to Google does not cover spreadsheets.",
            "Name the service account's key file as `credentials` under `register` in config.yaml.",
        )
    if error.response.status_code == 404:
        return SourceError(
            "Google has no such spreadsheet for us: the id is wrong, or it was not shared.",
            f"Compare `spreadsheet` in config.yaml with the sheet's address in the browser; then {share}.",
        )
    return SourceError(
        "The spreadsheet is not shared with the program.", f"Open it, press Share, and {share}."
    )


def _not_signed_in(error: Exception) -> SourceError:
    said = " ".join(map(str, error.args)).casefold()
    if "reasonable timeframe" in said:
        return SourceError(
            "Google refused to sign us in because this computer's clock is wrong.",
            "Set the clock (on Windows: Settings, Time & language, Sync now) and run this again.",
        )
    if "invalid jwt signature" in said:
        return SourceError("The service account's key was deleted or replaced.", KEY_ADVICE)
    if "account not found" in said or "invalid_client" in said or "disabled" in said:
        return SourceError("The service account no longer exists, or was disabled.", KEY_ADVICE)
    if "invalid_grant" in said or "unauthorized" in said:
        return SourceError("Google no longer takes the program's sign-in.", KEY_ADVICE)
    return SourceError("Google could not sign us in.", f"{LATER} If it stays so: {KEY_ADVICE}")
