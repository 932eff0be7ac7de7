"""Open ZIP-based documents without being drowned by them, and parse XML without being tricked."""

import io
import posixpath
import re
import zipfile
import zlib
from typing import Any, Final
from xml.etree.ElementTree import Element, ParseError

import defusedxml
from defusedxml.ElementTree import fromstring

MOST_MEMBERS: Final = 5000
MOST_MEMBER_BYTES: Final = 64 << 20
MOST_BYTES: Final = 256 << 20
MOST_XML_BYTES: Final = 24 << 20
_DECLARED: Final = re.compile(rb"""^\s*<\?xml[^>]*encoding=["']([A-Za-z0-9_\-]+)["'][^>]*\?>""")


class PackageFailed(Exception):
    """The package or a part of it is damaged, missing or far too large."""


class Package:
    """A ZIP file whose members are read with a cap on each and on all."""

    def __init__(self, content: bytes) -> None:
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(content))
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as fault:
            raise PackageFailed from fault
        if len(self._zip.namelist()) > MOST_MEMBERS:
            raise PackageFailed
        self._names = {posixpath.normpath(name).lstrip("/").casefold(): name for name in self._zip.namelist()}
        self._left = MOST_BYTES

    def names(self) -> list[str]:
        """Return the members' names."""
        return list(self._zip.namelist())

    def read(self, name: str) -> bytes:
        """Return a member's bytes; case and leading slashes in ``name`` do not count.

        Raises:
            PackageFailed: there is no such member, or it is damaged, locked or too large.
        """
        try:
            stored = self._names[posixpath.normpath(name.replace("\\", "/")).lstrip("/").casefold()]
            limit = min(MOST_MEMBER_BYTES, self._left)
            with self._zip.open(stored) as member:
                content = member.read(limit + 1)
        except (
            KeyError,
            zipfile.BadZipFile,
            zlib.error,
            OSError,
            RuntimeError,
            ValueError,
            NotImplementedError,
            EOFError,
        ) as fault:
            raise PackageFailed from fault
        if len(content) > limit:
            raise PackageFailed
        self._left -= len(content)
        return content

    def xml(self, name: str) -> Element:
        """Return a member as parsed XML.

        Raises:
            PackageFailed: it is missing, damaged or hostile.
        """
        return parse_xml(self.read(name))


def parse_xml(content: bytes) -> Element:
    """Return XML parsed without entities, document types or anything from outside.

    Raises:
        PackageFailed: it is not well formed, or uses what is refused.
    """
    if len(content) > MOST_XML_BYTES:
        raise PackageFailed
    declared = _DECLARED.match(content[:200])
    if declared and declared[1].lower() in {b"gb2312", b"gbk", b"gb18030", b"big5"}:  # expat knows none of them
        content = content[declared.end() :].decode(declared[1].decode(), "replace").encode()
    try:
        root: Element = fromstring(content, forbid_dtd=True)
    except (ParseError, defusedxml.DefusedXmlException, ValueError, LookupError, RecursionError) as fault:
        raise PackageFailed from fault
    return root


def local(element: Any) -> str:
    """Return an element's name without its name space; empty for comments and the like."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""
