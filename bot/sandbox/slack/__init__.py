"""Slack: a workspace with people in it, its Web API, and what it sends to the bot."""
