"""SOQL: grammar, tree, and evaluation over records."""
