"""Ready-made files by which Windows, systemd or cron calls `run --due` every ten minutes, and a guide.

The task file follows the schema of Task Scheduler, [MS-TSCH] 2.5: its triggers are sequences, so the order of
their elements counts; everything else is in the order in which Windows itself writes it.
"""

import os
import shlex
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from xml.sax.saxutils import escape

NAME = "complaints-sheet"
FOLDER = "service"
TASK, UNIT, TIMER, CRON, GUIDE = (
    f"{NAME}.xml",
    f"{NAME}.service",
    f"{NAME}.timer",
    f"{NAME}.cron",
    "read me.txt",
)
NAMESPACE = "http://schemas.microsoft.com/windows/2004/02/mit/task"
FIRST_HOUR, HOURS = "06:30:00", 14  # on Windows: at night a sleeping computer is left asleep


@dataclass(frozen=True, slots=True)
class Command:
    """What is to be called: the program, its words, the folder it is called in."""

    program: str
    words: tuple[str, ...]
    folder: str

    @property
    def line(self) -> tuple[str, ...]:
        """Return the program and its words."""
        return (self.program, *self.words)


def due_command(config_file: Path) -> Command:
    """Return the command that does what is due: this Python, this program, this config, all by full paths."""
    config = config_file.absolute()
    return Command(
        _windowless(sys.executable),
        ("-m", "complaints_sheet", "run", "--due", "-c", str(config)),
        str(config.parent),
    )


def _windowless(python: str) -> str:
    """Return the Python that opens no window where there is one: on Windows each call would flash up."""
    beside = Path(python).with_name("pythonw.exe")
    return str(beside) if beside.exists() else python


def service_files(command: Command, made: datetime, user: str = "") -> Mapping[str, bytes]:
    """Return the files by name; `made` is local, `user` the Windows account, where it is known."""
    return {
        TASK: task_xml(command, made, user).encode("utf-16"),
        UNIT: unit(command).encode(),
        TIMER: timer().encode(),
        CRON: cron_line(command).encode(),
        GUIDE: guide(command).encode(),
    }


def windows_user() -> str:
    """Return the Windows account at the keyboard, or an empty string elsewhere."""
    domain, name = os.environ.get("USERDOMAIN", ""), os.environ.get("USERNAME", "")
    return f"{domain}\\{name}" if os.name == "nt" and domain and name else ""


# --- Windows ------------------------------------------------------------------------------------------------


def task_xml(command: Command, made: datetime, user: str = "") -> str:
    """Return a task for Task Scheduler: every ten minutes of the day, missed starts made up for.

    It runs as the person who imports it, while they are logged on, so that no password is kept and the
    register's network drive is there. It may wake the computer, and one call never overlaps the next.
    """
    who = f"\n      <UserId>{escape(user)}</UserId>" if user else ""
    return f"""<?xml version="1.0" encoding="UTF-16"?>
<Task version="1.3" xmlns="{NAMESPACE}">
  <RegistrationInfo>
    <Date>{made:%Y-%m-%dT%H:%M:%S}</Date>
    <Author>{NAME}</Author>
    <Description>Reads the complaints register and does what is due: reminders, packs, backups.</Description>
    <URI>\\{NAME}</URI>
  </RegistrationInfo>
  <Triggers>
    <CalendarTrigger>
      <Enabled>true</Enabled>
      <StartBoundary>{made:%Y-%m-%d}T{FIRST_HOUR}</StartBoundary>
      <Repetition>
        <Interval>PT10M</Interval>
        <Duration>PT{HOURS}H</Duration>
        <StopAtDurationEnd>false</StopAtDurationEnd>
      </Repetition>
      <ScheduleByDay>
        <DaysInterval>1</DaysInterval>
      </ScheduleByDay>
    </CalendarTrigger>
  </Triggers>
  <Principals>
    <Principal id="Author">{who}
      <LogonType>InteractiveToken</LogonType>
      <RunLevel>LeastPrivilege</RunLevel>
    </Principal>
  </Principals>
  <Settings>
    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>
    <AllowHardTerminate>true</AllowHardTerminate>
    <StartWhenAvailable>true</StartWhenAvailable>
    <RunOnlyIfNetworkAvailable>false</RunOnlyIfNetworkAvailable>
    <AllowStartOnDemand>true</AllowStartOnDemand>
    <Enabled>true</Enabled>
    <Hidden>false</Hidden>
    <RunOnlyIfIdle>false</RunOnlyIfIdle>
    <WakeToRun>true</WakeToRun>
    <ExecutionTimeLimit>PT2H</ExecutionTimeLimit>
    <Priority>7</Priority>
  </Settings>
  <Actions Context="Author">
    <Exec>
      <Command>{escape(command.program)}</Command>
      <Arguments>{escape(windows_words(command.words))}</Arguments>
      <WorkingDirectory>{escape(command.folder)}</WorkingDirectory>
    </Exec>
  </Actions>
</Task>
"""


