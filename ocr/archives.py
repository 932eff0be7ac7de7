"""Read the names of the members of a ZIP file from its ends, without opening it.

Layout after PKWARE APPNOTE 6.3.10: local headers (4.3.7), central directory (4.3.12), end record (4.3.16).
"""

import struct
from typing import Final

MOST_NAMES: Final = 4096

_END: Final = b"PK\x05\x06"
_CENTRAL: Final = b"PK\x01\x02"
_LOCAL: Final = b"PK\x03\x04"
_CENTRAL_HEADER: Final = struct.Struct("<4s6H3I5H2I")
_LOCAL_HEADER: Final = struct.Struct("<4s5H3I2H")
_SIZE_FOLLOWS: Final = 0x0008


def member_names(head: bytes, tail: bytes, size: int) -> list[str]:
    """Return the names of a ZIP file's members, at most MOST_NAMES, as far as its ends show them.

    The central directory counts where ``tail`` holds it; otherwise the local headers in ``head`` are walked. Bytes
    inside a member are never taken for headers of the archive itself.
    """
    return _names_in_directory(tail, size) or _names_in_headers(head)


def _names_in_directory(tail: bytes, size: int) -> list[str]:
    end = tail.rfind(_END)
    if end < 0 or len(tail) - end < 22:
        return []
    length = int.from_bytes(tail[end + 12 : end + 16], "little")
    # Counted back from the end record, which holds where something was put before the archive as well.
    at = end - length
    if at < 0 or length > size:
        return []
    names: list[str] = []
    while at + _CENTRAL_HEADER.size <= end and tail[at : at + 4] == _CENTRAL and len(names) < MOST_NAMES:
        fields = _CENTRAL_HEADER.unpack_from(tail, at)
        name_length, extra_length, comment_length = fields[10:13]
        start = at + _CENTRAL_HEADER.size
        names.append(_name(tail[start : start + name_length], flags=fields[3]))
        at = start + name_length + extra_length + comment_length
    return names


def _names_in_headers(head: bytes) -> list[str]:
    names: list[str] = []
    at = max(head.find(_LOCAL, 0, 64), 0)
    while at + _LOCAL_HEADER.size <= len(head) and head[at : at + 4] == _LOCAL and len(names) < MOST_NAMES:
        fields = _LOCAL_HEADER.unpack_from(head, at)
        flags, packed, name_length, extra_length = fields[2], fields[7], fields[9], fields[10]
        start = at + _LOCAL_HEADER.size
        names.append(_name(head[start : start + name_length], flags=flags))
        body = start + name_length + extra_length
        if flags & _SIZE_FOLLOWS and not packed:
            at = head.find(_LOCAL, body)  # the size stands after the member: look for the next header
            if at < 0:
                break
        else:
            at = body + packed
    return names


def _name(raw: bytes, *, flags: int) -> str:
    return raw.decode("utf-8" if flags & 0x0800 else "cp437", errors="replace")
