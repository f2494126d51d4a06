"""Project -> Bundle: one module a metadata family; the templates are Jinja2."""
