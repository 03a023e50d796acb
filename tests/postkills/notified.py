"""The test that Alertmanager fails: 50 are told, the sender is killed, and started again: nobody twice.

`python -m tests.postkills.notified`. Alertmanager 0.25 kept in a file, written every 15 minutes, whom it had
told: killed before that, it told all 50 of 50 again.
"""

import os
import signal
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests.postkills.points import Deaths
from tests.postkills.trial import BEGIN, BETWEEN_RUNS, arm, office, once, outgoing, read_journal_from, sink

TOLD = 50


def repeated(folder: Path, mails: int = TOLD) -> tuple[int, int]:
    """Return how many were told before the kill, and how many were told again after it."""
    log = folder / "taken"
    with sink(log) as port:
        config = office(folder, port, mails)
        arm(config)
        written = outgoing("notified", mails)

        def tell_and_stay(at: int) -> None:
            read_journal_from(log, Deaths())
            once(config, BEGIN + at * BETWEEN_RUNS, written)
            (folder / f"told-{at}").touch()
            time.sleep(600)

        for at in range(3):
            child = os.fork()
            if child == 0:
                try:
                    tell_and_stay(at)
                finally:
                    os._exit(1)
            _wait_for(folder / f"told-{at}")
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            if at == 0:
                before = len(log.read_text(encoding="utf-8").splitlines())
        times = Counter(line.split()[0] for line in log.read_text(encoding="utf-8").splitlines())
    return before, sum(each - 1 for each in times.values())


def _wait_for(file: Path) -> None:
    end = time.monotonic() + 60
    while not file.exists():
        if time.monotonic() > end:
            raise TimeoutError("the sender did not finish")
        time.sleep(0.02)


def main() -> int:
    """Print how many were told, and again, and return 1 where anybody was."""
    with tempfile.TemporaryDirectory() as name:
        told, again = repeated(Path(name))
    print(
        f"{told} told, kill -9, started again twice: {again} of {told} told again "
        "(Alertmanager 0.25: 50 of 50)"
    )
    return 1 if again or told != TOLD else 0


if __name__ == "__main__":
    sys.exit(main())
