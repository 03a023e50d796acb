"""What comes back to the mail that was sent: failures suspend an address, replies add comments to ideas."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from complaints_sheet.app.sending import directory_entry
from complaints_sheet.app.workplace import Desk
from complaints_sheet.core.ideas import Comment, idea_id
from complaints_sheet.core.incoming import Bounce, Incoming, bounce, written_text
from complaints_sheet.core.ledger import OutboxEntry, Returned, ReturnedKind
from complaints_sheet.core.people import Person
from complaints_sheet.core.wording import count
from complaints_sheet.errors import DeliveryError

if TYPE_CHECKING:
    from complaints_sheet.config.settings import Config

FIRST_LOOK = timedelta(days=7)
OVERLAP = timedelta(days=3)  # so far back each look reaches behind the newest message that was heard
LONGEST_COMMENT = 4000
PLACE = "a reply by e-mail"
_IDEA = re.compile(r"\bI-(\d{4,8})\b")


@dataclass(frozen=True, slots=True)
class Heard:
    """What came back in one look: messages that were heard, and notes for whoever runs the program."""

    returned: tuple[Returned, ...] = ()
    notes: tuple[str, ...] = ()


def hear(desk: Desk) -> Heard:
    """Read what came back since the last look and return it; each message is heard once.

    Nothing in the mailbox is changed. A mailbox that cannot be read stops nothing: it is a note.
    """
    from complaints_sheet.mailbox import inbox

    settings = desk.config.delivery.replies
    if settings is None or desk.dry_run:
        return Heard()
    last = desk.state.replies.last()
    since = last - OVERLAP if last else desk.now() - FIRST_LOOK
    found: list[Returned] = []
    try:
        with inbox(settings) as box:
            for uid, each in box.headings(since):
                if _concerns_us(each) and not desk.state.replies.known((each.key,)):
                    found += _heard(desk, each, box.content(uid))
    except DeliveryError as error:
        return Heard(tuple(found), (f"Replies cannot be read: {error.message} {error.next_step}".strip(),))
    return Heard(tuple(found), tuple(_notes(found)))


def _concerns_us(each: Incoming) -> bool:
    return not each.ours and (each.report or (bool(each.answers) and not each.automatic))


def _heard(desk: Desk, each: Incoming, content: bytes) -> Iterator[Returned]:
    """Write down one message and yield it; nothing where it concerns no mail of ours after all."""
    told = bounce(content) if each.report else None
    answers = told.answers if told else each.answers
    entries = [entry for entry in desk.state.replies.sent(answers) if entry.state != "dropped"]
    if not entries or (each.report and told is None):
        return
    yield _bounced(desk, each, told, entries[0]) if told else _replied(desk, each, content, entries[0])


def _bounced(desk: Desk, each: Incoming, told: Bounce, entry: OutboxEntry) -> Returned:
    """Suspend an address that is wrong; only the address that the mail went to, whatever the report says."""
    address = entry.message.address
    same = told.address.casefold() == address.casefold()
    if told.wrong_address and same:
        words = f"{told.status} {told.words}".strip()
        desk.state.addresses.suspend(
            address, desk.now(), words, directory_entry(address, desk.config.directory)
        )
    kind: ReturnedKind = "failed" if told.final and same else "delayed"
    found = Returned(each.key, desk.now(), kind, address, entry.number, f"{told.status} {told.words}".strip())
    desk.state.replies.hear(found)
    return found


def _replied(desk: Desk, each: Incoming, content: bytes, entry: OutboxEntry) -> Returned:
    """Add a comment to each idea that the reply is about; hold what nobody of the office wrote."""
    person = _person(each.sender, desk.config)
    words = new_words(written_text(content)) if person else ""
    ideas = _ideas(desk, entry, f"{each.subject} {words}") if words else ()
    kind: ReturnedKind = "comment" if person and ideas else "held"
    why = (
        ", ".join(idea_id(number) for number in ideas)
        if ideas
        else "the sender is not in the people list"
        if person is None
        else "it is not about one idea: please read it in the mailbox"
    )
    found = Returned(each.key, desk.now(), kind, each.sender, entry.number, why)
    who = person.name if person else ""
    words = desk.state.ideas.log().forgotten.masked(words)
    comments = [Comment(number, who, words, desk.moment.date(), PLACE) for number in ideas]
    desk.state.replies.hear(found, comments)
    return found


def _person(address: str, config: "Config") -> Person | None:
    """Return who of the office wrote: somebody of the people list, or an address of the wider team."""
    folded = address.casefold()
    for person in config.directory.people:
        if folded and (person.email or "").casefold() == folded:
            return person
    team = {each.casefold() for each in config.roles.wider_team}
    return Person(name=address, email=address) if folded in team else None


def _ideas(desk: Desk, entry: OutboxEntry, text: str) -> tuple[int, ...]:
    """Return the ideas that a reply is about: those of the mail that it names, or its only one."""
    told = desk.state.replies.ideas(entry.message.key.removeprefix(f"{entry.message.channel}:"))
    named = {int(number) for number in _IDEA.findall(text)}
    return tuple(number for number in told if number in named) or (told if len(told) == 1 else ())


def new_words(text: str) -> str:
    """Return what a reply adds: without what it quotes and without signatures, at most 4,000 letters."""
    from mailparser_reply import EmailReplyParser

    replies = EmailReplyParser(languages=["en", "de", "fr", "nl", "es", "it", "pl"]).read(text).replies
    found = str(replies[0].body if replies else "").strip()
    return found[:LONGEST_COMMENT]


def _notes(found: list[Returned]) -> Iterator[str]:
    failed = sum(each.kind == "failed" for each in found)
    held = sum(each.kind == "held" for each in found)
    if failed:
        yield f"{count(failed, 'mail')} came back undelivered: complaints-sheet outbox"
    if held:
        yield f"{count(held, 'reply', 'replies')} could not be filed; please read the mailbox of the program."
