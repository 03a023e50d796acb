"""What each figure means, in the words that are printed in the pack."""

from complaints_sheet.core.wording import clock_time, long_date
from complaints_sheet.pack.briefing import Briefing


def definitions(briefing: Briefing) -> tuple[tuple[str, str], ...]:
    """Return each figure's name and its meaning, in the order of the pack."""
    measures, standard = briefing.measures, briefing.options.standard
    as_at = f"{long_date(measures.as_of.date())}, {clock_time(measures.as_of)}"
    return (
        (
            "Period",
            f"{long_date(measures.period.start)} to {long_date(measures.period.end)}, both included. As at "
            f"{as_at}.",
        ),
        ("Working day", "Monday to Friday, less bank holidays and our own closed days."),
        (
            "Received",
            "Rows whose date received lies in the period. Rows without a date are in register health.",
        ),
        (
            standard.label,
            "Of the complaints that fell due in the period, those that met the standard. Still open past "
            "the due "
            "day counts as missed. What cannot be judged is in neither number, and is counted beside them.",
        ),
        (
            "Median working days to follow up",
            "From received to followed up, over those followed up in the period.",
        ),
        ("Open past the standard", "Past the due day, and not resolved, at the as-at moment."),
        (
            "Open too long",
            "Followed up, or not due to be, yet still open after the number of days the standard allows.",
        ),
        (
            "Opening, closing",
            "Not resolved at the start and at the end of the period. Closed: resolved, dated by the day "
            "closed, else "
            "resolved, else followed up, else first seen as resolved.",
        ),
        *_FIXED,
    )


_FIXED = (
    (
        "Resolved at first contact",
        "Followed up on the day received and resolved, of those received in the period.",
    ),
    (
        "Satisfied",
        "Very or fairly satisfied (4 or 5 of 5, or yes), of those who answered, over 12 weeks. No "
        "percentage "
        "under 10 answers.",
    ),
    (
        "Goodwill, cost of failure",
        "The sum of the amounts above 0 over the cases followed up in the period.",
    ),
    ("Service failures", "Marked yes, of those received in the period; a blank is not counted as no."),
    ("Targets, published figures", "Entered by us. One period beside a target is no change by itself."),
    (
        "Risen theme",
        "5 or more in four weeks, and more than twice the mean of the six four-week blocks before.",
    ),
    ("Possible repeats", "The same customer name twice or more in 90 days. Names are not identities."),
    (
        "Usual range",
        "Mean ± 2.66 times the mean moving range of the first 12 points, leaving out moving ranges "
        "above 3.267 "
        "times their mean. Fewer than 12 points: on trial. A change is: a point outside the range; 7 in "
        "a row on "
        "one side of the mean; 7 in a row rising or falling; 2 of 3 beyond two thirds of the way to one "
        "limit.",
    ),
    (
        "Quality check",
        "A tenth of the cases closed in its period, at least 5, drawn by chance so that it can be repeated. "
        "Passed: every question has an answer and none is no. Cases not checked yet are in neither number.",
    ),
    (
        "Possibly recurring",
        "3 or more complaints of the last half year whose telling words are alike (75 of 100 by "
        "rapidfuzz's token set ratio). Alike in words need not mean of one cause.",
    ),
    (
        "Register health",
        "Gaps and contradictions among the rows received, followed up or closed in the period, and the "
        "open ones.",
    ),
)
