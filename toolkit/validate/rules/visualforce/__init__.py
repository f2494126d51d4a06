"""Rules about visualforce."""
