"""The text of a first config.yaml: the commented sample with a register of one's own in its place."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from rapidfuzz import fuzz, process

from complaints_sheet.core.fields import FIELDS, NINE_IDS
from complaints_sheet.core.model import Register
from complaints_sheet.core.people import plain_name

MOST_PEOPLE = 300
MOST_DEPARTMENTS = 30
ANOTHER_SPELLING = 86.0  # of 100: how alike a rarer name must be to be taken for the same person's
LIKE_A_HEADING = 60.0
_PLAIN = re.compile(r"[^\W\d_][\w .'’()&/-]*", re.UNICODE)
_WORDS = frozenset({"yes", "no", "true", "false", "on", "off", "null", "y", "n"})


@dataclass(frozen=True, slots=True)
class FirstRegister:
    """What is known of a register when its config is first written; `understood` is None where it was not."""

    path: str  # as config.yaml should have it
    sheets: tuple[str, ...] = ()  # all worksheets of the file
    understood: Register | None = None


def first_config(sample: str, register: FirstRegister) -> str:
    """Return the text of a config for the register: the sample's notes, and nothing of its organisation."""
    understood = register.understood
    bodies = {
        "organisation": _organisation(understood),
        "register": _register(register),
        "columns": _columns(understood),
        "departments": _departments(understood),
        "policy": _policy(understood),
        "calendar": _calendar(),
        "people": _people(understood),
        "roles": _roles(),
        "meeting": _meeting(),
    }
    return "\n\n".join(_with_body(part, bodies) for part in _parts(sample)) + "\n"


def quoted(text: str) -> str:
    """Return text as YAML reads it back, in double quotes only where it needs them."""
    plain = _PLAIN.fullmatch(text) and text == text.strip() and text.casefold() not in _WORDS
    return text if plain and ": " not in text and " #" not in text else json.dumps(text, ensure_ascii=False)


# --- the sample, paragraph by paragraph ------------------------------------------------------------------


def _parts(sample: str) -> list[str]:
    head, *rest = sample.strip().split("\n\n")
    lines = head.splitlines()
    return ["\n".join(["# Settings of complaints_sheet.", *lines[1:]]), *rest]


def _with_body(part: str, bodies: Mapping[str, Sequence[str]]) -> str:
    """Return a paragraph with its notes kept and the settings of its section replaced."""
    lines = part.splitlines()
    for at, line in enumerate(lines):
        found = re.match(r"#?([a-z_]+):(?: |$)", line)
        if found and found[1] in bodies:
            return "\n".join([*lines[:at], *bodies[found[1]]])
    return part


def _organisation(understood: Register | None) -> list[str]:
    orders = {layout.date_order for layout in understood.layouts} if understood else set()
    locale = "en_US" if orders == {"month first"} else "en_GB"
    why = (
        "decides that 3/4/2026 is 3 April"
        if locale == "en_GB"
        else "the register's dates put the month first"
    )
    return [
        "organisation:",
        "  #name: Your organisation",
        "  timezone: Europe/London",
        f"  locale: {locale}                    # {why}",
    ]


def _register(register: FirstRegister) -> list[str]:
    lines = ["register:", f"  path: {quoted(register.path)}"]
    understood = register.understood
    used = [layout.sheet for layout in understood.layouts if layout.sheet] if understood else []
    if used and len(register.sheets) > len(used):
        names = ", ".join(map(quoted, dict.fromkeys(used)))
        shown = names if len(used) == 1 else f"[{names}]"
        return [
            *lines,
            f"  sheet: {shown}       # leave it out to read every worksheet that looks like a register",
        ]
    return [
        *lines,
        "  #sheet: Register      # only this worksheet; else every one that looks like a register",
    ]


def _columns(understood: Register | None) -> list[str]:
    """Return the fields without a column as suggestions, each with the unread heading most like it."""
    missing = [each for each in NINE_IDS if understood and each not in understood.recorded]
    if not understood or not missing:
        return ["#columns:", "#  case_owner: Who is on it", "#  received_on: Came in"]
    extra = list(
        dict.fromkeys(
            " ".join(column.heading.split()) for each in understood.layouts for column in each.extra
        )
    )
    notes = [f"# Headings without a meaning here: {', '.join(extra)}"] if extra else []
    return [*notes, "#columns:", *(f"#  {each}: {_likely(each, extra)}" for each in missing)]


def _likely(field_id: str, extra: Sequence[str]) -> str:
    found = process.extractOne(
        FIELDS[field_id].heading, extra, scorer=fuzz.token_set_ratio, score_cutoff=LIKE_A_HEADING
    )
    return quoted(found[0]) if found else f"…   # the heading of the column for: {FIELDS[field_id].heading}"


