"""Google's cells as values: numbers that are dates, errors, hidden rows, merged cells; never display text."""

from collections.abc import Mapping, Sequence
from datetime import time, timedelta
from typing import Any

from complaints_sheet.core.date_text import serial_date
from complaints_sheet.core.model import BadCell, Raw, Table
from complaints_sheet.sources.limits import Limits, too_large

LAST_SERIAL = 2_958_466  # the day after 31 December 9999
SECONDS_A_DAY = 86_400


class Unequal(Exception):
    """The two answers of Google's do not speak of the same cells: somebody changed the sheet between them."""


def tables(
    name: str, facts: Mapping[str, Any], values: Mapping[str, Any], limits: Limits
) -> tuple[Table, ...]:
    """Return the worksheets; Unequal where the answers do not fit, KeyError or TypeError where one is broken.

    A worksheet's name and its order are those of the facts; values come one range for each of them.
    """
    sheets = [each for each in facts["sheets"] if each["properties"].get("sheetType", "GRID") == "GRID"]
    ranges = values.get("valueRanges", [])
    if len(ranges) != len(sheets):
        raise Unequal
    return tuple(
        _table(name, sheet, found.get("values", []), limits)
        for sheet, found in zip(sheets, ranges, strict=True)
    )


def _table(name: str, sheet: Mapping[str, Any], rows: list[list[Any]], limits: Limits) -> Table:
    title = sheet["properties"]["title"]
    width = max(map(len, rows), default=0)
    if len(rows) > limits.rows:
        raise too_large(name, f"{len(rows):,} rows on the sheet {title}", "rows", limits.rows)
    if width > limits.columns:
        raise too_large(name, f"{width:,} columns on the sheet {title}", "columns", limits.columns)
    data = (sheet.get("data") or [{}])[0]
    found = _understood(rows, data.get("rowData", []))
    return Table(
        source=name,
        sheet=title,
        rows=[row + [None] * (width - len(row)) for row in found],
        hidden=bool(sheet["properties"].get("hidden")),
        hidden_rows=frozenset(
            number
            for number, row in enumerate(data.get("rowMetadata", ()), 1)
            if row and (row.get("hiddenByUser") or row.get("hiddenByFilter"))
        ),
        merged=tuple(_merged(each) for each in sheet.get("merges", ())),
    )


def _merged(block: Mapping[str, int]) -> tuple[int, int, int, int]:
    first_row, first_column = block.get("startRowIndex", 0) + 1, block.get("startColumnIndex", 0) + 1
    return first_row, first_column, block["endRowIndex"], block["endColumnIndex"]


def _understood(rows: list[list[Any]], facts: Sequence[Mapping[str, Any]]) -> list[list[Raw]]:
    """Return the rows with every number as what its format says, and errors as errors."""
    numbers = sum(kinds.count(int) + kinds.count(float) for row in rows if (kinds := [*map(type, row)]))
    seen: dict[tuple[float, str], Raw] = {}  # days repeat themselves, and are made once
    for down, told in enumerate(facts):
        for across, fact in enumerate(told.get("values", ())):
            if not fact or not (value := fact.get("effectiveValue")):
                continue
            try:
                typed = rows[down][across]
            except IndexError:
                raise Unequal from None
            if "numberValue" in value:
                number = value["numberValue"]
                if type(typed) not in (int, float) or typed != number:
                    raise Unequal
                kind = (fact.get("effectiveFormat") or {}).get("numberFormat", {}).get("type", "")
                if (number, kind) not in seen:
                    seen[number, kind] = _number(number, kind)
                rows[down][across] = seen[number, kind]
                numbers -= 1
            elif "errorValue" in value:
                rows[down][across] = _error(typed, value["errorValue"])
    if numbers:
        raise Unequal
    return rows


def _error(typed: Any, error: Mapping[str, Any]) -> BadCell:
    if not isinstance(typed, str):
        raise Unequal
    return BadCell("not calculated" if error.get("type") == "LOADING" else "error", typed)


def _number(number: float, kind: str) -> Raw:
    """Return what the number is where its format is one of a date or a time, else the number."""
    if kind not in ("DATE", "DATE_TIME", "TIME") or not 0 <= number < LAST_SERIAL:
        return float(number)
    if kind == "TIME" and number >= 1:
        return timedelta(days=number)
    if number < 1:
        seconds = round(number * SECONDS_A_DAY) % SECONDS_A_DAY
        return time(seconds // 3600, seconds // 60 % 60, seconds % 60)
    return serial_date(number)
