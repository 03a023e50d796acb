"""The sample of the quality check: drawn from the cases closed in the period, with what the register says."""

from complaints_sheet.core.meetings import Period
from complaints_sheet.core.model import Case, Verdict
from complaints_sheet.core.quality import Sampled, drawn
from complaints_sheet.core.wording import day_near
from complaints_sheet.pack.frame import Frame, closed_on

NOT_RECORDED = "not recorded"
_IN_TIME = {"met": "yes", "breached": "no"}


def sample(frame: Frame, period: Period) -> tuple[Sampled, ...]:
    """Return the sample in the order of the register. Its seed is the period, so it can be drawn again."""
    table = frame.table
    closed = frame.positions(~table["open"] & frame.within("closed", period))
    names = {str(table.at[at, "name"]): at for at in closed}
    chosen = drawn(names, f"{period.start}/{period.end}")
    return tuple(_sampled(frame, name, names[name]) for name in sorted(chosen, key=names.__getitem__))


def _sampled(frame: Frame, name: str, at: int) -> Sampled:
    case = frame.cases[at]
    department = str(frame.table.at[at, "department"])
    return Sampled(name, department, closed_on(case, frame.as_of), _says(frame, case, frame.verdicts[at]))


def _says(frame: Frame, case: Case, verdict: Verdict | None) -> dict[str, str]:
    acknowledged = case.day("acknowledged_on")
    in_time = _IN_TIME.get(verdict.outcome if verdict else "", "cannot be told")
    return {
        "acknowledged": f"yes, {day_near(acknowledged, frame.today)}"
        if acknowledged
        else _blank(frame, "acknowledged_on"),
        "named-handler": "yes" if case.text("case_owner") else _blank(frame, "case_owner"),
        "in-time": in_time,
        "resolution": "yes" if case.text("resolution") else _blank(frame, "resolution"),
        "asked": "yes, and answered" if case.text("handled_fairly") else _blank(frame, "handled_fairly"),
    }


def _blank(frame: Frame, field: str) -> str:
    return "blank" if field in frame.recorded else NOT_RECORDED
