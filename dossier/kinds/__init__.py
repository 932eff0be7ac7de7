"""The kinds of documents, as TOML by theme; read by ``dossier.catalogue``."""
