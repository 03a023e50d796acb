"""Print the README's two lines for a fresh machine: the main job on the sample, then the tests."""

import re
from pathlib import Path

README = Path(__file__).parent.parent / "README.md"


def readme_lines(text: str) -> list[str]:
    """Return the command lines of the blocks that follow the marks `<!-- line: … -->`, in order."""
    return re.findall(r"<!-- line: [a-z ]+ -->\n```sh\n(.+)\n```", text)


if __name__ == "__main__":
    print("\n".join(readme_lines(README.read_text(encoding="utf-8"))))
