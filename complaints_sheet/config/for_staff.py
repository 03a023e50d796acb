"""What staff get besides mail: the list of what needs doing, and drafts of letters to customers."""

from dataclasses import dataclass
from pathlib import Path

from pydantic import Field

from complaints_sheet.config.sections import Sections
from complaints_sheet.config.typed import Line, YesNo
from complaints_sheet.config.yaml_file import Written


@dataclass(frozen=True, slots=True)
class LettersConfig:
    """What drafts to customers hold: files to attach, and who stands behind the last words.

    `attach` puts the drafts that are due into the owner's digest.
    """

    attach: bool = False
    process: Path | None = None
    complaint_form: Path | None = None
    ombudsman: str = ""
    contact: str = ""


class WorkListSection(Written):
    """The section `work_list`."""

    write: YesNo = Field(
        default=False,
        description="Whether what-needs-doing.xlsx is written beside the register after each run.",
    )


class LettersSection(Written):
    """The section `letters`."""

    attach: YesNo = Field(
        default=False, description="Whether the drafts that are due go with the owner's digest."
    )
    process: Path | None = Field(
        default=None, description="A file that explains the process, attached to acknowledgements."
    )
    complaint_form: Path | None = Field(
        default=None, description="The complaint form, attached to acknowledgements."
    )
    ombudsman: Line = Field(
        default="", description="Whom customers may turn to in the end, with telephone or address."
    )
    contact: Line = Field(default="", description="How customers reach you: telephone, e-mail, post.")


def writes_work_list(sections: Sections) -> bool:
    """Return whether the list of what needs doing is written."""
    return sections.section(WorkListSection, "work_list", text_means="write").write


def letters_config(sections: Sections) -> LettersConfig:
    """Return what drafts of letters hold; notes files that are not there."""
    written = sections.section(LettersSection, "letters")
    return LettersConfig(
        written.attach,
        _file(sections, written.process, "process"),
        _file(sections, written.complaint_form, "complaint_form"),
        written.ombudsman,
        written.contact,
    )


def _file(sections: Sections, path: Path | None, key: str) -> Path | None:
    if path is None:
        return None
    place = sections.place(path)
    if not place.is_file():
        sections.note(f'there is no file "{path}" beside the config', "letters", key)
    return place
