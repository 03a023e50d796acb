"""A real mail server on this computer: Postfix with STARTTLS and a login, delivering to Dovecot.

Both are those of Debian (`apt-get install postfix dovecot-imapd dovecot-lmtpd`), started as root in a
temporary folder on free ports of 127.0.0.1, without systemd. Nothing can leave: there is no transport but the
one to Dovecot. Every message of the robot is copied into the robot's own mailbox: that is the journal.

    with mail_server(folder) as server:
        ... server.smtp_port, server.imap_port, server.ca_file, server.user, server.password ...
        server.delivered("amira.khan@example.org")
"""

import imaplib
import os
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from string import Template
from typing import cast

import pytest

from tests.mailserver.certificates import Authority
from tests.programs import ALL_TESTS, needs

TEMPLATES = Path(__file__).parent
PROGRAMS = ("postfix", "dovecot")
DOMAIN = "example.org"
ROBOT = f"complaints-robot@{DOMAIN}"
PEOPLE = (f"amira.khan@{DOMAIN}", f"bo.day@{DOMAIN}", f"dana.hughes@{DOMAIN}", f"sam.osei@{DOMAIN}")
PASSWORD = "correct horse battery staple"
PATIENCE = 30.0  # seconds until a server must be up


@dataclass(frozen=True)
class MailServer:
    """A running mail server. `user` and `password` open SMTP and IMAP; `robot` is the journal's mailbox."""

    home: Path
    smtp_port: int
    imap_port: int
    ca_file: Path
    people: tuple[str, ...]
    host: str = "localhost"
    user: str = ROBOT
    password: str = PASSWORD
    robot: str = ROBOT

    def delivered(self, address: str) -> list[EmailMessage]:
        """Return the messages in somebody's mailbox as IMAP gives them, oldest first."""
        with imaplib.IMAP4_SSL(self.host, self.imap_port, ssl_context=self._trust()) as box:
            box.login(address, self.password)
            _, (number,) = box.select("INBOX", readonly=True)
            if not int(number or b"0"):
                return []
            _, parts = box.fetch("1:*", "(BODY.PEEK[])")
        contents = (part[1] for part in parts if isinstance(part, tuple))
        return [cast("EmailMessage", message_from_bytes(each, policy=SMTP)) for each in contents]

    def empty(self) -> None:
        """Delete every message of every mailbox."""
        for address in (self.robot, *self.people):
            with imaplib.IMAP4_SSL(self.host, self.imap_port, ssl_context=self._trust()) as box:
                box.login(address, self.password)
                _, (number,) = box.select("INBOX")
                if int(number or b"0"):
                    box.store("1:*", "+FLAGS", r"\Deleted")
                    box.expunge()

    def waiting(self) -> int:
        """Return how many messages Postfix has accepted and not yet delivered."""
        queue = self.home / "queue"
        return sum(
            1
            for name in ("incoming", "active", "deferred")
            for each in _files(queue / name)
            if each.is_file()
        )

    def settle(self, within: float = 90.0) -> None:
        """Wait until nothing waits any more; raises TimeoutError after `within` seconds."""
        _wait(lambda: self.waiting() == 0, "Postfix still holds mail", within)

    def kill(self, service: str) -> int:
        """Kill one part of Postfix, such as smtpd or cleanup, and return how many processes that were.

        Postfix starts new ones by itself.
        """
        killed = 0
        for process in _children(_pid(self.home / "queue" / "pid" / "master.pid")):
            if _name(process) == service:
                os.kill(process, signal.SIGKILL)
                killed += 1
        return killed

    def log(self) -> str:
        """Return what Postfix and Dovecot wrote into their logs."""
        logs = (self.home / "postfix.log", self.home / "dovecot.log")
        return "\n".join(each.read_text(encoding="utf-8", errors="replace") for each in logs if each.exists())

    def _trust(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=str(self.ca_file))


def needs_mail_server() -> pytest.MarkDecorator:
    """Return the mark of a test that needs the mail server."""
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    if all(shutil.which(program) for program in PROGRAMS) and not root and os.environ.get(ALL_TESTS) != "1":
        return pytest.mark.skip(
            reason="needs postfix and dovecot started by root, and this is another account"
        )
    return needs(*PROGRAMS)


@contextmanager
def mail_server(
    folder: Path,
    people: Collection[str] = PEOPLE,
    *,
    largest: int = 1_000_000,
    throttle: int = 60,
    introspection: tuple[str, Path] | None = None,
) -> Iterator[MailServer]:
    """Run a mail server with a mailbox for each of the people and for the robot, all in example.org.

    The folder gets the certificate to trust, and the logs at the end. `largest` is the message size in bytes
    that is accepted; `throttle` is for how many seconds Postfix leaves a killed part alone (usually 60).
    `introspection` is the address that says whose a token is, and the authority to trust there.
    """
    home = Path(tempfile.mkdtemp(prefix="mail-"))  # short and open: sockets and other accounts need both
    home.chmod(0o755)
    server = MailServer(home, _free_port(), _free_port(), folder / "authority.pem", tuple(people))
    try:
        _write(server, folder, largest, throttle)
        if introspection:
            _take_tokens(server, *introspection)
        _start(server)
        yield server
    finally:
        _stop(server)
        (folder / "mail.log").write_text(server.log(), encoding="utf-8")
        shutil.rmtree(home, ignore_errors=True)


