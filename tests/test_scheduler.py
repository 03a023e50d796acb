"""The scheduler as a process of its own: one at a time, stopped politely or killed, with signs of life."""

import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import ClassVar

import pytest

from complaints_sheet import scheduler
from complaints_sheet.app.heartbeat import ping
from complaints_sheet.app.ticking import Asked, tick
from complaints_sheet.app.timetable import planned
from complaints_sheet.scheduler import Heart
from complaints_sheet.state import open_state
from tests.test_ticking import CONFIG, HEADINGS, ROWS

ROOT = Path(__file__).parent.parent
PATIENCE = 60
POSIX = pytest.mark.skipif(os.name != "posix", reason="signals between processes are a thing of POSIX")


@pytest.fixture
def office(tmp_path: Path) -> Path:
    (tmp_path / "config.yaml").write_text(CONFIG, encoding="utf-8")
    (tmp_path / "register.csv").write_text("\n".join((HEADINGS, *ROWS)) + "\n", encoding="utf-8")
    return tmp_path / "config.yaml"


@contextmanager
def at_work(config: Path, *program: str) -> Iterator[subprocess.Popen[str]]:
    """Yield a scheduler that has written its first page; it is ended with the `with` at the latest."""
    command = program or ("-m", "complaints_sheet", "schedule", "-c", str(config))
    page = config.parent / "status.html"
    page.unlink(missing_ok=True)
    process = subprocess.Popen(
        [sys.executable, *command], stderr=subprocess.PIPE, text=True, cwd=ROOT, encoding="utf-8"
    )
    try:
        wait_for(page.exists, process)
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def wait_for(happened: Callable[[], bool], process: subprocess.Popen[str]) -> None:
    until = time.monotonic() + PATIENCE
    while not happened():
        assert process.poll() is None, process.communicate()[1]
        if time.monotonic() > until:
            process.kill()
            pytest.fail(f"it took too long: {process.communicate()[1]}")
        time.sleep(0.05)


def ended(process: subprocess.Popen[str], number: int) -> tuple[int, str]:
    process.send_signal(number)
    _, said = process.communicate(timeout=PATIENCE)
    return process.returncode, said


@POSIX
def test_it_runs_alone_stops_politely_and_survives_being_killed(office: Path) -> None:
    with at_work(office) as first:
        command = [sys.executable, "-m", "complaints_sheet", "schedule", "-c", str(office)]
        second = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
        assert second.returncode == 5
        assert f"A scheduler is at work here already: process {first.pid} on" in second.stderr
        code, said = ended(first, signal.SIGTERM)
        assert code == 0
        assert "Scheduler started." in said
        assert "Scheduler stopped." in said
    with at_work(office) as killed:
        killed.kill()
    with at_work(office) as again:
        assert ended(again, signal.SIGINT)[0] == 130
    assert not (office.parent / ".complaints" / "scheduler.json").exists()


SLOW = """
    import sys, time
    from contextlib import contextmanager
    from datetime import datetime, timedelta
    from pathlib import Path

    from complaints_sheet import scheduler
    from complaints_sheet.channels import CHANNELS, Channel, folder

    began = time.monotonic()

    class Monday(datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime(2026, 11, 23, 8, 0, tzinfo=tz) + timedelta(seconds=time.monotonic() - began)

    def slowly(message, before_commit):
        Path(sys.argv[2]).touch()
        time.sleep(0.7)
        settings = folder.Settings(folder=Path(sys.argv[1]).parent / "outbox")
        return folder.deliver(message, settings, before_commit)

    @contextmanager
    def session(settings):
        yield slowly

    scheduler.datetime = Monday
    CHANNELS["folder"] = Channel(folder.Settings, session, live=False)
    sys.exit(scheduler.stay(Path(sys.argv[1]), lambda line: print(line, file=sys.stderr, flush=True)))
"""


@POSIX
def test_asked_to_stop_it_finishes_the_message_in_hand_and_the_next_start_sends_the_rest(
    office: Path,
) -> None:
    config = CONFIG + "schedule: {sync: no, packs: no, weekly: no, backup: no}\n"
    office.write_text(config, encoding="utf-8")
    tick(Asked(office, datetime(2026, 11, 22, 18, tzinfo=UTC)))
    sending = office.parent / "sending"
    program = office.parent / "slow.py"
    program.write_text(textwrap.dedent(SLOW), encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, str(program), str(office), str(sending)]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment)
    wait_for(sending.exists, process)
    code, said = ended(process, signal.SIGTERM)
    outbox = office.parent / "outbox"
    assert (code, len(list(outbox.glob("*.eml")))) == (0, 1), said
    assert "digests-0800:2026-11-23: let go (stopped after the message in hand)" in said
    found = tick(Asked(office, datetime(2026, 11, 23, 8, 1, tzinfo=UTC)))
    ran = next(iter(found.ran))
    assert (ran.occurrence.key, ran.outcome) == ("digests-0800:2026-11-23", "done")
    assert len(list(outbox.glob("*.eml"))) == 3
    with open_state(office.parent / ".complaints", alone=False) as state:
        assert state.outbox.counts() == {"sent": 3}


