"""Rules about project."""
