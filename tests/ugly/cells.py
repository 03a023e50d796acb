"""Yes and no, money, names and texts as people type them, each with its truth."""

import random
from decimal import Decimal

from tests.ugly.truth import Expected, Fault, Formula, Rich

YES = ("Y", "Yes", "yes", "YES", "y", "Yes ", "Y\u00a0", "✓", "✔", "Yes.", True)
NO = ("N", "No", "no", "NO", "n", "No ", "\u00a0N", "No.", False)
YES_MAYBE = (1, "1", "Y - 3/4", "Done", "x", "Y (phoned)", "Yes - by email")
NO_MAYBE = (0, "0", "N (chased)", "No - waiting for parts", "Not yet")
NEITHER = ("partly", "?", "TBC", "see email", "maybe", "ongoing", "Y/N", "Yes and no")


def yes_no(yes: bool, rng: random.Random, tidy: float) -> tuple[object, Expected]:
    """Return a yes or a no in some spelling; `tidy` is the share of plain Y and N."""
    if rng.random() < tidy:
        return ("Y" if yes else "N"), Expected("yes or no", "must", yes)
    draw = rng.random()
    if draw < 0.75:
        return rng.choice(YES if yes else NO), Expected("yes or no", "must", yes)
    if draw < 0.9:
        return rng.choice(YES_MAYBE if yes else NO_MAYBE), Expected("yes or no", "may", yes)
    return rng.choice(NEITHER), Expected("placeholder or unreadable", "problem")


def money(pence: int, locale: str, rng: random.Random) -> tuple[object, Expected]:
    """Return an amount as typed in this country, with its value as (amount, currency or "")."""
    amount = Decimal(pence) / 100
    draw = rng.random()
    if draw < 0.2:
        return float(amount), Expected("money", "must", (amount, ""))
    if draw < 0.22:
        return f"-£{amount:,.2f}", Expected("money", "must", (-amount, "GBP"))
    if draw < 0.28:
        return rng.choice(("tbc", "?", "see letter")), Expected("placeholder or unreadable", "problem")
    if draw < 0.36:
        return _with_good_will(amount, rng)
    text, currency = _typed(amount, locale, rng)
    return text, Expected("money", "must", (amount, currency))


def _with_good_will(amount: Decimal, rng: random.Random) -> tuple[object, Expected]:
    pounds = Decimal(int(amount) or 1)
    text, value = rng.choice(
        ((f"{pounds} pounds", pounds), (f"(£{amount:.2f})", -amount), (f"£{pounds} voucher", pounds))
    )
    return text, Expected("money", "may", (value, ""))


def _typed(amount: Decimal, locale: str, rng: random.Random) -> tuple[str, str]:
    english = f"{amount:,.2f}"
    continental = english.translate(str.maketrans(",.", ".,"))
    if locale in {"de_DE", "nl_NL"}:
        return rng.choice((f"{continental} €", f"€ {continental}", f"{continental}\u00a0€")), "EUR"
    if locale == "fr_FR":
        return f"{english.replace(',', chr(0x202F)).replace('.', ',')} €", "EUR"
    if locale == "en_IE":
        return f"€{english}", "EUR"
    if locale == "en_US":
        return rng.choice((f"${english}", f"$ {english}")), "USD"
    if locale == "en_GB":
        return rng.choice((f"£{english}", f"£ {english}", f"£{amount:.2f}", f"GBP {english}")), "GBP"
    return english, ""


OWNERS = (
    "Amira Khan",
    "Tom Ashworth",
    "Beth Holroyd",
    "Siobhan O'Dowd",
    "Callum Reid",
    "Zofia Nowak",
    "Peter Lau",
)
DEPARTMENTS = ("Repairs", "Estates", "Lettings", "Customer Services", "Billing", "Digital")
CUSTOMERS = (
    "Priya Shah",
    "George Frost",
    "Maya O’Brien",
    "José Álvarez",
    "Hana Gill",
    "Łukasz Dąbrowski",
    "Vera Doyle",
    "Kofi Mensah",
    "Mrs. J. Smith-Jones",
    "Lena Walsh",
    "Umar Iqbal",
    "Dr Quinn Lewis",
    "Anne-Marie d’Arcy",
    "SHAH, Priya",
    "Zoë Frost",
    "Mr & Mrs Gill",
    "Åsa Öberg",
)
ISSUES = (
    "Boiler losing pressure every few days",
    "Stairwell not cleaned for three weeks",
    "Promised a call back, chased twice",
    "Charged twice in May",
    "Plumber did not turn up",
    "Portal will not accept photos",
    "Letter sent to the old address",
    "Adviser ended the call early",
    "Deposit not returned",
    "Lift out of order since Tuesday",
    "Bins missed twice",
    "Wrong opening hours on the web page",
    "Leak under the sink, third visit",
    "No answer to two emails",
    "Key fob stopped working",
)
RESOLUTIONS = (
    "Apologised and rebooked",
    "Refund paid",
    "Letter withdrawn",
    "Called back the same day",
    "Part ordered and fitted",
    "Cleaned next morning",
    "Explained by phone",
    "Record corrected",
)
IDEAS = (
    "Text the customer when running late",
    "One call-back list for everybody",
    "Check block codes before the bills go out",
    "Bigger photos in the portal",
)

