"""How well the order of a page's text is got, by three witnesses: its own file, its layout, and a text tool's guess.

Usage: .venv/bin/python bench/reading/order.py FOLDER

FOLDER holds PDFs with text of their own, ``NAME.pdf``, and images of their pages, ``NAME__p01.png`` and so on. The
images are read. The order is compared by character error rate with what poppler's ``pdftotext`` says of the page:
``written`` is the order in which the author's program wrote the page (``-raw``: a word processor writes a table row by
row, cell by cell), ``laid out`` goes strictly from left to right and from the top (``-layout``), ``guessed`` is the
tool's own guess at columns (neither option), which takes tables apart. Needs poppler-utils.
"""

import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from bench.reading.scores import edits, squeezed
from ocr.reader import Reader

WITNESSES = {"written": ["-raw"], "laid out": ["-layout"], "guessed": []}


def witness(pdf: Path, page: str, options: list[str]) -> str:
    """Return a page's text as pdftotext has it."""
    order = ["pdftotext", *options, "-f", page, "-l", page, str(pdf), "-"]
    return squeezed(subprocess.run(order, capture_output=True, text=True, check=True).stdout)


def main() -> None:
    """Print a row for each page, and the rates over all of them."""
    folder = Path(sys.argv[1])
    pages = sorted(folder.glob("*__p*.png"))
    totals = dict.fromkeys(WITNESSES, 0)
    letters = dict.fromkeys(WITNESSES, 0)
    print(f"{'page':36}" + "".join(f"{name:>10}" for name in WITNESSES))
    with Reader() as reader:
        readings = reader.read_many((str(path), path.read_bytes()) for path in pages)
        for path, (_, reading) in zip(pages, readings, strict=True):
            text = squeezed("".join(page.text for page in reading.pages))
            name, _, number = path.stem.partition("__p")
            row = f"{path.stem[:35]:36}"
            for way, options in WITNESSES.items():
                truth = witness(folder / f"{name}.pdf", str(int(number)), options)
                wrong = edits(truth, text)
                totals[way] += wrong
                letters[way] += len(truth)
                row += f"{wrong / max(1, len(truth)):10.3f}"
            print(row, flush=True)
    print(f"{'all':36}" + "".join(f"{totals[way] / max(1, letters[way]):10.4f}" for way in WITNESSES))


if __name__ == "__main__":
    main()
