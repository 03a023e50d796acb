"""The sentences of the pack: a change is claimed only where a chart signals one, else "no change"."""

from dataclasses import dataclass

from complaints_sheet.core.wording import count, day_month, long_date, number
from complaints_sheet.pack.figure import FEW, Figure
from complaints_sheet.pack.places import ThemeLine
from complaints_sheet.pack.xmr import LOCK_AT, Mark, Signal, Xmr

STEPS = {7: ("week", "weeks"), 14: ("fortnight", "fortnights"), 28: ("four weeks", "four-week points")}
SINCE = {7: "In the last week", 14: "In the last fortnight", 28: "In the last four weeks"}
STATE_WORDS: dict[Mark, str] = {
    "usual": "As usual",
    "concern": "Needs attention",
    "improvement": "Improving",
    "different": "Different from usual",
}


@dataclass(frozen=True, slots=True)
class Reading:
    """What a chart says of its latest point: a mark, the word for it, and one sentence."""

    mark: Mark
    word: str
    sentence: str

    @property
    def changed(self) -> bool:
        """Return True where a signal stands behind the sentence."""
        return self.mark != "usual"


def read(chart: Xmr, latest: str, step_days: int, *, share: bool) -> Reading:
    """Return how to read the latest point of a chart; `latest` is the sentence that says what it is."""
    points = STEPS.get(step_days, ("period", "periods"))[1]
    if not chart.points:
        return Reading("usual", "Nothing to show yet", "Nothing to show yet.")
    if chart.limits is None:
        return Reading("usual", "Too early to say", f"{latest} There is no earlier point to compare it with.")
    locked = chart.limits.locked
    trial = "" if locked else f" The usual range is on trial: {len(chart.points)} of {LOCK_AT} {points}."
    if not chart.now:
        word = "As usual" if locked else "Too early to say"
        return Reading(
            "usual", word, f"{latest} No change: {usual_range(chart, share=share)} is usual.{trial}"
        )
    signal = chart.now[0]
    mark = chart.mark_of(signal)
    said = f"{latest} {_change(chart, signal, points, share=share)}{trial}"
    return Reading(mark, STATE_WORDS[mark] if locked else "Possible change", said)


def _change(chart: Xmr, signal: Signal, points: str, *, share: bool) -> str:
    mean = shown(chart.limits.mean, share=share) if chart.limits else ""
    lasting = "a lasting change" if chart.limits and chart.limits.locked else "a possible change"
    chance = "a change, not chance" if chart.limits and chart.limits.locked else "a possible change"
    side = "above" if signal.up else "below"
    if signal.kind == "outside":
        return f"That is {side} the usual range of {usual_range(chart, share=share)}: {chance}."
    if signal.kind == "one side":
        return f"The last {len(signal.points)} {points} are all {side} the usual {mean}: {lasting}."
    if signal.kind == "trend":
        way = "risen" if signal.up else "fallen"
        return f"It has {way} over {len(signal.points)} {points} in a row: {lasting}."
    end = "top" if signal.up else "bottom"
    return f"Two of the last three {points} are near the {end} of the usual range: an early sign of change."


def usual_range(chart: Xmr, *, share: bool) -> str:
    """Return the usual range as "62% to 100%", or an empty string where there is none."""
    if chart.lower is None or chart.upper is None:
        return ""
    if share:
        return f"{shown(chart.lower, share=True)} to {shown(chart.upper, share=True)}"
    lower, upper = -int(-chart.lower // 1), int(chart.upper // 1)  # whole complaints inside the range
    return f"{lower} to {upper}" if lower <= upper else f"about {chart.lower:.1f}"


def shown(value: float, *, share: bool) -> str:
    """Return a chart's value as "62%" or "22"."""
    if share:
        whole = round(value)
        return f"{min(max(whole, 1), 99) if 0 < value < 100 else whole}%"
    return number(value) if float(value).is_integer() else number(value, 1)


def latest_share(chart: Xmr, words: str, step_days: int) -> str:
    """Return what the latest point of the standard's chart is, or an empty string where there is none."""
    if not chart.points:
        return ""
    point = chart.points[-1]
    whole = point.whole or 0
    share = f"{point.part} of {count(whole, 'complaint')} due" + (
        f" ({shown(point.value, share=True)})" if whole >= FEW else ""
    )
    verb = "was" if point.part == 1 else "were"
    return f"{SINCE.get(step_days, 'In the last period')}, {share} {verb} {words}."


def latest_count(chart: Xmr, step_days: int) -> str:
    """Return what the latest point of the chart of complaints received is."""
    if not chart.points:
        return ""
    many = int(chart.points[-1].value)
    verb = "was" if many == 1 else "were"
    return f"{SINCE.get(step_days, 'In the last period')}, {count(many, 'complaint')} {verb} received."


def headline(in_standard: Figure, words: str, target: float | None, reading: Reading) -> str:
    """Return the one sentence of the pack: the standard's figure, and whether anything has changed."""
    if not in_standard.denominator:
        return "No complaint fell due in this period. " + (
            "No change can be read from it." if not reading.changed else reading.sentence
        )
    share = f" ({in_standard.shown})" if in_standard.shown.endswith("%") else ""
    aim = f"; the target is {target:.0%}" if target is not None else ""
    what = (
        f"{in_standard.numerator} of {count(in_standard.denominator, 'complaint')} due in this period "
        f"{'was' if in_standard.numerator == 1 else 'were'} {words}{share}{aim}."
    )
    return f"{what} {_verdict(reading)}"


def _verdict(reading: Reading) -> str:
    if reading.word in {"Too early to say", "Nothing to show yet"}:
        return "It is too early to say whether that is usual."
    if reading.word == "Possible change":
        return "That may be a change; the usual range is still on trial."
    return {
        "usual": "No change: that is within the usual range.",
        "concern": "That is a change for the worse.",
        "improvement": "That is a change for the better.",
        "different": "That is a change.",
    }[reading.mark]


def risen(line: ThemeLine) -> str:
    """Return the sentence of a theme that rose."""
    usual = number(line.usual or 0, 0 if float(line.usual or 0).is_integer() else 1)
    return f"{line.name}: {count(len(line.now.cases), 'complaint')} in four weeks; about {usual} is usual."


def how_to_read(chart: Xmr, step_days: int, *, share: bool) -> str:
    """Return what stands under a chart: where its limits come from and what the marks mean."""
    reason = (
        f" Reckoned anew from {day_month(chart.rebase.start)}: {chart.rebase.reason}." if chart.rebase else ""
    )
    if chart.limits is None:
        return f"A usual range appears once there are two points.{reason}"
    points = STEPS.get(step_days, ("period", "periods"))[1]
    base = chart.limits
    since = f"the {base.points} {points} to {long_date(base.last)}"
    kind = "Usual range from" if base.locked else "Usual range on trial, from"
    marks = (
        "Orange diamond: a change for the worse; blue circle: a change for the better."
        if chart.higher_is_better is not None
        else "Square: different from usual. More complaints need not be bad news: more may be logged."
    )
    clipped = " A share cannot leave 0 to 100%." if share and base.upper > 100 else ""
    return f"Grey band: what to expect if nothing changes. {kind} {since}.{clipped}{reason} {marks}"
