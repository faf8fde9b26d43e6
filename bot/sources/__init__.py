"""Where errors come from: each module turns one kind of input into ReportedError."""
