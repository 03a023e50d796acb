"""How to log in to a mail server that mail leaves by, one function for each word of the setting `auth`."""

from base64 import b64encode
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from complaints_sheet.core.refusals import Reply, reply
from complaints_sheet.mail_access import password_from
from complaints_sheet.mail_tokens import Access, token, xoauth2

if TYPE_CHECKING:
    import smtplib

LOGGED_IN, CONTINUE, REFUSED = 235, 334, 535

Dialogue: TypeAlias = "Callable[[smtplib.SMTP], Reply]"
"""Says over an open, encrypted connection what the login needs, and returns the server's last answer."""


def _no_login(_user: str, _variable: str, _file: Path | None) -> Dialogue:
    return lambda _smtp: Reply(LOGGED_IN, "no login is needed")


def _by_password(user: str, variable: str, file: Path | None) -> Dialogue:
    password = password_from(variable, file)

    def dialogue(smtp: "smtplib.SMTP") -> Reply:
        offered = smtp.esmtp_features.get("auth", "").upper().split()
        if "PLAIN" in offered:
            return reply(*smtp.docmd("AUTH", f"PLAIN {_base64(chr(0).join(('', user, password)))}"))
        if "LOGIN" in offered:
            for line in ("AUTH LOGIN", _base64(user)):
                answer = reply(*smtp.docmd(line))
                if answer.code != CONTINUE:
                    return answer
            return reply(*smtp.docmd(_base64(password)))
        return Reply(504, "it offers no login by password")

    return dialogue


def by_token(access: Access) -> Dialogue:
    """Return the login by token; a token that was kept and is refused is replaced by a new one, once."""
    kept = token(access)

    def dialogue(smtp: "smtplib.SMTP") -> Reply:
        if "XOAUTH2" not in smtp.esmtp_features.get("auth", "").upper().split():
            return Reply(504, "it offers no login by token (XOAUTH2)")
        answer = _told_token(smtp, access, kept)
        return _told_token(smtp, access, token(access, anew=True)) if answer.code == REFUSED else answer

    return dialogue


def _told_token(smtp: "smtplib.SMTP", access: Access, bearer: str) -> Reply:
    words = b64encode(xoauth2(access.user, bearer)).decode("ascii")
    answer = reply(*smtp.docmd("AUTH", f"XOAUTH2 {words}"))
    return (
        reply(*smtp.docmd("")) if answer.code == CONTINUE else answer
    )  # 334 brings why not; an answer ends it


LOGINS: dict[str, Callable[[str, str, Path | None], Dialogue]] = {"password": _by_password, "none": _no_login}
"""Each gets the user, and the variable and the file of the secret; it reads the secret before connecting."""


def _base64(text: str) -> str:
    return b64encode(text.encode()).decode("ascii")
