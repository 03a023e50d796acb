"""Kills on a real mail server: `python -m tests.postkills.postfix [KILLS] [MAILS]`, as root.

Postfix takes the mails over TLS with a login, and Dovecot keeps a copy of each in the robot's mailbox: the
journal, read by IMAP. Every few kills what is not known is settled from it, all at once.
"""

import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from complaints_sheet.config.settings import Config, load_config
from complaints_sheet.core.ledger import Outgoing
from complaints_sheet.core.messages import KEY_HEADER, short_key
from complaints_sheet.state import open_state
from tests.mailserver import MailServer, mail_server
from tests.postkills.points import AFTER_THE_END, SECOND_MARK, TALKING
from tests.postkills.trial import BEGIN, arm, dies, outgoing

OWNERS = 10
KILLS_IN_A_BATCH = 10
SETTLE_SECONDS = 3.0  # longer than Postfix ever took to show a copy
PASSWORD = "MAIL_KILLS_PASSWORD"
CONFIG = """organisation: {{name: Example Homes, timezone: Europe/London, locale: en_GB}}
register: {{kind: excel, path: register.xlsx}}
people:
{people}
delivery:
  kind: smtp
  host: localhost
  port: {smtp}
  sender: {robot}
  password_variable: {password}
  ca_file: {ca}
  flood: 100000
  journal: {{host: localhost, port: {imap}, settle_after: 15 minutes}}
"""


@dataclass(frozen=True)
class Outcome:
    """What became of all mails; `settled` were of unknown outcome for a while."""

    mails: int
    kills: int
    duplicates: int
    lost: int
    held: int
    settled: int
    seconds: float


def campaign(folder: Path, kills: int, mails: int, seed: int = 1) -> Outcome:
    """Return what became of the mails when their sender was killed so many times on the way."""
    begun, random = time.monotonic(), Random(seed)
    people = [f"owner{each}@example.org" for each in range(OWNERS)]
    with mail_server(folder, people) as server:
        os.environ[PASSWORD] = server.password
        config = _office(folder, server)
        arm(config)
        written = outgoing("postfix", mails, owners=OWNERS, sender=server.robot)
        killed, moment, share = 0, BEGIN, max(1, mails // kills)
        for number in range(kills):
            point = random.choice((*TALKING[2:], *SECOND_MARK, *AFTER_THE_END[:3]))
            due = written[number * share : (number + 1) * share]
            killed += dies(config, moment, due, None, point, random.randint(1, share))
            moment += timedelta(seconds=20)
            if number % KILLS_IN_A_BATCH == KILLS_IN_A_BATCH - 1:
                moment = _settled(config, server, moment, ())
        _settled(config, server, moment, written[kills * share :])
        return _account(config, server, written, killed, time.monotonic() - begun)


def _office(folder: Path, server: MailServer) -> Config:
    people = "\n".join(
        f"  - {{name: Owner {each}, email: owner{each}@example.org}}" for each in range(OWNERS)
    )
    text = CONFIG.format(
        people=people,
        smtp=server.smtp_port,
        imap=server.imap_port,
        robot=server.robot,
        ca=server.ca_file,
        password=PASSWORD,
    )
    (folder / "config.yaml").write_text(text, encoding="utf-8")
    return load_config(folder / "config.yaml")


def _settled(config: Config, server: MailServer, moment: datetime, due: Sequence[Outgoing]) -> datetime:
    """Send what is left, wait until every copy must be there, settle, send again; return the moment then."""
    for wait in (timedelta(minutes=1), timedelta(minutes=20), timedelta(minutes=1)):
        moment += wait
        if dies(config, moment, due, None):
            raise RuntimeError("a run that nobody killed has died")
        server.settle()
        time.sleep(SETTLE_SECONDS)
    return moment


def _account(
    config: Config, server: MailServer, written: Sequence[Outgoing], killed: int, seconds: float
) -> Outcome:
    taken = Counter(
        str(message[KEY_HEADER]) for address in server.people for message in server.delivered(address)
    )
    with open_state(config.state.folder) as state:
        entries = {each.message.key: each for each in state.outbox.entries()}
        settled = sum(
            any(step.state == "unknown" for step in state.outbox.steps(each.number))
            for each in entries.values()
        )
    held = sum(entries[each.key].state in ("held", "unknown") for each in written)
    lost = sum(taken[short_key(each)] == 0 and entries[each.key].state != "held" for each in written)
    twice = sum(max(0, taken[short_key(each)] - 1) for each in written)
    return Outcome(len(written), killed, twice, lost, held, settled, seconds)


def main(kills: int = 100, mails: int = 5000) -> int:
    """Print what became of the mails, and return 1 where one came twice or was lost."""
    with tempfile.TemporaryDirectory() as name:
        found = campaign(Path(name), kills, mails)
    print(
        f"Postfix with an IMAP journal: {found.mails:,} mails, {found.kills} kills, {found.settled} settled "
        f"from the journal, {found.seconds:.0f} s; {found.duplicates} duplicates, {found.lost} lost, "
        f"{found.held} held"
    )
    return 1 if found.duplicates or found.lost else 0


if __name__ == "__main__":
    sys.exit(main(*(int(each) for each in sys.argv[1:])))
