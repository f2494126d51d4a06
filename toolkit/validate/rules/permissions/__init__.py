"""Rules about permissions."""
