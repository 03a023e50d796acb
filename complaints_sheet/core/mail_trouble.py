"""The message to the coordinator about mail that needs a person: refused, held, or of unknown outcome."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b

from complaints_sheet.core.alerts import Alert
from complaints_sheet.core.routing import Roles, default_receiver
from complaints_sheet.core.wording import count, plural, weekday_day

MOST_LISTED = 20


@dataclass(frozen=True, slots=True)
class Trouble:
    """One message that needs a person: its number in the outbox, whom it is for, and what was said of it."""

    number: int
    to: str
    words: str


def mail_alert(troubles: Sequence[Trouble], roles: Roles, moment: datetime) -> Alert | None:
    """Return the message about mail that needs a person, None where there is none or nobody can be told.

    A message to the one who would be told is left out: that is shown by `status`. `moment` is local.
    """
    receiver = default_receiver(roles)
    if receiver is None:
        return None
    others = [each for each in troubles if each.to.casefold() != (receiver.email or "").casefold()]
    if not others:
        return None
    mails, need = count(len(others), "mail"), plural(len(others), "needs", "need")
    more = len(others) - MOST_LISTED
    return Alert(
        kind="mail trouble",
        key=f"mail-trouble:{_which(others)}",
        receiver=receiver,
        subject=f"Complaints: {mails} {need} a look ({weekday_day(moment.date())})",
        headline=f"{mails} {need} a look",
        paragraphs=(
            "They have not gone out, or nobody can tell whether they have. The mail server's own words are "
            "beside each.",
            "complaints-sheet outbox list shows them all, and complaints-sheet outbox show with a number "
            "shows one with everything that happened to it. An address that was refused gets nothing more "
            "until its entry in the people list is corrected.",
        ),
        why="You get this because you are told what nobody else can act on. Of each mail it is said once.",
        facts=(
            *((f"{each.number}, to {each.to}", each.words) for each in others[:MOST_LISTED]),
            *([("and more", f"{more} further mails")] if more > 0 else []),
        ),
    )


def _which(troubles: Sequence[Trouble]) -> str:
    """Return what stands for these messages in this condition, so that each is told of once."""
    said = "\n".join(f"{each.number} {each.words}" for each in troubles)
    return blake2b(said.encode(), digest_size=8).hexdigest()
