"""Larger registers for the tests of the pack, a rich year and a hostile one, and every edition of them."""

import random
from collections.abc import Mapping
from datetime import date, time, timedelta

from complaints_sheet.core.editions import EDITIONS
from complaints_sheet.core.limits import limit_from
from complaints_sheet.core.model import Judgement
from complaints_sheet.core.policy import Clock, Policy, Report, Retention, Review
from complaints_sheet.core.quality import QUESTIONS, Checked, QualityCheck
from complaints_sheet.pack.beside import Beside
from complaints_sheet.pack.blocks import Pack
from complaints_sheet.pack.editions import MAKERS
from complaints_sheet.pack.options import PackOptions, Standard
from tests.pack_by_hand import CALENDAR, PERIOD, Sheet, nov, pounds

STANDARD = Standard("follow-up", "followed up within 5 working days", 0.9)
CUSTOMER, OWNER = "Wilhelmina Quillfeather", "Tom Ashworth"
PLANTED = ("Wilhelmina", "Quillfeather", "Ashworth", "Amira")
HOSTILE = (
    "\U0001f600 \x0bbell\x07 \ud83d \u202eright to left\u202c 漢字 <script>alert(1)</script> "
    "{{ 7*7 }} {{7*7}} {% raw %} #eval(1) \\input $x$ `code` ]]> &amp; "
)
FORMULA = "=cmd|' /C calc'!A0"
RICH = (
    "theme", "channel", "contact_type", "handled_fairly", "happy_with_outcome", "goodwill_kind",
    "goodwill_amount", "failure_cost", "root_cause", "lesson", "training_need", "upheld", "acknowledged_on",
)  # fmt: skip
ISSUES = (
    "Operative did not turn up for the booked visit",
    "Charged twice for the same garage, refund not paid",
    "Nobody rang back about the broken intercom",
    "Stairwell not cleaned for three weeks",
    "Portal would not take the photo of the damp",
)


ENDINGS = ("again", "second time", "since Monday", "at noon")


def rich_year() -> Sheet:
    """Return a year of invented cases with every column that an edition looks at, and planted names."""
    chance = random.Random(7)
    sheet = Sheet(*RICH)
    for number in range(380):
        day = nov(22) - timedelta(days=number)
        done = number > 20 or chance.random() < 0.4
        followed = min(day + timedelta(days=chance.choice((1, 2, 3, 5, 6, 9))), nov(22))
        pick = chance.randrange(len(ISSUES))
        sheet.add(
            f"R{number:03}", day, followed if done else None, done,
            department=chance.choice(("Repairs", "Repairs", "Lettings", "Billing", "Estates")),
            issue=f"{ISSUES[pick]}, {chance.choice(ENDINGS)}",
            theme=("Missed appointment", "Wrong charge", "Not called back", "Cleaning", "Portal")[pick],
            channel=chance.choice(("phone", "phone", "email", "letter")),
            contact_type=chance.choice(("complaint", "complaint", "dissatisfaction", "compliment")),
            handled_fairly=chance.choice(("very satisfied", "fairly satisfied", "")) if done else "",
            happy_with_outcome=chance.choice(("fairly satisfied", "neither", "")) if done else "",
            goodwill_kind=chance.choice(("", "", "", "apology", "voucher")),
            goodwill_amount=pounds("25") if chance.random() < 0.1 else None,
            failure_cost=pounds("80") if chance.random() < 0.2 else None,
            root_cause=chance.choice(("", "No reminder to the operative", "Old price list")),
            lesson=chance.choice(("", "none", "Ring before the visit")) if done else "",
            training_need=chance.choice(("", "", "Reading the price list", "Booking system")),
            upheld=chance.choice(("upheld", "partly upheld", "not upheld")) if done else "",
            acknowledged_on=day if chance.random() < 0.8 else None,
        )  # fmt: skip
    return sheet.add(
        "R998", nov(9), nov(10), True, customer_name=CUSTOMER, case_owner=OWNER,
        issue=f"Mrs Quillfeather says {OWNER} never rang", resolution=f"Rang {CUSTOMER}",
        improvement_idea="Ring Wilhelmina back the same day", lesson="Ashworth now rings Mrs Quillfeather",
        training_need="Telephone manner",
    ).add(
        "R999", nov(12), customer_name=CUSTOMER, case_owner=OWNER, issue="Quillfeather waits for Ashworth",
        improvement_idea="Tell Mrs Quillfeather when Tom is late",
    )  # fmt: skip


def hostile_register() -> Sheet:
    """Return a register whose every cell tries to be something else than text."""
    sheet = Sheet(*RICH)
    for number in range(6):
        sheet.add(
            f"H{number}", nov(9 + number), nov(12 + number) if number % 2 else None, bool(number % 2),
            issue=HOSTILE + "long " * 1000, resolution=HOSTILE, department=FORMULA if number else "x" * 5000,
            theme=HOSTILE if number else FORMULA, case_owner=HOSTILE, customer_name="Planted Customername",
            improvement_idea=f"{FORMULA} {HOSTILE} for Planted Customername", lesson=FORMULA + HOSTILE,
            training_need=HOSTILE if number else FORMULA, root_cause=FORMULA,
        )  # fmt: skip
    return sheet


POLICY = Policy(
    id="by-hand",
    version="2026-04-01",
    title="Complaints procedure",
    sources=(),
    clocks=(Clock("follow-up", "Follow up", limit_from("5 working days"), stops=("followed_up_on",)),),
    review=Review(issued=date(2025, 4, 1), every=limit_from("1 year"), clause="9"),
    reports=(Report("quarterly", "Report to the board", "quarter", "the board"),),
    retention=Retention(limit_from("3 years"), ("followed_up_on",)),
)
ALL_YES = dict.fromkeys(QUESTIONS, "yes")
CHECK = QualityCheck(
    date(2026, 10, 26),
    nov(8),
    5,
    (
        Checked("R015", ALL_YES),  # type: ignore[arg-type]
        Checked(
            "R016",
            {**ALL_YES, "asked": "no"},
            (),
            "Tom Ashworth to ask Customer R016",
            OWNER,
            "1 December",
        ),  # type: ignore[arg-type]
        Checked("R017", ALL_YES | {"acknowledged": "not applicable"}),  # type: ignore[arg-type]
        Checked("R998", {**ALL_YES, "in-time": "no"}, (), "Ring Mrs Quillfeather back", OWNER, "30 November"),  # type: ignore[arg-type]
        Checked("R019", {}, ("acknowledged",)),
    ),
)
BESIDE = Beside(nov(24), time(14), policies=(POLICY,), checks=(CHECK,))


def one_edition(edition: str, judgement: Judgement, **options: object) -> Pack:
    """Return one edition of a register over its own number of days."""
    choices = PackOptions("Example Homes", STANDARD, version="0.1.0", **options)  # type: ignore[arg-type]
    days = EDITIONS[edition].days  # type: ignore[index]
    period = PERIOD.back(days) if days else PERIOD
    return MAKERS[edition]([judgement], period, CALENDAR, choices, BESIDE)


def every_edition(judgement: Judgement, **options: object) -> Mapping[str, Pack]:
    """Return each edition of one register, by its id."""
    return {edition: one_edition(edition, judgement, **options) for edition in EDITIONS}
