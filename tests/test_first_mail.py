"""The README's way from `init` to the first mail on time, gone as printed by a shell and by a person."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from complaints_sheet.config.closed_days import CalendarConfig, calendar_from

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "README.md").read_text(encoding="utf-8")
WAY = TEXT.partition("<!-- first mail -->")[2].partition("<!-- end of first mail -->")[0]
LONDON = ZoneInfo("Europe/London")
CRONTAB = '#!/bin/sh\nif [ "$1" = -l ]; then cat "$HOME/table" 2>/dev/null; else cat > "$HOME/table"; fi\n'


def steps() -> Iterator[tuple[str, list[str]]]:
    """Yield the words of each numbered step, and the lines of its blocks for a Linux shell."""
    for step in re.findall(r"^\d\. (.*?)(?=^\d\. |\Z)", WAY, re.MULTILINE | re.DOTALL):
        code = "".join(re.findall(r"```sh\n(.*?)```", step, re.DOTALL))
        yield " ".join(step.split()), list(filter(None, map(str.strip, code.splitlines())))


@pytest.fixture
def desk(tmp_path: Path) -> tuple[Path, dict[str, str]]:
    """Return an office's folder with its register, and what its shell knows: the program, cron's table."""
    programs, office = tmp_path / "bin", tmp_path / "office"
    programs.mkdir()
    office.mkdir()
    shutil.copy(ROOT / "sample_register.xlsx", office / "your-register.xlsx")
    for name, script in (
        ("complaints-sheet", f'#!/bin/sh\nexec "{sys.executable}" -m complaints_sheet "$@"\n'),
        ("crontab", CRONTAB),
    ):
        (programs / name).write_text(script, encoding="utf-8")
        (programs / name).chmod(0o755)
    known = {
        **os.environ,
        "PATH": f"{programs}:/usr/bin:/bin",
        "HOME": str(tmp_path),
        "PYTHONPATH": str(ROOT),
    }
    return office, known


def shell(line: str, office: Path, known: dict[str, str]) -> str:
    done = subprocess.run(
        ["sh", "-c", line], cwd=office, env=known, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, (line, done.stdout, done.stderr)
    return done.stdout


def put_in_addresses(config: str) -> str:
    """Do as the file says: each address after `email:`, and the # in front of the line away."""

    def line(found: re.Match[str]) -> str:
        address = found[1].casefold().replace(" ", ".").replace("'", "")
        return f"- {{name: {found[1]}, email: {address}@example.org,"

    return re.sub(r"#- \{name: ([A-Z][\w']+ [A-Z][\w']+), email: ,", line, config)


def name_the_coordinator(config: str) -> str:
    """Delete the # of the two lines, and name somebody."""
    return config.replace("#roles:", "roles:", 1).replace(
        "#  coordinator: Ann Lee", "  coordinator: Amira Khan", 1
    )


EDITS = {
    "put in the address of each colleague": put_in_addresses,
    "delete the `#` of that line": name_the_coordinator,
}


def next_morning() -> datetime:
    """Return 08:00 of the next working day after today."""
    today = datetime.now(LONDON).date()
    calendar = calendar_from(CalendarConfig(), today.year, today.year + 1)
    day: date = calendar.working_day_after(today)
    return datetime.combine(day, time(8), LONDON)


@pytest.mark.skipif(os.name != "posix", reason="the commands are for a shell")
def test_from_nothing_to_the_first_mail_on_time(desk: tuple[Path, dict[str, str]]) -> None:
    office, known = desk
    config = office / "config.yaml"
    commands, edited = 0, []
    for words, lines in steps():
        for line in lines:
            said = shell(line, office, known)
            commands += 1
        for sign, edit in EDITS.items():
            if sign in words:
                before = config.read_text(encoding="utf-8")
                config.write_text(edit(before), encoding="utf-8")
                assert config.read_text(encoding="utf-8") != before
                edited.append(sign)
        if "--due" in " ".join(lines):
            assert "The schedule begins now: nothing is done for the time before." in said
    assert edited == list(EDITS)
    assert commands + len(edited) <= 8
    assert not list(office.glob("outbox/*.eml"))
    table = (Path(known["HOME"]) / "table").read_text(encoding="utf-8")
    _, called = table.strip().split(" cd ", 1)
    early, late = next_morning() - timedelta(minutes=10), next_morning()
    for moment in (early, late):
        as_cron_calls = f"cd {called}".replace(r"\%", "%").replace(
            " >/dev/null", f" --as-of {moment:%Y-%m-%dT%H:%M} >/dev/null"
        )
        shell(as_cron_calls, office, known)
        assert bool(list(office.glob("outbox/*.eml"))) == (moment == late)
    assert "Digests (08:00)" in (office / "status.html").read_text(encoding="utf-8")


def test_the_windows_line_names_the_file_that_is_written() -> None:
    from complaints_sheet.app.services import FOLDER, NAME, TASK

    line = re.search(r"```bat\n(.*?)```", WAY, re.DOTALL)
    assert line is not None
    assert line[1].strip() == f"schtasks /Create /TN {NAME} /XML {FOLDER}\\{TASK}"
