"""The heartbeat: a tick every minute for as long as the program runs. The only importer of `schedule`.

`schedule` only beats; it has no memory and decides nothing. What is due is worked out by the tick from what
is on record, in a thread of its own, so that a long job does not stop the heart.
"""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import FrameType

import schedule

from complaints_sheet.app.heartbeat import leave_signs
from complaints_sheet.app.status_page import write_page
from complaints_sheet.app.ticking import Asked, Tick, tick
from complaints_sheet.app.timetable import Plan, planned, timetable
from complaints_sheet.errors import Stopped

BEAT_SECONDS = 60
LONGEST_JOB = timedelta(hours=2)
INTERRUPTED = 130
STOP_SIGNALS = ("SIGINT", "SIGTERM", "SIGBREAK")  # the last is Ctrl+Break, or a closed window, on Windows


def stay(config_file: Path, tell: Callable[[str], None]) -> int:
    """Tick every minute until asked to stop; return the exit code: 130 after Ctrl+C, else 0.

    `tell` is called with each line for a person. ConfigError where the config cannot be used at the start,
    BusyError where another scheduler is at work.
    """
    from complaints_sheet.state.place import one_scheduler

    started = datetime.now(UTC)
    plan = planned(config_file, started)
    with one_scheduler(plan.config.state.folder, started):
        heart = Heart(config_file, plan, tell)
        with _signals(heart):
            tell("Scheduler started. Stop it with Ctrl+C: it finishes the message in hand.")
            _beat_until_stopped(heart)
            heart.rest()
    tell("Scheduler stopped.")
    return INTERRUPTED if heart.stopped_by == signal.SIGINT else 0


def _beat_until_stopped(heart: "Heart") -> None:
    beats = schedule.Scheduler()
    heart.beat()
    while not heart.stop.is_set():
        idle = beats.idle_seconds
        if idle is None or idle > BEAT_SECONDS:
            # Nothing planned yet, or the clock was set back: `schedule` would wait until it has caught up.
            beats.clear()
            beats.every(BEAT_SECONDS).seconds.do(heart.beat)
        heart.stop.wait(1)
        beats.run_pending()


@dataclass(slots=True)
class Heart:
    """What beats: each beat is a tick, or a sign of life where the last one is still at work."""

    config_file: Path
    plan: Plan
    tell: Callable[[str], None]
    stop: threading.Event = field(default_factory=threading.Event)
    stopped_by: int | None = None
    work: threading.Thread | None = None
    began: datetime = field(default_factory=lambda: datetime.now(UTC))
    owner: str = ""
    said: str = ""

    def beat(self) -> None:
        """Begin a tick, or say that the last one is still at work."""
        now = datetime.now(UTC)
        if self.work is not None and self.work.is_alive():
            self._still_at_work(now)
            return
        asked = Asked(self.config_file, now, stopping=self.stop.is_set)
        self.began, self.owner = now, asked.owner
        self.work = threading.Thread(target=self._tick, args=(asked,), daemon=True)
        self.work.start()

    def rest(self) -> None:
        """Wait until the tick at work has come to its end."""
        while self.work is not None and self.work.is_alive():
            self.work.join(1)

    def _tick(self, asked: Asked) -> None:
        try:
            done = tick(asked, self.plan)
        except Exception as fault:  # a broken config must not end the heartbeat
            self._trouble(fault, asked.now)
            return
        self.plan = done.plan
        for line in told(done):
            self._say_once(line) if line in (done.held, done.busy, done.unseen) else self.tell(line)

    def _still_at_work(self, now: datetime) -> None:
        """Lengthen the claims of the tick at work; one that hangs is left to be noticed."""
        from complaints_sheet.state import open_state

        if now - self.began > LONGEST_JOB:
            self._say_once("A job has been at work for two hours: please look what holds it up.")
            return
        place = self.plan.config.state
        with open_state(place.folder, place.url, alone=False) as state:
            state.jobs.renew(self.owner, now)
            state.jobs.keep_moments({"tick": (now, "")})
        leave_signs(self.plan.config, now)

    def _trouble(self, fault: Exception, now: datetime) -> None:
        """Say what is wrong, here and on the page; the next beat tries again."""
        if isinstance(fault, Stopped):
            problems = "".join(f"\n  {each}" for each in getattr(fault, "problems", ()))
            words = f"{fault.message}{problems} {fault.next_step}".strip()
        else:
            from complaints_sheet.faultlog import write_fault

            words = f"Something went wrong ({type(fault).__name__}); see {write_fault(fault, now)}"
        self._say_once(words)
        self._show(words, now)

    def _show(self, words: str, now: datetime) -> None:
        from complaints_sheet.state import open_state

        place, zone = self.plan.config.state, self.plan.config.organisation.timezone
        try:
            with open_state(place.folder, place.url, alone=False) as state:
                shown = timetable(state, self.plan, now.astimezone(zone))
                write_page(self.plan.config, shown, words)
        except Stopped as error:
            self._say_once(error.message)

    def _say_once(self, words: str) -> None:
        """Say something that would be said at every beat, until something else is said."""
        if words != self.said:
            self.tell(words)
        self.said = words


def told(done: Tick) -> Iterator[str]:
    """Yield what a tick did, a line each."""
    at = f"{done.at:%Y-%m-%d %H:%M}"
    if done.first:
        yield f"{at}  The schedule begins now: nothing is done for the time before."
    for ran in done.ran:
        yield f"{at}  {ran.occurrence.key}: {ran.outcome}{f' ({ran.words})' if ran.words else ''}"
    for skipped in done.skipped:
        yield f"{at}  {skipped.occurrence.key}: left out ({skipped.reason})"
    yield from filter(None, (done.held, done.busy, done.unseen))


@contextmanager
def _signals(heart: Heart) -> Iterator[None]:
    """Let the first signal to stop end the beating; a second one ends the program at once."""
    known = [getattr(signal, name) for name in STOP_SIGNALS if hasattr(signal, name)]
    before = {number: signal.getsignal(number) for number in known}

    def on_signal(number: int, _frame: FrameType | None) -> None:
        heart.stopped_by = number
        heart.stop.set()
        signal.signal(number, before[number] or signal.SIG_DFL)

    for number in known:
        signal.signal(number, on_signal)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler or signal.SIG_DFL)
