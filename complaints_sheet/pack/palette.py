"""The colours of the charts: the brand's for paper; for a screen, names that the page's style fills."""

from dataclasses import dataclass, fields

from complaints_sheet.core.brand import Brand, lightened

CONCERN = "#c8550b"  # orange, read by its diamond as well
IMPROVEMENT = "#2468b0"  # blue, read by its circle as well


@dataclass(frozen=True, slots=True)
class Palette:
    """One colour for each part of a chart, as `#rrggbb`."""

    ink: str
    quiet: str
    grid: str
    band: str
    line: str
    bar: str
    paper: str
    concern: str = CONCERN
    improvement: str = IMPROVEMENT


def paper_palette(brand: Brand) -> Palette:
    """Return the colours for white paper."""
    return Palette(
        ink=brand.ink,
        quiet="#5f6b76",
        grid="#e3e6e8",
        band="#eef1f3",
        line="#5f6b76",
        bar=lightened(brand.main, 0.45),
        paper="#ffffff",
    )


def screen_palette() -> tuple[Palette, dict[str, str]]:
    """Return stand-in colours, and the CSS variable that each of them stands for.

    The stand-ins are colours no chart would choose, so that replacing them touches nothing else.
    """
    names = [field.name for field in fields(Palette)]
    stands_for = {f"#fe01{number:02x}": f"var(--chart-{name})" for number, name in enumerate(names, 1)}
    return Palette(**dict(zip(names, stands_for, strict=True))), stands_for
