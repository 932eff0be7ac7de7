"""The domain, pure: words, kinds, dossiers, policy packs, completeness, working days."""