NAME_WORDS = ("Null", "None", "NA", "nan", "N/A", "-", "TBC")


def plain_text(text: str) -> tuple[object, Expected]:
    """Return a text as it is."""
    return text, Expected("text", "must", text)


def spoilt_text(
    text: str, rng: random.Random, letters: str, unwritable: tuple[type, ...]
) -> tuple[object, Expected]:
    """Return a text with something odd about it that fits the encoding and that the file can hold."""
    for _ in range(8):
        raw, truth = rng.choice(_ODD_TEXTS)(text, rng)
        if isinstance(raw, unwritable):
            continue
        if not isinstance(raw, str) or _fits(raw, letters):
            return raw, truth
    return plain_text(text)


def _fits(text: str, letters: str) -> bool:
    try:
        text.encode(letters)
    except UnicodeEncodeError:
        return False
    return True


def _must(raw: object, *values: str) -> tuple[object, Expected]:
    return raw, Expected("text", "must", values)


def _maybe(word: str) -> tuple[object, Expected]:
    return word, Expected("text", "may", (word,))


_ODD_TEXTS = (
    lambda text, rng: _must(f"  {text} ", text),
    lambda text, rng: _must(text.replace(" ", "\u00a0"), text),
    lambda text, rng: _must(text.replace(" ", "  ", 1), text),
    lambda text, rng: _must(f"{text}.\nSecond line: chased.", f"{text}. Second line: chased."),
    lambda text, rng: _must(f"“{text}” – he said", f"“{text}” – he said"),
    lambda text, rng: _must(f"{text} 😀👍", f"{text} 😀👍"),
    lambda text, rng: _must(f"{text} לא עובד", f"{text} לא עובד"),
    lambda text, rng: _must(f"{text}\u200b", text),
    lambda text, rng: _must(f"{text}\x0b\x07 and more", f"{text} and more"),
    lambda text, rng: _must(f"=cmd|'/c calc'!A1 {text}", f"=cmd|'/c calc'!A1 {text}"),
    lambda text, rng: _must(f"- {text}", f"- {text}"),
    lambda text, rng: _must(f"@{text}", f"@{text}"),
    lambda text, rng: _must(
        f"Donâ€™t know: {text}", f"Donâ€™t know: {text}", f"Don’t know: {text}", f"Don't know: {text}"
    ),
    lambda text, rng: _must(f"{text} " * 90, f"{text} " * 90),
    lambda text, rng: _must(404, "404"),
    lambda text, rng: _must(7700900123.0, "7700900123"),
    lambda text, rng: _must(Rich((text[:5], text[5:])), text),
    lambda text, rng: _must(Formula('VLOOKUP("x",Lists!A:B,2,0)', text), text),
    lambda text, rng: (Formula("Lists!A1", None), Expected("error or not calculated", "problem")),
    lambda text, rng: (
        Fault(rng.choice(("#N/A", "#REF!", "#VALUE!", "#NAME?"))),
        Expected("error or not calculated", "problem"),
    ),
    lambda text, rng: (Formula('IF(A1="","","")', ""), Expected("blank", "blank")),
    lambda text, rng: _maybe(rng.choice(NAME_WORDS)),
)


def reference(number: int, rng: random.Random, style: str) -> tuple[object, Expected]:
    """Return a reference in one of the styles registers use."""
    raw: object = {
        "code": f"C-{number:05}",
        "number": float(number),
        "zeros": f"{number:06}",
        "long": float(441_000_000_000 + number),
    }[style]
    return raw, Expected("text", "must", str(int(raw)) if isinstance(raw, float) else str(raw))
