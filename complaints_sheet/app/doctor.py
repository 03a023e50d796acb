"""`doctor`: everything that must be right before a run, tested; each answer says what to mend."""

import os
import platform
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from complaints_sheet.app.examination import Check, Examination
from complaints_sheet.app.judged import understood
from complaints_sheet.app.staff import accept, suggestions
from complaints_sheet.core.fields import FIELDS, NINE_IDS
from complaints_sheet.core.meetings import LOOK_AHEAD_DAYS, next_meeting, pack_due_on
from complaints_sheet.core.people import plain_name
from complaints_sheet.core.routing import default_receiver, one_address, route_name
from complaints_sheet.core.rules.owners import suggestions as like
from complaints_sheet.core.wording import count, full_date, listing
from complaints_sheet.errors import ConfigError, DeliveryError, SourceError, Stopped

if TYPE_CHECKING:
    from complaints_sheet.config.registers import RegisterConfig
    from complaints_sheet.config.settings import Config
    from complaints_sheet.core.calendar import Calendar
    from complaints_sheet.core.model import Register

CLOSURES_EXPECTED_FROM_MONTH = 10  # by October an office knows its closed days of next year
MOST_LISTED = 20


def examine(
    config_file: Path, *, now: datetime, accept_people: bool = False, test_address: str | None = None
) -> Examination:
    """Return everything tested for a config; with `accept_people`, suggested people are accepted first.

    Nothing else is written, and nothing is sent but one test mail to `test_address` where one is asked for.
    `now` is aware. Raises ConfigError where that is nobody's address.
    """
    from complaints_sheet.app.mail_check import mail_checks, send_test
    from complaints_sheet.config.settings import load_config

    try:
        config = load_config(config_file)
        accepted = accept(config, suggestions(config)) if accept_people else ()
        config = load_config(config_file) if accepted else config
    except Stopped as stop:
        return Examination((_fault("config", stop), _python(None, now)))
    registers = [(each, *_register(config, each)) for each in config.registers]
    understood_ones = [found for _, _, found in registers if found]
    people = (_accepted(accepted),) if accept_people else ()
    return Examination(
        (
            _config_check(config),
            _python(config, now),
            *(check for _, check, _ in registers),
            *_policy(config, understood_ones),
            *_calendar(config, now),
            *people,
            *_people(config, understood_ones),
            *_staff(config),
            *_roles(config),
            *_templates(config, understood_ones, now),
            *_outbox(config),
            *mail_checks(config),
            *(send_test(config, test_address, now) if test_address else ()),
            _folder("packs", config.pack.folder),
            *_memory(config),
            _meeting(config, now),
        )
    )


def _fault(name: str, stop: Stopped) -> Check:
    problems = tuple(str(problem) for problem in getattr(stop, "problems", ()))
    return Check(name, "fault", stop.message, stop.next_step, problems, stop.exit_code)


def _listed(lines: Iterable[str]) -> tuple[str, ...]:
    """Return the lines, the last of them "… and 7 more" where they are many."""
    found = tuple(lines)
    more = (f"… and {len(found) - MOST_LISTED} more",) if len(found) > MOST_LISTED else ()
    return (*found[:MOST_LISTED], *more)


# --- config, Python, time zone -----------------------------------------------------------------------------


def _config_check(config: "Config") -> Check:
    people, registers = len(config.directory.people), len(config.registers)
    known = f"{count(registers, 'register')} and {count(people, 'person', 'people')}"
    return Check("config", "ok", f"{config.file.name} is understood: {known}.")


def _python(config: "Config | None", now: datetime) -> Check:
    sentence = f"Python {platform.python_version()} on {platform.system() or 'an unknown system'}"
    if config is None:
        return Check("Python", "ok", f"{sentence}.")
    zone = config.organisation.timezone
    local = now.astimezone(zone)
    return Check("Python", "ok", f"{sentence}; in {zone.key} it is {full_date(local.date())}, {local:%H:%M}.")


