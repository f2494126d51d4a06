"""Rules over a Bundle, one rule a file."""
