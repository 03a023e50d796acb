"""Years of human edits to a register with known truth, and what the memory makes of them."""
