"""How the pack and everything else that is written looks: formats, folder, names, brand."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, TypeAlias

from pydantic import AfterValidator, Field

from complaints_sheet.config.sections import Sections, not_among
from complaints_sheet.config.typed import Colour, Line, Lines, Percent, YesNo, many
from complaints_sheet.config.yaml_file import Written
from complaints_sheet.core.brand import READABLE, Brand, contrast

_USUAL = Brand()
LOGO_ENDINGS = (".png", ".jpg", ".jpeg", ".svg")


@dataclass(frozen=True, slots=True)
class PackConfig:
    """Which formats a pack is written in, where, and whether it may show names."""

    formats: tuple[str, ...]
    folder: Path
    customer_names: bool = False
    owner_names: bool = False
    target: float | None = None  # the share that should keep the standard, from 0 to 1
    themes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # theme to its keywords


def known_format(typed: str) -> str:
    """Return the name of a format; raises ValueError naming the nearest one where it is not known."""
    if typed != "html":  # the usual one is known without loading the others
        from complaints_sheet.formats import FORMATS

        if typed not in FORMATS:
            raise ValueError(not_among("format", typed, FORMATS))
    return typed


Formats: TypeAlias = tuple[Annotated[str, AfterValidator(known_format)], ...]


class PackSection(Written):
    """The section `pack`."""

    formats: Formats = Field(
        default=("html",), description="What each pack is written as: html, pdf, docx, xlsx."
    )
    folder: Path = Field(default=Path("packs"), description="The folder that packs are written to.")
    customer_names: YesNo = Field(default=False, description="Whether packs may show customers' names.")
    owner_names: YesNo = Field(default=False, description="Whether packs may show case owners' names.")
    target: Percent | None = Field(
        default=None, description='The share of complaints that should keep the standard, such as "90%".'
    )
    themes: dict[str, Lines] = Field(
        default_factory=dict,
        description="Keywords of each theme, for a register without a column of themes.",
    )


class BrandSection(Written):
    """The section `brand`."""

    name: Line = Field(
        default="", description="The name in the head of pages and mails [the organisation's]."
    )
    logo: Path | None = Field(default=None, description="A PNG, JPEG or SVG file.")
    main: Colour = Field(default=_USUAL.main, description="The colour of bands and headings.")
    ink: Colour = Field(default=_USUAL.ink, description="The colour of text.")
    accent: Colour = Field(default=_USUAL.accent, description="The colour of what needs attention.")
    font: Line = Field(default="", description="A font that every reader has, before the usual ones.")


def pack_config(sections: Sections) -> PackConfig:
    """Return how packs are written; notes a folder that cannot be."""
    written = sections.section(PackSection, "pack")
    folder = sections.folder_that_can_be(written.folder, "pack", "folder")
    return PackConfig(
        formats=written.formats,
        folder=folder,
        customer_names=written.customer_names,
        owner_names=written.owner_names,
        target=written.target,
        themes={theme: many(words) for theme, words in written.themes.items()},
    )


def brand(sections: Sections, organisation_name: str) -> Brand:
    """Return the look of everything written; notes colours too pale to read and a logo that is not there."""
    written = sections.section(BrandSection, "brand")
    for name in ("main", "ink", "accent"):
        found = contrast(getattr(written, name), "#ffffff")
        if found < READABLE:
            sections.note(
                f"too pale to be read on white: its contrast is {found:.1f} and text needs {READABLE}; "
                "choose a darker colour",
                "brand",
                name,
            )
    return Brand(
        name=written.name or organisation_name,
        logo=_logo(written.logo, sections) if written.logo else None,
        main=written.main,
        ink=written.ink,
        accent=written.accent,
        font=written.font,
    )


def _logo(path: Path, sections: Sections) -> Path:
    place = sections.place(path)
    if place.suffix.casefold() not in LOGO_ENDINGS:
        sections.note(f'"{path}" is not a PNG, JPEG or SVG picture', "brand", "logo")
    elif not place.is_file():
        sections.note(f'there is no file "{path}" beside the config', "brand", "logo")
    return place
