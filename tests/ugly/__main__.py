"""The accuracy table: `python -m tests.ugly [--layouts N] [--only SEED] [--keep FOLDER] [--misses N]`."""

import argparse
import sys
import tempfile
from pathlib import Path

from tests.ugly.registers import make
from tests.ugly.score import UNREAD, Tally, score

LAYOUTS = 600
TO_READ = 0.995


def main() -> int:
    """Print the table and return 1 when a figure is missed."""
    asked = _arguments()
    tally = Tally()
    seeds = [asked.only] if asked.only is not None else range(asked.first, asked.first + asked.layouts)
    with tempfile.TemporaryDirectory() as folder:
        for seed in seeds:
            ugly = make(seed)
            if asked.keep:
                (Path(asked.keep) / f"ugly-{seed}{ugly.suffix}").write_bytes(ugly.content)
                print(f"{seed}: {', '.join(ugly.faults)}")
            score(ugly, Path(folder), tally)
    print(table(tally))
    print(told(tally, asked.misses))
    missed = figures_missed(tally)
    print("\n".join(f"MISSED: {each}" for each in missed) or "Every figure is met.")
    return 1 if missed else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.ugly", description="How well ugly registers are read."
    )
    parser.add_argument("--layouts", type=int, default=LAYOUTS, help="how many registers, by seed from 0")
    parser.add_argument(
        "--first", type=int, default=0, help="the first seed; another one makes other registers"
    )
    parser.add_argument("--only", type=int, help="the register of this seed alone")
    parser.add_argument("--keep", help="also write the registers to this folder")
    parser.add_argument("--misses", type=int, default=3, help="how many differences of each kind to tell")
    return parser.parse_args()


def told(tally: Tally, most: int) -> str:
    """Return the first few differences of each kind in words."""
    lines = []
    for what, where in sorted(tally.misses.items()):
        lines += [f"  {what}: {each}" for each in where[:most]]
    return "\n".join(lines)


def table(tally: Tally) -> str:
    """Return the table as text."""
    lines = [f"{tally.layouts} layouts, {tally.rows:,} complaints", ""]
    lines += [f"  {name:<32}{tally.counts[name]:>8,}" for name in ROW_FIGURES]
    lines += ["", f"  {'cells':<28}{'read':>9}{'not read':>10}{'said':>8}{'wrong':>8}{'unsure, used':>14}"]
    for kind, outcomes in sorted(tally.cells.items()):
        read = outcomes["read"] + outcomes["read as it stands"] + outcomes["suspected aloud"]
        figures = (read, outcomes[UNREAD], outcomes["said"], outcomes["wrong"], outcomes["used unsure"])
        widths = (9, 10, 8, 8, 14)
        lines.append(
            f"  {kind:<28}" + "".join(f"{n:>{width},}" for n, width in zip(figures, widths, strict=True))
        )
    misled = sum(outcomes["misled"] for outcomes in tally.cells.values())
    lines += ["", f"  unambiguous cells read            {share_read(tally):.3%}"]
    lines += [f"  misled by all the evidence        {misled} (nobody could know; judged by nothing)"]
    return "\n".join([*lines, "", *_swaps(tally)])


ROW_FIGURES = (
    "registers refused",
    "rows lost",
    "rows left out without a word",
    "cases that are none",
    "columns mapped wrongly",
    "columns not recognised",
    "near misses used silently",
    "sums that are wrong",
)


def _swaps(tally: Tally) -> list[str]:
    """Return what is said of real dates that were swapped before they came to us."""
    counts = tally.counts
    visible, seen = counts["swapped and visible"], counts["swapped and visible, suspected"]
    return [
        "  real dates that Excel had already swapped (reported apart):",
        f"    suspected              {_of(counts['swapped, suspected'], counts['swapped'])}",
        f"    of those in sight      {_of(seen, visible)}",
        f"    false alarms           {_of(counts['false swap alarms'], counts['real dates in place'])}",
    ]


def _of(part: int, whole: int) -> str:
    return f"{part:,} of {whole:,}" + (f" ({part / whole:.1%})" if whole else "")


def share_read(tally: Tally) -> float:
    """Return the share of unambiguous cells that were read."""
    read = sum(outcomes["read"] for outcomes in tally.cells.values())
    not_read = sum(outcomes[UNREAD] for outcomes in tally.cells.values())
    return read / (read + not_read) if read + not_read else 1.0


def figures_missed(tally: Tally) -> list[str]:
    """Return the figures that are missed, in words."""
    missed = [f"{tally.counts[name]} {name}" for name in ROW_FIGURES if tally.counts[name]]
    for kind, outcomes in sorted(tally.cells.items()):
        silent = outcomes["wrong"] + outcomes["used unsure"]
        if silent:
            missed.append(f"{silent} silently wrong: {kind}")
    if share_read(tally) < TO_READ:
        missed.append(f"{share_read(tally):.3%} of unambiguous cells read, to be at least {TO_READ:.1%}")
    return missed


if __name__ == "__main__":
    sys.exit(main())
