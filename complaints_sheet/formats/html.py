"""The pack as one HTML file that needs nothing else: the reading copy and the archive."""

from base64 import b64encode
from collections.abc import Sequence
from pathlib import Path

from complaints_sheet.core.brand import READABLE, Brand, contrast, lightened
from complaints_sheet.pack.blocks import Document, Pack, charts
from complaints_sheet.pack.palette import screen_palette

TEMPLATE = "pack/pack.html"
DARK_PAPER = "#15191c"
PICTURES = {".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".svg": "image/svg+xml"}
MOST_NAMES = 200  # of a figure's cases; the annex has them all


def write(pack: Pack, brand: Brand, folders: Sequence[Path]) -> Document:
    """Return the pack as HTML in UTF-8; `folders` are the office's own templates, searched first.

    Raises ConfigError for a broken template.
    """
    from complaints_sheet import render

    context = {
        **look(brand),
        "pack": pack,
        "charts": _drawn(pack),
        "footer": css_text(pack.footer),
        "most_names": MOST_NAMES,
    }
    return Document(render.page(TEMPLATE, context, folders).encode("utf-8"))


def look(brand: Brand) -> dict[str, object]:
    """Return what a page needs to look like the organisation's: brand, colours, logo and font."""
    return {
        "brand": brand,
        "colours": _colours(brand),
        "logo": _picture(brand.logo),
        "font": _font(brand.font),
    }


def css_text(words: str) -> str:
    r"""Return text to stand between quotes in a style sheet: unusual characters as \hex."""
    return "".join(each if each.isascii() and each.isalnum() else f"\\{ord(each):x} " for each in words)


def _drawn(pack: Pack) -> dict[str, str]:
    from complaints_sheet.pack.charts import svg

    palette, stands_for = screen_palette()
    drawn = {chart.id: svg(chart, palette, as_text=True) for chart in charts(pack)}
    for stand_in, variable in stands_for.items():
        drawn = {name: picture.replace(stand_in, variable) for name, picture in drawn.items()}
    return drawn


def _colours(brand: Brand) -> dict[str, str]:
    """Return the brand's colours for white paper, and lighter ones that can be read on a dark screen."""
    return {
        "main": brand.main,
        "ink": brand.ink,
        "accent": brand.accent,
        "bar": lightened(brand.main, 0.45),
        "main_dark": _readable_on_dark(brand.main),
        "accent_dark": _readable_on_dark(brand.accent),
    }


def _readable_on_dark(colour: str) -> str:
    steps = (lightened(colour, step / 10) for step in range(11))
    return next(each for each in steps if contrast(each, DARK_PAPER) >= READABLE + 1.5)


def _picture(file: Path | None) -> str:
    """Return a picture as a data address, or an empty string without one or where it cannot be read."""
    kind = PICTURES.get(file.suffix.casefold()) if file else None
    try:
        return f"data:{kind};base64,{b64encode(file.read_bytes()).decode('ascii')}" if file and kind else ""
    except OSError:
        return ""


def _font(name: str) -> str:
    return "".join(each for each in name if each.isalnum() or each in " -")
