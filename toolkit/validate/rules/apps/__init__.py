"""Rules about apps."""
