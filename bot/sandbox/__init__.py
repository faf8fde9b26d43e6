"""Slack, Salesforce and HubSpot on this machine, for the demo and for every test."""
