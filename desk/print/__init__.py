"""Pages to print: one Chinese font, one look and one page for every report, list and slip."""
