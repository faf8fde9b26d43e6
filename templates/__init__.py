"""One template a message, and the catalogues of their texts."""
