"""The state of a local org in one SQLite file: rows in, rows out, no rules."""
