"""Two simulated years of ticks over a real workspace, against a slow oracle written for the purpose."""
