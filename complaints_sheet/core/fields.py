"""The fields a register may have: the nine of every register, and the optional ones (design, section 3)."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias

from complaints_sheet.core.headings import ALSO, PERHAPS

Kind: TypeAlias = Literal["text", "name", "date", "yes_no", "money", "listed"]


@dataclass(frozen=True, slots=True)
class Field:
    """One field: its id (a contract), what its cells hold, and the heading people should type for it.

    `also` are other headings that mean the same, `perhaps` those that may. `listed` maps each allowed value
    to its other spellings.
    """

    id: str
    kind: Kind
    heading: str
    also: tuple[str, ...] = ()
    listed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    perhaps: tuple[str, ...] = ()


NINE = (
    Field("case_owner", "name", "Case Owner"),
    Field("department", "name", "Department"),
    Field("received_on", "date", "Date received"),
    Field("followed_up_on", "date", "Date followed-up with customer"),
    Field("resolved", "yes_no", "Resolved and followed up (Y/N)"),
    Field("customer_name", "name", "Customer Name"),
    Field("issue", "text", "Issue"),
    Field("resolution", "text", "Resolution"),
    Field("improvement_idea", "text", "Proposed Improvement Idea"),
)

_FIVE_POINT = {
    "very satisfied": ("5", "very happy"),
    "fairly satisfied": ("4", "satisfied", "happy"),
    "neither": ("3", "neutral"),
    "fairly dissatisfied": ("2", "dissatisfied", "unhappy"),
    "very dissatisfied": ("1", "very unhappy"),
    "yes": ("y",),
    "no": ("n",),
}

OPTIONAL = (
    Field("case_ref", "text", "Reference"),
    Field(
        "channel",
        "listed",
        "Channel",
        listed={
            "phone": ("telephone", "call", "by phone", "tel"),
            "live chat": ("chat", "webchat", "web chat"),
            "email": ("e-mail", "mail", "by email"),
            "online form": ("online", "web", "website", "web form", "form", "on-line"),
            "in person": ("face to face", "visit", "walk-in", "in-person"),
            "letter": ("post", "by post"),
            "social media": ("social", "facebook", "twitter", "x", "instagram"),
            "leaflet": (),
        },
    ),
    Field(
        "contact_type",
        "listed",
        "Contact type",
        listed={
            "question": ("request", "question or request", "questions or requests", "enquiry", "query"),
            "information": ("info",),
            "feedback": ("comment", "suggestion"),
            "dissatisfaction": ("feedback or dissatisfaction",),
            "compliment": ("compliments", "praise"),
            "complaint": ("complaints", "formal complaint"),
        },
    ),
    Field("formal", "yes_no", "Formal (Y/N)"),
    Field("complex", "yes_no", "Complex (Y/N)"),
    Field("passed_to", "text", "Passed to"),
    Field("acknowledged_on", "date", "Date acknowledged"),
    Field("responded_on", "date", "Date responded"),
    Field("resolved_on", "date", "Date resolved"),
    Field("closed_on", "date", "Date closed"),
    Field(
        "stage",
        "listed",
        "Stage",
        listed={
            "assessment": ("triage", "stage 0"),
            "stage 1": ("1", "s1", "stage one"),
            "stage 2": ("2", "s2", "stage two"),
            "stage 3": ("3", "s3", "stage three", "appeal"),
            "stage 4": ("4", "s4", "stage four", "ombudsman"),
        },
    ),
    Field("escalated_on", "date", "Date escalated"),
    Field("appeal_received_on", "date", "Date appeal received"),
    Field("promised_on", "date", "Date promised to customer"),
    Field("extension_told_on", "date", "Date customer told of extension"),
    Field("extension_reason", "text", "Reason for extension"),
    Field("paused_from", "date", "Paused from"),
    Field("paused_until", "date", "Paused until"),
    Field("pause_decided_by", "name", "Pause decided by"),
    Field("last_contact_on", "date", "Date of last contact"),
    Field("contact_log", "text", "Contact log"),
    Field("confirmed_by", "name", "Confirmed by"),
    Field("confirmed_on", "date", "Date confirmed"),
    Field("handled_fairly", "listed", "Handled fairly?", listed=_FIVE_POINT),
    Field("happy_with_outcome", "listed", "Happy with outcome?", listed=_FIVE_POINT),
    Field(
        "goodwill_kind",
        "listed",
        "Goodwill kind",
        listed={
            "apology": ("sorry",),
            "gift": (),
            "voucher": (),
            "payment": ("cash", "refund", "compensation"),
            "other": (),
        },
    ),
    Field("goodwill_amount", "money", "Goodwill £"),
    Field("failure_cost", "money", "Cost of failure £"),
    Field("theme", "text", "Theme"),
    Field("root_cause", "text", "Root cause"),
    Field("lesson", "text", "Lesson learnt"),
    Field("training_need", "text", "Training need"),
    Field("representative", "name", "Representative"),
    Field("consent_on", "date", "Date consent given"),
    Field("language", "text", "Language needed"),
    Field("closing_reason", "text", "Reason for closing"),
    Field(
        "upheld",
        "listed",
        "Upheld",
        listed={
            "upheld": ("yes", "y", "fully upheld"),
            "partly upheld": ("partial", "part", "partially upheld", "part upheld"),
            "not upheld": ("no", "n", "rejected"),
        },
    ),
    Field("category", "text", "Category"),
    Field("risk", "text", "Legal or financial risk"),
    Field("service_failure", "yes_no", "Service failure (Y/N)"),
    Field("person_complained_about", "name", "Person complained about"),
    Field("converted_on", "date", "Date became formal"),
    Field("passed_on", "date", "Date passed on"),
    Field("investigated_on", "date", "Date investigated"),
    Field("lessons_on", "date", "Date of lessons review"),
    Field("holding_reply_on", "date", "Date of holding reply"),
    Field("extended_to", "date", "Extended to"),
    Field("resolution_accepted_on", "date", "Date resolution accepted"),
    Field("written_response_on", "date", "Date of written response"),
    Field("director_followed_up_on", "date", "Date director followed up"),
    Field("stage_2_owner", "name", "Stage 2 owner"),
    Field("stage_2_acknowledged_on", "date", "Date stage 2 acknowledged"),
    Field("stage_2_responded_on", "date", "Date stage 2 responded"),
    Field("appeal_panel_on", "date", "Date of appeal panel"),
    Field("snooze_until", "date", "Snooze until"),
    Field("checked", "text", "Checked"),
)

FIELDS: Mapping[str, Field] = {
    each.id: replace(each, also=ALSO.get(each.id, ()), perhaps=PERHAPS.get(each.id, ()))
    for each in (*NINE, *OPTIONAL)
}
NINE_IDS = tuple(each.id for each in NINE)
DATE_IDS = tuple(each.id for each in FIELDS.values() if each.kind == "date")
