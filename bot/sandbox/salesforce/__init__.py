"""Salesforce's REST API over the company's org."""