# --- registers ---------------------------------------------------------------------------------------------


def _register(config: "Config", register: "RegisterConfig") -> "tuple[Check, Register | None]":
    from complaints_sheet.sources import SOURCES

    name = f"register {register.id}" if len(config.registers) > 1 else "register"
    try:
        found = understood(config, register)
    except SourceError as error:
        return _fault(name, error), None
    sheets = ", ".join(
        f"{each.sheet or Path(each.source).name}, headings in row {each.header_row}" for each in found.layouts
    )
    cases = f"{count(len(found.cases), 'case')} in {count(found.rows, 'row')}"
    account = SOURCES[register.kind].account(register.source)
    shared = f" It is shared with {account}." if account else ""
    sentence = f"{register.name} is understood: {cases} ({sheets}).{shared}"
    missing = [FIELDS[each].heading for each in NINE_IDS if each not in found.recorded]
    if missing:
        advice = "Where one of these is there under another heading, name it under columns: in the config."
        return Check(
            name, "warning", sentence, advice, tuple(f"no column for {each}" for each in missing)
        ), found
    if not found.cases:
        return Check(
            name, "warning", f"{register.name} holds no cases yet.", "Check that it is the right file."
        ), found
    return Check(name, "ok", sentence), found


def _policy(config: "Config", registers: "list[Register]") -> Iterator[Check]:
    from complaints_sheet.config.policies import choose_policies, load_policies

    try:
        found = list(choose_policies(config.policy, config.folder, config.calendar.closed).all)
        for register in config.registers:
            found += load_policies(register.policies, config.folder, config.calendar.closed)
    except ConfigError as error:
        yield _fault("policy", error)
        return
    titles = dict.fromkeys(f"{policy.title} ({policy.id}, version {policy.version})" for policy in found)
    yield Check("policy", "ok", f"Judged by {', '.join(titles)}.")
    departments = {plain_name(case.text("department")) for each in registers for case in each.cases}
    unknown = [name for name in config.policy.departments if plain_name(name) not in departments]
    if unknown and registers:
        sentence = "The config has a policy for departments that no register names."
        yield Check("policy", "warning", sentence, "Check how the register spells them.", tuple(unknown))


def _calendar(config: "Config", now: datetime) -> Iterator[Check]:
    year = now.astimezone(config.organisation.timezone).year
    published = _working_days(config, year, year + 1)
    next_year = [
        day for day in published.closed if day.year == year + 1 and day not in config.calendar.closed
    ]
    place = config.calendar.name
    if not next_year:
        sentence = f"No public holidays of {place} are known for {year + 1}."
        yield Check("calendar", "warning", sentence, "Bring the program up to date: pip install -U holidays")
    else:
        sentence = f"Public holidays of {place} are known for {year} and {year + 1}"
        own = len(config.calendar.closed)
        closures = f"; the office closes on {count(own, 'day')} more" if own else ""
        yield Check("calendar", "ok", f"{sentence}{closures}.")
    years = {day.year for day in config.calendar.closed}
    if years and year + 1 not in years and now.month >= CLOSURES_EXPECTED_FROM_MONTH:
        sentence = f"The office's own closed days are given up to {max(years)} only."
        yield Check(
            "calendar", "warning", sentence, f"Add those of {year + 1} under calendar: closed: in the config."
        )


def _working_days(config: "Config", first_year: int, last_year: int) -> "Calendar":
    from complaints_sheet.config.closed_days import calendar_from

    return calendar_from(config.calendar, first_year, last_year)


# --- people ------------------------------------------------------------------------------------------------


