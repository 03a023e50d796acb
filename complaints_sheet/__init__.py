"""Memory, working-day clocks, trusted reminders and improvement meetings for a complaints register."""

__version__ = "0.1.0"
