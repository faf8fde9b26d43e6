"""Pure Python rules: no framework, no input or output, nothing but the standard library."""
