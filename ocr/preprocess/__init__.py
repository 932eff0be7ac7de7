"""Steps that make a page image easier to read, each switchable."""
