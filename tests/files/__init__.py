"""Files that people really hand over: each test makes one and says what must come of it."""
