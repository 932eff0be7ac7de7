"""Pages a minute, CPU seconds and memory a page, and accuracy, beside OCRmyPDF on the same pages in one run.

Usage:
    .venv/bin/python bench/reading/speed.py IMAGE… [--ocrmypdf PATH] [--lang chi_sim+chi_tra+eng] [--repeat 1] [--warm]

IMAGEs are page images; a ``.txt`` of the same name beside one is its true text. They are put unchanged into one PDF,
which both read. Without ``--ocrmypdf`` only Juanzong is measured. OCRmyPDF belongs in an environment of its own:
    python3 -m venv /tmp/ocrmypdf && /tmp/ocrmypdf/bin/pip install ocrmypdf
CPU seconds are those of the process and all its children, start-up and loading of models included. With ``--warm`` our
processes have read the pages once before the clock starts: what a page costs in a watcher that has been running.
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from typing import Self

from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen import canvas

from bench.reading.scores import character_f1, edits, squeezed
from ocr.reader import Reader, ReadingSettings, cores

DPI = 200


@dataclass(frozen=True, slots=True)
class Measured:
    """One reader's figures over all pages."""

    name: str
    wall_seconds: float
    cpu_seconds: float
    peak_bytes: int
    texts: Sequence[str]
    inference_seconds: float = 0.0


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("images", nargs="+", type=Path)
    parser.add_argument("--ocrmypdf", help="path of the ocrmypdf command")
    parser.add_argument("--lang", default="chi_sim+chi_tra+eng")
    parser.add_argument("--repeat", type=int, default=1, help="put every page in that many times")
    parser.add_argument("--warm", action="store_true", help="start the clock when our processes are running")
    given = parser.parse_args()
    images = [path for path in given.images if path.suffix.lower() in {".png", ".jpg", ".jpeg", ".tif"}] * given.repeat
    truths = [path.with_suffix(".txt").read_text() if path.with_suffix(".txt").exists() else "" for path in images]
    with tempfile.TemporaryDirectory() as folder:
        pdf = Path(folder) / "pages.pdf"
        bind(images, pdf)
        ours = juanzong(pdf, warm=given.warm)
        show(ours, truths)
        if not given.ocrmypdf:
            print("OCRmyPDF not measured: give its path with --ocrmypdf (see --help for how to get it)")
            return
        theirs = ocrmypdf(pdf, given.ocrmypdf, given.lang, len(images))
        show(theirs, truths)
    print(f"pages a minute, Juanzong / OCRmyPDF: {theirs.wall_seconds / ours.wall_seconds:.2f}")
    print(f"CPU seconds, OCRmyPDF / Juanzong:    {theirs.cpu_seconds / ours.cpu_seconds:.2f}")


def bind(images: Sequence[Path], pdf: Path) -> None:
    """Put page images into one PDF, their pixels unchanged."""
    sheet = canvas.Canvas(str(pdf))
    for path in images:
        image = Image.open(path).convert("RGB")
        size = (image.width * 72 / DPI, image.height * 72 / DPI)
        sheet.setPageSize(size)
        sheet.drawImage(ImageReader(image), 0, 0, *size)
        sheet.showPage()
    sheet.save()


def juanzong(pdf: Path, *, warm: bool = False) -> Measured:
    """Read the PDF with our reader."""
    content = pdf.read_bytes()
    with Watched() as watched:
        began, before, inferred = time.perf_counter(), watched.cpu_seconds(), 0.0
        with Reader(ReadingSettings()) as reader:
            if warm:
                reader.read(content)
                began, before, inferred = time.perf_counter(), watched.cpu_seconds(), reader.inference_seconds
            reading = reader.read(content)
            wall = time.perf_counter() - began
            cpu = watched.cpu_seconds() - before
            inference = reader.inference_seconds - inferred
    return Measured("Juanzong", wall, cpu, watched.peak_bytes, [page.text for page in reading.pages], inference)


def ocrmypdf(pdf: Path, program: str, languages: str, count: int) -> Measured:
    """Read the PDF with OCRmyPDF, as many jobs as cores, one thread each."""
    text = pdf.with_suffix(".txt")
    order = [program, "-l", languages, "--jobs", str(cores()), "--output-type", "pdf", "--optimize", "0"]
    order += ["--sidecar", str(text), str(pdf), str(pdf.with_suffix(".out.pdf"))]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with Watched() as watched:
        began = time.perf_counter()
        subprocess.run(order, check=True, capture_output=True, env=os.environ | {"OMP_THREAD_LIMIT": "1"})
        wall = time.perf_counter() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    texts = text.read_text().split("\f")
    return Measured("OCRmyPDF", wall, cpu, watched.peak_bytes, (texts + [""] * count)[:count])


def show(measured: Measured, truths: Sequence[str]) -> None:
    """Print one reader's figures."""
    count = len(truths)
    scored = [
        (squeezed(truth), squeezed(text)) for truth, text in zip(truths, measured.texts, strict=True) if squeezed(truth)
    ]
    print(
        f"{measured.name:9} {count} pages  {60 * count / measured.wall_seconds:6.1f} pages/min  "
        f"{measured.cpu_seconds / count:5.2f} CPU s/page  peak {measured.peak_bytes / 1e6:.0f} MB in one process"
    )
    if measured.inference_seconds:
        share = 1 - measured.inference_seconds / measured.cpu_seconds
        print(f"{'':9} inference {measured.inference_seconds / count:.2f} CPU s/page, the rest {share:.0%} of CPU")
    if scored:
        f1 = sum(character_f1(*pair) for pair in scored) / len(scored)
        cer = sum(edits(*pair) for pair in scored) / sum(len(truth) for truth, _ in scored)
        print(f"{'':9} mean character F1 {f1:.4f}  micro CER {cer:.4f}  over {len(scored)} pages")


class Watched:
    """Counts CPU time and the largest memory of this process' descendants, through /proc."""

    def __init__(self) -> None:
        self.peak_bytes = 0
        self._watching_seconds = 0.0
        self._stop = threading.Event()
        self._watch = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Self:
        self._watch.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._watch.join()

    def cpu_seconds(self) -> float:
        """Return the CPU time so far of this process and all its living descendants, with the dead they waited for.

        What watching them took is not counted: it would be counted on our side only.
        """
        return sum(cpu for _, cpu, _ in family(os.getpid())) + sum(os.times()[:2]) - self._watching_seconds

    def _run(self) -> None:
        while not self._stop.wait(0.5):
            self.peak_bytes = max([self.peak_bytes, *(memory for _, _, memory in family(os.getpid()))])
            self._watching_seconds = time.thread_time()


def family(root: int) -> Iterator[tuple[int, float, int]]:
    """Yield process id, CPU seconds and peak resident bytes of every living descendant."""
    parents: dict[int, list[tuple[int, float]]] = {}
    tick = os.sysconf("SC_CLK_TCK")
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                after_name = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            cpu = sum(int(value) for value in after_name[11:15]) / tick
            parents.setdefault(int(after_name[1]), []).append((int(entry.name), cpu))
    found = [root]
    while found:
        for child, cpu in parents.get(found.pop(), []):
            found.append(child)
            yield child, cpu, peak_memory(child)


def peak_memory(process: int) -> int:
    """Return a process' largest resident size in bytes, 0 where it has ended."""
    try:
        status = Path(f"/proc/{process}/status").read_text()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmHWM")), 0)


if __name__ == "__main__":
    main()
