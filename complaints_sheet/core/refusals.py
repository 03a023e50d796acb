"""What a mail server's refusal means: for this message, for its address, or for every message behind it."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from complaints_sheet.core.messages import clean_header
from complaints_sheet.errors import DeliveryError, DeliveryFault

Phase: TypeAlias = Literal[
    "greeting",  # the server's first words, and the answer to ours
    "encryption",  # STARTTLS
    "login",  # AUTH with a password
    "token",  # AUTH with a token
    "sender",  # MAIL
    "address",  # RCPT
    "body",  # DATA, before the message's last line
    "end",  # the answer to the message's last line
]

WORDS_LENGTH = 300
TOO_LARGE = 552  # also said of a full mailbox (RFC 5321, 4.2.3): then the enhanced code tells
SIZE = ("5.3.4", "5.2.3")  # larger than the server, or the mailbox, takes (RFC 3463)
FULL = ("5.2.2",)
SLOW = {(432, "4.3.2"), (450, "4.2.1")}

_ENHANCED = re.compile(r"\s*([245]\.\d{1,3}\.\d{1,3})(?:\s|$)")
_RATE = re.compile(
    r"\b(rate|limit\w*|too (many|much|fast|quickly)|throttl\w*|exceed\w*|quota)\b", re.IGNORECASE
)

_SENDER = re.compile(r"\bsender (address )?(rejected|denied)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Reply:
    """What a mail server answered: its three-digit code (-1 for none that can be read) and its words."""

    code: int
    words: str

    @property
    def enhanced(self) -> str:
        """Return the code of RFC 3463 at the head of the words, such as "5.1.1", or nothing."""
        found = _ENHANCED.match(self.words)
        return found[1] if found else ""

    def __str__(self) -> str:
        """Return the code and the words on one line."""
        return f"{self.code} {self.words}".strip()


def reply(code: int, words: bytes | str) -> Reply:
    """Return a server's answer as text: one line, without control characters, at most 300 letters."""
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return Reply(code, clean_header(text, WORDS_LENGTH))


def meaning(phase: Phase, answer: Reply) -> DeliveryFault:
    """Return what a refusal means (RFC 5321 and 3463; what providers do is as of November 2026).

    After the message's last line a temporary refusal settles nothing: servers were seen to answer 451 and
    to deliver a minute later.
    """
    temporary = 400 <= answer.code < 500
    if phase == "end" and not 500 <= answer.code < 600:
        return "unknown"
    if temporary or not 500 <= answer.code < 600:
        return "slow" if is_slow_down(answer) else "later"
    return _FOR_GOOD[phase](answer)


def is_slow_down(answer: Reply) -> bool:
    """Return True where a server asks for fewer messages a minute."""
    if (answer.code, answer.enhanced) in SLOW:
        return True
    rate = answer.enhanced.startswith("4.7.") or answer.code == 421
    return rate and bool(_RATE.search(answer.words)) and "grey" not in answer.words.casefold()


def _sender(answer: Reply) -> DeliveryFault:
    return "message" if _too_large(answer) else "stop"


def _address(answer: Reply) -> DeliveryFault:
    # Postfix names a sender it does not like only here; no owner must be blamed for that.
    if (
        answer.enhanced.startswith("5.7.")
        or answer.enhanced in ("5.1.7", "5.1.8")
        or _SENDER.search(answer.words)
    ):
        return "stop"
    if _too_large(answer) or answer.enhanced in FULL:  # a full mailbox is not a wrong address
        return "message"
    return "address" if answer.enhanced.startswith("5.1.") or answer.code in (550, 551, 553) else "message"


def _body(answer: Reply) -> DeliveryFault:
    return "stop" if answer.enhanced.startswith("5.7.") else "message"


def _end(answer: Reply) -> DeliveryFault:
    if answer.enhanced.startswith("5.1."):
        return "address"
    # Microsoft 365 says only here that an account may not send, or not as this sender: 5.2.0 and 5.2.252.
    if answer.enhanced.startswith("5.7.") or answer.enhanced in ("5.2.0", "5.2.252"):
        return "stop"
    return "message"


def _too_large(answer: Reply) -> bool:
    return (answer.code == TOO_LARGE and answer.enhanced not in FULL) or answer.enhanced in SIZE


def _stop(_: Reply) -> DeliveryFault:
    return "stop"


