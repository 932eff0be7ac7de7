"""The records desk: opens a home and offers what people do with an archive."""
