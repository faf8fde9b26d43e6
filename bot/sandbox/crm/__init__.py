"""The company: its records in both systems, what they must be like, and the sync between them."""
