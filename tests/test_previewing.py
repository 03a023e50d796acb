"""`remind --dry-run --open`: each mail as it would go, in a browser; nothing is sent or written down."""

import html
import os
import re
import tempfile
from pathlib import Path

import pytest

from complaints_sheet.app import previewing
from complaints_sheet.cli import main
from tests.axe import needs_axe, violations

ROOT = Path(__file__).parent.parent
NOW = "2026-11-23T08:00"


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the sample, and temporary files of its own elsewhere; no screen."""
    folder = tmp_path / "office"
    folder.mkdir()
    for name in ("config.yaml", "sample_register.xlsx"):
        (folder / name).write_bytes((ROOT / name).read_bytes())
    (tmp_path / "temporary").mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"):
        monkeypatch.delenv(name, raising=False)
    return folder


def previewed(capsys: pytest.CaptureFixture[str]) -> Path:
    assert main(["remind", "--dry-run", "--open", "--as-of", NOW]) == 0
    return Path(capsys.readouterr().err.strip().rpartition(": ")[2])


def test_the_page_shows_every_mail_and_nothing_is_sent_or_remembered(office: Path, capsys) -> None:
    assert main(["remind", "--dry-run", "--as-of", NOW]) == 0
    would_go = re.findall(r"^  (\S+@\S+) +(.+)$", capsys.readouterr().out, re.MULTILINE)
    page = previewed(capsys).read_text(encoding="utf-8")
    assert len(would_go) == page.count("<article") > 10
    for address, subject in would_go:
        assert html.escape(address) in page
        assert html.escape(subject, quote=True).replace("&#x27;", "&#39;") in page
    assert {path.name for path in office.iterdir()} == {"config.yaml", "sample_register.xlsx"}


def test_what_is_shown_is_what_the_folder_gets(office: Path, capsys) -> None:
    page = html.unescape(previewed(capsys).read_text(encoding="utf-8"))
    assert main(["remind", "--as-of", NOW]) == 0
    mails = list((office / "outbox").glob("*.eml"))
    assert len(mails) > 10
    for mail in mails:
        assert mail.read_bytes().decode("ascii").replace("\r\n", "\n") in page


def test_the_page_lies_outside_the_office_in_a_folder_for_this_account_alone(office: Path, capsys) -> None:
    first = previewed(capsys)
    assert not first.is_relative_to(office)
    if os.name == "posix":
        assert first.parent.stat().st_mode & 0o077 == 0
    second = previewed(capsys)
    assert second.exists()
    assert not first.exists()


def test_each_mail_stands_in_a_frame_without_rights(office: Path, capsys) -> None:
    page = previewed(capsys).read_text(encoding="utf-8")
    assert page.count("<iframe sandbox title=") == page.count("<iframe ")
    assert "<script" not in page


@pytest.mark.parametrize("works", [True, False])
def test_a_browser_is_asked_where_there_is_a_screen_and_the_path_is_printed_in_any_case(
    office: Path, monkeypatch: pytest.MonkeyPatch, capsys, works: bool
) -> None:
    asked: list[str] = []
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setattr(previewing.webbrowser, "open", lambda address: asked.append(address) or works)
    page = previewed(capsys)
    assert asked == [page.as_uri()]
    assert page.exists()


def test_without_a_screen_no_browser_is_started_that_would_take_the_terminal(
    office: Path, monkeypatch: pytest.MonkeyPatch, capsys
) -> None:
    monkeypatch.setattr(previewing.sys, "platform", "linux")
    monkeypatch.setattr(previewing.webbrowser, "open", pytest.fail)
    assert previewed(capsys).exists()


def test_open_without_a_dry_run_is_refused(office: Path, capsys) -> None:
    assert main(["remind", "--open", "--as-of", NOW]) == 2
    assert "--dry-run" in capsys.readouterr().err
    assert not (office / "outbox").exists()


@needs_axe
def test_axe_finds_nothing_wrong_with_the_page(office: Path, tmp_path: Path, capsys) -> None:
    assert violations([previewed(capsys)], tmp_path / "profile") == []
