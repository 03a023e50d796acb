"""One run over the memory, as the program does it, that may die at a numbered write.

`python -m tests.kills.run FOLDER DAY [KILL_AT]`: 0 is the first run, 1 the next day's. Each write counts
twice, just before and just after it, and each commit once. It prints how many places there are.
"""

import os
import sys
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import event

from complaints_sheet.core.findings import case_mark
from complaints_sheet.core.ledger import Outgoing, PackRecord
from complaints_sheet.core.model import Judgement, Verdict
from complaints_sheet.core.silence import accept
from complaints_sheet.state import State, open_state
from tests.test_state_registers import saved

FIRST_DAY = datetime(2026, 11, 23, 8, tzinfo=ZoneInfo("Europe/London"))
DIED = 9
WRITES = ("INSERT", "UPDATE", "DELETE", "CREATE", "PRAGMA journal_mode")


def rows(day: int) -> list[dict[str, object]]:
    """Return the register of the day: on the second some rows are new, changed, moved, gone."""
    logged = [
        {
            "case_owner": "Amira Khan" if number % 2 else "Tom Ashworth",
            "received_on": date(2026, 11, 1 + number),
            "customer_name": f"Customer {number}",
            "issue": f"Boiler {number} out again",
            "resolved": False,
        }
        for number in range(12)
    ]
    if day == 0:
        return logged
    logged[3] |= {"resolved": True, "resolution": "Fixed", "followed_up_on": date(2026, 11, 23)}
    logged[5] |= {"case_owner": "Nadia Rahman"}
    late = {
        "customer_name": "Newcomer",
        "issue": "Leak",
        "received_on": date(2026, 11, 24),
        "resolved": False,
    }
    return [late, *reversed(logged[2:])]


def run(folder: Path, day: int, kill_at: int | None = None) -> int:
    """Do the whole run of a day, and return how many places there were to die at."""
    now = FIRST_DAY + timedelta(days=day)
    deaths = _Deaths(kill_at)
    deaths.listen_from_the_start()
    with open_state(folder) as state:
        begun = state.runs.begin("run", now, now.date(), now)
        state.outbox.recover(now)
        recalled = state.registers.recall(saved(rows(day)), now.date())
        state.registers.remember(begun, recalled)
        late = Verdict("follow-up", "house", "breached", due=date(2026, 11, 20))
        verdicts = tuple((late,) if place % 3 == 0 else () for place in range(len(recalled.register.cases)))
        state.registers.observe_breaches(begun, Judgement(recalled.register, now, verdicts, (), (), ()))
        state.words.accept(accept(each, None, "right", now.date()) for each in recalled.register.findings[:1])
        state.outbox.queue(_messages(recalled.register.cases, now), now, begun)
        _deliver(state, folder, now)
        end = now.date() - timedelta(days=1)
        state.packs.record(
            PackRecord("weekly", now.date(), end, end, {"open": 3}, ("pack.html",), now, begun.number)
        )
        state.runs.finish(begun, "done", now)
    return deaths.count


def _messages(cases, now: datetime) -> list[Outgoing]:
    return [
        Outgoing(
            key=f"digest:{name}:{now.date()}",
            channel="folder",
            kind="digest",
            receiver=name,
            address=f"{name}@example.org",
            message_id=f"<{name}-{now.date()}@example.org>",
            subject="Your cases",
            content=b"Your cases",
            told={f"{case_mark(case)}-x": "due" for case in cases[:3]},
        )
        for name in ("amira", "tom")
    ]


def _deliver(state: State, folder: Path, now: datetime) -> None:
    """Send what waits, writing each message handed over into a list beside the memory."""
    for waiting in state.outbox.entries("queued"):
        if state.outbox.claim(waiting.number, now) and state.outbox.committing(waiting.number, now):
            with (folder.parent / f"{folder.name}.delivered").open("a", encoding="utf-8") as handed_over:
                handed_over.write(f"{waiting.message.key}\n")
            state.outbox.sent(waiting.number, now)


class _Deaths:
    """Counts the places to die at, and dies at the one asked for."""

    def __init__(self, kill_at: int | None) -> None:
        self.count = 0
        self.kill_at = kill_at

    def listen_from_the_start(self) -> None:
        from sqlalchemy import Engine

        event.listen(Engine, "before_cursor_execute", self._statement)
        event.listen(Engine, "after_cursor_execute", self._statement)
        event.listen(Engine, "commit", lambda _connection: self._reached())

    def _statement(self, _connection, _cursor, statement: str, *_more: object) -> None:
        if statement.lstrip().startswith(WRITES):
            self._reached()

    def _reached(self) -> None:
        self.count += 1
        if self.count == self.kill_at:
            os._exit(DIED)


if __name__ == "__main__":
    where, which = Path(sys.argv[1]), int(sys.argv[2])
    found = run(where, which, int(sys.argv[3]) if len(sys.argv) > 3 else None)
    print(found)
