"""What the org shows of its metadata: lists, and retrieve jobs."""
