"""An .xlsx writer of our own, in which a test decides about every byte: prefixes, Strict, 1904, formulas."""

import io
import random
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from xml.sax.saxutils import escape, quoteattr

from tests.ugly.truth import Fault, Formula, Rich, Serial, Sheet

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT_MAIN = "http://purl.oclc.org/ooxml/spreadsheetml/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STRICT_RELATIONS = "http://purl.oclc.org/ooxml/officeDocument/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml."

HIDDEN = ' state="hidden"'
STYLE = {date: 1, datetime: 2}


@dataclass(frozen=True, slots=True)
class Manner:
    """How the workbook is written."""

    prefix: str = ""
    strict: bool = False
    from_1904: bool = False
    inline: bool = False
    stray: str = ""  # address of a lonely cell far away


def manner(rng: random.Random) -> Manner:
    """Return one manner of writing; most are the usual one."""
    draw = rng.random()
    if draw < 0.6:
        return Manner(inline=rng.random() < 0.3)
    return rng.choice(
        (
            Manner(prefix="x"),
            Manner(strict=True),
            Manner(from_1904=True),
            Manner(stray="XFD1048576"),
            Manner(inline=True),
        )
    )


def xlsx(sheets: Sequence[Sheet], rng: random.Random, how: Manner | None = None) -> bytes:
    """Return the workbook as bytes."""
    how = how or manner(rng)
    texts: dict[str, int] = {}
    parts = {
        f"xl/worksheets/sheet{number}.xml": _sheet(sheet, how, texts)
        for number, sheet in enumerate(sheets, 1)
    }
    parts["xl/workbook.xml"] = _workbook(sheets, how)
    parts["xl/_rels/workbook.xml.rels"] = _workbook_relations(sheets, how)
    parts["xl/styles.xml"] = _styles(how)
    parts["xl/sharedStrings.xml"] = _strings(texts, how)
    parts["_rels/.rels"] = _relations([("rId1", "officeDocument", "xl/workbook.xml")], how)
    parts["[Content_Types].xml"] = _types(len(sheets))
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in reversed(parts.items()):
            archive.writestr(name, '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n' + text)
    return held.getvalue()


def column_letters(number: int) -> str:
    """Return A for 1, AA for 27."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _open(how: Manner, root: str, extra: str = "") -> str:
    mark = f"{how.prefix}:" if how.prefix else ""
    name = f"xmlns:{how.prefix}" if how.prefix else "xmlns"
    space = STRICT_MAIN if how.strict else MAIN
    relations = STRICT_RELATIONS if how.strict else RELATIONS
    return f'<{mark}{root} {name}="{space}" xmlns:r="{relations}"{extra}>'


def _tagged(text: str, how: Manner) -> str:
    """Return markup written as <.tag> and </.tag> with the prefix of this workbook."""
    mark = f"{how.prefix}:" if how.prefix else ""
    return text.replace("<.", f"<{mark}").replace("</.", f"</{mark}")


def _sheet(sheet: Sheet, how: Manner, texts: dict[str, int]) -> str:
    by_row: dict[int, list[tuple[int, object]]] = {}
    for (row, column), value in sorted(sheet.cells.items(), key=lambda pair: pair[0]):
        by_row.setdefault(row, []).append((column, value))
    body = []
    for row, cells in by_row.items():
        hidden = ' hidden="1"' if row in sheet.hidden_rows else ""
        inside = "".join(_cell(row, column, value, how, texts) for column, value in cells)
        body.append(f'<.row r="{row}"{hidden}>{inside}</.row>')
    if how.stray:
        body.append(f'<.row r="{how.stray[3:]}"><.c r="{how.stray}" t="str"><.v>stray</.v></.c></.row>')
    merged = "".join(
        f'<.mergeCell ref="{column_letters(c1)}{r1}:{column_letters(c2)}{r2}"/>'
        for r1, c1, r2, c2 in sheet.merged
    )
    columns = "".join(
        f'<.col min="{each}" max="{each}" width="9" hidden="1"/>' for each in sorted(sheet.hidden_columns)
    )
    text = (
        (f"<.cols>{columns}</.cols>" if columns else "")
        + f"<.sheetData>{''.join(body)}</.sheetData>"
        + (f'<.mergeCells count="{len(sheet.merged)}">{merged}</.mergeCells>' if merged else "")
        + "</.worksheet>"
    )
    return _open(how, "worksheet") + _tagged(text, how)


def _cell(row: int, column: int, value: object, how: Manner, texts: dict[str, int]) -> str:
    place = f'r="{column_letters(column)}{row}"'
    if value is None:
        return f"<.c {place}/>"
    if isinstance(value, bool):
        return f'<.c {place} t="b"><.v>{int(value)}</.v></.c>'
    if isinstance(value, Fault):
        return f'<.c {place} t="e"><.v>{value.text}</.v></.c>'
    if isinstance(value, Formula):
        return _formula(place, value, how)
    if isinstance(value, date):
        return f'<.c {place} s="{STYLE[type(value)]}"><.v>{_number(value, how)}</.v></.c>'
    if isinstance(value, Serial):
        return f"<.c {place}><.v>{value.number - (1462 if how.from_1904 else 0)}</.v></.c>"
    if isinstance(value, int | float):
        return f"<.c {place}><.v>{value!r}</.v></.c>"
    return _text(place, value, how, texts)


def _formula(place: str, value: Formula, how: Manner) -> str:
    formula = f"<.f>{escape(value.text)}</.f>"
    if value.stored is None:
        return f"<.c {place}>{formula}</.c>"
    if isinstance(value.stored, str):
        return f'<.c {place} t="str">{formula}<.v>{escape(value.stored)}</.v></.c>'
    if isinstance(value.stored, date):
        return f'<.c {place} s="1">{formula}<.v>{_number(value.stored, how)}</.v></.c>'
    return f"<.c {place}>{formula}<.v>{value.stored!r}</.v></.c>"


def _number(value: date, how: Manner) -> str:
    """Return Excel's number for a date, in the system of this workbook."""
    epoch = date(1904, 1, 1) if how.from_1904 else date(1899, 12, 30)
    if isinstance(value, datetime):
        seconds = value.hour * 3600 + value.minute * 60 + value.second
        return repr((value.date() - epoch).days + seconds / 86400)
    return str((value - epoch).days)


