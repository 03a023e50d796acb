"""Registers kept in Google Sheets, or as a workbook in Google Drive: read whole, in at most three calls."""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from complaints_sheet.core.collection import collection_paused
from complaints_sheet.core.model import Reading
from complaints_sheet.errors import SourceError
from complaints_sheet.sources.limits import Limits
from complaints_sheet.sources.modern import sheet_missing
from complaints_sheet.sources.shelf import Shelf

if TYPE_CHECKING:
    from complaints_sheet.google_access import Access, PatientClient

NATIVE = "application/vnd.google-apps.spreadsheet"
WORKBOOKS = frozenset(
    {
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/vnd.ms-excel.sheet.macroEnabled.12",
        "application/vnd.ms-excel.sheet.binary.macroEnabled.12",
        "application/vnd.ms-excel",
        "application/vnd.oasis.opendocument.spreadsheet",
        "text/csv",
    }
)
MOST_READS = 3  # of a sheet that somebody changes between two calls
ID = re.compile(r"[A-Za-z0-9_-]{15,200}")
SHEETS = "https://sheets.googleapis.com/v4/spreadsheets"
FILES = "https://www.googleapis.com/drive/v3/files"
ABOUT = "id,name,mimeType,version,trashed,md5Checksum"
# What decides what a number means: its format, errors, hidden rows; and the numbers, to match both answers.
FACTS = (
    "sheets(properties(sheetId,title,hidden,sheetType),merges,"
    "data(startRow,startColumn,rowMetadata(hiddenByUser,hiddenByFilter),"
    "rowData/values(effectiveValue(numberValue,errorValue/type),effectiveFormat/numberFormat/type)))"
)


def _id(typed: str) -> str:
    """Return the id of a spreadsheet given by its id or address, and its worksheet where that is named."""
    found = re.search(r"/d/([A-Za-z0-9_-]{15,200})", typed)
    if found:
        worksheet = re.search(r"[#&?]gid=(\d+)", typed)
        return f"{found[1]}#gid={worksheet[1]}" if worksheet else found[1]
    if not ID.fullmatch(typed.strip()):
        raise ValueError("expected the address of the spreadsheet as the browser shows it, or the id in it")
    return typed.strip()


def _own_address(typed: str) -> str:
    """Return the address without its last slash; what goes there is encrypted, or stays on this computer."""
    if not re.fullmatch(r"https://[^\s/]+|http://(127\.0\.0\.1|localhost)(:\d+)?", typed.rstrip("/")):
        raise ValueError("expected an address that begins with https://")
    return typed.rstrip("/")


class Settings(BaseModel):
    """Which spreadsheet, and how to get at it. The program asks Google for no more than to read."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Literal["google"] = "google"
    spreadsheet: Annotated[str, AfterValidator(_id)] = Field(
        description="The address of the spreadsheet as the browser shows it, or the id in it."
    )
    sheet: str | tuple[str, ...] | None = Field(
        default=None, description="The worksheet, or a list of them [all that look like a register]"
    )
    credentials: Path | None = Field(
        default=None, description="The service account's key file [this computer's own sign-in to Google]"
    )
    address: Annotated[str, AfterValidator(_own_address)] | None = Field(
        default=None, description="Where Google's calls go instead, such as a gateway [Google]"
    )
    patience_seconds: Annotated[float, Field(gt=0, le=3600, description="When a call is given up.")] = 300.0
    limits: Limits = Limits()

    @property
    def sheets(self) -> tuple[str, ...]:
        """Return the names of the worksheets to read, empty for all of them."""
        if self.sheet is None:
            return ()
        return (self.sheet,) if isinstance(self.sheet, str) else self.sheet

    @property
    def id(self) -> str:
        """Return the id of the spreadsheet."""
        return self.spreadsheet.partition("#")[0]

    @property
    def link(self) -> str:
        """Return the web address of a row, {row} standing for its number."""
        worksheet = self.spreadsheet.partition("#")[2] or "gid=0"
        return f"https://docs.google.com/spreadsheets/d/{self.id}/edit#{worksheet}&range={{row}}:{{row}}"

    @property
    def access(self) -> "Access":
        """Return how to get at Google."""
        from complaints_sheet.google_access import Access

        return Access(self.credentials, self.address or "", self.patience_seconds)


@dataclass(frozen=True, slots=True)
class _About:
    """What Drive says of the file, before it is read."""

    name: str
    kind: str
    version: str
    checksum: str


def read(settings: Settings, shelf: Shelf | None = None) -> tuple[Reading, ...]:
    """Return the register as it is now; raises SourceError with what to do next.

    One call where Drive's version of the file is the one on the shelf: what was read then is used again.
    """
    return read_with(_client(settings), settings, shelf)


def read_with(client: "PatientClient", settings: Settings, shelf: Shelf | None = None) -> tuple[Reading, ...]:
    """Return as `read`, with a client that may be signed in already."""
    about = _about(client, settings.id)
    stands_for = json.dumps([settings.id, about.version, about.kind, settings.sheets])
    kept = shelf.kept(stands_for) if shelf else None
    with collection_paused():
        if about.kind in WORKBOOKS:
            reading, parts = _workbook(client, settings, about, kept)
        else:
            reading, parts = _native(client, settings, about, kept)
    if shelf and kept is None:
        shelf.keep(stands_for, parts)
    return (reading,)


def account(settings: Settings) -> str:
    """Return the address that the sheet must be shared with, empty where it is not known here."""
    return _client(settings).who


def _client(settings: Settings) -> "PatientClient":
    try:
        from complaints_sheet.google_access import client
    except ModuleNotFoundError as error:
        raise SourceError(
            f"Reading Google Sheets needs a package that is not installed ({error.name}).",
            'Install it: pip install "complaints-sheet[google]"',
        ) from None
    return client(settings.access)


def _about(client: "PatientClient", file: str) -> _About:
    found = _json(
        client.request("get", f"{FILES}/{file}", params={"fields": ABOUT, "supportsAllDrives": True})
    )
    if not {"name", "mimeType", "version"} <= set(found):
        raise _broken_off()
    name = _text(found["name"])
    if found.get("trashed"):
        raise SourceError(f"{name} is in the bin of Google Drive.", "Restore it there, or name the new one.")
    kind = _text(found["mimeType"])
    if kind != NATIVE and kind not in WORKBOOKS:
        raise SourceError(
            f"{name} in Google Drive is no spreadsheet.",
            "Correct `spreadsheet` under `register` in config.yaml: open the register and copy its address.",
        )
    return _About(name, kind, _text(found["version"]), _text(found.get("md5Checksum")))


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _json(answer: Any) -> dict[str, Any]:
    """Return an answer of Google's; SourceError where it is not whole."""
    return _parsed(answer.content)


