"""Write docs/regulations.md from the shipped packs: which rules and cases carry out which article."""

from pathlib import Path

from dossier.regulations import page

PAGE = Path(__file__).parents[1] / "docs" / "regulations.md"

if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
