"""Registers in Google Sheets, read by the real gspread and google-auth from a server on this computer."""

import json
import logging
import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from complaints_sheet import google_access
from complaints_sheet.cli import main
from complaints_sheet.core.cases import ReadOptions, register_from
from complaints_sheet.core.model import BadCell, Reading
from complaints_sheet.errors import SourceError
from complaints_sheet.sources import google as source
from complaints_sheet.sources.shelf import Shelf, kept_answers
from tests.files.making import HEADINGS, ORDINARY, complaint, workbook
from tests.google_server.book import Book, Cell, Error, worksheet
from tests.google_server.robot import key_file, key_pair, settings
from tests.google_server.server import ROBOT, Fault, Google, google

ID = "1register-of-complaints"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
A_CALL = (
    Fault("status", 503),
    Fault("status", 500),
    Fault("status", 429, "RATE_LIMIT_EXCEEDED"),
    Fault("status", 403, "userRateLimitExceeded"),
    Fault("reset"),
    Fault("cut"),
    Fault("half"),
    Fault("silence", seconds=2),
)


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for less than a person would notice, and no minute for an answer."""
    monkeypatch.setattr(google_access, "FIRST_WAIT_SECONDS", 0.01)
    monkeypatch.setattr(google_access, "TIMEOUT_SECONDS", (5, 1.5))


@pytest.fixture
def server() -> Iterator[Google]:
    with google() as known:
        yield known
        assert known.unlike == []  # every answer was as Google documents it


@pytest.fixture
def book(server: Google) -> Book:
    return server.add(Book(ID, "Complaints 2026", [worksheet("Register", ORDINARY, 77)]))


def typed(folder: Path, server: Google, **more: Any) -> source.Settings:
    return source.Settings.model_validate(settings(folder, server, ID, patience_seconds=20, **more))


def read(folder: Path, server: Google, **more: Any) -> Reading:
    return source.read(typed(folder, server, **more))[0]


def customers(reading: Reading) -> list[str]:
    return [case.text("customer_name") for case in register_from((reading,), ReadOptions()).cases]


def config(folder: Path, server: Google, **more: Any) -> Path:
    path = folder / "config.yaml"
    people = [{"name": "Amira Khan", "email": "amira.khan@example.org"}]
    told = {"register": settings(folder, server, ID, patience_seconds=20, **more), "people": people}
    path.write_text(json.dumps(told), encoding="utf-8")
    return path


# --- what is read ------------------------------------------------------------------------------------------


def test_a_register_is_read_in_three_calls_and_one_sign_in(
    tmp_path: Path, server: Google, book: Book
) -> None:
    found = read(tmp_path, server)
    assert (found.source, customers(found)) == (
        "Complaints 2026",
        ["Priya Shah", "George Frost", "Maya Lewis"],
    )
    assert [call.rpartition("/")[2] for call in server.calls] == [ID, ID, "values:batchGet"]
    assert server.signed_in == 1


def test_no_more_than_reading_is_asked_of_google(tmp_path: Path, server: Google, book: Book) -> None:
    read(tmp_path, server)
    assert server.scopes == set(google_access.READ_SCOPES)
    assert all(scope.endswith(".readonly") for scope in server.scopes)


@pytest.mark.parametrize(
    ("cell", "meant"),
    [
        ("Boiler", "Boiler"),
        ("#N/A", "#N/A"),
        (True, True),
        (12, 12.0),
        (12.5, 12.5),
        (46329, 46329.0),
        (date(2026, 11, 3), date(2026, 11, 3)),
        (datetime(2026, 11, 3, 16, 40), datetime(2026, 11, 3, 16, 40)),
        (time(16, 40), time(16, 40)),
        (timedelta(hours=30), timedelta(hours=30)),
        (Cell(46329, "DATE_TIME"), date(2026, 11, 3)),
        (Cell(46329.5, "DATE"), datetime(2026, 11, 3, 12)),
        (Cell(46329, "CURRENCY"), 46329.0),
        (Cell(99_999_999, "DATE"), 99_999_999.0),
        (Cell(-5, "DATE"), -5.0),
        (Cell("46329", "DATE"), "46329"),
        (Error("#N/A"), BadCell("error", "#N/A")),
        (Error("#DIV/0!"), BadCell("error", "#DIV/0!")),
        (Error("Loading..."), BadCell("not calculated", "Loading...")),
        (None, ""),
    ],
)
def test_a_cell_is_what_it_holds_and_never_what_it_shows(
    cell: object, meant: object, tmp_path: Path, server: Google
) -> None:
    server.add(Book(ID, sheets=[worksheet("Register", [["A", "B", "C"], ["x", cell, "y"]])]))
    found = read(tmp_path, server).tables[0].rows[1][1]
    assert (found, type(found)) == (meant, type(meant))


def test_rows_of_unequal_length_are_filled_up(tmp_path: Path, server: Google) -> None:
    server.add(Book(ID, sheets=[worksheet("Register", [["A"], [], ["x", "y", "z"], [None, "q"]])]))
    rows = read(tmp_path, server).tables[0].rows
    assert [len(row) for row in rows] == [3, 3, 3, 3]
    assert [row[1] for row in rows] == [None, None, "y", "q"]


def test_hidden_rows_hidden_sheets_and_merged_cells_are_known(
    tmp_path: Path, server: Google, book: Book
) -> None:
    sheet = book.sheets[0]
    sheet.hidden_by_user, sheet.hidden_by_filter, sheet.merges = {3}, {4}, [(1, 1, 1, 3)]
    book.sheets.append(worksheet("Old", ORDINARY, 78))
    book.sheets[1].hidden = True
    book.sheets.append(replace(worksheet("Chart", [], 79), kind="OBJECT"))
    first, second = read(tmp_path, server).tables
    assert (first.hidden_rows, first.merged, first.hidden) == ({3, 4}, ((1, 1, 1, 3),), False)
    assert (second.sheet, second.hidden) == ("Old", True)


@pytest.mark.parametrize("title", ["Register", "It's ours", "A1", "Reg!ister", "Ärger & Lob", "a/b?c=d&e"])
def test_a_worksheet_may_have_any_name(title: str, tmp_path: Path, server: Google) -> None:
    server.add(Book(ID, sheets=[worksheet("Other", [["x"]]), worksheet(title, ORDINARY, 5)]))
    assert [table.sheet for table in read(tmp_path, server, sheet=title).tables] == [title]


def test_a_worksheets_name_may_be_written_in_small_letters(
    tmp_path: Path, server: Google, book: Book
) -> None:
    assert len(customers(read(tmp_path, server, sheet=" register"))) == 3


@pytest.mark.parametrize(
    "address",
    [
        ID,
        f"https://docs.google.com/spreadsheets/d/{ID}/edit",
        f"https://docs.google.com/spreadsheets/d/{ID}/edit#gid=77",
    ],
)
def test_the_address_of_the_browser_serves_as_well_as_the_id(
    address: str, tmp_path: Path, server: Google, book: Book
) -> None:
    asked = source.Settings.model_validate(settings(tmp_path, server, address))
    assert len(source.read(asked)) == 1
    gid = "77" if "gid" in address else "0"
    assert (
        asked.link.format(row=12) == f"https://docs.google.com/spreadsheets/d/{ID}/edit#gid={gid}&range=12:12"
    )


@pytest.mark.parametrize(
    "wrong", [{"spreadsheet": "my sheet"}, {"spreadsheet": ID, "address": "http://example.org"}]
)
def test_what_cannot_be_an_address_is_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="expected"):
        source.Settings.model_validate(wrong)


def test_a_workbook_kept_in_drive_is_read_in_two_calls(tmp_path: Path, server: Google) -> None:
    server.add(Book(ID, "register.xlsx", kind=XLSX, content=workbook({"Register": ORDINARY})))
    found = read(tmp_path, server)
    assert (found.source, len(customers(found)), len(server.calls)) == ("register.xlsx", 3, 2)


# --- read again --------------------------------------------------------------------------------------------


def test_an_unchanged_register_takes_one_call_and_a_changed_one_is_read_anew(
    tmp_path: Path, server: Google, book: Book
) -> None:
    shelf = Shelf(tmp_path, "main", writes=True)
    first = source.read(typed(tmp_path, server), shelf)
    assert source.read(typed(tmp_path, server), shelf) == first
    assert len(server.calls) == 3 + 1
    book.sheets[0].cells[2, 6] = Cell("Peter Marsh")
    book.changed()
    again = source.read(typed(tmp_path, server), shelf)
    assert (customers(again[0])[0], len(server.calls)) == ("Peter Marsh", 3 + 1 + 3)


def test_a_workbook_in_drive_is_kept_as_well(tmp_path: Path, server: Google) -> None:
    server.add(Book(ID, "register.xlsx", kind=XLSX, content=workbook({"Register": ORDINARY})))
    shelf = Shelf(tmp_path, "main", writes=True)
    first = source.read(typed(tmp_path, server), shelf)
    assert source.read(typed(tmp_path, server), shelf) == first
    assert len(server.calls) == 2 + 1


@pytest.mark.parametrize(
    "spoil", [lambda old: old[:-1], lambda old: old[:60] + b"x" + old[61:], lambda _: b""]
)
def test_a_spoilt_shelf_is_read_past(spoil: Any, tmp_path: Path, server: Google, book: Book) -> None:
    shelf = Shelf(tmp_path, "main", writes=True)
    first = source.read(typed(tmp_path, server), shelf)
    shelf.file.write_bytes(spoil(shelf.file.read_bytes()))
    assert source.read(typed(tmp_path, server), shelf) == first
    assert len(server.calls) == 3 + 3


def test_a_shelf_serves_only_the_worksheets_it_was_filled_with(
    tmp_path: Path, server: Google, book: Book
) -> None:
    shelf = Shelf(tmp_path, "main", writes=True)
    book.sheets.append(worksheet("Old", ORDINARY, 78))
    assert len(source.read(typed(tmp_path, server), shelf)[0].tables) == 2
    assert len(source.read(typed(tmp_path, server, sheet="Old"), shelf)[0].tables) == 1


def test_a_shelf_is_private_and_only_filled_by_who_may_write(
    tmp_path: Path, server: Google, book: Book
) -> None:
    source.read(typed(tmp_path, server), Shelf(tmp_path, "main"))
    assert kept_answers(tmp_path) == ()
    shelf = Shelf(tmp_path, "main", writes=True)
    source.read(typed(tmp_path, server), shelf)
    assert kept_answers(tmp_path) == (shelf.file,)
    assert os.name != "posix" or shelf.file.stat().st_mode & 0o077 == 0


def test_an_edit_between_two_calls_is_noticed_and_the_sheet_read_again(
    tmp_path: Path, server: Google, book: Book
) -> None:
    def edit(number: int) -> None:
        if number == 3:  # the rows are sorted the other way between the two answers
            book.sheets[0] = worksheet(
                "Register", [HEADINGS, complaint("Ann", date(2026, 11, 9)), *ORDINARY[1:]], 77
            )

    server.before = edit
    found = read(tmp_path, server)
    assert customers(found) == ["Ann", "Priya Shah", "George Frost", "Maya Lewis"]
    assert len(server.calls) == 1 + 2 + 2


def test_a_sheet_that_never_rests_stops_the_reading(tmp_path: Path, server: Google, book: Book) -> None:
    def edit(number: int) -> None:
        rows = [complaint(f"C{each}", date(2026, 1, 1) + timedelta(days=each)) for each in range(number)]
        book.sheets[0] = worksheet("Register", [HEADINGS, *rows], 77)

    server.before = edit
    with pytest.raises(SourceError, match="being changed by somebody right now"):
        read(tmp_path, server)


# --- refusals ----------------------------------------------------------------------------------------------


def refused(folder: Path, server: Google, **more: Any) -> str:
    with pytest.raises(SourceError) as stopped:
        read(folder, server, **more)
    assert stopped.value.exit_code == 3
    return f"{stopped.value.message} {stopped.value.next_step}"


def test_a_sheet_that_is_not_shared_names_the_address_to_share_it_with(
    tmp_path: Path, server: Google
) -> None:
    server.add(Book(ID, sheets=[worksheet("Register", ORDINARY)]), shared=False)
    assert f"share it with {ROBOT} as Viewer" in refused(tmp_path, server)


def test_sharing_taken_back_while_it_is_read_is_said_so(tmp_path: Path, server: Google, book: Book) -> None:
    server.before = lambda number: book.shared_with.clear() if number == 2 else None
    assert "is not shared with the program" in refused(tmp_path, server)


def test_a_wrong_id_is_said_to_be_one(tmp_path: Path, server: Google) -> None:
    assert "the id is wrong" in refused(tmp_path, server)


@pytest.mark.parametrize("api", ["sheets", "drive"])
def test_an_api_that_is_not_enabled_is_named(api: str, tmp_path: Path, server: Google, book: Book) -> None:
    server.off = {api}
    assert f"The Google {api.capitalize()} API is not switched on" in refused(tmp_path, server)


def test_a_renamed_worksheet_is_said_with_the_names_there_are(
    tmp_path: Path, server: Google, book: Book
) -> None:
    words = refused(tmp_path, server, sheet="Registre")
    assert "no worksheet called Registre. The nearest name is Register." in words


@pytest.mark.parametrize(
    ("error", "described", "means"),
    [
        (
            "invalid_grant",
            "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. "
            "Check your iat and exp values in the JWT claim.",
            "clock is wrong",
        ),
        ("invalid_grant", "Invalid JWT Signature.", "key was deleted or replaced"),
        ("invalid_grant", "Invalid grant: account not found", "no longer exists"),
        ("unauthorized_client", "Client is unauthorized.", "no longer takes"),
        ("something_new", "Who knows.", "could not sign us in"),
    ],
)
def test_a_sign_in_refused_says_why(
    error: str, described: str, means: str, tmp_path: Path, server: Google, book: Book
) -> None:
    server.token_fault = (error, described)
    assert means in refused(tmp_path, server)
    assert server.calls == []


def test_a_key_that_was_replaced_is_told_by_its_signature(tmp_path: Path, server: Google, book: Book) -> None:
    asked = typed(tmp_path, server)
    server.key = _other_key()
    with pytest.raises(SourceError, match="key was deleted or replaced"):
        source.read(asked)


def _other_key() -> str:
    key_pair.cache_clear()
    return key_pair()[1]


def test_the_limit_of_calls_is_said_to_be_used_up(tmp_path: Path, server: Google, book: Book) -> None:
    server.limit = 0
    assert "limit of calls is used up" in refused(tmp_path, server)
    assert len(server.calls) == google_access.MOST_TRIES


def test_what_is_in_the_bin_or_no_spreadsheet_is_refused(tmp_path: Path, server: Google, book: Book) -> None:
    book.trashed = True
    assert "in the bin" in refused(tmp_path, server)
    book.trashed, book.kind = False, "application/pdf"
    assert "is no spreadsheet" in refused(tmp_path, server)


def test_a_register_beyond_the_limits_is_refused(tmp_path: Path, server: Google, book: Book) -> None:
    assert "4 rows on the sheet Register, and the limit is 3" in refused(tmp_path, server, limits={"rows": 3})


@pytest.mark.parametrize(
    "content", ["", "not json", "[]", "{}", '{"type": "service_account", "private_key": "x"}']
)
def test_what_is_no_key_file_is_called_so(content: str, tmp_path: Path) -> None:
    path = tmp_path / "robot.json"
    path.write_text(content, encoding="utf-8")
    asked = source.Settings(spreadsheet=ID, credentials=path)
    with pytest.raises(SourceError, match="is no key file of a Google service account"):
        source.read(asked)


def test_a_key_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"robot\.json cannot be read"):
        source.read(source.Settings(spreadsheet=ID, credentials=tmp_path / "robot.json"))


def test_a_computer_that_is_not_signed_in_is_told_of_the_key_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("GOOGLE_APPLICATION_CREDENTIALS", "GOOGLE_CLOUD_PROJECT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("CLOUDSDK_CONFIG", str(tmp_path))
    monkeypatch.setenv("NO_GCE_CHECK", "true")
    with pytest.raises(SourceError, match="not signed in to Google"):
        source.read(source.Settings(spreadsheet=ID))


# --- faults ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("call", [1, 2, 3])
@pytest.mark.parametrize("fault", A_CALL, ids=lambda each: f"{each.kind}-{each.status}")
def test_one_fault_at_any_call_is_got_over(
    fault: Fault, call: int, tmp_path: Path, server: Google, book: Book
) -> None:
    server.faults = {call: fault}
    assert customers(read(tmp_path, server)) == ["Priya Shah", "George Frost", "Maya Lewis"]
    assert len(server.calls) == 3 + 1


@pytest.mark.parametrize("call", [1, 2, 3])
@pytest.mark.parametrize(
    "fault", [*A_CALL[:-1], Fault("not json"), Fault("empty")], ids=lambda each: each.kind
)
def test_a_fault_that_stays_stops_the_reading_in_time(
    fault: Fault, call: int, tmp_path: Path, server: Google, book: Book
) -> None:
    def break_down(number: int) -> None:
        server.always = fault if number >= call else None

    server.before = break_down
    shelf = Shelf(tmp_path, "main", writes=True)
    with pytest.raises(SourceError):
        source.read(typed(tmp_path, server), shelf)
    assert len(server.calls) <= (call - 1) + google_access.MOST_TRIES
    assert kept_answers(tmp_path) == ()


def test_google_says_how_long_to_wait_and_is_believed(tmp_path: Path, server: Google, book: Book) -> None:
    server.faults = {1: Fault("status", 429, "RATE_LIMIT_EXCEEDED", headers=(("Retry-After", "1"),))}
    before = datetime.now()
    read(tmp_path, server)
    assert datetime.now() - before >= timedelta(seconds=1)


def test_a_wait_beyond_our_patience_is_not_begun(tmp_path: Path, server: Google, book: Book) -> None:
    server.always = Fault("status", 429, "RATE_LIMIT_EXCEEDED", headers=(("Retry-After", "600"),))
    assert "used up" in refused(tmp_path, server)
    assert len(server.calls) == 1


def test_no_permission_is_never_asked_for_twice(tmp_path: Path, server: Google, book: Book) -> None:
    server.always = Fault("status", 403, "forbidden")
    refused(tmp_path, server)
    assert len(server.calls) == 1


def test_what_writes_is_repeated_only_where_twice_is_the_same_as_once(
    tmp_path: Path, server: Google, book: Book
) -> None:
    client = google_access.client(typed(tmp_path, server).access)
    with pytest.raises(SourceError):
        client.request("post", f"https://sheets.googleapis.com/v4/spreadsheets/{ID}:batchUpdate", json={})
    assert client.calls == 1


def test_what_cannot_be_reached_is_said_so(tmp_path: Path, server: Google, book: Book) -> None:
    asked = typed(tmp_path, server)
    closed = asked.model_copy(update={"address": "http://127.0.0.1:9"})
    with pytest.raises(SourceError, match="could not be reached"):
        source.read(closed)


# --- the whole program -------------------------------------------------------------------------------------


@pytest.mark.parametrize("call", [1, 2, 3])
def test_a_run_that_cannot_read_the_register_sends_nothing(
    call: int, tmp_path: Path, server: Google, book: Book, capsys: pytest.CaptureFixture[str]
) -> None:
    book.sheets[0] = worksheet(
        "Register", [HEADINGS, complaint("Vera Doyle", followed_up=None, resolved="N")], 77
    )
    path = str(config(tmp_path, server))

    def break_down(number: int) -> None:
        server.always = Fault("half") if number >= call else None

    server.before = break_down
    assert main(["run", "-c", path, "--as-of", "2026-11-23T08:00"]) == 3
    assert list((tmp_path / "outbox").glob("*.eml")) == []
    server.before, server.always = None, None
    main(["run", "-c", path, "--as-of", "2026-11-23T08:30"])
    assert "Nothing was sent" in capsys.readouterr().err


def test_a_second_run_over_an_unchanged_register_makes_one_call(
    tmp_path: Path, server: Google, book: Book
) -> None:
    path = str(config(tmp_path, server))
    main(["run", "-c", path, "--as-of", "2026-11-23T08:00"])
    assert len(server.calls) == 3
    main(["run", "-c", path, "--as-of", "2026-11-24T08:00"])
    assert len(server.calls) == 4
    main(["check", "-c", path, "--as-of", "2026-11-24T08:00"])
    assert len(server.calls) == 5


def test_the_link_in_a_mail_goes_to_the_row(tmp_path: Path, server: Google, book: Book) -> None:
    book.sheets[0] = worksheet(
        "Register", [*ORDINARY, complaint("Vera Doyle", date(2026, 11, 2), None, "N")], 77
    )
    path = str(config(tmp_path, server))
    main(["run", "-c", path, "--as-of", "2026-11-09T08:00"])
    main(["run", "-c", path, "--as-of", "2026-11-12T08:00"])
    mails = "".join(each.read_text(encoding="utf-8") for each in (tmp_path / "outbox").glob("*.eml"))
    plain = mails.replace("=\n", "").replace("=3D", "=").replace("&amp;", "&")
    assert f"https://docs.google.com/spreadsheets/d/{ID}/edit#gid=0&range=5:5" in plain


def test_doctor_names_the_address_that_the_sheet_is_shared_with(
    tmp_path: Path, server: Google, book: Book, capsys: pytest.CaptureFixture[str]
) -> None:
    path = str(config(tmp_path, server))
    main(["doctor", "-c", path])
    assert f"It is shared with {ROBOT}." in " ".join(capsys.readouterr().out.split())
    book.shared_with.clear()
    main(["doctor", "-c", path])
    assert f"share it with {ROBOT} as Viewer" in " ".join(capsys.readouterr().out.split())


def test_forgetting_a_case_deletes_what_the_shelf_holds(tmp_path: Path, server: Google, book: Book) -> None:
    path = str(config(tmp_path, server))
    main(["run", "-c", path, "--as-of", "2026-11-23T08:00"])
    assert len(kept_answers(tmp_path / ".complaints")) == 1
    book.sheets[0] = worksheet("Register", ORDINARY[:-1], 77)
    book.changed()
    main(["run", "-c", path, "--as-of", "2026-11-24T08:00"])
    main(["forget", "-c", path, "C-00003", "--reason", "asked to be"])
    assert kept_answers(tmp_path / ".complaints") == ()


def test_the_key_appears_in_nothing_that_is_printed_logged_or_raised(
    tmp_path: Path,
    server: Google,
    book: Book,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    key_file(tmp_path, server)
    told = json.loads((tmp_path / "robot.json").read_text(encoding="utf-8"))
    secrets = [told["private_key"][40:80], told["private_key_id"], "ya29.token"]
    path = str(config(tmp_path, server))
    for fault in (None, *A_CALL[:-1]):
        server.always = fault
        main(["run", "-c", path, "--as-of", "2026-11-23T08:00", "-v"])
        main(["doctor", "-c", path])
    server.always, server.token_fault = None, ("invalid_grant", "Invalid JWT Signature.")
    main(["check", "-c", path, "-v"])
    seen = capsys.readouterr()
    kept = b"".join(
        each.read_bytes() for each in tmp_path.rglob("*") if each.is_file() and each.name != "robot.json"
    )
    for secret in secrets:
        assert secret not in seen.out + seen.err + caplog.text
        assert secret.encode() not in kept
