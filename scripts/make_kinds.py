"""Write docs/kinds.md from the catalogue of kinds."""

from pathlib import Path

from dossier.kindpage import kind_page

PAGE = Path(__file__).parents[1] / "docs" / "kinds.md"

if __name__ == "__main__":
    PAGE.write_text(kind_page(), encoding="utf-8")
