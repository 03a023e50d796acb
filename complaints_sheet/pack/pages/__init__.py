"""The pages of the pack, one module per question; each returns its blocks from the briefing."""
