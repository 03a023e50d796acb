"""A mail server for tests: it writes each message it takes into a file, on the disk, before it says so."""

import os
import re
import socketserver
from pathlib import Path

KEY = re.compile(rb"(?im)^X-Complaints-Sheet-Key:[ \t]*(\S+)")
TO = re.compile(r"<([^>]*)>")


class Sink(socketserver.ThreadingTCPServer):
    """The server; `log` holds a line for each message taken: its key and its envelope's receiver."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, log: Path) -> None:
        super().__init__(("127.0.0.1", 0), _Dialogue)
        self.log = os.open(log, os.O_CREAT | os.O_WRONLY | os.O_APPEND)

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def taken(self, key: str, receiver: str) -> None:
        os.write(self.log, f"{key} {receiver}\n".encode())
        os.fsync(self.log)


class _Dialogue(socketserver.StreamRequestHandler):
    """One connection."""

    disable_nagle_algorithm = True

    def handle(self) -> None:
        try:
            self._talk()
        except OSError:  # the sender was killed
            return

    def _talk(self) -> None:
        receiver = ""
        self._say("220 sink.example.org")
        while line := self.rfile.readline().decode("ascii", "replace"):
            match line[:4].upper().strip():
                case "EHLO":
                    self._say("250-sink.example.org", "250-8BITMIME", "250 SIZE 50000000")
                case "RCPT":
                    receiver = TO.findall(line)[0]
                    self._say("250 2.1.5 good")
                case "DATA":
                    self._say("354 go on")
                    content = self._content()
                    if content is None:
                        return
                    self._take(content, receiver)
                    self._say("250 2.0.0 taken")
                case "QUIT":
                    self._say("221 2.0.0 goodbye")
                    return
                case _:
                    self._say("250 2.0.0 good")

    def _content(self) -> bytes | None:
        """Return the message up to its last line, or None where the sender was gone before that."""
        lines = []
        while line := self.rfile.readline():
            if line == b".\r\n":
                return b"".join(lines)
            lines.append(line)
        return None

    def _take(self, content: bytes, receiver: str) -> None:
        found = KEY.search(content)
        assert isinstance(self.server, Sink)
        self.server.taken(found[1].decode() if found else "?", receiver)

    def _say(self, *lines: str) -> None:
        self.wfile.write("".join(f"{line}\r\n" for line in lines).encode())
        self.wfile.flush()
