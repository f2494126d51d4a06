"""What single sobjects do when their records are saved or deleted; one module a rule."""
