"""What the pages are written from: the measures, the meeting, the choices, the registers behind them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from complaints_sheet.core.model import Case, Judgement
from complaints_sheet.core.privacy import MASK, masked
from complaints_sheet.core.wording import shorten
from complaints_sheet.pack.beside import NOTHING, Beside
from complaints_sheet.pack.blocks import CaseList, Run, Text
from complaints_sheet.pack.dates import Reminder
from complaints_sheet.pack.figure import Figure, number_of
from complaints_sheet.pack.measure import Measures
from complaints_sheet.pack.options import PackOptions

LONGEST_NAME = 48  # characters


@dataclass(frozen=True, slots=True)
class Origin:
    """One register behind the pack: its name, its file, its rows, and the fingerprint of what was read."""

    name: str
    source: str
    rows: int
    cases: int
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Briefing:
    """What the pages are written from."""

    measures: Measures
    options: PackOptions
    origins: tuple[Origin, ...]
    beside: Beside = NOTHING
    policies: tuple[tuple[str, str], ...] = ()
    closed_days: Mapping[date, str] = field(default_factory=dict)  # those of the last twelve weeks
    judgements: tuple[Judgement, ...] = ()
    dates: tuple[Reminder, ...] = ()  # reviews, reports and records that can be disposed of

    @property
    def today(self) -> date:
        """Return the local day of the as-of moment."""
        return self.measures.as_of.date()

    def place(self, case: Case, field_id: str) -> str:
        """Return a case's department or other short text, cut where somebody typed an essay into it."""
        return shorten(case.text(field_id), LONGEST_NAME)

    def said(self, case: Case, field_id: str, most: int = 0, blank: str = "") -> Run:
        """Return a case's free text with the names of its customer and its owner masked unless allowed.

        With `most` it is cut to so many characters; `blank` stands where nothing was typed.
        """
        words = self.discreet(case, case.text(field_id))
        return Run(shorten(words, most) if most else words, free=True) if words.strip() else Run(blank)

    def discreet(self, case: Case, words: str) -> str:
        """Return what was typed about a case with the names that this pack may not show masked."""
        if not self.options.customer_names:
            words = masked(words, case.text("customer_name"))
        if not self.options.owner_names:
            words = _without(words, case.text("case_owner"))
        return words

    def free(self, words: str, colleague: str, most: int) -> Run:
        """Return what a colleague typed, cut to so many characters, with their name masked unless allowed."""
        shown = words if self.options.owner_names else _without(words, colleague)
        return Run(shorten(shown, most), free=True)


def _without(words: str, owner: str) -> str:
    """Return the text with a colleague's name masked in words of its own."""
    pieces = words.split(MASK)
    return MASK.join(masked(piece, owner).replace(MASK, "[colleague]") for piece in pieces)


def link_to(figure: Figure) -> str:
    """Return the id of the list of cases behind a figure, or an empty string where there are none."""
    return f"cases-{figure.id}" if figure.groups else ""


def linked(figure: Figure, shown: str = "") -> Text:
    """Return a figure as text that leads to the cases behind it."""
    return (Run(shown or figure.shown, link=link_to(figure)),)


def earlier(figure: Figure) -> Figure:
    """Return a figure of the period before, told apart from this period's."""
    return replace(figure, id=f"before-{figure.id}", label=f"{figure.label}, the period before")


def case_list(figure: Figure) -> CaseList:
    """Return the list of cases behind a figure."""
    return CaseList(link_to(figure), figure.label, figure.shown, figure.groups)


def counted(mark: str, before: str, named: Iterable[tuple[str, str]]) -> tuple[Figure, ...]:
    """Return a figure for each label, most cases first, from pairs of a label and a case's name.

    `before` is what its list of cases says before the label.
    """
    groups: dict[str, list[str]] = {}
    for label, name in named:
        groups.setdefault(label, []).append(name)
    ordered = sorted(groups, key=lambda label: (-len(groups[label]), label))
    return tuple(
        number_of(f"{mark}-{number}", f"{before}: {label}", tuple(groups[label]))
        for number, label in enumerate(ordered, 1)
    )
