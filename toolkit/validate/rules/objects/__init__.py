"""Rules about objects."""
