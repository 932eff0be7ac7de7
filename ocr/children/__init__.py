"""Child processes: whatever parses a stranger's bytes runs here, with limits, no keys, no network and no disk."""
