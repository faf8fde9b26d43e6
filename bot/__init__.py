"""sfsync: the sync health of HubSpot's Salesforce integration, in Slack."""

__version__ = "0.1.0"
