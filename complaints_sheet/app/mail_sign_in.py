"""`outbox sign-in` and `sign-out`: getting the tokens of the sending mailbox, and giving them up."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from complaints_sheet.errors import ConfigError

if TYPE_CHECKING:
    from complaints_sheet.mail_tokens import Access


def sign_in(config_file: Path, show: Callable[[str], None]) -> tuple[str, ...]:
    """Sign a person in for the config's mailbox and return what was done; `show` gets what is to be done.

    Where the journal is read by another service than mail is sent by, that is a sign-in of its own.
    """
    from complaints_sheet import mail_tokens

    return tuple(mail_tokens.sign_in(each, show) for each in _accesses(config_file))


def sign_out(config_file: Path) -> tuple[str, ...]:
    """Give up the tokens of the config's mailbox, and return what was done."""
    from complaints_sheet import mail_tokens

    return tuple(mail_tokens.sign_out(each) for each in _accesses(config_file))


def _accesses(config_file: Path) -> "tuple[Access, ...]":
    """Return each sign-in that the config asks for, that for sending first."""
    from complaints_sheet.config.settings import load_config

    delivery = load_config(config_file).delivery
    sending: Access | None = getattr(delivery.settings, "access", None)
    if sending is None:
        raise ConfigError(
            "Mail does not go out by token, so there is nobody to sign in.",
            "Write `auth: microsoft` or `auth: google` under delivery: in the config; see the README.",
        )
    journal = delivery.journal.access if delivery.journal else None
    return tuple({each.file: each for each in (sending, journal) if each is not None}.values())
