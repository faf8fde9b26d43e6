"""Slack in: thin listeners that turn what a person did into one use case and its answer."""
