"""Registers as people really keep them, made from a seed with known truth (see README.md)."""
