"""What an answer of Microsoft Graph to a mail means: for it, for its address, or for every mail behind it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from math import isfinite

from complaints_sheet.core.messages import clean_header
from complaints_sheet.errors import DeliveryError, DeliveryFault

TAKEN = 202
REFUSED_TOKEN, FORBIDDEN, NOT_FOUND, TOO_LARGE, TOO_MANY = 401, 403, 404, 413, 429
WORDS_LENGTH = 200
MOST_SECONDS = 600.0

_ADDRESS = frozenset({"ErrorInvalidRecipients", "ErrorRecipientNotFound", "ErrorInvalidSmtpAddress"})
_TOO_MANY = frozenset(
    {"ErrorExceededMessageLimit", "ErrorServerBusy", "ApplicationThrottled", "TooManyRequests"}
)
_STOP = frozenset(
    {"ErrorSendAsDenied", "ErrorAccessDenied", "ErrorMessageSubmissionBlocked", "MailboxNotEnabledForRESTAPI"}
)

_NO_PERMISSION = (
    "Ask the IT department to give the app Mail.Send and Mail.Read for this mailbox (with `auth: "
    "microsoft-app` by "
    "RBAC for Applications): see the recipe in the README."
)
_NO_MAILBOX = (
    "Check `sender` under delivery: in the config: Graph knows no mailbox of that name in this directory."
)
_BLOCKED = "Microsoft has blocked this mailbox from sending. Ask the IT department to release it."
_SIGN_IN = "Sign in again: complaints-sheet outbox sign-in"
_LATER = "It goes on by itself, more slowly. `rate_per_minute` under delivery: keeps below the limit."
_UNKNOWN = "It may have gone out all the same, so it is not sent again until that is clear."


@dataclass(frozen=True, slots=True)
class Answer:
    """What Graph answered: the status, its own code and words, and how many seconds it wants us to wait."""

    status: int
    code: str = ""
    words: str = ""
    wait: float | None = None

    def __str__(self) -> str:
        """Return the status, the code and the words on one line."""
        return clean_header(f"{self.status} {self.code} {self.words}".strip(), WORDS_LENGTH)


def answer_of(status: int, body: object, retry_after: str | None, now: datetime) -> Answer:
    """Return an answer as a value; `body` is its JSON, `retry_after` its header: seconds or a date."""
    error = body.get("error") if isinstance(body, Mapping) else None
    found = error if isinstance(error, Mapping) else {}
    words = str(found.get("message", ""))
    return Answer(status, str(found.get("code", "")), words, seconds_to_wait(retry_after, now))


def seconds_to_wait(retry_after: str | None, now: datetime) -> float | None:
    """Return how long a Retry-After header asks to wait (RFC 9110, 10.2.3), ten minutes at most, or None."""
    if not retry_after:
        return None
    try:
        seconds = float(retry_after)
    except ValueError:
        try:
            seconds = (parsedate_to_datetime(retry_after) - now).total_seconds()
        except (ValueError, TypeError):
            return None
    return min(max(seconds, 0.0), MOST_SECONDS) if isfinite(seconds) else None


def graph_meaning(answer: Answer) -> DeliveryFault:
    """Return what a refusal means. Only 4xx says that nothing was taken: after a 504 copies were seen."""
    if not 400 <= answer.status < 500:
        return "unknown"
    if answer.status == TOO_MANY or answer.code in _TOO_MANY:
        return "slow"
    if answer.status in (REFUSED_TOKEN, FORBIDDEN, NOT_FOUND) or answer.code in _STOP:
        return "stop"
    return "address" if answer.code in _ADDRESS else "message"


def graph_refusal(answer: Answer, host: str) -> DeliveryError:
    """Return the error for an answer that is no acceptance: Graph's words, and what to do."""
    fault = graph_meaning(answer)
    if fault == "unknown":
        return DeliveryError(
            f"{host} did not say whether it took the message: {answer}", _UNKNOWN, fault=fault
        )
    return DeliveryError(
        f"{host} did not accept the message: {answer}",
        _advice(answer, fault),
        fault=fault,
        refused=True,
        too_large=answer.status == TOO_LARGE,
        pause=answer.wait,
    )


def _advice(answer: Answer, fault: DeliveryFault) -> str:
    if fault == "slow":
        return _LATER
    if fault == "address":
        return "Correct the address in the people list; until then nothing more is sent to it."
    if fault == "message":
        return (
            "It is not sent again. It is too large for Graph."
            if answer.status == TOO_LARGE
            else "It is not sent again. Graph's words say why."
        )
    if answer.code == "ErrorMessageSubmissionBlocked":
        return _BLOCKED
    return {REFUSED_TOKEN: _SIGN_IN, NOT_FOUND: _NO_MAILBOX}.get(answer.status, _NO_PERMISSION)
