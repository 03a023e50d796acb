"""Fingerprints of rows: the same case wherever it stands, another one when a cell differs."""

from dataclasses import replace
from datetime import date, datetime

from complaints_sheet.core.identity import fingerprints
from complaints_sheet.core.model import Column, Layout

ROW = {
    "case_owner": "Amira Khan",
    "department": "Repairs",
    "received_on": date(2026, 11, 2),
    "resolved": "N",
    "customer_name": "Mrs Pat Example",
    "issue": "Boiler out again",
}


def case(row, order=None, extra=(), number=2, sheet="Register"):
    """Return a case whose columns stand in the given order, with (heading, cell) pairs after them."""
    from complaints_sheet.core.model import Case

    order = order or tuple(row)
    columns = {field: Column(field, place, "?", field) for place, field in enumerate(order, 1)}
    more = tuple(Column("", len(order) + place, "?", heading) for place, (heading, _) in enumerate(extra, 1))
    layout = Layout("register.xlsx", sheet, 1, 1, columns, more)
    cells = (*(row.get(field) for field in order), *(cell for _, cell in extra))
    return Case("main", number, layout, {}, {}, cells)


def one(*args, **kwargs):
    return fingerprints([case(*args, **kwargs)])[0]


def test_the_same_cells_on_another_row_and_sheet_are_the_same_row():
    assert one(ROW) == one(ROW, number=99, sheet="Complaints 2026")


def test_columns_may_be_moved_and_empty_ones_added():
    assert one(ROW) == one(ROW, order=tuple(reversed(ROW)))
    assert one(ROW) == one(ROW, extra=(("Ward", None), ("Notes", "")))


def test_any_cell_that_differs_makes_another_row():
    for field in ROW:
        assert one(ROW) != one(ROW | {field: "something else"}), field
    assert one(ROW) != one(ROW, extra=(("Ward", "North"),))


def test_the_same_text_in_another_column_is_another_row():
    assert one({"issue": "Boiler"}) != one({"resolution": "Boiler"})


def test_a_date_saved_with_midnight_and_a_whole_number_saved_as_a_fraction_are_the_same():
    assert one(ROW) == one(ROW | {"received_on": datetime(2026, 11, 2, 0, 0)})
    assert one(ROW, extra=(("Ward", 5),)) == one(ROW, extra=(("Ward", 5.0),))
    assert one(ROW) != one(ROW | {"received_on": datetime(2026, 11, 2, 9, 30)})


def test_a_row_shorter_than_the_heading_reads_as_blanks():
    whole = case(ROW | {"resolution": None})
    assert fingerprints([whole]) == fingerprints([replace(whole, cells=tuple(whole.cells)[:-1])])
