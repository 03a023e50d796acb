"""CPU seconds and peak memory of whole processes, run in turns so that a busy moment touches all."""

import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent


@dataclass(frozen=True)
class Cost:
    """The median CPU seconds and the median peak memory (MiB) of one command."""

    cpu_seconds: float
    peak_mib: float


def costs(
    commands: Mapping[str, Sequence[str]], rounds: int = 5, folder: Path | None = None
) -> dict[str, Cost]:
    """Return the cost of each command, run `rounds` times in `folder`, in turns, after one uncounted.

    The uncounted run lets Python keep compiled modules, as an installed program has them.
    """
    for command in commands.values():
        _one(command, folder)
    samples: dict[str, list[tuple[float, float]]] = {name: [] for name in commands}
    for _ in range(rounds):
        for name, command in commands.items():
            samples[name].append(_one(command, folder))
    return {
        name: Cost(statistics.median(cpu for cpu, _ in runs), statistics.median(peak for _, peak in runs))
        for name, runs in samples.items()
    }


def _one(command: Sequence[str], folder: Path | None) -> tuple[float, float]:
    # os.wait4 is the only way to one child's own peak memory; the benchmarks are for Linux and macOS.
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=errors, env=_environment(), cwd=folder
        )
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode not in (0, 10):
            errors.seek(0)
            sys.exit(f"{' '.join(command)} failed:\n{errors.read().decode(errors='replace')}")
    peak = usage.ru_maxrss / (1024 * 1024 if sys.platform == "darwin" else 1024)
    return usage.ru_utime + usage.ru_stime, peak


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "PYTHONPATH": str(ROOT)}


def table(found: Mapping[str, Cost], baseline: str) -> str:
    """Return the costs as a table, each with its ratio to the baseline."""
    base = found[baseline]
    lines = [f"{'':34}{'CPU s':>9}{'ratio':>8}{'peak MiB':>10}{'ratio':>8}"]
    lines += [
        f"{name:34}{cost.cpu_seconds:9.2f}{cost.cpu_seconds / base.cpu_seconds:8.2f}"
        f"{cost.peak_mib:10.0f}{cost.peak_mib / base.peak_mib:8.2f}"
        for name, cost in found.items()
    ]
    return "\n".join(lines)