# --- signs of life ------------------------------------------------------------------------------------------


class Pings(BaseHTTPRequestHandler):
    """Counts who calls, and answers as told."""

    seen: ClassVar[list[str]] = []
    answer: ClassVar[int] = 200

    def do_GET(self) -> None:
        self.seen.append(self.path)
        self.send_response(self.answer)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def monitor() -> Iterator[tuple[str, type[Pings]]]:
    Pings.seen, Pings.answer = [], 200
    server = HTTPServer(("127.0.0.1", 0), Pings)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/ping/abc", Pings
    server.shutdown()
    server.server_close()


def beaten(office: Path, said: list[str]) -> Heart:
    heart = Heart(office, planned(office, datetime.now(UTC)), said.append)
    heart.beat()
    heart.rest()
    return heart


def test_each_beat_leaves_the_signs_of_life_that_the_config_asks_for(
    office: Path, monitor: tuple[str, type[Pings]]
) -> None:
    url, pings = monitor
    more = f"schedule: {{heartbeat_file: alive.txt, heartbeat_url: '{url}'}}\n"
    office.write_text(CONFIG + more, encoding="utf-8")
    beaten(office, [])
    assert pings.seen == ["/ping/abc"]
    alive = datetime.fromisoformat((office.parent / "alive.txt").read_text(encoding="utf-8").strip())
    assert timedelta() <= datetime.now(UTC) - alive < timedelta(minutes=1)


def test_a_heartbeat_address_that_fails_is_noted_and_nothing_stops(
    office: Path, monitor: tuple[str, type[Pings]]
) -> None:
    url, pings = monitor
    pings.answer = 503
    office.write_text(CONFIG + f"schedule: {{heartbeat_url: '{url}'}}\n", encoding="utf-8")
    said: list[str] = []
    heart = beaten(office, said)
    heart.beat()
    heart.rest()
    page = (office.parent / "status.html").read_text(encoding="utf-8")
    assert "The heartbeat address could not be reached since" in page
    assert "HTTPError Service Unavailable" in page
    assert url not in page
    pings.answer = 200
    heart.beat()
    heart.rest()
    heart.beat()
    heart.rest()
    assert "heartbeat address" not in (office.parent / "status.html").read_text(encoding="utf-8")


def test_a_ping_names_the_fault_and_never_the_address() -> None:
    assert ping("http://127.0.0.1:9/secret").startswith("URLError")
    assert "secret" not in ping("http://127.0.0.1:9/secret")


def test_a_long_job_does_not_stop_the_heart_and_a_hung_one_is_noticed(office: Path) -> None:
    said: list[str] = []
    heart = Heart(office, planned(office, datetime.now(UTC)), said.append)
    enough = threading.Event()
    heart.work = threading.Thread(target=enough.wait, daemon=True)
    heart.work.start()
    before = datetime.now(UTC)
    heart.beat()
    with open_state(office.parent / ".complaints", alone=False) as state:
        assert state.jobs.moments()["tick"][0] >= before
    heart.began = before - timedelta(hours=3)
    heart.beat()
    enough.set()
    heart.rest()
    assert said == ["A job has been at work for two hours: please look what holds it up."]


def test_a_config_that_breaks_while_it_runs_is_said_once_and_mended_without_a_restart(office: Path) -> None:
    said: list[str] = []
    heart = beaten(office, said)
    said.clear()
    office.write_text("register: [", encoding="utf-8")
    for _ in range(2):
        heart.beat()
        heart.rest()
    assert len(said) == 1
    assert "config.yaml" in said[0]
    assert "Needs a look" in (office.parent / "status.html").read_text(encoding="utf-8")
    office.write_text(CONFIG, encoding="utf-8")
    heart.beat()
    heart.rest()
    assert "Needs a look" not in (office.parent / "status.html").read_text(encoding="utf-8")


def test_a_clock_set_back_does_not_stop_the_beating(monkeypatch: pytest.MonkeyPatch) -> None:
    """`schedule` alone would wait until the clock has caught up."""
    import datetime as dt

    offset = [timedelta()]

    class Clock(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:
            return datetime.now(tz) - offset[0]  # type: ignore[arg-type]

    fake = SimpleNamespace(datetime=Clock, timedelta=dt.timedelta, date=dt.date, time=dt.time)
    monkeypatch.setattr("schedule.datetime", fake)
    monkeypatch.setattr(scheduler, "BEAT_SECONDS", 1)
    beats: list[float] = []
    stop = threading.Event()

    def beat() -> None:
        beats.append(time.monotonic())
        offset[0] = timedelta(hours=2)
        if len(beats) == 3:
            stop.set()

    scheduler._beat_until_stopped(SimpleNamespace(beat=beat, stop=stop))
    assert beats[-1] - beats[0] < 10
