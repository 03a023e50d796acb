"""When the improvement meetings are, and when their pack is due."""

from datetime import date, time
from typing import Literal

from pydantic import Field

from complaints_sheet.config.typed import Dates, TimeOfDay, Weeks, WorkingDays, many
from complaints_sheet.config.yaml_file import Written
from complaints_sheet.core.meetings import MeetingPlan


class MeetingSection(Written):
    """The section `meeting`."""

    first: date = Field(description="The date of one meeting; the rhythm counts from it.")
    every: Weeks = Field(
        default=2, description='How many weeks from one meeting to the next, such as "2 weeks".'
    )
    at: TimeOfDay = Field(default=time(14), description="When the meeting begins.")
    pack_before: WorkingDays = Field(
        default=2, description="How many working days before it the pack is written."
    )
    pack_at: TimeOfDay = Field(
        default=time(7), description="From which hour of that day the pack is written."
    )
    skipped: Dates = Field(default=(), description="Meetings of the rhythm that do not take place.")
    extra: Dates = Field(default=(), description="Meetings besides the rhythm.")
    on_closed_day: Literal["move", "keep"] = Field(
        default="move",
        description="Whether a meeting that falls on a closed day is held on the next working day.",
    )

    def plan(self) -> MeetingPlan:
        """Return the plan of the meetings as the program uses it."""
        return MeetingPlan(
            first=self.first,
            every_weeks=self.every,
            at=self.at,
            pack_before_working_days=self.pack_before,
            pack_at=self.pack_at,
            skipped=frozenset(many(self.skipped)),
            extra=frozenset(many(self.extra)),
            moves=self.on_closed_day == "move",
        )
