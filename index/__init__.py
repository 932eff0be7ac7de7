"""The sealed index: journal, documents, dossiers and full-text search."""
