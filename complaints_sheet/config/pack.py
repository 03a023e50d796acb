"""How the pack and everything else that is written looks: formats, folder, names, brand."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Annotated, TypeAlias, cast

from pydantic import AfterValidator, Field

from complaints_sheet.config.sections import Sections, not_among
from complaints_sheet.config.typed import Colour, Line, Lines, YesNo, many, percent
from complaints_sheet.config.yaml_file import Written
from complaints_sheet.core.brand import READABLE, Brand, contrast
from complaints_sheet.core.editions import CIRCULATIONS, Circulation
from complaints_sheet.pack.aims import MEASURES, NO_AIMS, Aims, Comparison, kind_of
from complaints_sheet.pack.xmr import Rebase

_USUAL = Brand()
LOGO_ENDINGS = (".png", ".jpg", ".jpeg", ".svg")
FONT_ENDINGS = (".ttf", ".otf")
_TIME_LIMIT = re.compile(r"[a-z][a-z0-9-]*")  # the id of a procedure's time limit
LICENCES = ("licen", "ofl", "copying", "ufl")  # how the names of licence files begin


@dataclass(frozen=True, slots=True)
class PackConfig:
    """Which formats a pack is written in, where, and whether it may show names."""

    formats: tuple[str, ...]
    folder: Path
    customer_names: bool = False
    owner_names: bool = False
    circulations: tuple[Circulation, ...] = ("meeting",)
    rebase: Rebase | None = None
    aims: Aims = NO_AIMS
    themes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # theme to its keywords


def known_format(typed: str) -> str:
    """Return the name of a format; raises ValueError naming the nearest one where it is not known."""
    if typed != "html":  # the usual one is known without loading the others
        from complaints_sheet.formats import FORMATS

        if typed not in FORMATS:
            raise ValueError(not_among("format", typed, FORMATS))
    return typed


Formats: TypeAlias = tuple[Annotated[str, AfterValidator(known_format)], ...]


def known_circulation(typed: str) -> str:
    """Return for whom a pack is; raises ValueError naming the nearest one where it is not known."""
    if typed not in CIRCULATIONS:
        raise ValueError(not_among("reader", typed, CIRCULATIONS))
    return typed


Circulations: TypeAlias = tuple[Annotated[str, AfterValidator(known_circulation)], ...]


class RebaseSection(Written):
    """What `pack.rebase` says: a person's decision, with the reason that is printed under the charts."""

    from_: date = Field(alias="from", description="The first day of the new usual range.")
    reason: Line = Field(description="Why, in words that are printed under the charts.")


class CompareSection(Written):
    """What an entry of `pack.compare` says: a figure that somebody published, never one of ours."""

    measure: Line = Field(description="The measure it is about, by the names of `targets`.")
    value: Line = Field(description='The figure, such as "87%".')
    source: Line = Field(description="Who published it, and where.")
    year: int = Field(ge=1900, le=2200, description="The year it is about.")


