"""The improvement ideas: stages, the words they came in, what happened, comments, and the log's cells."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from secrets import token_hex
from typing import Any

from sqlalchemy import Connection, Engine, Row, Table, bindparam, delete, func, insert, select, update

from complaints_sheet.core.ideas import Comment, Event, Idea, Stage, Wording
from complaints_sheet.core.improvement_log import Base, Held
from complaints_sheet.core.log_columns import FREE_TEXT
from complaints_sheet.core.privacy import Fingerprints, masked
from complaints_sheet.core.proposals import Gathered
from complaints_sheet.state.history import scrub
from complaints_sheet.state.tables import IDEA_COMMENTS, IDEA_EVENTS, IDEA_LOG, IDEAS, WORDINGS

_TYPED: Mapping[Table, Sequence[str]] = {
    WORDINGS: ("words",),
    IDEA_EVENTS: ("before", "after"),
    IDEA_COMMENTS: ("words", "about"),
}
"""What people typed, beside the ideas themselves."""
_SPOKEN = ("idea", "comment", *FREE_TEXT)
"""What changed in events that repeat sentences; the others name colleagues, days and mails."""
_DAYS = ("raised", "since", "reply_by", "circulated", "due", "decided_on", "staff_told", "customers_told")


@dataclass(frozen=True, slots=True)
class LogMemory:
    """What is known of the log: what each cell held last, a write not known to be done, events listed."""

    base: Base = field(default_factory=dict)
    intended: Mapping[int, Mapping[str, str]] = field(default_factory=dict)
    events: int = 0  # the number of the last event that the log lists
    forgotten: Fingerprints = field(default_factory=Fingerprints)  # names to mask wherever they are read


class Ideas:
    """Every idea ever typed, and what became of it. Nothing here is ever taken away but a case's words."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def known(self, *, stages: Collection[Stage] = (), first: int = 0) -> Mapping[int, Idea]:
        """Return every idea by its number: all of them, those in some stages, those from a number on."""
        wanted = select(IDEAS).where(IDEAS.c.number >= first).order_by(IDEAS.c.number)
        if stages:
            wanted = wanted.where(IDEAS.c.stage.in_(stages))
        with self._engine.connect() as connection:
            rows = connection.execute(wanted).all()
        return {row.number: _idea(row) for row in rows}

    def mailed(self) -> frozenset[str]:
        """Return the keys of all mails about ideas that have gone."""
        wanted = select(IDEA_EVENTS.c.before).where(IDEA_EVENTS.c.field == "mail")
        with self._engine.connect() as connection:
            return frozenset(connection.scalars(wanted))

    def wordings(self) -> tuple[Wording, ...]:
        """Return the words in which each case ever proposed an idea, in the order they were seen."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(WORDINGS).order_by(WORDINGS.c.number)).all()
        return tuple(Wording(row.case, row.idea, row.words, row.day) for row in rows)

    def next_number(self) -> int:
        """Return the first number that no idea has."""
        with self._engine.connect() as connection:
            return (connection.scalar(select(func.max(IDEAS.c.number))) or 0) + 1

    def gather(self, found: Gathered) -> None:
        """Write down what the registers added, all or nothing."""
        if not (found.new or found.changed or found.wordings or found.events):
            return
        with self._engine.begin() as connection:
            _put(connection, found.changed)
            _add(connection, found.new)
            if found.wordings:
                connection.execute(insert(WORDINGS), [_values(each) for each in found.wordings])
            _add_events(connection, found.events)

    def decide(self, ideas: Iterable[Idea], events: Sequence[Event]) -> None:
        """Write down ideas as they are now, with what changed, all or nothing."""
        with self._engine.begin() as connection:
            _put(connection, tuple(ideas))
            _add_events(connection, events)

    def events(self, idea: int | None = None, *, after: int = 0) -> tuple[Event, ...]:
        """Return what happened, oldest first: to one idea, or since the event numbered `after`."""
        wanted = select(IDEA_EVENTS).where(IDEA_EVENTS.c.number > after).order_by(IDEA_EVENTS.c.number)
        if idea is not None:
            wanted = wanted.where(IDEA_EVENTS.c.idea == idea)
        with self._engine.connect() as connection:
            rows = connection.execute(wanted).all()
        return tuple(
            Event(row.idea, row.day, row.field, row.before, row.after, row.by, row.place, row.number)
            for row in rows
        )

    def comments(self) -> tuple[Comment, ...]:
        """Return every comment, in the order they were heard."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(IDEA_COMMENTS).order_by(IDEA_COMMENTS.c.number)).all()
        return tuple(
            Comment(
                row.idea,
                row.who,
                row.words,
                row.day,
                row.place,
                row.number,
                row.pack,
                bool(row.listed),
                row.about,
            )
            for row in rows
        )

    def hear(self, new: Sequence[Comment], changed: Sequence[Comment] = ()) -> None:
        """Write down new comments, and those that were said anew."""
        with self._engine.begin() as connection:
            if new:
                connection.execute(insert(IDEA_COMMENTS), [_comment(each) for each in new])
            for each in changed:
                changing = update(IDEA_COMMENTS).where(IDEA_COMMENTS.c.number == each.number)
                connection.execute(changing.values(_comment(each)))

    def in_pack(self, comments: Iterable[Comment], meeting: date) -> None:
        """Write down that the meeting's pack showed these comments."""
        numbers = [each.number for each in comments if each.pack is None]
        if numbers:
            changed = update(IDEA_COMMENTS).where(IDEA_COMMENTS.c.number.in_(numbers)).values(pack=meeting)
            with self._engine.begin() as connection:
                connection.execute(changed)

    def log(self) -> LogMemory:
        """Return what is known of the log."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(IDEA_LOG)).all()
        kept: dict[str, Any] = {row.name: row.content for row in rows}
        return LogMemory(
            {
                int(number): {key: Held(text, bool(ours)) for key, (text, ours) in cells.items()}
                for number, cells in kept.get("base", {}).items()
            },
            {int(number): cells for number, cells in kept.get("intended", {}).items()},
            kept.get("events", 0),
            Fingerprints(kept.get("salt", ""), frozenset(kept.get("forgotten", ()))),
        )

    def keep_log(self, memory: LogMemory) -> None:
        """Write down what is known of the log."""
        base = {
            str(number): {key: [held.text, held.ours] for key, held in cells.items()}
            for number, cells in memory.base.items()
        }
        intended = {str(number): dict(cells) for number, cells in memory.intended.items()}
        parts = {"base": base, "intended": intended, "events": memory.events}
        if memory.forgotten.parts:
            parts |= {"salt": memory.forgotten.salt, "forgotten": sorted(memory.forgotten.parts)}
        with self._engine.begin() as connection:
            connection.execute(delete(IDEA_LOG))
            connection.execute(
                insert(IDEA_LOG), [{"name": name, "content": part} for name, part in parts.items()]
            )

    def forget(self, case: int, customer: str) -> None:
        """Erase that a case ever proposed anything, and its customer's name from whatever was typed.

        The ideas themselves stay, with the name masked. Fingerprints of the name stay too, so that it is
        masked where it is read again: the improvement log is people's own, and may go on naming the customer.
        """
        with self._engine.begin() as connection:
            connection.execute(delete(WORDINGS).where(WORDINGS.c.case == case))
            for table, columns in _TYPED.items():
                _mask(connection, table, columns, customer)
            for row in connection.execute(select(IDEAS)).all():
                facts = {
                    key: masked(value, customer) if key in FREE_TEXT else value
                    for key, value in row.facts.items()
                }
                if facts != row.facts:
                    connection.execute(update(IDEAS).where(IDEAS.c.number == row.number).values(facts=facts))
        memory = self.log()
        base = {
            number: {
                key: Held(masked(held.text, customer) if key in FREE_TEXT else held.text, held.ours)
                for key, held in cells.items()
            }
            for number, cells in memory.base.items()
        }
        known = memory.forgotten if memory.forgotten.salt else Fingerprints(token_hex(16))
        self.keep_log(replace(memory, base=base, intended={}, forgotten=known.with_name(customer)))
        scrub(self._engine)


def _mask(connection: Connection, table: Table, columns: Sequence[str], customer: str) -> None:
    """Mask a customer's name in the text of these columns."""
    rows = select(table).where(table.c.field.in_(_SPOKEN)) if table is IDEA_EVENTS else select(table)
    for row in connection.execute(rows).all():
        texts = {name: masked(getattr(row, name), customer) for name in columns}
        changed = {name: text for name, text in texts.items() if text != getattr(row, name)}
        if changed:
            connection.execute(update(table).where(table.c.number == row.number).values(changed))


