"""What `doctor` tests of the mail: the login to the server, the journal, and on request a test mail."""

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from complaints_sheet.app.examination import Check
from complaints_sheet.core.guards import outside_domains
from complaints_sheet.core.people import Person
from complaints_sheet.core.sign_in_recipes import NEVER_TRIED, RECIPES
from complaints_sheet.errors import ConfigError, DeliveryError

if TYPE_CHECKING:
    from complaints_sheet.config.settings import Config
    from complaints_sheet.core.messages import Message

COPY_SECONDS = 30.0
"""How long `doctor` waits for the copy of its test mail to appear in the journal."""


def mail_checks(config: "Config") -> Iterator[Check]:
    """Yield how the mail server and the journal answer to a login; nothing is sent."""
    from complaints_sheet.channels import CHANNELS

    probe = CHANNELS[config.delivery.kind].probe
    if probe is None:
        return
    try:
        yield Check("mail server", "ok", probe(config.delivery.settings))
    except DeliveryError as error:
        yield replace(_fault("mail server", error), details=_recipe(config))
    yield from _never_tried(config)
    yield from _password_files(config)
    yield _journal(config)


def _fault(name: str, error: DeliveryError) -> Check:
    return Check(name, "fault", error.message, error.next_step, (), error.exit_code)


def _recipe(config: "Config") -> tuple[str, ...]:
    """Return how the sign-in by token is set up, step by step, or nothing where a password is used."""
    auth = str(getattr(config.delivery.settings, "auth", ""))
    steps = RECIPES.get((config.delivery.kind, auth), ())
    return tuple(f"{number}. {step}" for number, step in enumerate(steps, 1))


def _never_tried(config: "Config") -> Iterator[Check]:
    """Yield what of a sign-in by token nobody has tried with a live account, so that nobody relies on it."""
    if _recipe(config):
        sentence = "Please look twice: some of this was never tried with a live account."
        yield Check("never tried live", "ok", sentence, details=NEVER_TRIED)


def _journal(config: "Config") -> Check:
    from complaints_sheet.mailbox import journal

    if config.delivery.journal is None:
        return Check(
            "journal",
            "warning",
            "No journal is set up: a mail that may or may not have gone out waits for a person to look.",
            "Name the mailbox that keeps a copy of what is sent, under delivery: journal: in the config.",
        )
    try:
        with journal(config.delivery.journal) as box:
            return Check("journal", "ok", f"{box}.")
    except DeliveryError as error:
        return _fault("journal", error)


def _password_files(config: "Config") -> Iterator[Check]:
    """Yield a warning for a file with a password or key that other accounts can read."""
    files = (
        getattr(each, name, None)
        for each in (config.delivery.settings, config.delivery.journal)
        for name in ("password_file", "key_file")
    )
    for file in dict.fromkeys(each for each in files if isinstance(each, Path)):
        if os.name == "posix" and file.is_file() and file.stat().st_mode & 0o077:
            yield Check(
                "mail server", "warning", f"{file} can be read by other accounts.", f"chmod 600 {file}"
            )


def send_test(
    config: "Config", address: str, now: datetime, *, pause: Callable[[float], None] = time.sleep
) -> tuple[Check, ...]:
    """Send one test mail to an address of the people list, or to the test address, and return how it went.

    It goes whether mail is switched on or not, but never past the file STOP. Where there is a journal, its
    copy is waited for. `now` is aware. Raises ConfigError for any other address.
    """
    from complaints_sheet.channels import CHANNELS

    message = _test_message(config, address, now)
    settings, kind = config.delivery.settings, config.delivery.kind
    try:
        words = CHANNELS[kind].deliver(message, settings, lambda: None)
    except DeliveryError as error:
        return (_fault("test mail", error),)
    sent = Check("test mail", "ok", f"A test mail for {message.to} was handed over: {words}")
    return (sent, *_copy(config, message, now, pause))


def _test_message(config: "Config", address: str, now: datetime) -> "Message":
    from complaints_sheet.app.arming import stop_file
    from complaints_sheet.app.mailing import letterhead
    from complaints_sheet.core.alerts import trial_alert
    from complaints_sheet.mail import compose_alert

    receiver = _receiver(config, address)
    if stop := stop_file(config):
        raise ConfigError(f"All mail is held by the file {stop}.", "Delete it to go on.")
    if config.delivery.live and (outside := outside_domains(address, config.delivery.allowed_domains)):
        raise ConfigError(outside, "Add its domain to `allowed_domains` under delivery: in the config.")
    moment = now.astimezone(config.organisation.timezone)
    server = str(getattr(config.delivery.settings, "host", "the folder channel"))
    alert = trial_alert(receiver, server, moment)
    return compose_alert(alert, letterhead(config, moment), moment, folders=config.templates)


def _receiver(config: "Config", address: str) -> Person:
    """Return who has the address; a test mail goes to nobody else."""
    wanted = address.strip().casefold()
    for person in config.directory.people:
        if person.email and person.email.casefold() == wanted:
            return person
    test = config.delivery.test_address
    if test and test.casefold() == wanted:
        return Person(name=test, email=test)
    raise ConfigError(
        f"{address} is not an address of the people list.",
        "A test mail goes only to somebody of the people list, or to `test_address` under delivery: in the "
        "config.",
    )


def _copy(
    config: "Config", message: "Message", now: datetime, pause: Callable[[float], None]
) -> Iterator[Check]:
    """Yield whether the copy of the test mail appears in the journal, where there is one."""
    if config.delivery.journal is None:
        return
    waited = 0.0
    try:
        while not _is_there(config, message, now):
            if waited >= COPY_SECONDS:
                yield _no_copy(config)
                return
            pause(1.0)
            waited += 1.0
    except DeliveryError as error:
        yield _fault("journal", error)
        return
    yield Check("journal", "ok", "The copy of the test mail is in the journal.")


def _is_there(config: "Config", message: "Message", now: datetime) -> bool:
    from complaints_sheet.mailbox import journal

    if config.delivery.journal is None:
        return False
    with journal(config.delivery.journal) as box:
        return bool(box.seen([message.short_key], now))


def _no_copy(config: "Config") -> Check:
    user = config.delivery.journal.user if config.delivery.journal else ""
    if not hasattr(config.delivery.settings, "copy_to"):
        advice = "Look in its Sent Items. Without copies that can be found, mail of unknown outcome is held."
        words = f"No copy of the test mail was found in Sent Items within {COPY_SECONDS:g} seconds."
        return Check("journal", "warning", words, advice)
    return Check(
        "journal",
        "warning",
        f"No copy of the test mail came into the journal within {COPY_SECONDS:g} seconds.",
        f"Where the server keeps no copy of what is sent, write `copy_to: {user}` under delivery: in the "
        "config, and test again. Without copies the journal settles nothing.",
    )
