"""How the organisation looks, in every page and mail, and whether its colours can be read."""

from dataclasses import dataclass
from pathlib import Path

READABLE = 4.5  # contrast that WCAG AA asks of text


@dataclass(frozen=True, slots=True)
class Brand:
    """The look of everything that is written. Colours are `#rrggbb`; `logo` is a PNG, JPEG or SVG file.

    `font_folder` holds the files of `font`, for the PDF, which carries its own fonts.
    """

    name: str = ""
    logo: Path | None = None
    main: str = "#0b4f6c"
    ink: str = "#1f2a30"
    accent: str = "#b04500"
    font: str = ""
    font_folder: Path | None = None


def contrast(first: str, second: str) -> float:
    """Return the WCAG contrast of two `#rrggbb` colours, from 1.0 (the same) to 21.0 (black on white)."""
    lighter, darker = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def contrast_problems(brand: Brand) -> tuple[str, ...]:
    """Return a plain sentence for each brand colour that is too pale to be read on white."""
    return tuple(
        f"The brand colour {name} ({colour}) is hard to read on white: its contrast is {found:.1f} and text "
        f"needs {READABLE}. Choose a darker one."
        for name, colour in (("main", brand.main), ("ink", brand.ink), ("accent", brand.accent))
        if (found := contrast(colour, "#ffffff")) < READABLE
    )


def lightened(colour: str, share: float) -> str:
    """Return the colour moved towards white by `share` (0 leaves it, 1 is white)."""
    return "#" + "".join(f"{round(part + (255 - part) * share):02x}" for part in _parts(colour))


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(part / 255) for part in _parts(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(share: float) -> float:
    return share / 12.92 if share <= 0.04045 else float(((share + 0.055) / 1.055) ** 2.4)


def _parts(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
