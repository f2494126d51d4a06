"""What the org knows about single metadata types; one module a family, all of one shape (base.Family)."""
