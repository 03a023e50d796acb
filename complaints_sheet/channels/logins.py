"""How to log in to a mail server that mail leaves by, one function for each word of the setting `auth`."""

from base64 import b64encode
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from complaints_sheet.core.refusals import Reply, reply
from complaints_sheet.mail_access import password_from

if TYPE_CHECKING:
    import smtplib

LOGGED_IN, CONTINUE = 235, 334

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


LOGINS: dict[str, Callable[[str, str, Path | None], Dialogue]] = {"password": _by_password, "none": _no_login}
"""Each gets the user, and the variable and the file of the secret; it reads the secret before connecting."""


def _base64(text: str) -> str:
    return b64encode(text.encode()).decode("ascii")
