"""YAML -> Project: positions, layering, secret references, JSON Schema."""
