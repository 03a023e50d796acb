"""The comments sheet of the improvement log: which row is which comment, and what is new."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from complaints_sheet.core.ideas import Comment, idea_number
from complaints_sheet.core.improvement_log import CommentRow, iso_day
from complaints_sheet.core.proposals import folded, reads_like


@dataclass(frozen=True, slots=True)
class Heard:
    """What the comments sheet adds: new comments, those said anew, and the row of each that has one."""

    new: tuple[tuple[CommentRow, Comment], ...]
    changed: tuple[Comment, ...]
    rows: Mapping[int, int]  # number of the comment to its row


def heard(
    rows: Sequence[CommentRow], comments: Sequence[Comment], known: Iterable[int], today: date
) -> Heard:
    """Return what the rows of the comments sheet add to the comments known so far; none is ever taken away.

    A row whose words were edited is the same comment said anew, and goes into the next pack again.
    """
    ideas = set(known)
    left = list(comments)
    found: dict[int, int] = {}
    changed: list[Comment] = []
    open_rows: list[CommentRow] = []
    for row in rows:
        same = next((each for each in left if _same(each, row, ideas)), None)
        if same is None:
            open_rows.append(row)
            continue
        left.remove(same)
        found[same.number] = row.row
        if not same.listed:
            changed.append(replace(same, listed=True))
    left = [each for each in left if each.listed]
    new: list[tuple[CommentRow, Comment]] = []
    for row in open_rows:
        idea = _idea_of(row, ideas)
        edited = next((each for each in left if _edited(each, row, idea)), None)
        if edited is None:
            day = iso_day(row.day) or today
            about = "" if idea else row.tag
            new.append((row, Comment(idea, row.who, row.words, day, "the log", listed=True, about=about)))
            continue
        left.remove(edited)
        found[edited.number] = row.row
        again = edited.pack if folded(edited.words) == folded(row.words) else None
        changed.append(
            replace(edited, idea=idea or edited.idea, who=row.who, words=row.words, about="", pack=again)
        )
    return Heard(tuple(new), tuple(changed), found)


def _idea_of(row: CommentRow, ideas: set[int]) -> int | None:
    number = idea_number(row.tag)
    return number if number in ideas else None


def _same(comment: Comment, row: CommentRow, ideas: set[int]) -> bool:
    idea = _idea_of(row, ideas)
    about = comment.idea == idea and (idea is not None or comment.about == row.tag)
    return about and comment.words == row.words and comment.who == row.who


def _edited(comment: Comment, row: CommentRow, idea: int | None) -> bool:
    """Return True where the row is a comment that lost its place, its name or a few of its words."""
    alike = (comment.idea == idea) + (folded(comment.who) == folded(row.who))
    if folded(comment.words) == folded(row.words):
        return alike >= 1
    return alike == 2 and bool(comment.who) and reads_like(comment.words, row.words)
