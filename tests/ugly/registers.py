"""Making one ugly register from a seed: the office, its typists, its worksheets and its file."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from tests.ugly import cells, files
from tests.ugly.complaints import Complaint, complaints
from tests.ugly.dates import BLANK, ODD, Evidence, Order, Written, expected, swapped, written
from tests.ugly.headings import NINE
from tests.ugly.layouts import DATE_FIELDS, Filled, Look, Page, other_sheet
from tests.ugly.truth import Expected, Fault, Formula, Rich, Sheet, SheetTruth, Ugly
from tests.ugly.xlsx import manner

__all__ = ["LOCALES", "Office", "make"]

LOCALES: Mapping[str, Order] = {
    "en_GB": "dmy",
    "en_US": "mdy",
    "en_IE": "dmy",
    "de_DE": "dmy",
    "fr_FR": "dmy",
    "nl_NL": "dmy",
    "sv_SE": "ymd",
}
FILES = ("xlsx",) * 9 + ("openpyxl",) * 3 + ("xls",) * 2 + ("ods",) * 2 + ("csv",) * 4
ENCODINGS = ("cp1252", "utf-8", "utf-8-sig", "utf-16")

# How a column of dates was filled: the share of each style.
PROFILES: tuple[Mapping[str, float], ...] = (
    *({"real": 1.0},) * 5,
    {"figures": 1.0},
    {"figures": 1.0},
    {"real": 0.85, "figures": 0.15},
    {"real": 0.6, "figures": 0.4},
    {"real": 0.96, "figures": 0.04},
    {"real": 0.96, "figures": 0.04},
    {"real": 0.9, "named": 0.05, "figures": 0.05},
    {"real": 0.5, "figures": 0.2, "named": 0.2, "iso": 0.1},
    {"named": 1.0},
    {"iso": 0.7, "iso with time": 0.3},
    {"serial": 1.0},
    {"real": 0.9, "serial": 0.1},
    {"text serial": 0.3, "real": 0.7},
    {"real with time": 0.7, "real": 0.3},
    {"figures with time": 0.5, "figures": 0.5},
)
UNWRITABLE: Mapping[str, tuple[type, ...]] = {
    "csv": (Formula, Rich, Fault),
    "xls": (Formula,),
    "ods": (Formula,),
}
IN_TEXT = {"real": "figures", "real with time": "figures with time", "serial": "text serial"}


@dataclass(frozen=True, slots=True)
class Office:
    """One office: where it is, what its config says, how tidy its typists are, and what went wrong."""

    file: str
    encoding: str
    locale: str
    order: Order
    setting_right: bool
    in_order: int
    tidy: float  # share of plain Y and N
    odd_dates: float
    spoilt_texts: float
    two_typists: bool
    swaps: str  # "", "some", "import"
    from_1904: bool

    @property
    def letters(self) -> str:
        """Return an encoding that every text must fit."""
        return self.encoding if self.file == "csv" else "utf-8"

    @property
    def setting(self) -> Order:
        """Return what the config says, as an order."""
        return "dmy" if self.day_first else "mdy"

    @property
    def day_first(self) -> bool:
        """Return what the config says."""
        truth = self.order != "mdy"
        return truth if self.setting_right else not truth


def make(seed: int) -> Ugly:
    """Return the ugly register of this seed."""
    rng = random.Random(seed)
    office = _office(rng)
    how = replace(manner(rng), from_1904=office.from_1904)
    pages = [_page(name, office, rng) for name in _names(office, rng)]
    sheets = [page.sheet for page in pages]
    if office.file != "csv" and rng.random() < 0.35:
        sheets.insert(rng.randint(0, len(sheets)), other_sheet(rng))
    truth: dict[str, SheetTruth] = {page.sheet.name: page.truth for page in pages}
    faults = [quirk for page in pages for quirk in page.look.quirks]
    suffix, content = _written(office, sheets, how, rng)
    return Ugly(seed, suffix, content, office.day_first, (*_said(office), *dict.fromkeys(faults)), truth)


def _office(rng: random.Random) -> Office:
    locale = rng.choice(("en_GB",) * 6 + ("en_US",) * 4 + tuple(LOCALES)[2:])
    file = rng.choice(FILES)
    order = LOCALES[locale]
    return Office(
        file=file,
        encoding=rng.choice(ENCODINGS),
        locale=locale,
        order=order,
        setting_right=order == "ymd" or rng.random() < 0.85,
        in_order=rng.choice((1,) * 7 + (-1, 0, 0)),
        tidy=rng.choice((1.0, 0.9, 0.5)),
        odd_dates=rng.choice((0, 0, 0.03, 0.08)),
        spoilt_texts=rng.choice((0, 0.05, 0.15)),
        two_typists=order != "ymd" and rng.random() < 0.1,
        swaps=rng.choice(("",) * 8 + ("some", "import")) if file != "csv" and order != "ymd" else "",
        from_1904=file == "xlsx" and rng.random() < 0.08,
    )


def _names(office: Office, rng: random.Random) -> Sequence[str]:
    if office.file == "csv" or rng.random() < 0.7:
        return (rng.choice(("Register", "Complaints", "Sheet1", "Log", "2026")),)
    return rng.choice((("2025", "2026"), ("Repairs", "Estates", "Lettings"), ("Jan-Jun", "Jul-Dec")))


def _page(name: str, office: Office, rng: random.Random) -> Page:
    look = _look(office, rng)
    typed, days = _typed(
        office, look, complaints(rng.choice((3, 6, 12, 25, 40, 60)), rng, rng.choice((0, 0.02, 0.08))), rng
    )
    page = Page(name, look, rng)
    page.fill(typed, days)
    return page


def _look(office: Office, rng: random.Random) -> Look:
    def some(share: float) -> bool:
        return rng.random() < share

    optional = [name for name in ("case_ref", "goodwill_amount", "acknowledged_on") if some(0.3)]
    left_out = rng.choice(("", "", "", "", "department", "improvement_idea", "resolution"))
    look = Look(
        fields=[name for name in NINE if name != left_out] + optional,
        exact=some(0.5),
        titles=rng.choice((0, 0, 1, 2, 3, 5)),
        left=rng.choice((0, 0, 0, 1, 3)),
        shuffled=some(0.4),
        blank_columns=rng.choice((0, 0, 0, 1, 2)),
        extras=rng.choice((0, 1, 1, 2, 4)),
        spoilt=rng.choice((0, 0.2, 0.6)),
        gap_rows=rng.choice((0, 0, 0.04, 0.12)),
        sections=office.in_order == 1 and some(0.2),
        repeated_heading=some(0.12),
        second_block=some(0.08),
        totals=some(0.4),
        notes=rng.choice((0, 0, 0, 1, 2)),
        prefilled=office.file == "xlsx" and some(0.15),
        remarks=some(0.15),
        hidden_rows=office.file != "csv" and some(0.15),
        hidden_column=office.file == "xlsx" and some(0.1),
        merges=office.file in {"xlsx", "openpyxl"},
    )
    heading = rng.random()
    look.two_lines, look.bands = heading < 0.12, 0.12 <= heading < 0.22
    look.misspelt = look.exact and some(0.35)
    if some(0.1) and not look.two_lines and office.order != "ymd":
        look.hint = "dd/mm/yyyy" if office.order == "dmy" else "mm/dd/yyyy"
    look.quirks = [
        name
        for name in (
            *(
                "two_lines",
                "bands",
                "titles",
                "left",
                "shuffled",
                "blank_columns",
                "extras",
                "spoilt",
                "misspelt",
                "hint",
            ),
            *(
                "gap_rows",
                "sections",
                "repeated_heading",
                "second_block",
                "totals",
                "notes",
                "prefilled",
                "remarks",
            ),
        )
        if getattr(look, name)
    ]
    return look


def _typed(
    office: Office, look: Look, cases: list[Complaint], rng: random.Random
) -> tuple[list[Filled], list[date | None]]:
    """Return the complaints as typed, in the order of the sheet, and the month each stands under."""
    if office.in_order == 0:
        rng.shuffle(cases)
    elif office.in_order == -1:
        cases.reverse()
    dates = _dates(office, look, cases, rng)
    style = rng.choice(("code", "number", "zeros", "long"))
    typed = []
    for at, case in enumerate(cases):
        filled = {name: dates[name][at] for name in DATE_FIELDS}
        filled |= {name: _text(text, office, rng) for name, text in _texts(case).items()}
        filled["resolved"] = _yes_no(case, office, rng)
        filled["goodwill_amount"] = _money(case, office, rng)
        filled["case_ref"] = cells.reference(case.number, rng, style)
        typed.append(_as_written(filled, office))
    return typed, [case.received for case in cases]


def _yes_no(case: Complaint, office: Office, rng: random.Random) -> tuple[object, Expected]:
    if case.yes is None:
        return None, Expected("blank", "blank")
    value, truth = cells.yes_no(case.yes, rng, office.tidy)
    return ("Y" if office.letters == "cp1252" and value in ("✓", "✔") else value), truth


def _texts(case: Complaint) -> dict[str, str]:
    return {
        "case_owner": case.owner,
        "department": case.department,
        "customer_name": case.customer,
        "issue": case.issue,
        "resolution": case.resolution,
        "improvement_idea": case.idea,
    }


def _text(text: str, office: Office, rng: random.Random) -> tuple[object, Expected]:
    if not text:
        return None, Expected("blank", "blank")
    if office.letters == "cp1252":
        text = text.encode("cp1252", "replace").decode("cp1252")
    if rng.random() < office.spoilt_texts:
        return cells.spoilt_text(text, rng, office.letters, unwritable=UNWRITABLE.get(office.file, ()))
    return cells.plain_text(text)


def _money(case: Complaint, office: Office, rng: random.Random) -> tuple[object, Expected]:
    if not case.pence:
        return None, Expected("blank", "blank")
    value, truth = cells.money(case.pence, office.locale, rng)
    if office.file == "csv" and isinstance(value, float) and office.locale in {"de_DE", "nl_NL", "fr_FR"}:
        return f"{value:.2f}".replace(".", ","), truth
    if isinstance(value, str) and office.letters == "cp1252":
        return value.replace("\u202f", "\u00a0"), truth
    return value, truth


def _dates(
    office: Office, look: Look, cases: Sequence[Complaint], rng: random.Random
) -> Mapping[str, list[tuple[object, Expected]]]:
    """Return the date columns as typed, each cell with its truth."""
    columns = {
        "received_on": _column([case.received for case in cases], office, rng),
        "followed_up_on": _column([case.followed_up for case in cases], office, rng),
        "acknowledged_on": _column([case.acknowledged for case in cases], office, rng),
    }
    partners = {
        "received_on": "followed_up_on",
        "followed_up_on": "received_on",
        "acknowledged_on": "received_on",
    }
    found = {}
    for name, column in columns.items():
        in_order = office.in_order if name == "received_on" else 0
        evidence = Evidence(office.setting, office.order if look.hint else None, in_order)
        shown = "followed_up_on" in look.fields and "received_on" in look.fields
        later = (name == "received_on") if shown else None
        truths = expected(column, evidence, columns[partners[name]], later)
        found[name] = [(cell.raw, truth) for cell, truth in zip(column, truths, strict=True)]
    return found


def _column(days: Sequence[date | None], office: Office, rng: random.Random) -> list[Written]:
    """Return one date column as its typists filled it in."""
    profile = rng.choice(PROFILES)
    if office.swaps:
        profile = {"real": 1.0}
    column = [BLANK if day is None else _cell(day, profile, office, rng) for day in days]
    if office.swaps == "some":
        able = [at for at, cell in enumerate(column) if swapped(cell) is not cell]
        for at in rng.sample(able, min(len(able), rng.randint(1, 4))):
            column[at] = swapped(column[at])
    if office.swaps == "import":
        column = [_imported(cell, office, rng) for cell in column]
    return column


def _cell(day: date, profile: Mapping[str, float], office: Office, rng: random.Random) -> Written:
    style = rng.choices(list(profile), list(profile.values()))[0]
    if rng.random() < office.odd_dates:
        style = rng.choice(ODD)
    if office.file == "csv":
        style = IN_TEXT.get(style, style)
    if office.from_1904 and style == "text serial":
        style = "serial"
    order = office.order
    if office.two_typists and rng.random() < 0.4:
        order = "mdy" if order == "dmy" else "dmy"
    if style == "real" and office.file != "csv" and rng.random() < 0.01:
        return _broken(office, rng)
    if style == "real" and office.file == "xlsx" and rng.random() < 0.02:
        return Written(Formula("A1+0", day), "real date", "must", day)
    return written(day, style, order, rng)


def _broken(office: Office, rng: random.Random) -> Written:
    faults: tuple[object, ...] = (Fault("#N/A"), Fault("#REF!"), Fault("#VALUE!"))
    raw = rng.choice(
        faults if Formula in UNWRITABLE.get(office.file, ()) else (*faults, Formula("TODAY()", None))
    )
    return Written(raw, "error or not calculated", "problem")


def _imported(cell: Written, office: Office, rng: random.Random) -> Written:
    """Return the cell after a CSV in one order was opened by an Excel of the other order."""
    if not isinstance(cell.raw, date) or cell.true is None:
        return cell
    if cell.true.day > 12:
        return written(cell.true, "figures", office.order, rng)
    return swapped(cell)


def _as_written(filled: Filled, office: Office) -> Filled:
    """Return the complaint with what this kind of file makes of it."""
    if office.file != "openpyxl":
        return filled
    return {
        name: (value, Expected("error or not calculated", "problem") if isinstance(value, Formula) else truth)
        for name, (value, truth) in filled.items()
    }


def _written(office: Office, sheets: list[Sheet], how: object, rng: random.Random) -> tuple[str, bytes]:
    if office.file == "csv":
        separator = rng.choice((",", ";", "\t") if office.locale.startswith("en") else (";", "\t"))
        return ".csv", files.csv_file(sheets[0], office.encoding, separator)
    if office.file == "xlsx":
        return ".xlsx", files.xlsx(sheets, rng, how)
    suffix = ".xlsx" if office.file == "openpyxl" else f".{office.file}"
    return suffix, files.WRITERS[office.file](sheets, rng)


def _said(office: Office) -> tuple[str, ...]:
    said = [office.file, office.locale]
    said += [office.encoding] if office.file == "csv" else []
    said += [f"{office.swaps} swapped"] if office.swaps else []
    said += ["two typists"] if office.two_typists else []
    said += ["wrong setting"] if not office.setting_right else []
    said += ["1904"] if office.from_1904 else []
    return (*said, {1: "in order", -1: "newest first", 0: "no order"}[office.in_order])
