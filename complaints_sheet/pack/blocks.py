"""The pack as plain blocks: headings, sentences, cards, tables and charts that any format can write.

Nothing here knows HTML, Word or PDF. Text is data: every writer escapes it in its own way.
"""

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import date
from typing import ClassVar, Literal, TypeAlias, cast

from complaints_sheet.core.cells import DROPPED
from complaints_sheet.pack.figure import Figure, Group
from complaints_sheet.pack.xmr import Mark, Xmr

Tone: TypeAlias = Literal["plain", "strong", "quiet", "concern"]


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text; `link` is the id of the place in the pack that it leads to.

    `free` marks what a person typed as free text: in wide circulation it is kept back until approved.
    """

    text: str
    strong: bool = False
    link: str = ""
    free: bool = False


Text: TypeAlias = tuple[Run, ...]


def text(*parts: str | Run) -> Text:
    """Return the parts as one text, empty ones left out."""
    runs = (part if isinstance(part, Run) else Run(part) for part in parts)
    return tuple(run for run in runs if run.text)


def plain(words: Text) -> str:
    """Return a text without its marks."""
    return "".join(run.text for run in words)


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading inside a page; pages themselves are level 2, so this is 3 or more."""

    kind: ClassVar[str] = "heading"
    text: str
    level: int = 3


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph."""

    kind: ClassVar[str] = "paragraph"
    text: Text
    tone: Tone = "plain"


@dataclass(frozen=True, slots=True)
class Note:
    """A short note in a box: what a page will show, and what to add for it."""

    kind: ClassVar[str] = "note"
    title: str
    text: Text


@dataclass(frozen=True, slots=True)
class Card:
    """One figure, large: its label, its state in words where a chart knows it, and what stands behind it."""

    label: str
    shown: str
    detail: str
    mark: Mark | None = None
    word: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class Cards:
    """Figures side by side."""

    kind: ClassVar[str] = "cards"
    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class Panel:
    """A titled list; `empty` is said where it has no items."""

    title: str
    items: tuple[Text, ...]
    numbered: bool = False
    empty: str = ""


@dataclass(frozen=True, slots=True)
class Panels:
    """Panels side by side."""

    kind: ClassVar[str] = "panels"
    panels: tuple[Panel, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table; `share` is its part of the width, in per cent, 0 to let the writer choose."""

    label: str
    numeric: bool = False
    share: int = 0


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table."""

    text: Text
    tone: Tone = "plain"


@dataclass(frozen=True, slots=True)
class Table:
    """A table whose first column names its rows. `more` says what a cap left out, `rest` holds it."""

    kind: ClassVar[str] = "table"
    id: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    more: str = ""
    empty: str = "None."
    rest: tuple[tuple[Cell, ...], ...] = ()  # rows beyond the cap, written only to the annex


@dataclass(frozen=True, slots=True)
class Pair:
    """Two small tables that stand side by side where there is room."""

    kind: ClassVar[str] = "pair"
    left: Table
    right: Table


@dataclass(frozen=True, slots=True)
class XmrChart:
    """An XmR chart; `share` True draws percentages. `alt` says in words what it shows."""

    kind: ClassVar[str] = "xmr chart"
    id: str
    title: str
    alt: str
    xmr: Xmr
    share: bool
    sentence: str
    how_to_read: str
    target: float | None = None  # in the units of the chart
    low: bool = False  # drawn less high, where room is short


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: what it counts, how many, the usual number, and whether it stands out."""

    label: str
    value: int
    usual: float | None
    stands_out: bool = False


@dataclass(frozen=True, slots=True)
class BarChart:
    """Horizontal bars, each with a mark at its usual number. `alt` says in words what it shows."""

    kind: ClassVar[str] = "bar chart"
    id: str
    title: str
    alt: str
    bars: tuple[Bar, ...]
    sentence: str = ""
    how_to_read: str = ""


@dataclass(frozen=True, slots=True)
class IdeaCard:
    """One idea to discuss: the words of its proposer, the problem behind it, and the choices to tick."""

    kind: ClassVar[str] = "idea"
    title: str
    idea: Text
    problem: Text
    behind: Text
    cost: Text
    choices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CaseList:
    """The cases behind one figure, for the last pages and the annex."""

    id: str
    label: str
    shown: str
    groups: tuple[Group, ...]


Block: TypeAlias = Heading | Paragraph | Note | Cards | Panels | Table | Pair | XmrChart | BarChart | IdeaCard


@dataclass(frozen=True, slots=True)
class Page:
    """One question and its answer; `short` names it in the contents, `fresh` starts a new sheet.

    `counts` are the figures of this page alone, whose cases are listed with those of the others.
    """

    id: str
    title: str
    short: str
    blocks: tuple[Block, ...]
    fresh: bool = True
    counts: tuple[Figure, ...] = ()


@dataclass(frozen=True, slots=True)
class Pack:
    """A whole pack: a title, the facts under it, its pages, and the cases behind its figures."""

    title: str
    organisation: str
    facts: tuple[str, ...]
    pages: tuple[Page, ...]
    case_lists: tuple[CaseList, ...]
    footer: str
    start: date
    end: date
    edition: str
    figures: tuple[Figure, ...]
    version: str = ""
    kept_back: tuple[str, ...] = ()  # passages of free text that wait for somebody's approval; never printed
    dense: bool = False  # set close, to fit one sheet of paper

    @property
    def file_stem(self) -> str:
        """Return what its files are called, without their ending: no name of a person or a customer."""
        return f"{self.edition}-pack-{self.end.isoformat()}"


@dataclass(frozen=True, slots=True)
class Document:
    """A pack written in one format: its bytes, and plain sentences about what the format could not do."""

    content: bytes
    notes: tuple[str, ...] = ()


_TURNING = dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A)))
_NEVER_WRITTEN = {**DROPPED, **_TURNING}
"""Control characters and halves of characters, which some formats cannot hold, and what turns text around."""


def cleaned(pack: Pack) -> Pack:
    """Return the pack without the characters that no format may hold, or that turn the text after them."""
    return cast("Pack", _cleaned(pack))


def _cleaned(value: object) -> object:
    if isinstance(value, str):
        return value if value.isprintable() else value.translate(_NEVER_WRITTEN)
    if isinstance(value, tuple):
        return tuple(_cleaned(each) for each in value)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{each.name: _cleaned(getattr(value, each.name)) for each in fields(value)})
    return value


def charts(pack: Pack) -> Iterator[XmrChart | BarChart]:
    """Yield every chart of the pack in order."""
    for page in pack.pages:
        yield from (block for block in page.blocks if isinstance(block, XmrChart | BarChart))


def headings(pack: Pack) -> Iterator[tuple[int, str]]:
    """Yield every heading of the pack in order, as level and text; the title is level 1."""
    yield 1, pack.title
    for page in pack.pages:
        yield 2, page.title
        for block in page.blocks:
            yield from _headings_in(block)


def _headings_in(block: Block) -> Iterator[tuple[int, str]]:
    if isinstance(block, Heading):
        yield block.level, block.text
    elif isinstance(block, Panels):
        yield from ((3, panel.title) for panel in block.panels)
    elif isinstance(block, XmrChart | BarChart | Note | IdeaCard):
        yield 3, block.title
