"""From the facts of a letter to a draft that opens ready to edit: an e-mail (.eml) and a Word document."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from io import BytesIO
from pathlib import Path

from complaints_sheet.core.brand import Brand
from complaints_sheet.core.letters import LetterFacts
from complaints_sheet.core.messages import Attachment, clean_header
from complaints_sheet.core.wording import full_date
from complaints_sheet.errors import ConfigError
from complaints_sheet.render import page, plain

SUBJECT = "Subject:"
BEFORE = "BEFORE YOU SEND THIS (then delete these lines):"
_NOT_IN_A_DOCUMENT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Draft:
    """A letter in words: its subject, its paragraphs as lines, and what must be seen before it goes."""

    kind: str
    case: str
    subject: str
    paragraphs: tuple[tuple[str, ...], ...]
    before_sending: tuple[str, ...]
    html: str

    @property
    def text(self) -> str:
        """Return the draft as plain text, with what must be seen first above it."""
        notes = [BEFORE, *(f"- {each}" for each in self.before_sending), ""] if self.before_sending else []
        body = "\n\n".join("\n".join(lines) for lines in self.paragraphs)
        return "\n".join([*notes, body, ""])


def draft(
    facts: LetterFacts,
    *,
    folders: Sequence[Path] = (),
    language: str = "en-GB",
    direction: str = "ltr",
) -> Draft:
    """Return the letter in words, from the templates in `folders` or those that come with the program.

    Raises ConfigError for a broken template, or one whose first line is no subject.
    """
    template = f"letters/{facts.kind}.txt"
    first, _, rest = plain(template, _values(facts), folders).lstrip().partition("\n")
    if not first.startswith(SUBJECT):
        raise ConfigError(
            f"The first line of the template {template} is not a subject.",
            f'Begin it with "{SUBJECT}" and the words of the subject.',
        )
    subject = clean_header(first.removeprefix(SUBJECT).strip())
    paragraphs = _paragraphs(rest)
    html = page(
        "letters/letter.html",
        {
            "language": language,
            "direction": direction,
            "subject": subject,
            "paragraphs": paragraphs,
            "before_sending": facts.before_sending,
        },
        folders,
    )
    return Draft(facts.kind, facts.case, subject, paragraphs, facts.before_sending, html)


def _values(facts: LetterFacts) -> Mapping[str, object]:
    """Return everything that the templates of letters may print, as plain values."""
    return {
        "case": facts.case,
        "customer": facts.customer,
        "issue": facts.issue,
        "resolution": facts.resolution,
        "handler": facts.handler,
        "title": facts.title,
        "received": full_date(facts.received) if facts.received else "",
        "by": facts.by,
        "old_date": facts.old_date,
        "reason": facts.reason,
        "windows": facts.windows,
        "ombudsman": facts.ombudsman,
        "has_ombudsman": not facts.ombudsman.startswith("["),
        "enclosures": facts.office.enclosures,
        "contact": facts.office.contact or "[telephone, e-mail or address]",
        "writer": facts.writer,
        "organisation": facts.office.name,
        "today": full_date(facts.today),
    }


def _paragraphs(text: str) -> tuple[tuple[str, ...], ...]:
    """Return the paragraphs between blank lines, each as its lines."""
    found = re.split(r"\n[ \t]*\n", text.replace("\r\n", "\n").strip())
    return tuple(tuple(line.rstrip() for line in each.split("\n")) for each in found if each.strip())


# --- files -----------------------------------------------------------------------------------------------


def as_email(made: Draft, files: Sequence[Attachment] = ()) -> bytes:
    """Return the draft as an e-mail that opens unsent, with nobody in To: its writer puts the address in."""
    mime = EmailMessage(policy=SMTP)
    mime["Subject"] = made.subject
    mime["X-Unsent"] = "1"  # Outlook then opens it for writing instead of reading
    mime.set_content(_clean(made.text), cte="quoted-printable")
    mime.add_alternative(_clean(made.html), subtype="html", cte="quoted-printable")
    for each in files:
        main, _, sub = each.media_type.partition("/")
        mime.add_attachment(each.content, main, sub, filename=clean_header(each.name))
    return mime.as_bytes()


def as_word(made: Draft, brand: Brand) -> bytes:
    """Return the draft as a Word document."""
    from docx import Document
    from docx.shared import Pt, RGBColor

    document = Document()
    style = document.styles["Normal"]
    style.font.name, style.font.size = "Calibri", Pt(11)
    document.core_properties.title, document.core_properties.author = _clean(made.subject), brand.name
    accent = RGBColor.from_string(brand.accent[1:].upper())
    if made.before_sending:
        head = document.add_paragraph().add_run(BEFORE)
        head.bold, head.font.color.rgb = True, accent
        for each in made.before_sending:
            document.add_paragraph(style="List Bullet").add_run(_clean(each)).font.color.rgb = accent
    title = document.add_paragraph().add_run(_clean(made.subject))
    title.bold, title.font.size = True, Pt(13)
    title.font.color.rgb = RGBColor.from_string(brand.main[1:].upper())
    for lines in made.paragraphs:
        document.add_paragraph(_clean("\n".join(lines)))
    content = BytesIO()
    document.save(content)
    return content.getvalue()


def _clean(text: str) -> str:
    return _NOT_IN_A_DOCUMENT.sub("", text)