def windows_words(words: Sequence[str]) -> str:
    """Return words as one Windows command line, quoted where they need it."""
    from subprocess import list2cmdline

    return list2cmdline(words)


# --- Linux --------------------------------------------------------------------------------------------------


def unit(command: Command) -> str:
    """Return the systemd unit of one call; 5, another run at work, is no failure."""
    return f"""[Unit]
Description=Complaints register: do what is due
Documentation=man:systemd.timer(5)

[Service]
Type=oneshot
WorkingDirectory={_systemd_path(command.folder)}
ExecStart={" ".join(map(_systemd_word, command.line))}
SuccessExitStatus=5
TimeoutStartSec=2h
"""


def timer() -> str:
    """Return the systemd timer: every ten minutes, and soon after the computer was off."""
    return f"""[Unit]
Description=Complaints register: every ten minutes

[Timer]
OnCalendar=*:0/10
Persistent=true
Unit={UNIT}

[Install]
WantedBy=timers.target
"""


def cron_line(command: Command) -> str:
    """Return the line for crontab."""
    words = " ".join(map(shlex.quote, command.line)).replace("%", r"\%")
    folder = shlex.quote(command.folder).replace("%", r"\%")
    return f"*/10 * * * * cd {folder} && {words} >/dev/null\n"


def _systemd_word(word: str) -> str:
    """Return a word as an ExecStart line has it: in quotes, with what systemd would replace doubled."""
    plain = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return f'"{plain}"'


def _systemd_path(path: str) -> str:
    return path.replace("%", "%%")


# --- how to use them ----------------------------------------------------------------------------------------


def guide(command: Command) -> str:
    """Return, in plain words, how the files are used and taken away again."""
    return f"""Let the complaints program do its work by itself
================================================

These files call the program every ten minutes. Most calls find nothing to do and end at once. What was missed
while the computer was off is made up for once. Use ONE of the ways below.

The command that is called:

    {shlex.join(command.line)}

The files hold the full paths of this computer. After moving the folder, or the program, delete this folder
and run "complaints-sheet init --service" again.


Windows: Task Scheduler
-----------------------

Open the Command Prompt in this folder and run:

    schtasks /Create /TN {NAME} /XML {TASK}

Or by hand: open Task Scheduler, choose Action > Import Task..., pick {TASK}, and press OK.

- No password is asked for or kept: the task works while you are logged on, also with the screen locked.
- It works from 06:30 to 20:30, opens no window, and may wake the computer from sleep. So that waking is
  allowed: Control Panel > Power Options > Change plan settings > Change advanced power settings > Sleep >
  Allow wake timers > Enable.
- To look after it: Task Scheduler Library > {NAME}. "Last Run Result" 0x0 is good; 0x3 means that the
  register could not be read, 0x4 that something was not delivered.
- To take it away:  schtasks /Delete /TN {NAME}


Linux: systemd
--------------

    mkdir -p ~/.config/systemd/user
    cp {UNIT} {TIMER} ~/.config/systemd/user/
    systemctl --user daemon-reload
    systemctl --user enable --now {TIMER}
    loginctl enable-linger

The last line lets it work while nobody is logged in. To look after it: systemctl --user list-timers, and
journalctl --user -u {NAME}. To take it away: systemctl --user disable --now {TIMER}


Linux and macOS: cron
---------------------

    crontab -l | cat - {CRON} | crontab -

To take it away, run "crontab -e" and delete the line.


How to see that it works
------------------------

Open status.html beside config.yaml: it says when the program was last at work, what was done, and what is
next. If its time is more than two hours ago (at night it may be, on Windows), the task or timer does not
run. The same in a terminal: complaints-sheet status
"""
