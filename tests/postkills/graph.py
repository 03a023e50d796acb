"""Print the kill table over Microsoft Graph: `python -m tests.postkills.graph [RUNS]`.

Each run kills a sender that hands its mails to a service as Graph is, over TLS, with a token, and settles
what is not known in its Sent Items. The service fails at random too: it answers 504, whether it took the mail
or not, 429, 500 and 503, refuses the token, or hangs up.
"""

import http.client
import os
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from multiprocessing import Pipe, Process
from pathlib import Path
from random import Random
from shutil import rmtree
from typing import Any

from complaints_sheet.app.judged import calendar_of
from complaints_sheet.config.settings import Config, load_config
from complaints_sheet.microsoft_graph import LAST_PART, SentItems
from complaints_sheet.state.outbox import Outbox
from tests.mailserver.certificates import Authority
from tests.mailserver.cloud import CLIENT, DROP, DROP_TAKEN, SECRET, TENANT, Cloud, cloud_services
from tests.postkills.points import (
    AFTER_THE_END,
    CLAIMING,
    QUEUEING,
    RECOVERING,
    SECOND_MARK,
    SETTLING,
    Deaths,
)
from tests.postkills.trial import BEGIN, MAILS, Fate, arm, killed

SPEAKING = ("connected", "heading sent", "middle of the body", "body sent")
REFUSED = ("mark taken back",)
POINTS = (
    *QUEUEING,
    *CLAIMING,
    *SPEAKING,
    *SECOND_MARK,
    *AFTER_THE_END,
    *REFUSED,
    *RECOVERING,
    *SETTLING,
)
FAILING = (504, DROP_TAKEN, DROP, 429, 503, 500, 401)
CONFIG = """organisation: {name: Example Homes, timezone: Europe/London, locale: en_GB}
register: {kind: excel, path: register.xlsx}
people:
PEOPLE
delivery:
  {kind: graph, auth: microsoft-app, tenant: TENANT, client_id: CLIENT, sender: robot@example.org,
   authority: "URL", graph: "URL", ca_file: CA, flood: 100000, rate_per_minute: 100000}
"""


class GraphDeaths(Deaths):
    """Dies in the dialogue with Graph in place of that with a mail server."""

    def _commands(self) -> None:
        self._around(Outbox, "not_taken", after="mark taken back")
        self._around(SentItems, "seen", after="journal read")
        self._around(http.client.HTTPSConnection, "connect", after="connected")

    def _bytes(self) -> None:
        send, getresponse = http.client.HTTPConnection.send, http.client.HTTPConnection.getresponse

        def sent(connection: http.client.HTTPConnection, content: Any) -> None:
            if isinstance(content, bytes) and content.startswith(b"POST ") and b"sendMail" in content:
                send(connection, content)
                self.reached("heading sent")
            elif isinstance(content, bytes) and len(content) == LAST_PART:
                send(connection, content)
                self._at_the_end = True
                self.reached("last line sent")
            elif isinstance(content, bytes) and b"\r\n" not in content and len(content) > 400:
                half = len(content) // 2
                send(connection, content[:half])
                self.reached("middle of the body")
                send(connection, content[half:])
                self.reached("body sent")
            else:
                send(connection, content)

        def answered(connection: http.client.HTTPConnection) -> Any:
            answer = getresponse(connection)
            if self._at_the_end:
                self._at_the_end = False
                self.reached("answer read")
            return answer

        http.client.HTTPConnection.send = sent  # type: ignore[method-assign]
        http.client.HTTPConnection.getresponse = answered  # type: ignore[method-assign]


class _Failing(Cloud):
    """Fails at random, by a seed."""

    chance = Random(0)
    often = 0.0

    def order(self, endpoint: str) -> tuple[int | str, dict[str, str], Any] | None:
        if endpoint != "sendMail" or self.chance.random() >= self.often:
            return None
        return self.chance.choice(FAILING), {"Retry-After": "0"}, None


@contextmanager
def service(folder: Path, log: Path, seed: int, often: float) -> Iterator[str]:
    """Run Graph and its token service in a process of their own, and yield their address."""
    certificate = Authority(folder).certificate()
    here, there = Pipe()

    def serve() -> None:
        cloud = _Failing(log=log)
        cloud.chance, cloud.often = Random(seed), often
        with cloud_services(certificate, cloud) as server:
            there.send(cloud.url)
            server.serve_forever()

    process = Process(target=serve, daemon=True)
    process.start()
    try:
        yield here.recv()
    finally:
        process.kill()
        process.join()


def office(folder: Path, url: str, authority: Path) -> Config:
    """Return the config of an office whose mail leaves by that service."""
    people = "\n".join(f"  - {{name: Owner {each}, email: owner{each}@example.org}}" for each in range(MAILS))
    file = folder / "config.yaml"
    values = {
        "PEOPLE": people,
        "TENANT": TENANT,
        "CLIENT": CLIENT,
        "URL": url,
        "CA": str(authority),
    }
    text = CONFIG
    for name, value in values.items():
        text = text.replace(name, value)
    file.write_text(text, encoding="utf-8")
    config = load_config(file)
    calendar_of(config.calendar, (), BEGIN)  # what a run would load first is loaded before its children begin
    import msal
    import requests

    assert msal
    assert requests
    return config


def trials(folder: Path, seeds: Sequence[int], *, often: float = 0.15) -> Iterator[Fate]:
    """Yield the fate of each seeded trial; one mail in `often` meets a fault of the service."""
    os.environ["COMPLAINTS_MAIL_PASSWORD"] = SECRET
    log = folder / "taken"
    log.touch()
    with service(folder, log, seeds[0], often) as url:
        config = office(folder, url, folder / "authority.pem")
        for seed in seeds:
            own = replace(config, state=replace(config.state, folder=folder / f"memory-{seed}"))
            arm(own)
            yield killed(own, log, seed, POINTS, GraphDeaths, real_journal=True)
            rmtree(own.state.folder)


def fates(seeds: Sequence[int]) -> list[Fate]:
    """Return the fate of each seeded run."""
    with tempfile.TemporaryDirectory() as name:
        return list(trials(Path(name), seeds))


def main(runs: int = 500) -> int:
    """Print the table and return 1 where a mail came twice or was lost."""
    cores, by_point, every = os.cpu_count() or 1, defaultdict(list), []
    with ProcessPoolExecutor(cores) as pool:
        for part in pool.map(fates, [range(start, runs, cores) for start in range(cores)]):
            every += part
    for fate in every:
        by_point[fate.point].append(fate)
    heads = ("runs", "kills", "mails settled", "duplicates", "lost", "held")
    print(f"{'killed at':<24}" + "".join(f"{head:>15}" for head in heads))
    for name, found in (*((point, by_point[point]) for point in POINTS), ("all", every)):
        names = ("kills", "settled", "duplicates", "lost", "held")
        sums = [sum(getattr(fate, each) for fate in found) for each in names]
        print(f"{name:<24}" + "".join(f"{number:>15,}" for number in (len(found), *sums)))
    for fate in every:
        if fate.said:
            print(f"{fate.point}: {fate.said}")
    return 1 if any(fate.duplicates or fate.lost or fate.said for fate in every) else 0


if __name__ == "__main__":
    sys.exit(main(*(int(each) for each in sys.argv[1:2])))
