"""HubSpot's API over the company's portal."""
