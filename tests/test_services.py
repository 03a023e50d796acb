"""The files of `init --service`: what Task Scheduler, systemd and cron demand, with awkward paths."""

import re
import shlex
import subprocess
from datetime import datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from complaints_sheet.app import services
from complaints_sheet.app.services import Command, service_files, task_xml
from complaints_sheet.cli import main
from tests.programs import needs
from tests.test_ticking import CONFIG, HEADINGS, ROWS

MADE = datetime(2026, 11, 23, 8, 0)
AWKWARD = Command(
    r"C:\Program Files\Python & Co\pythonw.exe",
    ("-m", "complaints_sheet", "run", "--due", "-c", r"D:\Customer's <care> & more\config.yaml"),
    r"D:\Customer's <care> & more",
)

# The schema of Task Scheduler ([MS-TSCH] 2.5), as far as a task of ours uses it: an element's children in
# their order where the schema says "sequence", in any order where it says "all"; or the form of its text.
BOOLEAN, DURATION = "true|false", r"P(\d+D)?(T(\d+H)?(\d+M)?(\d+S)?)?"
DATE_TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d"
PATH = r"(?s).{1,260}"
SCHEMA: dict[str, tuple[str, list[str]] | str] = {
    "Task": ("all", ["RegistrationInfo", "Triggers", "Settings", "Data", "Principals", "Actions!"]),
    "RegistrationInfo": (
        "all",
        ["URI", "SecurityDescriptor", "Source", "Date", "Author", "Version", "Description", "Documentation"],
    ),
    "Triggers": ("sequence", ["CalendarTrigger"]),
    "CalendarTrigger": (
        "sequence",
        [
            "Enabled",
            "StartBoundary",
            "EndBoundary",
            "Repetition",
            "ExecutionTimeLimit",
            "RandomDelay",
            "ScheduleByDay!",
        ],
    ),
    "Repetition": ("all", ["Interval!", "Duration", "StopAtDurationEnd"]),
    "ScheduleByDay": ("all", ["DaysInterval"]),
    "Principals": ("sequence", ["Principal!"]),
    "Principal": ("all", ["UserId", "LogonType", "GroupId", "DisplayName", "RunLevel"]),
    "Settings": (
        "all",
        [
            *("AllowStartOnDemand", "RestartOnFailure", "MultipleInstancesPolicy"),
            *("DisallowStartIfOnBatteries", "StopIfGoingOnBatteries", "AllowHardTerminate"),
            *(
                "StartWhenAvailable",
                "NetworkProfileName",
                "RunOnlyIfNetworkAvailable",
                "WakeToRun",
                "Enabled",
            ),
            *("Hidden", "DeleteExpiredTaskAfter", "IdleSettings", "NetworkSettings", "ExecutionTimeLimit"),
            *("Priority", "RunOnlyIfIdle"),
        ],
    ),
    "Actions": ("sequence", ["Exec!"]),
    "Exec": ("all", ["Command!", "Arguments", "WorkingDirectory"]),
    **dict.fromkeys(("URI", "Author", "Description", "Arguments"), r"(?s).*"),
    "Date": DATE_TIME,
    "StartBoundary": DATE_TIME,
    "DaysInterval": r"[1-9]\d?",
    "UserId": r".+",
    "LogonType": "S4U|Password|InteractiveToken|InteractiveTokenOrPassword",
    "RunLevel": "LeastPrivilege|HighestAvailable",
    "MultipleInstancesPolicy": "Parallel|Queue|IgnoreNew|StopExisting",
    "Priority": r"\d|10",
    "Command": PATH,
    "WorkingDirectory": PATH,
    **dict.fromkeys(("Interval", "ExecutionTimeLimit"), DURATION),
    **dict.fromkeys(
        (
            *("Enabled", "StopAtDurationEnd", "AllowStartOnDemand", "DisallowStartIfOnBatteries"),
            *("StopIfGoingOnBatteries", "AllowHardTerminate", "StartWhenAvailable", "Hidden"),
            *("RunOnlyIfNetworkAvailable", "WakeToRun", "RunOnlyIfIdle"),
        ),
        BOOLEAN,
    ),
    "Duration": DURATION,
}


def against_the_schema(element: ET.Element) -> list[str]:
    """Return what the schema says against an element and all within it."""
    name = element.tag.removeprefix(f"{{{services.NAMESPACE}}}")
    demand = SCHEMA.get(name)
    if demand is None:
        return [f"{name} is not in the schema"]
    if isinstance(demand, str):
        return [] if re.fullmatch(demand, element.text or "") else [f"{name}: {element.text!r}"]
    kind, known = demand
    names = [child.tag.removeprefix(f"{{{services.NAMESPACE}}}") for child in element]
    order = [each.rstrip("!") for each in known]
    found = [f"{each} in {name}" for each in names if each not in order]
    found += [f"{name} lacks {each}" for each in known if each.endswith("!") and each[:-1] not in names]
    found += [f"{each} twice in {name}" for each in set(names) if names.count(each) > 1]
    if kind == "sequence" and not found and names != sorted(names, key=order.index):
        found.append(f"{name} has its parts in another order: {names}")
    return [*found, *(fault for child in element for fault in against_the_schema(child))]


def task(content: bytes) -> ET.Element:
    return ET.fromstring(content.decode("utf-16"))


def text_of(element: ET.Element, name: str) -> str:
    return element.findtext(f".//{{{services.NAMESPACE}}}{name}") or ""


