"""The columns of the improvement log: what each is called, holds, and who fills it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

Kind: TypeAlias = Literal["text", "date", "stage", "idea", "count", "told", "days"]


@dataclass(frozen=True, slots=True)
class LogColumn:
    """One column of the log; `ours` where the program fills it, else people decide there."""

    key: str
    heading: str
    kind: Kind
    width: int
    ours: bool
    prompt: str = ""


COLUMNS: tuple[LogColumn, ...] = (
    LogColumn("number", "Idea no.", "text", 9, ours=True),
    LogColumn("words", "Idea", "text", 44, ours=True),
    LogColumn("stands", "Where it stands", "text", 34, ours=True),
    LogColumn("stage", "Stage", "stage", 17, ours=False, prompt="Choose what the meeting decided."),
    LogColumn(
        "solution",
        "Proposed solution",
        "text",
        38,
        ours=False,
        prompt="What exactly is proposed. The wider team is asked about these words.",
    ),
    LogColumn(
        "reply_by",
        "Replies by",
        "date",
        12,
        ours=False,
        prompt="Until when the wider team can comment. Left empty, the usual time is given.",
    ),
    LogColumn("owner", "Owner", "text", 18, ours=False, prompt="Who sees the change through."),
    LogColumn("due", "Due", "date", 12, ours=False, prompt="The day by which it is to be done."),
    LogColumn("reason", "Reason", "text", 28, ours=False, prompt="Why it is declined. Needed to decline."),
    LogColumn(
        "into", "Merge into", "idea", 11, ours=False, prompt="The number of the idea it is the same as."
    ),
    LogColumn("decided_by", "Decided by", "text", 18, ours=False, prompt="As you enter it here."),
    LogColumn("approved_by", "Approved by", "text", 18, ours=False, prompt="As you enter it here."),
    LogColumn(
        "decided_on", "Decided on", "date", 12, ours=False, prompt="The day of the decision, if not today."
    ),
    LogColumn(
        "staff_told", "Staff told", "told", 12, ours=False, prompt="A date, or yes. The mail fills it in."
    ),
    LogColumn(
        "customers_told",
        "Customers told",
        "told",
        14,
        ours=False,
        prompt="A date, or yes: once the customers behind it know.",
    ),
    LogColumn(
        "said",
        "You said, we did",
        "text",
        40,
        ours=False,
        prompt="The words for newsletter and website. Change the draft as you like.",
    ),
    LogColumn("department", "Department", "text", 18, ours=True),
    LogColumn("theme", "Theme", "text", 18, ours=True),
    LogColumn("raised", "Raised", "date", 12, ours=True),
    LogColumn("since", "In this stage since", "date", 12, ours=True),
    LogColumn("days", "Days in stage", "days", 9, ours=True),
    LogColumn("cases", "Complaints behind it", "count", 12, ours=True),
    LogColumn("which", "Which complaints", "text", 24, ours=True),
    LogColumn("before", "Complaints like it, 12 weeks before", "count", 14, ours=True),
    LogColumn("after", "Complaints like it, 12 weeks after", "count", 14, ours=True),
)
"""Every column of the log, in the order in which it is made; people may move them."""

BY_KEY: Mapping[str, LogColumn] = {column.key: column for column in COLUMNS}

FREE_TEXT = ("words", "solution", "reason", "said")
"""The columns in which people write sentences; what they write in others names colleagues and days."""

COMMENT_COLUMNS: tuple[LogColumn, ...] = (
    LogColumn("number", "Idea no.", "text", 12, ours=False, prompt="Such as I-0007."),
    LogColumn("words", "Comment", "text", 70, ours=False, prompt="What do you think of it?"),
    LogColumn("who", "Your name", "text", 22, ours=False, prompt="As you enter it here."),
    LogColumn("day", "Date", "date", 12, ours=True),
    LogColumn("pack", "In the pack of", "date", 14, ours=True),
)

HISTORY_HEADINGS = ("Date", "Idea no.", "What", "From", "To", "Entered by", "Where")
