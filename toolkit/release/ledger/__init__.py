"""The ledger: what was released to which org, what it was before, and how it was left."""