def _people(config: "Config", registers: "list[Register]") -> Iterator[Check]:
    """Yield whether every case owner of the registers means exactly one person with an address."""
    if not config.directory.people:
        advice = "List your colleagues under people: in the config; their cases go to nobody until then."
        yield Check("people", "warning", "Nobody can be written to: the config names no people.", advice)
        return
    spelt: dict[str, Counter[str]] = {}
    for case in (case for each in registers for case in each.cases):
        typed = case.text("case_owner")
        if typed:
            spelt.setdefault(plain_name(typed), Counter())[typed] += 1
    owners = sorted(spelt.values(), key=lambda each: -each.total())
    usual = [(spellings.most_common(1)[0][0], spellings.total()) for spellings in owners]
    told = [(_why_not(typed, config), cases) for typed, cases in usual]
    wrong = [f"{why_not} ({count(cases, 'case')})" for why_not, cases in told if why_not]
    known = f"{len(owners) - len(wrong)} of {count(len(owners), 'case owner')}"
    if wrong:
        advice = (
            "Add them to people:, or their spelling to somebody's also:. Until then the coordinator is told."
        )
        yield Check("people", "warning", f"{known} can be written to.", advice, _listed(wrong))
    else:
        yield Check("people", "ok", f"{known} can be written to.")


def _why_not(typed: str, config: "Config") -> str:
    """Return in a sentence why the owner as typed cannot be written to, or an empty string."""
    found = route_name(typed, config.directory)
    if found.why_not == "no address" and found.owner:
        return f"{found.owner.name} has no e-mail address."
    if found.why_not == "fits two people":
        return f"“{typed}” fits two people."
    if not found.why_not:
        return ""
    maybe = [person.name for person in like(typed, config.directory)]
    question = f" Is it {listing(maybe, 'or')}?" if maybe else ""
    return f"“{typed}” is not among the people.{question}"


def _staff(config: "Config") -> Iterator[Check]:
    found = sorted(suggestions(config), key=lambda each: bool(each.why_not))
    if not found:
        return
    usable = sum(not each.why_not for each in found)
    lines = (f"{each.person.name}: {each.why_not or each.person.email} ({each.place})" for each in found)
    advice = "Look through them; then: complaints-sheet doctor --accept-people" if usable else ""
    more = count(usable, "more person", "more people")
    sentence = f"A Staff worksheet suggests {more}; none counts until accepted."
    yield Check("staff", "warning", sentence, advice, _listed(lines))


def _accepted(people: Iterable[object]) -> Check:
    names = tuple(str(getattr(person, "name", "")) for person in people)
    sentence = f"{count(len(names), 'person was', 'people were')} accepted from the Staff worksheet."
    return Check("staff", "ok", sentence, details=_listed(names))


def _roles(config: "Config") -> Iterator[Check]:
    roles = config.roles
    receiver = default_receiver(roles)
    advice = "Name a coordinator with an address under roles: in the config."
    if receiver is None:
        yield Check(
            "roles", "warning", "Nobody is told of cases that have no owner who can be written to.", advice
        )
    elif receiver is not roles.coordinator:
        yield Check(
            "roles",
            "warning",
            f"There is no coordinator with an address, so {receiver.name} is told.",
            advice,
        )
    else:
        yield Check("roles", "ok", f"{receiver.name} is told what nobody else can act on.")
    if roles.director is None or one_address(roles.director.email) is None:
        sentence = "There is no director with an address, so approvals and referrals reach nobody."
        yield Check("roles", "warning", sentence, "Name a director under roles: in the config.")


# --- what is written ---------------------------------------------------------------------------------------


def _templates(config: "Config", registers: "list[Register]", now: datetime) -> Iterator[Check]:
    from complaints_sheet.app.rehearsal import rehearse
    from complaints_sheet.render import broken_templates, shipped_folder

    shipped = shipped_folder()
    own = [folder for folder in config.templates if folder.is_dir() and folder != shipped]
    broken = [str(problem) for folder in (*own, shipped) for problem in broken_templates(folder)]
    if broken:
        advice = "Correct the line, or move your copy away to use the template that comes with the program."
        yield Check(
            "templates", "fault", "A template is broken.", advice, tuple(broken), ConfigError.exit_code
        )
        return
    unused = [path for folder in own for path in sorted(folder.rglob("*")) if _unused(path, folder, shipped)]
    if unused:
        names = tuple(str(path) for path in unused)
        sentence = "Some files among the office's own templates are never used."
        yield Check("templates", "warning", sentence, "Name each as the program's own is named.", names)
    try:
        if own:
            rehearse(config, registers, now)
    except ConfigError as error:
        yield _fault("templates", error)
    else:
        sentence = "The office's own templates were tried on today's cases." if own else "All can be read."
        yield Check("templates", "ok", sentence)


