"""Hostile bytes against format sniffing and structural checks: an answer, in bounded time, never an exception."""

import gzip
import io
import random
import tarfile
import time
import zipfile
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.structure import Ending, ends
from ocr.digital.containers import held_files
from ocr.formats import CONTAINERS, HEAD_BYTES, TAIL_BYTES, Format, sniff, sniff_bytes
from ocr.rendering import FileFailed
from tests.ingest.test_structure import WHOLE

CORPUS = Path(__file__).parents[2] / "../shared/corpus/dev/bad_inputs"
LONGEST_SECONDS = 1.0


class Counting(io.BytesIO):
    """A file that keeps count of what is read from it."""

    taken = 0

    def read(self, size: int | None = -1, /) -> bytes:
        piece = super().read(size)
        self.taken += len(piece)
        return piece


def judge(content: bytes, kind: Format) -> Ending:
    """Return the ending, after checking that it took little reading and little time."""
    source, started = Counting(content), time.process_time()
    found = ends(source, kind)
    assert time.process_time() - started < LONGEST_SECONDS, kind
    assert source.taken <= 3 * len(content) + 40 * TAIL_BYTES, kind
    return found


def changed(content: bytes, chance: random.Random) -> bytes:
    """Return ``content`` with a few of the changes that break parsers."""
    made = bytearray(content)
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(made) or 1)
        what = chance.randrange(7)
        if what == 0:
            made[at : at + 1] = bytes([chance.randrange(256)])
        elif what == 1:
            made[at : at + 4] = chance.choice([b"\xff\xff\xff\xff", bytes(4), b"\x7f\xff\xff\xff", b"\x00\x00\x00\x01"])
        elif what == 2:
            del made[at : at + chance.randrange(1, 400)]
        elif what == 3:
            made[at:at] = made[at : at + chance.randrange(1, 400)]
        elif what == 4:
            del made[at:]
        elif what == 5:
            made[at:at] = bytes(chance.randrange(1, 2000))
        else:
            made[at : at + 8] = chance.randbytes(8)
    return bytes(made)