@pytest.mark.parametrize("user", ["", r"OFFICE\dana & co"])
def test_the_windows_task_is_what_the_schema_of_task_scheduler_demands(user: str) -> None:
    content = service_files(AWKWARD, MADE, user)[services.TASK]
    assert content.startswith((b"\xff\xfe", b"\xfe\xff")), "UTF-16 with its mark, as Windows writes it"
    root = task(content)
    assert against_the_schema(root) == []
    assert root.attrib == {"version": "1.3"}
    assert text_of(root, "Command") == AWKWARD.program
    assert text_of(root, "WorkingDirectory") == AWKWARD.folder
    assert text_of(root, "Arguments") == (
        r'-m complaints_sheet run --due -c "D:\Customer' "'" r's <care> & more\config.yaml"'
    )
    assert text_of(root, "UserId") == user


def test_the_schema_notices_what_windows_would_refuse() -> None:
    good = task_xml(AWKWARD, MADE)
    for bad in (
        good.replace("<Enabled>true</Enabled>\n      <StartBoundary>", "<StartBoundary>", 1).replace(
            "</Repetition>", "</Repetition>\n      <Enabled>true</Enabled>"
        ),
        good.replace("PT10M", "10 minutes"),
        good.replace("<Interval>PT10M</Interval>", ""),
        good.replace("WakeToRun", "WakeUp"),
    ):
        assert bad != good
        assert against_the_schema(ET.fromstring(bad.encode("utf-16").decode("utf-16"))) != []


def test_the_windows_task_makes_up_for_missed_starts_wakes_the_computer_and_keeps_no_password() -> None:
    root = task(service_files(AWKWARD, MADE)[services.TASK])
    assert text_of(root, "Interval") == "PT10M"
    assert {
        name: text_of(root, name)
        for name in ("StartWhenAvailable", "WakeToRun", "MultipleInstancesPolicy", "LogonType")
    } == {
        "StartWhenAvailable": "true",
        "WakeToRun": "true",
        "MultipleInstancesPolicy": "IgnoreNew",
        "LogonType": "InteractiveToken",
    }
    assert text_of(root, "DisallowStartIfOnBatteries") == "false"


def test_on_windows_no_window_flashes_up(tmp_path: Path) -> None:
    (tmp_path / "python.exe").touch()
    assert services._windowless(str(tmp_path / "python.exe")) == str(tmp_path / "python.exe")
    (tmp_path / "pythonw.exe").touch()
    assert services._windowless(str(tmp_path / "python.exe")) == str(tmp_path / "pythonw.exe")


@pytest.fixture
def office(tmp_path: Path) -> Path:
    """Return an office in a folder whose name every shell would trip over."""
    folder = tmp_path / "a & b's 100% $HOME"
    folder.mkdir()
    (folder / "config.yaml").write_text(CONFIG, encoding="utf-8")
    (folder / "register.csv").write_text("\n".join((HEADINGS, *ROWS)) + "\n", encoding="utf-8")
    return folder


def test_the_cron_line_runs_as_cron_would_run_it(office: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["init", str(office), "--service"]) == 0
    line = (office / "service" / services.CRON).read_text(encoding="utf-8")
    times, command = line.split(" cd ", 1)
    assert times == "*/10 * * * *"
    shell = re.sub(r"\\%", "%", f"cd {command}")  # as cron hands it to the shell
    done = subprocess.run(["sh", "-c", shell], check=False, capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert (office / "status.html").exists()


@needs("systemd-analyze")
def test_systemd_takes_the_unit_and_the_timer(office: Path, tmp_path: Path) -> None:
    main(["init", str(office), "--service"])
    files = [str(office / "service" / name) for name in (services.UNIT, services.TIMER)]
    done = subprocess.run(
        ["systemd-analyze", "--user", "verify", *files],
        check=False,
        capture_output=True,
        text=True,
        env={"XDG_RUNTIME_DIR": str(tmp_path), "PATH": "/usr/bin:/bin", "HOME": str(tmp_path)},
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_the_unit_calls_the_same_command(office: Path) -> None:
    main(["init", str(office), "--service"])
    unit = (office / "service" / services.UNIT).read_text(encoding="utf-8")
    line = next(each for each in unit.splitlines() if each.startswith("ExecStart="))
    words = shlex.split(line.removeprefix("ExecStart=").replace("%%", "%").replace("$$", "\0"))
    assert [word.replace("\0", "$") for word in words] == list(
        services.due_command(office / "config.yaml").line
    )


def test_the_files_are_written_once_and_need_a_config(
    tmp_path: Path, office: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["init", str(tmp_path / "empty"), "--service"]) == 2
    assert "Run complaints-sheet init first" in capsys.readouterr().err
    main(["init", str(office), "--service"])
    guide = office / "service" / services.GUIDE
    guide.write_text("mine", encoding="utf-8")
    assert main(["init", str(office), "--service"]) == 0
    assert guide.read_text(encoding="utf-8") == "mine"


def test_the_window_of_the_windows_task_holds_every_hour_for_mail() -> None:
    first = datetime.strptime(services.FIRST_HOUR, "%H:%M:%S")
    last = first + timedelta(hours=services.HOURS)
    assert f"from {first:%H:%M} to {last:%H:%M}" in services.guide(AWKWARD)
    assert (first.hour, last.hour) <= (7, 20)
    assert last.hour > 19
