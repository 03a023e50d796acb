"""A year of improvement meetings: people at work on the register and the log, and what the program keeps."""