def containers() -> list[bytes]:
    """Return archives and mails of each kind."""
    files = {"a/b.txt": b"SPECIMEN words " * 40, "發票.pdf": b"%PDF-1.4", "inner.zip": bytes(300)}
    zipped, tarred, packed = io.BytesIO(), io.BytesIO(), io.BytesIO()
    with zipfile.ZipFile(zipped, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    for target, mode in ((tarred, "w"), (packed, "w:gz")):
        with tarfile.open(fileobj=target, mode=mode) as tar:  # type: ignore[call-overload]
            for name, content in files.items():
                entry = tarfile.TarInfo(name)
                entry.size = len(content)
                tar.addfile(entry, io.BytesIO(content))
    mail, inner = EmailMessage(), EmailMessage()
    inner["Subject"] = "inner"
    inner.set_content("SPECIMEN inside")
    mail["Subject"], mail["From"] = "=?utf-8?b?U1BFQ0lNRU4=?=", "a@example.org"
    mail.set_content("see below")
    mail.add_attachment(inner)
    for name, content in files.items():
        mail.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return [zipped.getvalue(), tarred.getvalue(), packed.getvalue(), gzip.compress(b"words" * 99), bytes(mail)]


@given(st.sampled_from(containers()), st.randoms(use_true_random=False))
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_changed_containers(content: bytes, chance: random.Random) -> None:
    """An archive or a mail that was changed gives its files, or is refused; nothing else comes of it."""
    take_apart(changed(content, chance), chance)


@pytest.mark.slow
def test_a_long_run_over_containers() -> None:
    """Two thousand changes of each."""
    chance = random.Random(20261123)
    found = [take_apart(changed(content, chance), chance) for content in containers() for _ in range(2000)]
    assert min(found) < 0 < max(found)


def take_apart(content: bytes, chance: random.Random) -> int:
    """Return how many files came out, -1 where it was refused; the right kind or a wrong one may be asked for."""
    kind = sniff_bytes(content)
    kind = kind if kind in CONTAINERS else chance.choice(sorted(CONTAINERS))
    try:
        return len(list(held_files(content, kind, chance.choice([None, "word"]))))
    except FileFailed:
        return -1


def seeds() -> list[bytes]:
    """Return whole files of every sort, and the difficult ones of the development corpus where it is there."""
    found = [make() for _, make, _ in WHOLE]
    if CORPUS.is_dir():
        found += [path.read_bytes()[:200_000] for path in sorted(CORPUS.rglob("*")) if path.is_file()]
    return found


@given(st.binary(max_size=400), st.sampled_from(list(Format)))
def test_any_bytes_as_any_format(content: bytes, kind: Format) -> None:
    """Bytes that are not of the format at all get an answer too."""
    assert isinstance(judge(content, kind), Ending)


@given(st.sampled_from([make() for _, make, _ in WHOLE]), st.randoms(use_true_random=False))
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_changed_files(content: bytes, chance: random.Random) -> None:
    """A whole file with a few changes gets an answer, as itself and as every other format."""
    made = changed(content, chance)
    kind = sniff_bytes(made)
    assert kind is sniff(made[:HEAD_BYTES], tail=made[-TAIL_BYTES:], size=len(made))
    judge(made, kind)
    judge(made, chance.choice(list(Format)))


@pytest.mark.slow
def test_a_long_run_over_every_seed() -> None:
    """Two hundred changes of every seed file, each judged as what it seems and as what it was."""
    chance, found = random.Random(20260309), seeds()
    assert len(found) >= len(WHOLE) >= 10
    if CORPUS.is_dir():
        assert len(found) > 60
    answers = set()
    for content in found:
        before = sniff_bytes(content)
        for _ in range(200):
            made = changed(content, chance)
            answers.add(judge(made, sniff_bytes(made)))
            answers.add(judge(made, before))
    assert answers == set(Ending)


@pytest.mark.parametrize("entries", [0xFFFF, 4096])
def test_directories_that_list_a_great_many_pixels(entries: int) -> None:
    """A picture whose directory names itself over and over costs no more than its size."""
    entry = b"\x11\x01\x04\x00\xff\xff\xff\x7f\x08\x00\x00\x00"
    content = b"II*\0\x08\0\0\0" + entries.to_bytes(2, "little") + entry * entries + bytes(4)
    judge(content, Format.TIFF)


def test_a_chain_of_very_many_directories() -> None:
    """A long chain of tiny pages is walked within bounds."""
    pages = []
    for page in range(60_000):
        following = 8 + 18 * (page + 1)
        pages.append(
            b"\x01\x00" + b"\x00\x01\x03\x00\x01\x00\x00\x00\x01\x00\x00\x00" + following.to_bytes(4, "little")
        )
    judge(b"II*\0\x08\0\0\0" + b"".join(pages), Format.TIFF)


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        (Format.GIF, b"GIF89a\x01\0\x01\0\0\0\0" + b"\x21\xfe\x00" * 700_000),
        (Format.GIF, b"GIF89a\x01\0\x01\0\0\0\0\x21\xfe" + b"\x01\x00" * 700_000),
        (Format.PNG, b"\x89PNG\r\n\x1a\n" + bytes(12 * 200_000)),
        (Format.JPEG, b"\xff\xd8" + b"\xff" * 2_000_000),
        (Format.JPEG, b"\xff\xd8" + b"\xff\xe0\x00\x02" * 500_000),
        (Format.HEIC, b"\0\0\0\x08free" * 250_000),
        (Format.XML, b"<a" + b"<!--" * 500_000),
        (Format.XML, b"<!" * 1_000_000),
        (Format.EML, b"Content-Type: multipart/x;\n" + b" x\n" * 500_000),
        (Format.EML, b"content-type: multipart/" * 2_700),
        (Format.PDF, b"%PDF-1.4 " + b"/Linearized/L " * 70_000),
        (Format.PDF, b"startxref" + b" " * 1_000_000),
        (Format.ZIP, b"PK\x05\x06" * 200_000),
        (Format.HTML, b"<html" * 200_000),
    ],
)
def test_files_made_to_be_slow(kind: Format, content: bytes) -> None:
    """Content that would make a careless check take very long does not."""
    started = time.process_time()
    ends(content, kind)
    sniff_bytes(content)
    assert time.process_time() - started < 3
