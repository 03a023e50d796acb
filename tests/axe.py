"""Pages looked at by axe-core in Chromium, in light and dark, over the browser's own pipe.

axe-core is one JavaScript file. The variable COMPLAINTS_SHEET_AXE says where it is; else it is taken from the
Python package axe-playwright-python, where that is installed.
"""

import json
import os
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import Any

from tests.programs import needs, needs_file

AXE = "COMPLAINTS_SHEET_AXE"
AXE_PACKAGE = "axe_playwright_python"
SCHEMES = ("light", "dark")
SECONDS = 60  # for one answer of the browser; a slow machine may need a while
SWITCHES = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--disable-extensions",
    "--disable-dev-shm-usage", "--remote-debugging-pipe",
)  # fmt: skip


def needs_axe(test: Any) -> Any:
    """Mark a test that looks at pages with axe-core in Chromium."""
    return needs("chromium")(needs_file(axe_file(), "axe-core (see tests/axe.py)")(test))


def axe_file() -> Path | None:
    """Return the file of axe-core, or None where it is not here."""
    named = os.environ.get(AXE)
    if named:
        return Path(named)
    found = find_spec(AXE_PACKAGE)
    return Path(found.origin).parent / "axe.min.js" if found and found.origin else None


def violations(pages: Sequence[Path], folder: Path, schemes: Sequence[str] = SCHEMES) -> list[str]:
    """Return what axe-core finds wrong with the HTML files: file, colour scheme, rule and place.

    `folder` takes the browser's profile. An empty list means that nothing is wrong.
    """
    file = axe_file()
    assert file, "axe-core is not installed"
    axe = file.read_text(encoding="utf-8")
    with browser(folder) as chromium:
        return [
            f"{page.name}, {scheme}: {found}"
            for page in pages
            for scheme in schemes
            for found in chromium.looked_at(page, scheme, axe)
        ]


@contextmanager
def browser(folder: Path) -> Iterator["Chromium"]:
    """Yield a Chromium with one empty page; it is ended afterwards."""
    to_browser, our_end = os.pipe()
    our_ear, from_browser = os.pipe()
    process = subprocess.Popen(
        _command(folder, to_browser, from_browser),
        pass_fds=(to_browser, from_browser),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(to_browser)
    os.close(from_browser)
    try:
        with Chromium(our_end, our_ear) as chromium:
            yield chromium
    finally:
        process.terminate()
        process.wait(SECONDS)


def _command(folder: Path, reads: int, writes: int) -> list[str]:
    # Chromium talks over the descriptors 3 and 4; bash puts ours there (sh knows only numbers up to 9).
    chromium = ["chromium", *SWITCHES, f"--user-data-dir={folder}", "about:blank"]
    return ["bash", "-c", f'exec "$@" 3<&{reads} 4>&{writes}', "chromium", *chromium]


@dataclass
class Chromium:
    """The browser as the tests speak to it: one command, one answer."""

    writes: int
    reads: int
    _number: int = 0
    _rest: bytes = b""
    _session: str = ""

    def __enter__(self) -> "Chromium":
        pages = self.asked("Target.getTargets")["targetInfos"]
        target = next(each["targetId"] for each in pages if each["type"] == "page")
        self._session = self.asked("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self.asked("Page.enable")
        self.asked("Page.setBypassCSP", enabled=True)
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        os.close(self.writes)
        os.close(self.reads)

    def asked(self, method: str, **parameters: Any) -> Mapping[str, Any]:
        """Return the browser's answer to one command."""
        self._number += 1
        told: dict[str, Any] = {"id": self._number, "method": method, "params": parameters}
        if self._session:
            told["sessionId"] = self._session
        waiting = memoryview(json.dumps(told).encode() + b"\0")
        while waiting:
            waiting = waiting[os.write(self.writes, waiting) :]
        for message in self._messages():
            if message.get("id") == self._number:
                assert "error" not in message, message["error"]
                return dict(message["result"])
        raise AssertionError("the browser ended")

    def looked_at(self, page: Path, scheme: str, axe: str) -> list[str]:
        """Return what axe-core finds wrong with one file in one colour scheme."""
        self.shown(page, scheme)
        self.worked_out(f"{axe}; 0")
        found = self.worked_out(
            "axe.run().then(all => JSON.stringify(all.violations.map(each => "
            "[each.id, each.help, each.nodes.slice(0, 5).map(node => node.target.join(' ') + ' ' + "
            "(node.any[0] ? node.any[0].message : ''))])))"
        )
        return [f"{rule} ({meaning}): {'; '.join(places)}" for rule, meaning, places in json.loads(found)]

    def shown(self, page: Path, scheme: str) -> None:
        """Load one file in one colour scheme."""
        preferred = [{"name": "prefers-color-scheme", "value": scheme}]
        self.asked("Emulation.setEmulatedMedia", features=preferred)
        self.asked("Page.navigate", url=page.resolve().as_uri())
        ends = time.monotonic() + SECONDS
        while self.worked_out("document.readyState + location.protocol") != "completefile:":
            assert time.monotonic() < ends, f"{page.name} does not load"
            time.sleep(0.02)

    def worked_out(self, script: str) -> Any:
        """Return the value of a script in the page."""
        answer = self.asked("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def _messages(self) -> Iterator[Mapping[str, Any]]:
        while True:
            while b"\0" in self._rest:
                message, _, self._rest = self._rest.partition(b"\0")
                yield json.loads(message)
            read = os.read(self.reads, 1 << 16)
            if not read:
                return
            self._rest += read
