"""A scanner PC as a station: it seals what settles, sends it, and lets the scan go when the archive has stored it."""
