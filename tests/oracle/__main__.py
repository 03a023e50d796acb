"""Print on how many verdicts the oracle and the program were compared, and where they differ.

python -m tests.oracle [SHARE] [POLICY ...]
"""

import sys
from collections import Counter

from tests.oracle.comparison import Compared, compared, nations_of
from tests.oracle.policy_files import MADE_UP, SHIPPED, policy_ids


def main(arguments: list[str]) -> int:
    share = float(arguments.pop(0)) if arguments and arguments[0][0].isdigit() else 1.0
    policies = [(policy, folder) for folder in (SHIPPED, MADE_UP) for policy in policy_ids(folder)]
    rows = differing = 0
    outcomes: Counter[str] = Counter()
    print(_line("policy", "nation", "days received", "verdicts", "differences"))
    for policy, folder in policies:
        for nation in nations_of(policy, folder) if not arguments or policy in arguments else ():
            count = compared(policy, nation, share, folder)
            print(_line(policy, nation, count.rows, count.verdicts, len(count.differences)), flush=True)
            print("".join(_shown(each) for each in count.differences[:3]), end="")
            rows, differing = rows + count.rows, differing + len(count.differences)
            outcomes += count.outcomes
    print(_line("in all", "", rows, outcomes.total(), differing))
    print(", ".join(f"{outcome} {times:,}" for outcome, times in outcomes.most_common()))
    return 1 if differing else 0


def _line(policy: str, nation: str, *figures: object) -> str:
    shown = (f"{figure:,}" if isinstance(figure, int) else f"{figure}" for figure in figures)
    return f"{policy:30}{nation:20}" + "".join(f"{figure:>15}" for figure in shown)


def _shown(each: Compared) -> str:
    values = {name: str(value) for name, value in sorted(each.row.values.items())}
    return (
        f"    {each.clock}, judged at {each.moment}\n"
        f"      cells       {values}\n"
        f"      unreadable  {sorted(each.row.unreadable)}\n"
        f"      columns     {sorted(each.row.columns)}\n"
        f"      oracle      {each.oracle}\n"
        f"      program     {each.program}\n"
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
