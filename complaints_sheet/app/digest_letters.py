"""Drafts of letters that go with an owner's digest, for the cases it lists; where the config asks for it."""

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from complaints_sheet.app.judged import judging_of
from complaints_sheet.app.letters import WORD, desk_of, drafted, enclosed
from complaints_sheet.app.workplace import Workplace
from complaints_sheet.core.findings import case_mark, ordinals
from complaints_sheet.core.letters import Desk, letter_file, letters_due
from complaints_sheet.core.messages import Attachment
from complaints_sheet.core.model import Case
from complaints_sheet.core.notice import Notice
from complaints_sheet.core.wording import count, listing

if TYPE_CHECKING:
    from complaints_sheet.drafts import Draft

MOST_CASES = 10  # a mail must stay small enough to arrive
EMAIL = "application/octet-stream"  # as message/rfc822 it would open as a mail received, not as a draft


def with_letters(work: Workplace, notice: Notice) -> tuple[Notice, tuple[Attachment, ...]]:
    """Return the notice with a word about its drafts, and the drafts that its cases ask for as files."""
    if notice.kind != "owner digest" or not work.config.letters.attach:
        return notice, ()
    found = [(case, made) for case, desk in _cases(work, notice) for made in _due(work, case, desk)]
    if not found:
        return notice, ()
    files = tuple(file for _, made in found for file in _files(work, made))
    names = listing(dict.fromkeys(case.name for case, _ in found))
    said = f"Attached: {count(len(found), 'draft')} of letters to customers, for {names}. None was sent."
    return replace(notice, asides=(*notice.asides, said)), files


def _cases(work: Workplace, notice: Notice) -> Iterator[tuple[Case, Desk]]:
    """Yield the first cases that the digest lists, with what letters about each are drafted with."""
    listed = {entry.key: None for section in notice.sections for entry in section.entries}
    wanted = set(list(listed)[:MOST_CASES])
    for register, judgement in zip(work.config.registers, work.judgements, strict=True):
        numbers = ordinals(judgement.register.cases)
        policies = judging_of(work.config, register).policies
        for case in judgement.register.cases:
            if case_mark(case, numbers.get(case, 1)) in wanted:
                yield case, desk_of(work.config, policies.policies_for(case), work.calendar, work.moment)


def _due(work: Workplace, case: Case, desk: Desk) -> "Iterator[Draft]":
    for kind in letters_due(case, desk):
        yield drafted(kind, case, desk, work.config, name_customer=work.config.mail.customer_names)


def _files(work: Workplace, made: "Draft") -> Iterator[Attachment]:
    from complaints_sheet.drafts import as_email, as_word

    today = work.moment.date()
    enclosures = enclosed(work.config) if made.kind == "acknowledgement" else ()
    yield Attachment(letter_file(made.kind, made.case, today, ".eml"), EMAIL, as_email(made, enclosures))
    yield Attachment(
        letter_file(made.kind, made.case, today, ".docx"), WORD, as_word(made, work.config.brand)
    )
