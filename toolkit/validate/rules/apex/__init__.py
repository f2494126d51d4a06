"""Rules about apex."""
