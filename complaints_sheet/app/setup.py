"""`init`: a first config.yaml, the sample to try things out, the files that let it work by itself."""

import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from complaints_sheet.app import services
from complaints_sheet.app.first_config import FirstRegister, first_config
from complaints_sheet.errors import ConfigError, DeliveryError, SourceError

CONFIG = "config.yaml"
SAMPLES = (CONFIG, "sample_register.xlsx")
PLACEHOLDER = "register.xlsx"
REGISTER_ENDINGS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".csv")


@dataclass(frozen=True, slots=True)
class Setup:
    """What `init` did: files written, files that were there and stayed as they were, and what to do next."""

    folder: Path
    written: tuple[Path, ...]
    kept: tuple[Path, ...]
    notes: tuple[str, ...]
    next_steps: tuple[str, ...]


def initialise(folder: Path, *, register: Path | None = None, sample: bool = False) -> Setup:
    """Write what is missing in the folder and return what was done; nothing that exists is ever overwritten.

    Raises ConfigError where the folder cannot be one, SourceError where the register cannot be read, and
    DeliveryError where a file cannot be written.
    """
    if sample and register:
        raise ConfigError("--sample and --from exclude each other.", "Choose one of them.")
    _make(folder)
    if sample:
        return _sample(folder)
    if (folder / CONFIG).exists():
        return Setup(folder, (), (folder / CONFIG,), (), ("Rename it first if you want a new one.",))
    return _from_register(folder, register) if register else _from_nothing(folder)


def install_service(folder: Path, now: datetime) -> Setup:
    """Write the files by which Windows, systemd or cron does what is due, and return what was done.

    `now` is aware. Files that exist are left as they are. ConfigError where there is no config.
    """
    config = folder / CONFIG
    if not config.exists():
        raise ConfigError(f"There is no {CONFIG} in {folder.absolute()}.", "Run complaints-sheet init first.")
    place = folder / services.FOLDER
    _make(place)
    files = services.service_files(
        services.due_command(config), now.astimezone().replace(tzinfo=None), services.windows_user()
    )
    written, kept = _write(place, dict(files))
    notes = ("They hold this computer's paths. Those that were there stay as they were.",) if kept else ()
    step = f"Now follow {shown(place / services.GUIDE)}: one command, and it works by itself."
    return Setup(folder, written, kept, notes, (step,))


def samples_folder() -> Path:
    """Return the folder of the sample files: in the installed package, or the top of a checkout."""
    package = Path(__file__).parent.parent
    installed = package / "samples"
    return installed if installed.is_dir() else package.parent


def _sample(folder: Path) -> Setup:
    contents = {name: (samples_folder() / name).read_bytes() for name in SAMPLES}
    written, kept = _write(folder, contents)
    at = "" if folder == Path() else f" -c {shown(folder / CONFIG)}"
    return Setup(
        folder,
        written,
        kept,
        ("The sample is about an organisation that does not exist; nothing is sent anywhere.",),
        (f"Try it: complaints-sheet run{at} --as-of 2026-11-23T08:00",),
    )


def _from_nothing(folder: Path) -> Setup:
    found = sorted(path for path in folder.iterdir() if _looks_like_a_register(path))
    if len(found) == 1:
        return _from_register(folder, found[0])
    written, kept = _write(
        folder, {CONFIG: first_config(_sample_text(), FirstRegister(PLACEHOLDER)).encode()}
    )
    advice = [f"Open {CONFIG} and put the name of your register after path:."]
    if not found:
        advice.append("Or try things out with the sample, in another folder: complaints-sheet init --sample")
    return Setup(folder, written, kept, (), _next_steps(folder, *advice))


def _from_register(folder: Path, register: Path) -> Setup:
    known, notes = _known(folder, register)
    written, kept = _write(folder, {CONFIG: first_config(_sample_text(), known).encode()})
    advice = f"Open {CONFIG}: put in the e-mail addresses, the coordinator, and the date of a meeting."
    return Setup(folder, written, kept, notes, _next_steps(folder, advice))


def _known(folder: Path, register: Path) -> tuple[FirstRegister, tuple[str, ...]]:
    """Return what the register says of itself, with plain notes; one that is not understood is only named."""
    from complaints_sheet.core.cases import ReadOptions, register_from
    from complaints_sheet.sources.excel import Settings, read

    readings = read(Settings(path=register))
    sheets = tuple(table.sheet for each in readings for table in each.tables)
    path = _from_config(folder, register)
    try:
        understood = register_from(readings, ReadOptions(name=register.stem))
    except SourceError as error:
        return FirstRegister(path, sheets), (error.message, error.next_step)
    notes = [note for layout in understood.layouts for note in layout.notes]
    if any(sheet.casefold() == "staff" for sheet in sheets):
        notes.append('The worksheet "Staff" may suggest people: complaints-sheet doctor shows them.')
    cases = f"{register.name}: {len(understood.cases):,} cases on {len(understood.layouts)} worksheets"
    return FirstRegister(path, sheets, understood), (cases.replace("1 worksheets", "1 worksheet"), *notes)


def _next_steps(folder: Path, *advice: str) -> tuple[str, ...]:
    at = "" if folder == Path() else f" -c {shown(folder / CONFIG)}"
    return (*advice, f"Then test everything: complaints-sheet doctor{at}")


# --- files -----------------------------------------------------------------------------------------------


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise ConfigError(f"{folder} cannot be a folder ({reason}).", "Name another folder.") from error


def _write(folder: Path, contents: dict[str, bytes]) -> tuple[tuple[Path, ...], tuple[Path, ...]]:
    """Write the files that are not there yet; return those written and those left as they were."""
    written, kept = [], []
    for name, content in contents.items():
        path = folder / name
        try:
            with path.open("xb") as file:
                file.write(content)
            written.append(path)
        except FileExistsError:
            kept.append(path)
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise DeliveryError(
                f"{path} cannot be written ({reason}).", "Choose a folder you may write to."
            ) from error
    return tuple(written), tuple(kept)


def _sample_text() -> str:
    return (samples_folder() / CONFIG).read_text(encoding="utf-8")


def _looks_like_a_register(path: Path) -> bool:
    from complaints_sheet.sources.files import OUR_OWN

    left_out = path.name.startswith("~$") or path.name.casefold() in OUR_OWN
    return path.suffix.casefold() in REGISTER_ENDINGS and path.is_file() and not left_out


def _from_config(folder: Path, register: Path) -> str:
    """Return the register's path as a config in the folder should have it, with forward slashes."""
    full = register.absolute()
    inside = full.is_relative_to(folder.absolute())
    return (full.relative_to(folder.absolute()) if inside else full).as_posix()


def shown(path: Path) -> str:
    """Return a path as a person types it: in quotation marks where it holds a space."""
    text = os.fspath(path)
    return f'"{text}"' if " " in text else text
