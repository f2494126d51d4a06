"""The org itself: its objects, records, users and the rules of each; no HTTP here."""
