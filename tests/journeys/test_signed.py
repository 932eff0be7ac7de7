"""A signed PDF comes out as it went in: its signature covers its very bytes, and those are never written to."""

import hashlib
import io
import re
from pathlib import Path

from PIL import Image, ImageDraw

from desk import capture, parting
from desk.archive import Archive
from ingest.taking import ORIGINAL
from tests.journeys.conftest import PASSPHRASE, new_home, no_tick


def signed() -> bytes:
    """Return a drawn page with a signature over its bytes, added as programs do: as an update at the end."""
    sheet = Image.new("L", (900, 400), 255)
    ImageDraw.Draw(sheet).text((40, 120), "SPECIMEN signed letter", fill=0, font_size=48)
    out = io.BytesIO()
    sheet.save(out, "PDF", resolution=150)
    plain = out.getvalue()
    trailer, before = plain[plain.rindex(b"trailer") :], plain[plain.rindex(b"startxref") :].split()[1]
    found = [re.search(rb"/" + name + rb" (\d+)", trailer) for name in (b"Root", b"Size")]
    root, size = (one.group(1) for one in found if one is not None)
    place = len(plain) + 1
    head = b"\n%s 0 obj\n<</Type/Sig/Filter/Adobe.PPKLite/ByteRange[%010d %010d %010d %010d]/Contents<"
    start = len(plain) + len(head % (size, 0, 0, 0, 0))
    tail = (
        b">>>\nendobj\nxref\n%s 1\n%010d 00000 n \ntrailer\n<</Size %d/Root %s 0 R/Prev %s>>\nstartxref\n%d\n%%%%EOF\n"
    )
    table = start + 64 + len(b">>>\nendobj\n")
    after = tail % (size, place, int(size) + 1, root, before, table)
    covered = plain + head % (size, 0, start, start + 64, len(after)) + after
    digest = hashlib.sha256(covered).hexdigest().encode()
    return covered[:start] + digest + covered[start:]


def signature_holds(content: bytes) -> bool:
    """Tell whether the digest in a file made by ``signed`` is that of the ranges it says it covers."""
    ranges = re.search(rb"/ByteRange\[(\d+) (\d+) (\d+) (\d+)\]/Contents<([0-9a-f]{64})>", content)
    if ranges is None:
        return False
    begins, size, then, rest = (int(one) for one in ranges.groups()[:4])
    covered = content[begins : begins + size] + content[then : then + rest]
    whole = then + rest == len(content)
    return whole and hashlib.sha256(covered).hexdigest().encode() == ranges[5]


def test_a_signed_pdf_is_kept_as_it_came(tmp_path: Path) -> None:
    """Read, and one of its pages turned by a person: the sealed original is the signed file, byte for byte."""
    content, home = signed(), new_home(tmp_path)
    assert signature_holds(content)
    assert not signature_holds(content.replace(b"/Filter", b"/Faster"))
    (tmp_path / "signed.pdf").write_bytes(content)
    with Archive.open(home, home.settings(), PASSPHRASE) as archive:
        (taken,) = capture.ingest(archive, [tmp_path / "signed.pdf"], tick=no_tick)
        assert [document.pages for document in taken.documents] == [(1,)]
        parting.rotate(archive, taken.documents[0].id, 1, 180)
        (original,) = [one for one in archive.vault.objects() if one.role == ORIGINAL]
        kept = archive.vault.open_bytes(original.object_id, document=taken.id, role=ORIGINAL)
    assert kept == content
    assert signature_holds(kept)