def _text(place: str, value: object, how: Manner, texts: dict[str, int]) -> str:
    if isinstance(value, Rich):
        runs = "".join(f"<.r><.rPr><.b/></.rPr>{_t(run)}</.r>" for run in value.runs)
        inside = runs
    else:
        inside = _t(str(value))
    if how.inline:
        return f'<.c {place} t="inlineStr"><.is>{inside}</.is></.c>'
    return f'<.c {place} t="s"><.v>{texts.setdefault(inside, len(texts))}</.v></.c>'


def _t(text: str) -> str:
    escaped = "".join(mark if mark in "\n\t" or mark >= " " else f"_x{ord(mark):04X}_" for mark in text)
    return f'<.t xml:space="preserve">{escape(escaped)}</.t>'


def _strings(texts: dict[str, int], how: Manner) -> str:
    items = "".join(f"<.si>{inside}</.si>" for inside in texts)
    return _open(how, "sst", f' count="{len(texts)}" uniqueCount="{len(texts)}"') + _tagged(
        f"{items}</.sst>", how
    )


def _workbook(sheets: Sequence[Sheet], how: Manner) -> str:
    names = "".join(
        f'<.sheet name={quoteattr(sheet.name)} sheetId="{number}"'
        f'{HIDDEN if sheet.hidden else ""} r:id="rId{number}"/>'
        for number, sheet in enumerate(sheets, 1)
    )
    properties = '<.workbookPr date1904="1"/>' if how.from_1904 else "<.workbookPr/>"
    conformance = ' conformance="strict"' if how.strict else ""
    return _open(how, "workbook", conformance) + _tagged(
        f"{properties}<.sheets>{names}</.sheets></.workbook>", how
    )


def _workbook_relations(sheets: Sequence[Sheet], how: Manner) -> str:
    kinds = [
        (f"rId{number}", "worksheet", f"worksheets/sheet{number}.xml") for number in range(1, len(sheets) + 1)
    ]
    return _relations(
        [*kinds, ("rId901", "styles", "styles.xml"), ("rId902", "sharedStrings", "sharedStrings.xml")], how
    )


def _relations(kinds: Sequence[tuple[str, str, str]], how: Manner) -> str:
    base = STRICT_RELATIONS if how.strict else RELATIONS
    items = "".join(
        f'<Relationship Id="{name}" Type="{base}/{kind}" Target="{to}"/>' for name, kind, to in kinds
    )
    return f'<Relationships xmlns="{PACKAGE}/relationships">{items}</Relationships>'


def _styles(how: Manner) -> str:
    return _open(how, "styleSheet") + _tagged(
        '<.numFmts count="1"><.numFmt numFmtId="164" formatCode="dd/mm/yyyy\\ hh:mm"/></.numFmts>'
        '<.fonts count="1"><.font><.sz val="11"/><.name val="Calibri"/></.font></.fonts>'
        '<.fills count="2"><.fill><.patternFill patternType="none"/></.fill>'
        '<.fill><.patternFill patternType="gray125"/></.fill></.fills>'
        '<.borders count="1"><.border><.left/><.right/><.top/><.bottom/><.diagonal/></.border></.borders>'
        '<.cellStyleXfs count="1"><.xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></.cellStyleXfs>'
        '<.cellXfs count="3"><.xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
        '<.xf numFmtId="14" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
        '<.xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></.cellXfs>'
        "</.styleSheet>",
        how,
    )


def _types(sheets: int) -> str:
    pages = "".join(
        f'<Override PartName="/xl/worksheets/sheet{number}.xml" ContentType="{TYPES}worksheet+xml"/>'
        for number in range(1, sheets + 1)
    )
    return (
        f'<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{TYPES}sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{TYPES}styles+xml"/>'
        f'<Override PartName="/xl/sharedStrings.xml" ContentType="{TYPES}sharedStrings+xml"/>'
        f"{pages}</Types>"
    )
