"""Drop folder → capture → document: watch, settle, claim, journal and the journey."""
