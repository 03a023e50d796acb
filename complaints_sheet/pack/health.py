"""Can the figures be trusted: the gaps and contradictions of the register itself."""

from dataclasses import dataclass

from complaints_sheet.core.meetings import Period
from complaints_sheet.pack.figure import Figure, not_recorded, number_of
from complaints_sheet.pack.frame import Frame, Mask

NEEDED = {
    "case_owner": "no case owner",
    "department": "no department",
    "received_on": "no readable date received",
    "customer_name": "no customer name",
    "issue": "no issue",
}


@dataclass(frozen=True, slots=True)
class Health:
    """The register's health over the rows of the period and the open ones; `lines` by kind of gap."""

    rows: Figure
    lines: tuple[Figure, ...]
    with_gaps: Figure
    by_department: tuple[tuple[str, Figure, Figure], ...]  # department, rows with gaps, rows; worst first


def health(frame: Frame, period: Period) -> Health:
    """Return how many rows of the period, and open ones, lack something or contradict themselves."""
    table = frame.table
    touched = (
        frame.within("received", period) | frame.within("followed", period) | frame.within("closed", period)
    )
    scope = touched | table["open"]
    kinds = _kinds(frame, scope)
    any_gap = scope & False
    for _, which in kinds.values():
        any_gap |= scope & which
    lines = [
        number_of(f"health-{key}", label, frame.names(scope & which)) for key, (label, which) in kinds.items()
    ]
    return Health(
        number_of("health-rows", "Rows checked", frame.names(scope)),
        (*lines, *_not_checked(frame)),
        number_of("health-gaps", "Rows with a gap", frame.names(any_gap)),
        _by_department(frame, scope, any_gap),
    )


def _kinds(frame: Frame, scope: Mask) -> dict[str, tuple[str, Mask]]:
    table = frame.table
    kinds = {
        field: (label, _lacks(frame, field, scope))
        for field, label in NEEDED.items()
        if field in frame.recorded
    }
    both = (table["received"] > 0) & (table["followed"] > 0)
    kinds["no-follow-up"] = ("resolved, but no date followed up", ~table["open"] & (table["followed"] == 0))
    if "resolution" in frame.recorded:
        kinds["no-resolution"] = (
            "resolved, but no resolution written",
            ~table["open"] & _lacks(frame, "resolution", scope),
        )
    kinds["order"] = ("followed up before it was received", both & (table["followed"] < table["received"]))
    kinds["future"] = ("a date in the future", frame.flags("date-in-future"))
    if "unknown-owner" not in frame.not_run:
        kinds["unknown-owner"] = ("an owner who is not in the directory", frame.flags("unknown-owner"))
    return kinds


def _not_checked(frame: Frame) -> tuple[Figure, ...]:
    return tuple(
        not_recorded(f"health-{field}", label, field)
        for field, label in NEEDED.items()
        if field not in frame.recorded
    )


def _lacks(frame: Frame, field: str, scope: Mask) -> Mask:
    """Return which cases of the scope have nothing in a field; the others are not looked at."""
    return frame.mask(at for at in frame.positions(scope) if field not in frame.cases[at].values)


def _by_department(frame: Frame, scope: Mask, gaps: Mask) -> tuple[tuple[str, Figure, Figure], ...]:
    departments = frame.table["department"]
    many = [str(name) for name in departments[scope].unique()]
    of_each = [(name, scope & (departments == name)) for name in many]
    found = [(name, frame.names(gaps & rows), frame.names(rows)) for name, rows in of_each]
    found.sort(key=lambda each: (-len(each[1]), each[0]))
    return tuple(
        (
            name,
            number_of(f"health-department-{at}", f"{name}, rows with a gap", bad),
            number_of(f"health-department-{at}-rows", f"{name}, rows checked", rows),
        )
        for at, (name, bad, rows) in enumerate(found, 1)
    )
