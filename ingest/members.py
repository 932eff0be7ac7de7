"""Archives and mails: the files in them become captures of their own, each read and filed by its own content."""

from dataclasses import dataclass, replace
from typing import Final

from dossier.reading import Reading
from index import journal
from index.tables import Capture
from ingest.scan import shown
from ingest.settle import is_clutter, is_clutter_folder
from ingest.taking import Taking, Took
from ocr.children.rendered import NotOpened
from ocr.children.unpacked import Member
from ocr.formats import CONTAINERS, Format
from ocr.reader import Reader

MOST_DEPTH: Final = 3
"""Containers within containers that are opened."""
MOST_OF_ALL: Final = 200
"""Captures that come out of one scan, however deep."""
LONGEST_NAME: Final = 255
LEFT: Final = "ingest.attachments-left"
"""Doubt of a mail some of whose attachments could not be captured."""


@dataclass(frozen=True, slots=True)
class Contents:
    """What became of a container's files: captures of their own, copies of earlier ones, those that were left."""

    captures: tuple[str, ...] = ()
    sightings: tuple[tuple[str, int], ...] = ()
    taken: int = 0
    left: tuple[str, ...] = ()
    """Wording keys of why files were left, one for each."""


def is_container(capture: Capture) -> bool:
    """Tell whether files can be taken out of a capture."""
    return Format(capture.format) in CONTAINERS


def take_members(
    taking: Taking, reader: Reader, capture: Capture, content: bytes, password: str | None = None
) -> Contents:
    """Take over every file in a container. Taking it again after a crash makes nothing twice.

    Raises:
        NotOpened: nothing can be had of it; the reason is a wording key.
        ReadingAbandoned: the program is about to stop.
        VaultFailed: nothing can be kept now.
    """
    with taking.index.read() as session:
        lineage = journal.lineage(session, capture)
        room = MOST_OF_ALL - journal.offspring(session, lineage[-1] if lineage else capture.id)
    if len(lineage) >= MOST_DEPTH:
        raise NotOpened("ingest.nested-too-deep")
    took: list[Took] = []
    left: list[str] = []
    for number, member in enumerate(reader.unpack(content, password=password), start=1):
        if member.refused is not None:
            left.append(member.refused)
        elif is_litter(member.name):
            continue
        elif len(took) >= room:
            left.append("ocr.too_many_members")
        else:
            took.append(taking.take_member(capture, name_of(member, number), member.content))
    return Contents(
        captures=tuple(dict.fromkeys(one.capture.id for one in took if not one.duplicate)),
        sightings=tuple((one.capture.id, one.sighting) for one in took if one.sighting is not None),
        taken=len(took),
        left=tuple(left),
    )


def is_litter(name: str) -> bool:
    """Tell a file that programs leave in archives and nobody put there."""
    *folders, last = name.replace("\\", "/").split("/")
    return is_clutter(last) or any(is_clutter_folder(folder) for folder in folders if folder not in {".", ".."})


def name_of(member: Member, number: int) -> str:
    """Return what to call a member: its path in the container, cut to the last 255 characters, or its number."""
    return shown(member.name.replace("\\", "/"))[-LONGEST_NAME:].strip("/") or str(number)


def doubted(reading: Reading) -> Reading:
    """Return the reading of a mail with the doubt that not all that came with it was captured."""
    first, *others = reading.documents
    return replace(reading, documents=(replace(first, review=True, doubts=(*first.doubts, LEFT)), *others))