def _write(server: MailServer, folder: Path, largest: int, throttle: int) -> None:
    import pwd  # not on Windows, where these tests are skipped

    folder.mkdir(parents=True, exist_ok=True)
    authority = Authority(folder)
    own = authority.certificate()
    account = pwd.getpwnam("mail")
    values = {
        "home": server.home,
        "smtp_port": server.smtp_port,
        "imap_port": server.imap_port,
        "domain": DOMAIN,
        "robot": ROBOT,
        "certificate": server.home / "server.pem",
        "key": server.home / "server.key",
        "largest": largest,
        "throttle": throttle,
        "uid": account.pw_uid,
        "gid": account.pw_gid,
    }
    shutil.copy(own.certificate, server.home / "server.pem")
    shutil.copy(own.key, server.home / "server.key")
    for name in ("postfix", "queue", "postfix-state", "dovecot", "mail"):
        (server.home / name).mkdir()
    shutil.chown(server.home / "postfix-state", "postfix")
    shutil.chown(server.home / "mail", "mail", "mail")
    for source, target in (
        ("main.cf", "postfix/main.cf"),
        ("master.cf", "postfix/master.cf"),
        ("dovecot.conf", "dovecot.conf"),
    ):
        template = Template((TEMPLATES / source).read_text(encoding="utf-8"))
        (server.home / target).write_text(template.substitute(values), encoding="utf-8")
    everybody = dict.fromkeys((ROBOT, *server.people))
    mailboxes = "".join(f"{address} {address}\n" for address in everybody)
    (server.home / "postfix" / "mailboxes").write_text(mailboxes, encoding="utf-8")
    (server.home / "postfix" / "copies").write_text(f"{ROBOT} {ROBOT}\n", encoding="utf-8")
    users = "".join(f"{address}:{{PLAIN}}{PASSWORD}\n" for address in everybody)
    (server.home / "users").write_text(users, encoding="utf-8")


def _take_tokens(server: MailServer, address: str, authority: Path) -> None:
    """Let Dovecot take tokens too: by XOAUTH2, asking whose they are."""
    shutil.copy(authority, server.home / "tokens.pem")
    asking = {
        "introspection_mode": "post",
        "introspection_url": address,
        "username_attribute": "username",
        "active_attribute": "active",
        "active_value": "true",
        "tls_ca_cert_file": server.home / "tokens.pem",
    }
    file = server.home / "oauth2.conf"
    file.write_text("".join(f"{name} = {value}\n" for name, value in asking.items()), encoding="utf-8")
    config = server.home / "dovecot.conf"
    written = config.read_text(encoding="utf-8").replace(
        "auth_mechanisms = plain login", "auth_mechanisms = plain login xoauth2"
    )
    written += f"passdb {{\n  driver = oauth2\n  mechanisms = xoauth2\n  args = {file}\n}}\n"
    config.write_text(written, encoding="utf-8")


def _start(server: MailServer) -> None:
    for command in (
        ["dovecot", "-c", str(server.home / "dovecot.conf")],
        ["postfix", "-c", str(server.home / "postfix"), "start"],
    ):
        fault = _run(command)
        if fault:
            raise RuntimeError(fault)
    _wait(lambda: _answers(server.smtp_port) and _answers(server.imap_port), "no answer", PATIENCE)


def _stop(server: MailServer) -> None:
    for command in (
        ["postfix", "-c", str(server.home / "postfix"), "abort"],
        ["doveadm", "-c", str(server.home / "dovecot.conf"), "stop"],
    ):
        _run(command)


def _run(command: list[str]) -> str:
    """Run a command, and return what it said where it failed."""
    # What it says goes to a file: a server that it starts would keep a pipe open for ever.
    with tempfile.TemporaryFile("w+") as said:
        done = subprocess.run(command, env=_environment(), stdout=said, stderr=said, check=False)
        said.seek(0)
        return f"{' '.join(command)} failed: {said.read()}" if done.returncode else ""


def _environment() -> dict[str, str]:
    return {"PATH": _path(), "LANG": "C.UTF-8"}


def _path() -> str:
    return f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin:/usr/bin:/bin"


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
    except OSError:
        return False


def _wait(true: Callable[[], bool], else_say: str, within: float) -> None:
    end = time.monotonic() + within
    while not true():
        if time.monotonic() > end:
            raise TimeoutError(f"{else_say} after {within:g} seconds")
        time.sleep(0.02)


def _files(folder: Path) -> Iterator[Path]:
    """Yield what is below a folder from which files may vanish meanwhile."""
    for above, _, names in os.walk(folder):
        yield from (Path(above) / name for name in names)


def _pid(file: Path) -> int:
    return int(file.read_text(encoding="ascii").strip())


def _children(parent: int) -> Iterator[int]:
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and _parent(int(entry.name)) == parent:
            yield int(entry.name)


def _parent(process: int) -> int:
    try:
        text = Path(f"/proc/{process}/stat").read_text(encoding="utf-8")
    except OSError:
        return 0
    return int(text.rpartition(")")[2].split()[1])


def _name(process: int) -> str:
    try:
        return Path(f"/proc/{process}/comm").read_text(encoding="utf-8").strip()
    except OSError:
        return ""