def _put(connection: Connection, ideas: Sequence[Idea]) -> None:
    """Write ideas down in the place of what was known of them."""
    if ideas:
        known = delete(IDEAS).where(IDEAS.c.number == bindparam("known"))
        connection.execute(known, [{"known": each.number} for each in ideas])
    _add(connection, ideas)


def _add(connection: Connection, ideas: Sequence[Idea]) -> None:
    if ideas:
        connection.execute(insert(IDEAS), [_row(each) for each in ideas])


def _row(idea: Idea) -> dict[str, Any]:
    facts = {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in _values(idea).items()
        if name not in ("number", "stage")
    }
    return {"number": idea.number, "stage": idea.stage, "facts": facts}


def _values(of: Idea | Wording | Event) -> dict[str, Any]:
    """Return the fields of a flat value by name; quicker than a deep copy, for tens of thousands of them."""
    return {name: getattr(of, name) for name in of.__slots__}


def _idea(row: Row[Any]) -> Idea:
    facts = dict(row.facts)
    days = {name: date.fromisoformat(facts[name]) for name in _DAYS if facts.get(name)}
    return Idea(number=row.number, stage=row.stage, **(facts | days))


def _add_events(connection: Connection, events: Sequence[Event]) -> None:
    if events:
        rows = [_values(each) for each in events]
        for row in rows:
            del row["number"]
        connection.execute(insert(IDEA_EVENTS), rows)


def _comment(comment: Comment) -> dict[str, Any]:
    values = asdict(comment)
    del values["number"]
    return values | {"listed": int(comment.listed)}
