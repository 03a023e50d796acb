from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import ValidationError

from complaints_sheet.channels import CHANNELS, folder
from complaints_sheet.core.messages import message
from complaints_sheet.errors import DeliveryError
from tests.test_mail_message import LETTER

MESSAGE = message(LETTER)


class Killed(BaseException):
    """Stands for the power going off."""


def nothing() -> None:
    """Do nothing before the commit."""


def test_the_folder_channel_writes_one_file_with_exactly_the_bytes(tmp_path: Path) -> None:
    settings = folder.Settings(folder=tmp_path / "out" / "box")
    assert folder.deliver(MESSAGE, settings, nothing) == f"written as {MESSAGE.file_name}"
    (found,) = settings.folder.iterdir()
    assert found.name == MESSAGE.file_name
    assert found.read_bytes() == MESSAGE.content


def test_a_file_that_is_there_is_done_and_is_never_written_again(tmp_path: Path) -> None:
    settings = folder.Settings(folder=tmp_path)
    (tmp_path / MESSAGE.file_name).write_bytes(b"read and edited")
    commits: list[str] = []
    assert folder.deliver(MESSAGE, settings, lambda: commits.append("x")).startswith("already written")
    assert (tmp_path / MESSAGE.file_name).read_bytes() == b"read and edited"
    assert commits == []


def test_the_commit_comes_when_the_bytes_are_safe_and_the_name_is_not_yet_there(tmp_path: Path) -> None:
    seen: list[list[str]] = []

    def look() -> None:
        seen.append([each.suffix for each in tmp_path.iterdir()])

    folder.deliver(MESSAGE, folder.Settings(folder=tmp_path), look)
    assert seen == [[".part"]]


def test_after_a_crash_at_the_commit_the_next_try_delivers_once(tmp_path: Path) -> None:
    def crash() -> None:
        raise Killed

    settings = folder.Settings(folder=tmp_path)
    with pytest.raises(Killed):
        folder.deliver(MESSAGE, settings, crash)
    assert not (tmp_path / MESSAGE.file_name).exists()
    folder.deliver(MESSAGE, settings, nothing)
    assert [each.name for each in tmp_path.iterdir()] == [MESSAGE.file_name]


def test_a_folder_that_cannot_be_written_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "box").write_text("a file where the folder should be", encoding="utf-8")
    with pytest.raises(DeliveryError) as stopped:
        folder.deliver(MESSAGE, folder.Settings(folder=tmp_path / "box"), nothing)
    assert stopped.value.exit_code == 4
    assert "cannot be written to" in stopped.value.message
    assert "under `delivery` in config.yaml" in stopped.value.next_step


def test_two_receivers_on_one_day_have_two_files(tmp_path: Path) -> None:
    settings = folder.Settings(folder=tmp_path)
    for key in ("one", "two"):
        CHANNELS["folder"].deliver(message(replace(LETTER, key=key)), settings, nothing)
    assert len(list(tmp_path.iterdir())) == 2


def test_settings_refuse_what_they_do_not_know() -> None:
    with pytest.raises(ValidationError):
        CHANNELS["folder"].settings(folder="outbox", server="mail.example.org")
