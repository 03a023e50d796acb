"""`outbox sign-in` and `sign-out`: getting the tokens of the sending mailbox, and giving them up."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from complaints_sheet.errors import ConfigError

if TYPE_CHECKING:
    from complaints_sheet.mail_tokens import Access


def sign_in(config_file: Path, show: Callable[[str], None]) -> str:
    """Sign a person in for the config's mailbox and return what was done; `show` gets what is to be done."""
    from complaints_sheet import mail_tokens

    return mail_tokens.sign_in(_access(config_file), show)


def sign_out(config_file: Path) -> str:
    """Give up the tokens of the config's mailbox, and return what was done."""
    from complaints_sheet import mail_tokens

    return mail_tokens.sign_out(_access(config_file))


def _access(config_file: Path) -> "Access":
    from complaints_sheet.config.settings import load_config

    access: Access | None = getattr(load_config(config_file).delivery.settings, "access", None)
    if access is None:
        raise ConfigError(
            "Mail does not go out by token, so there is nobody to sign in.",
            "Write `auth: microsoft` or `auth: google` under delivery: in the config; see the README.",
        )
    return access
