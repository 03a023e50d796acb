"""One small file for each mistake, with the expected messages beside it in lines that begin with #!."""

import os
from pathlib import Path

import pytest

from complaints_sheet.config.settings import load_config
from complaints_sheet.errors import ConfigError

FILES = sorted((Path(__file__).parent / "config").glob("*.yaml"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_mistake_is_told_where_it_stands_and_how_to_mend_it(path: Path):
    expected = [line[3:] for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("#!")]
    with pytest.raises(ConfigError) as stopped:
        load_config(path)
    told = (str(problem) for problem in stopped.value.problems)
    found = [each.removeprefix(f"{path}:").removeprefix(f"{path.parent}{os.sep}") for each in told]
    assert found == expected
    assert stopped.value.exit_code == 2
    assert "hunter2" not in f"{stopped.value} {found}"


def test_there_is_a_file_for_each_section():
    assert len(FILES) >= 40