def _unused(path: Path, folder: Path, shipped: Path) -> bool:
    """Return True for a file that has no namesake among the program's templates."""
    hidden = path.name.startswith((".", "~"))
    return path.is_file() and not hidden and not (shipped / path.relative_to(folder)).exists()


def _folder(name: str, folder: Path) -> Check:
    """Return whether a folder can be written to, or made; nothing is left behind."""
    existing = next(each for each in (folder, *folder.parents) if each.exists())
    try:
        with tempfile.TemporaryFile(dir=existing):
            pass
    except OSError as error:
        reason = error.strerror or type(error).__name__
        sentence = f"{folder} cannot be written to ({reason})."
        return Check(
            name, "fault", sentence, "Make it writable, or name another folder.", (), DeliveryError.exit_code
        )
    return Check(
        name, "ok", f"{folder} can be written to." if existing == folder else f"{folder} will be made."
    )


def _outbox(config: "Config") -> Iterator[Check]:
    folder = getattr(config.delivery.settings, "folder", None)
    if folder is not None:
        yield _folder("outbox", folder)


def _memory(config: "Config") -> Iterator[Check]:
    from complaints_sheet.state.place import share_kind

    folder = config.state.folder
    kind = share_kind(folder)
    if kind:
        advice = "Keep the register on the share and the memory here: state: {folder: …} on a local disk."
        yield Check(
            "memory", "fault", f"{folder} is on a network share ({kind}).", advice, (), ConfigError.exit_code
        )
        return
    yield _folder("memory", folder)
    yield from _health(config)
    if os.name == "posix" and folder.is_dir() and folder.stat().st_mode & 0o077:
        advice = f"It is made private by the next run; or at once: chmod 700 {folder}"
        yield Check("memory", "warning", f"{folder} can be read by other accounts.", advice)


def _health(config: "Config") -> Iterator[Check]:
    """Yield whether every page of the memory can be read, and what to do where not."""
    from complaints_sheet.app.keeping import backup_folder
    from complaints_sheet.state import backups, health, open_state
    from complaints_sheet.state.opening import FILE_NAME

    file = config.state.folder / FILE_NAME
    if config.state.url is not None or not file.exists():
        return
    kept = backups(backup_folder(config))
    newest = f"The newest backup is {kept[0]}." if kept else "There is no backup: complaints-sheet backup"
    try:
        with open_state(config.state.folder, dry_run=True) as state:
            found = health(state.engine)
    except Stopped as stop:
        yield Check("memory", "fault", stop.message, f"{stop.next_step} {newest}", (), stop.exit_code)
        return
    if found.whole:
        yield Check("memory", "ok", f"The memory is whole. {newest}")
    else:
        yield Check("memory", "fault", "The memory is damaged.", f"{found.advice} {newest}", found.faults, 4)


def _meeting(config: "Config", now: datetime) -> Check:
    today = now.astimezone(config.organisation.timezone).date()
    days = _working_days(config, today.year - 1, today.year + 1 + LOOK_AHEAD_DAYS // 365)
    meeting = next_meeting(config.meeting, today, days) if config.meeting else None
    if config.meeting is None or meeting is None:
        advice = "Give the date of one meeting under meeting: in the config."
        return Check("meeting", "warning", "No meeting is planned, so no pack falls due.", advice)
    due = pack_due_on(config.meeting, meeting, days)
    when = f"{full_date(meeting)}, {config.meeting.at:%H:%M}"
    return Check("meeting", "ok", f"The next meeting is on {when}; its pack is due on {full_date(due)}.")
