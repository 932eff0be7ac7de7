"""Pages → text, kind and fields."""
