"""The vendors over HTTP. The only code that knows their addresses and payloads."""
