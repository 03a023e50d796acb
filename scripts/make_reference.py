"""Write docs/configuration.md from the program.

Run: python scripts/make_reference.py     (a test fails while the page and the program disagree)
"""

import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from complaints_sheet.config.reference import reference  # noqa: E402 - the checkout's own package, found first

if __name__ == "__main__":
    (ROOT / "docs" / "configuration.md").write_text(reference(), encoding="utf-8", newline="\n")
