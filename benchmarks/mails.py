"""Planning and writing 5,000 digests, beside a bare Jinja2 render of the same template with the same values.

Run: python -m benchmarks.mails [owners]
Each owner has three cases: one past the standard, one due today, one with a gap. Printed are CPU milliseconds
for one digest: planning (from judgements to notices), the words for the templates, both templates rendered by
us and by Jinja2 alone, and everything up to the message's bytes; and how many times the bare render that is.
"""

import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader

from complaints_sheet.config.people import Roles
from complaints_sheet.config.policies import load_policies
from complaints_sheet.core.digests import TEMPLATES, RegisterPlace, context
from complaints_sheet.core.judging import judge
from complaints_sheet.core.lines import LineRules
from complaints_sheet.core.notice import MailRules, Notice
from complaints_sheet.core.notices import plan
from complaints_sheet.core.people import Person, directory
from complaints_sheet.core.policy import PolicyChoice
from complaints_sheet.core.wording import FILTERS, count
from complaints_sheet.mail import compose
from complaints_sheet.render import page, plain, shipped_folder
from tests.mail_by_hand import CALENDAR, LETTERHEAD, MONDAY, done, row
from tests.registers import make_register

TEMPLATE = TEMPLATES["owner digest"]
RULES = MailRules(lines=LineRules(links={"main": "https://sheets.example.org/d/1#gid=0&range=A{row}"}))


def timed(task: Callable[[], Any]) -> tuple[Any, float]:
    """Return what the task returns, and the CPU milliseconds it took."""
    began = time.process_time()
    found = task()
    return found, (time.process_time() - began) * 1000


def bare(values: Sequence[Mapping[str, object]]) -> int:
    """Render both templates of each digest with Jinja2 alone, and return how many letters that gave."""
    made = {}
    for ending in ("html", "txt"):
        environment = Environment(
            loader=FileSystemLoader(Path(shipped_folder())),
            autoescape=ending == "html",
            trim_blocks=True,
            lstrip_blocks=True,
        )
        environment.filters.update(FILTERS)
        environment.globals["count"] = count
        made[ending] = environment.get_template(f"{TEMPLATE}.{ending}")
    return sum(len(template.render(each)) for each in values for template in made.values())


def main(owners: int) -> None:
    """Print what each part of 5,000 digests costs."""
    people = directory(
        Person(f"Owner {number}", f"owner.{number}@example.org", manager="Owner 0")
        for number in range(owners)
    )
    rows = [
        each
        for number in range(owners)
        for each in (
            row(date(2026, 11, 9), f"Owner {number}", issue=f"Leak number {number}"),
            row(date(2026, 11, 16), f"Owner {number}", issue=f"Noise number {number}"),
            done(
                date(2026, 11, 2), date(2026, 11, 3), f"Owner {number}", resolution="", issue=f"Gap {number}"
            ),
        )
    ]
    policy = PolicyChoice(load_policies(["customer-issue-reporting"], None))
    judgement = judge(make_register(rows), policy, CALENDAR, MONDAY, people)
    roles = Roles(coordinator=people.people[0])
    head = replace(LETTERHEAD, registers=(RegisterPlace("", "https://sheets.example.org/d/1"),))

    def planned() -> list[Notice]:
        found = plan([judgement], people, roles, (), MONDAY, calendar=CALENDAR, rules=RULES)
        return [each for each in found if each.kind == "owner digest"]

    def rendered() -> int:
        return sum(
            len(page(f"{TEMPLATE}.html", each, ())) + len(plain(f"{TEMPLATE}.txt", each, ()))
            for each in values
        )

    compose(planned()[0], head, RULES, MONDAY)  # templates are compiled once, and not counted
    notices, planning = timed(planned)
    values, wording = timed(lambda: [context(each, head, RULES) for each in notices])
    _, ours = timed(rendered)
    _, alone = timed(lambda: bare(values))
    messages, composing = timed(lambda: [compose(each, head, RULES, MONDAY) for each in notices])
    number = len(notices)
    print(f"{number:,} digests of 3 cases each, CPU milliseconds for one digest")
    print(f"  planning, from judgements to notices       {planning / number:7.3f}")
    print(f"  the words: values for the templates        {wording / number:7.3f}")
    print(f"  both templates, rendered by us (sandboxed) {ours / number:7.3f}")
    print(f"  both templates, bare Jinja2                {alone / number:7.3f}")
    print(f"  words, templates and bytes together        {composing / number:7.3f}")
    whole = planning + composing
    print(f"  all of it: {whole / number:.3f}, {whole / alone:.2f} times the bare render")
    print(f"  one message has {sum(len(each.content) for each in messages) // number:,} bytes")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5_000)