class PackSection(Written):
    """The section `pack`."""

    formats: Formats = Field(
        default=("html",), description="What each pack is written as: html, pdf, docx, xlsx."
    )
    folder: Path = Field(default=Path("packs"), description="The folder that packs are written to.")
    customer_names: YesNo = Field(default=False, description="Whether packs may show customers' names.")
    owner_names: YesNo = Field(
        default=False, description="Whether the manager's edition, and no other, may show case owners' names."
    )
    for_: Circulations = Field(
        default=("meeting",),
        alias="for",
        description="Who gets an edition of each meeting's pack beside the meeting: manager, everyone.",
    )
    rebase: RebaseSection | None = Field(
        default=None, description="From which day the charts' usual range is reckoned anew, and why."
    )
    targets: dict[str, Line] = Field(
        default_factory=dict,
        description=(
            'A target for each measure, such as "in_standard: 90%": in_standard, first_contact, '
            "satisfied_with_handling, satisfied_with_outcome, quality_check, or the id of a time limit of "
            'your procedure, such as "acknowledge: 95%"; and at most so many: days_to_follow_up, '
            "service_failures, open_past, open_too_long."
        ),
    )
    compare: tuple[CompareSection, ...] = Field(
        default=(), description="Figures that others published, to stand beside yours; none come with it."
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
    font_folder: Path | None = Field(
        default=None,
        description="A folder with that font's files (.ttf, .otf) and its licence, for PDFs.",
    )


def pack_config(sections: Sections) -> PackConfig:
    """Return how packs are written; notes a folder that cannot be."""
    written = sections.section(PackSection, "pack")
    folder = sections.folder_that_can_be(written.folder, "pack", "folder")
    return PackConfig(
        formats=written.formats,
        folder=folder,
        customer_names=written.customer_names,
        owner_names=written.owner_names,
        circulations=cast("tuple[Circulation, ...]", _circulations(written, sections)),
        rebase=Rebase(written.rebase.from_, written.rebase.reason) if written.rebase else None,
        aims=_aims(written, sections),
        themes={theme: many(words) for theme, words in written.themes.items()},
    )


def _aims(written: PackSection, sections: Sections) -> Aims:
    """Return the targets and published figures; notes a measure or a value that cannot be."""
    targets = {
        measure: value
        for measure, typed in written.targets.items()
        if (value := _value(measure, typed, sections, "targets", measure)) is not None
    }
    comparisons = tuple(
        Comparison(each.measure, value, each.source, each.year)
        for at, each in enumerate(written.compare)
        if (value := _value(each.measure, each.value, sections, "compare", at, "value")) is not None
    )
    return Aims(targets, comparisons)


def _value(measure: str, typed: str, sections: Sections, *way: str | int) -> float | None:
    """Return a share from 0 to 1 or an amount, as the measure has it; notes what is neither."""
    if measure not in MEASURES and not _TIME_LIMIT.fullmatch(measure):
        sections.note(not_among("measure", measure, MEASURES), "pack", *way)
        return None
    try:
        return percent(typed) if kind_of(measure) == "share" else _amount(typed)
    except ValueError as error:
        sections.note(str(error), "pack", *way)
        return None


def _amount(typed: str) -> float:
    """Return "5" or "2.5" as a number; raises ValueError for anything else."""
    if not re.fullmatch(r"\d{1,6}(\.\d+)?", typed, re.ASCII):
        raise ValueError(f'expected a number such as 5, not "{typed}"')
    return float(typed)


def _circulations(written: PackSection, sections: Sections) -> tuple[str, ...]:
    """Return for whom packs are written; notes a manager's edition that may not name anybody."""
    if "manager" in written.for_ and not written.owner_names:
        sections.note(
            "the manager's edition names case owners, which needs `owner_names: yes`", "pack", "for"
        )
    return tuple(dict.fromkeys(("meeting", *written.for_)))


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
        font_folder=_fonts(written.font_folder, sections) if written.font_folder else None,
    )


def _fonts(path: Path, sections: Sections) -> Path:
    """Return the folder of the brand's own font; notes one without fonts, or without their licence."""
    place = sections.place(path)
    names = [each.name.casefold() for each in place.iterdir()] if place.is_dir() else []
    if not any(name.endswith(FONT_ENDINGS) for name in names):
        sections.note(f'"{path}" is no folder with a font file (.ttf, .otf)', "brand", "font_folder")
    elif not any(name.startswith(LICENCES) for name in names):
        said = "has no licence: put the text that came with the font there (LICENSE.txt or OFL.txt)"
        sections.note(f'the folder "{path}" {said}', "brand", "font_folder")
    return place


def _logo(path: Path, sections: Sections) -> Path:
    place = sections.place(path)
    if place.suffix.casefold() not in LOGO_ENDINGS:
        sections.note(f'"{path}" is not a PNG, JPEG or SVG picture', "brand", "logo")
    elif not place.is_file():
        sections.note(f'there is no file "{path}" beside the config', "brand", "logo")
    return place
