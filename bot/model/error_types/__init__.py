"""What each type of error means and how it is put right: one module a category."""
