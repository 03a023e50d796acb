"""What it means when Microsoft 365 or Google gives no token, in plain words with what to do."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from complaints_sheet.core.messages import clean_header
from complaints_sheet.errors import DeliveryFault

WORDS_LENGTH = 200
AGAIN = "complaints-sheet outbox sign-in"


@dataclass(frozen=True, slots=True)
class Refused:
    """What was said, what to do, and what it means for the mail behind it."""

    words: str
    advice: str
    fault: DeliveryFault = "stop"


SIGN_IN = Refused("nobody has signed in yet.", f"Sign in once: {AGAIN}")
GOOGLE_SIGN_IN = SIGN_IN

_AADSTS = re.compile(r"AADSTS(\d+)")

_EXPIRED = f"The sign-in has ended or was revoked, or the password was changed. Sign in again: {AGAIN}"
_SECOND = f"The organisation asks for a second factor, or for another sign-in now. Sign in again: {AGAIN}"
_BLOCKED = (
    "A sign-in rule of the organisation (Conditional Access) blocks it. Ask the IT department to allow "
    "this app "
    "for this mailbox."
)
_NO_TENANT = "Check `tenant` in the config: the directory's id or domain, from the Entra admin centre."
_NO_APP = "Check `client_id` and `tenant` in the config: the app must be registered in that directory."
_CONSENT = (
    "Ask the IT department to grant the app its permissions (API permissions, Grant admin consent): see the "
    "recipe in the README."
)
_WRONG_KEY = (
    "Check the client secret: the value, not its id. Make a new one under Certificates & secrets of the app."
)
_KEY_ENDED = "The client secret has expired. Make a new one under Certificates & secrets of the app."

# learn.microsoft.com/entra/identity-platform/reference-error-codes, as of November 2026.
_MICROSOFT: dict[str, str] = {
    "7000215": _WRONG_KEY,
    "7000222": _KEY_ENDED,
    "700016": _NO_APP,
    "90002": _NO_TENANT,
    "900023": _NO_TENANT,
    "65001": _CONSENT,
    "90094": _CONSENT,
    "65004": f"The permission was declined. Sign in again and allow it: {AGAIN}",
    "7000218": "Switch on “Allow public client flows” under Authentication of the app in the Entra admin "
    "centre.",
    "50076": _SECOND,
    "50079": _SECOND,
    "50078": _SECOND,
    "70043": _EXPIRED,
    "70008": _EXPIRED,
    "700082": _EXPIRED,
    "50173": _EXPIRED,
    "53000": _BLOCKED,
    "53003": _BLOCKED,
    "530036": "The organisation blocks sign-in by code (device code). Ask the IT department to allow it "
    "for this "
    "app, or use `auth: microsoft-app`.",
    "50034": "No such account is in that directory. Check `user` and `tenant` in the config.",
    "50057": "The account is switched off. Ask the IT department to enable it.",
    "50105": "The account is not assigned to the app. Ask the IT department to assign it under Enterprise "
    "applications.",
    "70020": f"The code was not used in time. Ask for a new one: {AGAIN}",
    "70016": f"The code was not used in time. Ask for a new one: {AGAIN}",
}
_MICROSOFT_WORDS: dict[str, str] = {
    "invalid_tenant": _NO_TENANT,
    "invalid_client": _WRONG_KEY,
    "unauthorized_client": _NO_APP,
    "invalid_grant": _EXPIRED,
    "interaction_required": _SECOND,
    "consent_required": _CONSENT,
    "invalid_scope": _CONSENT,
    "expired_token": f"The code was not used in time. Ask for a new one: {AGAIN}",
    "authorization_pending": f"The code was not used in time. Ask for a new one: {AGAIN}",
    "authorization_declined": f"The permission was declined. Sign in again and allow it: {AGAIN}",
    "access_denied": f"The permission was declined. Sign in again and allow it: {AGAIN}",
}
_BUSY = frozenset({"temporarily_unavailable", "server_error", "internal_failure", "rate_limit_exceeded"})
_ASK = "Ask the IT department, with these words of the provider."
_BY_ITSELF = "It is tried again by itself."


def ms_refusal(answer: Mapping[str, object]) -> Refused:
    """Return what an answer of Microsoft's token service without a token means (RFC 6749, AADSTS codes)."""
    said = clean_header(
        str(answer.get("error_description") or answer.get("error") or "no reason"), WORDS_LENGTH
    )
    kind = str(answer.get("error", ""))
    if kind in _BUSY:
        return Refused(said, _BY_ITSELF, "later")
    for code in _AADSTS.findall(str(answer.get("error_description", ""))):
        if code in _MICROSOFT:
            return Refused(said, _MICROSOFT[code])
    return Refused(said, _MICROSOFT_WORDS.get(kind, _ASK))


_GOOGLE: dict[str, str] = {
    "invalid_grant": "The sign-in has ended: revoked, unused for six months, or the password was changed "
    "(apps in "
    f"“Testing” end after 7 days: publish the app). Sign in again: {AGAIN}",
    "invalid_client": "The OAuth client is not known any more. Download its JSON file again and name it as "
    "`key_file`.",
    "deleted_client": "The OAuth client was deleted. Make a new one, and name its JSON file as `key_file`.",
    "unauthorized_client": "The service account may not act for this mailbox: in the Google Admin "
    "console, Security, "
    "API controls, Domain-wide delegation, add its client ID with the scope https://mail.google.com/",
    "invalid_scope": "In the Google Admin console, Domain-wide delegation, allow the scope "
    "https://mail.google.com/ "
    "exactly.",
    "access_denied": f"The permission was declined. Sign in again and allow it: {AGAIN}",
    "admin_policy_enforced": "The organisation does not allow this app. Ask the Google administrator to "
    "trust it "
    "under API controls, App access control.",
    "org_internal": "The app is for another organisation. Use an OAuth client of your own organisation.",
}
_SERVICE_NOT_A_USER = "Check `user` in the config: it must be a mailbox of the organisation."
_CLOCK = "The clock of this computer is wrong; set it by the network. Then: complaints-sheet doctor"


def google_refusal(said: Sequence[object], kind: str = "") -> Refused:
    """Return what a refusal of Google's token service means, from what google-auth or oauthlib raised."""
    words = " ".join(str(each) for each in said if isinstance(each, str | Mapping))
    short = clean_header(words or kind, WORDS_LENGTH)
    lower = f"{kind} {words}".casefold()
    if any(busy in lower for busy in _BUSY) or "transport" in lower or "unavailable" in lower:
        return Refused(short, _BY_ITSELF, "later")
    if "invalid jwt" in lower or "reasonable timeframe" in lower:
        return Refused(short, _CLOCK)
    if "invalid email" in lower or "not a valid email" in lower:
        return Refused(short, _SERVICE_NOT_A_USER)
    if "scope has changed" in lower:  # a box was left empty when the person signed in
        return Refused(short, _GOOGLE["access_denied"])
    names = (*_GOOGLE, *(name.replace("_", "") for name in _GOOGLE))
    found = next((name for name in names if name in lower), "")
    plain = {name.replace("_", ""): advice for name, advice in _GOOGLE.items()} | _GOOGLE
    return Refused(short, plain.get(found, _ASK))
