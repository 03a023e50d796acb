"""What people are told about ideas: a comment round, a change to see through, a change made, whom to tell."""

from collections.abc import Iterable, Sequence
from datetime import date
from hashlib import blake2b

from complaints_sheet.core.alerts import Alert, Section
from complaints_sheet.core.idea_words import Standing
from complaints_sheet.core.ideas import Idea
from complaints_sheet.core.people import Directory, Person
from complaints_sheet.core.routing import one_address
from complaints_sheet.core.wording import count, long_date, shorten, weekday_day, weekday_long

LONGEST = 700  # characters of one idea in a mail
EVERYBODY = "everybody"


def team(addresses: Iterable[str], directory: Directory) -> tuple[Person, ...]:
    """Return who is asked for comments, each address once; one that is nobody's own is "everybody"."""
    chosen = dict.fromkeys(address for address in addresses if one_address(address))
    return tuple(directory.match(each) or Person(EVERYBODY, each) for each in chosen)


def comment_round(ideas: Sequence[Idea], receiver: Person, log: str) -> Alert:
    """Return the mail that asks one receiver for comments on proposed changes, all with one reply-by date.

    `log` is what the improvement log is called, empty where there is none.
    """
    until = ideas[0].reply_by or ideas[0].since
    changes = count(len(ideas), "proposed change")
    where = f"Write it on the sheet Comments of “{log}”, or reply to this e-mail." if log else "Reply to it."
    return Alert(
        kind="comment round",
        key=f"comment-round:{_mark(ideas)}:{until}:{_address(receiver)}",
        receiver=receiver,
        subject=f"Your view by {weekday_day(until)}: {changes}",
        headline=f"Your view by {weekday_long(until)}",
        paragraphs=(
            f"The improvement meeting discussed {'these proposals' if len(ideas) > 1 else 'this proposal'}. "
            "Before it decides, it would like to hear from you: what would work, what would not, what is "
            "missing?",
        ),
        why="You get this because you are on the list of people who are asked for comments.",
        sections=tuple(_proposal(each) for each in ideas),
        closing=(f"{where} Every comment is read at the next meeting.",),
    )


def _proposal(idea: Idea) -> Section:
    heading = f"{idea.name}: {shorten(idea.proposal, LONGEST)}"
    began = shorten(idea.words, LONGEST) if idea.solution and idea.solution != idea.words else ""
    return Section(heading, (("The idea it began with", began), ("It is about", idea.theme)))


def agreed_change(idea: Idea, receiver: Person, state: str, key: str, today: date, *, instead: str) -> Alert:
    """Return the mail to whoever sees an agreed change through: `state` is new, soon, over or open.

    `instead` says why it goes to somebody else than the owner named, empty where it does not.
    """
    by = f" by {weekday_day(idea.due)}" if idea.due else ""
    over = (today - idea.due).days if idea.due else 0
    subjects = {
        "new": f"Improvement {idea.name}: yours to see through{by}",
        "soon": f"Improvement {idea.name}: due{by}",
        "over": f"Improvement {idea.name}: due {count(over, 'day')} ago",
        "open": f"Improvement {idea.name}: agreed, but nobody has it",
    }
    headlines = {
        "new": "A change was agreed, and you are named as its owner",
        "soon": f"A change of yours is due{by}",
        "over": "A change that was agreed is overdue",
        "open": "A change was agreed, but it has no owner or no date",
    }
    asks = {
        "new": "When it is done, set its stage to Implemented in the improvement log.",
        "soon": "If it is done, set its stage to Implemented in the improvement log. If it will take longer, "
        "write the new date there.",
        "over": "If it is done, set its stage to Implemented in the improvement log. If not, write the new "
        "date there, and say why in a comment.",
        "open": "Please write into the improvement log who sees it through, and by when.",
    }
    return Alert(
        kind="agreed change",
        key=key,
        receiver=receiver,
        subject=subjects[state],
        headline=headlines[state],
        paragraphs=(asks[state], *((instead,) if instead else ())),
        why="You get this because "
        + ("you are told what nobody else can act on." if instead else "your name stands as its owner."),
        sections=(_change(idea),),
    )


def _change(idea: Idea) -> Section:
    return Section(
        f"{idea.name}: {shorten(idea.proposal, LONGEST)}",
        (
            ("Owner, as entered", idea.owner),
            ("Due", long_date(idea.due) if idea.due else ""),
            ("Agreed", long_date(idea.since)),
            ("Decided by, as entered", idea.decided_by),
            ("Approved by, as entered", idea.approved_by),
        ),
    )


def changes_made(ideas: Sequence[Idea], receiver: Person) -> Alert:
    """Return the mail that tells staff which changes were made."""
    made = count(len(ideas), "improvement")
    return Alert(
        kind="change made",
        key=f"change-made:{_mark(ideas)}:{_address(receiver)}",
        receiver=receiver,
        subject=f"Done: {made} that began with a complaint",
        headline="You had ideas, and this has changed" if len(ideas) > 1 else "An idea became a change",
        paragraphs=("Somebody wrote an idea beside a complaint. It was discussed, agreed, and is now done.",),
        why="You get this because you are on the list of people who are asked for comments.",
        sections=tuple(
            Section(
                f"{each.name}: {shorten(each.said or each.proposal, LONGEST)}",
                (("It is about", each.theme), ("Since", long_date(each.since))),
            )
            for each in ideas
        ),
    )


def customers_to_tell(about: Standing, receiver: Person, rows: Sequence[str]) -> Alert:
    """Return the mail that names the cases whose customers led to a change, so that they are told.

    `rows` say for each case where it stands; no customer is named.
    """
    idea = about.idea
    return Alert(
        kind="customers to tell",
        key=f"customers-to-tell:{idea.number}:{idea.since}",
        receiver=receiver,
        subject=f"Improvement {idea.name} is done: {count(len(rows), 'customer')} to tell",
        headline="Tell the customers whose complaint led to a change",
        paragraphs=(
            "They told us, and something has changed. A call or a short letter is enough: "
            f"complaints-sheet ideas customers {idea.number} prints a draft.",
        ),
        why="You get this because you are told what nobody else can act on.",
        facts=(),
        sections=(
            Section(
                f"{idea.name}: {shorten(idea.said or idea.proposal, LONGEST)}",
                tuple((f"Case {at}", row) for at, row in enumerate(rows, 1)),
            ),
        ),
        closing=("Write the day into Customers told in the log once they know.",),
    )


def _mark(ideas: Iterable[Idea]) -> str:
    named = "-".join(f"{each.number}.{each.since}" for each in ideas)
    return blake2b(named.encode(), digest_size=8).hexdigest()


def _address(receiver: Person) -> str:
    return (receiver.email or "").casefold()
