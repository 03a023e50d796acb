from datetime import UTC, datetime

from complaints_sheet import faultlog
from complaints_sheet.core.calendar import Calendar

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
SECRET = "Mrs Planted"


def _bug() -> BaseException:
    try:
        Calendar("x", {}).is_working(SECRET)  # type: ignore[arg-type]
    except AttributeError as bug:
        return bug
    raise AssertionError("the call should have failed")


def test_the_log_names_types_and_our_frames_but_never_a_message_or_a_value():
    bug = ValueError(f"could not judge {SECRET}")
    bug.__cause__ = _bug()
    text = "\n".join(faultlog.fault_lines(bug, NOW))
    assert "ValueError" in text
    assert "AttributeError" in text
    assert "core/calendar.py" in text
    assert SECRET not in text


def test_the_log_is_written_where_asked(tmp_path):
    log = faultlog.write_fault(_bug(), NOW, tmp_path)
    assert log.parent == tmp_path
    assert "AttributeError" in log.read_text(encoding="utf-8")