_FOR_GOOD: dict[Phase, Callable[[Reply], DeliveryFault]] = {
    "greeting": _stop,
    "encryption": _stop,
    "login": _stop,
    "token": _stop,
    "sender": _sender,
    "address": _address,
    "body": _body,
    "end": _end,
}


def refusal(phase: Phase, answer: Reply, server: str) -> DeliveryError:
    """Return the error for a refusal: the server's words, and in plain words what to do."""
    fault = meaning(phase, answer)
    return DeliveryError(
        f"{server} {_SAID[phase]}: {answer}",
        _advice(phase, answer, fault),
        fault=fault,
        too_large=fault == "message" and _too_large(answer),
    )


_SAID: dict[Phase, str] = {
    "greeting": "did not want to talk to this program",
    "encryption": "did not switch to an encrypted connection",
    "login": "refused the login",
    "token": "refused the login by token",
    "sender": "refused the sender",
    "address": "refused the address",
    "body": "did not want the message",
    "end": "did not accept the message",
}


def _advice(phase: Phase, answer: Reply, fault: DeliveryFault) -> str:
    if fault == "stop":
        special = {"login": _login_advice, "token": _token_advice}.get(phase)
        return special(answer) if special else _STOPPED[phase]
    return _NEXT[fault]


def _login_advice(answer: Reply) -> str:
    """Return what to do about a refused login; the codes are those of Microsoft 365 and Google."""
    if answer.enhanced == "5.7.30" or "basic authentication" in answer.words.casefold():
        return (
            "Your provider no longer takes a password here. Ask the IT department for a relay server that "
            "does, or to switch SMTP AUTH on again for this account."
        )
    if answer.enhanced == "5.7.139":
        return (
            "SMTP AUTH is switched off for this account, or blocked by a sign-in policy. Ask the IT "
            'department to allow "Authenticated SMTP" for it.'
        )
    if answer.enhanced in ("5.7.8", "5.7.9", "") or answer.code == 535:
        return (
            "Check the user and the password. With two-step sign-in an app password is needed: ask the IT "
            "department for one. Then: complaints-sheet doctor"
        )
    return "Ask the IT department to let this account send mail from programs (SMTP AUTH)."


def _token_advice(answer: Reply) -> str:
    """Return what to do where the provider gave a token and its mail server does not take it."""
    if answer.enhanced == "5.7.139":
        return (
            "SMTP AUTH is switched off for this mailbox, or blocked by a sign-in policy. Ask the IT "
            "department to "
            'allow "Authenticated SMTP" for it; or send with `kind: graph`, which does not need it.'
        )
    if answer.enhanced == "5.7.3":
        return (
            "The app may not use this mailbox. Ask the IT department for its permission SMTP.Send (with "
            "`auth: microsoft-app`: SMTP.SendAsApp, the service principal in Exchange, and FullAccess to the "
            "mailbox): see the recipe in the README."
        )
    if answer.enhanced in ("5.7.8", "5.7.9"):
        return (
            "The token is not for this mailbox. Check `user`, and that the permission covers "
            "https://mail.google.com/; then sign in again: complaints-sheet outbox sign-in"
        )
    if answer.code == 504:
        return "Check `host`: smtp.office365.com for Microsoft 365, smtp.gmail.com for Google."
    return "Ask the IT department whether this app may send from this mailbox, with the server's words."


_STOPPED: dict[Phase, str] = {
    "greeting": "Ask the IT department whether this computer may use that server, and on which port.",
    "encryption": "Ask the IT department for a server and port with STARTTLS or TLS, and set `port` and "
    "`security` under delivery: in the config.",
    "login": "",
    "token": "",
    "sender": "Ask the IT department to let this login send as the address that `sender` names under "
    "delivery: in the config.",
    "address": "The server's rules forbid it: this login may not send there. Check the address in the people "
    "list, and ask the IT department whether mail may leave to that domain.",
    "body": "Ask the IT department why the server refuses mail from this login.",
    "end": "Ask the IT department why the server refuses mail from this login and sender.",
}

_NEXT: dict[DeliveryFault, str] = {
    "later": "It is tried again by itself; nothing was sent.",
    "slow": "It goes on by itself, more slowly. `rate_per_minute` under delivery: keeps below the limit.",
    "unknown": "It may have gone out all the same, so it is not sent again until that is clear.",
    "address": "Correct the address in the people list; until then nothing more is sent to it.",
    "message": "It is not sent again. The words of the server say why.",
}