def _parsed(content: bytes) -> dict[str, Any]:
    try:
        found = json.loads(content)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise _broken_off()
    return found


def _broken_off() -> SourceError:
    return SourceError(
        "Google's answer was not complete; nothing of it was used.",
        "Run it again; the next run does so by itself.",
    )


# --- a workbook kept in Drive ------------------------------------------------------------------------------


def _workbook(
    client: "PatientClient", settings: Settings, about: _About, kept: Sequence[bytes] | None
) -> tuple[Reading, tuple[bytes, ...]]:
    from complaints_sheet.sources import excel

    if kept:
        content = kept[0]
    else:
        asked = {"alt": "media", "supportsAllDrives": True}
        content = client.request("get", f"{FILES}/{settings.id}", params=asked).content
        # Google's own sum of the file, and no secret: it tells a download cut short, or changed meanwhile.
        if about.checksum and hashlib.md5(content, usedforsecurity=False).hexdigest() != about.checksum:
            raise _broken_off()
    wanted = excel.Settings(path=Path(about.name), sheet=settings.sheet, limits=settings.limits)
    return excel.read_content(about.name, content, wanted), (content,)


# --- a Google spreadsheet ----------------------------------------------------------------------------------


def _native(
    client: "PatientClient", settings: Settings, about: _About, kept: Sequence[bytes] | None
) -> tuple[Reading, tuple[bytes, ...]]:
    from complaints_sheet.sources.google_cells import Unequal, tables

    for _ in range(MOST_READS):
        try:
            facts = kept[0] if kept else _facts(client, settings)
            known = _parsed(facts)
            values = kept[1] if kept else _values(client, settings, known)
            found = tables(about.name, known, _parsed(values), settings.limits)
        except Unequal:
            kept = None
            continue
        except (KeyError, TypeError, AttributeError, IndexError, ValueError):
            raise _broken_off() from None
        fingerprint = hashlib.sha256(facts + values).hexdigest()
        return Reading(about.name, found, fingerprint), (facts, values)
    raise SourceError(
        f"{about.name} is being changed by somebody right now, faster than it can be read.",
        "Wait a minute and run this again.",
    )


def _values(client: "PatientClient", settings: Settings, facts: Mapping[str, Any]) -> bytes:
    """Return the values of the worksheets that the facts are about; never as they are shown."""
    titles = [each["title"] for each in _worksheets(facts) if each.get("sheetType", "GRID") == "GRID"]
    asked = {
        "ranges": [_quoted(title) for title in titles],
        "majorDimension": "ROWS",
        "valueRenderOption": "UNFORMATTED_VALUE",
        "dateTimeRenderOption": "SERIAL_NUMBER",
    }
    return client.request("get", f"{SHEETS}/{settings.id}/values:batchGet", params=asked).content


def _facts(client: "PatientClient", settings: Settings) -> bytes:
    """Return what is known of the worksheets wanted; SourceError with the nearest where one is not there."""
    from complaints_sheet.google_access import NotUnderstood

    asked: dict[str, Any] = {"fields": FACTS}
    if settings.sheets:
        asked["ranges"] = [_quoted(title) for title in settings.sheets]
    try:
        return client.request("get", f"{SHEETS}/{settings.id}", params=asked).content
    except NotUnderstood:
        if not settings.sheets:
            raise
    fields = {"fields": "properties(title),sheets(properties(title))"}
    book = _json(client.request("get", f"{SHEETS}/{settings.id}", params=fields))
    there = {each["title"].strip().casefold(): each["title"] for each in _worksheets(book)}
    missing = [each for each in settings.sheets if each.strip().casefold() not in there]
    if missing:
        raise sheet_missing(book["properties"]["title"], missing[0], tuple(there.values()))
    asked["ranges"] = [_quoted(there[each.strip().casefold()]) for each in settings.sheets]
    return client.request("get", f"{SHEETS}/{settings.id}", params=asked).content


def _worksheets(book: Mapping[str, Any]) -> list[Any]:
    return [each["properties"] for each in book["sheets"]]


def _quoted(title: str) -> str:
    """Return a worksheet's name as a range, so that no name is taken for a cell."""
    return "'" + title.replace("'", "''") + "'"