def _departments(understood: Register | None) -> list[str]:
    """Return the departments that the register names, switched off: slips among them must go first."""
    found = _counted(understood, "department")[:MOST_DEPARTMENTS]
    if not found:
        return [
            "#departments:",
            "#  - Repairs",
            "#  - Billing",
            "#  - {name: Customer Services, also: [CS, Front desk]}",
        ]
    listed = (f"#  - {quoted(name)}   # {cases} case{'s' * (cases != 1)}" for name, cases in found)
    return [
        "# Found in the register. Leave out what is none, or add it to another as also: [...].",
        "#departments:",
        *listed,
    ]


def _policy(understood: Register | None) -> list[str]:
    departments = _counted(understood, "department")
    example = quoted(departments[0][0]) if departments else "Billing"
    return [
        "policy: customer-issue-reporting",
        "#policy:",
        "#  default: customer-issue-reporting",
        "#  departments:",
        f"#    {example}: customer-contacts",
    ]


def _calendar() -> list[str]:
    return [
        "calendar:",
        "  country: GB",
        "  subdivision: ENG                 # England and Wales; SCT is Scotland, NIR is Northern Ireland",
        "  #closed:",
        "  #  - 2026-12-24: Office closed",
        "  #  - 2026-12-29 to 2026-12-31: Office closed",
    ]


def _people(understood: Register | None) -> list[str]:
    found = _counted(understood, "case_owner")
    listed = [name for name, _ in found[:MOST_PEOPLE]]
    if not listed:
        return [
            "people:",
            "  #- {name: Ann Lee, also: [A. Lee], email: ann.lee@example.org, manager: Bo Day}",
            "  #- {name: Bo Day, email: bo.day@example.org, title: Head of Repairs}",
        ]
    departments = _usual_departments(understood)
    lines = [
        _person(name, cases, departments.get(plain_name(name), ""), _same_person(name, listed[:at]))
        for at, (name, cases) in enumerate(found[:MOST_PEOPLE])
    ]
    left_out = [f"  # … and {len(found) - MOST_PEOPLE} more"] if len(found) > MOST_PEOPLE else []
    head = "# Found in the register. Put in each address after email: and delete the # in front of the line."
    return [head, "people:", *lines, *left_out]


def _person(name: str, cases: int, department: str, same: str) -> str:
    where = f", department: {quoted(department)}" if department else ""
    note = f"{cases} case{'s' * (cases != 1)}"
    perhaps = f'; perhaps {same}: then add it to their "also" instead' if same else ""
    return f"  #- {{name: {quoted(name)}, email: {where}}}   # {note}{perhaps}"


def _roles() -> list[str]:
    return [
        "#roles:",
        "#  coordinator: Ann Lee           # hears what nobody else can act on",
        "#  director: Bo Day               # approves, and hears what is referred",
        "#  senior_management: [Bo Day]    # read the pack",
        "#  wider_team: [everyone@example.org]   # asked for comments on proposals",
    ]


def _meeting() -> list[str]:
    return [
        "#meeting:",
        "#  first: 2026-01-06                # any one of them; the rhythm counts from it",
        "#  every: 2 weeks",
        '#  at: "14:00"',
        "#  pack_before: 2 working days      # when the pack is written",
        '#  pack_at: "07:00"',
    ]


# --- what the register says of its people ----------------------------------------------------------------


def _counted(understood: Register | None, field_id: str) -> list[tuple[str, int]]:
    """Return the texts of a field in their usual spelling and their number of cases, most frequent first."""
    spelt: dict[str, Counter[str]] = {}
    for case in understood.cases if understood else ():
        text = " ".join(case.text(field_id).split())
        if plain_name(text):
            spelt.setdefault(plain_name(text), Counter())[text] += 1
    found = [(spellings.most_common(1)[0][0], spellings.total()) for spellings in spelt.values()]
    return sorted(found, key=lambda each: (-each[1], each[0].casefold()))


def _usual_departments(understood: Register | None) -> dict[str, str]:
    """Return, for each owner's folded name, the department of most of their cases."""
    pairs = Counter(
        (plain_name(case.text("case_owner")), " ".join(case.text("department").split()))
        for case in (understood.cases if understood else ())
        if case.text("department")
    )
    usual: dict[str, str] = {}
    for (owner, department), _ in pairs.most_common():
        usual.setdefault(owner, department)
    return usual


def _same_person(name: str, commoner: Iterable[str]) -> str:
    """Return the commoner name that this one may be another spelling of, or an empty string."""
    found = process.extractOne(plain_name(name), list(commoner), scorer=_alike, score_cutoff=ANOTHER_SPELLING)
    return found[0] if found else ""


def _alike(name: str, other: str, **_: object) -> float:
    full = plain_name(other)
    if set(name.split()) < set(full.split()):
        return 100.0
    return max(SequenceMatcher(None, name, full).ratio() * 100, fuzz.token_sort_ratio(name, full))
