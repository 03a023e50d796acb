"""The places at which a sender can be made to die, by name; nothing of the program knows of them."""

import os
import signal
import smtplib
from typing import Any

from sqlalchemy import Engine, event

from complaints_sheet.state.arming import Arming
from complaints_sheet.state.outbox import Outbox
from complaints_sheet.state.prepared import Prepared

LAST_LINE = b".\r\n"

QUEUEING = ("before queueing", "queueing written", "queued")
CLAIMING = ("before the claim", "claim written", "claimed", "round in the memory", "round on file")
TALKING = (
    "connected",
    "greeted",
    "sender accepted",
    "receiver accepted",
    "body begun",
    "middle of the body",
    "body sent",
)
SECOND_MARK = ("second mark written", "second mark set")
AFTER_THE_END = ("last line sent", "answer read", "acceptance written", "accepted")
RECOVERING = ("recovery written", "recovered")
SETTLING = ("journal read", "settlement written", "settled")
POINTS = (*QUEUEING, *CLAIMING, *TALKING, *SECOND_MARK, *AFTER_THE_END, *RECOVERING, *SETTLING)


class Deaths:
    """Kills the process at the n-th time that a point is reached; without a point it only looks on."""

    def __init__(self, point: str = "", nth: int = 1) -> None:
        self.point = point
        self.left = nth
        self._written = ""  # what the statement executed last would commit
        self._at_the_end = False

    def reached(self, point: str) -> None:
        if not point or point != self.point:
            return
        self.left -= 1
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def listen(self) -> None:
        """Watch the memory, the file beside it and every phase of the dialogue with the mail server."""
        event.listen(Engine, "after_cursor_execute", self._statement)
        self._around(Outbox, "queue", before="before queueing", after="queued")
        self._around(Outbox, "claim_many", before="before the claim", after="claimed")
        self._around(Outbox, "committing", after="second mark set")
        self._around(Outbox, "sent", after="accepted")
        self._prepared()
        self._around(Outbox, "recover", after="recovered")
        self._around(Outbox, "requeue", after="settled")
        self._around(Arming, "_remember", before="round in the memory", after="round on file")
        self._around(smtplib.SMTP, "connect", after="connected")
        self._around(smtplib.SMTP, "ehlo", after="greeted")
        self._commands()
        self._bytes()

    def _around(self, owner: Any, name: str, before: str = "", after: str = "") -> None:
        inside = getattr(owner, name)

        def outside(*args: Any, **more: Any) -> Any:
            self.reached(before)
            answer = inside(*args, **more)
            if name == "sent" and more.get("told_at") is not None:
                self.reached("settled")
            else:
                self.reached(after)
            return answer

        setattr(owner, name, outside)

    def _statement(self, _c: Any, _cursor: Any, statement: str, parameters: Any, *_more: Any) -> None:
        self.reached(_written(statement, parameters))

    def _prepared(self) -> None:
        run = Prepared.run
        points = {"sent": "acceptance written", "committing": "second mark written"}

        def executed(statement: Prepared, cursor: Any, given: Any) -> int:
            changed = run(statement, cursor, given)
            values = set(map(str, statement._compiled[2].values()))
            if "journal" in str(given.get("said", "")):
                self.reached("settlement written")
            else:
                self.reached(next((points[each] for each in points if each in values), ""))
            return changed

        Prepared.run = executed  # type: ignore[method-assign]

    def _commands(self) -> None:
        docmd = smtplib.SMTP.docmd
        points = {"MAIL": "sender accepted", "RCPT": "receiver accepted", "DATA": "body begun"}

        def asked(smtp: smtplib.SMTP, command: str, args: str = "") -> Any:
            answer = docmd(smtp, command, args)
            self.reached(points.get(command, ""))
            return answer

        smtplib.SMTP.docmd = asked  # type: ignore[method-assign]

    def _bytes(self) -> None:
        send, getreply = smtplib.SMTP.send, smtplib.SMTP.getreply

        def sent(smtp: smtplib.SMTP, content: Any) -> None:
            if content == LAST_LINE:
                send(smtp, content)
                self._at_the_end = True
                self.reached("last line sent")
            elif isinstance(content, bytes) and len(content) > 400:
                half = len(content) // 2
                send(smtp, content[:half])
                self.reached("middle of the body")
                send(smtp, content[half:])
                self.reached("body sent")
            else:
                send(smtp, content)

        def answered(smtp: smtplib.SMTP) -> Any:
            answer = getreply(smtp)
            if self._at_the_end:
                self._at_the_end = False
                self.reached("answer read")
            return answer

        smtplib.SMTP.send = sent  # type: ignore[method-assign]
        smtplib.SMTP.getreply = answered  # type: ignore[method-assign]


def _written(statement: str, parameters: Any) -> str:
    """Return the point at which a statement has been executed and is not committed yet."""
    if statement.startswith("INSERT INTO outbox"):
        return "queueing written"
    if not statement.startswith("UPDATE outbox"):
        return ""
    values = set(map(str, parameters)) if isinstance(parameters, tuple) else set()
    if any(value.startswith("cut off") for value in values):
        return "recovery written"
    if any("journal" in value for value in values):
        return "settlement written"
    first = str(parameters[0]) if isinstance(parameters, tuple) and parameters else ""
    return {
        "sending": "claim written",
        "committing": "second mark written",
        "sent": "acceptance written",
    }.get(first, "")
