"""What can be wrong with a register, a folder, a template or the config: what, where, what to do next."""

import shutil
import zipfile
from pathlib import Path

import openpyxl
import pytest

from complaints_sheet.cli import main

ROOT = Path(__file__).parent.parent
AS_OF = "2026-11-23T08:00"
OLE_MAGIC = bytes.fromhex("D0CF11E0A1B11AE1")
COLUMNS = ["Case Owner", "Date received", "Customer Name", "Issue", "Resolved and followed up (Y/N)"]


@pytest.fixture
def office(tmp_path, monkeypatch):
    """Return a folder with the sample's config and register, and stand there."""
    for name in ("config.yaml", "sample_register.xlsx"):
        shutil.copy(ROOT / name, tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _workbook(path: Path, *rows: list[str]) -> None:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)


def _password_protected(path: Path) -> None:
    path.write_bytes(OLE_MAGIC + bytes(1016) + "EncryptedPackage".encode("utf-16-le") + bytes(4096))


def _half_saved(path: Path) -> None:
    shutil.copy(ROOT / "sample_register.xlsx", path)
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])


def _other_zip(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("photo.txt", "not a workbook")


REGISTERS = {
    "missing": (lambda path: path.unlink(), "register"),
    "not a workbook": (lambda path: path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(500)), "workbook"),
    "a zip of something else": (_other_zip, "workbook"),
    "half saved": (_half_saved, "sample_register.xlsx"),
    "password-protected": (_password_protected, "password"),
    "zero bytes": (lambda path: path.write_bytes(b""), "empty"),
    "an empty workbook": (_workbook, "empty"),
    "no heading row": (lambda path: _workbook(path, ["a", "b", "c"], ["1", "2", "3"]), "heading"),
    "two columns for one field": (
        lambda path: _workbook(
            path, [*COLUMNS, "Date received"], ["A", "2026-11-02", "B", "C", "N", "2026-11-03"]
        ),
        "Date received",
    ),
}


@pytest.mark.parametrize("what", REGISTERS)
def test_a_register_that_cannot_be_read_stops_the_run_before_any_mail(what, office, capsys):
    spoil, words = REGISTERS[what]
    spoil(office / "sample_register.xlsx")
    text = (
        (office / "config.yaml")
        .read_text(encoding="utf-8")
        .replace("  sheet: Register", "  #sheet: Register")
    )
    (office / "config.yaml").write_text(text, encoding="utf-8")
    assert main(["run", "--as-of", AS_OF]) == 3
    said = capsys.readouterr().err
    assert words.casefold() in said.casefold()
    assert len(said.strip().splitlines()) >= 2, "what happened, then what to do next"
    assert "Traceback" not in said
    told = [each.name for each in (office / "outbox").glob("*.eml")]
    assert len(told) == 1  # the coordinator, and nobody else
    assert "register stopped" in told[0]
    assert not (office / "packs").exists()


def _unwritable(folder: Path) -> Path:
    """Return a folder that nobody can make, not even an administrator."""
    if Path("/proc/self").is_dir():
        return Path("/proc/self/outbox")
    folder.mkdir()
    folder.chmod(0o500)
    return folder


def test_an_outbox_that_cannot_be_written_is_said_with_its_own_exit_code(office, capsys):
    place = _unwritable(office / "locked")
    text = (office / "config.yaml").read_text(encoding="utf-8").replace("folder: outbox", f"folder: {place}")
    (office / "config.yaml").write_text(text, encoding="utf-8")
    assert main(["remind", "--as-of", AS_OF]) == 4
    said = capsys.readouterr().err
    assert "cannot be written" in said
    assert "delivery" in said


def test_a_pack_folder_that_cannot_be_written_costs_no_mail(office, capsys):
    place = _unwritable(office / "locked").with_name("packs")
    text = (office / "config.yaml").read_text(encoding="utf-8").replace("folder: packs", f"folder: {place}")
    (office / "config.yaml").write_text(text, encoding="utf-8")
    assert main(["run", "--as-of", AS_OF]) == 4
    assert "pack" in capsys.readouterr().err
    assert any((office / "outbox").iterdir())


def test_a_broken_template_is_named_with_its_line(office, capsys):
    own = office / "templates" / "mail"
    own.mkdir(parents=True)
    (own / "owner_digest.html").write_text("<p>Hello</p>\n{% if %}\n", encoding="utf-8")
    assert main(["remind", "--as-of", AS_OF]) == 2
    said = capsys.readouterr().err
    assert "owner_digest.html" in said
    assert "2" in said
    (told,) = (office / "outbox").glob("*.eml")  # no digest, and the coordinator knows why
    assert "run failed" in told.name
    assert b"owner_digest.html" in told.read_bytes()


def test_every_mistake_in_the_config_is_said_at_once_with_its_place(office, capsys):
    (office / "config.yaml").write_text(
        "register: {path: sample_register.xlsx}\n"
        "organisation: {timezone: Europe/Lundon}\n"
        "delivry: {kind: folder}\n"
        "meeting: {first: soon}\n",
        encoding="utf-8",
    )
    assert main(["run", "--as-of", AS_OF]) == 2
    said = capsys.readouterr().err
    for words in ("config.yaml:2:", "config.yaml:3:", "config.yaml:4:", "Europe/London", "delivery"):
        assert words in said
