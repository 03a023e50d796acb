"""The pack as an accessible PDF (PDF/UA-1) by typst, with the fonts that come with the program.

Text is handed over as JSON and never parsed as markup. A character that the fonts lack would stop PDF/UA; the
pack is then written without that mark, and says so.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

from complaints_sheet.core.brand import Brand
from complaints_sheet.errors import ConfigError, DeliveryError, Problem
from complaints_sheet.pack.blocks import BarChart, CaseList, Document, Pack, XmrChart

TEMPLATE = "pack/pack.typ"
STANDARD = "ua-1"
MOST_NAMES = 200  # of a figure's cases; the annex has them all
PICTURES = frozenset({".png", ".jpg", ".jpeg", ".svg"})
MISSING_LIBRARY = "PDF packs need the package typst."


def write(pack: Pack, brand: Brand, folders: Sequence[Path]) -> Document:
    """Return the pack as PDF/UA-1, or as a plain PDF with a note where a character prevents it.

    Raises DeliveryError where typst is not installed, ConfigError for a broken template.
    """
    logo = _logo(brand)
    files = {
        "pack.typ": _template(folders),
        "pack.json": json.dumps(_data(pack, brand, logo), ensure_ascii=True).encode("ascii"),
        **logo,
    }
    return _compiled(files, brand)


def _compiled(files: Mapping[str, bytes], brand: Brand) -> Document:
    typst = _typst()
    try:
        return Document(_pdf(files, brand, standards=[STANDARD], own_fonts_only=True))
    except typst.TypstError as refused:
        why = str(refused)
    try:
        content = _pdf(files, brand, standards=[], own_fonts_only=False)
    except typst.TypstError as broken:
        raise _broken(str(broken)) from None
    return Document(content, (f"The PDF is not certified accessible: {_reason(why)}.",))


def _pdf(files: Mapping[str, bytes], brand: Brand, *, standards: list[str], own_fonts_only: bool) -> bytes:
    from complaints_sheet.pack.charts import FONTS

    written = _typst().compile(
        {"main.typ": b'#include "pack.typ"', **files},
        font_paths=[str(folder) for folder in (brand.font_folder, FONTS) if folder],
        ignore_system_fonts=own_fonts_only,
        format="pdf",
        pdf_standards=standards,
    )
    return bytes(written)


def _typst() -> Any:
    try:
        import typst
    except ImportError:
        raise DeliveryError(
            MISSING_LIBRARY, 'Install it with: pip install "typst>=0.15,<0.16", or print the HTML pack.'
        ) from None
    return typst


def _reason(message: str) -> str:
    """Return why PDF/UA was refused, naming the character by its number and never the text around it."""
    quoted = message.split("`")
    if "could not be displayed" in message and len(quoted) > 1:
        seen = quoted[1].strip('"')
        codes = ", ".join(f"U+{ord(each):04X}" for each in dict.fromkeys(seen)) if "\\u" not in seen else seen
        return f"the fonts lack the character {codes}"
    return "it does not meet every rule of PDF/UA"


def _broken(message: str) -> ConfigError:
    why = message.splitlines()[0] if message else "it cannot be read"
    return ConfigError(
        f"The template {Path(TEMPLATE).name} is broken: {why}.",
        "Correct it, or move your copy away to use the template that comes with the program.",
        [Problem(TEMPLATE, None, None, why)],
    )


def _template(folders: Sequence[Path]) -> bytes:
    from complaints_sheet.render import shipped_folder

    for folder in (*folders, shipped_folder()):
        file = folder / TEMPLATE
        if file.is_file():
            return file.read_bytes()
    raise _broken("there is no such template")


def _logo(brand: Brand) -> dict[str, bytes]:
    """Return the logo as a file of typst's own world, or nothing where there is none that it can draw."""
    if brand.logo is None or brand.logo.suffix.casefold() not in PICTURES:
        return {}
    try:
        return {f"logo{brand.logo.suffix.casefold()}": brand.logo.read_bytes()}
    except OSError:
        return {}


def _data(pack: Pack, brand: Brand, logo: Mapping[str, bytes]) -> dict[str, Any]:
    from complaints_sheet.pack.charts import FONT_NAME

    reachable = {each.id for each in pack.case_lists} | {page.id for page in pack.pages}
    look = {
        "name": brand.name or pack.organisation or "Logo",
        "main": brand.main,
        "ink": brand.ink,
        "accent": brand.accent,
        "logo": next(iter(logo), ""),
        "fonts": [*((brand.font,) if brand.font and brand.font_folder else ()), FONT_NAME],
    }
    pages = [
        {
            "id": page.id,
            "title": page.title,
            "fresh": page.fresh,
            "blocks": [_plain(block, brand, reachable) for block in page.blocks],
        }
        for page in pack.pages
    ]
    return {
        "title": pack.title,
        "organisation": pack.organisation,
        "facts": list(pack.facts),
        "footer": pack.footer,
        "dense": pack.dense,
        "brand": look,
        "pages": pages,
        "lists": [_list(each) for each in pack.case_lists],
    }


def _plain(value: object, brand: Brand, reachable: set[str]) -> Any:
    """Return a block as plain lists and mappings; a link that leads nowhere is dropped."""
    if isinstance(value, XmrChart | BarChart):
        return _chart(value, brand)
    if is_dataclass(value) and not isinstance(value, type):
        found = {field.name: _plain(getattr(value, field.name), brand, reachable) for field in fields(value)}
        if found.get("link") not in {None, ""} and found["link"] not in reachable:
            found["link"] = ""
        return {"kind": getattr(value, "kind", ""), **found}
    if isinstance(value, tuple | list):
        return [_plain(each, brand, reachable) for each in value]
    return value


def _chart(chart: XmrChart | BarChart, brand: Brand) -> dict[str, str]:
    from complaints_sheet.pack.charts import svg
    from complaints_sheet.pack.palette import paper_palette

    return {
        "kind": chart.kind,
        "title": chart.title,
        "alt": chart.alt,
        "sentence": chart.sentence,
        "how_to_read": chart.how_to_read,
        "svg": svg(chart, paper_palette(brand), as_text=False),
    }


def _list(each: CaseList) -> dict[str, Any]:
    groups = [
        {
            "label": group.label,
            "count": len(group.cases),
            "cases": ", ".join(group.cases[:MOST_NAMES])
            + (f" and {len(group.cases) - MOST_NAMES} more" if len(group.cases) > MOST_NAMES else ""),
        }
        for group in each.groups
    ]
    return {"id": each.id, "label": each.label, "shown": each.shown, "groups": groups}
