"""Workbooks made here, each with another handful of what a real register may hold."""

import random
import struct
import zlib
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from io import BytesIO
from typing import Any

import openpyxl
import pandas as pd
import xlsxwriter
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.formatting.rule import ColorScaleRule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet.datavalidation import DataValidation

from benchmarks.large_register import HEADINGS, rows

LAST = len(HEADINGS) - 1
TOP = 3  # the headings stand in the fourth row
NAMES = ("Register", "Log 2026", "Beschwerden – März", "R&D <complaints>", "Лист1", "a'b")

Feature = Callable[[Any, Any, Any], None]


def picture() -> BytesIO:
    """Return a small PNG."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 8, 8, 8, 2, 0, 0, 0)
    data = zlib.compress(b"".join(b"\0" + bytes((40, 90, 160)) * 8 for _ in range(8)))
    return BytesIO(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b""))


def by_xlsxwriter(number: int) -> bytes:
    """Return a register with features chosen by number."""
    chance = random.Random(number)
    content = BytesIO()
    book = xlsxwriter.Workbook(
        content,
        {
            "in_memory": True,
            "constant_memory": number % 7 == 3,  # its texts stand in the cells, not in a shared list
            "date_1904": number % 11 == 5,
            "default_date_format": "dd/mm/yyyy",
            "use_zip64": False,
        },
    )
    sheet = book.add_worksheet(chance.choice(NAMES))
    other = book.add_worksheet("Lists")
    wanted = chance.sample(FEATURES, chance.randrange(2, 7))
    filters = [each for each in wanted if each in (_filter, _narrow_filter, _table)]
    wanted = [each for each in wanted if each not in filters[1:]]  # a sheet has one at most
    if number % 7 == 3:
        wanted = [each for each in wanted if each not in (_row_looks, _merged_title)]
    plain = book.add_format({"border": 1})
    for at, cells in enumerate((HEADINGS, *rows(chance.choice((1, 5, 30, 120)), number)), TOP):
        sheet.write_row(at, 0, cells, plain if at == TOP else None)
    for feature in wanted:
        feature(book, sheet, other)
    book.close()
    return content.getvalue()


def _charts(book: Any, sheet: Any, other: Any) -> None:
    chart = book.add_chart({"type": "column"})
    chart.add_series({"values": [sheet.name, TOP + 1, LAST, TOP + 6, LAST]})
    sheet.insert_chart("T2", chart)


def _pictures(book: Any, sheet: Any, other: Any) -> None:
    sheet.insert_image("T30", "logo.png", {"image_data": picture()})


def _lights(book: Any, sheet: Any, other: Any) -> None:
    red = book.add_format({"bg_color": "#FFC7CE"})
    sheet.conditional_format(TOP, 3, 400, 3, {"type": "cell", "criteria": ">", "value": 5, "format": red})
    sheet.conditional_format(TOP, LAST, 400, LAST, {"type": "data_bar", "data_bar_2010": True})
    sheet.conditional_format(TOP, 0, 400, 30, {"type": "formula", "criteria": "=$A5=0", "format": red})


def _lists(book: Any, sheet: Any, other: Any) -> None:
    other.write_column(0, 0, ["Repairs", "Estates"])
    sheet.data_validation(TOP + 1, 2, 400, 2, {"validate": "list", "source": "=Lists!$A$1:$A$2"})


def _notes(book: Any, sheet: Any, other: Any) -> None:
    sheet.write_comment(TOP + 1, 1, "Rang twice")


def _sparklines(book: Any, sheet: Any, other: Any) -> None:
    sheet.add_sparkline(0, 20, {"range": "L5:L9"})


def _filter(book: Any, sheet: Any, other: Any) -> None:
    sheet.autofilter(TOP, 0, 200, LAST + 8)


def _narrow_filter(book: Any, sheet: Any, other: Any) -> None:
    sheet.autofilter(TOP, 0, 200, LAST)


def _frozen(book: Any, sheet: Any, other: Any) -> None:
    sheet.freeze_panes(TOP + 1, 1)


def _merged_title(book: Any, sheet: Any, other: Any) -> None:
    sheet.merge_range(0, 0, 0, 6, "Complaints & compliments <2026>")


def _rich(book: Any, sheet: Any, other: Any) -> None:
    sheet.write_rich_string(1, 0, "Log ", book.add_format({"bold": True}), "every", " complaint")


def _formulas(book: Any, sheet: Any, other: Any) -> None:
    sheet.write_formula(0, 14, "=COUNTA(A5:A400)", None, 5)
    sheet.write_array_formula(0, 15, 1, 15, "{=LEN(A4:A5)}", None, 9)


def _spilled(book: Any, sheet: Any, other: Any) -> None:
    sheet.write_dynamic_array_formula("AC2", "=_xlfn.UNIQUE(B5:B9)", None, "x")


def _links(book: Any, sheet: Any, other: Any) -> None:
    sheet.write_url(1, 3, "https://example.org/?a=1&b=2", string="Procedure")


def _hidden(book: Any, sheet: Any, other: Any) -> None:
    sheet.set_row(TOP + 2, None, None, {"hidden": True})
    sheet.set_column(7, 7, 12, None, {"hidden": True})


def _groups(book: Any, sheet: Any, other: Any) -> None:
    for row in range(TOP + 1, TOP + 5):
        sheet.set_row(row, None, None, {"level": 1})


def _column_looks(book: Any, sheet: Any, other: Any) -> None:
    sheet.set_column(LAST + 1, LAST + 6, 24, book.add_format({"text_wrap": True, "italic": True}))


def _row_looks(book: Any, sheet: Any, other: Any) -> None:
    sheet.set_row(TOP + 1, 30, book.add_format({"bg_color": "#EEEEEE"}))


def _styled_blanks(book: Any, sheet: Any, other: Any) -> None:
    look = book.add_format({"border": 1})
    for row in range(TOP + 1, TOP + 5):
        for column in range(LAST + 1, LAST + 4):
            sheet.write_blank(row, column, None, look)


def _shapes(book: Any, sheet: Any, other: Any) -> None:
    sheet.insert_textbox("T10", "Ask Dana Hughes")
    sheet.insert_button("T20", {"caption": "Go"})


def _print(book: Any, sheet: Any, other: Any) -> None:
    sheet.set_header("&C&G", {"image_center": "logo.png", "image_data_center": picture()})
    sheet.repeat_rows(TOP)
    sheet.print_area(0, 0, 100, LAST)
    sheet.set_h_pagebreaks([20, 40])


def _named(book: Any, sheet: Any, other: Any) -> None:
    book.define_name("Owners", "=Lists!$A$1:$A$5")
    book.set_custom_property("Owner", "Dana")


def _table(book: Any, sheet: Any, other: Any) -> None:
    sheet.add_table(TOP, 0, TOP + 6, LAST, {"columns": [{"header": each} for each in HEADINGS]})


def _odd_text(book: Any, sheet: Any, other: Any) -> None:
    sheet.write_string(1, 5, "line\nbreak\ttab  two  \u00a0nbsp 😀 _x000D_ ]]> <c r='A1'>")
    sheet.write_string(2, 5, "  spaces kept  ")


def _errors(book: Any, sheet: Any, other: Any) -> None:
    sheet.write_formula(1, 6, "=1/0", None, "#DIV/0!")
    sheet.write_boolean(1, 7, True)


def _background(book: Any, sheet: Any, other: Any) -> None:
    sheet.set_background(picture())


def _protected(book: Any, sheet: Any, other: Any) -> None:
    sheet.protect("secret")


def _read_only(book: Any, sheet: Any, other: Any) -> None:
    book.read_only_recommended()


FEATURES: tuple[Feature, ...] = (
    _charts, _pictures, _lights, _lists, _notes, _sparklines, _filter, _frozen, _merged_title, _rich,
    _formulas, _spilled, _links, _hidden, _groups, _column_looks, _row_looks, _styled_blanks, _shapes,
    _print, _named, _odd_text, _errors, _background, _narrow_filter, _table, _protected, _read_only,
)  # fmt: skip


def by_openpyxl(number: int) -> bytes:
    """Return a register with styles, notes, lists, charts and more, as openpyxl writes them."""
    chance = random.Random(number)
    book = openpyxl.Workbook(write_only=number % 5 == 4)
    sheet: Any = book.create_sheet(chance.choice(NAMES), 0)
    for cells in (HEADINGS, *rows(chance.choice((2, 20, 80)), number)):
        sheet.append(cells)
    if number % 5 != 4:
        for look in chance.sample(_LOOKS, 4):
            look(sheet)
    content = BytesIO()
    book.save(content)
    return content.getvalue()


def _bold(sheet: Any) -> None:
    for cell in sheet[1]:
        cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="DDEEFF")


def _borders(sheet: Any) -> None:
    thin = Side(style="thin")
    for column in range(1, 19):
        sheet.cell(2, column).border = Border(left=thin, right=thin, top=thin, bottom=thin)
        sheet.cell(2, column).alignment = Alignment(wrap_text=True)


def _comment(sheet: Any) -> None:
    sheet["B2"].comment = Comment("Rang twice", "Ann")


def _list(sheet: Any) -> None:
    rule = DataValidation(type="list", formula1='"Y,N"')
    sheet.add_data_validation(rule)
    rule.add("F2:F300")


def _list_over_ours(sheet: Any) -> None:
    rule = DataValidation(type="list", formula1='"Y,N"')
    sheet.add_data_validation(rule)
    rule.add("M2:N300")


def _scale(sheet: Any) -> None:
    sheet.conditional_formatting.add("L2:L100", ColorScaleRule("min", None, "FFFFFF", "max", None, "FF0000"))


def _bars(sheet: Any) -> None:
    chart = BarChart()
    chart.add_data(Reference(sheet, min_col=12, min_row=1, max_row=9), titles_from_data=True)
    sheet.add_chart(chart, "V2")


def _merge_over_ours(sheet: Any) -> None:
    sheet.merge_cells("N2:O2")


def _sum(sheet: Any) -> None:
    sheet["T1"] = "=SUM(L2:L99)"
    sheet["T2"] = datetime(2026, 11, 23, 8, 5)
    sheet["T3"] = timedelta(hours=30)


def _tall(sheet: Any) -> None:
    sheet.row_dimensions[2].height = 40
    sheet.column_dimensions["M"].width = 30
    sheet.sheet_properties.tabColor = "1072BA"


_LOOKS = (_bold, _borders, _comment, _list, _scale, _bars, _sum, _tall, _list_over_ours, _merge_over_ours)


def by_pandas(number: int) -> bytes:
    """Return a table as pandas writes it, with either of its engines, sometimes with two rows of headings."""
    found = pd.DataFrame(list(rows(3 + number * 4, number)), columns=list(HEADINGS))
    if number % 3 == 1:
        found.columns = pd.MultiIndex.from_tuples((each[:3], each) for each in HEADINGS)
    content = BytesIO()
    with pd.ExcelWriter(content, engine="xlsxwriter" if number % 2 else "openpyxl") as writer:
        found.to_excel(writer, sheet_name="Register", startrow=number % 4, index=number % 3 == 1)
        pd.DataFrame({"day": [date(2026, 1, 1)]}).to_excel(writer, sheet_name="Other")
    return content.getvalue()


def made(count: int) -> Iterator[tuple[str, str, bytes]]:
    """Yield (maker, name, bytes) of this many workbooks, the makers in turns, the same ones every time."""
    makers = (("XlsxWriter", by_xlsxwriter), ("openpyxl", by_openpyxl), ("XlsxWriter", by_xlsxwriter))
    for number in range(count):
        maker, make = makers[number % 3] if number % 10 else ("pandas", by_pandas)
        yield maker, f"{maker}-{number}.xlsx", make(number)
